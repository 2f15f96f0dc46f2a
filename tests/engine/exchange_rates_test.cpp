// Rates of exchange as records, and the organisation, through the public interface.
#include "tests/api/fixture.hpp"

#include "kith/expression.hpp"

using namespace kith;
using namespace kith::test;

namespace {

constexpr std::string_view kModel = R"({
  "kith_model": 1, "name": "money",
  "organisation": {
    "currency": "EUR", "time_zone": "Europe/Vienna", "calendar": "office",
    "calendars": {"office": {"hours": {"mon": ["09:00-17:00"], "tue": ["09:00-17:00"]}}}
  },
  "entities": {
    "exchange_rate": {
      "fields": {
        "currency": {"type": "text", "required": true},
        "rate": {"type": "decimal", "scale": 6, "required": true},
        "valid_from": {"type": "date", "required": true}
      },
      "indexes": {"by_currency": ["currency", "valid_from"]}
    },
    "deal": {
      "fields": {
        "name": {"type": "text"}, "amount": {"type": "money"}, "budget": {"type": "money"},
        "due": {"type": "date"}
      },
      "rules": {"within_budget": {"check": "!has(budget) || amount <= budget", "message": "m"}}
    }
  }
})";

// The value, or why there is none.
std::string answer(const Database& db, const Reader& reader, std::string_view entity, RecordId id,
                   std::string_view source) {
  const Result<Expression> expression = Expression::compile(db, entity, source);
  if (!expression.ok()) return std::string(expression.status().message());
  const Evaluation evaluation = expression->evaluate(reader, id);
  return evaluation.ok() ? evaluation.value.to_string() : evaluation.message;
}

struct Crm : SmallCrm {
  Crm() : SmallCrm(":memory:", kModel) {}
  RecordId rate(const char* currency, const char* value, const char* day) {
    return create("exchange_rate",
                  {{"currency", currency}, {"rate", decimal(value)}, {"valid_from", date(day)}});
  }
  std::string ask(RecordId id, std::string_view source) {
    const Snapshot snapshot = read();
    return answer(db, snapshot, "deal", id, source);
  }
};

Value money(const char* amount, const char* currency) {
  return Value(Money{decimal(amount), require(Currency::parse(currency))});
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_exchange_rates)

BOOST_AUTO_TEST_CASE(the_latest_rate_not_after_the_day) {
  Crm crm;
  crm.rate("USD", "0.9", "2026-01-01");
  const RecordId february = crm.rate("USD", "0.8", "2026-02-01");
  crm.rate("USD", "0.5", "2026-04-01");
  crm.rate("GBP", "1.2", "2025-01-01");
  const RecordId deal = crm.create("deal", {{"amount", money("100", "USD")}});
  // Now is 1 March 2026.
  BOOST_TEST(crm.ask(deal, "convert(amount, 'EUR')") == "80.0000");
  BOOST_TEST(crm.ask(deal, "convert(amount, 'EUR', date('2026-01-31'))") == "90.0000");
  BOOST_TEST(crm.ask(deal, "convert(amount, 'EUR', date('2026-04-01'))") == "50.0000");
  BOOST_TEST(crm.ask(deal, "convert(amount, 'GBP')") == "66.6667");
  BOOST_TEST(crm.ask(deal, "convert(10, 'EUR', 'USD')") == "12.5000");
  BOOST_TEST(has(crm.ask(deal, "convert(amount, 'EUR', date('2025-12-31'))"),
                 "from USD to EUR: there is no rate of exchange for USD on 2025-12-31"));
  BOOST_TEST(has(crm.ask(deal, "convert(amount, 'JPY')"), "for JPY on 2026-03-01"));
  // A deleted rate is none.
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.remove(february));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(crm.ask(deal, "convert(amount, 'EUR')") == "90.0000");
}

BOOST_AUTO_TEST_CASE(a_transaction_sees_its_own_rates) {
  Crm crm;
  const RecordId deal = crm.create("deal", {{"amount", money("100", "USD")}});
  Transaction t = crm.begin();
  require(t.create(
      "exchange_rate",
      {{"currency", "USD"}, {"rate", decimal("0.25")}, {"valid_from", date("2026-03-01")}}));
  BOOST_TEST(answer(crm.db, t, "deal", deal, "convert(amount, 'EUR')") == "25.0000");
}

BOOST_AUTO_TEST_CASE(queries_convert) {
  Crm crm;
  crm.rate("USD", "0.5", "2026-01-01");
  crm.create("deal", {{"name", "a"}, {"amount", money("100", "USD")}});
  crm.create("deal", {{"name", "b"}, {"amount", money("60", "EUR")}});
  crm.create("deal", {{"name", "c"}});
  Query query;
  query.entity = "deal";
  query.where = "convert(amount, 'EUR') > 55.0 && business_days_between(now.date(), today()) == 0";
  query.select = {"name"};
  Snapshot snapshot = crm.read();
  const Rows rows = require(snapshot.query(query));
  BOOST_REQUIRE(rows.rows.size() == 1u);
  BOOST_TEST(rows.rows[0][0].to_string() == "b");
}

BOOST_AUTO_TEST_CASE(sums_of_two_currencies_are_converted_or_refused) {
  Crm crm;
  crm.rate("USD", "0.5", "2026-01-01");
  crm.create("deal", {{"amount", money("100", "USD")}});
  crm.create("deal", {{"amount", money("60", "EUR")}});
  const Snapshot snapshot = crm.read();
  Query query;
  query.entity = "deal";
  query.measures = {{.name = "total", .function = Measure::Function::kSum, .of = "amount"}};
  BOOST_TEST((snapshot.query(query).status().code() == Code::kExpressionFailed));
  query.measures[0].of = "convert(amount, 'EUR')";
  const Rows rows = require(snapshot.query(query));
  BOOST_REQUIRE(rows.rows.size() == 1u);
  BOOST_TEST(rows.rows[0][0].to_string() == "110.0000");
}

BOOST_AUTO_TEST_CASE(two_currencies_in_a_rule_are_a_violation) {
  Crm crm;
  crm.create("deal", {{"amount", money("1", "USD")}, {"budget", money("2", "USD")}});
  Transaction t = crm.begin();
  const auto mixed =
      t.create("deal", {{"amount", money("1", "USD")}, {"budget", money("2", "EUR")}});
  BOOST_TEST((mixed.status().code() == Code::kValidation), mixed.status().to_string());
}

BOOST_AUTO_TEST_CASE(what_org_says) {
  Crm crm;
  const RecordId deal = crm.create("deal", {{"due", date("2026-03-02")}});  // a Monday
  BOOST_TEST(crm.ask(deal, "org.currency + ' ' + org.calendar") == "EUR office");
  BOOST_TEST(crm.ask(deal, "add_business_days(due, 2)") == "2026-03-09");
  BOOST_TEST(has(crm.ask(deal, "add_business_days(due, 2, 'offic')"), "did you mean 'office'?"));
  SmallCrm small;
  const RecordId account = small.create("account", {{"name", "Acme"}});
  const Snapshot snapshot = small.read();
  BOOST_TEST(answer(small.db, snapshot, "account", account, "org.currency == null") == "true");
  BOOST_TEST(has(answer(small.db, snapshot, "account", account, "convert(1, 'USD', 'EUR')"),
                 "needs the organisation's currency"));
}

BOOST_AUTO_TEST_CASE(a_model_names_only_calendars_that_it_has) {
  std::string model(kModel);
  const std::string rule = "!has(budget) || amount <= budget";
  model.replace(model.find(rule), rule.size(), "is_business_day(due, 'night')");
  const auto made =
      Database::create(":memory:", {.model = model, .now = at("2026-03-01T09:00:00Z"), .open = {}});
  BOOST_TEST((made.status().code() == Code::kModelInvalid));
  BOOST_TEST(has(made.status().to_string(), "there is no calendar 'night'"));
}

BOOST_AUTO_TEST_SUITE_END()
