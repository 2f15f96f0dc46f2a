// convert(), money of two currencies, roundings.
#include <boost/test/unit_test.hpp>

#include "schema/organisation.hpp"
#include "tests/expr/expr_testing.hpp"
#include "tests/expr/sample_model.hpp"

using namespace kith;
using kith::expr::Activation;
using kith::expr::compile;
using kith::expr::test::outcome;
using kith::expr::test::SampleModel;

namespace {

Value money(const char* amount, const char* currency) {
  return Value(Money{*Decimal::parse(amount), *Currency::parse(currency)});
}

// A host with rates: one dollar is 0.5 euro, from June 0.8; 160 yen are one euro.
class Bank : public SampleModel {
 public:
  Bank() { here.currency = "EUR"; }
  const schema::Organisation* organisation() const override { return &here; }
  Result<std::optional<Decimal>> rate(std::string_view currency, Date day) override {
    if (currency == "GBP") return Status(Code::kIo, "the disk is gone");
    if (currency == "CHF") return Status(Code::kInvalidArgument, "no place for rates");
    std::optional<Decimal> none;
    if (day < *Date::parse("2017-01-01")) return none;
    const bool june = day >= *Date::parse("2017-06-01");
    if (currency == "USD") return std::optional<Decimal>(Decimal(june ? 8 : 5, 1));
    if (currency == "JPY") return std::optional<Decimal>(Decimal(625, 5));
    return none;
  }
  std::string ask(std::string_view source) {
    const RecordId id = put(kDeal, 1, {{"amount", money("100", "USD")}, {"discount", Decimal(5)}});
    const RecordId before = put(kDeal, 2, {{"amount", money("90", old_currency.c_str())}});
    Activation activation = on(id);
    const auto view = load(before);
    activation.set_old(before, *view);
    expr::Environment names = environment();
    names.set_organisation(&here);
    return outcome(source, names, activation);
  }

  schema::Organisation here;
  std::string old_currency = "EUR";
};

std::string message(std::string_view source, const expr::Environment& environment) {
  const auto program = compile(source, environment);
  return program.ok() ? "" : std::string(program.status().message());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(expr_money)

BOOST_AUTO_TEST_CASE(a_money_field_is_converted) {
  Bank bank;
  BOOST_TEST(bank.ask("convert(amount, 'EUR')") == "80.0000");  // now is 15 June 2017
  BOOST_TEST(bank.ask("convert(r.amount, 'EUR', date('2017-05-31'))") == "50.0000");
  BOOST_TEST(bank.ask("convert(amount, 'JPY')") == "12800.0000");
  BOOST_TEST(bank.ask("convert(amount, 'USD') == 100.0") == "true");
  BOOST_TEST(bank.ask("convert(old.amount, 'USD')") == "112.5000");
  BOOST_TEST(bank.ask("convert(100, 'JPY', 'USD')") == "0.7812");  // 0.78125, half to even
  BOOST_TEST(bank.ask("convert(discount, 'USD', 'EUR', date('2017-01-01'))") == "2.5000");
  BOOST_TEST(bank.ask("convert(1.5, 'EUR', 'EUR')") == "1.5");
}

BOOST_AUTO_TEST_CASE(what_cannot_be_converted) {
  Bank bank;
  BOOST_TEST(bank.ask("convert(amount, 'EUR', date('2016-12-31'))") == "DATA");
  BOOST_TEST(bank.ask("convert(amount, 'SEK')") == "DATA");
  BOOST_TEST(bank.ask("convert(amount, 'euro')") == "DATA");
  BOOST_TEST(bank.ask("convert(amount, 'CHF')") == "DATA");
  BOOST_TEST(bank.ask("convert(amount, 'GBP')") == "HOST");
  BOOST_TEST(bank.ask("convert(discount, 'EUR')") == "type");
  BOOST_TEST(bank.ask("convert(amount + 1, 'EUR')") == "type");
  BOOST_TEST(bank.ask("convert(amount)") == "type");
  bank.here.currency.clear();
  BOOST_TEST(bank.ask("convert(amount, 'EUR')") == "DATA");
  const RecordId empty = bank.put(Bank::kDeal, 3, {});
  BOOST_TEST(outcome("convert(amount, 'EUR')", bank.environment(), bank.on(empty)) == "MISSING");
  BOOST_TEST(message("convert(discount, 'EUR')", bank.environment())
                 .find("convert(amount, 'USD', 'EUR')") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(money_of_two_currencies_is_not_mixed) {
  Bank bank;
  for (const char* op : {"<", "<=", ">", ">=", "==", "!=", "+", "-"}) {
    const std::string mixed = std::string("amount ") + op + " old.amount";
    BOOST_TEST(bank.ask(mixed) == "DATA", mixed);
    BOOST_TEST(bank.ask("amount * 2 " + std::string(op) + " round(-old.amount, 1)") == "DATA");
    BOOST_TEST(bank.ask("convert(amount, 'EUR') " + std::string(op) + " old.amount") != "DATA");
  }
  BOOST_TEST(bank.ask("convert(amount, 'JPY') > old.amount") == "DATA");
  BOOST_TEST(bank.ask("amount + discount > old.amount") == "DATA");
  BOOST_TEST(bank.ask("amount / old.amount > 1.0") == "true");  // a ratio has no currency
  BOOST_TEST(bank.ask("amount > 100 || amount_ccy == 'USD' && amount >= 100.0") == "true");
  BOOST_TEST(bank.ask("amount_ccy == old.amount_ccy && amount > old.amount") == "false");
  bank.old_currency = "USD";
  BOOST_TEST(bank.ask("amount > old.amount") == "true");
  BOOST_TEST(bank.ask("amount - old.amount") == "10.0000");
}

BOOST_AUTO_TEST_CASE(roundings) {
  const auto round = [](const std::string& number, const std::string& mode) {
    return outcome("round(decimal('" + number + "'), 1, '" + mode + "')");
  };
  const std::vector<std::array<std::string, 5>> table = {
      // mode, 0.25, 0.35, -0.25, 0.2500001
      {"half_even", "0.2", "0.4", "-0.2", "0.3"}, {"half_up", "0.3", "0.4", "-0.3", "0.3"},
      {"half_down", "0.2", "0.3", "-0.2", "0.3"}, {"up", "0.3", "0.4", "-0.3", "0.3"},
      {"down", "0.2", "0.3", "-0.2", "0.2"},      {"ceiling", "0.3", "0.4", "-0.2", "0.3"},
      {"floor", "0.2", "0.3", "-0.3", "0.2"}};
  for (const auto& [mode, a, b, c, d] : table) {
    BOOST_TEST(round("0.25", mode) == a, mode);
    BOOST_TEST(round("0.35", mode) == b, mode);
    BOOST_TEST(round("-0.25", mode) == c, mode);
    BOOST_TEST(round("0.2500001", mode) == d, mode);
    BOOST_TEST(round("7", mode) == "7.0", mode);
  }
  BOOST_TEST(outcome("div(decimal(1), decimal(8), 2, 'half_down')") == "0.12");
  BOOST_TEST(outcome("div(decimal(3), decimal(8), 2, 'half_up')") == "0.38");
  BOOST_TEST(outcome("div(decimal(2), decimal(3), 2, 'half_down')") == "0.67");
  BOOST_TEST(outcome("div(decimal(1), decimal(0), 2, 'up')") == "DATA");
  BOOST_TEST(outcome("round(2.675 * 1.0, 2, 'half_up')") == "2.68");
  BOOST_TEST(outcome("round(1e300, 2)") == "1e+300");
  BOOST_TEST(outcome("round(1e-30, 2) == 0.0") == "true");
  BOOST_TEST(outcome("round(0.0 / 0.0, 2)") == "NaN");
  BOOST_TEST(outcome("round(1.5, 19)") == "DATA");
  BOOST_TEST(outcome("round(decimal('1.5'), 0, 'half_evn')") == "type");
  BOOST_TEST(outcome("round(decimal('1.5'), 0, dyn('half_evn'))") == "DATA");
  BOOST_TEST(
      message("round(decimal('1.5'), 0, 'half_evn')", {}).find("did you mean 'half_even'?") !=
      std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
