#include "history/cursors.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/try.hpp"

namespace kith::history {

namespace {

using store::Table;

constexpr std::string_view kPrefix = "cursor/";

Result<std::string> key_of(Reading reading, std::string_view name) {
  if (name.empty() || name.size() > kMaxCursorName) {
    return Status(Code::kInvalidArgument, "the name of a cursor has 1 to " +
                                              std::to_string(kMaxCursorName) + " bytes, not " +
                                              std::to_string(name.size()));
  }
  std::string key(kPrefix);
  key.push_back(static_cast<char>(reading));
  key += name;
  return key;
}

Result<std::uint64_t> sequence_in(std::string_view row, std::string_view name) {
  base::ByteReader in(row);
  const std::uint64_t sequence = in.u64();
  KITH_TRY(in.finish("cursor \"" + std::string(name) + "\""));
  return sequence;
}

}  // namespace

Result<std::optional<std::uint64_t>> find_cursor(store::ReadTxn& txn, Reading reading,
                                                 std::string_view name) {
  KITH_ASSIGN(const std::string key, key_of(reading, name));
  KITH_ASSIGN(const auto row, txn.get(Table::kMeta, key));
  if (!row) return std::optional<std::uint64_t>();
  KITH_ASSIGN(const std::uint64_t sequence, sequence_in(*row, name));
  return std::optional<std::uint64_t>(sequence);
}

Result<std::vector<Cursor>> all_cursors(store::ReadTxn& txn) {
  std::vector<Cursor> cursors;
  store::KeyRange range = store::KeyRange::prefix(kPrefix);
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(Table::kMeta, range, {}));
    for (const store::KeyValue& row : batch.rows) {
      const std::string_view rest = row.key.substr(kPrefix.size());
      if (rest.size() < 2) return Status(Code::kCorrupt, "a stored cursor has no name");
      Cursor cursor{static_cast<Reading>(rest.front()), std::string(rest.substr(1)), 0};
      KITH_ASSIGN(cursor.sequence, sequence_in(row.value, cursor.name));
      cursors.push_back(std::move(cursor));
    }
    if (batch.done()) return cursors;
    range.first = batch.continuation;
  }
}

Status save_cursor(store::WriteTxn& txn, Reading reading, std::string_view name,
                   std::uint64_t sequence) {
  KITH_ASSIGN(const std::string key, key_of(reading, name));
  base::ByteWriter row;
  row.u64(sequence);
  return txn.put(Table::kMeta, key, row.bytes());
}

Status drop_cursor(store::WriteTxn& txn, Reading reading, std::string_view name) {
  KITH_ASSIGN(const std::string key, key_of(reading, name));
  return txn.erase(Table::kMeta, key);
}

Result<std::optional<Cursor>> lowest_cursor(store::ReadTxn& txn) {
  KITH_ASSIGN(std::vector<Cursor> cursors, all_cursors(txn));
  const auto lowest =
      std::min_element(cursors.begin(), cursors.end(),
                       [](const Cursor& a, const Cursor& b) { return a.sequence < b.sequence; });
  if (lowest == cursors.end()) return std::optional<Cursor>();
  return std::optional<Cursor>(std::move(*lowest));
}

}  // namespace kith::history
