#include "exchange/load_records.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "history/log.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"
#include "record/blob_store.hpp"
#include "record/blob_values.hpp"
#include "record/convert.hpp"
#include "record/txn_blobs.hpp"
#include "record/view.hpp"

namespace kith::exchange {
namespace {

using json::Node;
using schema::Field;
using schema::FieldType;
using store::Table;

// Decimals compare by value, and have one form all the same.
int scale_of(const Value& value) {
  if (const Decimal* decimal = value.decimal()) return decimal->scale();
  if (const Money* money = value.money()) return money->amount.scale();
  return 0;
}

Status exists(RecordId target, const DumpValues& values, store::ReadTxn& txn) {
  KITH_ASSIGN(const auto row, txn.get(Table::kRecords, query::record_key(target)));
  if (row) return {};
  return {Code::kImportInvalid, "it refers to " + values.id_text(target) + ", which is not there"};
}

}  // namespace

Status RecordLoader::load(const Node& node, store::WriteTxn& txn) {
  DumpObject in(node, values_);
  RecordId id;
  KITH_TRY(read_id(in, &id));
  const engine::CompiledType& type = *model_.find(id.type());
  KITH_ASSIGN(const record::SystemWords words, read_words(in));
  KITH_ASSIGN(const std::vector<record::FieldChange> fields, read_fields(*type.type, in, txn));
  KITH_TRY(in.finish());
  KITH_ASSIGN(const std::string bytes, record::build(*type.type, type.layout, words, fields));
  record::TxnBlobs blobs(txn);
  KITH_ASSIGN(const record::View view, record::View::open(bytes, &blobs));
  KITH_TRY(check_unique(type, id, view, txn));
  KITH_TRY(query::update_indexes(txn, *type.type, type.layout, id, nullptr, &view));
  Status retained;
  record::for_each_blob(*type.type, type.layout, view, [&](const record::BlobRef& ref) {
    if (retained.ok()) retained = record::retain_blob(txn, ref);
  });
  KITH_TRY(retained);
  last_ = id;
  return txn.put(Table::kRecords, query::record_key(id), bytes);
}

Status RecordLoader::read_id(DumpObject& in, RecordId* id) const {
  KITH_ASSIGN(*id, in.id("record"));
  const engine::CompiledType* type = model_.find(id->type());
  if (type == nullptr) return dump_error(in.node(), "the record has no entity type");
  if (id->sequence() == 0 || id->sequence() > last_ids_[id->type() - 1u]) {
    return dump_error(in.node(), "the id of the record was never given: the last one of " +
                                     type->type->name + " is " +
                                     std::to_string(last_ids_[id->type() - 1u]));
  }
  if (*id > last_) return {};
  return dump_error(in.node(), "the record is out of order, or there twice");
}

Result<record::SystemWords> RecordLoader::read_words(DumpObject& in) const {
  record::SystemWords words;
  KITH_ASSIGN(words.version, in.number("version"));
  KITH_ASSIGN(const Timestamp created, in.instant("created"));
  KITH_ASSIGN(const Timestamp updated, in.instant("updated"));
  words.created = created.to_microseconds();
  words.updated = updated.to_microseconds();
  KITH_ASSIGN(words.owner, in.id_or_null("owner"));
  KITH_ASSIGN(words.deleted, in.flag("deleted"));
  return words;
}

Result<std::vector<record::FieldChange>> RecordLoader::read_fields(const schema::EntityType& type,
                                                                   DumpObject& in,
                                                                   store::ReadTxn& txn) {
  KITH_ASSIGN(const Node* fields, in.need("fields"));
  if (!fields->is_object()) return dump_error(*fields, "expected an object");
  std::vector<record::FieldChange> values;
  values.reserve(fields->members().size());
  for (const json::Member& member : fields->members()) {
    const Field* field = type.find_field(member.name);
    if (field == nullptr) {
      return dump_error(member.value, type.name + " has no field " + base::quoted(member.name));
    }
    KITH_ASSIGN(Value value, read_value(type, *field, member.value));
    KITH_TRY(blobs_.check(*field, value, txn));
    values.emplace_back(field->id, std::move(value));
  }
  return values;
}

// In the normal form that the write path gives it. Rules that a model has got since then are not
// asked for: a record that was there before them stays as it is.
Result<Value> RecordLoader::read_value(const schema::EntityType& type, const Field& field,
                                       const Node& node) const {
  KITH_ASSIGN(Value value, values_.read(field, node));
  if (value.is_null()) return dump_error(node, "a field without a value is left out");
  if (field.type == FieldType::kText || record::blob_of(value)) return value;
  const Result<Value> normal = record::convert(type, field, value, &value);
  if (!normal.ok()) {
    const auto& violations = normal.status().violations();
    if (!violations.empty() && violations.front().code == "too_long") return value;
    return dump_error(node, violations.empty() ? std::string(normal.status().message())
                                               : violations.front().message);
  }
  if (*normal == value && scale_of(*normal) == scale_of(value)) return value;
  return dump_error(node, "the value of " + field.name + " is not as kith stores it");
}

Status RecordLoader::check_unique(const engine::CompiledType& type, RecordId id,
                                  const record::View& view, store::ReadTxn& txn) const {
  KITH_ASSIGN(const auto probes, query::unique_keys(*type.type, type.layout, nullptr, &view));
  for (const query::UniqueProbe& probe : probes) {
    KITH_ASSIGN(const auto holder, txn.get(Table::kIndex, probe.key));
    if (!holder) continue;
    KITH_ASSIGN(const RecordId other, query::unique_entry_id(*holder));
    return {Code::kImportInvalid, values_.id_text(id) + " has the same value as " +
                                      values_.id_text(other) + " in the unique index " +
                                      probe.index->name};
  }
  return {};
}

Status RecordLoader::finish(store::ReadTxn& txn, std::uint64_t first_line) const {
  std::uint64_t line = first_line;
  store::KeyRange range = store::KeyRange::all();
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(Table::kRecords, range, {}));
    for (const store::KeyValue& row : batch.rows) {
      const RecordId id(base::ByteReader(row.key).u64());
      KITH_TRY(LineReader::place(check(id, row.value, txn), line++));
    }
    if (batch.done()) return {};
    range.first = batch.continuation;
  }
}

Status RecordLoader::check(RecordId id, std::string_view bytes, store::ReadTxn& txn) const {
  const engine::CompiledType& type = *model_.find(id.type());
  KITH_ASSIGN(const record::View view, record::View::open(bytes));
  KITH_TRY(check_references(type, view, txn));
  return check_version(id, view.version(), txn);
}

Status RecordLoader::check_references(const engine::CompiledType& type, const record::View& view,
                                      store::ReadTxn& txn) const {
  for (const Field& field : type.type->fields) {
    const record::Slot& slot = type.layout.slot(field.id);
    if (field.removed || !schema::is_reference_type(field.type) || !view.has(slot)) continue;
    if (field.type == FieldType::kReference) {
      KITH_TRY(exists(view.reference(slot), values_, txn));
      continue;
    }
    const record::ListView<std::uint64_t> targets = view.references(slot);
    for (std::uint32_t i = 0; i < targets.size(); ++i) {
      KITH_TRY(exists(RecordId(targets[i]), values_, txn));
    }
  }
  return {};
}

// A version whose entry was trimmed is older than the oldest one kept.
Status RecordLoader::check_version(RecordId id, std::uint64_t version, store::ReadTxn& txn) const {
  const Result<history::Entry> entry = history::read(txn, version);
  if (entry.ok() && entry->record == id) return {};
  if (entry.status().code() == Code::kHistoryTrimmed) return {};
  return {Code::kImportInvalid,
          "its version " + std::to_string(version) + " is not the number of a change of it"};
}

}  // namespace kith::exchange
