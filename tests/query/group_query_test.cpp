// Queries with groups and measures.
#include "query/group_query.hpp"

#include "tests/query/fixture.hpp"

namespace {

using namespace kith;
using namespace kith::query_test;
using Function = Measure::Function;

Measure measure(std::string name, Function function, std::string of = {}, std::string where = {}) {
  Measure m;
  m.name = std::move(name);
  m.function = function;
  m.of = std::move(of);
  m.where = std::move(where);
  return m;
}

GroupBy by(std::string name, std::string of, Bucket bucket = Bucket::kNone) {
  GroupBy group;
  group.name = std::move(name);
  group.of = std::move(of);
  group.bucket = bucket;
  return group;
}

struct Sales : Crm {
  Sales() {
    account(1, {{1, "Acme"}, {2, "North"}, {4, money("5", "EUR")}});
    account(2, {{1, "Beta"}, {2, "South"}, {4, money("7", "USD")}});
    const auto add = [&](std::uint64_t n, const char* stage, const char* amount, const char* close,
                         std::uint64_t account_number, const char* currency) {
      Values values = {{kStage, stage}, {kName, "n" + std::to_string(n % 2)}};
      if (amount != nullptr) {
        values.emplace_back(kAmount, dec(amount));
        values.emplace_back(kPrice, money(amount, currency));
        values.emplace_back(kCount, Value(static_cast<int>(n)));
        values.emplace_back(kScore, Value(static_cast<double>(n) / 2));
        values.emplace_back(kSpan, Value(Duration::hours(static_cast<int>(n))));
      }
      if (close != nullptr) {
        values.emplace_back(kClose, day(close));
        values.emplace_back(kAt, Value(*Timestamp::parse(std::string(close) + "T23:30:00Z")));
      }
      if (account_number != 0) values.emplace_back(kAccountRef, ref(kAccount, account_number));
      deal(n, values);
    };
    add(1, "Won", "10.00", "2017-01-31", 1, "EUR");
    add(2, "Won", "20.50", "2017-03-31", 2, "EUR");
    add(3, "Won", "5.00", "2017-04-01", 1, "EUR");
    add(4, "Lost", "7.00", "2017-04-02", 2, "USD");
    add(5, "Prospecting", nullptr, nullptr, 0, "EUR");
    add(6, "Engaging", "40.00", "2018-01-01", 2, "EUR");
  }

  std::string answer(const Query& query) {
    const auto rows = run(query);
    BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
    return print(*rows);
  }
  Status error(const Query& query) {
    const auto rows = run(query);
    BOOST_REQUIRE(!rows.ok());
    return rows.status();
  }
  static Query ask(std::vector<GroupBy> groups, std::vector<Measure> measures) {
    Query query;
    query.entity = "deal";
    query.group_by = std::move(groups);
    query.measures = std::move(measures);
    return query;
  }
};

const Measure kN = measure("n", Function::kCount);

}  // namespace

BOOST_FIXTURE_TEST_SUITE(query_group_query, Sales)

BOOST_AUTO_TEST_CASE(everything_is_one_group) {
  const Query query =
      ask({}, {kN, measure("with", Function::kCount, "amount"),
               measure("total", Function::kSum, "amount"), measure("avg", Function::kAvg, "amount"),
               measure("least", Function::kMin, "close_date"),
               measure("most", Function::kMax, "amount")});
  BOOST_TEST(answer(query) == "6|5|82.50|16.500000|2017-01-31|40.00\n");
  Query none = query;
  none.where = "amount > 1000.0";
  BOOST_TEST(answer(none) == "0|0|0.00|null|null|null\n");
  none.where = "false";
  BOOST_TEST(answer(none) == "0|0|0.00|null|null|null\n");
}

BOOST_AUTO_TEST_CASE(sums_keep_the_kind_of_what_they_add) {
  const Query query =
      ask({}, {measure("i", Function::kSum, "parts"), measure("ia", Function::kAvg, "parts"),
               measure("d", Function::kSum, "score"), measure("da", Function::kAvg, "score"),
               measure("s", Function::kSum, "span"), measure("sa", Function::kAvg, "span"),
               measure("e", Function::kSum, "amount * 2"),
               measure("w", Function::kSum, "amount * stage_probability * 0.01")});
  const auto rows = run(query);
  BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
  const auto& row = rows->rows[0];
  BOOST_TEST((row[0] == Value(16)));
  BOOST_TEST((row[1] == dec("3.2")));
  BOOST_TEST((row[2] == Value(8.0)));
  BOOST_TEST((row[3] == Value(1.6)));
  BOOST_TEST((row[4] == Value(Duration::hours(16))));
  BOOST_TEST((row[5] == Value(Duration::minutes(192))));
  BOOST_TEST((row[6] == dec("165")));
  BOOST_TEST((row[7] == dec("55.5")));  // 35.50 won, half of 40
  BOOST_TEST(rows->columns[0].type == "int");
  BOOST_TEST(rows->columns[1].type == "decimal");
  BOOST_TEST(rows->columns[2].type == "double");
}

BOOST_AUTO_TEST_CASE(stages_come_in_their_order) {
  const Query query = ask({by("stage", "stage")}, {kN, measure("t", Function::kSum, "amount")});
  BOOST_TEST(answer(query) == "Engaging|1|40.00\nProspecting|1|0.00\nWon|3|35.50\nLost|1|7.00\n");
}

BOOST_AUTO_TEST_CASE(derived_fields_group_and_filter) {
  BOOST_TEST(answer(ask({by("class", "stage_class")}, {kN})) == "lost|1\nopen|2\nwon|3\n");
  Query query = ask({}, {kN});
  query.where = "stage_class == 'open'";
  BOOST_TEST(answer(query) == "2\n");
}

BOOST_AUTO_TEST_CASE(groups_through_references_and_null) {
  BOOST_TEST(answer(ask({by("region", "account.region")}, {kN})) == "null|1\nNorth|2\nSouth|3\n");
  BOOST_TEST(answer(ask({by("account", "account")}, {kN})) ==
             "null|1\n#281474976710657|2\n#281474976710658|3\n");
  BOOST_TEST(answer(ask({by("name", "name"), by("class", "stage_class")}, {kN})) ==
             "n0|lost|1\nn0|open|1\nn0|won|1\nn1|open|1\nn1|won|2\n");
}

BOOST_AUTO_TEST_CASE(dates_fall_into_buckets) {
  const auto groups = [&](Bucket bucket) {
    return answer(ask({by("p", "close_date", bucket)}, {kN}));
  };
  BOOST_TEST(groups(Bucket::kYear) == "null|1\n2017|4\n2018|1\n");
  BOOST_TEST(groups(Bucket::kQuarter) == "null|1\n2017-Q1|2\n2017-Q2|2\n2018-Q1|1\n");
  BOOST_TEST(groups(Bucket::kMonth) == "null|1\n2017-01|1\n2017-03|1\n2017-04|2\n2018-01|1\n");
  BOOST_TEST(groups(Bucket::kDay).starts_with("null|1\n2017-01-31|1\n2017-03-31|1\n"));
  BOOST_TEST(groups(Bucket::kWeek) ==
             "null|1\n2017-W05|1\n2017-W13|3\n2018-W01|1\n");  // 1 and 2 April are a week-end
}

BOOST_AUTO_TEST_CASE(instants_fall_into_the_days_of_the_zone) {
  const Query query = ask({by("m", "at", Bucket::kMonth)}, {kN});
  BOOST_TEST(answer(query) == "null|1\n2017-01|1\n2017-03|1\n2017-04|2\n2018-01|1\n");
  base_context.time_zone = "Europe/Vienna";  // half past eleven in the evening is the next day
  BOOST_TEST(answer(query) == "null|1\n2017-02|1\n2017-04|3\n2018-01|1\n");
  base_context.time_zone = "Mars/Olympus";
  BOOST_TEST((error(query).code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(measures_have_conditions_and_ratios_denominators) {
  Query query = ask({}, {measure("won", Function::kCount, "", "stage_class == 'won'"),
                         measure("closed", Function::kCount, "", "stage_class in ['won', 'lost']"),
                         measure("none", Function::kCount, "", "amount > 1000.0")});
  Measure rate = measure("rate", Function::kRatio);
  rate.numerator = "won";
  rate.denominator = "closed";
  Measure nothing = rate;
  nothing.name = "nothing";
  nothing.denominator = "none";
  query.measures.push_back(rate);
  query.measures.push_back(nothing);
  BOOST_TEST(answer(query) == "3|4|0|0.750000|null\n");
  BOOST_TEST(run(query)->columns[3].label == "won / closed");
}

BOOST_AUTO_TEST_CASE(distinct_values_are_counted) {
  BOOST_TEST(answer(ask({}, {measure("a", Function::kCountDistinct, "account"),
                             measure("r", Function::kCountDistinct, "account.region"),
                             measure("n", Function::kCountDistinct, "name"),
                             measure("s", Function::kCountDistinct, "stage_class")})) ==
             "2|2|2|3\n");
}

BOOST_AUTO_TEST_CASE(having_order_and_pages) {
  Query query = ask({by("stage", "stage")}, {kN, measure("t", Function::kSum, "amount")});
  query.having = "t > 5.0 && stage != 'Lost'";
  query.order_by = {{"t", true}};
  BOOST_TEST(answer(query) == "Engaging|1|40.00\nWon|3|35.50\n");
  query.having.clear();
  query.order_by = {{"n", false}};
  BOOST_TEST(answer(query) == "Engaging|1|40.00\nProspecting|1|0.00\nLost|1|7.00\nWon|3|35.50\n");
  query.limit = 3;
  const auto first = run(query);
  BOOST_TEST(first->rows.size() == 3U);
  BOOST_REQUIRE(!first->continuation.empty());
  query.continuation = first->continuation;
  BOOST_TEST(answer(query) == "Won|3|35.50\n");
  BOOST_TEST(run(query)->continuation.empty());
}

BOOST_AUTO_TEST_CASE(currencies_are_never_mixed) {
  Query query = ask({}, {measure("t", Function::kSum, "price")});
  BOOST_TEST((error(query).code() == Code::kExpressionFailed));
  const std::string message(error(query).message());
  BOOST_TEST(message.find("EUR") != std::string::npos);
  BOOST_TEST(message.find("USD") != std::string::npos);
  query.where = "price_ccy == 'EUR'";
  BOOST_TEST(answer(query) == "75.5000\n");
  query = ask({by("ccy", "price_ccy")}, {measure("t", Function::kSum, "price")});
  BOOST_TEST(answer(query) == "null|0.0000\nEUR|75.5000\nUSD|7.0000\n");
  query = ask({}, {measure("t", Function::kSum, "price * 2")});
  BOOST_TEST((error(query).code() == Code::kExpressionFailed));
  query = ask({}, {measure("t", Function::kMax, "account.revenue")});
  BOOST_TEST((error(query).code() == Code::kExpressionFailed));
  query.where = "account.region == 'North'";
  BOOST_TEST(answer(query) == "5.0000\n");
}

BOOST_AUTO_TEST_CASE(sums_that_are_too_large_fail) {
  const std::int64_t most = 9'000'000'000'000'000'000;
  deal(7, {{kCount, Value(most)}});
  deal(8, {{kCount, Value(most)}});
  const Query sum = ask({}, {measure("t", Function::kSum, "parts")});
  BOOST_TEST((error(sum).code() == Code::kExpressionFailed));
  BOOST_TEST(std::string(error(sum).message()).find("too large") != std::string::npos);
  // The average of the same passes through 128 bits.
  Query average = ask({}, {measure("t", Function::kAvg, "parts")});
  average.where = "parts > 100";
  BOOST_TEST(answer(average) == "9000000000000000000.000000\n");
}

BOOST_AUTO_TEST_CASE(too_many_groups_are_an_error) {
  base_context.limits.max_groups = 3;
  const Status status = error(ask({by("id", "r.id")}, {kN}));
  BOOST_TEST((status.code() == Code::kLimit));
  BOOST_TEST(std::string(status.message()).find("max_groups") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(mistakes_are_named) {
  const auto refused = [&](const Query& query, const char* part) {
    const Status status = error(query);
    BOOST_TEST(status.to_string().find(part) != std::string::npos, status.to_string());
  };
  refused(ask({by("s", "stage", Bucket::kYear)}, {kN}), "bucket needs a date");
  refused(ask({}, {measure("t", Function::kSum, "name")}), "sum of");
  refused(ask({}, {measure("t", Function::kSum)}), "needs \"of\"");
  refused(ask({}, {kN, kN}), "two groups or measures");
  refused(ask({}, {measure("t", Function::kSum, "amuont")}), "measure \"t\"");
  Query query = ask({by("stage", "stage")}, {kN});
  query.order_by = {{"stag", false}};
  refused(query, "did you mean \"stage\"");
  query.order_by.clear();
  query.having = "m > 1";
  refused(query, "having");
  query.having.clear();
  query.select = {"name"};
  refused(query, "select");
  Measure rate = measure("rate", Function::kRatio);
  rate.numerator = "won";
  refused(ask({}, {kN, rate}), "no measure \"won\"");
}

BOOST_AUTO_TEST_SUITE_END()
