#include "query/index_writer.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "query/index_key.hpp"
#include "record/layout.hpp"
#include "record/txn_blobs.hpp"
#include "record/view.hpp"

namespace kith::query {
namespace {

using schema::FieldType;
using schema::Index;
using schema::IndexKind;
using schema::SystemField;
using store::Table;

// What a key is made from: one record of one type.
struct Image {
  const schema::EntityType& type;
  const record::Layout& layout;
  const record::View* view;
  mutable Status failure{};  // of a formula that could not be computed
};

void append_system(SystemField field, const record::View& view, std::string* key) {
  switch (field) {
    case SystemField::kOwner:
      view.owner().is_null() ? append_null(key) : append_u64(view.owner().bits(), key);
      return;
    case SystemField::kCreated: return append_int(view.created(), key);
    case SystemField::kUpdated: return append_int(view.updated(), key);
    case SystemField::kDeleted: return append_bool(view.deleted(), key);
    case SystemField::kVersion: return append_u64(view.version(), key);
    case SystemField::kId: return append_null(key);  // every ordered key ends with it anyway
  }
}

void append_u32_big_endian(std::uint32_t value, std::string* key) {
  for (int shift = 24; shift >= 0; shift -= 8) key->push_back(static_cast<char>(value >> shift));
}

// The single value of a field; of multi-valued fields and json only whether there is one.
void append_stored(const schema::Field& field, const record::Slot& slot, const record::View& view,
                   bool unique, std::string* key) {
  if (!view.has(slot)) return append_null(key);
  switch (field.type) {
    case FieldType::kBool: return append_bool(view.boolean(slot), key);
    case FieldType::kInt:
    case FieldType::kDecimal:
    case FieldType::kTimestamp:
    case FieldType::kDuration: return append_int(view.integer(slot), key);
    case FieldType::kMoney:
      append_int(view.integer(slot), key);
      if (unique) append_u32_big_endian(view.currency(slot), key);
      return;
    case FieldType::kFloat: return append_float(view.floating(slot), key);
    case FieldType::kChoice: return append_u32(view.choice(slot), key);
    case FieldType::kDate: return append_date(static_cast<std::int32_t>(view.integer(slot)), key);
    case FieldType::kText:
      if (unique) return append_text(unique_text(field, view.text(slot)), key);
      return append_text(view.text(slot), key);
    case FieldType::kBytes: return append_text(view.bytes(slot), key);
    case FieldType::kReference: return append_u64(view.reference(slot).bits(), key);
    case FieldType::kMultiChoice:
    case FieldType::kReferenceList:
    case FieldType::kJson: key->push_back('\1'); return;
  }
}

Result<Value> computed_value(const Image& image, const schema::Field& field) {
  if (const record::ComputedFields* computed = image.layout.computed()) {
    return computed->compute(image.type, field, *image.view);
  }
  return Status(Code::kInternal, "nothing computes the formula " + field.name + " of " +
                                     image.type.name + ", which an index holds");
}

// The value of a formula, in the bytes that a stored one would have.
void append_computed(const Image& image, const schema::Field& field, bool unique,
                     std::string* key) {
  const Result<Value> value = computed_value(image, field);
  if (!value.ok()) image.failure = value.status();
  if (!value.ok() || value->is_null()) return append_null(key);
  if (unique && value->text() != nullptr) {
    return append_text(unique_text(field, *value->text()), key);
  }
  const std::optional<KeyBound> bound = key_bound(field, *value);
  if (bound && bound->exact) {
    key->append(bound->bytes);
    return;
  }
  image.failure = Status(Code::kInternal, "the formula " + field.name + " of " + image.type.name +
                                              " gave a value that its field cannot hold");
  append_null(key);
}

// Appends one field of the key; false when it is null.
bool append_field(const Image& image, std::uint32_t field_id, bool unique, std::string* key) {
  const std::size_t marker = key->size();
  if (const auto system = schema::system_field_from_id(field_id)) {
    append_system(*system, *image.view, key);
  } else if (const schema::Field* field = image.type.find_field(field_id)) {
    if (field->is_formula()) {
      append_computed(image, *field, unique, key);
    } else {
      append_stored(*field, image.layout.slot(field_id), *image.view, unique, key);
    }
  } else {
    append_null(key);
  }
  return (*key)[marker] != '\0';
}

std::string ordered_key(const Image& image, const Index& index, RecordId id) {
  std::string key = index_prefix(index.id);
  for (std::uint32_t field : index.fields) append_field(image, field, false, &key);
  finish_ordered(id, &key);
  return key;
}

// Empty when the record is not in the index: deleted, or with a null in the key.
std::string unique_key(const Image& image, const Index& index) {
  if (image.view == nullptr || image.view->deleted()) return {};
  std::string key = index_prefix(index.id);
  for (std::uint32_t field : index.fields) {
    if (!append_field(image, field, true, &key)) return {};
  }
  finish_exact(&key);
  return key;
}

// The postings keys of a record, sorted and without repeats.
std::vector<std::string> posting_keys(const Image& image, const Index& index) {
  std::vector<std::string> keys;
  if (image.view == nullptr || index.fields.empty()) return keys;
  const std::string prefix = index_prefix(index.id);
  const std::uint32_t field_id = index.fields.front();
  const record::Slot& slot = image.layout.slot(field_id);
  const schema::Field* field = image.type.find_field(field_id);
  if (field != nullptr && field->type == FieldType::kMultiChoice) {
    const auto choices = image.view->choices(slot);
    for (std::uint32_t i = 0; i < choices.size(); ++i) {
      append_u32(choices[i], &keys.emplace_back(prefix));
    }
  } else if (field != nullptr && field->type == FieldType::kReferenceList) {
    const auto references = image.view->references(slot);
    for (std::uint32_t i = 0; i < references.size(); ++i) {
      append_u64(references[i], &keys.emplace_back(prefix));
    }
  } else {
    append_field(image, field_id, false, &keys.emplace_back(prefix));
  }
  if (keys.empty()) append_null(&keys.emplace_back(prefix));
  for (std::string& key : keys) finish_exact(&key);
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

Status update_ordered(store::WriteTxn& txn, const Index& index, RecordId id, const Image& before,
                      const Image& after) {
  std::string old_key;
  std::string new_key;
  if (before.view != nullptr) old_key = ordered_key(before, index, id);
  if (after.view != nullptr) new_key = ordered_key(after, index, id);
  if (old_key == new_key) return {};
  if (!old_key.empty()) KITH_TRY(txn.erase(Table::kIndex, old_key));
  if (!new_key.empty()) KITH_TRY(txn.put(Table::kIndex, new_key, {}));
  return {};
}

Status update_unique(store::WriteTxn& txn, const Index& index, RecordId id, const Image& before,
                     const Image& after) {
  const std::string old_key = unique_key(before, index);
  const std::string new_key = unique_key(after, index);
  if (old_key == new_key) return {};
  if (!old_key.empty() && index.state == schema::IndexState::kReady) {
    KITH_TRY(txn.erase(Table::kIndex, old_key));
  } else if (!old_key.empty()) {
    // While the index is being built the key may be another record's: take away only our own.
    KITH_ASSIGN(const auto holder, txn.get(Table::kIndex, old_key));
    if (holder && *holder == unique_entry(id)) KITH_TRY(txn.erase(Table::kIndex, old_key));
  }
  if (!new_key.empty()) KITH_TRY(txn.put(Table::kIndex, new_key, unique_entry(id)));
  return {};
}

Status update_postings(store::WriteTxn& txn, const Index& index, RecordId id, const Image& before,
                       const Image& after) {
  const std::vector<std::string> old_keys = posting_keys(before, index);
  const std::vector<std::string> new_keys = posting_keys(after, index);
  for (const std::string& key : old_keys) {
    if (!std::binary_search(new_keys.begin(), new_keys.end(), key)) {
      KITH_TRY(txn.remove_posting(key, id.bits()));
    }
  }
  for (const std::string& key : new_keys) {
    if (!std::binary_search(old_keys.begin(), old_keys.end(), key)) {
      KITH_TRY(txn.add_posting(key, id.bits()));
    }
  }
  return {};
}

Status update_index(store::WriteTxn& txn, const Index& index, RecordId id, const Image& before,
                    const Image& after) {
  switch (index.kind) {
    case IndexKind::kOrdered: return update_ordered(txn, index, id, before, after);
    case IndexKind::kUnique: return update_unique(txn, index, id, before, after);
    case IndexKind::kPostings: return update_postings(txn, index, id, before, after);
  }
  return Status(Code::kInternal, "index " + index.name + " has no known kind");
}

Status corrupt(const schema::EntityType& type, RecordId id) {
  return Status(Code::kCorrupt,
                "record #" + std::to_string(id.sequence()) + " of type " + type.name +
                    " holds a value that cannot be read; restore it from a dump",
                type.name, {});
}

std::string label_of(const schema::EntityType& type, RecordId id) {
  return type.name + ":" + std::to_string(id.sequence());
}

// Says which value it is that could not be read, as far as that can be found out.
Status check_damage(const Image& image, RecordId id) {
  if (image.view == nullptr || !image.view->damaged()) return image.failure;
  const Status why = image.view->verify(image.type, image.layout);
  return why.ok() ? corrupt(image.type, id) : why.with_context(label_of(image.type, id));
}

// Adds one stored record to an index under construction.
Status add_record(store::WriteTxn& txn, const Index& index, RecordId id, const Image& image) {
  if (index.kind == IndexKind::kUnique) {
    const std::string key = unique_key(image, index);
    if (key.empty()) return {};
    KITH_ASSIGN(const auto holder, txn.get(Table::kIndex, key));
    if (holder && *holder != unique_entry(id)) {
      KITH_ASSIGN(const RecordId other, unique_entry_id(*holder));
      return Status(Code::kValidation,
                    "unique index " + index.name +
                        " cannot be built: " + label_of(image.type, other) + " and " +
                        label_of(image.type, id) + " have the same value; change one of them",
                    image.type.name, {});
    }
  }
  const Image none{image.type, image.layout, nullptr};
  return update_index(txn, index, id, none, image);
}

}  // namespace

Result<std::vector<UniqueProbe>> unique_keys(const schema::EntityType& type,
                                             const record::Layout& layout,
                                             const record::View* before,
                                             const record::View* after) {
  std::vector<UniqueProbe> probes;
  const Image old_image{type, layout, before};
  const Image new_image{type, layout, after};
  for (const Index& index : type.indexes) {
    if (index.removed || index.kind != IndexKind::kUnique) continue;
    std::string key = unique_key(new_image, index);
    if (key.empty() || key == unique_key(old_image, index)) continue;
    const bool cut = is_truncated(key);
    probes.push_back({&index, std::move(key), cut});
  }
  KITH_TRY(old_image.failure);
  KITH_TRY(new_image.failure);
  return probes;
}

Status update_indexes(store::WriteTxn& txn, const schema::EntityType& type,
                      const record::Layout& layout, RecordId id, const record::View* before,
                      const record::View* after) {
  const Image old_image{type, layout, before};
  const Image new_image{type, layout, after};
  for (const Index& index : type.indexes) {
    if (index.removed) continue;
    KITH_TRY(update_index(txn, index, id, old_image, new_image));
  }
  KITH_TRY(check_damage(old_image, id));
  return check_damage(new_image, id);
}

std::vector<std::string> keys_in(const schema::EntityType& type, const record::Layout& layout,
                                 const Index& index, RecordId id, const record::View& view) {
  const Image image{type, layout, &view};
  switch (index.kind) {
    case IndexKind::kOrdered: return {ordered_key(image, index, id)};
    case IndexKind::kPostings: return posting_keys(image, index);
    case IndexKind::kUnique: break;
  }
  std::string key = unique_key(image, index);
  if (key.empty()) return {};
  return {std::move(key)};
}

Result<BuildProgress> build_index_chunk(store::WriteTxn& txn, const schema::EntityType& type,
                                        const record::Layout& layout, const schema::Index& index,
                                        RecordId from, std::size_t limit) {
  const store::KeyRange range = records_of(type.id, from.is_null() ? 0 : from.sequence());
  store::ScanOptions options;
  options.row_limit = std::max<std::size_t>(limit, 1);
  KITH_ASSIGN(const store::ScanBatch batch, txn.scan(Table::kRecords, range, options));
  BuildProgress progress;
  // Views do not outlive a write: the records are copied before the first entry is written.
  std::vector<std::pair<RecordId, std::string>> records;
  records.reserve(batch.rows.size());
  for (const store::KeyValue& row : batch.rows) {
    KITH_ASSIGN(const RecordId id, unique_entry_id(row.key));
    records.emplace_back(id, std::string(row.value));
  }
  if (!batch.done()) {
    // A continuation is the next key or the last one with something behind it.
    const bool beyond = batch.continuation.size() > 8;
    KITH_ASSIGN(const RecordId at, unique_entry_id(batch.continuation.substr(0, 8)));
    progress.next = beyond ? RecordId(at.bits() + 1) : at;
  }
  record::TxnBlobs blobs(txn);
  for (const auto& [id, bytes] : records) {
    blobs.trim();
    record::View view;
    if (!view.init(bytes, &blobs)) return corrupt(type, id);
    const Image image{type, layout, &view};
    KITH_TRY(add_record(txn, index, id, image));
    KITH_TRY(check_damage(image, id));
    ++progress.visited;
  }
  return progress;
}

store::KeyRange index_range(std::uint32_t id) { return store::KeyRange::prefix(index_prefix(id)); }

Table index_table(const schema::Index& index) {
  return index.kind == IndexKind::kPostings ? Table::kPostings : Table::kIndex;
}

Status erase_index(store::WriteTxn& txn, const schema::Index& index) {
  return txn.erase_range(index_table(index), index_range(index.id));
}

Result<bool> is_index_empty(store::ReadTxn& txn, const schema::Index& index) {
  store::ScanOptions one;
  one.row_limit = 1;
  one.keys_only = true;
  KITH_ASSIGN(const store::ScanBatch batch,
              txn.scan(index_table(index), index_range(index.id), one));
  return batch.rows.empty();
}

std::string record_key(RecordId id) { return unique_entry(id); }

store::KeyRange records_of(std::uint16_t type, std::uint64_t first_sequence) {
  store::KeyRange range;
  range.first = record_key(RecordId(type, first_sequence));
  range.last = record_key(RecordId((std::uint64_t{type} + 1) << 48));
  return range;
}

}  // namespace kith::query
