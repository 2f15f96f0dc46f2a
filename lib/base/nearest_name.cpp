#include "base/nearest_name.hpp"

#include <algorithm>
#include <vector>

#include "base/message.hpp"

namespace kith::base {
namespace {

constexpr std::size_t kLongest = 60;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

template <typename Name>
std::string nearest(std::string_view word, std::span<const Name> candidates) {
  if (word.size() > kLongest) return {};
  const std::size_t allowed = word.size() <= 3 ? 1 : word.size() <= 8 ? 2 : 3;
  std::string_view best;
  std::size_t best_distance = allowed + 1;
  for (const std::string_view name : candidates) {
    const std::size_t gap = std::max(word.size(), name.size()) - std::min(word.size(), name.size());
    if (gap >= best_distance) continue;
    const std::size_t distance = edit_distance(word, name);
    // Never so many edits that nothing of the word is left.
    if (distance < best_distance && distance < std::max(word.size(), name.size())) {
      best = name;
      best_distance = distance;
    }
  }
  return std::string(best);
}

std::string question(const std::string& name, char mark) {
  if (name.empty()) return name;
  return "; did you mean " + (mark == '"' ? quoted(name) : mark + name + mark) + "?";
}

}  // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the optimal string alignment table: two back for swaps, the last, this one.
  std::vector<std::size_t> before(b.size() + 1), last(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  const auto alike = [&](std::size_t i, std::size_t j) { return lower(a[i]) == lower(b[j]); };
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (alike(i - 1, j - 1) ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && alike(i - 1, j - 2) && alike(i - 2, j - 1);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before.swap(last);
    last.swap(row);
  }
  return last[b.size()];
}

std::string nearest_name(std::string_view word, std::span<const std::string_view> candidates) {
  return nearest(word, candidates);
}

std::string nearest_name(std::string_view word, std::span<const std::string> candidates) {
  return nearest(word, candidates);
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates,
                         char mark) {
  return question(nearest(word, candidates), mark);
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates,
                         char mark) {
  return question(nearest(word, candidates), mark);
}

}  // namespace kith::base
