#include "kith/expression.hpp"

#include <algorithm>

#include "api/expression_impl.hpp"
#include "api/guard.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "expr/checker.hpp"
#include "expr/path_names.hpp"
#include "expr/program.hpp"
#include "expr/variables.hpp"
#include "kith/snapshot.hpp"

namespace kith {

namespace {

// The status with class and place as its violation, but for what is the store's own to say.
Status with_place(const Status& status, const Evaluation& all, std::string text) {
  if (all.error == EvaluationError::kHost) return status;
  Violation violation;
  violation.code = evaluation_error_name(all.error);
  violation.message = std::move(text);
  violation.line = all.line;
  violation.column = all.column;
  return Status(status.code(), all.message, std::vector<Violation>{std::move(violation)});
}

Evaluation failed(Status status, EvaluationError error = EvaluationError::kHost) {
  Evaluation all;
  all.error = error;
  all.message = std::string(status.message());
  all.status = with_place(status, all, all.message);
  return all;
}

Evaluation evaluation(const expr::Program& program, expr::Outcome outcome) {
  Evaluation all;
  all.value = std::move(outcome.value);
  all.cost = outcome.cost;
  all.error = outcome.failure.error;
  if (all.ok()) return all;
  const expr::Position at = program.ast().source().position(outcome.failure.offset);
  all.line = at.line;
  all.column = at.column;
  const Status status = outcome.failure.to_status();
  all.message = std::string(status.message());
  all.status = with_place(status, all, std::move(outcome.failure.text));
  return all;
}

template <typename Body>
Evaluation guarded_evaluation(Body&& body) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return failed(base::out_of_memory());
  }
}

expr::CompileOptions compile_options(const ExpressionOptions& options) {
  expr::CompileOptions out;
  out.limits.max_source_bytes = options.max_bytes;
  out.limits.max_depth = options.max_depth;
  out.limits.max_comprehension_nesting = options.max_loop_nesting;
  out.check = options.check;
  return out;
}

Result<expr::Type> type_of(std::string_view text) {
  expr::Type type;
  if (!expr::parse_type(text, &type) || type.is(expr::TypeKind::kOpaque) ||
      type.is(expr::TypeKind::kParameter)) {
    return Status(Code::kInvalidArgument,
                  base::quoted(text) +
                      " is not a type; write bool, int, decimal, list(string), "
                      "map(string, int), wrapper(date), dyn, ...");
  }
  return type;
}

Status declare(const ExpressionOptions& options, expr::Environment* environment) {
  for (const auto& [name, type] : options.variables) {
    KITH_ASSIGN(expr::Type parsed, type_of(type));
    environment->add_variable(name, std::move(parsed));
  }
  environment->set_container(options.container);
  return {};
}

Status closed() { return Status(Code::kClosed, "the database handle was closed"); }
Status ended() { return Status(Code::kClosed, "the snapshot or transaction has ended"); }

}  // namespace

Result<expr::Environment> environment_alone(const ExpressionOptions& options) {
  expr::Environment environment;
  environment.add_variable("now", expr::Type::of(expr::TypeKind::kTimestamp));
  KITH_TRY(declare(options, &environment));
  return environment;
}

Result<expr::Environment> environment_of(const engine::CompiledModel& model,
                                         std::string_view entity,
                                         const ExpressionOptions& options) {
  KITH_ASSIGN(const engine::CompiledType* type, model.find(entity));
  expr::Environment environment = model.environment(type->type->id);
  KITH_TRY(declare(options, &environment));
  return environment;
}

Result<expr::Program> compile_in(std::string_view source, const expr::Environment& environment,
                                 const ExpressionOptions& options) {
  expr::CompileOptions how = compile_options(options);
  if (!options.expected.empty()) {
    KITH_ASSIGN(how.expected, type_of(options.expected));
  }
  return expr::compile(source, environment, how);
}

Result<expr::Program> compile_on(std::string_view source, const engine::CompiledModel& model,
                                 std::uint16_t type, const Limits& limits) {
  expr::CompileOptions options;
  options.limits.max_source_bytes = limits.max_expression_bytes;
  return expr::compile(source, model.environment(type), options);
}

Result<std::shared_ptr<const Expression::Impl::Bound>> Expression::Impl::for_model(
    const std::shared_ptr<const engine::CompiledModel>& model) const {
  if (auto known = last(); known && known->model == model) return known;
  KITH_ASSIGN(const expr::Environment environment, environment_of(*model, entity, options));
  KITH_ASSIGN(expr::Program program, compile_in(source, environment, options));
  auto made = std::make_shared<const Bound>(Bound{model, std::move(program)});
  const std::lock_guard<std::mutex> lock(mutex);
  bound = made;
  return made;
}

Result<Expression> Expression::compile(std::string_view source, const ExpressionOptions& options) {
  return guarded([&]() -> Result<Expression> {
    KITH_ASSIGN(const expr::Environment environment, environment_alone(options));
    KITH_ASSIGN(expr::Program program, compile_in(source, environment, options));
    auto impl = std::make_shared<Impl>();
    impl->source = std::string(source);
    impl->options = options;
    impl->bound = std::make_shared<const Impl::Bound>(Impl::Bound{nullptr, std::move(program)});
    return Expression(std::move(impl));
  });
}

Result<Expression> Expression::compile(const Database& database, std::string_view entity,
                                       std::string_view source, const ExpressionOptions& options) {
  return guarded([&]() -> Result<Expression> {
    if (!database.impl()) return closed();
    KITH_ASSIGN(auto model, database.impl()->current_model());
    auto impl = std::make_shared<Impl>();
    impl->source = std::string(source);
    impl->entity = std::string(entity);
    impl->options = options;
    KITH_TRY(impl->for_model(model).status());
    return Expression(std::move(impl));
  });
}

const std::string& Expression::source() const { return impl_->source; }
const std::string& Expression::entity() const { return impl_->entity; }
std::string Expression::type() const { return impl_->last()->program.type().to_string(); }

bool Expression::reads_now() const {
  const auto bound = impl_->last();
  const expr::Program& program = bound->program;
  if (program.reads_now()) return true;
  // By itself, `now` is one of the variables.
  const auto& variables = program.environment().variables();
  return std::any_of(
      program.checked().notes.begin(), program.checked().notes.end(), [&](const expr::Note& note) {
        return note.binding == expr::Binding::kVariable && variables[note.index].name == "now";
      });
}

std::vector<std::string> Expression::fields() const {
  const auto bound = impl_->last();
  if (bound->model == nullptr) return {};
  return expr::path_names(bound->program, bound->model->catalog());
}

std::vector<std::string> Expression::watched() const {
  const auto bound = impl_->last();
  std::vector<std::string> names;
  if (bound->model == nullptr) return names;
  const schema::EntityType& entity = *bound->program.environment().entity();
  for (const std::uint32_t id : bound->program.watched()) {
    names.push_back(expr::path_name({expr::Root::kRecord, {id}}, entity, bound->model->catalog()));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Evaluation Expression::evaluate(const Map& variables, Timestamp now) const {
  return guarded_evaluation([&]() -> Evaluation {
    const auto bound = impl_->last();
    if (bound->model != nullptr) {
      return failed(Status(Code::kInvalidArgument, "the expression is about records of " +
                                                       impl_->entity + "; evaluate it on one"));
    }
    const Value time(now);
    expr::Variables given(bound->program);
    Status fits = given.set("now", time);
    if (fits.ok()) fits = given.set(variables);
    if (!fits.ok()) return failed(std::move(fits), EvaluationError::kBug);
    expr::Activation activation;
    activation.set_now(now);  // today() has no other
    activation.set_limits(impl_->limits());
    given.bind(&activation);
    return evaluation(bound->program, bound->program.outcome(activation));
  });
}

Evaluation Expression::evaluate(const Reader& reader, RecordId record, const Map& params) const {
  return guarded_evaluation([&]() -> Evaluation {
    if (!reader.impl()) return failed(ended());
    auto bound = impl_->for_model(reader.impl()->shared_model());
    if (!bound.ok()) return failed(bound.status());
    const expr::Program& program = (*bound)->program;
    const Value given(params);
    Result<expr::Outcome> outcome = reader.impl()->outcome(record, program, given, impl_->limits());
    if (!outcome.ok()) return failed(outcome.status());
    return evaluation(program, *std::move(outcome));
  });
}

Result<Value> evaluate(std::string_view expression, const Map& variables, Timestamp now) {
  return guarded([&]() -> Result<Value> {
    expr::Environment environment;
    environment.add_variable("now", expr::Type::of(expr::TypeKind::kTimestamp));
    expr::Activation activation;
    const Value time(now);
    activation.set_variable("now", &time);
    activation.set_now(now);  // today() has no other
    for (const auto& [name, value] : variables) {
      const std::string* text = name.text();
      if (text == nullptr) {
        return Status(Code::kInvalidArgument, "the names of variables must be text");
      }
      environment.add_variable(*text, expr::type_of(value));
      activation.set_variable(*text, &value);
    }
    KITH_ASSIGN(expr::Program program, expr::compile(expression, environment));
    Evaluation all = evaluation(program, program.outcome(activation));
    if (!all.ok()) return std::move(all.status);
    return std::move(all.value);
  });
}

Result<std::string> check_expression(const Database& database, std::string_view entity,
                                     std::string_view expression) {
  return guarded([&]() -> Result<std::string> {
    if (!database.impl()) return closed();
    KITH_ASSIGN(auto model, database.impl()->current_model());
    KITH_ASSIGN(const engine::CompiledType* type, model->find(entity));
    KITH_ASSIGN(const expr::Program program,
                compile_on(expression, *model, type->type->id, database.impl()->limits()));
    return program.type().to_string();
  });
}

Result<Value> evaluate_on(const Reader& reader, RecordId record, std::string_view expression) {
  return guarded([&]() -> Result<Value> {
    if (!reader.impl()) return ended();
    engine::Reader& from = *reader.impl();
    const engine::CompiledType* type = from.model().find(record.type());
    if (type == nullptr) return from.get(record).status();  // there is no such record
    const Limits& database_limits = from.session().database_limits();
    KITH_ASSIGN(const expr::Program program,
                compile_on(expression, from.model(), record.type(), database_limits));
    expr::EvaluationLimits limits;
    limits.max_cost = database_limits.max_expression_cost;
    KITH_ASSIGN(expr::Outcome outcome, from.outcome(record, program, Value(), limits));
    Evaluation all = evaluation(program, std::move(outcome));
    if (!all.ok()) return std::move(all.status);
    return std::move(all.value);
  });
}

}  // namespace kith
