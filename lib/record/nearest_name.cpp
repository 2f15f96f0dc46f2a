#include "record/nearest_name.hpp"

#include <algorithm>

namespace kith::record {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Edits to make `a` into `b`: letters added, dropped, replaced, or swapped with the next one.
// Letters of either case are alike.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  const auto alike = [&](std::size_t i, std::size_t j) { return lower(a[i]) == lower(b[j]); };
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before.swap(last);
    last.swap(row);
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (alike(i - 1, j - 1) ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && alike(i - 1, j - 2) && alike(i - 2, j - 1);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::string_view nearest_name(std::string_view wanted, const std::vector<std::string_view>& names) {
  constexpr std::size_t kLongest = 60;  // longer texts are no slips of the pen
  std::string_view best;
  std::size_t best_distance =
      std::max<std::size_t>(1, std::min(wanted.size() / 3, kLongest / 6)) + 1;
  if (wanted.size() > kLongest) return best;
  for (const std::string_view name : names) {
    if (name.size() > kLongest) continue;
    const std::size_t distance = edit_distance(wanted, name);
    if (distance < best_distance) {
      best = name;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace kith::record
