// engine/model.hpp: a model document becomes a catalog and the payloads of its sections.
//
//   KITH_ASSIGN(auto stored, engine::load_model(*txn));
//   KITH_ASSIGN(auto plan, engine::plan_model(text, "crm.json", stored, core_sections(), {}));
//   for (const auto& change : plan.changes) say(change.what);
//   KITH_TRY(engine::store_model(*txn, &plan));   // in the same transaction as load_model
//
// plan_model touches nothing: every error of the document comes back at once, sorted by line, as
// kModelInvalid (the document is wrong) or kModelIncompatible (the database cannot follow it).
// Threads: pure functions of their arguments.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model_section.hpp"
#include "schema/model_section.hpp"
#include "store/store.hpp"

namespace kith::engine {

// The sections that this room and those below it know: organisation, entities, pipelines, scores,
// automations.
ModelSections core_sections(const schema::ModelLimits& limits = {});

struct ModelOptions {
  schema::ModelLimits limits;
  // Compiles every expression of the model against the new catalog. False leaves them unchecked:
  // only for callers that check by other means.
  bool check_expressions = true;
};

// What the database holds of its model.
struct StoredModel {
  schema::Catalog catalog;
  std::map<std::string, std::string> payloads;  // by section name
  std::string document;                         // the text last applied, or empty
};

struct ModelPlan {
  schema::Catalog catalog;
  std::map<std::string, std::string> payloads;
  std::string document;
  std::vector<schema::Change> changes;  // what applying it does, for people
  std::vector<Violation> warnings;      // it works, but hardly as meant
};

Result<ModelPlan> plan_model(std::string_view text, std::string_view document_name,
                             const StoredModel& stored, const ModelSections& sections,
                             const ModelOptions& options);

// The document alone, as `kith model check` does: against an empty database.
Result<ModelPlan> check_model(std::string_view text, std::string_view document_name,
                              const ModelSections& sections, const ModelOptions& options);

// What every key of a model's texts begins with.
inline constexpr std::string_view kModelPrefix = "model/";

// Rows "catalog/..." (see schema/catalog_codec.hpp), "model/section/<name>/" + chunk number as u16
// big-endian, "model/document/" + chunk number, in Table::kMeta.
Result<StoredModel> load_model(store::ReadTxn& txn);
// Writes what differs; sets plan->catalog.generation, which moves when anything was written.
Status store_model(store::WriteTxn& txn, ModelPlan* plan);

}  // namespace kith::engine
