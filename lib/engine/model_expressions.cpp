#include "engine/model_expressions.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>

#include "automation/compiled.hpp"
#include "base/try.hpp"
#include "expr/cost.hpp"
#include "expr/formulas.hpp"
#include "expr/program.hpp"
#include "expr/rollups.hpp"
#include "expr/text_template.hpp"
#include "record/layout.hpp"

namespace kith::engine {
namespace {

using expr::Type;
using expr::TypeKind;

// The type of expression that can be assigned to a field; nothing when any may be tried.
std::optional<Type> assignable(const schema::Catalog& catalog, const schema::Field& field) {
  switch (field.type) {
    case schema::FieldType::kBool: return Type::of(TypeKind::kBool);
    case schema::FieldType::kInt: return Type::of(TypeKind::kInt);
    case schema::FieldType::kFloat: return Type::of(TypeKind::kDouble);
    case schema::FieldType::kText:
    case schema::FieldType::kChoice: return Type::of(TypeKind::kString);
    case schema::FieldType::kMultiChoice: return Type::list(Type::of(TypeKind::kString));
    case schema::FieldType::kDate: return Type::of(TypeKind::kDate);
    case schema::FieldType::kTimestamp: return Type::of(TypeKind::kTimestamp);
    case schema::FieldType::kDuration: return Type::of(TypeKind::kDuration);
    case schema::FieldType::kBytes: return Type::of(TypeKind::kBytes);
    case schema::FieldType::kReference: {
      const schema::EntityType* target = catalog.find(field.target);
      return Type::record(field.target, target != nullptr ? target->name : std::string());
    }
    // Whole numbers and doubles become decimals when the field takes them; json takes anything.
    case schema::FieldType::kDecimal:
    case schema::FieldType::kMoney:
    case schema::FieldType::kJson:
    case schema::FieldType::kReferenceList: return std::nullopt;
  }
  return std::nullopt;
}

expr::ParseLimits limits_of(std::uint32_t max_bytes) {
  expr::ParseLimits limits;
  limits.max_source_bytes = max_bytes;
  return limits;
}

class Checker {
 public:
  Checker(const ModelDraft& draft, std::uint32_t max_bytes, std::uint64_t max_cost,
          schema::Diagnostics& diagnostics)
      : catalog_(draft.catalog),
        organisation_(draft.organisation),
        max_bytes_(max_bytes),
        max_cost_(max_cost),
        diagnostics_(diagnostics),
        formulas_(
            catalog_, [this](std::uint16_t id) { return layouts_.find(id); },
            limits_of(max_bytes)) {
    formulas_.set_organisation(&organisation_);
    formulas_.set_scores(&draft.scores);
    for (const Violation& violation : diagnostics.errors()) incomplete_.insert(violation.entity);
    broken_ = incomplete_;
  }

  // Other expressions read formulas and scores, so all of these come first.
  void check_read(const ModelDraft& draft) {
    std::set<std::string> broken;
    check_formulas(draft.expressions, &broken);
    check_scores(draft, &broken);
    broken_.merge(broken);
  }

  void check_rollups(const std::vector<schema::ExpressionUse>& uses) {
    for (const schema::ExpressionUse& use : uses) {
      if (use.expect != Expect::kRollup || incomplete_.count(use.entity) > 0) continue;
      const schema::EntityType* type = catalog_.find(use.entity);
      const schema::Rollup* rollup = type != nullptr ? type->find_rollup(use.field) : nullptr;
      if (rollup == nullptr || concerns_broken(*type, *rollup)) continue;
      using Part = expr::Rollups::Part;
      const Status status = formulas_.rollups().check(
          *type, *rollup, use.target.empty() ? Part::kValue : Part::kWhere);
      if (status.ok()) continue;
      diagnostics_.error(use.place, "expression", use.entity, use.field,
                         use.where + ": " + std::string(status.message()));
    }
  }

  void check(const schema::ExpressionUse& use) {
    const schema::EntityType* type = catalog_.find(use.entity);
    const bool known = use.expect == Expect::kFormula || use.expect == Expect::kRollup;
    if (known || type == nullptr || broken_.count(use.entity) > 0) return;
    const Status status = compiled(use, *type);
    if (status.ok()) return;
    diagnostics_.error(use.place, "expression", use.entity, use.field,
                       use.where + ": " + std::string(status.message()));
  }

 private:
  using Expect = schema::ExpressionUse::Expect;

  void check_formulas(const std::vector<schema::ExpressionUse>& uses,
                      std::set<std::string>* broken) {
    for (const schema::ExpressionUse& use : uses) {
      if (use.expect != Expect::kFormula || broken_.count(use.entity) > 0) continue;
      const schema::EntityType* type = catalog_.find(use.entity);
      const schema::Field* field = type != nullptr ? type->find_field(use.field) : nullptr;
      if (field == nullptr || !field->is_formula()) continue;
      Status status = formulas_.check(*type, *field);
      if (status.ok()) {
        check_indexes(use, *type, *field);
        continue;
      }
      broken->insert(use.entity);
      diagnostics_.error(use.place, "expression", use.entity, use.field,
                         std::string(status.message()));
    }
  }

  void check_scores(const ModelDraft& draft, std::set<std::string>* broken) {
    for (std::size_t i = 0; i < draft.scores.size(); ++i) {
      const schema::Score& score = draft.scores[i];
      const schema::ScoreDeclaration& declared = draft.score_declarations[i];
      const schema::EntityType* type = catalog_.find(score.entity);
      if (type == nullptr || broken_.count(score.entity) > 0) continue;
      const std::vector<expr::ScoreMistake> mistakes = formulas_.check_score(score);
      if (mistakes.empty()) check_shares(*type, declared);
      for (const expr::ScoreMistake& mistake : mistakes) {
        broken->insert(score.entity);
        diagnostics_.error(place_of(declared, mistake), "expression", score.entity, "",
                           std::string(mistake.status.message()));
      }
    }
  }

  static schema::Place place_of(const schema::ScoreDeclaration& declared,
                                const expr::ScoreMistake& mistake) {
    using Part = expr::ScoreMistake::Part;
    const schema::ScoreRowPlaces& places = declared.rows[mistake.row];
    switch (mistake.part) {
      case Part::kWhen: return places.when;
      case Part::kPoints: return places.points;
      case Part::kSince: return places.since;
      case Part::kWhole: break;
    }
    return declared.place;
  }

  // A row that costs more than its share whatever the record is gives no points, ever.
  void check_shares(const schema::EntityType& type, const schema::ScoreDeclaration& declared) {
    const expr::Score& score = *formulas_.find_score(type.id, declared.score.name);
    const std::uint64_t share = score.share(max_cost_);
    for (std::size_t row = 0; row < score.rows.size(); ++row) {
      if (score.rows[row].least <= share) continue;
      diagnostics_.error(
          declared.rows[row].points, "expression", type.name, "",
          "score " + declared.score.name + " of " + type.name + ", row " +
              declared.score.rows[row].name + ": it costs at least " +
              std::to_string(score.rows[row].least) + " units, more than its share, " +
              std::to_string(share) +
              " (limit max_expression_cost by the number of rows and one), so it never has points");
    }
  }

  // An index holds what is written with the record, so nothing else may change its keys.
  void check_indexes(const schema::ExpressionUse& use, const schema::EntityType& type,
                     const schema::Field& field) {
    const std::string& why = formulas_.find(type.id, field.id)->not_indexable;
    if (why.empty()) return;
    for (const schema::Index& index : type.indexes) {
      if (index.removed ||
          std::find(index.fields.begin(), index.fields.end(), field.id) == index.fields.end()) {
        continue;
      }
      diagnostics_.error(
          use.place, "index", type.name, field.name,
          (field.unique ? "the formula " + field.name + " cannot be unique"
                        : "index " + index.name + " cannot hold the formula " + field.name) +
              ": it " + why + "; only a formula over the record's own fields can");
    }
  }

  bool concerns_broken(const schema::EntityType& type, const schema::Rollup& rollup) const {
    for (const schema::Catalog::Inbound& inbound : catalog_.inbound(type.id)) {
      if (inbound.field->inverse == rollup.of && incomplete_.count(inbound.from->name) > 0) {
        return true;
      }
    }
    return false;
  }

  // What costs more than the limit even at the least can never give a value. Most expressions have
  // no upper bound, and that is no mistake.
  Status affordable(const expr::Program& program) const {
    const std::uint64_t least = expr::estimate_cost(program).min;
    if (least <= max_cost_) return {};
    return {Code::kLimit, "an evaluation costs at least " + std::to_string(least) +
                              " units, more than " + std::to_string(max_cost_) +
                              " (limit max_expression_cost), so it never has a value"};
  }

  Status compiled(const schema::ExpressionUse& use, const schema::EntityType& type) {
    const automation::EnvironmentOf environments = [this](std::uint16_t entity) {
      return formulas_.environment(entity);
    };
    const expr::Environment environment =
        use.event ? automation::environment_of(environments, type.id) : environments(type.id);
    expr::CompileOptions options;
    options.limits = limits_of(max_bytes_);
    if (use.expect == Expect::kText) {
      return expr::TextTemplate::compile(use.source, environment, options).status();
    }
    if (use.expect == Expect::kBool) options.expected = Type::of(TypeKind::kBool);
    if (use.expect == Expect::kField) {
      const schema::EntityType* target = use.target.empty() ? &type : catalog_.find(use.target);
      const schema::Field* field = target != nullptr ? target->find_field(use.field) : nullptr;
      if (field != nullptr) options.expected = assignable(catalog_, *field);
    }
    const auto program = expr::compile(use.source, environment, options);
    if (!program.ok()) return program.status();
    KITH_TRY(affordable(*program));
    if (use.expect != Expect::kInstant) return {};
    const Type& found = program->type().unwrapped();
    if (found.is(TypeKind::kTimestamp) || found.is(TypeKind::kDate) || found.is_dyn()) return {};
    return {Code::kExpressionType, "\"" + use.source + "\" is of type " + found.to_string() +
                                       "; a timestamp or a date is needed"};
  }

  const schema::Catalog& catalog_;
  const schema::Organisation& organisation_;
  std::uint32_t max_bytes_;
  std::uint64_t max_cost_;
  schema::Diagnostics& diagnostics_;
  std::set<std::string> incomplete_;  // types that the document declares with mistakes
  std::set<std::string> broken_;      // and those that have formulas with mistakes
  record::LayoutCache layouts_{catalog_};
  expr::Formulas formulas_;
};

}  // namespace

void check_expressions(const ModelDraft& draft, std::uint32_t max_expression_bytes,
                       std::uint64_t max_expression_cost, schema::Diagnostics& diagnostics) {
  Checker checker(draft, max_expression_bytes, max_expression_cost, diagnostics);
  checker.check_read(draft);
  checker.check_rollups(draft.expressions);
  for (const schema::ExpressionUse& use : draft.expressions) checker.check(use);
}

}  // namespace kith::engine
