#include "engine/check_blobs.hpp"

#include <optional>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "history/log.hpp"
#include "record/blob_values.hpp"
#include "record/view.hpp"

namespace kith::engine {

using store::Table;

Status visit_entry(const history::Entry& entry, const ReferenceVisitor& visit) {
  const auto where = [&] { return "history " + std::to_string(entry.sequence); };
  for (const history::FieldChange& change : entry.changes) {
    for (const Value* side : {&change.before, &change.after}) {
      if (const auto ref = record::blob_of(*side)) KITH_TRY(visit(*ref, where));
    }
  }
  return {};
}

Status for_each_reference(store::ReadTxn& txn, const CompiledModel& model,
                          const ReferenceVisitor& visit) {
  const auto of_record = [&](const store::KeyValue& row) -> Status {
    const RecordId id(base::ByteReader(row.key).u64());
    const CompiledType* type = model.find(id.type());
    record::View view;
    if (type == nullptr || !view.init(row.value)) return {};
    Status status;
    const auto where = [&] { return schema::format_id(model.catalog(), id); };
    record::for_each_blob(*type->type, type->layout, view, [&](const record::BlobRef& ref) {
      if (status.ok()) status = visit(ref, where);
    });
    return status;
  };
  KITH_TRY(store::for_each_row(txn, Table::kRecords, store::KeyRange::all(), of_record));
  const auto of_entry = [&](const store::KeyValue& row) -> Status {
    const std::uint64_t sequence = base::ByteReader(row.key).u64();
    const Result<history::Entry> entry = history::read(txn, sequence);
    return entry.ok() ? visit_entry(*entry, visit) : Status();
  };
  return store::for_each_row(txn, Table::kHistory, store::KeyRange::all(), of_entry);
}

}  // namespace kith::engine
