// The catalog of a model document, or a failed test.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "pipeline/section.hpp"
#include "schema/model_section.hpp"

namespace kith::exchange::testing {

inline schema::Catalog catalog_of(std::string_view document) {
  const Result<json::Node> root = json::parse(document);
  BOOST_REQUIRE_MESSAGE(root.ok(), root.status().to_string());
  const schema::ModelLimits limits;
  schema::Diagnostics diagnostics;
  const auto declared = schema::parse_entities(root->find("entities"), limits, diagnostics);
  schema::Catalog catalog = schema::plan_entities({}, declared, limits, diagnostics);
  const auto pipelines = pipeline::parse_pipelines(root->find("pipelines"), limits, diagnostics);
  std::vector<schema::ExpressionUse> uses;
  (void)pipeline::publish_pipelines(pipelines, {}, {}, limits, catalog, diagnostics, &uses);
  schema::complete_entities({}, declared, catalog, diagnostics);
  schema::check_choices(catalog, declared, diagnostics);
  BOOST_REQUIRE_MESSAGE(diagnostics.ok(), diagnostics.status("").to_string());
  return catalog;
}

inline const char* const kShopModel = R"({"entities": {
  "user": {"title": "name", "fields": {"name": {"type": "text", "required": true}}},
  "city": {"title": "name", "fields": {
    "name": {"type": "text", "required": true, "unique": true},
    "code": {"type": "int", "unique": true}}},
  "shop": {"title": "name", "fields": {
    "name": {"type": "text", "required": true, "unique": true, "max_length": 20},
    "city": {"type": "reference", "to": "city"},
    "parent": {"type": "reference", "to": "shop", "inverse": "branches", "on_delete": "clear"},
    "partners": {"type": "reference_list", "to": "shop"},
    "opened": {"type": "date"},
    "seen": {"type": "timestamp"},
    "turnover": {"type": "decimal", "scale": 2},
    "staff": {"type": "int"},
    "rating": {"type": "float"},
    "rent": {"type": "money"},
    "active": {"type": "bool"},
    "kind": {"type": "choice", "default": "corner", "options": [
      {"name": "corner", "label": "Corner shop"}, {"name": "market", "label": "Super market"}]},
    "tags": {"type": "multi_choice", "options": [{"name": "a", "label": "Alpha"}, {"name": "b"}]},
    "notes": {"type": "text"},
    "logo": {"type": "bytes"},
    "extra": {"type": "json"}}}}})";

}  // namespace kith::exchange::testing
