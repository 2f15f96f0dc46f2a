// record/blob_values.hpp: values whose bytes lie in blobs, in records and in the history.
//
//   KITH_ASSIGN(Value stored, record::stored_value(view, field, slot));      // as the log keeps it
//   KITH_ASSIGN(Value shown, record::public_value(field, stored, blobs));    // as people see it
//
// The stored form of a value is the value, but for a large one: there it is the bytes of its
// reference (blob.hpp), whatever the type of its field. A field of type text or json has no bytes
// of its own, and bytes that look like a reference are always kept as a blob, so the form is never
// in doubt. Equal large values of one record have equal references within a transaction's change,
// so stored forms of its before and after compare as the values do. Pure but for what they read and
// write; threads as what they are given.
#pragma once

#include "history/entry.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"
#include "record/blob.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::record {

inline bool may_be_large(schema::FieldType type) {
  return type == schema::FieldType::kText || type == schema::FieldType::kBytes ||
         type == schema::FieldType::kJson;
}
// The bytes in the record itself of a field that may be large; empty for null.
inline std::string_view stored_bytes(const View& view, const Slot& slot) {
  return slot.type == schema::FieldType::kText ? view.stored_text(slot) : view.stored_bytes(slot);
}

// Tells `visit` of each blob the image refers to, those of removed fields too.
template <typename Visit>
void for_each_blob(const schema::EntityType& type, const Layout& layout, View view, Visit visit) {
  if (view.pointer_count() == 0) return;
  for (const schema::Field& field : type.fields) {
    const Slot& slot = layout.slot(field.id);
    if (!may_be_large(slot.type)) continue;
    if (const std::optional<BlobRef> ref = blob_ref(stored_bytes(view, slot))) visit(*ref);
  }
}

// The reference that a value in stored form is.
std::optional<BlobRef> blob_of(const Value& stored);
Value reference_value(const BlobRef& ref);
// The bytes a blob keeps as a value of the field.
Result<Value> decode_blob(const schema::Field& field, std::string_view bytes);

Result<Value> stored_value(const View& view, const schema::Field& field, const Slot& slot);
Result<Value> public_value(const schema::Field& field, Value stored, BlobSource& blobs);

// Each side of a change that refers to a blob counts for one: when the entry is appended, and when
// it, or its values, go for good.
Status retain_entry(store::WriteTxn& txn, const history::Entry& entry);
Status release_entry(store::WriteTxn& txn, const history::Entry& entry);

}  // namespace kith::record
