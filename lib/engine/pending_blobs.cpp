#include "engine/pending_blobs.hpp"

#include "base/try.hpp"
#include "engine/writer.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

Result<record::BlobRef> PendingBlobs::keep(const schema::Field& field, std::string_view value) {
  for (std::size_t i = 0; i < pending_.size(); ++i) {
    if (pending_[i].field == field.id && pending_[i].value == value) {
      return record::BlobRef{kPendingBit | i, value.size()};
    }
  }
  if (old_view_) {
    const auto present =
        record::blob_ref(record::stored_bytes(*old_view_, type_.layout.slot(field.id)));
    if (present && present->size == value.size()) {
      KITH_ASSIGN(const std::string_view old_value, stored_.read(*present));
      if (old_value == value) return *present;
    }
  }
  pending_.push_back({field.id, std::string(value)});
  return record::BlobRef{kPendingBit | (pending_.size() - 1), value.size()};
}

Result<std::string_view> PendingBlobs::read(const record::BlobRef& ref) {
  if ((ref.id & kPendingBit) == 0) return stored_.read(ref);
  return std::string_view(pending_.at(ref.id & ~kPendingBit).value);
}

Status PendingBlobs::settle(Writer& writer, RecordId id, std::string* image) const {
  if (pending_.empty()) return {};
  KITH_ASSIGN(const record::View view, record::View::open(*image));
  for (const schema::Field& field : type_.type->fields) {
    const record::Slot& slot = type_.layout.slot(field.id);
    if (!record::may_be_large(slot.type)) continue;
    const std::string_view stored = record::stored_bytes(view, slot);
    const auto ref = record::blob_ref(stored);
    if (!ref || (ref->id & kPendingBit) == 0) continue;
    const std::string& value = pending_.at(ref->id & ~kPendingBit).value;
    KITH_ASSIGN(const record::BlobRef real, writer.keep_blob(id, slot, value));
    const std::size_t at = static_cast<std::size_t>(stored.data() - image->data());
    image->replace(at, record::kBlobRefBytes, record::encode(real));  // of the same length
  }
  return {};
}

}  // namespace kith::engine
