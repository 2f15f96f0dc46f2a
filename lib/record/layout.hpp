// record/layout.hpp: where every field of an entity type lives in its records.
//
//   const record::Layout layout = record::Layout::of(*catalog.find("deal"));
//   const record::Slot& amount = layout.slot(amount_field->id);
//   if (view.has(amount)) use(view.integer(amount));
//
// A record is a Cap'n Proto struct. Words 0-4 of its data section are the system's; after them
// each field owns a presence bit and a value, given in order of addition by Cap'n Proto's own
// rule, so `capnp compile` on the printed schema puts every field in the same place. Removed
// fields keep their slots: adding or removing a field never moves another one. Only compacting a
// database does, which rewrites its records; a removed field then has no slot any more.
//
// Formulas have no slot; whoever makes their index keys asks computed() for their values.
//
// A Layout is a pure function of the type's ordered field list. It owns its data; const use from
// any thread. It cannot fail.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "kith/result.hpp"
#include "kith/value.hpp"
#include "schema/types.hpp"

namespace kith::record {

class View;

// What computes the fields of a type that its records do not hold: expr/formulas.hpp.
class ComputedFields {
 public:
  virtual ~ComputedFields() = default;
  // The value of a field that depends on nothing but the record, in the normal form of its type;
  // null when it has none. Errors are those of reading the record.
  virtual Result<Value> compute(const schema::EntityType& type, const schema::Field& field,
                                const View& view) const = 0;
};

// The words of the data section that every record has.
inline constexpr std::uint32_t kVersionWord = 0;  // u64: key of the record's last history entry
inline constexpr std::uint32_t kCreatedWord = 1;  // i64: microseconds since 1970-01-01 UTC
inline constexpr std::uint32_t kUpdatedWord = 2;  // i64: likewise
inline constexpr std::uint32_t kOwnerWord = 3;    // u64: RecordId of the owner, 0 for none
inline constexpr std::uint32_t kFlagsWord = 4;    // u64: bit 0 is "deleted"
inline constexpr std::uint32_t kSystemWords = 5;
inline constexpr std::uint64_t kDeletedFlag = 1;

inline constexpr int kMoneyScale = 4;

// The place of one field. Offsets are in bits from the start of the data section, each a
// multiple of its width.
struct Slot {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;

  schema::FieldType type = schema::FieldType::kBool;
  std::uint8_t scale = 0;              // of a decimal or money coefficient
  std::uint16_t pointer = 0;           // index in the pointer section, for pointer types
  std::uint32_t presence_bit = kNone;  // kNone for pointer types: present when non-null
  std::uint32_t value_bit = kNone;     // kNone for pointer types
  std::uint32_t currency_bit = kNone;  // money only

  bool in_data() const { return presence_bit != kNone; }
  friend bool operator==(const Slot&, const Slot&) = default;
};

// Width in bits of a scalar type's value: 1, 32 or 64; 0 for pointer types.
std::uint32_t value_width(schema::FieldType type);

class Layout {
 public:
  Layout() = default;  // of a type without fields
  static Layout of(const schema::EntityType& type);

  // The slot of a field by its id, removed fields included. An id that the type does not have, or
  // whose slot was reclaimed, and a formula, give a slot that is null in every record.
  const Slot& slot(std::uint32_t field_id) const {
    return field_id - 1 < slots_.size() ? slots_[field_id - 1] : absent_;
  }
  std::size_t field_count() const { return slots_.size(); }  // removed ones included
  // Ids of the removed fields that have slots: their old values are dropped when a record is next
  // written.
  const std::vector<std::uint32_t>& removed() const { return removed_; }

  std::uint32_t data_words() const { return data_words_; }
  std::uint32_t pointer_count() const { return pointer_count_; }

  // Borrowed; nullptr when the type has no formulas, or nobody said what computes them.
  const ComputedFields* computed() const { return computed_; }
  void set_computed(const ComputedFields* computed) { computed_ = computed; }

  // Whether both lay records out in the same way.
  friend bool operator==(const Layout& a, const Layout& b) {
    return a.slots_ == b.slots_ && a.removed_ == b.removed_ && a.data_words_ == b.data_words_ &&
           a.pointer_count_ == b.pointer_count_;
  }

 private:
  std::vector<Slot> slots_;  // by field id - 1
  std::vector<std::uint32_t> removed_;
  std::uint32_t data_words_ = kSystemWords;
  std::uint32_t pointer_count_ = 0;
  const ComputedFields* computed_ = nullptr;
  Slot absent_;  // presence_bit kNone and a pointer beyond every record
};

// The layouts of a catalog that is still being drafted, each made when it is first asked for. The
// catalog must outlive it and stay as it is. One thread.
class LayoutCache {
 public:
  explicit LayoutCache(const schema::Catalog& catalog) : catalog_(catalog) {}
  // nullptr for an id the catalog never gave. Borrowed until the cache goes.
  const Layout* find(std::uint16_t type_id);

 private:
  const schema::Catalog& catalog_;
  std::map<std::uint16_t, Layout> layouts_;
};

}  // namespace kith::record
