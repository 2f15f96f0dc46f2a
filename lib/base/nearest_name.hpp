// base/nearest_name.hpp: "did you mean": the name somebody had in mind.
//
//   nearest_name("Wn", {"Open", "Won", "Lost"});  // "Won"
//   edit_distance("lable", "label");              // 1, a swap
//   did_you_mean("Wn", {"Open", "Won", "Lost"});  // "; did you mean \"Won\"?"
//
// Pure; any thread.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace kith::base {

// How many edits make one word into the other: bytes added, dropped, replaced, or swapped with
// the next one. ASCII letters of either case are alike. Takes time |a| x |b|.
std::size_t edit_distance(std::string_view a, std::string_view b);

// The first of the candidates nearest to `word`, when near enough to be a slip of the pen, else
// empty: one edit in a word of up to 3 bytes, two up to 8, three up to 60; longer words are no
// slips.
std::string nearest_name(std::string_view word, std::span<const std::string_view> candidates);
std::string nearest_name(std::string_view word, std::span<const std::string> candidates);

// `; did you mean "amount"?` with the nearest of the candidates, or empty: what an error message
// about an unknown name ends with. `mark` stands around the name; between double quotes it is
// escaped as by quoted(): it may come from a file.
std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates,
                         char mark = '"');
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         char mark = '"');

}  // namespace kith::base
