#include "query/ordering.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>

namespace {

using namespace kith;
using namespace kith::query;

Value dec(const char* text) { return Value(*Decimal::parse(text)); }

}  // namespace

BOOST_AUTO_TEST_SUITE(query_ordering)

BOOST_AUTO_TEST_CASE(values_have_a_total_order) {
  const std::vector<Value> ascending = {Value(),
                                        Value(false),
                                        Value(true),
                                        Value(-1),
                                        dec("0.5"),
                                        Value(1),
                                        Value(1.5),
                                        Value(""),
                                        Value("a"),
                                        Value("b"),
                                        Value(Date(3)),
                                        Value(Timestamp(1, 0)),
                                        Value(RecordId(1, 1)),
                                        Value(RecordId(1, 2))};
  for (std::size_t i = 0; i < ascending.size(); ++i) {
    for (std::size_t j = 0; j < ascending.size(); ++j) {
      const int expected = i < j ? -1 : (j < i ? 1 : 0);
      BOOST_TEST(compare_values(ascending[i], ascending[j]) == expected, i << " " << j);
    }
  }
  BOOST_TEST(compare_values(dec("1.50"), dec("1.5")) == 0);
  BOOST_TEST(compare_values(Value(std::nan("")), Value(1e300)) == 1);
  BOOST_TEST(compare_values(Value(std::nan("")), Value(std::nan(""))) == 0);
}

BOOST_AUTO_TEST_CASE(equal_values_have_equal_bytes) {
  const auto bytes = [](const Value& value) {
    std::string out;
    BOOST_REQUIRE(encode_equal(value, &out).ok());
    return out;
  };
  BOOST_TEST(bytes(dec("1.50")) == bytes(dec("1.5")));
  BOOST_TEST(bytes(Value(0.0)) == bytes(Value(-0.0)));
  BOOST_TEST(bytes(Value("a")) != bytes(Value("b")));
  BOOST_TEST(bytes(Value()) != bytes(Value("")));
}

BOOST_AUTO_TEST_CASE(tokens_come_back) {
  Position position;
  position.query = 77;
  position.keys = {Value(), Value(-3), dec("12.50"), Value("Acme"), Value(Date(17000)), Value(2.5)};
  position.id = RecordId(2, 9);
  position.offset = 20;
  const auto token = make_token(position);
  BOOST_REQUIRE(token.ok());
  const auto back = read_token(*token, 77);
  BOOST_REQUIRE(back.ok());
  BOOST_TEST((back->keys == position.keys));
  BOOST_TEST((back->id == position.id));
  BOOST_TEST(back->offset == 20U);
}

BOOST_AUTO_TEST_CASE(foreign_and_broken_tokens_are_refused) {
  Position position;
  position.query = 77;
  const std::string token = *make_token(position);
  BOOST_TEST((read_token(token, 78).status().code() == Code::kInvalidArgument));
  BOOST_TEST((read_token("", 77).status().code() == Code::kInvalidArgument));
  BOOST_TEST((read_token("hello", 77).status().code() == Code::kInvalidArgument));
  for (std::size_t length = 0; length + 4 <= token.size(); length += 4) {
    BOOST_TEST(!read_token(token.substr(0, length), 77).ok());
  }
}

BOOST_AUTO_TEST_CASE(the_hash_is_of_everything_but_the_page) {
  Query query;
  query.entity = "deal";
  query.where = "amount > 1.0";
  const std::uint64_t hash = *query_hash(query);
  Query page = query;
  page.limit = 10;
  page.continuation = "x";
  BOOST_TEST(*query_hash(page) == hash);
  Query other = query;
  other.where = "amount > 2.0";
  BOOST_TEST(*query_hash(other) != hash);
  other = query;
  other.order_by = {{"amount", true}};
  BOOST_TEST(*query_hash(other) != hash);
  other = query;
  other.params = {{Value("floor"), Value(1)}};
  BOOST_TEST(*query_hash(other) != hash);
}

BOOST_AUTO_TEST_SUITE_END()
