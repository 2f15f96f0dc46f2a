// query/index_key.hpp: stored values as bytes that compare like the values.
//
//   std::string key = query::index_prefix(index.id);
//   query::append_int(42, &key);
//   query::append_text("Acme", &key);
//   query::finish_ordered(id, &key);          // ordered: ends with the record id
//
// Keys: ordered  [u32 index id][field...][u64 record id] -> nothing
//       unique   [u32 index id][field...]                -> u64 record id
//       postings [u32 index id][field]                   -> set of record ids
// A field is one marker byte (0 null, 1 present: nulls sort first) and the value: fixed-width
// values big endian with the sign turned, text and bytes as they are with 00 written 00 FF and
// the end written 00 01. Money is its amount; in unique indexes its currency follows. -0.0 is 0.0
// and every NaN sorts after infinity. A key that would pass 511 bytes is cut and ends with a 64-bit
// hash of the whole instead (is_truncated): it still finds its record, no longer orders exactly,
// and its record must be verified.
//
// Pure functions; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "kith/id.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::query {

std::string index_prefix(std::uint32_t index_id);

void append_null(std::string* key);
void append_bool(bool value, std::string* key);
void append_int(std::int64_t value, std::string* key);  // int, decimal coefficient, timestamp, ...
void append_date(std::int32_t days, std::string* key);
void append_float(double value, std::string* key);
void append_u32(std::uint32_t value, std::string* key);      // option ids
void append_u64(std::uint64_t value, std::string* key);      // references
void append_text(std::string_view value, std::string* key);  // text and bytes
// The start of every text that starts with `value`: no terminator.
void append_text_prefix(std::string_view value, std::string* key);

// Ends a key. finish_ordered adds the record id; both cut a key that is too long.
void finish_ordered(RecordId id, std::string* key);
void finish_exact(std::string* key);  // unique and postings
bool is_truncated(std::string_view finished_key);

// A constant of an expression as the int64 that fields of this type are compared by: bool, int,
// decimal and money coefficient, option id, days, microseconds, reference. `exact` is false when
// no stored value equals the constant; `value` is then the greatest storable one below it, or 0
// for an unknown option. nullopt when the kinds do not fit or the type is another.
struct StoredBound {
  std::int64_t value = 0;
  bool exact = true;
};
std::optional<StoredBound> stored_bound(const schema::Field& field, const Value& constant);

// A constant of an expression as the key bytes of `field`, for comparisons with stored values.
// `exact` is false when no stored value equals the constant; the bytes then stand for the
// greatest value the field can store that is below it (and for nothing when there is none).
struct KeyBound {
  std::string bytes;
  bool exact = true;
};
// nullopt when the kinds do not fit the field, so that an index cannot answer.
std::optional<KeyBound> key_bound(const schema::Field& field, const Value& constant);

// The record id at the end of an ordered key, and in the value of a unique entry. kCorrupt when
// the bytes are not such a key or value.
Result<RecordId> ordered_key_id(std::string_view key);
Result<RecordId> unique_entry_id(std::string_view value);
std::string unique_entry(RecordId id);

// The form under which two texts of this field count as the same value in a unique index: e-mail
// and phone by their normal form, other text exactly.
std::string unique_text(const schema::Field& field, std::string_view text);

// The first key after every key that starts with `prefix`; empty when there is none.
std::string after_prefix(std::string_view prefix);

// All keys whose bytes lie between two unfinished keys, cut ones included: from `low` on, below
// `high` (empty: no end).
store::KeyRange key_range(std::string_view low, std::string_view high);

}  // namespace kith::query
