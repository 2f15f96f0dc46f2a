#include <algorithm>
#include <utility>

#include "automation/section_parts.hpp"

namespace kith::automation {
namespace {

using schema::ExpressionUse;
using schema::FieldType;
using schema::Scope;
using Expect = schema::ExpressionUse::Expect;

constexpr std::string_view kTemplateType = "template";

// Resolves one step of an automation about `type`.
class StepPublisher {
 public:
  StepPublisher(const Workshop& shop, const StepDeclaration& declaration,
                const schema::EntityType& type, const std::string& automation)
      : shop_(shop),
        declaration_(declaration),
        type_(type),
        out_(declaration.step),
        scope_{&shop.diagnostics, &shop.limits, "", "",
               "automation " + automation + ", step " + declaration.step.name} {}

  Step run() {
    use(out_.when, Expect::kBool, "when", declaration_.when_place);
    switch (out_.kind) {
      case StepKind::kSet: out_.set = assignments(type_); break;
      case StepKind::kCreate: create(); break;
      case StepKind::kMove: move(); break;
      case StepKind::kAssign: assign(); break;
      case StepKind::kSend: send(); break;
      case StepKind::kWait:
        use(out_.until, Expect::kInstant, "until", declaration_.until_place);
        break;
      case StepKind::kStop: break;
    }
    return std::move(out_);
  }

 private:
  void use(const std::string& source, Expect expect, const std::string& what, schema::Place place) {
    use_expression(shop_, type_, source, expect, scope_.where + ", " + what, place);
  }

  // The step's `set`, of fields of `target`; the expressions are about the run's own record.
  std::vector<schema::Assignment> assignments(const schema::EntityType& target) {
    const std::size_t first = shop_.uses->size();
    auto resolved = resolve_assignments(target, declaration_.set, scope_, true, shop_.uses);
    for (std::size_t i = first; i < shop_.uses->size(); ++i) {
      ExpressionUse& added = (*shop_.uses)[i];
      added.entity = type_.name;
      added.target = target.name;
      added.event = true;
    }
    return resolved;
  }

  void create() {
    const schema::EntityType* target = resolve_entity(shop_.draft, declaration_.entity, scope_);
    if (target == nullptr) return;
    out_.entity = target->id;
    out_.set = assignments(*target);
    for (const schema::Field& field : target->fields) {
      if (field.removed || !field.required || field.default_value) continue;
      const bool set = std::any_of(out_.set.begin(), out_.set.end(),
                                   [&](const auto& a) { return a.field == field.id; });
      if (set) continue;
      shop_.diagnostics.warning(
          declaration_.place, "required", target->name, field.name,
          scope_.where + ": " + quote(field.name) + " of " + target->name +
              " is required, has no default and is not set: the step will fail unless a "
              "before_save rule gives it");
    }
  }

  void move() {
    const schema::Field* field =
        resolve_pipeline_field(type_, declaration_.field, declaration_.place, scope_);
    if (field != nullptr) {
      out_.field = field->id;
      out_.stage = resolve_stage(*field, declaration_.stage, scope_);
      const schema::Option* stage = out_.stage != 0 ? field->find_option(out_.stage) : nullptr;
      if (stage != nullptr && stage->retired) {
        scope_.error(declaration_.stage.place, "retired_stage",
                     "the stage " + quote(stage->name) + " is retired: nothing can move there");
      }
    }
    out_.set = assignments(type_);
  }

  // The type of the records that the field refers to; null when it is no reference.
  const schema::EntityType* target_of(std::uint32_t id) {
    if (id == system_field_id(schema::SystemField::kOwner)) return shop_.draft.find("user");
    const schema::Field* field = type_.find_field(id);
    if (field->type == FieldType::kReference) return shop_.draft.find(field->target);
    scope_.error(declaration_.field.place, "type",
                 quote(field->name) + " is a " + std::string(field_type_name(field->type)) +
                     ": a reference is needed, or owner");
    return nullptr;
  }

  void assign() {
    const schema::PlacedText& field = declaration_.field;
    if (field.text.empty()) return;
    out_.field = resolve_field_or_owner(type_, field.text, field.place, scope_);
    if (out_.field == 0) return;
    const std::size_t errors = shop_.diagnostics.error_count();
    const schema::EntityType* target = target_of(out_.field);
    if (shop_.diagnostics.error_count() != errors) return;
    const schema::EntityType* among = target;
    if (!declaration_.entity.text.empty()) {
      among = resolve_entity(shop_.draft, declaration_.entity, scope_);
      if (among == nullptr) return;
    }
    if (among == nullptr) {
      scope_.error(declaration_.place, "missing_member",
                   "this model has no entity type user: say \"among\" which type owner is chosen");
      return;
    }
    if (target != nullptr && among != target) {
      scope_.error(declaration_.entity.place, "reference",
                   quote(field.text) + " refers to " + target->name + ", so it cannot be chosen " +
                       "among " + among->name);
      return;
    }
    out_.entity = among->id;
    if (out_.among.empty()) return;
    shop_.uses->push_back({out_.among, among->name, "", Expect::kBool, scope_.where + ", where",
                           declaration_.among_place});
  }

  void send() {
    use(out_.to, Expect::kAny, "to", declaration_.to_place);
    use(out_.subject, Expect::kText, "subject", declaration_.subject_place);
    use(out_.body, Expect::kText, "body", declaration_.body_place);
    for (std::size_t i = 0; i < out_.data.size(); ++i) {
      use(out_.data[i].second, Expect::kAny, "data " + out_.data[i].first,
          declaration_.data_places[i]);
    }
    if (!out_.message_template.empty()) check_template_type();
  }

  void check_template_type() {
    const schema::EntityType* type = shop_.draft.find(kTemplateType);
    const auto text = [&](std::string_view name) {
      const schema::Field* field = type != nullptr ? type->find_field(name) : nullptr;
      return field != nullptr && field->type == FieldType::kText ? field : nullptr;
    };
    const schema::Field* name = text("name");
    if (name != nullptr && name->unique && text("subject") && text("body")) return;
    scope_.error(declaration_.template_place, "template",
                 "\"template\" needs an entity type template with a unique text field name and "
                 "text fields subject and body");
  }

  const Workshop& shop_;
  const StepDeclaration& declaration_;
  const schema::EntityType& type_;
  Step out_;
  Scope scope_;
};

}  // namespace

std::vector<Step> publish_steps(const Workshop& shop, const AutomationDeclaration& declaration,
                                const schema::EntityType& type) {
  std::vector<Step> steps;
  for (const StepDeclaration& step : declaration.steps) {
    steps.push_back(StepPublisher(shop, step, type, declaration.automation.name).run());
  }
  return steps;
}

}  // namespace kith::automation
