#include "engine/describe_change.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

namespace {

ChangeKind kind_of(const std::optional<record::View>& before,
                   const std::optional<record::View>& after) {
  if (!after) return ChangeKind::kPurge;
  if (!before) return after->deleted() ? ChangeKind::kDelete : ChangeKind::kCreate;
  if (before->deleted() == after->deleted()) return ChangeKind::kUpdate;
  return after->deleted() ? ChangeKind::kDelete : ChangeKind::kRestore;
}

Value owner_of(const std::optional<record::View>& view) {
  return view && view->owner() ? Value(view->owner()) : Value();
}

bool took_transition(const ChangeSet::Touched& touched, std::uint32_t field) {
  return std::binary_search(touched.stages.moved.begin(), touched.stages.moved.end(), field);
}

}  // namespace

Result<bool> describe_change(const CompiledType& type, const ChangeSet::Touched& touched,
                             const std::optional<record::View>& after, history::Entry* entry) {
  std::optional<record::View> before;
  if (touched.before) {
    KITH_ASSIGN(before, record::View::open(*touched.before));
  }
  entry->record = touched.id;
  entry->kind = kind_of(before, after);
  if (before) {
    entry->prev = before->version();
    entry->prev_at = Timestamp::from_microseconds(before->updated());
  }
  entry->overridden = touched.stages.overridden;
  if (touched.purged) return true;  // the fact, without a value
  if (!before && !after) return false;

  for (const schema::Field& field : type.type->fields) {
    if (field.removed) continue;
    const record::Slot& slot = type.layout.slot(field.id);
    const bool had = before && before->has(slot);
    const bool has = after && after->has(slot);
    if (!had && !has) continue;
    Value old_value;
    Value new_value;
    if (had) {
      KITH_ASSIGN(old_value, record::stored_value(*before, field, slot));
    }
    if (has) {
      KITH_ASSIGN(new_value, record::stored_value(*after, field, slot));
    }
    if (old_value == new_value && !(before && took_transition(touched, field.id))) continue;
    entry->changes.push_back({field.id, std::move(old_value), std::move(new_value)});
  }
  Value old_owner = owner_of(before);
  Value new_owner = owner_of(after);
  if (!(old_owner == new_owner)) {
    entry->changes.push_back({schema::system_field_id(schema::SystemField::kOwner),
                              std::move(old_owner), std::move(new_owner)});
  }
  return entry->kind != ChangeKind::kUpdate || !entry->changes.empty();
}

std::vector<std::uint32_t> repeated_stages(const history::Entry& entry) {
  std::vector<std::uint32_t> fields;
  for (const history::FieldChange& change : entry.changes) {
    if (change.before == change.after && !change.after.is_null()) fields.push_back(change.field_id);
  }
  return fields;
}

}  // namespace kith::engine
