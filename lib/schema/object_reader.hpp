// schema/object_reader.hpp: reading one object of a model document, with every complaint told.
//
//   ObjectReader in(node, {&diagnostics, &limits, "deal", "", "field amount"}, kFieldKeys);
//   std::string label = in.text("label", limits.max_label_bytes);
//   bool required = in.boolean("required", false);
//
// Members that are not among the known ones are errors with a suggestion. A member of the wrong
// kind is an error and reads as if it were absent. Borrows the node. Threads: one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/json.hpp"
#include "schema/diagnostics.hpp"
#include "schema/model_section.hpp"

namespace kith::schema {

inline Place place_of(const json::Node& node) {
  return {node.position().line, node.position().column};
}
inline Place place_of(const json::Member& member) {
  return {member.position.line, member.position.column};
}

// Whom the complaints are told, and about what.
struct Scope {
  Diagnostics* diagnostics;
  const ModelLimits* limits;
  std::string entity;
  std::string field;
  std::string where;  // "field amount", "stage \"Won\" of pipeline sales"

  void error(Place place, std::string_view code, std::string message) const;
};

class ObjectReader {
 public:
  ObjectReader(const json::Node& node, Scope scope, std::span<const std::string_view> known);

  // False when the node is no object; then everything reads as absent.
  bool ok() const { return node_.is_object(); }
  const Scope& scope() const { return scope_; }

  const json::Node* find(std::string_view name) const { return node_.find(name); }
  // Of the member's value, or of the object when it is absent.
  Place place(std::string_view name) const;

  // UTF-8 without control characters but tab and line feed, at most `max_bytes`.
  std::string text(std::string_view name, std::size_t max_bytes) const;
  // The same, an error when it is absent or empty.
  std::string required_text(std::string_view name, std::size_t max_bytes) const;
  std::string label(std::string_view name, std::string fallback) const;
  // The source of an expression; checked later against the catalog.
  std::string expression(std::string_view name) const;
  bool boolean(std::string_view name, bool fallback) const;
  std::optional<std::int64_t> integer(std::string_view name, std::int64_t min,
                                      std::int64_t max) const;
  // One of `choices`, whose position is returned.
  std::optional<std::size_t> one_of(std::string_view name,
                                    std::span<const std::string_view> choices) const;

  void error(std::string_view name, std::string_view code, std::string message) const {
    scope_.error(place(name), code, std::move(message));
  }

 private:
  const json::Node& node_;
  Scope scope_;
};

// Complains unless `node` is a text that could be a name of an option or stage: not empty, no
// control characters, within max_option_bytes.
bool check_option_name(std::string_view name, Place place, const Scope& scope);

// The texts of an array, each with its place; other elements are complained of.
struct PlacedText {
  std::string text;
  Place place;
};
std::vector<PlacedText> read_texts(const json::Node* node, std::string_view member,
                                   const Scope& scope);

}  // namespace kith::schema
