#include "schema/diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace kith::schema {
namespace {

Violation violation_at(Place place, std::string_view code, std::string_view entity,
                       std::string_view field, std::string message) {
  return {std::string(code),  std::string(entity), std::string(field),
          std::move(message), place.line,          place.column};
}

std::vector<Violation> in_document_order(std::vector<Violation> violations) {
  std::stable_sort(violations.begin(), violations.end(),
                   [](const Violation& a, const Violation& b) {
                     return std::tie(a.line, a.column) < std::tie(b.line, b.column);
                   });
  return violations;
}

template <typename Candidates>
std::string nearest(std::string_view word, const Candidates& candidates) {
  // One slip in a short word, two in a longer one, and never so many that nothing is left of it.
  const std::size_t allowed = word.size() <= 3 ? 1 : word.size() <= 8 ? 2 : 3;
  std::string_view best;
  std::size_t best_distance = allowed + 1;
  for (const auto& candidate : candidates) {
    const std::string_view text = candidate;
    const std::size_t gap =
        text.size() > word.size() ? text.size() - word.size() : word.size() - text.size();
    if (gap >= best_distance) continue;
    const std::size_t distance = edit_distance(word, text);
    if (distance < best_distance && distance < std::max(word.size(), text.size())) {
      best = text;
      best_distance = distance;
    }
  }
  return best.empty() ? std::string() : "; did you mean \"" + std::string(best) + "\"?";
}

}  // namespace

void Diagnostics::error(Violation violation) {
  invalid_ = true;
  if (errors_.size() < kMaxErrors) {
    errors_.push_back(std::move(violation));
  } else {
    ++dropped_;
  }
}

void Diagnostics::incompatible(Violation violation) {
  const bool was_invalid = invalid_;
  error(std::move(violation));
  invalid_ = was_invalid;
}

void Diagnostics::warning(Violation violation) {
  if (warnings_.size() < kMaxErrors) warnings_.push_back(std::move(violation));
}

void Diagnostics::error(Place place, std::string_view code, std::string_view entity,
                        std::string_view field, std::string message) {
  error(violation_at(place, code, entity, field, std::move(message)));
}

void Diagnostics::incompatible(Place place, std::string_view code, std::string_view entity,
                               std::string_view field, std::string message) {
  incompatible(violation_at(place, code, entity, field, std::move(message)));
}

void Diagnostics::warning(Place place, std::string_view code, std::string_view entity,
                          std::string_view field, std::string message) {
  warning(violation_at(place, code, entity, field, std::move(message)));
}

std::vector<Violation> Diagnostics::errors() const { return in_document_order(errors_); }
std::vector<Violation> Diagnostics::warnings() const { return in_document_order(warnings_); }

Status Diagnostics::status(std::string_view document_name) const {
  if (ok()) return {};
  std::vector<Violation> sorted = errors();
  std::string message(document_name);
  if (!message.empty()) message += ": ";
  const std::size_t count = error_count();
  message += invalid_ ? "the model has " : "the database cannot follow the model: ";
  message += std::to_string(count) + (count == 1 ? " error" : " errors");
  if (dropped_ > 0) message += ", the first " + std::to_string(errors_.size()) + " are listed";
  return {invalid_ ? Code::kModelInvalid : Code::kModelIncompatible, std::move(message),
          std::move(sorted)};
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the optimal string alignment table: two back for swaps, the last, this one.
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> candidates) {
  return nearest(word, candidates);
}

std::string did_you_mean(std::string_view word, std::span<const std::string> candidates) {
  return nearest(word, candidates);
}

}  // namespace kith::schema
