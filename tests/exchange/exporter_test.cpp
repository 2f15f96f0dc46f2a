#include "exchange/exporter.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

#include "exchange/cell_reader.hpp"
#include "tests/exchange/test_catalog.hpp"

using namespace kith;
using namespace kith::exchange;

namespace {

std::string id_of(RecordId id) { return "shop:" + std::to_string(id.sequence()); }

std::string exported(ExportFormat format, const std::vector<std::vector<Value>>& rows) {
  StringSink sink;
  Exporter exporter(sink, {format, {}}, {"name", "n"}, id_of);
  for (const auto& row : rows) BOOST_REQUIRE(exporter.row(row).ok());
  BOOST_REQUIRE(exporter.finish().ok());
  BOOST_TEST(exporter.rows() == rows.size());
  return sink.text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_exporter)

BOOST_AUTO_TEST_CASE(three_formats_of_the_same_rows) {
  const std::vector<std::vector<Value>> rows = {{Value("a,\"b\""), Value(1)},
                                                {Value(), Value(RecordId(1, 7))}};
  BOOST_TEST(exported(ExportFormat::kCsv, rows) == "name,n\n\"a,\"\"b\"\"\",1\n,shop:7\n");
  BOOST_TEST(exported(ExportFormat::kJsonLines, rows) ==
             "{\"name\":\"a,\\\"b\\\"\",\"n\":1}\n{\"name\":null,\"n\":\"shop:7\"}\n");
  const std::string array = exported(ExportFormat::kJson, rows);
  const auto parsed = json::parse(array);
  BOOST_REQUIRE_MESSAGE(parsed.ok(), array);
  BOOST_TEST(parsed->elements().size() == 2u);
  BOOST_TEST(exported(ExportFormat::kCsv, {}) == "name,n\n");
  BOOST_TEST(exported(ExportFormat::kJson, {}) == "[]\n");
  BOOST_TEST(exported(ExportFormat::kJsonLines, {}) == "");
}

BOOST_AUTO_TEST_CASE(values_as_json) {
  const auto text = [](const Value& value) {
    json::Writer out;
    write_json(value, id_of, &out);
    return out.take();
  };
  BOOST_TEST(text(Value(*Decimal::parse("12.50"))) == "12.50");
  BOOST_TEST(text(Value(Money{*Decimal::parse("1.5"), *Currency::parse("EUR")})) ==
             R"({"amount":1.5,"currency":"EUR"})");
  BOOST_TEST(text(Value(Money{Decimal(2), {}})) == R"({"amount":2,"currency":null})");
  BOOST_TEST(text(Value(std::nan(""))) == "\"NaN\"");
  BOOST_TEST(text(Value(Map{{Value("k"), Value(List{Value(true), Value()})}})) ==
             R"({"k":[true,null]})");
  BOOST_TEST(text(Value(Bytes{"\x01\x02"})) == "\"AQI=\"");
  BOOST_TEST(text(Value(RecordId())) == "null");
}

BOOST_AUTO_TEST_CASE(a_wrong_number_of_values_is_refused) {
  StringSink sink;
  Exporter exporter(sink, {}, {"a"}, id_of);
  BOOST_TEST((exporter.row(std::vector<Value>{}).code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(cells_are_read_back_as_they_were) {
  const schema::Catalog catalog = testing::catalog_of(testing::kShopModel);
  const schema::EntityType& shop = *catalog.find("shop");
  const Patch values = {
      {"name", Value("A; \"B\"")},
      {"opened", Value(*Date::parse("2017-03-01"))},
      {"seen", Value(*Timestamp::parse("2017-03-01T10:20:30.25Z"))},
      {"turnover", Value(*Decimal::parse("-12.50"))},
      {"staff", Value(-7)},
      {"rating", Value(0.1)},
      {"rating", Value(1e300)},
      {"rent", Value(Money{*Decimal::parse("12.5000"), *Currency::parse("EUR")})},
      {"active", Value(false)},
      {"kind", Value("market")},
      {"tags", Value(List{Value("a"), Value("b")})},
      {"logo", Value(Bytes{std::string("\0\xFF", 2)})},
      {"extra", Value(Map{{Value("x"), Value(List{Value(1), Value("y")})}})},
      {"notes", Value()},
  };
  for (const auto& [name, value] : values) {
    const auto reader = CellReader::make(shop, *shop.find_field(name), {}, 70);
    BOOST_REQUIRE(reader.ok());
    const std::string cell = cell_text(value, id_of);
    const auto back = reader->read(cell);
    BOOST_REQUIRE_MESSAGE(back.ok(), name + " " + cell + " " + back.status().to_string());
    BOOST_TEST((back->value == value), name + ": " + cell + " -> " + back->value.to_string());
  }
}

BOOST_AUTO_TEST_SUITE_END()
