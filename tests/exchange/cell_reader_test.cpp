#include "exchange/cell_reader.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/exchange/test_catalog.hpp"

using namespace kith;
using namespace kith::exchange;

namespace {

struct Shop {
  schema::Catalog catalog = testing::catalog_of(testing::kShopModel);

  Result<CellValue> read(std::string_view field, std::string_view cell,
                         const ColumnMapping& mapping = {}, const LocalClock& clock = {}) const {
    const schema::EntityType* shop = catalog.find("shop");
    const auto reader = CellReader::make(*shop, *shop->find_field(field), mapping, 70);
    BOOST_REQUIRE_MESSAGE(reader.ok(), reader.status().to_string());
    return reader->read(cell, clock);
  }
  Value value(std::string_view field, std::string_view cell,
              const ColumnMapping& mapping = {}) const {
    const auto read_cell = read(field, cell, mapping);
    BOOST_REQUIRE_MESSAGE(read_cell.ok(), read_cell.status().to_string());
    return read_cell->value;
  }
  std::string refusal(std::string_view field, std::string_view cell,
                      const ColumnMapping& mapping = {}) const {
    const auto read_cell = read(field, cell, mapping);
    BOOST_REQUIRE_MESSAGE(!read_cell.ok(), field);
    BOOST_REQUIRE_EQUAL(read_cell.status().violations().size(), 1u);
    const Violation& v = read_cell.status().violations()[0];
    BOOST_TEST(v.field == field);
    return v.code + ": " + v.message;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(exchange_cell_reader, Shop)

BOOST_AUTO_TEST_CASE(each_type_of_field_reads_its_text) {
  BOOST_TEST((value("name", "  Acme ") == Value("Acme")));
  BOOST_TEST((value("staff", "12") == Value(12)));
  BOOST_TEST((value("staff", "12.0") == Value(12)));
  BOOST_TEST((value("turnover", "12.5") == Value(*Decimal::parse("12.50"))));
  BOOST_TEST((value("turnover", "1.25e1") == Value(*Decimal::parse("12.50"))));
  BOOST_TEST((value("rating", "0.1") == Value(0.1)));
  BOOST_TEST((value("opened", "2017-03-01") == Value(*Date::parse("2017-03-01"))));
  BOOST_TEST((value("opened", "2017-03-01T23:00:00Z") == Value(*Date::parse("2017-03-01"))));
  BOOST_TEST((value("seen", "2017-03-01T23:00:00+01:00") ==
              Value(*Timestamp::parse("2017-03-01T22:00:00Z"))));
  BOOST_TEST((value("seen", "2017-03-01") == Value(*Timestamp::parse("2017-03-01T00:00:00Z"))));
  for (const char* yes : {"true", "Yes", "Y", "1", "ON"}) {
    BOOST_TEST((value("active", yes) == Value(true)));
  }
  BOOST_TEST((value("active", "no") == Value(false)));
  BOOST_TEST((value("kind", "market") == Value("market")));
  BOOST_TEST((value("kind", "Super market") == Value("market")));
  BOOST_TEST((value("kind", "CORNER SHOP") == Value("corner")));
  BOOST_TEST((value("tags", "b; Alpha;") == Value(List{Value("a"), Value("b")})));
  BOOST_TEST((value("logo", "AQI=") == Value(Bytes{"\x01\x02"})));
  BOOST_TEST(
      (value("extra", R"({"a": [1, 2.50, null]})") ==
       Value(Map{{Value("a"), Value(List{Value(1), Value(*Decimal::parse("2.50")), Value()})}})));
  BOOST_TEST((value("city", " Graz ") == Value("Graz")));
  BOOST_TEST((value("partners", "A;B") == Value(List{Value("A"), Value("B")})));
}

BOOST_AUTO_TEST_CASE(money_takes_its_currency_from_cell_or_mapping) {
  const Value rent = value("rent", "12.50 EUR");
  BOOST_REQUIRE(rent.money() != nullptr);
  BOOST_TEST(rent.money()->currency.view() == "EUR");
  BOOST_TEST((rent.money()->amount == *Decimal::parse("12.50")));
  ColumnMapping mapping;
  mapping.currency = "USD";
  mapping.formats = {"1,234.56"};
  BOOST_TEST(value("rent", "$1,200", mapping).money()->currency.view() == "USD");
  BOOST_TEST(value("rent", "CHF 1,200", mapping).money()->currency.view() == "CHF");
}

BOOST_AUTO_TEST_CASE(what_does_not_fit_is_refused_with_the_reason) {
  BOOST_TEST(refusal("staff", "many") == "type: \"many\" is not a number as 1234.56");
  BOOST_TEST(refusal("staff", "1.5").find(": ") != std::string::npos);
  BOOST_TEST(refusal("opened", "1.3.2017").starts_with("type: \"1.3.2017\" is not a date as YYYY"));
  BOOST_TEST(refusal("turnover", "1.234").starts_with("precision"));
  BOOST_TEST(refusal("active", "maybe").starts_with("type: \"maybe\" is neither yes nor no"));
  BOOST_TEST(refusal("kind", "markt").starts_with("choice"));
  BOOST_TEST(refusal("name", std::string(30, 'x')).starts_with("too_long"));
  BOOST_TEST(refusal("logo", "!!").starts_with("type"));
  BOOST_TEST(refusal("extra", "{").starts_with("type"));
}

BOOST_AUTO_TEST_CASE(empty_default_and_mapped_values) {
  ColumnMapping mapping;
  BOOST_TEST(value("name", "   ").is_null());
  mapping.empty = {"-", "N/A"};
  mapping.values = {{"Acme Inc", "Acme"}, {"nobody", std::nullopt}};
  BOOST_TEST(value("name", " N/A ", mapping).is_null());
  BOOST_TEST((value("name", "Acme Inc", mapping) == Value("Acme")));
  BOOST_TEST(value("name", "nobody", mapping).is_null());
  mapping.default_text = "unnamed";
  BOOST_TEST((value("name", "-", mapping) == Value("unnamed")));
  mapping.trim = false;
  BOOST_TEST((value("name", " x ", mapping) == Value(" x ")));
}

BOOST_AUTO_TEST_CASE(doubtful_values_are_told) {
  ColumnMapping mapping;
  mapping.formats = {"MM/DD/YYYY", "DD/MM/YYYY"};
  BOOST_TEST(read("opened", "03/01/2017", mapping)->ambiguous);
  BOOST_TEST(!read("opened", "25/01/2017", mapping)->ambiguous);
  mapping.formats = {"1234.56", "1.234,56"};
  BOOST_TEST(read("staff", "1.000", mapping)->ambiguous);
}

BOOST_AUTO_TEST_CASE(wall_clock_times_go_through_the_zone) {
  const LocalClock clock = [](const CivilTime& time) -> Result<Timestamp> {
    return Timestamp(time.hour, 7);
  };
  BOOST_TEST((read("seen", "2017-03-01 05:00", {}, clock)->value == Value(Timestamp(5, 0))));
  BOOST_TEST((read("seen", "2017-03-01T05:00:00Z", {}, clock)->value ==
              Value(*Timestamp::parse("2017-03-01T05:00:00Z"))));
}

BOOST_AUTO_TEST_SUITE_END()
