// schema/diagnostics.hpp: everything that is wrong with a model document, collected.
//
//   schema::Diagnostics diagnostics;
//   diagnostics.error({"unknown_field", "deal", "amout", "no such field", line, column});
//   if (!diagnostics.ok()) return diagnostics.status("crm.json");
//
// A section never stops at its first error: it tells the Diagnostics and reads on, so that one
// run names every place that must be mended. Threads: one at a time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kith/status.hpp"

namespace kith::schema {

// A place in a document, 1-based; line 0 is none.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

class Diagnostics {
 public:
  // After this many errors the rest is counted, not kept.
  static constexpr std::size_t kMaxErrors = 500;

  // The document itself is wrong.
  void error(Violation violation);
  // The document is well formed, but the database cannot follow it.
  void incompatible(Violation violation);
  // It will work, but hardly as meant.
  void warning(Violation violation);

  // Shorthands; `entity` and `field` may be empty.
  void error(Place place, std::string_view code, std::string_view entity, std::string_view field,
             std::string message);
  void incompatible(Place place, std::string_view code, std::string_view entity,
                    std::string_view field, std::string message);
  void warning(Place place, std::string_view code, std::string_view entity, std::string_view field,
               std::string message);

  bool ok() const { return errors_.empty(); }
  std::size_t error_count() const { return errors_.size() + dropped_; }
  // In the order of the document.
  std::vector<Violation> errors() const;
  std::vector<Violation> warnings() const;

  // kModelIncompatible when incompatibility is all there is, else kModelInvalid; the message
  // counts the errors and names the first. Ok when there are none.
  Status status(std::string_view document_name) const;

 private:
  std::vector<Violation> errors_;
  std::vector<Violation> warnings_;
  std::size_t dropped_ = 0;
  bool invalid_ = false;
};

}  // namespace kith::schema
