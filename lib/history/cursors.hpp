// history/cursors.hpp: how far each reader of the log has come, by name.
//
//   KITH_TRY(history::save_cursor(txn, Reading::kFeed, "mailer", page.cursor));
//   KITH_ASSIGN(auto floor, history::lowest_cursor(txn));   // what must be kept is above it
//
// A cursor is the sequence of the last entry that its reader has dealt with. Whoever has one is
// sure to find what comes after it: trimming asks lowest_cursor() and goes no further. A new kind
// of reader takes a letter of its own in Reading and is protected like the others.
// Rows of Table::kMeta: "cursor/" + letter + name -> u64. Threads and ownership: as the
// transaction given. Errors: those of the store, kCorrupt, and kInvalidArgument for a name that
// does not have 1 to kMaxCursorName bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::history {

inline constexpr std::size_t kMaxCursorName = 100;

enum class Reading : char {
  kFeed = 'f',     // a host's change feed
  kColumns = 'c',  // column blocks that are brought up to date from the log
};

struct Cursor {
  Reading reading = Reading::kFeed;
  std::string name;
  std::uint64_t sequence = 0;
  friend bool operator==(const Cursor&, const Cursor&) = default;
};

Result<std::optional<std::uint64_t>> find_cursor(store::ReadTxn& txn, Reading reading,
                                                 std::string_view name);
Result<std::vector<Cursor>> all_cursors(store::ReadTxn& txn);  // by reading, then by name
// Instead of the one of that name.
Status save_cursor(store::WriteTxn& txn, Reading reading, std::string_view name,
                   std::uint64_t sequence);
Status drop_cursor(store::WriteTxn& txn, Reading reading, std::string_view name);  // absent is fine

// The one that is furthest behind; nothing when there is none.
Result<std::optional<Cursor>> lowest_cursor(store::ReadTxn& txn);

}  // namespace kith::history
