#include "engine/model.hpp"

#include <array>
#include <utility>

#include "base/json.hpp"
#include "base/try.hpp"
#include "engine/formula_indexes.hpp"
#include "engine/model_expressions.hpp"
#include "schema/catalog_codec.hpp"
#include "schema/object_reader.hpp"

namespace kith::engine {
namespace {

constexpr std::int64_t kModelVersion = 1;
constexpr auto kHeadMembers =
    std::to_array<std::string_view>({"kith_model", "$schema", "name", "description"});

// The document as a tree, or the one place where it stops being JSON.
Result<json::Node> read_json(std::string_view text, std::string_view document_name,
                             const ModelOptions& options) {
  json::ParseOptions how;
  how.max_bytes = options.limits.max_document_bytes;
  Result<json::Node> root = json::parse(text, how);
  if (root.ok()) return root;
  const Status& status = root.status();
  std::vector<Violation> violations = status.violations();
  if (violations.empty()) {
    violations.push_back({"json", "", "", std::string(status.message()), 0, 0});
  }
  return Status(status.code() == Code::kLimit ? Code::kLimit : Code::kModelInvalid,
                std::string(document_name) + (document_name.empty() ? "" : ": ") +
                    "the model is not valid JSON: " + std::string(status.message()),
                std::move(violations));
}

std::string read_head(const json::Node& root, const ModelSections& sections,
                      const ModelOptions& options, schema::Diagnostics& diagnostics) {
  std::vector<std::string_view> known(kHeadMembers.begin(), kHeadMembers.end());
  for (const auto& section : sections.all()) known.push_back(section->name());
  const schema::Scope scope{&diagnostics, &options.limits, "", "", ""};
  const schema::ObjectReader in(root, scope, known);
  if (!in.ok()) return {};
  const json::Node* version = in.find("kith_model");
  if (version == nullptr) {
    in.error("kith_model", "missing_member",
             "a model document begins with \"kith_model\": 1, the version of its form");
  } else {
    const Result<std::int64_t> number = version->as_int();
    if (!version->is_number() || !number.ok() || *number != kModelVersion) {
      in.error("kith_model", "version",
               "\"kith_model\" must be 1, the form of documents this version of kith reads");
    }
  }
  in.text("$schema", options.limits.max_text_bytes);
  in.text("description", options.limits.max_text_bytes);
  return in.text("name", options.limits.max_label_bytes);
}

void note_sections(const StoredModel& stored, ModelPlan& plan) {
  if (stored.catalog.model_name != plan.catalog.model_name) {
    plan.changes.push_back({"", "the model is now named \"" + plan.catalog.model_name + "\""});
  }
  for (const auto& [name, payload] : plan.payloads) {
    const auto before = stored.payloads.find(name);
    if (before == stored.payloads.end()) {
      plan.changes.push_back({"", name + " added"});
    } else if (before->second != payload) {
      plan.changes.push_back({"", name + " changed"});
    }
  }
  for (const auto& [name, payload] : stored.payloads) {
    if (plan.payloads.count(name) == 0) plan.changes.push_back({"", name + " removed"});
  }
}

}  // namespace

Result<ModelPlan> plan_model(std::string_view text, std::string_view document_name,
                             const StoredModel& stored, const ModelSections& sections,
                             const ModelOptions& options) {
  KITH_ASSIGN(const json::Node root, read_json(text, document_name, options));
  schema::Diagnostics diagnostics;
  ModelDraft draft;
  draft.current = &stored.catalog;
  draft.catalog = stored.catalog;
  draft.stored = &stored.payloads;
  draft.catalog.model_name = read_head(root, sections, options, diagnostics);

  std::vector<std::unique_ptr<SectionDraft>> parsed;
  for (const auto& section : sections.all()) {
    parsed.push_back(section->parse(root.find(section->name()), diagnostics));
  }
  for (const auto& section : parsed) section->check(draft, diagnostics);
  for (const auto& section : parsed) section->complete(draft, diagnostics);
  for (const auto& section : parsed) section->finish(draft, diagnostics);
  if (options.check_expressions) {
    check_expressions(draft, options.limits.max_expression_bytes,
                      options.limits.max_expression_cost, diagnostics);
  }
  KITH_TRY(diagnostics.status(document_name));
  KITH_TRY(renew_formula_indexes(stored.catalog, &draft.catalog));
  KITH_TRY(schema::check_storable(draft.catalog));

  ModelPlan plan;
  for (std::size_t i = 0; i < parsed.size(); ++i) {
    KITH_ASSIGN(std::string payload, parsed[i]->publish(draft));
    if (payload.empty()) continue;
    plan.payloads.emplace(sections.all()[i]->name(), std::move(payload));
  }
  plan.changes = schema::diff(stored.catalog, draft.catalog);
  plan.catalog = std::move(draft.catalog);
  plan.document = std::string(text);
  plan.warnings = diagnostics.warnings();
  note_sections(stored, plan);
  return plan;
}

Result<ModelPlan> check_model(std::string_view text, std::string_view document_name,
                              const ModelSections& sections, const ModelOptions& options) {
  return plan_model(text, document_name, StoredModel(), sections, options);
}

}  // namespace kith::engine
