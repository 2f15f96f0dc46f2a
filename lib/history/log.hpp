// history/log.hpp: the change log in the store: appended to by the write path, walked by
// timelines, scanned by the change feed and as-of reads.
//
//   KITH_ASSIGN(history::Appender log, history::Appender::open(write_txn, now));
//   KITH_ASSIGN(std::uint64_t version, log.append(std::move(entry)));  // sets sequence and at
//   KITH_ASSIGN(history::Chain chain, history::walk(read_txn, view.version(), 100));
//   KITH_ASSIGN(history::Feed feed, history::scan(read_txn, cursor, 1000));  // cursor =
//   feed.cursor
//
// Table::kHistory maps the sequence, 8 bytes big-endian, to the entry. Sequences start at 1, go
// up by one and never go back; whoever trims the log must leave its last entry. An entry over
// kInlineBytes keeps its bytes in Table::kBlobs, in chunks under 'h' + sequence + chunk number.
//
// A record's version is the sequence of its last entry, and each entry names the one before it
// (`prev`), so a record's history is a walk along a chain.
// Threads and ownership: as the transaction given. Errors: those of the store, and kCorrupt.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "history/entry.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::history {

inline constexpr std::size_t kInlineBytes = 4 * 1024;
inline constexpr std::size_t kChunkBytes = 64 * 1024;

std::string sequence_key(std::uint64_t sequence);

// 0 when nothing was ever written.
Result<std::uint64_t> last_sequence(store::ReadTxn& txn);

// Appends within one write transaction, which must outlive it; one per transaction.
class Appender {
 public:
  // `now` is the host's; at() is it, or the last entry's time when that is later.
  static Result<Appender> open(store::WriteTxn* txn, Timestamp now);

  Timestamp at() const { return at_; }
  // The sequence that the next append() will give.
  std::uint64_t next_sequence() const { return last_ + 1; }
  // Writes the entry with its sequence and `at` set, and `effective_at` set to `at` where it is
  // zero. Returns the sequence.
  Result<std::uint64_t> append(Entry entry);

 private:
  Appender(store::WriteTxn* txn, std::uint64_t last, Timestamp at)
      : txn_(txn), last_(last), at_(at) {}

  store::WriteTxn* txn_;
  std::uint64_t last_;
  Timestamp at_;
};

// kNotFound for a sequence not yet given, kHistoryTrimmed for one below the oldest entry kept.
Result<Entry> read(store::ReadTxn& txn, std::uint64_t sequence);

struct Chain {
  std::vector<Entry> entries;  // newest first
  std::uint64_t next = 0;      // the version to go on from; 0 at the record's first entry
  bool trimmed = false;        // older entries existed and are no longer kept; `next` names one
};
// At most `limit` entries of the record whose version this is.
Result<Chain> walk(store::ReadTxn& txn, std::uint64_t version, std::size_t limit);

struct Feed {
  std::vector<Entry> entries;  // ascending
  std::uint64_t cursor = 0;    // sequence of the last one, or the cursor given when there is none
  bool done = false;           // nothing was left behind `cursor` in this snapshot
};
// At most `limit` entries after `cursor`; 0 begins at the oldest.
Result<Feed> scan(store::ReadTxn& txn, std::uint64_t cursor, std::size_t limit);

// Erases the values in every entry of the record whose version this is and keeps the facts: who
// changed which fields, when. For purge; `cause` texts stay.
Status blank(store::WriteTxn& txn, std::uint64_t version);

}  // namespace kith::history
