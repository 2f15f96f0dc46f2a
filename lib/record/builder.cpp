#include "record/builder.hpp"

#include <cstring>

#include "base/try.hpp"
#include "record/encoder.hpp"

namespace kith::record {
namespace {

Status apply(const schema::EntityType& type, const Layout& layout,
             std::span<const FieldChange> changes, BlobSink* sink, Draft* draft) {
  for (const auto& [field_id, value] : changes) {
    const schema::Field* field = type.find_field(field_id);
    if (field == nullptr) {
      return {Code::kInternal,
              type.name + " has no field with id " + std::to_string(field_id),
              type.name,
              {}};
    }
    if (field->removed) continue;
    KITH_TRY(draft->set(*field, layout.slot(field_id), value, sink));
  }
  return {};
}

// Whether the pointer section of the patched record is the old one's, byte for byte.
bool keeps_pointers(const Layout& layout, const View& view, std::span<const FieldChange> changes) {
  for (const auto& change : changes) {
    if (!layout.slot(change.first).in_data()) return false;
  }
  for (const std::uint32_t removed : layout.removed()) {
    const Slot& slot = layout.slot(removed);
    if (!slot.in_data() && view.has(slot)) return false;
  }
  return true;
}

}  // namespace

Result<std::string> build(const schema::EntityType& type, const Layout& layout,
                          const SystemWords& words, std::span<const FieldChange> values,
                          BlobSink* sink) {
  Draft draft(layout);
  draft.set_system(words);
  KITH_TRY(apply(type, layout, values, sink, &draft));
  return draft.encode();
}

Result<std::string> patch(const schema::EntityType& type, const Layout& layout,
                          std::string_view record, const SystemWords& words,
                          std::span<const FieldChange> changes, BlobSink* sink) {
  KITH_ASSIGN(const View view, View::open(record));
  KITH_ASSIGN(Draft draft, Draft::from(type, layout, view));
  draft.set_system(words);
  KITH_TRY(apply(type, layout, changes, sink, &draft));
  return keeps_pointers(layout, view, changes) ? draft.encode_over(view, record) : draft.encode();
}

Result<std::string> relayout(const schema::EntityType& type, const Layout& before,
                             const Layout& after, std::string_view record) {
  KITH_ASSIGN(const View view, View::open(record));
  if (view.data_words() > before.data_words() || view.pointer_count() > before.pointer_count()) {
    return view.verify(type, before);  // says so
  }
  Draft draft(after);
  draft.set_system(SystemWords::of(view));
  for (const schema::Field& field : type.fields) {
    if (!field.removed) draft.adopt(view, before.slot(field.id), after.slot(field.id));
  }
  if (view.damaged()) {
    const Status status = view.verify(type, before);
    if (!status.ok()) return status;
    return Status(Code::kCorrupt, "a record of " + type.name + " is damaged", type.name, {});
  }
  return draft.encode();
}

Status restamp(const schema::EntityType& type, const Layout& layout, std::uint64_t version,
               std::int64_t updated, std::string* record) {
  KITH_ASSIGN(const View view, View::open(*record));
  // Words may be written over as long as the last one of the section does not become zero.
  const std::uint32_t needed = updated != 0 ? kUpdatedWord + 1 : kUpdatedWord + 2;
  if (view.data_words() >= needed) {
    char* data = record->data() + sizeof(std::uint64_t);
    std::memcpy(data + kVersionWord * sizeof(std::uint64_t), &version, sizeof version);
    std::memcpy(data + kUpdatedWord * sizeof(std::uint64_t), &updated, sizeof updated);
    return {};
  }
  SystemWords words = SystemWords::of(view);
  words.version = version;
  words.updated = updated;
  KITH_ASSIGN(*record, patch(type, layout, *record, words, {}));
  return {};
}

}  // namespace kith::record
