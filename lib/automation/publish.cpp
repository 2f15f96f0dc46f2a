#include <algorithm>
#include <tuple>
#include <utility>

#include "automation/section_parts.hpp"
#include "base/nearest_name.hpp"

namespace kith::automation {
namespace {

using schema::ExpressionUse;
using schema::FieldType;
using schema::PlacedText;
using schema::Scope;

// Resolves one automation against the draft; `ok` as long as nothing was wrong.
class Publisher {
 public:
  Publisher(const Workshop& shop, const AutomationDeclaration& declaration)
      : shop_(shop),
        declaration_(declaration),
        scope_{&shop.diagnostics, &shop.limits, "", "",
               "automation " + declaration.automation.name} {}

  void before_rule(BeforeRules* rules) {
    const schema::EntityType* type = resolve_entity(shop_.draft, declaration_.entity, scope_);
    if (type == nullptr) return;
    if (!declaration_.automation.when.empty()) {
      shop_.uses->push_back({declaration_.automation.when, type->name, "",
                             ExpressionUse::Expect::kBool, scope_.where + ", when",
                             declaration_.when_place});
    }
    BeforeRule rule;
    rule.name = declaration_.automation.name;
    rule.entity = type->id;
    rule.order = declaration_.automation.order;
    rule.when = declaration_.automation.when;
    rule.set = resolve_assignments(*type, declaration_.set, scope_, true, shop_.uses);
    rules->rules.push_back(std::move(rule));
  }

  // Without id and version.
  std::optional<Automation> automation() {
    const schema::EntityType* type = resolve_entity(shop_.draft, declaration_.entity, scope_);
    if (type == nullptr) return std::nullopt;
    Automation out = declaration_.automation;
    out.entity = type->id;
    resolve_trigger(*type, &out);
    out.owner = resolve_owner();
    use_expression(shop_, *type, out.when, ExpressionUse::Expect::kBool, scope_.where + ", when",
                   declaration_.when_place);
    use_expression(shop_, *type, out.exit_when, ExpressionUse::Expect::kBool,
                   scope_.where + ", exit_when", declaration_.exit_when_place);
    out.steps = publish_steps(shop_, declaration_, *type);
    return out;
  }

 private:
  void resolve_trigger(const schema::EntityType& type, Automation* out) {
    switch (out->trigger) {
      case Trigger::kUpdated:
        for (const PlacedText& name : declaration_.watch) {
          out->watch.push_back(resolve_field_or_owner(type, name.text, name.place, scope_));
          refuse_formula(type.find_field(out->watch.back()), name.place,
                         "watch the fields it reads, or ask for it in \"when\"");
        }
        std::sort(out->watch.begin(), out->watch.end());
        return;
      case Trigger::kStageEntered:
      case Trigger::kStageLeft: return resolve_stages(type, out);
      case Trigger::kDateReached: return resolve_date(type, out);
      default: return;
    }
  }

  void resolve_stages(const schema::EntityType& type, Automation* out) {
    const schema::Field* field =
        resolve_pipeline_field(type, declaration_.field, declaration_.place, scope_);
    if (field == nullptr) return;
    out->field = field->id;
    for (const PlacedText& name : declaration_.stages) {
      out->stages.push_back(resolve_stage(*field, name, scope_));
    }
    std::sort(out->stages.begin(), out->stages.end());
  }

  void resolve_date(const schema::EntityType& type, Automation* out) {
    if (declaration_.field.text.empty()) return;
    const schema::Field* field =
        resolve_field(type, declaration_.field.text, declaration_.field.place, scope_);
    if (field == nullptr) return;
    out->field = field->id;
    refuse_formula(field, declaration_.field.place, "name the field that holds the date");
    if (field->type != FieldType::kDate && field->type != FieldType::kTimestamp) {
      scope_.error(declaration_.field.place, "type",
                   quote(field->name) + " is a " + std::string(field_type_name(field->type)) +
                       ": a date or timestamp field is needed");
    } else if (field->type == FieldType::kTimestamp && declaration_.at_place.line != 0) {
      scope_.error(declaration_.at_place, "unexpected_member",
                   "\"at\" belongs to date fields; " + quote(field->name) +
                       " is a timestamp and has a time of its own: leave it out");
    }
  }

  // Nothing is written when a formula gets another value.
  void refuse_formula(const schema::Field* field, schema::Place place, std::string_view remedy) {
    if (field == nullptr || !field->is_formula()) return;
    scope_.error(
        place, "formula",
        quote(field->name) + " is a formula, whose changes nobody writes: " + std::string(remedy));
  }

  RecordId resolve_owner() {
    const PlacedText& owner = declaration_.owner;
    if (owner.text.empty()) return {};
    const Result<RecordId> id = schema::parse_id(shop_.draft, owner.text);
    const schema::EntityType* user = shop_.draft.find("user");
    if (id.ok() && user != nullptr && id->type() == user->id) return *id;
    scope_.error(owner.place, "owner",
                 quote(owner.text) + " is no user: write the id of one, such as \"user:7\"" +
                     (user == nullptr ? "; this model has no entity type user" : ""));
    return {};
  }

  const Workshop& shop_;
  const AutomationDeclaration& declaration_;
  Scope scope_;
};

// The id and version that an automation has after its predecessor of the same name.
void number(const Definitions& stored, Definitions* next, Automation* automation) {
  const Automation* before = stored.find(automation->name);
  if (before == nullptr) {
    automation->id = next->next_id++;
    return;
  }
  automation->id = before->id;
  automation->version = before->version;
  if (*automation != *before) ++automation->version;
}

}  // namespace

std::uint32_t resolve_field_or_owner(const schema::EntityType& type, const std::string& name,
                                     schema::Place place, const Scope& scope) {
  if (name == system_field_name(schema::SystemField::kOwner)) {
    return system_field_id(schema::SystemField::kOwner);
  }
  const schema::Field* field = resolve_field(type, name, place, scope);
  return field != nullptr ? field->id : 0;
}

const schema::Field* resolve_pipeline_field(const schema::EntityType& type, const PlacedText& name,
                                            schema::Place place, const Scope& scope) {
  std::vector<const schema::Field*> moved;
  for (const schema::Field& field : type.fields) {
    if (!field.removed && !field.pipeline.empty()) moved.push_back(&field);
  }
  if (!name.text.empty()) {
    const schema::Field* field = resolve_field(type, name.text, name.place, scope);
    if (field == nullptr || !field->pipeline.empty()) return field;
    scope.error(name.place, "field", quote(field->name) + " has no stages: no pipeline moves it");
    return nullptr;
  }
  if (moved.size() == 1) return moved.front();
  scope.error(place, moved.empty() ? "field" : "missing_member",
              moved.empty() ? "no pipeline moves " + type.name + ", so it has no stages"
                            : type.name + " has several pipelines: name the one by its \"field\"");
  return nullptr;
}

std::uint32_t resolve_stage(const schema::Field& field, const PlacedText& name,
                            const Scope& scope) {
  if (const schema::Option* stage = field.find_option(name.text)) return stage->id;
  if (name.text.empty()) return 0;
  std::vector<std::string_view> names;
  for (const schema::Option& option : field.options) names.push_back(option.name);
  scope.error(name.place, "unknown_stage",
              "there is no stage " + quote(name.text) + " in pipeline " + field.pipeline +
                  base::did_you_mean(name.text, names));
  return 0;
}

void use_expression(const Workshop& shop, const schema::EntityType& type, const std::string& source,
                    ExpressionUse::Expect expect, const std::string& where, schema::Place place) {
  if (source.empty()) return;
  ExpressionUse use{source, type.name, "", expect, where, place};
  use.event = true;
  shop.uses->push_back(std::move(use));
}

Published publish_automations(const std::vector<AutomationDeclaration>& declared,
                              const Published& stored, const schema::Catalog& draft,
                              const schema::ModelLimits& limits, schema::Diagnostics& diagnostics,
                              std::vector<ExpressionUse>* expressions,
                              const schema::Scores* scores) {
  const Workshop shop{draft, limits, diagnostics, expressions};
  Published out;
  out.definitions.next_id = stored.definitions.next_id;
  std::vector<std::pair<Automation, schema::Place>> found;
  for (const AutomationDeclaration& declaration : declared) {
    Publisher publisher(shop, declaration);
    if (declaration.before_save) {
      publisher.before_rule(&out.before);
    } else if (std::optional<Automation> automation = publisher.automation()) {
      number(stored.definitions, &out.definitions, &*automation);
      found.emplace_back(*std::move(automation), declaration.place);
    }
  }
  std::sort(out.before.rules.begin(), out.before.rules.end(),
            [](const BeforeRule& a, const BeforeRule& b) {
              return std::tie(a.order, a.name) < std::tie(b.order, b.name);
            });
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
    return std::tie(a.first.entity, a.first.order, a.first.name) <
           std::tie(b.first.entity, b.first.order, b.first.name);
  });
  std::vector<schema::Place> places;
  for (auto& [automation, place] : found) {
    out.definitions.automations.push_back(std::move(automation));
    places.push_back(place);
  }
  if (diagnostics.ok()) {
    warn_of_cycles(out.definitions.automations, places, draft, scores, diagnostics);
  }
  return out;
}

}  // namespace kith::automation
