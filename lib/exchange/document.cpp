#include "exchange/document.hpp"

#include <algorithm>

#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "schema/diagnostics.hpp"

namespace kith::exchange {

void Complaints::add(Place place, std::string_view code, std::string_view field,
                     std::string message) {
  Violation violation;
  violation.code = std::string(code);
  violation.field = std::string(field);
  violation.message = std::move(message);
  violation.line = place.line;
  violation.column = place.column;
  violations_.push_back(std::move(violation));
}

Status Complaints::status(std::string_view document) const {
  if (violations_.empty()) return {};
  std::vector<Violation> sorted = violations_;
  std::stable_sort(sorted.begin(), sorted.end(), [](const Violation& a, const Violation& b) {
    return std::pair(a.line, a.column) < std::pair(b.line, b.column);
  });
  std::string message = document.empty() ? "the mapping" : "the mapping " + std::string(document);
  message += " cannot be used, " + base::counted(sorted.size(), "error") +
             (sorted.size() == 1 ? ": " : ", the first: ");
  if (sorted[0].line != 0) {
    message += "line " + std::to_string(sorted[0].line) + ", column " +
               std::to_string(sorted[0].column) + ": ";
  }
  message += sorted[0].message;
  return Status(Code::kImportInvalid, std::move(message), std::move(sorted));
}

Object::Object(const json::Node& node, std::string what, Complaints* complaints, Names known)
    : node_(node), what_(std::move(what)), complaints_(complaints) {
  if (!node.is_object()) {
    complaints_->add(
        place_of(node), "type", "",
        what_ + " must be an object, not " + std::string(json::kind_name(node.kind())));
    return;
  }
  const std::vector<std::string_view> names(known);
  for (const json::Member& member : node.members()) {
    if (std::find(names.begin(), names.end(), member.name) != names.end()) continue;
    complaints_->add({member.position.line, member.position.column}, "unknown_member", "",
                     what_ + " has no member " + base::quoted(member.name) +
                         base::did_you_mean(member.name, names));
  }
}

const json::Node* Object::find(std::string_view name) const { return node_.find(name); }

Place Object::place(std::string_view name) const {
  const json::Node* member = node_.find(name);
  return place_of(member != nullptr ? *member : node_);
}

void Object::complain(std::string_view name, std::string_view code, std::string message) const {
  complaints_->add(place(name), code, "",
                   what_ + ": " + base::quoted(name) + " " + std::move(message));
}

const json::Node* Object::expect(std::string_view name, json::Kind kind) const {
  const json::Node* member = node_.find(name);
  if (member == nullptr || member->kind() == kind) return member;
  complain(name, "type",
           "must be " + std::string(json::kind_name(kind)) + ", not " +
               std::string(json::kind_name(member->kind())));
  return nullptr;
}

std::optional<std::string> Object::optional_text(std::string_view name) const {
  const json::Node* member = expect(name, json::Kind::kText);
  if (member == nullptr) return std::nullopt;
  return member->text();
}

std::string Object::text(std::string_view name) const {
  return optional_text(name).value_or(std::string());
}

bool Object::boolean(std::string_view name, bool fallback) const {
  const json::Node* member = expect(name, json::Kind::kBool);
  return member == nullptr ? fallback : member->boolean();
}

std::int64_t Object::integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                             std::int64_t most) const {
  const json::Node* member = expect(name, json::Kind::kNumber);
  if (member == nullptr) return fallback;
  const Result<std::int64_t> value = member->as_int();
  if (value.ok() && *value >= least && *value <= most) return *value;
  complain(name, "range",
           "must be a whole number from " + std::to_string(least) + " to " + std::to_string(most));
  return fallback;
}

std::optional<std::size_t> Object::choice(std::string_view name, Names choices) const {
  const json::Node* member = expect(name, json::Kind::kText);
  if (member == nullptr) return std::nullopt;
  const auto found = std::find(choices.begin(), choices.end(), member->text());
  if (found != choices.end()) return static_cast<std::size_t>(found - choices.begin());
  std::string list;
  for (const std::string_view c : choices) list += (list.empty() ? "" : ", ") + std::string(c);
  complain(name, "choice", "is one of " + list + ", not " + base::quoted(member->text()));
  return std::nullopt;
}

std::vector<std::pair<std::string, Place>> Object::texts(std::string_view name) const {
  std::vector<std::pair<std::string, Place>> out;
  const json::Node* member = node_.find(name);
  if (member == nullptr) return out;
  if (member->is_text()) {
    out.emplace_back(member->text(), place_of(*member));
    return out;
  }
  member = expect(name, json::Kind::kArray);
  if (member == nullptr) return out;
  for (const json::Node& element : member->elements()) {
    if (element.is_text()) {
      out.emplace_back(element.text(), place_of(element));
    } else {
      complaints_->add(place_of(element), "type", "",
                       what_ + ": " + base::quoted(name) + " holds texts, not " +
                           std::string(json::kind_name(element.kind())));
    }
  }
  return out;
}

}  // namespace kith::exchange
