#include "query/query_json.hpp"

#include <algorithm>
#include <array>

#include "base/json_value.hpp"
#include "base/try.hpp"
#include "query/compile.hpp"

namespace kith::query {
namespace {

using json::Node;

constexpr std::array<std::string_view, 6> kBuckets = {"none",  "year", "quarter",
                                                      "month", "week", "day"};
constexpr std::array<std::string_view, 7> kFunctions = {
    "count", "count_distinct", "sum", "avg", "min", "max", "ratio"};

template <std::size_t N>
Result<std::size_t> one_of(const Node& node, const std::array<std::string_view, N>& choices,
                           std::string_view what) {
  if (!node.is_text()) {
    return document_error(node.position(), std::string(what) + " must be a text, not " +
                                               std::string(json::kind_name(node.kind())));
  }
  const auto at = std::find(choices.begin(), choices.end(), std::string_view(node.text()));
  if (at != choices.end()) return static_cast<std::size_t>(at - choices.begin());
  const std::vector<std::string> names(choices.begin(), choices.end());
  return document_error(node.position(), "there is no " + std::string(what) + " \"" + node.text() +
                                             "\"" + suggestion(node.text(), names));
}

Result<bool> bool_member(const Node& node, std::string_view name) {
  const Node* member = node.find(name);
  if (member == nullptr) return false;
  if (member->is_bool()) return member->boolean();
  return document_error(member->position(), "\"" + std::string(name) +
                                                "\" must be true or false, not " +
                                                std::string(json::kind_name(member->kind())));
}

// The elements of an array member; none when it is absent.
Result<std::span<const Node>> elements(const Node& node, std::string_view name) {
  const Node* member = node.find(name);
  if (member == nullptr) return std::span<const Node>();
  if (member->is_array()) return std::span<const Node>(member->elements());
  return document_error(member->position(), "\"" + std::string(name) + "\" must be an array, not " +
                                                std::string(json::kind_name(member->kind())));
}

Status need_object(const Node& node, std::string_view what) {
  if (node.is_object()) return {};
  return document_error(node.position(), std::string(what) + " must be an object, not " +
                                             std::string(json::kind_name(node.kind())));
}

Status need_text(const std::string& text, const Node& node, std::string_view member,
                 std::string_view what) {
  if (!text.empty()) return {};
  return document_error(node.position(),
                        std::string(what) + " needs \"" + std::string(member) + "\"");
}

Result<Selection> read_selection(const Node& node) {
  if (node.is_text()) return Selection(node.text());
  KITH_TRY(need_object(node, "an element of \"select\" that is not a text"));
  KITH_TRY(check_members(node, {"name", "of", "label"}, "an element of \"select\""));
  Selection selection;
  KITH_ASSIGN(selection.name, text_member(node, "name"));
  KITH_ASSIGN(selection.of, text_member(node, "of"));
  KITH_ASSIGN(selection.label, text_member(node, "label"));
  if (selection.of.empty()) selection.of = selection.name;
  KITH_TRY(need_text(selection.of, node, "of", "an element of \"select\""));
  return selection;
}

Result<GroupBy> read_group(const Node& node) {
  GroupBy group;
  if (node.is_text()) {
    group.name = group.of = node.text();
    return group;
  }
  KITH_TRY(need_object(node, "an element of \"group_by\" that is not a text"));
  KITH_TRY(check_members(node, {"name", "of", "bucket", "label"}, "an element of \"group_by\""));
  KITH_ASSIGN(group.name, text_member(node, "name"));
  KITH_ASSIGN(group.of, text_member(node, "of"));
  KITH_ASSIGN(group.label, text_member(node, "label"));
  if (group.of.empty()) group.of = group.name;
  if (group.name.empty()) group.name = group.of;
  if (const Node* bucket = node.find("bucket"); bucket != nullptr && !bucket->is_null()) {
    KITH_ASSIGN(const std::size_t which, one_of(*bucket, kBuckets, "bucket"));
    group.bucket = static_cast<Bucket>(which);
  }
  return group;
}

Result<Measure> read_measure(const Node& node) {
  KITH_TRY(need_object(node, "an element of \"measures\""));
  KITH_TRY(check_members(
      node, {"name", "function", "of", "where", "numerator", "denominator", "label", "format"},
      "an element of \"measures\""));
  Measure measure;
  KITH_ASSIGN(measure.name, text_member(node, "name"));
  KITH_ASSIGN(measure.of, text_member(node, "of"));
  KITH_ASSIGN(measure.where, text_member(node, "where"));
  KITH_ASSIGN(measure.numerator, text_member(node, "numerator"));
  KITH_ASSIGN(measure.denominator, text_member(node, "denominator"));
  KITH_ASSIGN(measure.label, text_member(node, "label"));
  KITH_ASSIGN(measure.format, text_member(node, "format"));
  const Node* function = node.find("function");
  if (function == nullptr) {
    return document_error(node.position(), "a measure needs \"function\": count, sum, avg, ...");
  }
  KITH_ASSIGN(const std::size_t which, one_of(*function, kFunctions, "function"));
  measure.function = static_cast<Measure::Function>(which);
  return measure;
}

Result<Order> read_order(const Node& node) {
  Order order;
  if (node.is_text()) {
    order.of = node.text();
    return order;
  }
  KITH_TRY(need_object(node, "an element of \"order_by\" that is not a text"));
  KITH_TRY(check_members(node, {"of", "descending"}, "an element of \"order_by\""));
  KITH_ASSIGN(order.of, text_member(node, "of"));
  KITH_ASSIGN(order.descending, bool_member(node, "descending"));
  KITH_TRY(need_text(order.of, node, "of", "an element of \"order_by\""));
  return order;
}

template <typename T>
Status read_list(const Node& node, std::string_view name, Result<T> (*read)(const Node&),
                 std::vector<T>* out) {
  KITH_ASSIGN(const auto nodes, elements(node, name));
  for (const Node& element : nodes) {
    KITH_ASSIGN(T item, read(element));
    out->push_back(std::move(item));
  }
  return {};
}

Status read_groups(const Node& node, bool skip_empty, Query* query) {
  KITH_ASSIGN(const auto nodes, elements(node, "group_by"));
  for (const Node& element : nodes) {
    KITH_ASSIGN(GroupBy group, read_group(element));
    if (group.of.empty() && skip_empty) continue;
    KITH_TRY(need_text(group.of, element, "of", "an element of \"group_by\""));
    query->group_by.push_back(std::move(group));
  }
  return {};
}

Status read_limit(const Node& node, Query* query) {
  const Node* limit = node.find("limit");
  if (limit == nullptr || limit->is_null()) return {};
  const Result<std::int64_t> count = limit->is_number()
                                         ? limit->as_int()
                                         : Result<std::int64_t>(Status(Code::kInvalidArgument, ""));
  if (!count.ok() || *count < 0) {
    return document_error(limit->position(), "\"limit\" must be a whole number, 0 or more");
  }
  query->limit = static_cast<std::uint64_t>(*count);
  return {};
}

Status read_params(const Node& node, Query* query) {
  const Node* params = node.find("params");
  if (params == nullptr || params->is_null()) return {};
  KITH_TRY(need_object(*params, "\"params\""));
  KITH_ASSIGN(const Value value, json::to_value(*params));
  if (value.map() != nullptr) query->params = *value.map();
  return {};
}

}  // namespace

std::string_view bucket_name(Bucket bucket) { return kBuckets[static_cast<std::size_t>(bucket)]; }

std::string_view function_name(Measure::Function function) {
  return kFunctions[static_cast<std::size_t>(function)];
}

Status document_error(json::Position position, std::string message) {
  Violation violation;
  violation.code = "document";
  violation.message = message;
  violation.line = position.line;
  violation.column = position.column;
  return Status(Code::kInvalidArgument,
                "line " + std::to_string(position.line) + ", column " +
                    std::to_string(position.column) + ": " + message,
                std::vector<Violation>{std::move(violation)});
}

Status check_members(const Node& node, const std::vector<std::string>& known,
                     std::string_view where) {
  for (const json::Member& member : node.members()) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    return document_error(member.position, std::string(where) + " has no \"" + member.name + "\"" +
                                               suggestion(member.name, known));
  }
  return {};
}

Result<std::string> text_member(const Node& node, std::string_view name) {
  const Node* member = node.find(name);
  if (member == nullptr || member->is_null()) return std::string();
  if (member->is_text()) return member->text();
  return document_error(member->position(), "\"" + std::string(name) + "\" must be a text, not " +
                                                std::string(json::kind_name(member->kind())));
}

Result<Query> read_query(const Node& node, const ReadOptions& options) {
  KITH_TRY(need_object(node, "a query"));
  std::vector<std::string> known = {"entity",       "where",  "select",         "group_by",
                                    "measures",     "having", "order_by",       "limit",
                                    "continuation", "params", "include_deleted"};
  known.insert(known.end(), options.other_members.begin(), options.other_members.end());
  KITH_TRY(check_members(node, known, "a query"));
  Query query;
  KITH_ASSIGN(query.entity, text_member(node, "entity"));
  KITH_TRY(need_text(query.entity, node, "entity", "a query"));
  KITH_ASSIGN(query.where, text_member(node, "where"));
  KITH_ASSIGN(query.having, text_member(node, "having"));
  KITH_ASSIGN(query.continuation, text_member(node, "continuation"));
  KITH_ASSIGN(query.include_deleted, bool_member(node, "include_deleted"));
  KITH_TRY(read_list(node, "select", read_selection, &query.select));
  KITH_TRY(read_groups(node, options.skip_empty_groups, &query));
  KITH_TRY(read_list(node, "measures", read_measure, &query.measures));
  KITH_TRY(read_list(node, "order_by", read_order, &query.order_by));
  KITH_TRY(read_limit(node, &query));
  KITH_TRY(read_params(node, &query));
  return query;
}

}  // namespace kith::query

namespace kith {

Result<Query> Query::from_json(std::string_view text) {
  Result<json::Node> root = json::parse(text);
  if (!root.ok()) return root.status().with_context("query");
  return query::read_query(*root);
}

}  // namespace kith
