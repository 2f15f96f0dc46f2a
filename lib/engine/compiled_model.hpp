// engine/compiled_model.hpp: a stored model made ready for work: layouts and compiled rules.
//
//   KITH_ASSIGN(auto model, CompiledModel::compile(std::move(stored), limits));
//   const CompiledType* deal = model->find("deal");
//
// Immutable and shared by every transaction of one catalog generation. Threads: const use from
// any thread. Errors: an expression that does not fit the catalog is kModelInvalid, naming it.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "automation/compiled.hpp"
#include "automation/dispatch.hpp"
#include "automation/published.hpp"
#include "engine/model.hpp"
#include "expr/formulas.hpp"
#include "expr/program.hpp"
#include "kith/options.hpp"
#include "kith/result.hpp"
#include "pipeline/machine.hpp"
#include "record/layout.hpp"
#include "schema/types.hpp"

namespace kith::engine {

struct CompiledRule {
  const schema::ValidationRule* rule;
  expr::Program holds;
};

using pipeline::CompiledAssignment;

struct CompiledBeforeRule {
  std::string name;
  std::optional<expr::Program> when;
  std::vector<CompiledAssignment> set;
};

// References that some rule follows, outermost first, from the record, its old image or the user.
struct ReferencePath {
  expr::Root root = expr::Root::kRecord;
  std::vector<std::uint32_t> fields;  // system fields by their id in the schema
  friend bool operator==(const ReferencePath&, const ReferencePath&) = default;
};

// A pipeline of the type. Its paths are fetched only by writes that concern it.
struct CompiledMachine {
  pipeline::Machine machine;
  const schema::Field* field = nullptr;  // the one it moves
  std::vector<ReferencePath> paths;
};

struct CompiledType {
  const schema::EntityType* type = nullptr;
  record::Layout layout;
  std::vector<const expr::Formula*> formulas;  // by field
  std::vector<CompiledRule> rules;
  std::vector<CompiledBeforeRule> before;
  std::vector<CompiledMachine> machines;  // in document order
  // What the write path fetches, one round per hop, before it evaluates anything.
  std::vector<ReferencePath> paths;
  // Which automations a change of a record begins.
  automation::Dispatch dispatch;
  bool automated = false;  // some automation is about it, whatever its state
};

class CompiledModel {
 public:
  static Result<std::shared_ptr<const CompiledModel>> compile(StoredModel stored,
                                                              const Limits& limits);

  const schema::Catalog& catalog() const { return stored_.catalog; }
  const StoredModel& stored() const { return stored_; }
  // The bytes a section of the document published, or empty.
  std::string_view payload(const std::string& section) const;
  // nullptr for an id the catalog never gave; removed types are found.
  const CompiledType* find(std::uint16_t type_id) const;
  // Live types only. kInvalidArgument with a suggestion for a name there is not.
  Result<const CompiledType*> find(std::string_view name) const;
  // The declared automations, in whatever state, and the automatic transitions of pipelines; by
  // entity type, then in order of matching.
  const std::vector<std::shared_ptr<const automation::Compiled>>& automations() const {
    return automations_;
  }
  // nullptr when there is none (any more).
  std::shared_ptr<const automation::Compiled> automation(std::uint32_t id) const;
  // The declared automations and before_save rules as they are stored.
  const automation::Published& published() const { return published_; }
  // The formula fields and scores of all types, compiled.
  expr::Formulas* formulas() const { return formulas_.get(); }
  // As declared; formulas() has them compiled.
  const schema::Scores& scores() const { return scores_; }
  // What the document says of the organisation: its currency and calendars.
  const schema::Organisation& organisation() const { return organisation_; }
  // What names mean in an expression about this type; borrowed from the model.
  expr::Environment environment(std::uint16_t type_id) const;

  CompiledModel(const CompiledModel&) = delete;
  CompiledModel& operator=(const CompiledModel&) = delete;

 private:
  CompiledModel() = default;
  expr::LayoutLookup layouts() const;
  Status compile_formulas(const Limits& limits);
  Status check_scores(const Limits& limits) const;
  Status compile_rules(const automation::BeforeRules& before_rules, const Limits& limits,
                       CompiledType* out) const;
  Status compile_automations(const Limits& limits);
  Status compile_machines(pipeline::Definitions definitions, const Limits& limits);

  StoredModel stored_;
  schema::Organisation organisation_;
  schema::Scores scores_;
  std::vector<CompiledType> types_;  // by id - 1
  std::unique_ptr<expr::Formulas> formulas_;
  automation::Published published_;
  std::vector<std::shared_ptr<const automation::Compiled>> automations_;
  std::unordered_map<std::uint32_t, std::size_t> automation_places_;  // by id
};

}  // namespace kith::engine
