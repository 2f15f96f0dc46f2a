#include "engine/public_change.hpp"

#include <utility>

#include "base/try.hpp"
#include "engine/reader.hpp"

namespace kith::engine {

Result<Change> public_change(Reader& reader, history::Entry entry) {
  const CompiledType* type = reader.model().find(entry.record.type());
  if (type == nullptr) {
    return Status(Code::kCorrupt, "history entry " + std::to_string(entry.sequence) +
                                      " is about a record of a type that the model does not know");
  }
  Change change{entry.sequence, entry.record, entry.kind,       entry.at, entry.effective_at,
                entry.actor,    entry.cause,  entry.overridden, {}};
  change.fields.reserve(entry.changes.size());
  for (history::FieldChange& item : entry.changes) {
    const schema::Field* field = type->type->find_field(item.field_id);
    std::string name(field != nullptr ? field->name : "owner");
    change.fields.push_back({std::move(name), std::move(item.before), std::move(item.after)});
  }
  return change;
}

}  // namespace kith::engine
