#include "query/snapshot_host.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "query/index_writer.hpp"

namespace kith::query {

const SnapshotHost::Known* SnapshotHost::recall(RecordId id) const {
  if (const auto at = young_.find(id); at != young_.end()) return &at->second;
  if (const auto at = old_.find(id); at != old_.end()) return &at->second;
  return nullptr;
}

Result<const SnapshotHost::Known*> SnapshotHost::remember(RecordId id,
                                                          std::optional<std::string_view> bytes) {
  if (young_.size() >= kGeneration) {
    old_ = std::move(young_);
    young_.clear();
  }
  Known known;
  if (bytes) {
    if (!known.view.init(*bytes, blobs_)) {
      const std::string name =
          catalog_ ? schema::format_id(*catalog_, id) : "#" + std::to_string(id.bits());
      return Status(Code::kCorrupt, "record " + name + " does not decode");
    }
    known.live = !known.view.deleted();
  }
  return static_cast<const Known*>(&young_.insert_or_assign(id, known).first->second);
}

Result<const record::View*> SnapshotHost::load(RecordId id) {
  if (id.is_null()) return static_cast<const record::View*>(nullptr);
  const Known* known = recall(id);
  if (known == nullptr) {
    KITH_ASSIGN(const auto bytes, txn_->get(store::Table::kRecords, record_key(id)));
    KITH_ASSIGN(known, remember(id, bytes));
  }
  return known->live ? &known->view : nullptr;
}

Status SnapshotHost::prefetch(std::span<const RecordId> ids) {
  std::vector<RecordId> missing;
  for (const RecordId id : ids) {
    if (!id.is_null() && recall(id) == nullptr) missing.push_back(id);
  }
  if (missing.empty()) return {};
  std::sort(missing.begin(), missing.end());
  missing.erase(std::unique(missing.begin(), missing.end()), missing.end());
  std::vector<std::string> keys;
  for (const RecordId id : missing) keys.push_back(record_key(id));
  KITH_ASSIGN(const auto images, txn_->multi_get(store::Table::kRecords, keys));
  for (std::size_t i = 0; i < missing.size(); ++i) {
    KITH_TRY(remember(missing[i], images[i]).status());
  }
  return {};
}

void SnapshotHost::forget() {
  young_.clear();
  old_.clear();
}

}  // namespace kith::query
