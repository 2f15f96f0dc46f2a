#include "expr/program.hpp"

#include <algorithm>
#include <set>

#include "base/try.hpp"
#include "expr/code.hpp"
#include "expr/datum_value.hpp"

namespace kith::expr {
namespace {

constexpr std::size_t kLocalsOnStack = 6;

void summarize(Compiled* compiled) {
  compiled->paths.assign(compiled->checked.paths.begin(), compiled->checked.paths.end());
  std::set<std::uint32_t> fields;
  for (const FieldPath& path : compiled->paths) {
    compiled->max_hops = std::max(compiled->max_hops, static_cast<int>(path.fields.size()) - 1);
    if (path.root == Root::kRecord && (path.fields.front() & kSystemFieldBit) == 0) {
      fields.insert(path.fields.front());
    }
  }
  compiled->fields_read.assign(fields.begin(), fields.end());
  compiled->reads_old = compiled->checked.reads_old;
  compiled->watched.assign(compiled->checked.watched.begin(), compiled->checked.watched.end());
  for (const Note& note : compiled->checked.notes) {
    compiled->reads_old |= note.has_path && note.path.root == Root::kOld;
  }
}

void describe(const Compiled& compiled, const Frame& frame, const Datum& error, Failure* failure) {
  if (failure == nullptr) return;
  failure->error = error.error_class();
  failure->offset = error.spare != 0 ? error.extra : 0;
  failure->text = std::string(error.text());
  failure->message = compiled.ast.source().render(failure->offset, error.text());
  failure->status = frame.host_status();
}

}  // namespace

Status Host::related(RecordId, const Relation& relation, std::size_t, std::vector<RecordId>*) {
  return {kith::Code::kUnsupported,
          "the relation '" + relation.field->inverse + "' cannot be followed here"};
}

Result<const Program*> Host::segment(std::string_view, RecordId, std::uint16_t) {
  return Status(kith::Code::kInvalidArgument, "there are no segments here");
}

Result<std::optional<Decimal>> Host::rate(std::string_view, Date) {
  return Status(kith::Code::kInvalidArgument, "there are no rates of exchange here");
}

Status Failure::to_status() const {
  if (error == ErrorClass::kNone) return {};
  if (error == ErrorClass::kHost) return status;
  return {error == ErrorClass::kLimit ? kith::Code::kLimit : kith::Code::kExpressionFailed,
          message};
}

void Activation::set_variable(std::string_view name, const Value* value) {
  for (auto& entry : variables_) {
    if (entry.first == name) {
      entry.second = value;
      return;
    }
  }
  variables_.emplace_back(std::string(name), value);
}

const Value* Activation::variable(std::string_view name) const {
  for (const auto& entry : variables_) {
    if (entry.first == name) return entry.second;
  }
  return nullptr;
}

Datum run(const Compiled& compiled, const Code& code, Frame& frame) {
  Datum on_stack[kLocalsOnStack];
  Datum* locals = on_stack;
  if (compiled.checked.locals > kLocalsOnStack) {
    locals = frame.arena().make<Datum>(compiled.checked.locals);
    if (locals == nullptr) return frame.out_of_memory();
  }
  frame.set_locals(locals);
  const Datum out = code.eval(code, frame);
  return frame.stopped() ? frame.exhausted() : out;
}

namespace {

// What the whole expression gives, with the handing over paid for.
Datum result_of(const Compiled& compiled, Frame& frame) {
  const Datum out = run(compiled, *compiled.root, frame);
  return out.is_error() || frame.charge_result(out) ? out : frame.exhausted();
}

}  // namespace

const std::string& Program::source() const { return compiled_->source; }
const Type& Program::type() const { return compiled_->checked.type; }
const std::vector<std::uint32_t>& Program::fields_read() const { return compiled_->fields_read; }
const std::vector<FieldPath>& Program::paths() const { return compiled_->paths; }
int Program::max_hops() const { return compiled_->max_hops; }
bool Program::reads_now() const { return compiled_->checked.reads_now; }
bool Program::reads_old() const { return compiled_->reads_old; }
bool Program::reads_anything() const { return compiled_->checked.reads_anything; }
bool Program::reads_scores() const { return compiled_->checked.reads_scores; }
const std::vector<std::uint32_t>& Program::watched() const { return compiled_->watched; }
const Environment& Program::environment() const { return compiled_->environment; }
const Ast& Program::ast() const { return compiled_->ast; }
const Checked& Program::checked() const { return compiled_->checked; }

bool Program::evaluate(const Activation& activation, Value* value, Failure* failure) const {
  Frame frame(activation);
  const Datum out = result_of(*compiled_, frame);
  if (out.is_error()) {
    describe(*compiled_, frame, out, failure);
    return false;
  }
  *value = to_value(out);
  return true;
}

Outcome Program::outcome(const Activation& activation) const {
  Outcome all;
  Frame frame(activation);
  const Datum out = result_of(*compiled_, frame);
  if (out.is_error()) {
    describe(*compiled_, frame, out, &all.failure);
  } else {
    all.value = to_value(out, true);
  }
  all.cost = frame.cost_used();
  return all;
}

Result<Value> Program::evaluate(const Activation& activation) const {
  Value value;
  Failure failure;
  if (evaluate(activation, &value, &failure)) return value;
  return failure.to_status();
}

Truth Program::evaluate_bool(const Activation& activation, Failure* failure) const {
  Frame frame(activation);
  Datum on_stack[kLocalsOnStack];
  frame.set_locals(on_stack);
  const expr::Code& code = *compiled_->root;
  if (compiled_->checked.locals > kLocalsOnStack) {
    const Datum out = run(*compiled_, code, frame);
    if (out.is(Tag::kBool)) return out.is_true() ? Truth::kTrue : Truth::kFalse;
    frame.last_error = out.is_error() ? out : frame.no_overload("condition", &out, 1);
  } else {
    const Truth truth = code.test(code, frame);
    if (truth != Truth::kError && !frame.stopped()) return truth;
    if (frame.stopped()) frame.last_error = frame.exhausted();
  }
  describe(*compiled_, frame, frame.last_error, failure);
  return Truth::kError;
}

Result<std::shared_ptr<const Compiled>> compile_tree(std::string_view source,
                                                     const Environment& environment,
                                                     const CompileOptions& options, bool traced) {
  KITH_ASSIGN(Ast ast, parse(source, options.limits));
  auto compiled = std::make_shared<Compiled>(std::move(ast), environment);
  compiled->source = std::string(source);
  compiled->options = options;
  compiled->traced = traced;
  KITH_ASSIGN(compiled->checked, check(&compiled->ast, compiled->environment, options));
  summarize(compiled.get());
  lower(compiled.get());
  return std::shared_ptr<const Compiled>(std::move(compiled));
}

Result<Program> compile(std::string_view source, const Environment& environment,
                        const CompileOptions& options) {
  KITH_ASSIGN(auto compiled, compile_tree(source, environment, options, false));
  return Program(std::move(compiled));
}

}  // namespace kith::expr
