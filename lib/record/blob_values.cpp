#include "record/blob_values.hpp"

#include <string>
#include <utility>

#include "base/try.hpp"
#include "base/value_codec.hpp"
#include "record/blob_store.hpp"

namespace kith::record {
namespace {

template <typename Count>
Status count_entry(store::WriteTxn& txn, const history::Entry& entry, Count count) {
  for (const history::FieldChange& change : entry.changes) {
    for (const Value* side : {&change.before, &change.after}) {
      if (const std::optional<BlobRef> ref = blob_of(*side)) KITH_TRY(count(txn, *ref));
    }
  }
  return {};
}

}  // namespace

std::optional<BlobRef> blob_of(const Value& stored) {
  const Bytes* bytes = stored.bytes();
  return bytes == nullptr ? std::nullopt : blob_ref(std::string_view(bytes->data));
}

Value reference_value(const BlobRef& ref) { return Value(Bytes{encode(ref)}); }

Result<Value> decode_blob(const schema::Field& field, std::string_view bytes) {
  switch (field.type) {
    case schema::FieldType::kText: return Value(bytes);
    case schema::FieldType::kBytes: return Value(Bytes{std::string(bytes)});
    case schema::FieldType::kJson: {
      base::ByteReader in(bytes);
      KITH_ASSIGN(Value value, base::decode_value(&in));
      KITH_TRY(in.finish("json value of " + field.name));
      return value;
    }
    default:
      return Status(Code::kCorrupt, "field \"" + field.name + "\" of type " +
                                        std::string(schema::field_type_name(field.type)) +
                                        " refers to a blob; restore the database from a dump");
  }
}

Result<Value> stored_value(const View& view, const schema::Field& field, const Slot& slot) {
  if (may_be_large(slot.type)) {
    if (const std::optional<BlobRef> ref = blob_ref(stored_bytes(view, slot))) {
      return reference_value(*ref);
    }
  }
  return view.get(field, slot);
}

Result<Value> public_value(const schema::Field& field, Value stored, BlobSource& blobs) {
  const std::optional<BlobRef> ref = blob_of(stored);
  if (!ref) return stored;
  KITH_ASSIGN(const std::string_view bytes, blobs.read(*ref));
  return decode_blob(field, bytes);
}

Status retain_entry(store::WriteTxn& txn, const history::Entry& entry) {
  return count_entry(txn, entry, retain_blob);
}

Status release_entry(store::WriteTxn& txn, const history::Entry& entry) {
  return count_entry(txn, entry, release_blob);
}

}  // namespace kith::record
