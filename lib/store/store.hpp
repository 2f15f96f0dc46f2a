// store/store.hpp: ordered byte keys in transactions, the seam under everything kith keeps.
//
//   KITH_ASSIGN(auto store, store::open_memory());
//   KITH_ASSIGN(auto txn, store->begin_write({}));
//   KITH_TRY(txn->put(Table::kMeta, "k", "v"));
//   KITH_TRY(txn->commit());
//
// Two kinds of table. A Map holds one value per key. Postings hold a set of u64 per key. Keys
// compare as unsigned bytes. A key has 1..511 bytes, a Map value at most kMaxValueBytes.
// erase_range and a forward scan of keys only (each key once) take either kind; every other
// function takes the kind its name says and answers kInvalidArgument for the other.
//
// Snapshots: a read transaction sees the store as it was when it began, whatever is committed
// later. A write transaction sees its own writes. There is one write transaction at a time, over
// all threads and processes; a second waits for the gate, then gets kBusy with the holder's pid.
// Limits: a key or value too long, or a transaction over max_txn_bytes, is refused with kLimit;
// the refused call changed nothing and the transaction may go on. Any other error of a write ends
// the transaction: what follows, commit included, answers that error again.
//
// Ownership: views returned by get, multi_get and scan borrow from the transaction. In a read
// transaction they live until it ends; in a write transaction until its next write or its end.
// Threads: a Store may be used by any thread. A ReadTxn by one thread at a time, and may move
// between threads. A WriteTxn only by the thread that began it (kWrongThread otherwise). A
// transaction keeps its Store alive. In the child of a fork() everything answers kForked.
// Errors: every function reports; nothing is swallowed. After an error from commit the
// transaction is over: kBusy, kStoreFull and kReadersFull may be tried again, after kIo or kCorrupt
// reopen. kUnknownOutcome means the commit may or may not have landed: reopen and look.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"

namespace kith::store {

// The tables of a kith database, fixed: at most eight, opened once.
enum class Table : std::uint8_t {
  kMeta,      // Map: magic, feature sets, catalog rows, counters, model sections
  kRecords,   // Map, aligned: 8-byte record id -> canonical record
  kIndex,     // Map: composite ordered keys and unique keys
  kPostings,  // Postings: index key -> record ids
  kHistory,   // Map: sequence -> entry
  kBlobs,     // Map: value chunks over 4 kB
  kQueue,     // Map: timers, outbox, inbox, jobs
  kColumns,   // Map: column segments
};
inline constexpr std::size_t kTableCount = 8;

enum class TableKind : std::uint8_t { kMap, kPostings };

struct TableSpec {
  Table table;
  std::string_view name;
  TableKind kind;
  bool aligned;  // every key is 8 bytes and every value a multiple of 8: values are 8-aligned
};

std::span<const TableSpec> table_specs();  // in the order of the enumerators
const TableSpec& table_spec(Table table);

inline constexpr std::size_t kMaxKeyBytes = 511;
inline constexpr std::size_t kMaxValueBytes = 100 * 1000;
// A write transaction: what it should stay under, and where it is refused. Counted are the bytes
// of keys and values and kOperationBytes for each operation. Larger work is cut into several.
inline constexpr std::size_t kTargetTxnBytes = 1000 * 1000;
inline constexpr std::size_t kMaxTxnBytes = 10 * 1000 * 1000;
inline constexpr std::size_t kOperationBytes = 16;

enum class Durability : std::uint8_t {
  kFull,      // on disk when commit returns
  kDeferred,  // the last commits may be lost to a power failure; never corruption
};

// A half-open range of keys [first, last); an empty `last` means to the end of the table.
struct KeyRange {
  std::string first;
  std::string last;

  static KeyRange all() { return {}; }
  static KeyRange prefix(std::string_view prefix);  // every key that starts with `prefix`
};

struct ScanOptions {
  std::size_t row_limit = 1000;      // at least 1
  std::size_t byte_limit = 4 << 20;  // of keys and values; at least one row is returned
  bool reverse = false;              // from the last key down
  bool keys_only = false;            // values come back empty
};

struct KeyValue {
  std::string_view key;
  std::string_view value;
};

struct ScanBatch {
  std::vector<KeyValue> rows;
  // Where the scan goes on: scan the range with `first` (or, in reverse, `last`) replaced by it.
  // Empty when the range is exhausted.
  std::string continuation;
  bool done() const { return continuation.empty(); }
};

// What a transaction has asked of the store so far; how tests count rounds.
struct TxnStats {
  std::uint64_t gets = 0;           // get and count_postings
  std::uint64_t multi_gets = 0;     // rounds of multi_get
  std::uint64_t scans = 0;          // scan and scan_postings
  std::uint64_t puts = 0;           // put and add_posting
  std::uint64_t deletes = 0;        // erase, erase_range and remove_posting
  std::uint64_t bytes_written = 0;  // keys and values handed to put and add
};

class ReadTxn {
 public:
  virtual ~ReadTxn() = default;  // ends the snapshot

  virtual Result<std::optional<std::string_view>> get(Table table, std::string_view key) = 0;
  // One round: answers in the order of `keys`.
  virtual Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) = 0;
  virtual Result<ScanBatch> scan(Table table, const KeyRange& range,
                                 const ScanOptions& options) = 0;
  // Ids >= from under `key`, ascending, at most `limit`, replacing the content of `out`.
  virtual Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                               std::vector<std::uint64_t>* out) = 0;
  virtual Result<std::uint64_t> count_postings(std::string_view key) = 0;

  virtual const TxnStats& stats() const = 0;
};

class WriteTxn : public ReadTxn {
 public:
  // Destroying without commit aborts: nothing of it remains. Destroy it on its own thread: from
  // another one the gate stays closed until the owning thread next begins a transaction.
  virtual Status put(Table table, std::string_view key, std::string_view value) = 0;
  virtual Status erase(Table table, std::string_view key) = 0;  // absent is fine
  virtual Status erase_range(Table table, const KeyRange& range) = 0;
  virtual Status add_posting(std::string_view key, std::uint64_t id) = 0;     // present is fine
  virtual Status remove_posting(std::string_view key, std::uint64_t id) = 0;  // absent is fine
  virtual Status commit() = 0;
};

struct WriteOptions {
  Durability durability = Durability::kFull;
  // How long to wait for the writers' gate (0: not at all) before kBusy.
  std::chrono::milliseconds timeout{5000};
};

struct StoreInfo {
  std::uint64_t file_bytes = 0;
  std::uint64_t map_bytes = 0;
  std::uint32_t readers = 0;
  bool read_only = false;
  bool in_memory = false;
};

class Store {
 public:
  virtual ~Store() = default;
  virtual Result<std::unique_ptr<ReadTxn>> begin_read() = 0;
  virtual Result<std::unique_ptr<WriteTxn>> begin_write(const WriteOptions& options) = 0;
  // Runs `body` in a write transaction that shares its commit with those of other threads which
  // write at the same time. The first comer runs on the store's transaction itself, the others each
  // in one nested in it, one after the other, on their own threads; then the first commits for all.
  // A body that answers an error leaves nothing and hinders nobody; a failed commit is everybody's.
  // `body` must neither commit nor keep the transaction, and may be run again from the start when
  // the file had to grow. One full member makes the commit durable for the whole group.
  virtual Status write(const WriteOptions& options,
                       const std::function<Status(WriteTxn&)>& body) = 0;
  virtual Result<StoreInfo> info() = 0;

  // A copy of the store as of now in `directory`, which must not hold one; readers and writers go
  // on. It appears under its name when it is whole and on disk.
  virtual Status copy_to(const std::string& directory) = 0;

  // Tells whoever waits, in this process or another, that the history has come to `sequence`.
  virtual void announce(std::uint64_t sequence) = 0;
  // Waits until a number above `sequence` has been announced, or the time is over. It may return
  // early, and where nothing can be announced (a store that may not be written to) it only sleeps:
  // whoever waits looks for himself, at least every second.
  virtual Status wait_for(std::uint64_t sequence, std::chrono::milliseconds timeout) = 0;
};

struct OpenOptions {
  bool create = true;      // make the directory and its files when absent; else kNotFound
  bool read_only = false;  // works without write permission, and never creates a database
  std::uint32_t max_readers = 1024;
  std::uint64_t initial_map_bytes = std::uint64_t{1} << 30;
  std::uint64_t max_map_bytes = 0;  // 0: no limit but the address space
  std::uint64_t max_txn_bytes = kMaxTxnBytes;
};

// An empty store that lives as long as the object. See memory/memory_store.hpp for faults.
Result<std::shared_ptr<Store>> open_memory();
// The LMDB store in `directory`, which holds nothing else. However often and by whatever path or
// alias a process opens a directory, it gets the same Store, with the first call's options; a
// second copy of kith in the process gets kAlreadyOpen. Never on a network file system. The bytes
// of a stranger's data.mdb are trusted: exchange dumps, not files.
Result<std::shared_ptr<Store>> open_lmdb(const std::string& directory, const OpenOptions& options);

}  // namespace kith::store
