// Pipelines sections from text, for the tests of this room.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>

#include "pipeline/section.hpp"
#include "tests/schema/model_fixture.hpp"

namespace kith::pipeline::testing {

inline constexpr const char* kEntities = R"({"deal": {"fields": {
  "stage": {"type": "choice"}, "approval": {"type": "choice"},
  "amount": {"type": "decimal", "scale": 2},
  "tier": {"type": "text"}, "lost_because": {"type": "text"}, "x_order": {"type": "int"},
  "x": {"type": "choice"}}}})";

struct Published {
  schema::Catalog catalog;
  Definitions definitions;
  schema::Diagnostics diagnostics;
  std::vector<schema::ExpressionUse> uses;

  static std::string join(const std::vector<Violation>& violations) {
    std::string text;
    for (const Violation& violation : violations) {
      text += (text.empty() ? "" : " ") + violation.code;
    }
    return text;
  }
  std::string codes() const { return join(diagnostics.errors()); }
  std::string warnings() const { return join(diagnostics.warnings()); }
  const Pipeline& sales() const {
    BOOST_REQUIRE_MESSAGE(diagnostics.ok(), diagnostics.status("").to_string());
    BOOST_REQUIRE(definitions.find("sales") != nullptr);
    return *definitions.find("sales");
  }
};

inline Published publish(const std::string& pipelines, const schema::Catalog& current = {},
                         const Definitions& stored = {},
                         const std::string& entity_section = kEntities,
                         const schema::ModelLimits& limits = {}) {
  Published out;
  const auto entities = *json::parse(entity_section);
  const auto declared_entities = schema::parse_entities(&entities, limits, out.diagnostics);
  out.catalog = schema::plan_entities(current, declared_entities, limits, out.diagnostics);
  const auto node = json::parse(pipelines);
  BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
  const auto declared = parse_pipelines(&*node, limits, out.diagnostics);
  out.definitions =
      publish_pipelines(declared, current, stored, limits, out.catalog, out.diagnostics, &out.uses);
  schema::complete_entities(current, declared_entities, out.catalog, out.diagnostics);
  return out;
}

// A pipeline `sales` on deal.stage with these members after "field".
inline std::string sales(const std::string& members) {
  return R"({"sales": {"entity": "deal", "field": "stage", )" + members + "}}";
}

inline constexpr const char* kStages = R"("stages": {
  "New": {"class": "open", "probability": 10},
  "Offer": {"class": "open", "probability": 50},
  "Hold": {"class": "parked"},
  "Won": {"class": "won"},
  "Lost": {"class": "lost"}})";

inline std::string with_stages(const std::string& more) { return sales(kStages + more); }

}  // namespace kith::pipeline::testing
