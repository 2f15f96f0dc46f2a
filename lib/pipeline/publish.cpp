#include <algorithm>
#include <iterator>
#include <utility>

#include "base/nearest_name.hpp"
#include "pipeline/section.hpp"

namespace kith::pipeline {
namespace {

using schema::PlacedText;
using schema::Scope;

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

class Publisher {
 public:
  Publisher(const PipelineDeclaration& declared, const schema::ModelLimits& limits,
            schema::Catalog& draft, schema::Diagnostics& diagnostics)
      : declared_(declared),
        draft_(draft),
        diagnostics_(diagnostics),
        scope_{&diagnostics, &limits, declared.entity.text, declared.field.text,
               "pipeline " + declared.name} {
    out_.name = declared.name;
    out_.label = declared.label;
  }

  // First pass, for all pipelines before any second: finds the field and gives it its stages.
  bool place_stages(const schema::Catalog& current) {
    type_ = find_type();
    if (type_ == nullptr) return false;
    const schema::Field* field = find_field();
    if (field == nullptr || !names_free(*field)) return false;
    out_.entity = type_->id;
    out_.field = field->id;
    refuse_lost_stages(current);
    std::vector<schema::StageOption> options;
    for (const StageDeclaration& declaration : declared_.stages) {
      const Stage& stage = declaration.stage;
      options.push_back({stage.name, stage.label, stage.retired,
                         std::string(stage_class_name(stage.stage_class)), stage.order});
    }
    const schema::StageIds ids =
        set_stages(*type_, out_.field, out_.name, options, default_stage_name());
    out_.entered_field = ids.entered;
    out_.probability_field = ids.probability;
    for (std::size_t i = 0; i < ids.options.size(); ++i) {
      out_.stages.push_back(declared_.stages[i].stage);
      out_.stages.back().id = ids.options[i];
    }
    return true;
  }

  Pipeline finish(std::vector<schema::ExpressionUse>* uses) {
    uses_ = uses;
    for (std::size_t i = 0; i < out_.stages.size(); ++i) {
      finish_stage(declared_.stages[i], out_.stages[i]);
    }
    for (const TransitionDeclaration& transition : declared_.transitions) {
      add_transition(transition);
    }
    choose_create_stages();
    if (declared_.policy || declared_.transitions.empty()) {
      std::vector<Transition> generated = generate_transitions(
          out_.stages, declared_.policy.value_or(Policy{}), reopen_targets(), out_.transitions);
      std::move(generated.begin(), generated.end(), std::back_inserter(out_.transitions));
    }
    std::sort(out_.stages.begin(), out_.stages.end(),
              [](const Stage& a, const Stage& b) { return a.order < b.order; });
    return std::move(out_);
  }

 private:
  schema::EntityType* find_type() {
    if (resolve_entity(draft_, declared_.entity, scope_) == nullptr) return nullptr;
    return draft_.find_mutable(declared_.entity.text);
  }

  const schema::Field* find_field() {
    const PlacedText& wanted = declared_.field;
    if (wanted.text.empty()) return nullptr;
    const schema::Field* field = schema::resolve_field(*type_, wanted.text, wanted.place, scope_);
    if (field == nullptr) return nullptr;
    if (field->type != schema::FieldType::kChoice) {
      scope_.error(wanted.place, "type",
                   "a pipeline moves a choice field, but " + quote(field->name) + " is of type " +
                       std::string(schema::field_type_name(field->type)));
      return nullptr;
    }
    if (!field->pipeline.empty()) {
      scope_.error(wanted.place, "duplicate_name",
                   quote(field->name) + " is already moved by pipeline " + field->pipeline);
      return nullptr;
    }
    return field;
  }

  bool names_free(const schema::Field& field) {
    const auto problems = schema::stage_name_problems(*type_, field, *scope_.limits);
    for (const schema::StageNameProblem& problem : problems) {
      if (problem.code == "field_changed") {
        diagnostics_.incompatible(declared_.field.place, problem.code, type_->name, field.name,
                                  scope_.where + ": " + problem.message);
      } else {
        scope_.error(declared_.field.place, problem.code, problem.message);
      }
    }
    return problems.empty();
  }

  // Records at rest and history say stages by id: a stage that was there stays there.
  void refuse_lost_stages(const schema::Catalog& current) {
    const schema::EntityType* type = current.find(out_.entity);
    const schema::Field* field = type != nullptr ? type->find_field(out_.field) : nullptr;
    if (field == nullptr) return;
    for (const schema::Option& option : field->options) {
      const bool kept = std::any_of(
          declared_.stages.begin(), declared_.stages.end(),
          [&](const StageDeclaration& declared) { return declared.stage.name == option.name; });
      if (kept) continue;
      diagnostics_.incompatible(
          declared_.place, "stage_removed", type->name, field->name,
          "pipeline " + declared_.name + ": the stage " + quote(option.name) +
              " cannot disappear, since records and history may hold it: keep it with "
              "\"retired\": true, and nothing will enter it");
    }
  }

  bool may_create_in(const StageDeclaration& stage) const {
    if (stage.stage.retired) return false;
    if (declared_.create_anywhere) return true;
    if (!declared_.create_stages) return !is_closed(stage.stage.stage_class);
    return std::any_of(declared_.create_stages->begin(), declared_.create_stages->end(),
                       [&](const PlacedText& name) { return name.text == stage.stage.name; });
  }

  // As declared, else the first open stage in which a record may be created, else the first of all.
  std::string default_stage_name() const {
    if (declared_.default_stage) return declared_.default_stage->text;
    const StageDeclaration* best = nullptr;
    const auto rank = [](const StageDeclaration& stage) {
      return std::pair(stage.stage.stage_class != StageClass::kOpen, stage.stage.order);
    };
    for (const StageDeclaration& stage : declared_.stages) {
      if (!may_create_in(stage)) continue;
      if (best == nullptr || rank(stage) < rank(*best)) best = &stage;
    }
    return best != nullptr ? best->stage.name : std::string();
  }

  Scope stage_scope(const StageDeclaration& declaration) const {
    Scope scope = scope_;
    scope.where = "stage " + quote(declaration.stage.name) + " of " + scope_.where;
    return scope;
  }

  void use_condition(const std::string& source, const Scope& scope, std::string_view member,
                     schema::Place place) {
    if (source.empty()) return;
    uses_->push_back({source, type_->name, "", schema::ExpressionUse::Expect::kBool,
                      scope.where + ", " + std::string(member), place});
  }

  void finish_stage(const StageDeclaration& declaration, Stage& stage) {
    const Scope scope = stage_scope(declaration);
    for (const RequirementDeclaration& required : declaration.required) {
      const auto* field = schema::resolve_field(*type_, required.field, required.place, scope);
      use_condition(required.when, scope, "required", required.when_place);
      if (field != nullptr) stage.required.push_back({field->id, required.when});
    }
    use_condition(stage.entry_guard, scope, "entry_guard", declaration.entry_guard_place);
    use_condition(stage.exit_guard, scope, "exit_guard", declaration.exit_guard_place);
    stage.on_entry = resolve_assignments(*type_, declaration.on_entry, scope, false, uses_);
    stage.on_exit = resolve_assignments(*type_, declaration.on_exit, scope, false, uses_);
    if (stage.stage_class == StageClass::kOpen && !declaration.has_probability && !stage.retired) {
      diagnostics_.warning(
          declaration.place, "probability", type_->name, declared_.field.text,
          scope.where + ": no \"probability\"; it counts as 0 % in weighted amounts");
    }
  }

  const Stage* find_stage(const PlacedText& name, const Scope& scope, bool to_enter) {
    const Stage* stage = out_.find_stage(name.text);
    if (stage == nullptr) {
      std::vector<std::string_view> names;
      for (const Stage& candidate : out_.stages) names.push_back(candidate.name);
      scope.error(name.place, "unknown_stage",
                  "there is no stage " + quote(name.text) + base::did_you_mean(name.text, names));
    } else if (to_enter && stage->retired) {
      scope.error(name.place, "retired_stage",
                  "the stage " + quote(name.text) + " is retired and cannot be entered");
      return nullptr;
    }
    return stage;
  }

  void add_transition(const TransitionDeclaration& declaration) {
    Scope scope = scope_;
    scope.where = "transition " + quote(declaration.transition.name) + " of " + scope_.where;
    if (declaration.to.text.empty()) return;
    const Stage* to = find_stage(declaration.to, scope, true);
    Transition transition = declaration.transition;
    transition.from = resolve_from(declaration, to, scope);
    for (const PlacedText& input : declaration.required_inputs) {
      const auto* field = schema::resolve_field(*type_, input.text, input.place, scope);
      if (field != nullptr && field->is_formula()) {
        scope.error(input.place, "read_only",
                    quote(field->name) + " is a formula: no move can give it a value");
      } else if (field != nullptr && field->kept) {
        scope.error(input.place, "read_only",
                    quote(field->name) + " is kept by kith itself: no move can give it a value");
      } else if (field != nullptr) {
        transition.required_inputs.push_back(field->id);
      }
    }
    use_condition(transition.guard, scope, "guard", declaration.guard_place);
    use_condition(transition.permission, scope, "permission", declaration.permission_place);
    transition.set = resolve_assignments(*type_, declaration.set, scope, false, uses_);
    if (to == nullptr) return;
    transition.to = to->id;
    out_.transitions.push_back(std::move(transition));
  }

  std::vector<std::uint32_t> resolve_from(const TransitionDeclaration& declaration, const Stage* to,
                                          const Scope& scope) {
    std::vector<std::uint32_t> ids;
    const bool reopen = declaration.transition.reopen;
    if (declaration.from_any) {
      for (const Stage& stage : out_.stages) {
        if (to != nullptr && stage.id == to->id) continue;
        if (reopen || !is_closed(stage.stage_class)) ids.push_back(stage.id);
      }
    }
    for (const PlacedText& name : declaration.from) {
      const Stage* stage = find_stage(name, scope, false);
      if (stage == nullptr) continue;
      if (is_closed(stage->stage_class) && !reopen && (to == nullptr || to->id != stage->id)) {
        scope.error(name.place, "reopen",
                    quote(name.text) + " is of class " +
                        std::string(stage_class_name(stage->stage_class)) +
                        " and can only be left by a transition with \"reopen\": true");
      }
      ids.push_back(stage->id);
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  }

  void choose_create_stages() {
    if (declared_.create_stages && !declared_.create_anywhere) {
      for (const PlacedText& name : *declared_.create_stages) find_stage(name, scope_, true);
    }
    for (std::size_t i = 0; i < out_.stages.size(); ++i) {
      if (may_create_in(declared_.stages[i])) out_.create_stages.push_back(out_.stages[i].id);
    }
    const PlacedText wanted =
        declared_.default_stage.value_or(PlacedText{default_stage_name(), declared_.place});
    if (wanted.text.empty()) {
      if (declared_.create_stages && !declared_.create_stages->empty()) return;  // told above
      scope_.error(declared_.place, "create_stages",
                   "there is no stage in which a record may be created: name some in "
                   "\"create_stages\", or \"*\" for all");
      return;
    }
    const Stage* stage = find_stage(wanted, scope_, true);
    if (stage == nullptr) return;
    out_.default_stage = stage->id;
    if (out_.may_create_in(stage->id)) return;
    scope_.error(wanted.place, "default_stage",
                 "the default stage " + quote(wanted.text) +
                     " is not among \"create_stages\": add it there or name another");
  }

  std::vector<std::uint32_t> reopen_targets() {
    std::vector<std::uint32_t> targets;
    for (const Stage& stage : out_.stages) {
      if (declared_.reopen_anywhere && !stage.retired) targets.push_back(stage.id);
    }
    for (const PlacedText& name : declared_.reopen) {
      const Stage* stage = find_stage(name, scope_, true);
      if (stage != nullptr) targets.push_back(stage->id);
    }
    return targets;
  }

  const PipelineDeclaration& declared_;
  schema::Catalog& draft_;
  schema::Diagnostics& diagnostics_;
  Scope scope_;
  schema::EntityType* type_ = nullptr;
  std::vector<schema::ExpressionUse>* uses_ = nullptr;
  Pipeline out_;
};

// A pipeline keeps its version as long as nothing about it changes.
void set_version(Pipeline& pipeline, const Definitions& stored) {
  const Pipeline* before = stored.find(pipeline.name);
  if (before == nullptr) return;
  pipeline.version = before->version;
  if (!(pipeline == *before)) ++pipeline.version;
}

}  // namespace

Definitions publish_pipelines(const std::vector<PipelineDeclaration>& declared,
                              const schema::Catalog& current, const Definitions& stored,
                              const schema::ModelLimits& limits, schema::Catalog& draft,
                              schema::Diagnostics& diagnostics,
                              std::vector<schema::ExpressionUse>* expressions) {
  std::vector<Publisher> publishers;
  std::vector<const PipelineDeclaration*> placed;
  for (const PipelineDeclaration& declaration : declared) {
    Publisher publisher(declaration, limits, draft, diagnostics);
    if (!publisher.place_stages(current)) continue;
    publishers.push_back(std::move(publisher));
    placed.push_back(&declaration);
  }
  Definitions definitions;
  for (std::size_t i = 0; i < publishers.size(); ++i) {
    Pipeline pipeline = publishers[i].finish(expressions);
    if (diagnostics.ok()) {
      lint(pipeline, placed[i]->place, placed[i]->entity.text, placed[i]->field.text, diagnostics);
    }
    set_version(pipeline, stored);
    definitions.pipelines.push_back(std::move(pipeline));
  }
  return definitions;
}

}  // namespace kith::pipeline
