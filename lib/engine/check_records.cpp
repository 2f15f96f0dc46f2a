#include "engine/check_records.hpp"

#include <algorithm>
#include <string>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "query/index_writer.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

using history::RecordState;
using store::Table;

RecordCheck::RecordCheck(store::ReadTxn& txn, const CompiledModel& model,
                         const history::LogFacts& facts, store::Findings& findings,
                         const store::LabelOf& label, query::IndexCheck& indexes,
                         record::BlobCheck& blobs, const std::vector<schema::FieldGap>& gaps)
    : txn_(txn),
      model_(model),
      findings_(findings),
      label_(label),
      indexes_(indexes),
      blob_check_(blobs),
      blobs_(txn),
      chains_(txn, facts, findings, label, gaps),
      greatest_(facts.greatest) {
  for (const schema::EntityType& type : model.catalog().types) {
    images_.emplace_back(type, model.find(type.id)->layout);
  }
}

Status RecordCheck::run() {
  return store::for_each_row(txn_, Table::kRecords, store::KeyRange::all(),
                             [this](const store::KeyValue& row) { return look_at(row); });
}

void RecordCheck::suspect(RecordId id) {
  if (suspects_.size() < kMostSuspects) suspects_.insert(id);
}

Status RecordCheck::look_at(const store::KeyValue& row) {
  ++findings_.report().records;
  base::ByteReader key(row.key);
  const RecordId id(key.u64());
  const CompiledType* type = model_.find(id.type());
  if (!key.finish("key").ok() || type == nullptr || id.sequence() == 0) {
    findings_.add("record_unknown_type", "record " + std::to_string(id.bits()),
                  "its key is not that of a record of any type");
    suspect(id);
    return {};
  }
  std::uint64_t& greatest = greatest_[id.type()];
  greatest = std::max(greatest, id.sequence());
  const Status image = images_[id.type() - 1].judge(row.value);
  if (!image.ok()) {
    findings_.add("record_corrupt", label_(id), std::string(image.message()));
    suspect(id);
    return {};
  }
  record::View view;
  blobs_.trim();
  view.init(row.value, &blobs_);
  KITH_TRY(check_large_values(*type, id, view));
  indexes_.expect(*type->type, id, view);
  KITH_TRY(check_references(*type, id, view));
  KITH_TRY(check_owner(id, view.owner()));
  KITH_ASSIGN(const bool sound, chains_.follow(*type, id, view));
  if (!sound) suspect(id);
  return {};
}

Status RecordCheck::check_large_values(const CompiledType& type, RecordId id,
                                       const record::View& view) {
  if (view.pointer_count() == 0) return {};
  record::for_each_blob(*type.type, type.layout, view,
                        [&](const record::BlobRef& ref) { blob_check_.expect(ref); });
  for (const schema::Field& field : type.type->fields) {
    const record::Slot& slot = type.layout.slot(field.id);
    if (!record::may_be_large(slot.type) || !view.has(slot)) continue;
    const auto ref = record::blob_ref(record::stored_bytes(view, slot));
    if (!ref) continue;
    const Result<std::string_view> bytes = blobs_.read(*ref);
    if (!bytes.ok()) {
      if (bytes.status().code() != Code::kCorrupt) return bytes.status();
      continue;  // reported by whoever counts the blobs
    }
    const bool utf8 = field.type != schema::FieldType::kText || base::is_valid_utf8(*bytes);
    if (utf8 && record::decode_blob(field, *bytes).ok()) continue;
    findings_.add("record_corrupt", label_(id),
                  "the large value of " + field.name + " does not decode");
    suspect(id);
  }
  return {};
}

// What a removed type or field refers to nobody looks after.
Status RecordCheck::check_references(const CompiledType& type, RecordId id,
                                     const record::View& view) {
  if (type.type->removed) return {};
  const bool live = !view.deleted();
  for (const schema::Field& field : type.type->fields) {
    if (field.removed || !schema::is_reference_type(field.type)) continue;
    const record::Slot& slot = type.layout.slot(field.id);
    if (!view.has(slot)) continue;
    if (field.type == schema::FieldType::kReference) {
      KITH_TRY(check_reference(field, id, live, view.reference(slot)));
      continue;
    }
    const auto targets = view.references(slot);
    for (std::uint32_t i = 0; i < targets.size(); ++i) {
      KITH_TRY(check_reference(field, id, live, RecordId(targets[i])));
    }
  }
  return {};
}

Status RecordCheck::check_reference(const schema::Field& field, RecordId from, bool live,
                                    RecordId to) {
  ++findings_.report().references;
  KITH_ASSIGN(const auto bytes, txn_.get(Table::kRecords, query::record_key(to)));
  if (!bytes) {
    findings_.add("reference_missing", label_(from),
                  "its " + field.name + " names " + label_(to) + ", which does not exist");
    return {};
  }
  record::View target;
  if (live && target.init(*bytes) && target.deleted()) {
    findings_.add("reference_deleted", label_(from),
                  "its " + field.name + " names " + label_(to) + ", which is deleted");
  }
  return {};
}

// An owner may be gone, and before the model had users it could be anything.
Status RecordCheck::check_owner(RecordId id, RecordId owner) {
  if (owner.is_null()) return {};
  ++findings_.report().references;
  const schema::EntityType* user = model_.catalog().find("user");
  if (user == nullptr || owner.type() != user->id) return {};
  const auto greatest = greatest_.find(user->id);
  KITH_ASSIGN(const auto bytes, txn_.get(Table::kRecords, query::record_key(owner)));
  if (bytes || (greatest != greatest_.end() && owner.sequence() <= greatest->second)) return {};
  findings_.add("owner_unknown", label_(id),
                "its owner " + label_(owner) + " has never been there");
  return {};
}

Result<RecordState> RecordCheck::state_of(RecordId id) const {
  if (suspects_.contains(id)) return RecordState::kSuspect;
  KITH_ASSIGN(const auto bytes, txn_.get(Table::kRecords, query::record_key(id)));
  return bytes ? RecordState::kPresent : RecordState::kAbsent;
}

}  // namespace kith::engine
