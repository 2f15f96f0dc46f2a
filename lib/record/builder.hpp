// record/builder.hpp: makes the canonical bytes of a record, new or from an older one.
//
//   record::SystemWords words{.version = 7, .created = now, .updated = now};
//   const std::vector<record::FieldChange> values = {{name_id, "Acme"}};
//   KITH_ASSIGN(const std::string first, record::build(type, layout, words, values));
//   words.version = 8;
//   const std::vector<record::FieldChange> changes = {{amount_id, Value()}};
//   KITH_ASSIGN(const std::string second, record::patch(type, layout, first, words, changes));
//
// Canonical means one Cap'n Proto segment without a segment table, trailing zero words and null
// pointers cut: equal records are equal bytes, however they came about. patch() rewrites only
// words when no pointer field changes; either way its bytes equal those of a fresh build().
// Values of removed fields are dropped by the first write after the removal.
//
// Values must be in normal form: null, or what convert() of record/convert.hpp returns;
// anything else is kInternal. A record over max_record_bytes is kLimit.
// Large values (blob.hpp) are handed to `sink`, whose reference goes into the record in their
// place; without one they lie in the record. A value in its stored form (blob_values.hpp) that is a
// reference is put as it is: whoever takes bytes from outside that look like one keeps them as a
// blob himself.
// Pure functions: any thread, no shared state.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "kith/id.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::record {

// The option max_record_bytes: what one value of the store takes.
inline constexpr std::size_t kMaxRecordBytes = 100 * 1000;

struct SystemWords {
  std::uint64_t version = 0;
  std::int64_t created = 0;  // microseconds since 1970-01-01 UTC
  std::int64_t updated = 0;
  RecordId owner{};
  bool deleted = false;

  static SystemWords of(const View& view) {
    return {view.version(), view.created(), view.updated(), view.owner(), view.deleted()};
  }
  friend bool operator==(const SystemWords&, const SystemWords&) = default;
};

// Where build() and patch() leave large values.
class BlobSink {
 public:
  virtual ~BlobSink() = default;
  // The reference to put into the record; `value` is what the slot would hold, for json encoded.
  virtual Result<BlobRef> keep(const schema::Field& field, std::string_view value) = 0;
};

// A field id and its value in normal form. Of several for one field the last counts.
using FieldChange = std::pair<std::uint32_t, Value>;

// The record that has these values and no others.
Result<std::string> build(const schema::EntityType& type, const Layout& layout,
                          const SystemWords& words, std::span<const FieldChange> values,
                          BlobSink* sink = nullptr);

// `record` with its system words replaced and `changes` applied; null clears a field.
Result<std::string> patch(const schema::EntityType& type, const Layout& layout,
                          std::string_view record, const SystemWords& words,
                          std::span<const FieldChange> changes, BlobSink* sink = nullptr);

// `record` of the layout `before` in that of `type`, which differs by the slots of removed fields
// that were reclaimed. Values of removed fields are dropped.
Result<std::string> relayout(const schema::EntityType& type, const Layout& before,
                             const Layout& after, std::string_view record);

// `record`, canonical, with another version and time of update; in place where it can be.
Status restamp(const schema::EntityType& type, const Layout& layout, std::uint64_t version,
               std::int64_t updated, std::string* record);

}  // namespace kith::record
