// kith/model.hpp: the document that says what a CRM is made of (docs/model.md).
//
//   kith::Status s = kith::check_model(text, "crm.json");
//   for (const kith::Violation& v : s.violations()) print(v.line, v.column, v.message);
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith {

// Checks a model document by itself. kModelInvalid with every violation and its place.
Status check_model(std::string_view document, std::string_view file_name = {});

// The standard CRM model and the JSON Schema of model documents. Static text.
std::string_view standard_model();
std::string_view model_schema();

// What applying a model changed or would change, for people: "deal: field rating added".
struct ModelChange {
  std::string entity{};
  std::string what{};
};

struct ApplyResult {
  std::vector<ModelChange> changes{};  // empty when the database has this model already
  std::uint64_t generation = 0;
};

// What a host needs to know of a type and its fields to show forms and tables.
struct FieldInfo {
  std::string name{};
  std::string label{};
  std::string help{};
  std::string type{};  // "text", "decimal", "reference", ...
  bool required = false;
  bool unique = false;
  bool read_only = false;              // system, derived, kept fields, formulas
  std::string target{};                // of a reference: entity type name
  std::string pipeline{};              // of a field moved by a pipeline
  std::vector<std::string> options{};  // names a choice accepts
  std::string formula{};               // the expression that gives its value; else empty
};

// What is known of the records that refer to one: rollup('open_amount') in expressions.
struct RollupInfo {
  std::string name{};
  std::string label{};
  std::string of{};     // the relation whose records it goes over
  std::string kind{};   // "count", "sum", "min", "max" or "avg"
  std::string value{};  // the expression over a related record; empty for a count
  std::string where{};  // the condition on a related record, or empty
  std::string type{};   // of its value in expressions: "int", "decimal", ...
};

// Points for a record: score('fit') in expressions (docs/model.md, "Scores").
struct ScoreRowInfo {
  std::string name{};
  std::string when{};                   // the condition, or empty: always
  std::string points{};                 // the expression
  std::optional<Decimal> cap{};         // of the points, whatever their sign
  std::optional<Duration> half_life{};  // of points that decay
  std::string since{};                  // the expression from when on they do, or empty
};

struct ScoreInfo {
  std::string name{};
  std::string label{};
  std::optional<Decimal> min{};
  std::optional<Decimal> max{};
  std::vector<ScoreRowInfo> rows{};  // in model order
};

struct EntityInfo {
  std::string name{};
  std::string label{};
  std::string plural{};
  std::string title_field{};
  std::vector<FieldInfo> fields{};
  std::vector<RollupInfo> rollups{};
  std::vector<ScoreInfo> scores{};
  std::string capnp_schema{};  // the Cap'n Proto schema of its records
};

}  // namespace kith
