#include "automation/section.hpp"

#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

namespace kith::automation {
namespace {

using schema::ObjectReader;
using schema::place_of;
using schema::Scope;

constexpr auto kKeys = std::to_array<std::string_view>({"entity", "on", "order", "when", "set"});
constexpr auto kLaterTriggers = std::to_array<std::string_view>(
    {"created", "updated", "deleted", "restored", "stage_entered", "stage_left", "stage_rotten",
     "field_changed", "related_changed", "date_reached", "schedule", "event", "manual"});
constexpr std::int64_t kMaxOrder = 1'000'000;

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

void check_trigger(const ObjectReader& in) {
  const std::string trigger = in.required_text("on", 1 << 10);
  if (trigger.empty() || trigger == "before_save") return;
  const bool later =
      std::find(kLaterTriggers.begin(), kLaterTriggers.end(), trigger) != kLaterTriggers.end();
  in.error("on", later ? "unsupported" : "unknown_value",
           later ? "the trigger " + quote(trigger) +
                       " is not available yet: this version knows before_save"
                 : "there is no trigger " + quote(trigger) + ": this version knows before_save");
}

RuleDeclaration read_rule(const json::Member& member, const ObjectReader& in) {
  RuleDeclaration rule;
  rule.name = member.name;
  rule.entity = {in.required_text("entity", 1 << 10), in.place("entity")};
  check_trigger(in);
  rule.order = static_cast<std::int32_t>(in.integer("order", 0, kMaxOrder).value_or(0));
  rule.when = in.expression("when");
  rule.when_place = in.place("when");
  rule.set = read_assignments(in, "set");
  if (in.find("set") == nullptr ||
      (in.find("set")->is_object() && in.find("set")->members().empty())) {
    in.error("set", "missing_member", "\"set\" is missing: the fields the rule gives a value");
  }
  return rule;
}

}  // namespace

std::vector<RuleDeclaration> parse_automations(const json::Node* member,
                                               const schema::ModelLimits& limits,
                                               schema::Diagnostics& diagnostics) {
  std::vector<RuleDeclaration> declared;
  if (member == nullptr) return declared;
  const Scope section{&diagnostics, &limits, "", "", ""};
  if (!member->is_object()) {
    section.error(place_of(*member), "type", "\"automations\" must be an object keyed by name");
    return declared;
  }
  if (member->members().size() > limits.max_before_rules) {
    section.error(place_of(*member), "limit",
                  "a model has at most " + std::to_string(limits.max_before_rules) +
                      " before_save rules (limit max_before_rules)");
    return declared;
  }
  for (const json::Member& rule : member->members()) {
    if (const std::string problem = identifier_problem(rule.name, limits); !problem.empty()) {
      section.error(place_of(rule), "name",
                    "the automation name " + quote(rule.name) + " " + problem);
    }
    const Scope scope{&diagnostics, &limits, "", "", "automation " + rule.name};
    const ObjectReader in(rule.value, scope, kKeys);
    if (in.ok()) declared.push_back(read_rule(rule, in));
  }
  return declared;
}

BeforeRules publish_automations(const std::vector<RuleDeclaration>& declared,
                                const schema::Catalog& draft, const schema::ModelLimits& limits,
                                schema::Diagnostics& diagnostics,
                                std::vector<schema::ExpressionUse>* expressions) {
  BeforeRules out;
  for (const RuleDeclaration& declaration : declared) {
    const Scope scope{&diagnostics, &limits, declaration.entity.text, "",
                      "automation " + declaration.name};
    const schema::EntityType* type = draft.find(declaration.entity.text);
    if (type == nullptr) {
      if (declaration.entity.text.empty()) continue;
      std::vector<std::string_view> names;
      for (const schema::EntityType& candidate : draft.types) {
        if (!candidate.removed) names.push_back(candidate.name);
      }
      scope.error(declaration.entity.place, "unknown_entity",
                  "there is no entity type " + quote(declaration.entity.text) +
                      schema::did_you_mean(declaration.entity.text, names));
      continue;
    }
    if (!declaration.when.empty()) {
      expressions->push_back({declaration.when, type->name, "",
                              schema::ExpressionUse::Expect::kBool, scope.where + ", when",
                              declaration.when_place});
    }
    BeforeRule rule;
    rule.name = declaration.name;
    rule.entity = type->id;
    rule.order = declaration.order;
    rule.when = declaration.when;
    rule.set = resolve_assignments(*type, declaration.set, scope, true, expressions);
    out.rules.push_back(std::move(rule));
  }
  std::sort(out.rules.begin(), out.rules.end(), [](const BeforeRule& a, const BeforeRule& b) {
    return std::tie(a.order, a.name) < std::tie(b.order, b.name);
  });
  return out;
}

}  // namespace kith::automation
