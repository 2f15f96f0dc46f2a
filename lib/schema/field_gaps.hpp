// schema/field_gaps.hpp: when a field was not in the model.
//
//   KITH_TRY(note_field_gaps(txn, before, after, history::last_sequence(txn)));  // a model is
//   applied for (const FieldGap& gap : load_field_gaps(txn)) ...
//
// The history says nothing of values that were lost while their field was removed: the first write
// of a record in that time drops its own, and a database that was compacted or loaded from a dump
// has none left. Whoever reads a record's history backwards finds here where it may break off.
//
// Rows "catalog/gap/" + type as u16 + field as u32 + `from` as u64, big-endian, in Table::kMeta: a
// format byte, `to` as a varint, `dropped` as a bool. A database in which no field was ever removed
// has none. Errors are those of the store, and kCorrupt. Threads: that of the transaction.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::schema {

inline constexpr std::string_view kFieldGapPrefix = "catalog/gap/";

struct FieldGap {
  std::uint16_t type = 0;
  std::uint32_t field = 0;
  std::uint64_t from = 0;  // changes after this one were made without the field,
  std::uint64_t to = 0;    // up to this one; 0: it is removed still
  bool dropped = false;    // at its end no record had a value, written in between or not

  bool is_open() const { return to == 0; }
};

Result<FieldGap> decode_field_gap(const store::KeyValue& row);
// By type, field and time.
Result<std::vector<FieldGap>> load_field_gaps(store::ReadTxn& txn);
Status put_field_gap(store::WriteTxn& txn, const FieldGap& gap);

// `after` takes the place of `before`, when `last` is the last change of the history.
Status note_field_gaps(store::WriteTxn& txn, const Catalog& before, const Catalog& after,
                       std::uint64_t last);

}  // namespace kith::schema
