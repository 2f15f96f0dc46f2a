// history/entry.hpp: one entry of the change log: what one transaction did to one record.
//
//   history::Entry entry{.record = id, .kind = ChangeKind::kUpdate, .prev = old_version};
//   entry.changes.push_back({amount_id, Value(), Value(1200)});
//   KITH_ASSIGN(std::string bytes, history::encode(entry));
//   KITH_ASSIGN(history::Entry same, history::decode(sequence, bytes));
//
// An entry holds ids and values and knows no schema: who shows it finds the names. Field ids of
// system fields are those of schema::system_field_id. Values are in the normal form of their
// field; null stands for absent. decode() is strict: kCorrupt unless the bytes are exactly what
// encode() writes. Plain data; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/date.hpp"
#include "kith/history.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::history {

struct FieldChange {
  std::uint32_t field_id = 0;
  Value before;
  Value after;
  friend bool operator==(const FieldChange&, const FieldChange&) = default;
};

struct Entry {
  std::uint64_t sequence = 0;  // the entry's key, and the record's version after it
  RecordId record{};
  ChangeKind kind = ChangeKind::kUpdate;
  Timestamp at{};            // never before the previous entry's; microseconds
  Timestamp effective_at{};  // when it took effect in the world; may lie before `at`
  RecordId actor{};          // null for the host itself
  std::string cause{};
  std::uint64_t prev = 0;    // sequence of the record's previous entry; 0 for its first
  Timestamp prev_at{};       // `at` of that one, which may be gone; zero for the first
  std::uint32_t key_id = 0;  // reserved for encryption per person: 0 is plain
  bool blanked = false;      // a purge erased the values of `changes`; the field ids are kept
  bool overridden = false;   // it took the capability pipeline.override
  bool begins = false;       // the first entry of its transaction
  std::vector<FieldChange> changes{};
  friend bool operator==(const Entry&, const Entry&) = default;
};

// All but the sequence, which is the key. kLimit for a value nested too deep to be encoded.
Result<std::string> encode(const Entry& entry);
Result<Entry> decode(std::uint64_t sequence, std::string_view bytes);

}  // namespace kith::history
