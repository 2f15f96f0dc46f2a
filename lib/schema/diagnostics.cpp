#include "schema/diagnostics.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "base/message.hpp"

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
  message += invalid_ ? "the model has " : "the database cannot follow the model: ";
  message += base::counted(error_count(), "error");
  if (dropped_ > 0) message += ", the first " + std::to_string(errors_.size()) + " are listed";
  return {invalid_ ? Code::kModelInvalid : Code::kModelIncompatible, std::move(message),
          std::move(sorted)};
}

}  // namespace kith::schema
