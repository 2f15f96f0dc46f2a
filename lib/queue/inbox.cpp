#include "queue/inbox.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/row_codec.hpp"
#include "queue/runs.hpp"

namespace kith::queue {

namespace {

Status check_id(std::string_view id) {
  if (id.empty() || id.size() > kMaxEventIdBytes) {
    return Status(Code::kInvalidArgument, "the id of an event has 1 to " +
                                              std::to_string(kMaxEventIdBytes) + " bytes, not " +
                                              std::to_string(id.size()));
  }
  return {};
}

Result<std::optional<EventRow>> find_row(store::ReadTxn& txn, std::string_view id) {
  KITH_TRY(check_id(id));
  KITH_ASSIGN(auto bytes, txn.get(store::Table::kQueue, inbox_key(id)));
  if (!bytes) return std::optional<EventRow>();
  KITH_ASSIGN(EventRow row, decode_event(*bytes));
  return std::optional<EventRow>(std::move(row));
}

bool is_about(const Discretion& discretion, const std::set<RecordId>& purged) {
  return std::any_of(discretion.about.begin(), discretion.about.end(),
                     [&](RecordId id) { return purged.contains(id); });
}

}  // namespace

Result<EventRow> decode_event(std::string_view bytes) {
  base::ByteReader in(bytes);
  EventRow row = read_event(in);
  KITH_TRY(in.finish("event of the inbox"));
  return row;
}

Result<std::optional<std::string>> find_event(store::ReadTxn& txn, std::string_view id) {
  KITH_ASSIGN(auto row, find_row(txn, id));
  std::optional<std::string> answer;
  if (row) answer = std::move(row->answer);
  return answer;
}

Status remember_event(store::WriteTxn& txn, std::string_view id, Timestamp now, Duration keep,
                      std::string_view answer, const Discretion& discretion) {
  KITH_ASSIGN(const auto before, find_row(txn, id));
  const std::string key = inbox_key(id);
  if (before) KITH_TRY(txn.erase(store::Table::kQueue, expiry_key(before->forgotten, key)));
  const Timestamp forgotten = after(now, keep);
  KITH_TRY(txn.put(store::Table::kQueue, key,
                   encode(EventRow{forgotten, std::string(answer), discretion})));
  return expire_at(txn, forgotten, key);
}

Status forget_about(store::WriteTxn& txn, const std::set<RecordId>& purged) {
  store::KeyRange range = kind_range('i');
  while (true) {
    std::vector<std::pair<std::string, EventRow>> found;
    {
      KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kQueue, range, {}));
      for (const store::KeyValue& stored : batch.rows) {
        KITH_ASSIGN(EventRow row, decode_event(stored.value));
        if (is_about(row.discretion, purged)) found.emplace_back(stored.key, std::move(row));
      }
      range.first = batch.continuation;
    }
    for (const auto& [key, row] : found) {
      const std::string blank = encode(EventRow{row.forgotten, row.discretion.blank, {}});
      KITH_TRY(txn.put(store::Table::kQueue, key, blank));
    }
    if (range.first.empty()) return {};
  }
}

}  // namespace kith::queue
