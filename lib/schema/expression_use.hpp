// schema/expression_use.hpp: an expression that stands in a model document, to be checked by the
// expression language, which lives above this room.
//
//   uses.push_back({"amount >= 0.0", "deal", "", ExpressionUse::Expect::kBool,
//                   "rule amount_not_negative of deal", place});
//
// Sections keep expressions as source; engine checks every use against the finished catalog
// before anything is published.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "schema/diagnostics.hpp"

namespace kith::schema {

struct ExpressionUse {
  enum class Expect : std::uint8_t {
    kBool,     // a condition
    kField,    // a value that `field` of `target` takes
    kAny,      // a value, whatever its type
    kInstant,  // a timestamp or a date
    kText,     // no expression but a text with ${expressions} in it
    kFormula,  // what gives `field` of `entity` its value
    kRollup,   // the value or the condition of the rollup `field` of `entity`, over related records
  };

  std::string source;
  std::string entity;  // the type of the record `r`; `old` is its image before the write
  std::string field;   // kField: what is assigned; kBool: the field to blame, or empty
  Expect expect = Expect::kBool;
  std::string where;  // for people: "pipeline sales, stage Won, entry_guard"
  Place place;
  std::string target{};  // kField: the type that has `field`; empty: `entity`. kRollup: "where"
                         // for the condition
  bool event = false;    // whether `event`, what began a run, has a meaning
};

// `field = expression` in a patch that a rule, stage or transition makes.
struct Assignment {
  std::uint32_t field = 0;  // field id, or the id of the system field owner
  std::string expression;
  friend bool operator==(const Assignment&, const Assignment&) = default;
};

}  // namespace kith::schema
