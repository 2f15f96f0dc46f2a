#include "record/blob_ledger.hpp"

#include "base/try.hpp"
#include "record/blob_store.hpp"
#include "record/blob_values.hpp"

namespace kith::record {

Result<BlobRef> BlobLedger::put(store::WriteTxn& txn, std::string_view bytes) {
  KITH_ASSIGN(const BlobRef ref, put_blob(txn, bytes));
  open_[ref.id] = {ref.size, 0, true};
  return ref;
}

void BlobLedger::move(const schema::EntityType& type, const Layout& layout, const View* before,
                      const View* after) {
  const auto add = [&](const View* view, std::int64_t by) {
    if (view == nullptr) return;
    for_each_blob(type, layout, *view, [&](const BlobRef& ref) {
      Open& open = open_[ref.id];
      open.size = ref.size;
      open.balance += by;
    });
  };
  add(after, 1);
  add(before, -1);
}

Status BlobLedger::settle(store::WriteTxn& txn) {
  for (const auto& [id, open] : open_) {
    if (open.balance == 0 && !open.fresh) continue;
    const BlobRef ref{id, open.size};
    KITH_ASSIGN(const auto stored, find_blob(txn, id));
    // A purge has released the last one already, and nobody has it now.
    if (!stored && open.balance == 0) continue;
    const std::int64_t count =
        stored ? static_cast<std::int64_t>(stored->count) + open.balance : -1;
    if (count < 0) {
      return Status(Code::kCorrupt, "blob " + std::to_string(id) + " of " +
                                        std::to_string(open.size) +
                                        " bytes has more references than it counts; run check");
    }
    KITH_TRY(set_blob_count(txn, ref, static_cast<std::uint64_t>(count)));
  }
  open_.clear();
  return {};
}

}  // namespace kith::record
