// Queries that return records: conditions, order, pages, references, limits.
#include "query/record_query.hpp"

#include "query/executor.hpp"
#include "tests/query/fixture.hpp"

namespace {

using namespace kith;
using namespace kith::query_test;

struct Deals : Crm {
  Deals() {
    account(1, {{1, "Acme"}, {2, "North"}});
    account(2, {{1, "Beta"}, {2, "South"}, {3, ref(kAccount, 1)}});
    deal(1, {{kName, "one"},
             {kStage, "Won"},
             {kAmount, dec("10.00")},
             {kClose, day("2017-01-10")},
             {kAccountRef, ref(kAccount, 1)}});
    deal(2, {{kName, "two"},
             {kStage, "Lost"},
             {kAmount, dec("20.00")},
             {kClose, day("2017-02-10")},
             {kAccountRef, ref(kAccount, 2)}});
    deal(3, {{kName, "three"}, {kStage, "Engaging"}, {kAmount, dec("20.00")}});
    deal(4, {{kName, "four"},
             {kStage, "Won"},
             {kClose, day("2017-03-10")},
             {kAccountRef, ref(kAccount, 2)}});
    record::SystemWords gone;
    gone.deleted = true;
    deal(5, {{kName, "five"}, {kStage, "Won"}}, gone);
  }

  std::string names(const Query& query) {
    const auto rows = run(query);
    BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
    std::string text;
    for (const auto& row : rows->rows) text += *row[0].text() + " ";
    return text;
  }
  static Query ask(std::string where, std::vector<Order> order = {}, std::uint64_t limit = 0) {
    Query query;
    query.entity = "deal";
    query.where = std::move(where);
    query.select = {"name"};
    query.order_by = std::move(order);
    query.limit = limit;
    return query;
  }
  Status error(const Query& query) {
    const auto rows = run(query);
    BOOST_REQUIRE(!rows.ok());
    return rows.status();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(query_record_query, Deals)

BOOST_AUTO_TEST_CASE(conditions_and_null) {
  BOOST_TEST(names(ask("")) == "one two three four ");
  BOOST_TEST(names(ask("stage == 'Won'")) == "one four ");
  BOOST_TEST(names(ask("stage_class == 'won' && amount > 5.0")) == "one ");
  BOOST_TEST(names(ask("amount >= 10.0")) == "one two three ");
  BOOST_TEST(names(ask("amount != 20.0")) == "one four ");  // null is not 20
  BOOST_TEST(names(ask("close_date == null")) == "three ");
  BOOST_TEST(names(ask("has(r.close_date)")) == "one two four ");
  BOOST_TEST(names(ask("close_date < date('2017-02-01')")) == "one ");
  BOOST_TEST(names(ask("stage in ['Lost', 'Engaging']")) == "two three ");
  BOOST_TEST(names(ask("name.startsWith('t')")) == "two three ");
  BOOST_TEST(names(ask("false")) == "");
}

BOOST_AUTO_TEST_CASE(references_are_followed) {
  BOOST_TEST(names(ask("account.region == 'South'")) == "two four ");
  BOOST_TEST(names(ask("account.parent.name == 'Acme'")) == "two four ");
  Query query = ask("", {{"account.region", true}});
  query.select = {"name", {"region", "account.region"}};
  BOOST_TEST(print(*run(query)) == "four|South\ntwo|South\none|North\nthree|null\n");
}

BOOST_AUTO_TEST_CASE(deleted_records_are_asked_for) {
  Query query = ask("stage == 'Won'");
  query.include_deleted = true;
  BOOST_TEST(names(query) == "one four five ");
}

BOOST_AUTO_TEST_CASE(order_is_total_and_null_comes_first) {
  BOOST_TEST(names(ask("", {{"amount", false}})) == "four one two three ");
  BOOST_TEST(names(ask("", {{"amount", true}})) == "three two one four ");
  BOOST_TEST(names(ask("", {{"amount", true}, {"name", false}})) == "three two one four ");
  BOOST_TEST(names(ask("", {{"close_date", false}}, 2)) == "three one ");
  BOOST_TEST(names(ask("", {{"stage_order", false}, {"name", true}})) == "three one four two ");
}

BOOST_AUTO_TEST_CASE(pages_meet_without_gap_or_overlap) {
  for (const std::vector<Order>& order : {std::vector<Order>{},
                                          {{"amount", false}},
                                          {{"amount", true}},
                                          {{"close_date", true}},
                                          {{"account.region", false}, {"name", false}}}) {
    const std::string all = names(ask("", order));
    std::string paged;
    Query query = ask("", order, 1);
    for (int page = 0; page < 10; ++page) {
      const auto rows = run(query);
      BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
      for (const auto& row : rows->rows) paged += *row[0].text() + " ";
      if (rows->continuation.empty()) break;
      query.continuation = rows->continuation;
    }
    BOOST_TEST(paged == all);
  }
}

BOOST_AUTO_TEST_CASE(a_continuation_belongs_to_its_query) {
  const auto rows = run(ask("", {}, 1));
  BOOST_REQUIRE(!rows->continuation.empty());
  Query other = ask("amount > 1.0", {}, 1);
  other.continuation = rows->continuation;
  BOOST_TEST((error(other).code() == Code::kInvalidArgument));
  other.continuation = "nonsense";
  BOOST_TEST((error(other).code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(without_select_every_field_is_given) {
  Query query = ask("name == 'one'");
  query.select.clear();
  const auto rows = run(query);
  BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
  BOOST_TEST(rows->column("id") == 0);
  BOOST_TEST(rows->column("price") > 0);
  BOOST_TEST(rows->column("price_ccy") == rows->column("price") + 1);
  BOOST_TEST(rows->column("nothing") == -1);
  BOOST_REQUIRE(rows->rows.size() == 1U);
  const auto& row = rows->rows[0];
  BOOST_TEST((row[0] == ref(kDeal, 1)));
  BOOST_TEST((row[static_cast<std::size_t>(rows->column("stage"))] == Value("Won")));
  BOOST_TEST((row[static_cast<std::size_t>(rows->column("amount"))] == dec("10.00")));
  BOOST_TEST(row[static_cast<std::size_t>(rows->column("at"))].is_null());
}

BOOST_AUTO_TEST_CASE(columns_tell_their_type_and_label) {
  Query query = ask("");
  query.select = {"amount",
                  {"x", "amount * 2", "Twice"},
                  "close_date",
                  "stage_probability",
                  {"closes_on", "close_date"}};
  const auto rows = run(query);
  BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
  BOOST_TEST(rows->columns[0].type == "decimal");
  BOOST_TEST(rows->columns[1].label == "Twice");
  BOOST_TEST(rows->columns[2].type == "date");
  BOOST_TEST(rows->columns[3].type == "int");
  BOOST_TEST(rows->columns[4].label == "closes_on");
}

BOOST_AUTO_TEST_CASE(params_and_now_are_constants) {
  Query query = ask("amount >= params.floor && close_date < now.date('UTC')");
  query.params = {{Value("floor"), dec("15.00")}};
  base_context.now = *Timestamp::parse("2017-02-15T00:00:00Z");
  const auto rows = run(query);
  BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
  BOOST_TEST(print(*rows) == "two\n");
}

BOOST_AUTO_TEST_CASE(failures_of_a_record_are_counted) {
  const auto rows = run(ask("1 / (stage_probability - 100) < 0"));
  BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
  BOOST_TEST(rows->stats.errors == 2U);  // the two that are won
  BOOST_TEST(rows->stats.scanned == 5U);
}

BOOST_AUTO_TEST_CASE(the_row_filter_is_always_applied) {
  const auto filter =
      expr::compile("stage == 'Won'", expr::Environment::for_entity(catalog, lookup(), kDeal));
  BOOST_REQUIRE(filter.ok());
  base_context.row_filter = &*filter;
  BOOST_TEST(names(ask("")) == "one four ");
  BOOST_TEST(names(ask("amount > 15.0")) == "");
  BOOST_TEST(names(ask("", {{"amount", false}}, 1)) == "four ");
}

BOOST_AUTO_TEST_CASE(mistakes_say_which_part_of_the_query) {
  Query query = ask("amuont > 1");
  BOOST_TEST((error(query).code() == Code::kExpressionType));
  BOOST_TEST(std::string(error(query).message()).starts_with("where: "));
  query = ask("amount >");
  BOOST_TEST((error(query).code() == Code::kExpressionSyntax));
  query = ask("amount");
  BOOST_TEST((error(query).code() == Code::kExpressionType));
  query = ask("", {{"nothing", false}});
  BOOST_TEST(std::string(error(query).message()).starts_with("order_by"));
  query = ask("");
  query.select = {"nothing"};
  BOOST_TEST(std::string(error(query).message()).starts_with("select"));
  query = ask("");
  query.entity = "dael";
  BOOST_TEST(std::string(error(query).message()).find("did you mean \"deal\"") !=
             std::string::npos);
  query = ask("");
  query.having = "true";
  BOOST_TEST((error(query).code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(too_many_rows_are_an_error_not_a_cut) {
  base_context.limits.max_result_rows = 3;
  BOOST_TEST((error(ask("")).code() == Code::kLimit));
  BOOST_TEST(std::string(error(ask("")).message()).find("max_result_rows") != std::string::npos);
  BOOST_TEST(names(ask("", {}, 3)) == "one two three ");
  BOOST_TEST((error(ask("", {{"name", false}})).code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(the_plan_is_told) {
  BOOST_TEST(run(ask("amount * 2 > 1"))->stats.plan == "scan deal");
  BOOST_TEST(run(ask("stage == 'Won'"))->stats.plan == "postings deal.by_stage [=]");
  BOOST_TEST(run(ask("amount == 20.0"))->stats.plan == "index deal.by_amount [=]");
  BOOST_TEST(run(ask("", {{"close_date", true}}, 2))->stats.plan ==
             "index deal.by_close [descending]");
}

BOOST_AUTO_TEST_CASE(ordering_by_long_texts_is_exact) {
  const std::string base(600, 'x');
  deal(11, {{kName, Value(base + "b")}});
  deal(12, {{kName, Value(base + "a")}});
  deal(13, {{kName, Value(base + "c")}});
  Query query = ask("name.startsWith('xx')", {{"name", false}}, 2);
  query.select = {"id"};
  BOOST_TEST((run(query)->rows[0][0] == ref(kDeal, 12)));
  BOOST_TEST((run(query)->rows[1][0] == ref(kDeal, 11)));
  query.continuation = run(query)->continuation;
  BOOST_TEST((run(query)->rows.at(0)[0] == ref(kDeal, 13)));
}

BOOST_AUTO_TEST_SUITE_END()
