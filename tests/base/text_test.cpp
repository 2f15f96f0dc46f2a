#include "base/text.hpp"

#include <boost/test/unit_test.hpp>
#include <string>

#include "base/utf8.hpp"

using namespace kith::base;

BOOST_AUTO_TEST_SUITE(base_text)

BOOST_AUTO_TEST_CASE(folding_forgets_case_and_composition) {
  BOOST_TEST(fold("") == "");
  BOOST_TEST(fold("ACME Inc 42") == "acme inc 42");
  BOOST_TEST(fold("STRASSE") == fold("Stra\xC3\x9F"
                                     "e"));
  BOOST_TEST(fold("\xC3\x84rzte") == fold("A\xCC\x88RZTE"));  // composed and decomposed umlaut
  BOOST_TEST(fold("\xC3\x84") == "\xC3\xA4");
  BOOST_TEST(fold("\xCE\xA3\xCE\x8A\xCE\xA3\xCE\xA5\xCE\xA6\xCE\x9F\xCE\xA3") ==
             fold("\xCF\x83\xCE\xAF\xCF\x83\xCF\x85\xCF\x86\xCE\xBF\xCF\x82"));  // final sigma
  BOOST_TEST(fold("a") != fold("\xC3\xA4"));
  BOOST_TEST(fold("a\xFF"
                  "B") ==
             "a\xEF\xBF\xBD"
             "b");
  BOOST_TEST(fold(std::string("A\0B", 3)) == std::string("a\0b", 3));
}

BOOST_AUTO_TEST_CASE(folding_twice_changes_nothing) {
  for (char32_t value = 1; value <= 0x10FFFF; ++value) {
    if (value == 0x3400 || value == 0x4E00 || value == 0xAC00) value += 0x1900;  // without case
    if (value == 0x20000) value = 0xE0000;
    std::string text;
    if (!append_utf8(value, &text)) continue;
    // An accent and a letter behind it can compose with what the folding made.
    text.append("\xCD\x85\xCC\x88x");
    const std::string once = fold(text);
    if (fold(once) != once || !is_valid_utf8(once)) BOOST_FAIL(std::uint32_t{value});
  }
}

BOOST_AUTO_TEST_CASE(normal_form_and_lower_case) {
  BOOST_TEST(to_nfc("A\xCC\x88") == "\xC3\x84");
  BOOST_TEST(to_nfc("plain") == "plain");
  BOOST_TEST(to_lower("\xC3\x84RZTE \xC3\x9F") == "\xC3\xA4rzte \xC3\x9F");
  BOOST_TEST(to_lower("A\xFF\xC3\x84") == "a\xEF\xBF\xBD\xC3\xA4");
}

BOOST_AUTO_TEST_CASE(white_space_is_cut_and_collapsed) {
  BOOST_TEST(trim("  Acme \r\n") == "Acme");
  BOOST_TEST(trim("\xC2\xA0\xE3\x80\x80"
                  "Acme\xE2\x80\x89\xEF\xBB\xBF") == "Acme");
  BOOST_TEST(trim(" \t ") == "");
  BOOST_TEST(trim("") == "");
  BOOST_TEST(trim("\xFF ") == "\xFF");
  BOOST_TEST(collapse_whitespace("  Acme \t\n Inc\xC2\xA0Ltd ") == "Acme Inc Ltd");
  BOOST_TEST(collapse_whitespace(" ") == "");
  BOOST_TEST(collapse_whitespace("a b") == "a b");
}

BOOST_AUTO_TEST_SUITE_END()
