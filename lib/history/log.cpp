#include "history/log.hpp"

#include <algorithm>
#include <optional>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "history/put.hpp"

namespace kith::history {
namespace {

using store::Table;

// The first byte of a row whose entry lies in the blobs table; entries begin with another one.
constexpr std::uint8_t kOutOfLineForm = 0xFF;

Status corrupt(std::uint64_t sequence, const std::string& what) {
  return {Code::kCorrupt, "history entry " + std::to_string(sequence) + " " + what +
                              "; restore the database from a dump"};
}

std::string chunk_prefix(std::uint64_t sequence) {
  base::ByteWriter key;
  key.u8('h');
  key.u64(sequence);
  return key.take();
}

std::string chunk_key(std::uint64_t sequence, std::uint32_t chunk) {
  base::ByteWriter key;
  key.raw(chunk_prefix(sequence));
  key.u32(chunk);
  return key.take();
}

Status put_entry(store::WriteTxn& txn, const Entry& entry) {
  KITH_ASSIGN(const std::string bytes, encode(entry));
  const std::string key = sequence_key(entry.sequence);
  if (bytes.size() <= kInlineBytes) return txn.put(Table::kHistory, key, bytes);
  std::uint32_t chunk = 0;
  for (std::size_t at = 0; at < bytes.size(); at += kChunkBytes) {
    const std::string_view part = std::string_view(bytes).substr(at, kChunkBytes);
    KITH_TRY(txn.put(Table::kBlobs, chunk_key(entry.sequence, chunk++), part));
  }
  base::ByteWriter row;
  row.u8(kOutOfLineForm);
  row.varint(bytes.size());
  return txn.put(Table::kHistory, key, row.bytes());
}

Result<std::string> read_chunks(store::ReadTxn& txn, std::uint64_t sequence, std::string_view row) {
  base::ByteReader in(row);
  in.u8();
  const std::uint64_t size = in.varint();
  KITH_TRY(in.finish("history row " + std::to_string(sequence)));
  std::string bytes;
  for (std::uint32_t chunk = 0; bytes.size() < size; ++chunk) {
    KITH_ASSIGN(const auto part, txn.get(Table::kBlobs, chunk_key(sequence, chunk)));
    if (!part || part->empty()) return corrupt(sequence, "lacks a part of its bytes");
    bytes.append(*part);
  }
  if (bytes.size() != size) return corrupt(sequence, "has more bytes than it should");
  return bytes;
}

Status erase_chunks(store::WriteTxn& txn, std::uint64_t sequence) {
  return txn.erase_range(Table::kBlobs, store::KeyRange::prefix(chunk_prefix(sequence)));
}

bool is_out_of_line(std::string_view row) {
  return !row.empty() && static_cast<std::uint8_t>(row[0]) == kOutOfLineForm;
}

// `row` may be gone after this.
Result<Entry> decode_row(store::ReadTxn& txn, std::uint64_t sequence, std::string_view row) {
  if (!is_out_of_line(row)) return decode(sequence, row);
  KITH_ASSIGN(const std::string bytes, read_chunks(txn, sequence, row));
  return decode(sequence, bytes);
}

Result<std::uint64_t> sequence_of(std::string_view key) {
  base::ByteReader in(key);
  const std::uint64_t sequence = in.u64();
  KITH_TRY(in.finish("key of a history entry"));
  return sequence;
}

// The sequence at one end of the log, or 0 when it is empty.
Result<std::uint64_t> end_sequence(store::ReadTxn& txn, bool last) {
  store::ScanOptions options;
  options.row_limit = 1;
  options.reverse = last;
  options.keys_only = true;
  KITH_ASSIGN(const store::ScanBatch batch,
              txn.scan(Table::kHistory, store::KeyRange::all(), options));
  if (batch.rows.empty()) return std::uint64_t{0};
  return sequence_of(batch.rows[0].key);
}

Result<std::optional<Entry>> find(store::ReadTxn& txn, std::uint64_t sequence) {
  KITH_ASSIGN(const auto row, txn.get(Table::kHistory, sequence_key(sequence)));
  if (!row) return std::optional<Entry>();
  KITH_ASSIGN(Entry entry, decode_row(txn, sequence, *row));
  return std::optional<Entry>(std::move(entry));
}

}  // namespace

std::string sequence_key(std::uint64_t sequence) {
  base::ByteWriter key;
  key.u64(sequence);
  return key.take();
}

Result<std::uint64_t> last_sequence(store::ReadTxn& txn) { return end_sequence(txn, true); }

Result<std::uint64_t> first_sequence(store::ReadTxn& txn) { return end_sequence(txn, false); }

Result<std::uint64_t> last_sequence_at(store::ReadTxn& txn, Timestamp when) {
  KITH_ASSIGN(const std::uint64_t first, first_sequence(txn));
  KITH_ASSIGN(const std::uint64_t last, last_sequence(txn));
  if (last == 0) return last;
  // Entries below `low` are old enough, those from `high` on are too young.
  std::uint64_t low = first;
  std::uint64_t high = last + 1;
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    KITH_ASSIGN(const Entry entry, read(txn, middle));
    (entry.at <= when ? low : high) = entry.at <= when ? middle + 1 : middle;
  }
  return low == first ? 0 : low - 1;
}

Result<Appender> Appender::open(store::WriteTxn* txn, Timestamp now) {
  if (!now.in_range()) {
    return Status(Code::kInvalidArgument, "the time of a transaction must lie in years 1 to 9999");
  }
  Timestamp at = Timestamp::from_microseconds(now.to_microseconds());
  KITH_ASSIGN(const std::uint64_t last, last_sequence(*txn));
  if (last != 0) {
    KITH_ASSIGN(const Entry entry, read(*txn, last));
    at = std::max(at, entry.at);
  }
  return Appender(txn, last, at);
}

Result<std::uint64_t> Appender::append(Entry entry) {
  entry.sequence = last_ + 1;
  entry.at = at_;
  entry.begins = !begun_;
  if (entry.effective_at == Timestamp()) entry.effective_at = at_;
  if (entry.prev >= entry.sequence) {
    return Status(Code::kInternal, "the previous version " + std::to_string(entry.prev) +
                                       " of a record is not older than its next one, " +
                                       std::to_string(entry.sequence));
  }
  KITH_TRY(put_entry(*txn_, entry));
  begun_ = true;
  return last_ = entry.sequence;
}

Status put(store::WriteTxn& txn, const Entry& entry) { return put_entry(txn, entry); }

Result<Entry> read(store::ReadTxn& txn, std::uint64_t sequence) {
  KITH_ASSIGN(std::optional<Entry> entry, find(txn, sequence));
  if (entry) return *std::move(entry);
  KITH_ASSIGN(const std::uint64_t last, last_sequence(txn));
  if (sequence == 0 || sequence > last) {
    return Status(Code::kNotFound, "there is no history entry " + std::to_string(sequence) +
                                       "; the last one is " + std::to_string(last));
  }
  KITH_ASSIGN(const std::uint64_t first, first_sequence(txn));
  if (sequence > first) return corrupt(sequence, "is missing");
  return Status(Code::kHistoryTrimmed, "history entry " + std::to_string(sequence) +
                                           " is no longer kept; the oldest one is " +
                                           std::to_string(first));
}

Result<std::uint64_t> transaction_start(store::ReadTxn& txn, std::uint64_t sequence) {
  for (std::uint64_t at = sequence;; --at) {
    Result<Entry> entry = read(txn, at);
    if (entry.ok() && entry->begins) return at;
    if (!entry.ok() && at == sequence) return entry.status();
    // Transactions are dropped as a whole, so a kept one has its first entry.
    if (!entry.ok()) return corrupt(sequence, "has lost the beginning of its transaction");
  }
}

Result<Span> transaction_of(store::ReadTxn& txn, std::uint64_t sequence) {
  KITH_ASSIGN(const std::uint64_t first, transaction_start(txn, sequence));
  KITH_ASSIGN(const std::uint64_t newest, last_sequence(txn));
  std::uint64_t last = sequence;
  for (; last < newest; ++last) {
    KITH_ASSIGN(const Entry next, read(txn, last + 1));
    if (next.begins) break;
  }
  return Span{first, last};
}

Result<Chain> walk(store::ReadTxn& txn, std::uint64_t version, std::size_t limit) {
  Chain chain;
  chain.next = version;
  while (chain.next != 0 && chain.entries.size() < limit) {
    Result<Entry> entry = read(txn, chain.next);
    if (entry.status().code() == Code::kHistoryTrimmed && !chain.entries.empty()) {
      chain.trimmed = true;
      return chain;
    }
    if (!entry.ok()) return entry.status();
    if (!chain.entries.empty() && entry->record != chain.entries.back().record) {
      return corrupt(chain.next, "is about another record than the entry that leads to it");
    }
    chain.next = entry->prev;  // always smaller: decode() checks it, so the walk ends
    chain.entries.push_back(*std::move(entry));
  }
  return chain;
}

Result<Feed> scan(store::ReadTxn& txn, std::uint64_t cursor, std::size_t limit) {
  Feed feed;
  feed.cursor = cursor;
  store::ScanOptions options;
  options.row_limit = limit;
  if (cursor == UINT64_MAX || limit == 0) {
    feed.done = cursor == UINT64_MAX;
    return feed;
  }
  KITH_ASSIGN(const store::ScanBatch batch,
              txn.scan(Table::kHistory, {sequence_key(cursor + 1), {}}, options));
  for (const store::KeyValue& row : batch.rows) {
    KITH_ASSIGN(const std::uint64_t sequence, sequence_of(row.key));
    KITH_ASSIGN(Entry entry, decode_row(txn, sequence, row.value));
    feed.entries.push_back(std::move(entry));
    feed.cursor = sequence;
  }
  feed.done = batch.done();
  return feed;
}

Status visit_since(store::ReadTxn& txn, std::uint64_t sequence, const Visit& visit) {
  if (sequence == UINT64_MAX) return {};
  store::KeyRange range{sequence_key(sequence + 1), {}};
  store::ScanOptions options;
  options.reverse = true;
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(Table::kHistory, range, options));
    for (const store::KeyValue& row : batch.rows) {
      KITH_ASSIGN(const std::uint64_t at, sequence_of(row.key));
      KITH_ASSIGN(const Entry entry, decode_row(txn, at, row.value));
      KITH_TRY(visit(entry));
    }
    if (batch.done()) return {};
    range.last = batch.continuation;
  }
}

Status blank(store::WriteTxn& txn, std::uint64_t version, const Visit& losing) {
  for (std::uint64_t next = version; next != 0;) {
    Result<Entry> entry = read(txn, next);
    if (entry.status().code() == Code::kHistoryTrimmed) return {};
    if (!entry.ok()) return entry.status();
    if (losing) KITH_TRY(losing(*entry));
    for (FieldChange& change : entry->changes) change = FieldChange{change.field_id, {}, {}};
    entry->blanked = true;
    KITH_TRY(erase_chunks(txn, next));
    KITH_TRY(put_entry(txn, *entry));
    next = entry->prev;
  }
  return {};
}

Result<std::uint64_t> trim(store::WriteTxn& txn, std::uint64_t end, const Visit& losing) {
  KITH_ASSIGN(const std::uint64_t first, first_sequence(txn));
  if (first == 0 || end <= first) return std::uint64_t{0};
  KITH_ASSIGN(const Entry kept, read(txn, end));
  if (!kept.begins) {
    return Status(Code::kInternal, "history entry " + std::to_string(end) +
                                       " does not begin a transaction: nothing is cut before it");
  }
  for (std::uint64_t at = first; at < end; ++at) {
    if (losing) {
      KITH_ASSIGN(const Entry entry, read(txn, at));
      KITH_TRY(losing(entry));
    }
    KITH_ASSIGN(const auto row, txn.get(Table::kHistory, sequence_key(at)));
    if (row && is_out_of_line(*row)) KITH_TRY(erase_chunks(txn, at));
  }
  KITH_TRY(txn.erase_range(Table::kHistory, {sequence_key(first), sequence_key(end)}));
  return end - first;
}

}  // namespace kith::history
