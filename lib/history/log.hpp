// history/log.hpp: the change log in the store: appended to by the write path, walked by
// timelines, scanned by the change feed and as-of reads.
//
//   KITH_ASSIGN(history::Appender log, history::Appender::open(write_txn, now));
//   KITH_ASSIGN(std::uint64_t version, log.append(std::move(entry)));  // sets sequence and at
//   KITH_ASSIGN(history::Chain chain, history::walk(read_txn, view.version(), 100));
//   KITH_ASSIGN(history::Feed feed, history::scan(read_txn, cursor, 1000));  // cursor =
//   feed.cursor
//
// The entries of a transaction are neighbours, and the first of them says so (Entry::begins): a
// transaction is found from any of its entries.
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
#include <functional>
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
// The oldest one kept; 0 when nothing was ever written.
Result<std::uint64_t> first_sequence(store::ReadTxn& txn);
// The last one that was committed at or before `when`; 0 when none is kept that was. About
// log2(length) reads.
Result<std::uint64_t> last_sequence_at(store::ReadTxn& txn, Timestamp when);

// Appends within one write transaction, which must outlive it; one per transaction.
class Appender {
 public:
  // `now` is the host's; at() is it, or the last entry's time when that is later.
  static Result<Appender> open(store::WriteTxn* txn, Timestamp now);

  Timestamp at() const { return at_; }
  // The sequence that the next append() will give.
  std::uint64_t next_sequence() const { return last_ + 1; }
  // Writes the entry with its sequence, `at` and `begins` set, and `effective_at` set to `at` where
  // it is zero. Returns the sequence.
  Result<std::uint64_t> append(Entry entry);

 private:
  Appender(store::WriteTxn* txn, std::uint64_t last, Timestamp at)
      : txn_(txn), last_(last), at_(at) {}

  store::WriteTxn* txn_;
  std::uint64_t last_;
  Timestamp at_;
  bool begun_ = false;
};

// kNotFound for a sequence not yet given, kHistoryTrimmed for one below the oldest entry kept.
Result<Entry> read(store::ReadTxn& txn, std::uint64_t sequence);

// The sequences of a transaction, first and last.
struct Span {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  friend bool operator==(const Span&, const Span&) = default;
};
// The transaction of which this is an entry; errors as of read(). It reads that transaction.
Result<Span> transaction_of(store::ReadTxn& txn, std::uint64_t sequence);
// The first sequence of that transaction; reads no further than it.
Result<std::uint64_t> transaction_start(store::ReadTxn& txn, std::uint64_t sequence);

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

using Visit = std::function<Status(const Entry&)>;
// Shows every entry above `sequence`, the newest first. What `visit` refuses ends it.
Status visit_since(store::ReadTxn& txn, std::uint64_t sequence, const Visit& visit);

// Erases the values in every entry of the record whose version this is and keeps the facts: who
// changed which fields, when. For purge; `cause` texts stay. `losing`, when given, sees each entry
// before its values go.
Status blank(store::WriteTxn& txn, std::uint64_t version, const Visit& losing = {});

// Drops the entries from the oldest one up to, not including, `end`, which must begin a transaction
// that is kept; the number dropped. `losing` as above.
Result<std::uint64_t> trim(store::WriteTxn& txn, std::uint64_t end, const Visit& losing = {});

}  // namespace kith::history
