// exchange/document.hpp: reading the objects of a mapping, with every complaint told.
//
//   Object in(node, "column \"close_value\"", &complaints, {"field", "formats"});
//   std::string field = in.text("field");
//
// A member that is not known is an error with a suggestion; one of the wrong kind is an error and
// reads as if it were absent. Borrows the node. Threads: one at a time.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "exchange/mapping.hpp"

namespace kith::exchange {

class Complaints {
 public:
  void add(Place place, std::string_view code, std::string_view field, std::string message);
  bool ok() const { return violations_.empty(); }
  // kImportInvalid with all of them; ok when there are none.
  Status status(std::string_view document) const;

 private:
  std::vector<Violation> violations_;
};

inline Place place_of(const json::Node& node) {
  return {node.position().line, node.position().column};
}

class Object {
 public:
  using Names = std::initializer_list<std::string_view>;

  // `what` begins the messages; not an object: reads as an empty one.
  Object(const json::Node& node, std::string what, Complaints* complaints, Names known);

  const json::Node* find(std::string_view name) const;
  Place place(std::string_view name) const;
  std::string text(std::string_view name) const;
  std::optional<std::string> optional_text(std::string_view name) const;
  bool boolean(std::string_view name, bool fallback) const;
  // Between the bounds.
  std::int64_t integer(std::string_view name, std::int64_t fallback, std::int64_t least,
                       std::int64_t most) const;
  // Position among the choices; complains of others.
  std::optional<std::size_t> choice(std::string_view name, Names choices) const;
  // An array of texts, or one text for a list of one.
  std::vector<std::pair<std::string, Place>> texts(std::string_view name) const;

  void complain(std::string_view name, std::string_view code, std::string message) const;

 private:
  const json::Node* expect(std::string_view name, json::Kind kind) const;

  const json::Node& node_;
  std::string what_;
  Complaints* complaints_;
};

}  // namespace kith::exchange
