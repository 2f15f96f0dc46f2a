#include "queue/inbox.hpp"

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/runs.hpp"

namespace kith::queue {

namespace {

struct Row {
  Timestamp forgotten{};
  std::string answer;
};

Status check_id(std::string_view id) {
  if (id.empty() || id.size() > kMaxEventIdBytes) {
    return Status(Code::kInvalidArgument, "the id of an event has 1 to " +
                                              std::to_string(kMaxEventIdBytes) + " bytes, not " +
                                              std::to_string(id.size()));
  }
  return {};
}

Result<std::optional<Row>> find_row(store::ReadTxn& txn, std::string_view id) {
  KITH_TRY(check_id(id));
  KITH_ASSIGN(auto bytes, txn.get(store::Table::kQueue, inbox_key(id)));
  if (!bytes) return std::optional<Row>();
  base::ByteReader in(*bytes);
  Row row;
  row.forgotten = from_sortable(in.u64());
  row.answer = base::read_string(in);
  KITH_TRY(in.finish("event of the inbox"));
  return std::optional<Row>(std::move(row));
}

}  // namespace

Result<std::optional<std::string>> find_event(store::ReadTxn& txn, std::string_view id) {
  KITH_ASSIGN(auto row, find_row(txn, id));
  std::optional<std::string> answer;
  if (row) answer = std::move(row->answer);
  return answer;
}

Status remember_event(store::WriteTxn& txn, std::string_view id, Timestamp now, Duration keep,
                      std::string_view answer) {
  KITH_ASSIGN(const auto before, find_row(txn, id));
  const std::string key = inbox_key(id);
  if (before) KITH_TRY(txn.erase(store::Table::kQueue, expiry_key(before->forgotten, key)));
  const Timestamp forgotten = after(now, keep);
  base::ByteWriter row;
  row.u64(sortable(forgotten));
  row.string(answer);
  KITH_TRY(txn.put(store::Table::kQueue, key, row.bytes()));
  return expire_at(txn, forgotten, key);
}

}  // namespace kith::queue
