// query/query_json.hpp: a query as a JSON document (include/kith/query.hpp shows one).
//
//   KITH_ASSIGN(json::Node root, json::parse(text));
//   KITH_ASSIGN(Query query, query::read_query(root));
//
// Unknown members are refused with the nearest known name; every error is kInvalidArgument with
// one violation that has line and column. Only the form is checked: expressions are compiled when
// the query runs. Pure; any thread.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "kith/query.hpp"

namespace kith::query {

struct ReadOptions {
  std::vector<std::string> other_members;  // somebody else's, as a report's title is
  bool skip_empty_groups = false;          // a group without expression is left out, no error
};
Result<Query> read_query(const json::Node& node, const ReadOptions& options = {});

// The names of Bucket and Measure::Function as documents have them: "quarter", "count_distinct".
std::string_view bucket_name(Bucket bucket);
std::string_view function_name(Measure::Function function);

// An error about a place in a document.
Status document_error(json::Position position, std::string message);
// Complains about the first member that is not among the known ones.
Status check_members(const json::Node& node, const std::vector<std::string>& known,
                     std::string_view where);
// The text of a member, empty when it is absent.
Result<std::string> text_member(const json::Node& node, std::string_view name);

}  // namespace kith::query
