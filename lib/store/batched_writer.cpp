#include "store/batched_writer.hpp"

#include <utility>

#include "base/try.hpp"

namespace kith::store {

std::size_t BatchedWriter::written() const {
  const TxnStats& stats = txn_->stats();
  return stats.bytes_written + (stats.puts + stats.deletes) * kOperationBytes;
}

Result<WriteTxn*> BatchedWriter::room_for(std::size_t upcoming) {
  if (txn_ && written() + upcoming <= target_bytes_) return txn_.get();
  return begin(durability_);
}

Result<WriteTxn*> BatchedWriter::begin(Durability durability) {
  KITH_TRY(commit());
  WriteOptions how;
  how.durability = durability;
  KITH_ASSIGN(txn_, store_.begin_write(how));
  return txn_.get();
}

Status BatchedWriter::commit() {
  if (!txn_) return {};
  const std::unique_ptr<WriteTxn> txn = std::move(txn_);
  return txn->commit();
}

}  // namespace kith::store
