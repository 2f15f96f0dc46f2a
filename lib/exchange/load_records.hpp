// exchange/load_records.hpp: the records of a dump.
//
//   RecordLoader records(model, last_ids, values, blobs);
//   KITH_TRY(records.load(node, txn));
//   KITH_TRY(records.finish(txn, line_of_the_first));    // after the history
//
// Each is built from its values, its indexes are written with it, and what it claims to be unique
// must be. That references lead to records, and that each record's version is its last change, is
// looked at in the end, when all of them are there. One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.hpp"
#include "engine/compiled_model.hpp"
#include "exchange/dump_line.hpp"
#include "exchange/dump_value.hpp"
#include "exchange/load_blobs.hpp"
#include "kith/result.hpp"
#include "record/builder.hpp"
#include "store/store.hpp"

namespace kith::exchange {

class RecordLoader {
 public:
  RecordLoader(const engine::CompiledModel& model, const std::vector<std::uint64_t>& last_ids,
               const DumpValues& values, BlobLoader& blobs)
      : model_(model), last_ids_(last_ids), values_(values), blobs_(blobs) {}

  Status load(const json::Node& node, store::WriteTxn& txn);
  // Errors name the line of the record.
  Status finish(store::ReadTxn& txn, std::uint64_t first_line) const;

 private:
  Status read_id(DumpObject& in, RecordId* id) const;
  Result<record::SystemWords> read_words(DumpObject& in) const;
  Result<std::vector<record::FieldChange>> read_fields(const schema::EntityType& type,
                                                       DumpObject& in, store::ReadTxn& txn);
  Result<Value> read_value(const schema::EntityType& type, const schema::Field& field,
                           const json::Node& node) const;
  Status check_unique(const engine::CompiledType& type, RecordId id, const record::View& view,
                      store::ReadTxn& txn) const;
  Status check(RecordId id, std::string_view bytes, store::ReadTxn& txn) const;
  Status check_references(const engine::CompiledType& type, const record::View& view,
                          store::ReadTxn& txn) const;
  Status check_version(RecordId id, std::uint64_t version, store::ReadTxn& txn) const;

  const engine::CompiledModel& model_;
  const std::vector<std::uint64_t>& last_ids_;
  const DumpValues& values_;
  BlobLoader& blobs_;
  RecordId last_;
};

}  // namespace kith::exchange
