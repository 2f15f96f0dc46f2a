#include "query/snapshot_host.hpp"

#include "base/try.hpp"
#include "query/index_writer.hpp"

namespace kith::query {

Result<const record::View*> SnapshotHost::remember(RecordId id,
                                                   std::optional<std::string_view> bytes) {
  Known known;
  if (bytes) {
    KITH_ASSIGN(known.view, record::View::open(*bytes));
    known.live = !known.view.deleted();
  }
  const Known& kept = known_.insert_or_assign(id, known).first->second;
  return kept.live ? &kept.view : nullptr;
}

Result<const record::View*> SnapshotHost::load(RecordId id) {
  if (const auto at = known_.find(id); at != known_.end()) {
    return at->second.live ? &at->second.view : nullptr;
  }
  KITH_ASSIGN(const auto bytes, txn_->get(store::Table::kRecords, record_key(id)));
  return remember(id, bytes);
}

Status SnapshotHost::prefetch(std::span<const RecordId> ids) {
  std::vector<RecordId> missing;
  std::vector<std::string> keys;
  for (const RecordId id : ids) {
    if (id.is_null() || known_.contains(id)) continue;
    missing.push_back(id);
    keys.push_back(record_key(id));
  }
  if (missing.empty()) return {};
  KITH_ASSIGN(const auto values, txn_->multi_get(store::Table::kRecords, keys));
  for (std::size_t i = 0; i < missing.size(); ++i) {
    KITH_TRY(remember(missing[i], values[i]).status());
  }
  return {};
}

}  // namespace kith::query
