// Entities sections from text, for the tests of model documents.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "schema/model_section.hpp"

namespace kith::schema::testing {

struct Planned {
  Catalog catalog;
  Diagnostics diagnostics;

  // The violations' codes in document order: "type unknown_member".
  std::string codes() const {
    std::string text;
    for (const Violation& violation : diagnostics.errors()) {
      if (!text.empty()) text += ' ';
      text += violation.code;
    }
    return text;
  }
  std::string messages() const {
    std::string text;
    for (const Violation& violation : diagnostics.errors()) text += violation.message + "\n";
    return text;
  }
};

// Plans `entities` (the member's value) on top of `current`, without pipelines.
inline Planned plan(std::string_view entities, const Catalog& current = {},
                    const ModelLimits& limits = {}) {
  Planned planned;
  const auto node = json::parse(entities);
  BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
  const Declarations declared = parse_entities(&*node, limits, planned.diagnostics);
  planned.catalog = plan_entities(current, declared, limits, planned.diagnostics);
  complete_entities(current, declared, planned.catalog, planned.diagnostics);
  check_choices(planned.catalog, declared, planned.diagnostics);
  return planned;
}

// The same, and it must be right.
inline Catalog planned(std::string_view entities, const Catalog& current = {}) {
  Planned result = plan(entities, current);
  BOOST_REQUIRE_MESSAGE(result.diagnostics.ok(), result.messages());
  return std::move(result.catalog);
}

// One entity type `deal` with these fields.
inline std::string deal(std::string_view fields, std::string_view more = "") {
  return R"({"deal": {"fields": {)" + std::string(fields) + "}" + std::string(more) + "}}";
}

}  // namespace kith::schema::testing
