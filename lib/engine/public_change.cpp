#include "engine/public_change.hpp"

#include <utility>

#include "base/try.hpp"
#include "engine/reader.hpp"
#include "record/blob_values.hpp"
#include "record/txn_blobs.hpp"

namespace kith::engine {

Result<Change> public_change(Reader& reader, history::Entry entry) {
  const CompiledType* type = reader.model().find(entry.record.type());
  if (type == nullptr) {
    return Status(Code::kCorrupt, "history entry " + std::to_string(entry.sequence) +
                                      " is about a record of a type that the model does not know");
  }
  Change change{entry.sequence, entry.record, entry.kind,       entry.at, entry.effective_at,
                entry.actor,    entry.cause,  entry.overridden, {}};
  record::TxnBlobs blobs(reader.txn());
  change.fields.reserve(entry.changes.size());
  for (history::FieldChange& item : entry.changes) {
    const schema::Field* field = type->type->find_field(item.field_id);
    std::string name(field != nullptr ? field->name : "owner");
    if (field != nullptr) {
      KITH_ASSIGN(item.before, record::public_value(*field, std::move(item.before), blobs));
      KITH_ASSIGN(item.after, record::public_value(*field, std::move(item.after), blobs));
    }
    change.fields.push_back({std::move(name), std::move(item.before), std::move(item.after)});
  }
  return change;
}

}  // namespace kith::engine
