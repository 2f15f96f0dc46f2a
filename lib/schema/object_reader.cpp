#include "schema/object_reader.hpp"

#include <algorithm>
#include <utility>
#include "base/nearest_name.hpp"

namespace kith::schema {
namespace {

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool has_control_character(std::string_view text, bool lines_allowed) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    if (lines_allowed && (c == '\n' || c == '\t')) return false;
    const auto byte = static_cast<unsigned char>(c);
    return byte < 0x20 || byte == 0x7F;
  });
}

std::string join(std::span<const std::string_view> words) {
  std::string text;
  for (const std::string_view word : words) {
    if (!text.empty()) text += ", ";
    text += word;
  }
  return text;
}

}  // namespace

void Scope::error(Place place, std::string_view code, std::string message) const {
  diagnostics->error(place, code, entity, field,
                     where.empty() ? std::move(message) : where + ": " + message);
}

ObjectReader::ObjectReader(const json::Node& node, Scope scope,
                           std::span<const std::string_view> known)
    : node_(node), scope_(std::move(scope)) {
  if (!node.is_object()) {
    scope_.error(place_of(node), "type",
                 "must be an object, not " + std::string(json::kind_name(node.kind())));
    return;
  }
  for (const json::Member& member : node.members()) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    std::string remedy = base::did_you_mean(member.name, known);
    if (remedy.empty()) remedy = "; known here: " + join(known);
    scope_.error(place_of(member), "unknown_member",
                 "unknown member " + quote(member.name) + remedy);
  }
}

Place ObjectReader::place(std::string_view name) const {
  const json::Node* node = find(name);
  return place_of(node != nullptr ? *node : node_);
}

std::string ObjectReader::text(std::string_view name, std::size_t max_bytes) const {
  const json::Node* node = find(name);
  if (node == nullptr) return {};
  if (!node->is_text()) {
    error(name, "type",
          quote(name) + " must be a text, not " + std::string(json::kind_name(node->kind())));
    return {};
  }
  if (node->text().size() > max_bytes) {
    error(name, "limit", quote(name) + " is longer than " + std::to_string(max_bytes) + " bytes");
    return {};
  }
  if (has_control_character(node->text(), true)) {
    error(name, "control_character", quote(name) + " holds a control character");
    return {};
  }
  return node->text();
}

std::string ObjectReader::required_text(std::string_view name, std::size_t max_bytes) const {
  const json::Node* node = find(name);
  if (ok() && (node == nullptr || (node->is_text() && node->text().empty()))) {
    error(name, "missing_member", quote(name) + " is missing");
  }
  return text(name, max_bytes);
}

std::string ObjectReader::label(std::string_view name, std::string fallback) const {
  std::string label = text(name, scope_.limits->max_label_bytes);
  return label.empty() ? std::move(fallback) : label;
}

std::string ObjectReader::expression(std::string_view name) const {
  const json::Node* node = find(name);
  if (node != nullptr && node->is_text() && node->text().empty()) {
    error(name, "expression", quote(name) + " is empty: write an expression or leave it out");
  }
  return text(name, scope_.limits->max_expression_bytes);
}

bool ObjectReader::boolean(std::string_view name, bool fallback) const {
  const json::Node* node = find(name);
  if (node == nullptr) return fallback;
  if (node->is_bool()) return node->boolean();
  error(name, "type",
        quote(name) + " must be true or false, not " + std::string(json::kind_name(node->kind())));
  return fallback;
}

std::optional<std::int64_t> ObjectReader::integer(std::string_view name, std::int64_t min,
                                                  std::int64_t max) const {
  const json::Node* node = find(name);
  if (node == nullptr) return std::nullopt;
  if (node->is_number()) {
    const Result<std::int64_t> value = node->as_int();
    if (value.ok() && *value >= min && *value <= max) return *value;
  }
  error(name, "range",
        quote(name) + " must be a whole number from " + std::to_string(min) + " to " +
            std::to_string(max));
  return std::nullopt;
}

std::optional<std::size_t> ObjectReader::one_of(std::string_view name,
                                                std::span<const std::string_view> choices) const {
  const json::Node* node = find(name);
  if (node == nullptr) return std::nullopt;
  if (!node->is_text()) {
    error(name, "type", quote(name) + " must be one of " + join(choices));
    return std::nullopt;
  }
  const auto at = std::find(choices.begin(), choices.end(), node->text());
  if (at != choices.end()) return static_cast<std::size_t>(at - choices.begin());
  std::string remedy = base::did_you_mean(node->text(), choices);
  if (remedy.empty()) remedy = "; it is one of " + join(choices);
  error(name, "unknown_value", quote(name) + " cannot be " + quote(node->text()) + remedy);
  return std::nullopt;
}

bool check_option_name(std::string_view name, Place place, const Scope& scope) {
  if (name.empty()) {
    scope.error(place, "name", "a name cannot be empty");
  } else if (name.size() > scope.limits->max_option_bytes) {
    scope.error(place, "limit",
                "the name " + quote(name.substr(0, 20)) + "... is longer than " +
                    std::to_string(scope.limits->max_option_bytes) +
                    " bytes (limit max_option_bytes)");
  } else if (has_control_character(name, false)) {
    scope.error(place, "name", "a name cannot hold control characters");
  } else {
    return true;
  }
  return false;
}

std::vector<PlacedText> read_texts(const json::Node* node, std::string_view member,
                                   const Scope& scope) {
  std::vector<PlacedText> texts;
  if (node == nullptr) return texts;
  if (!node->is_array()) {
    scope.error(place_of(*node), "type",
                quote(member) + " must be an array of texts, not " +
                    std::string(json::kind_name(node->kind())));
    return texts;
  }
  for (const json::Node& element : node->elements()) {
    if (element.is_text()) {
      const bool twice = std::any_of(texts.begin(), texts.end(), [&](const PlacedText& known) {
        return known.text == element.text();
      });
      if (twice) {
        scope.error(place_of(element), "duplicate_name",
                    quote(member) + " names " + quote(element.text()) + " twice");
        continue;
      }
      texts.push_back({element.text(), place_of(element)});
    } else {
      scope.error(
          place_of(element), "type",
          quote(member) + " must hold texts, not " + std::string(json::kind_name(element.kind())));
    }
  }
  return texts;
}

}  // namespace kith::schema
