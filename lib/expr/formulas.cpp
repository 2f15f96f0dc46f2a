#include "expr/formulas.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "expr/code.hpp"
#include "expr/rollups.hpp"
#include "schema/diagnostics.hpp"

namespace kith::expr {
namespace {

using schema::FieldType;

Type declared_type(FieldType type) {
  switch (type) {
    case FieldType::kBool: return Type::of(TypeKind::kBool);
    case FieldType::kInt: return Type::of(TypeKind::kInt);
    case FieldType::kFloat: return Type::of(TypeKind::kDouble);
    case FieldType::kDecimal: return Type::of(TypeKind::kDecimal);
    case FieldType::kDate: return Type::of(TypeKind::kDate);
    case FieldType::kTimestamp: return Type::of(TypeKind::kTimestamp);
    case FieldType::kDuration: return Type::of(TypeKind::kDuration);
    default: return Type::of(TypeKind::kString);
  }
}

// Of the system fields those that an index can hold; the others change without the record.
bool is_stored_system_field(std::uint32_t id) {
  const auto system = static_cast<schema::SystemField>(id & ~kSystemFieldBit);
  return system == schema::SystemField::kOwner || system == schema::SystemField::kCreated ||
         system == schema::SystemField::kUpdated;
}

std::string why_not_indexable(const Program& program) {
  for (const Note& note : program.checked().notes) {
    if (note.part == FieldPart::kRelated || note.rollup != nullptr) return "reads other records";
  }
  for (const FieldPath& path : program.paths()) {
    if (path.root == Root::kUser) return "depends on who asks (user)";
    if (path.fields.size() > 1) return "reads other records";
    const std::uint32_t id = path.fields.front();
    if ((id & kSystemFieldBit) != 0 && !is_stored_system_field(id)) {
      return "reads a system field other than owner, created and updated";
    }
  }
  if (program.reads_scores()) return "depends on a score";
  if (program.reads_now()) return "depends on the time (now)";
  if (program.reads_anything()) return "asks about segments";
  for (const Note& note : program.checked().notes) {
    if (note.formula != nullptr && !note.formula->not_indexable.empty()) {
      return note.formula->not_indexable;
    }
    if (note.binding == Binding::kOrg) return "depends on the organisation (org)";
    if (note.binding == Binding::kRoot && note.root == Root::kUser) {
      return "depends on who asks (user)";
    }
  }
  return {};
}

}  // namespace

// What the checker does not know of: where the expression stands.
Status judge_reading(const Program& program, std::string_view what, int* depth) {
  const Ast& ast = program.ast();
  for (std::uint32_t id = 0; id < ast.size(); ++id) {
    const Note& note = program.checked().notes[id];
    const bool old = note.binding == Binding::kRoot && note.root == Root::kOld;
    if (old || note.binding == Binding::kParams) {
      return ast.source().error(kith::Code::kExpressionType, ast.node(id).offset,
                                std::string(old ? "'old'" : "'params'") + " has no meaning in " +
                                    std::string(what) +
                                    ", which says what a record is now, for whoever asks");
    }
    if (note.formula != nullptr) *depth = std::max(*depth, note.formula->depth + 1);
    if (note.score != nullptr) *depth = std::max(*depth, note.score->depth + 1);
  }
  if (program.reads_old()) {
    return {
        kith::Code::kExpressionType,
        std::string(what) + " says what a record is now: what it was before has no meaning in it"};
  }
  if (*depth > kMaxFormulaDepth) {
    return {kith::Code::kLimit, "it reads formulas that read formulas, " + std::to_string(*depth) +
                                    " deep; at most " + std::to_string(kMaxFormulaDepth) +
                                    " are allowed"};
  }
  return {};
}

Formulas::Formulas(const schema::Catalog& catalog, LayoutLookup layouts, ParseLimits limits)
    : catalog_(catalog),
      layouts_(std::move(layouts)),
      limits_(limits),
      rollups_(std::make_unique<Rollups>(catalog, limits, *this)) {}

Formulas::~Formulas() = default;

Status Formulas::compile() {
  for (const schema::EntityType& type : catalog_.types) {
    if (type.removed) continue;
    for (const schema::Field& field : type.fields) {
      if (field.is_formula() && !field.removed) KITH_TRY(check(type, field));
    }
  }
  if (scores_ != nullptr) {
    for (const schema::Score& score : *scores_) {
      for (const ScoreMistake& mistake : check_score(score)) return mistake.status;
    }
  }
  KITH_TRY(rollups_->compile());
  unknown_.state = State::kFailed;
  unknown_.mistake = {kith::Code::kExpressionType, "the model has none of this name any more"};
  unknown_.mistakes.push_back({0, ScoreMistake::Part::kWhole, unknown_.mistake});
  unknown_.for_readers = std::string(unknown_.mistake.message());
  complete_ = true;
  return {};
}

Status Formulas::check(const schema::EntityType& type, const schema::Field& field) {
  const Entry& entry = compiled_formula({type.id, field.id}, field);
  if (entry.state == State::kReady) return {};
  return entry.mistake.with_context("formula " + field.name + " of " + type.name);
}

std::vector<ScoreMistake> Formulas::check_score(const schema::Score& score) {
  return compiled_score(score).mistakes;
}

Result<const Formula*> Formulas::get(std::uint16_t entity, const schema::Field& field) {
  const Key key{entity, field.id};
  KITH_ASSIGN(const Entry* entry, for_reader(key, compiled_formula(key, field)));
  return entry->formula.get();
}

Result<const Score*> Formulas::score(std::uint16_t entity, std::string_view name) {
  const schema::EntityType* type = catalog_.find(entity);
  const std::string of = type != nullptr ? type->name : std::string();
  const schema::Score* definition =
      scores_ != nullptr ? schema::find_score(*scores_, of, name) : nullptr;
  if (definition != nullptr) {
    const Entry& compiled = compiled_score(*definition);
    KITH_ASSIGN(const Entry* entry, for_reader(*key_of(*definition), compiled));
    return entry->score.get();
  }
  std::vector<std::string> names;
  for (const schema::Score& other : scores_ != nullptr ? *scores_ : schema::Scores()) {
    if (other.entity == of) names.push_back(other.name);
    if (other.name == name) {
      return Status(kith::Code::kExpressionType,
                    "the score '" + other.name + "' is one of " + other.entity + ", not of " + of);
    }
  }
  return Status(kith::Code::kExpressionType,
                of + " has no score '" + std::string(name) + "'" +
                    (names.empty() ? "; scores are declared in the model under \"scores\""
                                   : base::did_you_mean(name, names)));
}

const Formula* Formulas::find(std::uint16_t entity, std::uint32_t field) const {
  const auto found = entries_.find({entity, field});
  return found != entries_.end() ? found->second.formula.get() : nullptr;
}

const Score* Formulas::find_score(std::uint16_t entity, std::string_view name) const {
  const schema::EntityType* type = catalog_.find(entity);
  if (type == nullptr || scores_ == nullptr) return nullptr;
  const schema::Score* definition = schema::find_score(*scores_, type->name, name);
  if (definition == nullptr) return nullptr;
  const auto found = entries_.find(*key_of(*definition));
  return found != entries_.end() ? found->second.score.get() : nullptr;
}

// Nothing for a score of a type that there is not.
std::optional<Formulas::Key> Formulas::key_of(const schema::Score& score) const {
  const schema::EntityType* type = catalog_.find(score.entity);
  if (type == nullptr) return std::nullopt;
  return Key{type->id, kScoreBit | static_cast<std::uint32_t>(&score - scores_->data())};
}

Formulas::Entry& Formulas::compiled_formula(Key key, const schema::Field& field) {
  return compiled(key, [&](Entry* entry) { return build(key, field, entry); });
}

Formulas::Entry& Formulas::compiled_score(const schema::Score& definition) {
  const std::optional<Key> key = key_of(definition);
  if (key) return compiled(*key, [&](Entry* entry) { return build(*key, definition, entry); });
  return unknown_;  // which the check of the names complains of
}

template <typename Build>
Formulas::Entry& Formulas::compiled(Key key, const Build& build) {
  const auto known = entries_.find(key);
  if (known != entries_.end()) return known->second;
  if (complete_) return unknown_;
  Entry& entry = entries_[key];
  if (open_.empty()) circle_.clear();
  open_.push_back(key);
  entry.mistake = build(&entry);
  open_.pop_back();
  entry.state = entry.mistake.ok() ? State::kReady : State::kFailed;
  if (entry.mistake.ok()) return entry;
  entry.formula = nullptr;
  entry.score = nullptr;
  const bool score = (key.second & kScoreBit) != 0;
  entry.for_readers = !circle_.empty() ? circle_
                                       : std::string("the ") + (score ? "score" : "formula") +
                                             " '" + name_of(key, true) +
                                             "' has a mistake of its own: mend that one first";
  return entry;
}

// What another expression may do with it.
Result<const Formulas::Entry*> Formulas::for_reader(Key key, const Entry& entry) {
  switch (entry.state) {
    case State::kReady: return &entry;
    case State::kFailed: return Status(kith::Code::kExpressionType, entry.for_readers);
    case State::kOpen: break;
  }
  circle_ = circle(key);
  return Status(kith::Code::kExpressionType, circle_);
}

Environment Formulas::environment(std::uint16_t entity) {
  Environment environment = Environment::for_entity(catalog_, layouts_, entity);
  environment.set_formulas(this);
  environment.set_organisation(organisation_);
  return environment;
}

Status Formulas::build(Key key, const schema::Field& field, Entry* entry) {
  CompileOptions options;
  options.limits = limits_;
  options.expected = declared_type(field.type);
  KITH_ASSIGN(Program program, expr::compile(field.formula, environment(key.first), options));
  auto formula = std::make_unique<Formula>(std::move(program));
  formula->type = catalog_.find(key.first);
  formula->field = &field;
  KITH_TRY(judge(formula.get()));
  entry->formula = std::move(formula);
  return {};
}

Status Formulas::build(Key key, const schema::Score& definition, Entry* entry) {
  auto score = std::make_unique<Score>();
  score->entity = key.first;
  entry->mistakes = build_score(definition, environment(key.first), limits_, score.get());
  if (!entry->mistakes.empty()) return entry->mistakes.front().status;
  entry->score = std::move(score);
  return {};
}

Status Formulas::judge(Formula* formula) const {
  formula->weight = formula->program.ast().size();
  KITH_TRY(judge_reading(formula->program, "a formula", &formula->depth));
  formula->not_indexable = why_not_indexable(formula->program);
  return {};
}

std::string Formulas::circle(Key key) const {
  const auto begin = std::find(open_.begin(), open_.end(), key);
  const bool one_type =
      std::all_of(begin, open_.end(), [&](const Key& other) { return other.first == key.first; });
  std::string path;
  for (auto at = begin; at != open_.end(); ++at) path += name_of(*at, !one_type) + " -> ";
  const bool scores = std::any_of(begin, open_.end(),
                                  [](const Key& other) { return (other.second & kScoreBit) != 0; });
  return std::string(scores ? "formulas and scores" : "formulas") +
         " read each other in a circle: " + path + name_of(key, !one_type);
}

std::string Formulas::name_of(Key key, bool qualified) const {
  const schema::EntityType* type = catalog_.find(key.first);
  if (type != nullptr && (key.second & kScoreBit) != 0) {
    const std::string call = "score('" + (*scores_)[key.second & ~kScoreBit].name + "')";
    return qualified ? type->name + "." + call : call;
  }
  const schema::Field* field = type != nullptr ? type->find_field(key.second) : nullptr;
  if (field == nullptr) return "?";
  return qualified ? type->name + "." + field->name : field->name;
}

Result<Value> Formulas::compute(const schema::EntityType& type, const schema::Field& field,
                                const record::View& view) const {
  const Formula* formula = find(type.id, field.id);
  if (formula == nullptr) {
    return Status(kith::Code::kInternal, "the formula " + field.name + " of " + type.name +
                                             " was not compiled, so that no index can hold it");
  }
  Activation activation;
  activation.set_record(RecordId(type.id, 0), &view);
  Value value;
  Failure failure;
  if (formula->evaluate(activation, &value, &failure)) return value;
  if (failure.error == ErrorClass::kHost) return failure.status;
  return Value();
}

}  // namespace kith::expr
