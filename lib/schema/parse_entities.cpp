#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "schema/model_section.hpp"
#include "schema/object_reader.hpp"
#include "schema/parse_field.hpp"

namespace kith::schema {
namespace {

constexpr auto kEntityKeys = std::to_array<std::string_view>(
    {"label", "plural", "title", "fields", "indexes", "rules", "rollups"});
constexpr auto kRollupKeys =
    std::to_array<std::string_view>({"label", "of", "count", "sum", "min", "max", "avg", "where"});
constexpr auto kRollupKinds = std::to_array<RollupKind>(
    {RollupKind::kCount, RollupKind::kSum, RollupKind::kMin, RollupKind::kMax, RollupKind::kAvg});
constexpr auto kRuleKeys = std::to_array<std::string_view>({"check", "message", "field"});

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

// Calls `each` for the members of an object member, after its number was checked.
template <typename Each>
void for_each_member(const ObjectReader& in, std::string_view name, std::size_t limit,
                     std::string_view limit_name, Each each) {
  const json::Node* node = in.find(name);
  if (node == nullptr) return;
  if (!node->is_object()) {
    in.error(name, "type",
             quote(name) + " must be an object keyed by name, not " +
                 std::string(json::kind_name(node->kind())));
    return;
  }
  if (node->members().size() > limit) {
    in.error(name, "limit",
             quote(name) + " has " + std::to_string(node->members().size()) +
                 " members, more than " + std::to_string(limit) + " (limit " +
                 std::string(limit_name) + ")");
    return;
  }
  for (const json::Member& member : node->members()) each(member);
}

class EntityParser {
 public:
  EntityParser(const json::Member& member, const Scope& scope, const ObjectReader& in)
      : scope_(scope), in_(in) {
    out_.place = place_of(member);
    out_.type.name = member.name;
  }

  EntityDeclaration parse() {
    const ModelLimits& limits = *scope_.limits;
    out_.type.label = in_.label("label", label_from_name(out_.type.name));
    out_.type.plural = in_.label("plural", out_.type.label + "s");
    out_.type.title_field = in_.text("title", limits.max_name_length);
    out_.title_place = in_.place("title");
    for_each_member(in_, "fields", limits.max_fields_per_type, "max_fields_per_type",
                    [&](const json::Member& member) { add_field(member); });
    check_implied_names();
    for_each_member(in_, "indexes", limits.max_indexes_per_type, "max_indexes_per_type",
                    [&](const json::Member& member) { add_index(member); });
    for_each_member(in_, "rules", limits.max_rules_per_type, "max_rules_per_type",
                    [&](const json::Member& member) { add_rule(member); });
    for_each_member(in_, "rollups", limits.max_rollups_per_type, "max_rollups_per_type",
                    [&](const json::Member& member) { add_rollup(member); });
    return std::move(out_);
  }

 private:
  void add_field(const json::Member& member) {
    if (member.name == out_.type.name) {
      scope_.error(place_of(member), "name",
                   "the field name " + quote(member.name) +
                       " is the name of the type, which means the record in expressions");
    }
    if (auto field = parse_field(member, scope_)) out_.fields.push_back(*std::move(field));
  }

  // A money field `price` brings `price_ccy` into expressions.
  void check_implied_names() {
    std::set<std::string> implied;
    for (const FieldDeclaration& field : out_.fields) {
      if (field.field.type == FieldType::kMoney) implied.insert(field.field.name + "_ccy");
    }
    for (const FieldDeclaration& field : out_.fields) {
      if (implied.count(field.field.name) == 0) continue;
      scope_.error(field.place, "name",
                   "the field name " + quote(field.field.name) +
                       " is the currency of a money field in expressions: take another name");
    }
  }

  bool check_name(const json::Member& member, std::string_view what) {
    const std::string problem = identifier_problem(member.name, *scope_.limits);
    if (problem.empty()) return true;
    scope_.error(place_of(member), "name",
                 "the " + std::string(what) + " name " + quote(member.name) + " " + problem);
    return false;
  }

  void add_index(const json::Member& member) {
    if (!check_name(member, "index")) return;
    IndexDeclaration index;
    index.name = member.name;
    index.place = place_of(member);
    Scope scope = scope_;
    scope.where = "index " + member.name;
    for (PlacedText& field : read_texts(&member.value, member.name, scope)) {
      index.fields.push_back(std::move(field.text));
      index.field_places.push_back(field.place);
    }
    const std::size_t limit = scope_.limits->max_fields_per_index;
    if (member.value.is_array() && member.value.elements().empty()) {
      scope.error(place_of(member.value), "index", "an index needs at least one field");
    } else if (index.fields.size() > limit) {
      scope.error(
          place_of(member.value), "limit",
          "an index has at most " + std::to_string(limit) + " fields (limit max_fields_per_index)");
    } else {
      out_.indexes.push_back(std::move(index));
    }
  }

  void add_rule(const json::Member& member) {
    if (!check_name(member, "rule")) return;
    Scope scope = scope_;
    scope.where = "rule " + member.name;
    const ObjectReader in(member.value, scope, kRuleKeys);
    if (!in.ok()) return;
    RuleDeclaration rule;
    rule.place = place_of(member);
    rule.check_place = in.place("check");
    rule.field_place = in.place("field");
    rule.rule.name = member.name;
    rule.rule.expression = in.expression("check");
    if (in.find("check") == nullptr) {
      in.error("check", "missing_member",
               "\"check\" is missing: the condition that every record must satisfy");
    }
    rule.rule.message = in.text("message", scope_.limits->max_text_bytes);
    if (rule.rule.message.empty()) rule.rule.message = "must satisfy: " + rule.rule.expression;
    rule.rule.field = in.text("field", scope_.limits->max_name_length);
    if (!rule.rule.expression.empty()) out_.rules.push_back(std::move(rule));
  }

  void add_rollup(const json::Member& member) {
    std::string problem = name_problem(member.name, *scope_.limits);
    if (member.name == out_.type.name) problem = "is the name of the type";
    if (!problem.empty()) {
      scope_.error(place_of(member), "name",
                   "the rollup name " + quote(member.name) + " " + problem);
      return;
    }
    Scope scope = scope_;
    scope.field = member.name;
    scope.where = "rollup " + member.name;
    const ObjectReader in(member.value, scope, kRollupKeys);
    if (!in.ok()) return;
    RollupDeclaration rollup;
    rollup.place = place_of(member);
    rollup.of_place = in.place("of");
    rollup.where_place = in.place("where");
    rollup.rollup.name = member.name;
    rollup.rollup.label = in.label("label", label_from_name(member.name));
    rollup.rollup.of = in.required_text("of", scope_.limits->max_name_length);
    rollup.rollup.where = in.expression("where");
    if (read_kind(in, &rollup) && !rollup.rollup.of.empty()) {
      out_.rollups.push_back(std::move(rollup));
    }
  }

  // What the rollup tells of the related records: exactly one thing.
  static bool read_kind(const ObjectReader& in, RollupDeclaration* out) {
    std::string_view found;
    for (const RollupKind kind : kRollupKinds) {
      const std::string_view name = rollup_kind_name(kind);
      if (in.find(name) == nullptr) continue;
      if (!found.empty()) {
        in.error(name, "rollup",
                 "a rollup is one of count, sum, min, max and avg; " + quote(found) + " and " +
                     quote(name) + " together are two: declare another rollup");
        return false;
      }
      found = name;
      out->rollup.kind = kind;
    }
    if (found.empty()) {
      in.error("of", "missing_member",
               "what the rollup tells is missing: \"count\": true, or one of \"sum\", \"min\", "
               "\"max\" and \"avg\" with an expression over the related record");
      return false;
    }
    out->value_place = in.place(found);
    if (out->rollup.kind == RollupKind::kCount) {
      if (in.boolean(found, true)) return true;
      in.error(found, "rollup", "\"count\" can only be true: it counts the related records");
      return false;
    }
    out->rollup.value = in.expression(found);
    return !out->rollup.value.empty();
  }

  const Scope& scope_;
  const ObjectReader& in_;
  EntityDeclaration out_;
};

}  // namespace

Declarations parse_entities(const json::Node* member, const ModelLimits& limits,
                            Diagnostics& diagnostics) {
  Declarations declared;
  if (member == nullptr) return declared;
  if (!member->is_object()) {
    diagnostics.error(place_of(*member), "type", "", "",
                      "\"entities\" must be an object keyed by the names of entity types");
    return declared;
  }
  for (const json::Member& entity : member->members()) {
    const Scope scope{&diagnostics, &limits, entity.name, "", "entity type " + entity.name};
    if (const std::string problem = name_problem(entity.name, limits); !problem.empty()) {
      diagnostics.error(place_of(entity), "name", entity.name, "",
                        "the entity type name " + quote(entity.name) + " " + problem);
    }
    const ObjectReader in(entity.value, scope, kEntityKeys);
    if (in.ok()) declared.entities.push_back(EntityParser(entity, scope, in).parse());
  }
  return declared;
}

}  // namespace kith::schema
