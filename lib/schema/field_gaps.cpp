#include "schema/field_gaps.hpp"

#include <string>

#include "base/bytes.hpp"
#include "base/try.hpp"

namespace kith::schema {
namespace {

using store::Table;

constexpr std::uint8_t kForm = 0;

std::string key_of(const FieldGap& gap) {
  base::ByteWriter key;
  key.raw(kFieldGapPrefix);
  key.u16(gap.type);
  key.u32(gap.field);
  key.u64(gap.from);
  return key.take();
}

Status open_gap(store::WriteTxn& txn, const std::vector<FieldGap>& gaps, FieldGap gap) {
  // Nothing was written since it was declared: the gap before goes on.
  for (const FieldGap& known : gaps) {
    if (known.type == gap.type && known.field == gap.field && known.from == gap.from) {
      gap.dropped = known.dropped;
    }
  }
  return put_field_gap(txn, gap);
}

Status close_gap(store::WriteTxn& txn, const std::vector<FieldGap>& gaps, std::uint16_t type,
                 const Field& field, std::uint64_t last) {
  for (FieldGap gap : gaps) {
    if (gap.type != type || gap.field != field.id || !gap.is_open()) continue;
    gap.to = last;
    gap.dropped = gap.dropped || field.reclaimed;
    const bool is_void = last == 0 || (gap.from == last && !gap.dropped);
    return is_void ? txn.erase(Table::kMeta, key_of(gap)) : put_field_gap(txn, gap);
  }
  return {};
}

}  // namespace

Result<FieldGap> decode_field_gap(const store::KeyValue& row) {
  FieldGap gap;
  base::ByteReader key(row.key.substr(kFieldGapPrefix.size()));
  gap.type = key.u16();
  gap.field = key.u32();
  gap.from = key.u64();
  KITH_TRY(key.finish("key of a field's gap"));
  base::ByteReader in(row.value);
  if (in.u8() != kForm) in.fail();
  gap.to = in.varint();
  gap.dropped = in.boolean();
  if (!gap.is_open() && gap.to < gap.from) in.fail();
  KITH_TRY(in.finish("row of a field's gap"));
  return gap;
}

Result<std::vector<FieldGap>> load_field_gaps(store::ReadTxn& txn) {
  std::vector<FieldGap> gaps;
  store::KeyRange range = store::KeyRange::prefix(kFieldGapPrefix);
  do {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(Table::kMeta, range, {}));
    for (const store::KeyValue& row : batch.rows) {
      KITH_ASSIGN(const FieldGap gap, decode_field_gap(row));
      gaps.push_back(gap);
    }
    range.first = batch.continuation;
  } while (!range.first.empty());
  return gaps;
}

Status put_field_gap(store::WriteTxn& txn, const FieldGap& gap) {
  base::ByteWriter row;
  row.u8(kForm);
  row.varint(gap.to);
  row.boolean(gap.dropped);
  return txn.put(Table::kMeta, key_of(gap), row.bytes());
}

Status note_field_gaps(store::WriteTxn& txn, const Catalog& before, const Catalog& after,
                       std::uint64_t last) {
  KITH_ASSIGN(const std::vector<FieldGap> gaps, load_field_gaps(txn));
  for (const EntityType& was : before.types) {
    const EntityType* type = after.find(was.id);
    if (type == nullptr) continue;
    for (const Field& field : was.fields) {
      const Field* now = type->find_field(field.id);
      if (now == nullptr || now->removed == field.removed) continue;
      if (now->removed) {
        KITH_TRY(open_gap(txn, gaps, {was.id, field.id, last}));
      } else {
        KITH_TRY(close_gap(txn, gaps, was.id, field, last));
      }
    }
  }
  return {};
}

}  // namespace kith::schema
