#include "engine/compiled_model.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "automation/auto_transitions.hpp"
#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "pipeline/definition.hpp"
#include "schema/diagnostics.hpp"

namespace kith::engine {

namespace {

Status check_hops(const expr::Program& program, const Limits& limits, const std::string& where) {
  if (program.max_hops() <= static_cast<int>(limits.max_path_hops)) return {};
  return Status(Code::kLimit, where + ": \"" + program.source() + "\" follows " +
                                  std::to_string(program.max_hops()) +
                                  " references; max_path_hops allows " +
                                  std::to_string(limits.max_path_hops));
}

Result<expr::Program> compile_expression(const std::string& source, const expr::Environment& env,
                                         const expr::CompileOptions& options, const Limits& limits,
                                         const std::string& where) {
  Result<expr::Program> program = expr::compile(source, env, options);
  if (!program.ok()) return program.status().with_context(where);
  KITH_TRY(check_hops(*program, limits, where));
  return program;
}

// The reference chain of every path of `program` that leaves its root.
void add_paths(const expr::Program& program, std::vector<ReferencePath>* out) {
  for (const expr::FieldPath& path : program.paths()) {
    if (path.fields.size() < 2) continue;
    ReferencePath references{path.root, {path.fields.begin(), path.fields.end() - 1}};
    for (std::uint32_t& id : references.fields) {
      if ((id & expr::kSystemFieldBit) == 0) continue;
      id = schema::system_field_id(static_cast<schema::SystemField>(id & ~expr::kSystemFieldBit));
    }
    if (std::find(out->begin(), out->end(), references) == out->end()) {
      out->push_back(std::move(references));
    }
  }
}

}  // namespace

Result<std::shared_ptr<const CompiledModel>> CompiledModel::compile(StoredModel stored,
                                                                    const Limits& limits) {
  std::shared_ptr<CompiledModel> model(new CompiledModel);
  model->stored_ = std::move(stored);
  KITH_ASSIGN(model->organisation_, schema::decode_organisation(model->payload("organisation")));
  KITH_ASSIGN(model->scores_, schema::decode_scores(model->payload("scores")));
  KITH_ASSIGN(model->published_, automation::decode_published(model->payload("automations")));
  // Environments point at the layouts, so all of them are in place before anything is compiled.
  const std::vector<schema::EntityType>& types = model->catalog().types;
  model->types_.resize(types.size());
  for (std::size_t i = 0; i < types.size(); ++i) {
    model->types_[i].type = &types[i];
    model->types_[i].layout = record::Layout::of(types[i]);
  }
  KITH_TRY(model->compile_formulas(limits));
  for (CompiledType& type : model->types_) {
    if (type.type->removed) continue;
    KITH_TRY(model->compile_rules(model->published_.before, limits, &type));
  }
  KITH_TRY(model->compile_automations(limits));
  KITH_ASSIGN(pipeline::Definitions pipelines, pipeline::decode(model->payload("pipelines")));
  KITH_TRY(model->compile_machines(std::move(pipelines), limits));
  return std::shared_ptr<const CompiledModel>(std::move(model));
}

Status CompiledModel::compile_formulas(const Limits& limits) {
  expr::ParseLimits parse;
  parse.max_source_bytes = limits.max_expression_bytes;
  formulas_ = std::make_unique<expr::Formulas>(catalog(), layouts(), parse);
  formulas_->set_organisation(&organisation_);
  formulas_->set_scores(&scores_);
  KITH_TRY(formulas_->compile());
  for (CompiledType& type : types_) {
    for (const schema::Field& field : type.type->fields) {
      const expr::Formula* formula = formulas_->find(type.type->id, field.id);
      if (formula == nullptr) continue;
      KITH_TRY(
          check_hops(formula->program, limits, "formula " + field.name + " of " + type.type->name));
      type.formulas.push_back(formula);
    }
    if (!type.formulas.empty()) type.layout.set_computed(formulas_.get());
  }
  return check_scores(limits);
}

Status CompiledModel::check_scores(const Limits& limits) const {
  for (const schema::Score& score : scores_) {
    const schema::EntityType* type = catalog().find(score.entity);
    const expr::Score* compiled =
        type != nullptr ? formulas_->find_score(type->id, score.name) : nullptr;
    if (compiled == nullptr) {
      return Status(Code::kCorrupt, "stored scores: \"" + score.name +
                                        "\" is about a type that the catalog does not have");
    }
    for (std::size_t i = 0; i < compiled->rows.size(); ++i) {
      const expr::Score::Row& row = compiled->rows[i];
      for (const auto* program : {&row.when, &row.points, &row.since}) {
        if (!*program) continue;
        KITH_TRY(check_hops(
            **program, limits,
            "score " + score.name + " of " + score.entity + ", row " + score.rows[i].name));
      }
    }
  }
  return {};
}

Status CompiledModel::compile_rules(const automation::BeforeRules& before_rules,
                                    const Limits& limits, CompiledType* out) const {
  const schema::EntityType& type = *out->type;
  const expr::Environment env = environment(type.id);
  expr::CompileOptions any;
  any.limits.max_source_bytes = limits.max_expression_bytes;
  expr::CompileOptions condition = any;
  condition.expected = expr::Type::of(expr::TypeKind::kBool);
  for (const schema::ValidationRule& rule : type.rules) {
    KITH_ASSIGN(expr::Program program,
                compile_expression(rule.expression, env, condition, limits,
                                   "rule " + rule.name + " of " + type.name));
    add_paths(program, &out->paths);
    out->rules.push_back({&rule, std::move(program)});
  }
  for (const automation::BeforeRule* rule : before_rules.for_entity(type.id)) {
    const std::string where = "automation " + rule->name + " of " + type.name;
    CompiledBeforeRule compiled;
    compiled.name = rule->name;
    if (!rule->when.empty()) {
      KITH_ASSIGN(expr::Program when,
                  compile_expression(rule->when, env, condition, limits, where));
      add_paths(when, &out->paths);
      compiled.when = std::move(when);
    }
    for (const schema::Assignment& assignment : rule->set) {
      KITH_ASSIGN(expr::Program value,
                  compile_expression(assignment.expression, env, any, limits, where));
      add_paths(value, &out->paths);
      compiled.set.push_back({assignment.field, std::move(value)});
    }
    out->before.push_back(std::move(compiled));
  }
  return {};
}

Status CompiledModel::compile_automations(const Limits& limits) {
  KITH_ASSIGN(const pipeline::Definitions pipelines, pipeline::decode(payload("pipelines")));
  std::vector<automation::Automation> all = published_.definitions.automations;
  for (automation::Automation& automatic : automation::auto_transitions(pipelines, catalog())) {
    all.push_back(std::move(automatic));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) {
    return std::tie(a.entity, a.order, a.name) < std::tie(b.entity, b.order, b.name);
  });
  const auto environments = [this](std::uint16_t id) { return environment(id); };
  std::vector<std::vector<std::shared_ptr<const automation::Compiled>>> by_type(types_.size());
  for (const automation::Automation& definition : all) {
    KITH_ASSIGN(auto compiled, automation::compile(definition, catalog(), environments, limits));
    by_type[definition.entity - 1u].push_back(compiled);
    automation_places_.emplace(definition.id, automations_.size());
    automations_.push_back(std::move(compiled));
  }
  for (std::size_t i = 0; i < types_.size(); ++i) {
    types_[i].automated = !by_type[i].empty();
    types_[i].dispatch = automation::Dispatch::of(*types_[i].type, types_[i].layout, by_type[i]);
  }
  return {};
}

Status CompiledModel::compile_machines(pipeline::Definitions definitions, const Limits& limits) {
  for (pipeline::Pipeline& definition : definitions.pipelines) {
    const CompiledType* found = find(definition.entity);
    const schema::Field* field =
        found != nullptr ? found->type->find_field(definition.field) : nullptr;
    if (field == nullptr || field->pipeline != definition.name) {
      return Status(Code::kCorrupt, "stored pipelines: \"" + definition.name +
                                        "\" moves a field that the catalog does not have");
    }
    CompiledMachine out;
    out.field = field;
    const expr::Environment env = environment(definition.entity);
    const auto compile = [&](const std::string& source, bool condition,
                             const std::string& where) -> Result<expr::Program> {
      expr::CompileOptions options;
      options.limits.max_source_bytes = limits.max_expression_bytes;
      if (condition) options.expected = expr::Type::of(expr::TypeKind::kBool);
      KITH_ASSIGN(expr::Program program, compile_expression(source, env, options, limits, where));
      add_paths(program, &out.paths);
      return program;
    };
    KITH_ASSIGN(out.machine, pipeline::Machine::compile(std::move(definition), compile));
    types_[found->type->id - 1u].machines.push_back(std::move(out));
  }
  return {};
}

std::shared_ptr<const automation::Compiled> CompiledModel::automation(std::uint32_t id) const {
  const auto found = automation_places_.find(id);
  return found != automation_places_.end() ? automations_[found->second] : nullptr;
}

std::string_view CompiledModel::payload(const std::string& section) const {
  auto found = stored_.payloads.find(section);
  return found == stored_.payloads.end() ? std::string_view() : std::string_view(found->second);
}

const CompiledType* CompiledModel::find(std::uint16_t type_id) const {
  return type_id >= 1 && type_id <= types_.size() ? &types_[type_id - 1u] : nullptr;
}

Result<const CompiledType*> CompiledModel::find(std::string_view name) const {
  if (const schema::EntityType* type = catalog().find(name)) return find(type->id);
  std::vector<std::string> names;
  for (const schema::EntityType& type : catalog().types) {
    if (!type.removed) names.push_back(type.name);
  }
  return Status(Code::kInvalidArgument,
                "there is no entity type \"" + std::string(name) + "\" in this database" +
                    base::did_you_mean(name, names),
                std::string(name), "");
}

expr::LayoutLookup CompiledModel::layouts() const {
  return [this](std::uint16_t id) {
    const CompiledType* type = find(id);
    return type == nullptr ? nullptr : &type->layout;
  };
}

expr::Environment CompiledModel::environment(std::uint16_t type_id) const {
  return formulas_->environment(type_id);
}

}  // namespace kith::engine
