#include "query/lookup.hpp"

#include <algorithm>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"

namespace kith::query {

Result<std::string> unique_key(const schema::Index& index, const schema::Field& field,
                               const Value& value) {
  std::string key = index_prefix(index.id);
  if (const std::string* text = value.text(); text && field.type == schema::FieldType::kText) {
    append_text(unique_text(field, *text), &key);
  } else {
    std::optional<KeyBound> bound = key_bound(field, value);
    if (!bound || !bound->exact) {
      return Status(Code::kInvalidArgument, "no record can have this value in " + field.name, "",
                    field.name);
    }
    key += bound->bytes;
  }
  finish_exact(&key);
  return key;
}

Status referring_ids(store::ReadTxn& txn, const schema::EntityType& type,
                     const schema::Field& field, RecordId target, std::uint64_t from,
                     std::size_t limit, std::vector<std::uint64_t>* out) {
  auto serves = [&](const schema::Index& index) {
    return !index.removed && index.state == schema::IndexState::kReady &&
           index.kind == schema::IndexKind::kPostings && index.fields.size() == 1 &&
           index.fields.front() == field.id;
  };
  auto index = std::find_if(type.indexes.begin(), type.indexes.end(), serves);
  if (index != type.indexes.end()) {
    std::string key = index_prefix(index->id);
    append_u64(target.bits(), &key);
    finish_exact(&key);
    return txn.scan_postings(key, from, limit, out);
  }
  out->clear();
  store::ScanOptions options;
  options.row_limit = limit;
  options.keys_only = true;
  KITH_ASSIGN(
      store::ScanBatch batch,
      txn.scan(store::Table::kRecords, records_of(type.id, RecordId(from).sequence()), options));
  for (const store::KeyValue& row : batch.rows) out->push_back(base::ByteReader(row.key).u64());
  return {};
}

bool refers_to(const record::View& view, const schema::Field& field, const record::Slot& slot,
               RecordId target) {
  return field.type == schema::FieldType::kReference
             ? view.reference(slot) == target
             : view.references(slot).contains(target.bits());
}

}  // namespace kith::query
