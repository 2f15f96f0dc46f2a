#include "query/snapshot_host.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "query/index_writer.hpp"
#include "query/lookup.hpp"

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

Status SnapshotHost::related(RecordId parent, const expr::Relation& relation, std::size_t limit,
                             std::vector<RecordId>* ids) {
  constexpr std::size_t kFewest = 8;
  ids->clear();
  std::vector<std::uint64_t> candidates;
  std::vector<RecordId> records;
  std::uint64_t next = RecordId(relation.type->id, 0).bits();
  while (ids->size() < limit) {
    // A few more than wanted: some may be deleted.
    const std::size_t wanted = std::clamp(limit - ids->size(), kFewest, kRelatedRound);
    KITH_TRY(
        referring_ids(*txn_, *relation.type, *relation.field, parent, next, wanted, &candidates));
    if (candidates.empty()) return {};
    records.clear();
    for (const std::uint64_t id : candidates) records.emplace_back(id);
    KITH_TRY(prefetch(records));
    for (const RecordId id : records) {
      const Known* known = recall(id);
      if (known == nullptr || !known->live) continue;
      if (refers_to(known->view, *relation.field, *relation.slot, parent)) ids->push_back(id);
      if (ids->size() == limit) return {};
    }
    // A round that was not full was the last one.
    if (candidates.size() < wanted) return {};
    next = candidates.back() + 1;
  }
  return {};
}

void SnapshotHost::forget() {
  young_.clear();
  old_.clear();
}

}  // namespace kith::query
