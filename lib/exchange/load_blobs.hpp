// exchange/load_blobs.hpp: the large values of a dump.
//
//   BlobLoader blobs;
//   KITH_TRY(blobs.load(node, txn));                      // a head, then each of its parts
//   KITH_TRY(blobs.check(field, value, txn));             // where a value refers to one
//   KITH_TRY(blobs.finish(txn));                          // everything is referred to
//
// A blob keeps its id. It is counted anew, by the records and changes that refer to it. One thread.
#pragma once

#include <cstdint>
#include <set>
#include <utility>

#include "base/json.hpp"
#include "exchange/dump_value.hpp"
#include "kith/result.hpp"
#include "record/blob.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::exchange {

class BlobLoader {
 public:
  explicit BlobLoader(const DumpValues& values) : values_(values) {}

  Status load(const json::Node& node, store::WriteTxn& txn);
  // Before a line of another kind: the last blob is whole.
  Status complete() const;
  // A value in its stored form: what it refers to is there, and a value of the field.
  Status check(const schema::Field& field, const Value& stored, store::ReadTxn& txn);
  Status finish(store::ReadTxn& txn) const;
  std::uint64_t count() const { return count_; }

 private:
  Status head(const json::Node& node, store::WriteTxn& txn);

  const DumpValues& values_;
  record::BlobRef open_;  // the last one
  std::uint32_t next_part_ = 0;
  std::uint64_t count_ = 0;
  // Blobs that were found to be a value of a type, by id.
  std::set<std::pair<std::uint64_t, schema::FieldType>> known_;
};

}  // namespace kith::exchange
