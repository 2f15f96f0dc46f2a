#include "kith/value.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <string>

using kith::Value;

BOOST_AUTO_TEST_SUITE(base_value)

BOOST_AUTO_TEST_CASE(every_kind_has_a_name_and_a_print) {
  struct Row {
    Value value;
    const char* kind;
    const char* text;
  };
  const kith::Currency eur = *kith::Currency::parse("EUR");
  for (const Row& row :
       {Row{Value(), "null", "null"},
        Row{true, "bool", "true"},
        Row{-42, "int", "-42"},
        Row{18446744073709551615ULL, "uint", "18446744073709551615"},
        Row{0.1, "double", "0.1"},
        Row{1e300, "double", "1e+300"},
        Row{std::nan(""), "double", "NaN"},
        Row{-std::numeric_limits<double>::infinity(), "double", "-Infinity"},
        Row{*kith::Decimal::parse("12.50"), "decimal", "12.50"},
        Row{kith::Money{*kith::Decimal::parse("12.50"), eur}, "money", "12.50 EUR"},
        Row{kith::Money{kith::Decimal(3), {}}, "money", "3"},
        Row{"Acme", "text", "Acme"},
        Row{kith::Bytes{std::string("\x00\xff", 2)}, "bytes", "0x00ff"},
        Row{kith::Date(0), "date", "1970-01-01"},
        Row{kith::Timestamp(0, 500'000'000), "timestamp", "1970-01-01T00:00:00.5Z"},
        Row{kith::Duration::minutes(90), "duration", "5400s"},
        Row{kith::RecordId(1, 42), "reference", "#281474976710698"},
        Row{kith::List{1, "a \"b\"", Value()}, "list", "[1, \"a \\\"b\\\"\", null]"},
        Row{kith::List{}, "list", "[]"},
        Row{kith::Map{{"a", 1}, {2, kith::List{true}}}, "map", "{\"a\": 1, 2: [true]}"},
        Row{kith::TypeName{"int"}, "type", "int"}}) {
    BOOST_TEST(kith::kind_name(row.value.kind()) == row.kind);
    BOOST_TEST(row.value.to_string() == row.text);
  }
}

BOOST_AUTO_TEST_CASE(equality_is_by_kind_and_decimals_by_value) {
  BOOST_TEST((Value(1) == Value(1)));
  BOOST_TEST((Value(1) != Value(1.0)));
  BOOST_TEST((Value(1) != Value(1U)));
  BOOST_TEST((Value() == Value(nullptr)));
  BOOST_TEST((Value(*kith::Decimal::parse("1.5")) == Value(*kith::Decimal::parse("1.50"))));
  BOOST_TEST((Value("a") != Value(kith::Bytes{"a"})));
  BOOST_TEST((Value(kith::List{1, 2}) != Value(kith::List{2, 1})));
}

BOOST_AUTO_TEST_CASE(find_looks_only_at_text_keys) {
  const Value map = kith::Map{{1, "int"}, {"1", "text"}, {"a", Value()}};
  BOOST_REQUIRE(map.find("1") != nullptr);
  BOOST_TEST(map.find("1")->to_string() == "text");
  BOOST_TEST(map.find("a")->is_null());
  BOOST_TEST((map.find("b") == nullptr));
  BOOST_TEST((Value(7).find("a") == nullptr));
}

BOOST_AUTO_TEST_CASE(currencies_are_three_upper_case_letters) {
  BOOST_TEST(kith::Currency::parse("EUR")->view() == "EUR");
  for (const char* bad : {"", "EU", "EURO", "eur", "E1R", "\xC3\x84R"}) {
    BOOST_TEST(!kith::Currency::parse(bad).ok(), bad);
  }
}

BOOST_AUTO_TEST_SUITE_END()
