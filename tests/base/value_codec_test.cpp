#include "base/value_codec.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "base/wide_int.hpp"

using namespace kith;
using namespace kith::base;

namespace {

const int128 kInt128Max = static_cast<int128>(~uint128{0} >> 1);

std::string encoded(const Value& value) {
  ByteWriter out;
  BOOST_REQUIRE(encode_value(value, &out).ok());
  return out.take();
}

std::vector<Value> samples() {
  const auto decimal = [](const char* text) { return *Decimal::parse(text); };
  const Currency eur = *Currency::parse("EUR");
  return {Value(),
          true,
          false,
          0,
          -1,
          std::numeric_limits<std::int64_t>::min(),
          std::numeric_limits<std::uint64_t>::max(),
          0.1,
          -0.0,
          std::numeric_limits<double>::infinity(),
          decimal("0"),
          decimal("-12.50"),
          decimal("99999999999999999999.999999999999999999"),
          Decimal(kInt128Max, 0),
          Decimal(-kInt128Max - 1, 18),
          Money{decimal("1200.5000"), eur},
          Money{decimal("-1"), {}},
          "",
          "Acme \xE2\x82\xAC",
          Bytes{std::string("\0\xFF", 2)},
          Date(-719162),
          Date(std::numeric_limits<std::int32_t>::max()),
          Timestamp(-62135596800, 999'999'999),
          Duration::nanoseconds(std::numeric_limits<std::int64_t>::min()),
          RecordId(),
          RecordId(RecordId::kMaxType, RecordId::kMaxSequence),
          List{},
          List{1, List{"x", Value()}, Map{}},
          Map{{"a", 1}, {true, 2}, {7, 3}, {8U, List{4}}},
          TypeName{"int"}};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(base_value_codec)

BOOST_AUTO_TEST_CASE(every_kind_survives_the_round_trip) {
  for (const Value& value : samples()) {
    const std::string bytes = encoded(value);
    ByteReader in(bytes);
    const Result<Value> back = decode_value(&in);
    BOOST_REQUIRE_MESSAGE(back.ok(), value.to_string());
    BOOST_TEST(in.at_end());
    BOOST_TEST((*back == value), value.to_string());
    BOOST_TEST((back->kind() == value.kind()));
    BOOST_TEST(encoded(*back) == bytes, value.to_string());
  }
}

// These bytes are in files: a test that fails here means the format has changed.
BOOST_AUTO_TEST_CASE(the_bytes_are_those_of_the_file_format) {
  BOOST_TEST(encoded(Value()) == std::string("\x00", 1));
  BOOST_TEST(encoded(true) == "\x02");
  BOOST_TEST(encoded(-3) == "\x03\x05");
  BOOST_TEST(encoded(300U) == "\x04\xAC\x02");
  BOOST_TEST(encoded(1.0) == std::string("\x05\x3F\xF0\0\0\0\0\0\0", 9));
  BOOST_TEST(encoded(*Decimal::parse("-1.5")) == "\x06\x01\x1D");
  BOOST_TEST(encoded(Money{Decimal(1), *Currency::parse("EUR")}) == std::string("\x07\0\x02"
                                                                                "EUR",
                                                                                6));
  BOOST_TEST(encoded("hi") == "\x08\x02hi");
  BOOST_TEST(encoded(Bytes{"hi"}) == "\x09\x02hi");
  BOOST_TEST(encoded(Date(1)) == "\x0A\x02");
  BOOST_TEST(encoded(Timestamp(-1, 5)) == "\x0B\x01\x05");
  BOOST_TEST(encoded(Duration::nanoseconds(-2)) == "\x0C\x03");
  BOOST_TEST(encoded(RecordId(2, 300)) == "\x0D\x02\xAC\x02");
  BOOST_TEST(encoded(List{1, 2}) == "\x0E\x02\x03\x02\x03\x04");
  BOOST_TEST(encoded(Map{{"a", true}}) ==
             "\x0F\x01\x08\x01"
             "a\x02");
  BOOST_TEST(encoded(TypeName{"int"}) == "\x10\x03int");
  BOOST_TEST(encoded(std::nan("")) == encoded(-std::nan("7")));
}

BOOST_AUTO_TEST_CASE(every_truncation_is_refused) {
  for (const Value& value : samples()) {
    const std::string bytes = encoded(value);
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      ByteReader in(std::string_view(bytes).substr(0, size));
      const Result<Value> back = decode_value(&in);
      BOOST_TEST((!back.ok() && back.status().code() == Code::kCorrupt), value.to_string());
    }
  }
}

BOOST_AUTO_TEST_CASE(random_and_damaged_bytes_never_crash_it) {
  std::mt19937 random(3);
  const std::vector<Value> values = samples();
  int accepted = 0, refused = 0;
  for (int i = 0; i < 20000; ++i) {
    std::string bytes;
    if (i % 2 == 0) {
      bytes.resize(random() % 40);
      for (char& c : bytes) c = static_cast<char>(random());
      if (!bytes.empty()) bytes[0] = static_cast<char>(random() % 18);
    } else {
      bytes = encoded(values[random() % values.size()]);
      bytes[random() % bytes.size()] = static_cast<char>(random());
    }
    ByteReader in(bytes);
    const Result<Value> back = decode_value(&in);
    if (!back.ok()) {
      ++refused;
      continue;
    }
    ++accepted;
    // Whatever is read has one form; doubles differ by the one NaN only.
    const std::string again = encoded(*back);
    ByteReader second(again);
    BOOST_TEST(decode_value(&second).ok());
    BOOST_TEST(again.size() == bytes.size() - in.remaining());
  }
  BOOST_TEST(accepted > 1000);
  BOOST_TEST(refused > 1000);
}

BOOST_AUTO_TEST_CASE(refuses_bytes_that_mean_no_value) {
  const auto refused = [](std::string_view bytes) {
    ByteReader in(bytes);
    return !decode_value(&in).ok();
  };
  BOOST_TEST(refused("\x11"));                                         // no such tag
  BOOST_TEST(refused(std::string("\x05\x7F\xF8\0\0\0\0\0\x01", 9)));   // another NaN than ours
  BOOST_TEST(refused("\x06\x13\x02"));                                 // scale 19
  BOOST_TEST(refused("\x06\x01" + std::string(18, '\x80') + "\x04"));  // over 128 bits
  BOOST_TEST(refused(std::string("\x06\x01\x80\x00", 4)));             // not the shortest form
  BOOST_TEST(
      refused(std::string("\x07\0\x02"
                          "eur",
                          6)));                                         // no currency
  BOOST_TEST(refused("\x0A\x80\x80\x80\x80\x20"));                      // day beyond 32 bits
  BOOST_TEST(refused(std::string("\x0B\x00\x80\x94\xEB\xDC\x03", 7)));  // 10^9 nanoseconds
  BOOST_TEST(refused("\x0D\x01\x80\x80\x80\x80\x80\x80\x80\x01"));      // sequence over 48 bits
  BOOST_TEST(refused("\x0F\x01\x0A\x02\x02"));                          // a date as map key
  BOOST_TEST(refused("\x0E\xFF\xFF\xFF\xFF\x0F"));                      // more elements than bytes
}

BOOST_AUTO_TEST_CASE(depth_is_limited_both_ways) {
  Value deep = 1;
  for (int i = 0; i < kMaxValueDepth; ++i) deep = List{deep};
  ByteWriter out;
  BOOST_TEST(encode_value(deep, &out).ok());
  BOOST_TEST((encode_value(List{deep}, &out).code() == Code::kLimit));
  std::string hostile;
  for (int i = 0; i < 100'000; ++i) hostile += "\x0E\x01";
  ByteReader in(hostile);
  BOOST_TEST((decode_value(&in).status().code() == Code::kCorrupt));
  BOOST_TEST((encode_value(Map{{Date(0), 1}}, &out).code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_SUITE_END()
