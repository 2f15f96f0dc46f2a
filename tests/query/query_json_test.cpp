#include "query/query_json.hpp"

#include <boost/test/unit_test.hpp>

namespace {

using namespace kith;

void check_error(const char* text, const char* part, std::uint32_t line, std::uint32_t column) {
  const auto query = Query::from_json(text);
  BOOST_REQUIRE_MESSAGE(!query.ok(), text);
  BOOST_TEST((query.status().code() == Code::kInvalidArgument));
  BOOST_TEST(std::string(query.status().message()).find(part) != std::string::npos,
             query.status().message());
  BOOST_REQUIRE(query.status().violations().size() == 1U);
  BOOST_TEST(query.status().violations()[0].line == line);
  BOOST_TEST(query.status().violations()[0].column == column);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(query_query_json)

BOOST_AUTO_TEST_CASE(every_member_is_read) {
  const auto query = Query::from_json(R"({
    "entity": "deal", "where": "amount > params.floor",
    "select": ["name", {"name": "account", "of": "account.name", "label": "Account"}],
    "group_by": ["stage", {"name": "quarter", "of": "close_date", "bucket": "quarter"}],
    "measures": [{"name": "n", "function": "count"},
                 {"name": "total", "function": "sum", "of": "amount", "where": "true",
                  "label": "Total", "format": "money"},
                 {"name": "share", "function": "ratio", "numerator": "n", "denominator": "n"}],
    "having": "n > 1", "order_by": ["n", {"of": "total", "descending": true}],
    "limit": 10, "continuation": "abc", "include_deleted": true, "params": {"floor": 100}})");
  BOOST_REQUIRE_MESSAGE(query.ok(), query.status().to_string());
  BOOST_TEST(query->entity == "deal");
  BOOST_TEST(query->where == "amount > params.floor");
  BOOST_REQUIRE(query->select.size() == 2U);
  BOOST_TEST(query->select[0].of == "name");
  BOOST_TEST(query->select[1].label == "Account");
  BOOST_REQUIRE(query->group_by.size() == 2U);
  BOOST_TEST((query->group_by[1].bucket == Bucket::kQuarter));
  BOOST_REQUIRE(query->measures.size() == 3U);
  BOOST_TEST((query->measures[1].function == Measure::Function::kSum));
  BOOST_TEST(query->measures[1].format == "money");
  BOOST_TEST(query->measures[2].denominator == "n");
  BOOST_TEST(query->having == "n > 1");
  BOOST_REQUIRE(query->order_by.size() == 2U);
  BOOST_TEST(!query->order_by[0].descending);
  BOOST_TEST(query->order_by[1].descending);
  BOOST_TEST(query->limit == 10U);
  BOOST_TEST(query->continuation == "abc");
  BOOST_TEST(query->include_deleted);
  BOOST_REQUIRE(query->params.size() == 1U);
  BOOST_TEST((query->params[0].second == Value(100)));
}

BOOST_AUTO_TEST_CASE(mistakes_name_their_place_and_the_remedy) {
  check_error("[]", "must be an object", 1, 1);
  check_error("{}", "needs \"entity\"", 1, 1);
  check_error("{\"entity\": \"deal\",\n \"wher\": \"x\"}", "did you mean \"where\"", 2, 2);
  check_error("{\"entity\": 7}", "must be a text, not a number", 1, 12);
  check_error("{\"entity\": \"d\", \"limit\": -1}", "whole number", 1, 26);
  check_error("{\"entity\": \"d\", \"limit\": 1.5}", "whole number", 1, 26);
  check_error("{\"entity\": \"d\", \"select\": \"name\"}", "must be an array", 1, 27);
  check_error("{\"entity\": \"d\", \"group_by\": [{\"of\": \"x\", \"bucket\": \"quater\"}]}",
              "did you mean \"quarter\"", 1, 52);
  check_error("{\"entity\": \"d\", \"measures\": [{\"name\": \"n\"}]}", "needs \"function\"", 1,
              30);
  check_error("{\"entity\": \"d\", \"measures\": [{\"function\": \"median\"}]}", "no function", 1,
              43);
  check_error("{\"entity\": \"d\", \"order_by\": [{\"descending\": true}]}", "needs \"of\"", 1, 30);
  check_error("{\"entity\": \"d\", \"group_by\": [{\"name\": \"\"}]}", "needs \"of\"", 1, 30);
  check_error("{\"entity\": \"d\", \"params\": []}", "must be an object", 1, 27);
}

BOOST_AUTO_TEST_CASE(malformed_json_has_a_place) {
  const auto query = Query::from_json("{\"entity\": ");
  BOOST_TEST((query.status().code() == Code::kInvalidArgument));
  BOOST_TEST(query.status().violations().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
