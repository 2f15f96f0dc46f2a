// kith/query.hpp: a question about the records of one type, and its answer.
//
//   kith::Query q{.entity = "deal", .where = "stage_class == 'open' && amount > 1000.0"};
//   q.select = {"name", "account.name", "amount"};
//   q.order_by = {{"amount", true}};
//   q.limit = 50;
//   kith::Result<kith::Rows> rows = snapshot.query(q);
//
// Every text here is an expression of the query's entity type (docs/expressions.md): `where`
// must be a bool; a record for which it is false or cannot be computed because an operand is
// null does not match; one for which it fails for another reason does not match either and is
// counted in stats.errors. A query without measures returns records; one with measures returns
// one row per group, or exactly one row when group_by is empty.
//
// The same query as a JSON document, in C, Python and report files:
//   {"entity": "deal", "where": "...", "select": ["name", {"name": "account", "of":
//    "account.name"}], "group_by": [{"name": "quarter", "of": "close_date", "bucket": "quarter"}],
//    "measures": [{"name": "n", "function": "count"}, {"name": "total", "function": "sum",
//    "of": "amount", "where": "stage_class == 'won'"}], "order_by": [{"of": "total",
//    "descending": true}], "limit": 10, "params": {"floor": 100}}
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith {

// A named expression: a result column. An empty name means the text of the expression.
struct Selection {
  Selection() = default;
  Selection(const char* expression) : of(expression) {}             // NOLINT: implicit by intent
  Selection(std::string expression) : of(std::move(expression)) {}  // NOLINT
  Selection(std::string column, std::string expression, std::string title = {})
      : name(std::move(column)), of(std::move(expression)), label(std::move(title)) {}

  std::string name{};
  std::string of{};
  std::string label{};
};

// In a query with measures `of` names a group or measure; otherwise it is an expression.
// Nulls sort first ascending and last descending. Ties are broken by record id, or group key.
struct Order {
  std::string of{};
  bool descending = false;
};

// Calendar buckets of a date or timestamp, in the session's time zone for timestamps. The group
// value is text: "2017", "2017-Q1", "2017-03", "2017-W09" (ISO 8601 week), "2017-03-01".
enum class Bucket : std::uint8_t { kNone, kYear, kQuarter, kMonth, kWeek, kDay };

struct GroupBy {
  std::string name{};
  std::string of{};
  Bucket bucket = Bucket::kNone;
  std::string label{};
};

// Nulls are left out of sum, avg, min, max and of count when `of` is given. The sum of no value
// is 0, avg, min and max of none are null. sum and avg are exact for int and decimal; avg of
// those has six digits after the point, rounded half-even. Money of two currencies in one group
// fails with kExpressionFailed: convert or group by the currency.
struct Measure {
  enum class Function : std::uint8_t { kCount, kCountDistinct, kSum, kAvg, kMin, kMax, kRatio };

  std::string name{};
  Function function = Function::kCount;
  std::string of{};     // expression; optional for count
  std::string where{};  // only records for which this holds count into this measure
  // kRatio: one measure of the same query divided by another; null when the denominator is 0.
  std::string numerator{};
  std::string denominator{};
  std::string label{};
  // How people see it: "", "percent", "money", "days". Does not change the value.
  std::string format{};
};

struct Query {
  std::string entity{};
  std::string where{};
  std::vector<Selection> select{};  // empty: every field
  std::vector<GroupBy> group_by{};
  std::vector<Measure> measures{};
  std::string having{};  // over the names of groups and measures
  std::vector<Order> order_by{};
  std::uint64_t limit = 0;     // 0: no limit but the session's max_result_rows
  std::string continuation{};  // from Rows::continuation of the same query
  bool include_deleted = false;
  Map params{};  // read as params.name in every expression

  // Reads the JSON form. kInvalidArgument with the place and a suggestion.
  static Result<Query> from_json(std::string_view text);
};

struct Column {
  std::string name{};
  std::string label{};   // for people; the name when nothing better is known
  std::string type{};    // type in the expression language: "int", "decimal", "string", "date", ...
  std::string format{};  // as Measure::format
};

struct QueryStats {
  std::uint64_t scanned = 0;  // records looked at
  std::uint64_t matched = 0;
  // Records whose `where`, and values that, failed for another reason than a null; formulas that
  // were read as null because of an error.
  std::uint64_t errors = 0;
  std::string plan{};  // "index deal.by_stage [=]", "scan": for people
};

struct Rows {
  std::vector<Column> columns{};
  std::vector<std::vector<Value>> rows{};
  std::string continuation{};  // empty when complete; else pass it on for the next page
  QueryStats stats{};
  std::size_t measures = 0;  // so many columns, the last ones, are measures; 0: rows are records

  // Index of a column by name, or -1.
  int column(std::string_view name) const;
};

}  // namespace kith
