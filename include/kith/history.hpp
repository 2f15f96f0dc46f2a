// kith/history.hpp: what happened to a record.
//
//   for (const kith::Change& c : *snapshot.history(deal)) print(c.at, c.kind, c.fields);
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/value.hpp"

namespace kith {

enum class ChangeKind : std::uint8_t { kCreate, kUpdate, kDelete, kRestore, kPurge };
std::string_view change_kind_name(ChangeKind kind);  // "create", "update", ...

// One entry of the history: what one transaction did to one record.
struct Change {
  std::uint64_t sequence = 0;  // also the record's version after it
  RecordId record{};
  ChangeKind kind = ChangeKind::kUpdate;
  Timestamp at{};
  Timestamp effective_at{};
  RecordId actor{};
  std::string cause{};
  bool overridden = false;  // it took the capability pipeline.override
  struct FieldChange {
    std::string field{};
    Value before{};
    Value after{};
  };
  std::vector<FieldChange> fields{};
};

// A point in the past, for Session::read_as_of(). By time: everything that was committed at or
// before it (Change::at, the time of the transaction; not effective_at). By sequence: up to that
// change, which must be the last one of its transaction or is rounded up to it.
struct AsOf {
  Timestamp at{};
  std::uint64_t sequence = 0;  // counts when it is not 0

  static AsOf time(Timestamp at) { return {at, 0}; }
  static AsOf change(std::uint64_t sequence) { return {Timestamp(), sequence}; }
};

struct RestoreOptions {
  // Also what the removal of the record took with it: records that were deleted in its cascade, and
  // references to it that were cleared, as far as nobody has changed them since.
  bool with_references = false;
};

// What an undo did.
struct UndoResult {
  std::uint64_t first_sequence = 0;  // of the transaction that was undone
  std::uint64_t last_sequence = 0;
  std::uint64_t records = 0;  // that were written
};

// Which part of the history may go. Needs Capabilities::trim_history.
struct TrimOptions {
  Timestamp keep_from{};                // changes committed before it may go; those from it on stay
  std::uint64_t max_changes = 100'000;  // dropped by one call, in several transactions
};

struct TrimResult {
  std::uint64_t dropped = 0;
  std::uint64_t first_kept = 0;  // sequence of the oldest change that is kept
  bool more = false;             // max_changes was reached: call again
  // What held the floor down: the name of a feed cursor, or empty when keep_from did.
  std::string held_by{};
};

}  // namespace kith
