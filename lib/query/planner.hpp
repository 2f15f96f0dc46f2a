// query/planner.hpp: how few records a query can look at.
//
//   const Plan plan = make_plan(request);
//   // where stage == 'Won' && close_date >= date('2017-01-01') order by close_date limit 50:
//   //   narrowing: index deal.by_stage_close [= range]
//   //   ordered:   the same, and it delivers the order
//
// Every access gives a superset of the records that match, so the executor always re-checks.
// Null follows the language: `f == null` and `f in [null]` read the null entries, ranges never do,
// and `!=`, which is true for null, does not narrow. Indexes that are being built are ignored.
// Pure; borrows its input.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "query/filter.hpp"
#include "schema/types.hpp"

namespace kith::query {

// Unfinished keys (index_key.hpp) from `low` on, below `high`.
struct KeySpan {
  std::string low;
  std::string high;
};

struct Access {
  enum class Kind : std::uint8_t { kIds, kUnique, kPostings, kOrdered, kUnion };
  Kind kind = Kind::kOrdered;
  const schema::Index* index = nullptr;
  std::vector<std::uint64_t> ids;  // kIds
  std::vector<std::string> keys;   // kUnique, kPostings: finished
  std::vector<KeySpan> spans;      // kOrdered: disjoint and ascending
  bool reverse = false;            // kOrdered: read from the end
  std::vector<Access> parts;       // kUnion: what each of them leads to
  // Plan::ordered: how the keys of its span begin, and how many of the index's fields that is.
  std::string fixed;
  std::size_t fixed_fields = 0;
  int rank = 0;      // the greater, the fewer records are to be expected
  std::string text;  // "index deal.by_stage_close [= range]"
};

struct OrderField {
  std::uint32_t id = 0;
  bool descending = false;
};

struct PlanRequest {
  const schema::EntityType* type = nullptr;
  const std::vector<Term>* terms = nullptr;
  // The order by terms when all of them are stored fields; else nothing.
  std::optional<std::vector<OrderField>> order;
  bool include_deleted = false;
};

struct Plan {
  std::vector<Access> narrowing;  // best first; empty: scan
  std::optional<Access> ordered;  // one span whose entries come in the query's order
};

Plan make_plan(const PlanRequest& request);

}  // namespace kith::query
