// Keys must compare as the values do: everything that narrows or orders by an index rests on it.
#include "query/index_key.hpp"

#include <boost/test/unit_test.hpp>
#include <cmath>
#include <limits>
#include <random>

namespace {

using namespace kith;
using namespace kith::query;
using schema::Field;
using schema::FieldType;

template <typename Append, typename T>
std::string key_of(Append append, T value) {
  std::string key;
  append(value, &key);
  return key;
}

// The order of any two values must be the order of their keys.
template <typename T, typename Append>
void check_order(const std::vector<T>& values, Append append) {
  for (const T& a : values) {
    for (const T& b : values) {
      const std::string ka = key_of(append, a);
      const std::string kb = key_of(append, b);
      BOOST_TEST((a < b) == (ka < kb));
      BOOST_TEST((a == b) == (ka == kb));
    }
  }
}

std::mt19937_64 random_engine() { return std::mt19937_64(20261122); }

Field field_of(FieldType type, std::uint8_t scale = 0) {
  Field field;
  field.id = 1;
  field.name = "f";
  field.type = type;
  field.scale = scale;
  return field;
}

Decimal decimal(const char* text) { return *Decimal::parse(text); }

}  // namespace

BOOST_AUTO_TEST_SUITE(query_index_key)

BOOST_AUTO_TEST_CASE(integers_compare_as_their_keys) {
  auto random = random_engine();
  std::vector<std::int64_t> values = {0,
                                      1,
                                      -1,
                                      255,
                                      256,
                                      -256,
                                      std::numeric_limits<std::int64_t>::min(),
                                      std::numeric_limits<std::int64_t>::max()};
  for (int i = 0; i < 60; ++i) {
    values.push_back(static_cast<std::int64_t>(random()) >> (random() % 64));
  }
  check_order(values, append_int);
}

BOOST_AUTO_TEST_CASE(dates_compare_as_their_keys) {
  auto random = random_engine();
  std::vector<std::int32_t> values = {0, -1, 1, std::numeric_limits<std::int32_t>::min()};
  for (int i = 0; i < 60; ++i) values.push_back(static_cast<std::int32_t>(random()));
  check_order(values, append_date);
}

BOOST_AUTO_TEST_CASE(doubles_compare_as_their_keys) {
  auto random = random_engine();
  const double infinity = std::numeric_limits<double>::infinity();
  std::vector<double> values = {0.0,    -0.0,   1.5,     -1.5,     1e300,
                                -1e300, 5e-324, -5e-324, infinity, -infinity};
  for (int i = 0; i < 60; ++i) {
    const double v = std::bit_cast<double>(random());
    if (!std::isnan(v)) values.push_back(v);
  }
  check_order(values, append_float);
  const double nan = std::numeric_limits<double>::quiet_NaN();
  BOOST_TEST(key_of(append_float, nan) > key_of(append_float, infinity));
  BOOST_TEST(key_of(append_float, nan) == key_of(append_float, -nan));
}

BOOST_AUTO_TEST_CASE(texts_compare_as_their_keys) {
  auto random = random_engine();
  std::vector<std::string> values = {"",
                                     "a",
                                     "ab",
                                     "b",
                                     std::string("a\0", 2),
                                     std::string("a\0b", 3),
                                     std::string("\0", 1),
                                     "\xFF",
                                     std::string("a\0\xFF", 3),
                                     "\x01"};
  const char alphabet[] = {'\0', '\1', 'a', 'b', '\xFF'};
  for (int i = 0; i < 100; ++i) {
    std::string text;
    for (std::uint64_t n = random() % 6; n > 0; --n) text.push_back(alphabet[random() % 5]);
    values.push_back(text);
  }
  const auto append = [](const std::string& v, std::string* key) { append_text(v, key); };
  // std::string compares as unsigned bytes, as keys do.
  check_order(values, append);
}

BOOST_AUTO_TEST_CASE(null_sorts_before_every_value) {
  const std::string null = [] {
    std::string key;
    append_null(&key);
    return key;
  }();
  BOOST_TEST(null < key_of(append_int, std::numeric_limits<std::int64_t>::min()));
  BOOST_TEST(null < key_of(append_bool, false));
  BOOST_TEST(null < key_of(append_float, -std::numeric_limits<double>::infinity()));
  std::string empty_text;
  append_text("", &empty_text);
  BOOST_TEST(null < empty_text);
}

BOOST_AUTO_TEST_CASE(composite_keys_compare_field_by_field) {
  auto random = random_engine();
  struct Row {
    std::string text;
    std::int64_t number;
    std::uint64_t id;
    auto operator<=>(const Row&) const = default;
  };
  std::vector<Row> rows;
  for (int i = 0; i < 80; ++i) {
    std::string text(random() % 3, 'a');
    if (random() % 3 == 0) text.push_back('\0');
    rows.push_back({text, static_cast<std::int64_t>(random() % 5) - 2, 1 + random() % 3});
  }
  const auto append = [](const Row& row, std::string* key) {
    *key = index_prefix(7);
    append_text(row.text, key);
    append_int(row.number, key);
    finish_ordered(RecordId(3, row.id), key);
  };
  check_order(rows, append);
}

BOOST_AUTO_TEST_CASE(keys_carry_their_record) {
  std::string key = index_prefix(9);
  append_text("Acme", &key);
  finish_ordered(RecordId(2, 77), &key);
  BOOST_TEST((*ordered_key_id(key) == RecordId(2, 77)));
  BOOST_TEST((*unique_entry_id(unique_entry(RecordId(2, 77))) == RecordId(2, 77)));
  BOOST_TEST((ordered_key_id("short").status().code() == Code::kCorrupt));
  BOOST_TEST((unique_entry_id("short").status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(long_keys_are_cut_and_still_told_apart) {
  const std::string base(600, 'x');
  const auto key_for = [](const std::string& text, std::uint64_t id) {
    std::string key = index_prefix(1);
    append_text(text, &key);
    finish_ordered(RecordId(1, id), &key);
    return key;
  };
  const std::string a = key_for(base + "a", 5);
  const std::string b = key_for(base + "b", 5);
  BOOST_TEST(a.size() == store::kMaxKeyBytes);
  BOOST_TEST(is_truncated(a));
  BOOST_TEST(a != b);
  BOOST_TEST(key_for(base + "a", 5) == a);
  BOOST_TEST((*ordered_key_id(a) == RecordId(1, 5)));

  std::string exact = index_prefix(1);
  append_text(base, &exact);
  finish_exact(&exact);
  BOOST_TEST(exact.size() == store::kMaxKeyBytes);
}

BOOST_AUTO_TEST_CASE(every_length_around_the_limit_is_in_its_own_range) {
  for (std::size_t length = 480; length < 520; ++length) {
    const std::string text(length, 'k');
    std::string key = index_prefix(1);
    append_text(text, &key);
    const std::string bound = key;
    finish_ordered(RecordId(1, 1), &key);
    BOOST_TEST(key.size() <= store::kMaxKeyBytes);
    const store::KeyRange range = key_range(bound, after_prefix(bound));
    BOOST_TEST((range.first <= key && key < range.last));
  }
}

BOOST_AUTO_TEST_CASE(text_prefix_bounds_hold_exactly_the_texts_that_start_with_it) {
  std::string low;
  append_text_prefix("ab", &low);
  const std::string high = after_prefix(low);
  for (const char* text : {"", "a", "aa", "ab", "abc", "ab\xFF", "ac", "b"}) {
    std::string key;
    append_text(text, &key);
    const bool inside = low <= key && key < high;
    BOOST_TEST(inside == std::string_view(text).starts_with("ab"), text);
  }
}

BOOST_AUTO_TEST_CASE(after_prefix_carries_over) {
  BOOST_TEST(after_prefix("ab") == "ac");
  BOOST_TEST(after_prefix("a\xFF\xFF") == "b");
  BOOST_TEST(after_prefix("\xFF") == "");
}

BOOST_AUTO_TEST_CASE(decimal_constants_become_coefficients) {
  const Field amount = field_of(FieldType::kDecimal, 2);
  const auto exact = key_bound(amount, Value(decimal("12.50")));
  BOOST_REQUIRE(exact.has_value());
  BOOST_TEST(exact->exact);
  BOOST_TEST(exact->bytes == key_of(append_int, std::int64_t{1250}));
  BOOST_TEST(key_bound(amount, Value(13))->bytes == key_of(append_int, std::int64_t{1300}));

  const auto between = key_bound(amount, Value(decimal("-0.005")));
  BOOST_TEST(!between->exact);
  BOOST_TEST(between->bytes == key_of(append_int, std::int64_t{-1}));
  BOOST_TEST(!key_bound(amount, Value(decimal("99999999999999999999"))).has_value());
  BOOST_TEST(!key_bound(amount, Value("12.50")).has_value());
}

BOOST_AUTO_TEST_CASE(integer_constants_of_other_kinds) {
  const Field number = field_of(FieldType::kInt);
  BOOST_TEST(key_bound(number, Value(2.5))->bytes == key_of(append_int, std::int64_t{2}));
  BOOST_TEST(!key_bound(number, Value(2.5))->exact);
  BOOST_TEST(key_bound(number, Value(-2.5))->bytes == key_of(append_int, std::int64_t{-3}));
  BOOST_TEST(key_bound(number, Value(std::uint64_t{7}))->exact);
  BOOST_TEST(!key_bound(number, Value(1e18)).has_value());
  BOOST_TEST(!key_bound(number, Value(std::nan(""))).has_value());
}

BOOST_AUTO_TEST_CASE(instants_finer_than_stored_are_marked) {
  const Field at = field_of(FieldType::kTimestamp);
  BOOST_TEST(key_bound(at, Value(Timestamp(-1, 999'999'000)))->exact);
  BOOST_TEST(key_bound(at, Value(Timestamp(-1, 999'999'000)))->bytes ==
             key_of(append_int, std::int64_t{-1}));
  BOOST_TEST(!key_bound(at, Value(Timestamp(5, 1)))->exact);
  const Field span = field_of(FieldType::kDuration);
  BOOST_TEST(key_bound(span, Value(Duration::nanoseconds(-1)))->bytes ==
             key_of(append_int, std::int64_t{-1}));
  BOOST_TEST(!key_bound(span, Value(Duration::nanoseconds(-1)))->exact);
}

BOOST_AUTO_TEST_CASE(unknown_options_match_nothing) {
  Field stage = field_of(FieldType::kChoice);
  stage.options = {{4, "Won", "Won", false}};
  BOOST_TEST(key_bound(stage, Value("Won"))->exact);
  const auto unknown = key_bound(stage, Value("Gone"));
  BOOST_REQUIRE(unknown.has_value());
  BOOST_TEST(!unknown->exact);
  BOOST_TEST(unknown->bytes.empty());
}

BOOST_AUTO_TEST_CASE(unique_texts_fold_by_meaning) {
  Field field = field_of(FieldType::kText);
  BOOST_TEST(unique_text(field, "Acme Ltd") == "Acme Ltd");
  field.semantic = schema::Semantic::kEmail;
  BOOST_TEST(unique_text(field, "Ada@Example.COM") == "ada@example.com");
  field.semantic = schema::Semantic::kPhone;
  BOOST_TEST(unique_text(field, "+43 (1) 234-56") ==
             "+4312"
             "3456");
}

BOOST_AUTO_TEST_SUITE_END()
