#include "base/json_value.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <string>

using namespace kith;

namespace {

std::string written(const Value& value) {
  return json::to_json(value, [](RecordId id) {
    return "type" + std::to_string(id.type()) + ":" + std::to_string(id.sequence());
  });
}

Value read(std::string_view text) {
  const Result<json::Node> node = json::parse(text);
  BOOST_REQUIRE(node.ok());
  const Result<Value> value = json::to_value(*node);
  BOOST_REQUIRE(value.ok());
  return *value;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_json_value)

BOOST_AUTO_TEST_CASE(every_kind_has_its_form) {
  const Decimal amount = *Decimal::parse("12.50");
  BOOST_TEST(written(Value()) == "null");
  BOOST_TEST(written(true) == "true");
  BOOST_TEST(written(-42) == "-42");
  BOOST_TEST(written(18446744073709551615ULL) == "18446744073709551615");
  BOOST_TEST(written(0.1) == "0.1");
  BOOST_TEST(written(std::nan("")) == "\"NaN\"");
  BOOST_TEST(written(amount) == "12.50");
  BOOST_TEST(written(Money{amount, *Currency::parse("EUR")}) ==
             "{\"amount\":12.50,\"currency\":\"EUR\"}");
  BOOST_TEST(written(Money{amount, {}}) == "{\"amount\":12.50,\"currency\":null}");
  BOOST_TEST(written("a\"b") == "\"a\\\"b\"");
  BOOST_TEST(written(Bytes{"kith"}) == "\"a2l0aA==\"");
  BOOST_TEST(written(Date(0)) == "\"1970-01-01\"");
  BOOST_TEST(written(Timestamp(0, 500'000'000)) == "\"1970-01-01T00:00:00.5Z\"");
  BOOST_TEST(written(Duration::minutes(90)) == "\"5400s\"");
  BOOST_TEST(written(RecordId(3, 42)) == "\"type3:42\"");
  BOOST_TEST(written(RecordId()) == "null");
  BOOST_TEST(written(List{1, List{}, "x"}) == "[1,[],\"x\"]");
  BOOST_TEST(written(Map{{"a", 1}, {2, Map{}}, {false, Value()}}) ==
             "{\"a\":1,\"2\":{},\"false\":null}");
  BOOST_TEST(written(TypeName{"int"}) == "\"int\"");
}

BOOST_AUTO_TEST_CASE(numbers_become_the_kind_that_holds_them_exactly) {
  BOOST_TEST((read("42") == Value(42)));
  BOOST_TEST((read("-9223372036854775808").kind() == Value::Kind::kInt));
  BOOST_TEST((read("9223372036854775808") == Value(*Decimal::parse("9223372036854775808"))));
  BOOST_TEST((read("12.50") == Value(*Decimal::parse("12.50"))));
  BOOST_TEST((read("1.0").kind() == Value::Kind::kDecimal));
  BOOST_TEST((read("1e300") == Value(1e300)));
  BOOST_TEST((read("1e-30") == Value(1e-30)));
  const auto too_big = json::parse("1.8e308");
  BOOST_REQUIRE(too_big.ok());
  BOOST_TEST(!json::to_value(*too_big).ok());
}

BOOST_AUTO_TEST_CASE(documents_survive_the_round_trip) {
  for (const char* text : {"{\"b\":[1,2.50,null,true],\"a\":{\"c\":\"\xE2\x82\xAC\"}}", "[]", "{}",
                           "123456789012345678901234567890", "\"2017-03-01\""}) {
    BOOST_TEST(written(read(text)) == text);
  }
  BOOST_TEST(read("{\"b\":1,\"a\":2}").map()->front().first.to_string() == "b");
}

BOOST_AUTO_TEST_SUITE_END()
