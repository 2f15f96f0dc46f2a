#include "base/utf8.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "base/message.hpp"

using namespace kith::base;

BOOST_AUTO_TEST_SUITE(base_utf8)

BOOST_AUTO_TEST_CASE(every_code_point_survives_the_round_trip) {
  for (char32_t value = 0; value <= 0x110000; ++value) {
    std::string text;
    const bool scalar = value <= 0x10FFFF && !(value >= 0xD800 && value <= 0xDFFF);
    if (append_utf8(value, &text) != scalar) BOOST_FAIL("append " << std::uint32_t{value});
    if (!scalar) continue;
    const CodePoint point = decode_utf8(text, 0);
    if (point.value != value || point.size != text.size() || !is_valid_utf8(text)) {
      BOOST_FAIL("decode " << std::uint32_t{value});
    }
  }
}

BOOST_AUTO_TEST_CASE(finds_the_first_byte_that_is_wrong) {
  const auto npos = std::string_view::npos;
  BOOST_TEST(find_invalid_utf8("") == npos);
  BOOST_TEST(find_invalid_utf8("plain text that is longer than a word") == npos);
  BOOST_TEST(find_invalid_utf8("Gr\xC3\xBC\xC3\x9F"
                               "e \xE2\x82\xAC \xF0\x9F\x98\x80") == npos);
  BOOST_TEST(find_invalid_utf8("abc\xFF") == 3U);
  BOOST_TEST(find_invalid_utf8("abcdefgh\xC3") == 8U);      // cut off
  BOOST_TEST(find_invalid_utf8("\xC0\x80") == 0U);          // overlong
  BOOST_TEST(find_invalid_utf8("\xE0\x80\xAF") == 0U);      // overlong
  BOOST_TEST(find_invalid_utf8("\xF0\x80\x80\x80") == 0U);  // overlong
  BOOST_TEST(find_invalid_utf8("a\xED\xA0\x80") == 1U);     // lone surrogate
  BOOST_TEST(find_invalid_utf8("\xF4\x90\x80\x80") == 0U);  // above U+10FFFF
  BOOST_TEST(find_invalid_utf8("\x80") == 0U);              // continuation alone
  BOOST_TEST(find_invalid_utf8("\xE2\x82(") == 0U);
}

BOOST_AUTO_TEST_CASE(counts_code_points) {
  BOOST_TEST(count_code_points("") == 0U);
  BOOST_TEST(count_code_points("abcdefghijkl") == 12U);
  BOOST_TEST(count_code_points("\xE2\x82\xAC"
                               "12345678\xF0\x9F\x98\x80") == 10U);
  BOOST_TEST(count_code_points("a\xFF\xFE") == 3U);
}

BOOST_AUTO_TEST_CASE(truncation_never_cuts_a_code_point) {
  const std::string text =
      "a\xE2\x82\xAC"
      "b";
  BOOST_TEST(truncate_utf8_bytes(text, 9) == text);
  BOOST_TEST(truncate_utf8_bytes(text, 4) == "a\xE2\x82\xAC");
  BOOST_TEST(truncate_utf8_bytes(text, 3) == "a");
  BOOST_TEST(truncate_utf8_bytes(text, 2) == "a");
  BOOST_TEST(truncate_utf8_bytes(text, 0) == "");
  BOOST_TEST(truncate_utf8_code_points(text, 2) == "a\xE2\x82\xAC");
  BOOST_TEST(truncate_utf8_code_points(text, 99) == text);
  BOOST_TEST(truncate_utf8_bytes("\x80\x80\x80\x80\x80\x80", 5).size() >= 2U);
}

BOOST_AUTO_TEST_CASE(quoted_text_is_short_printable_and_valid) {
  BOOST_TEST(quoted("Acme") == "\"Acme\"");
  BOOST_TEST(quoted("a\"b\\") == "\"a\\\"b\\\\\"");
  BOOST_TEST(quoted("a\n\x1b[31m") == "\"a\\x0a\\x1b[31m\"");
  BOOST_TEST(quoted("\xC2\x9B"
                    "1m") == "\"\\xc2\\x9b1m\"");
  BOOST_TEST(quoted("\xFFz") == "\"\\xffz\"");
  BOOST_TEST(quoted("\xE2\x82\xAC") == "\"\xE2\x82\xAC\"");
  const std::string text = quoted(std::string(1000, 'x'));
  BOOST_TEST(text.size() == kMaxQuotedBytes + 5);
  BOOST_TEST(text.ends_with("...\""));
}

BOOST_AUTO_TEST_CASE(counted_things_are_singular_or_plural) {
  using kith::base::counted;
  BOOST_TEST(counted(0, "error") == "0 errors");
  BOOST_TEST(counted(1, "error") == "1 error");
  BOOST_TEST(counted(2, "error") == "2 errors");
}

BOOST_AUTO_TEST_SUITE_END()
