// base/text.hpp: text as people compare it, and the white space around it.
//
//   fold("STRASSE") == fold("stra\u00dfe")      // the key for search, duplicates, display order
//   collapse_whitespace("  Acme \t Inc ") == "Acme Inc"
//
// fold() is Unicode's full case folding followed by normal form C (utf8proc): two texts that differ
// only in case or in how accents are composed fold to the same bytes, and folding twice changes
// nothing. White space is what Unicode calls White_Space, and the zero-width no-break space.
// Bytes that are no UTF-8 become U+FFFD. Pure functions, any thread.
#pragma once

#include <string>
#include <string_view>

namespace kith::base {

std::string fold(std::string_view text);
std::string to_nfc(std::string_view text);
std::string to_lower(std::string_view text);  // code point by code point, no language rules

bool is_whitespace(char32_t value);
std::string_view trim(std::string_view text);
// Trimmed, and every run of white space inside is one space.
std::string collapse_whitespace(std::string_view text);

}  // namespace kith::base
