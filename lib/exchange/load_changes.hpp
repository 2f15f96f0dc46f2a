// exchange/load_changes.hpp: the history of a dump.
//
//   ChangeLoader changes(last_ids, values, blobs);
//   KITH_TRY(changes.load(node, txn));        // ascending, without a gap
//
// One thread.
#pragma once

#include <cstdint>
#include <vector>

#include "base/json.hpp"
#include "exchange/dump_line.hpp"
#include "exchange/dump_value.hpp"
#include "exchange/load_blobs.hpp"
#include "history/entry.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::exchange {

class ChangeLoader {
 public:
  ChangeLoader(const std::vector<std::uint64_t>& last_ids, const DumpValues& values,
               BlobLoader& blobs)
      : last_ids_(last_ids), values_(values), blobs_(blobs) {}

  Status load(const json::Node& node, store::WriteTxn& txn);
  Status load_cursor(const json::Node& node, store::WriteTxn& txn) const;
  Timestamp last_at() const { return last_at_; }  // of the last change

 private:
  Result<history::Entry> read(const json::Node& node, store::ReadTxn& txn);
  Result<history::FieldChange> read_change(const schema::EntityType& type, bool blanked,
                                           const json::Node& node, store::ReadTxn& txn);
  Status check_place(const history::Entry& entry, const json::Node& node,
                     store::ReadTxn& txn) const;

  const std::vector<std::uint64_t>& last_ids_;  // by type id - 1
  const DumpValues& values_;
  BlobLoader& blobs_;
  std::uint64_t first_ = 0;
  std::uint64_t last_ = 0;
  Timestamp last_at_{};
};

}  // namespace kith::exchange
