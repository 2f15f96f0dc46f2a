#include "record/layout.hpp"

#include <array>

namespace kith::record {
namespace {

using schema::FieldType;

// Cap'n Proto's allocator of data slots (StructLayout in its compiler): at most one hole of each
// power of two below a word. Offsets are in units of the slot's own size, so none is ever 0 and 0
// can mean "no hole": word 0 begins with a 64-bit field.
class DataAllocator {
 public:
  // `lg` is the binary logarithm of the width in bits, 0..6. Returns a bit offset.
  std::uint32_t allocate(std::uint32_t lg) {
    std::uint32_t unit = take_hole(lg);
    if (unit == 0) {
      unit = words_++ << (6 - lg);
      leave_holes(lg, unit + 1);
    }
    return unit << lg;
  }
  void reserve_words(std::uint32_t count) { words_ += count; }
  std::uint32_t words() const { return words_; }

 private:
  // The smallest hole that fits, split in halves until it fits exactly, lower half taken.
  std::uint32_t take_hole(std::uint32_t lg) {
    if (lg >= holes_.size()) return 0;
    if (holes_[lg] != 0) {
      const std::uint32_t unit = holes_[lg];
      holes_[lg] = 0;
      return unit;
    }
    const std::uint32_t larger = take_hole(lg + 1);
    if (larger == 0) return 0;
    holes_[lg] = larger * 2 + 1;
    return larger * 2;
  }

  // What is left of a new word behind a slot that ends at `unit`: one hole of each size.
  void leave_holes(std::uint32_t lg, std::uint32_t unit) {
    for (; lg < holes_.size(); ++lg) {
      holes_[lg] = unit;
      unit = (unit + 1) / 2;
    }
  }

  std::array<std::uint32_t, 6> holes_{};  // 1, 2, 4, 8, 16, 32 bits
  std::uint32_t words_ = 0;
};

std::uint32_t log_width(std::uint32_t width) {
  std::uint32_t lg = 0;
  while ((1U << lg) < width) ++lg;
  return lg;
}

}  // namespace

std::uint32_t value_width(FieldType type) {
  switch (type) {
    case FieldType::kBool: return 1;
    case FieldType::kChoice:
    case FieldType::kDate: return 32;
    case FieldType::kInt:
    case FieldType::kFloat:
    case FieldType::kDecimal:
    case FieldType::kMoney:
    case FieldType::kTimestamp:
    case FieldType::kDuration:
    case FieldType::kReference: return 64;
    case FieldType::kMultiChoice:
    case FieldType::kText:
    case FieldType::kBytes:
    case FieldType::kJson:
    case FieldType::kReferenceList: return 0;
  }
  return 0;
}

Layout Layout::of(const schema::EntityType& type) {
  Layout layout;
  layout.absent_.pointer = 0xFFFF;
  DataAllocator data;
  data.reserve_words(kSystemWords);
  layout.slots_.assign(type.fields.size(), layout.absent_);
  for (const schema::Field* given : schema::fields_with_slots(type)) {
    const schema::Field& field = *given;
    Slot slot;
    slot.type = field.type;
    const std::uint32_t width = value_width(field.type);
    if (width == 0) {
      slot.pointer = static_cast<std::uint16_t>(layout.pointer_count_++);
    } else {
      slot.presence_bit = data.allocate(0);
      slot.value_bit = data.allocate(log_width(width));
    }
    if (field.type == FieldType::kDecimal) slot.scale = field.scale;
    if (field.type == FieldType::kMoney) {
      slot.scale = kMoneyScale;
      slot.currency_bit = data.allocate(log_width(32));
    }
    if (field.removed) layout.removed_.push_back(field.id);
    if (field.id - 1 < layout.slots_.size()) layout.slots_[field.id - 1] = slot;
  }
  layout.data_words_ = data.words();
  return layout;
}

const Layout* LayoutCache::find(std::uint16_t type_id) {
  const auto known = layouts_.find(type_id);
  if (known != layouts_.end()) return &known->second;
  const schema::EntityType* type = catalog_.find(type_id);
  if (type == nullptr) return nullptr;
  return &layouts_.emplace(type_id, Layout::of(*type)).first->second;
}

}  // namespace kith::record
