// record/view.hpp: reads a record in place, without copying, at the offsets of its layout.
//
//   KITH_ASSIGN(record::View deal, record::View::open(bytes));
//   if (deal.has(amount)) total += deal.integer(amount);          // coefficient at slot.scale
//   std::string_view name = deal.text(name_slot);                 // borrowed from `bytes`
//   KITH_ASSIGN(Value stage, deal.get(*stage_field, stage_slot)); // any type, as a public Value
//
// A View borrows its bytes (8-byte alignment is not needed) and must not outlive them or the
// transaction they came from. It is a few words: copy it freely. One thread at a time.
//
// Nothing outside the bytes is ever read, whatever they hold. open() checks the root; a field
// beyond the end of an older, shorter record reads as null or zero. The typed accessors do not
// check the slot's type (that is the caller's, from the schema) and return zero or empty for
// null; with a slot of another type their result means nothing. An accessor that meets a pointer
// that is not what it must be returns empty and marks the view: a caller that used text(), bytes()
// or a list asks damaged() before it trusts the row. get() and verify() report kCorrupt themselves.
//
// A large value lies outside of the record (blob.hpp); a view that was given a source of blobs
// fetches it when it is asked for, and one without marks itself as damaged rather than give the
// reference for the value. stored_text() and stored_bytes() give what the record itself holds.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

#include "kith/result.hpp"
#include "kith/value.hpp"
#include "record/blob.hpp"
#include "record/layout.hpp"
#include "schema/types.hpp"

namespace kith::record {

static_assert(std::endian::native == std::endian::little,
              "records are little-endian and read in place");

// A currency as a record's u32: its letters, first one lowest; 0 for none.
inline std::uint32_t pack_currency(const Currency& currency) {
  std::uint32_t packed = 0;
  for (int i = 0; i < 3; ++i) {
    packed |= std::uint32_t{static_cast<unsigned char>(currency.code[i])} << (8 * i);
  }
  return packed;
}
inline Currency unpack_currency(std::uint32_t packed) {
  Currency currency;
  for (int i = 0; i < 3; ++i) currency.code[i] = static_cast<char>((packed >> (8 * i)) & 0xFF);
  return currency;
}

// A borrowed array of little-endian integers.
template <typename T>
class ListView {
 public:
  ListView() = default;
  ListView(const char* at, std::uint32_t count) : at_(at), count_(count) {}

  std::uint32_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  // `index` must be below size().
  T operator[](std::uint32_t index) const {
    T value;
    std::memcpy(&value, at_ + std::size_t{index} * sizeof(T), sizeof(T));
    return value;
  }
  std::string_view raw() const { return {at_, count_ * sizeof(T)}; }
  bool contains(T wanted) const {
    for (std::uint32_t i = 0; i < count_; ++i) {
      if ((*this)[i] == wanted) return true;
    }
    return false;
  }

 private:
  const char* at_ = nullptr;
  std::uint32_t count_ = 0;
};

class View {
 public:
  // kCorrupt when the bytes are not a canonical record's root.
  static Result<View> open(std::string_view bytes, BlobSource* blobs = nullptr) {
    View view;
    if (!view.init(bytes, blobs)) return corrupt_root(bytes);
    return view;
  }
  // The same without a Result, for scans: false when open() would fail.
  bool init(std::string_view bytes, BlobSource* blobs = nullptr) {
    blobs_ = blobs;
    if (bytes.size() < 8 || bytes.size() % 8 != 0) return false;
    std::uint64_t root;
    std::memcpy(&root, bytes.data(), 8);
    data_bytes_ = static_cast<std::uint32_t>((root >> 32) & 0xFFFF) * 8;
    pointer_count_ = static_cast<std::uint32_t>(root >> 48);
    data_ = bytes.data() + 8;
    size_ = bytes.size() - 8;
    // A struct pointer to the next word; an empty struct points at itself.
    const std::uint64_t empty = 0xFFFFFFFC;
    const bool root_ok = (root & 0xFFFFFFFF) == 0 ? root != 0 : root == empty;
    return root_ok && std::uint64_t{data_bytes_} + std::uint64_t{pointer_count_} * 8 <= size_;
  }

  // The whole record, as it was given.
  std::string_view image() const { return {data_ - 8, size_ + 8}; }

  std::uint64_t version() const { return word(kVersionWord); }
  std::int64_t created() const { return static_cast<std::int64_t>(word(kCreatedWord)); }
  std::int64_t updated() const { return static_cast<std::int64_t>(word(kUpdatedWord)); }
  RecordId owner() const { return RecordId(word(kOwnerWord)); }
  std::uint64_t flags() const { return word(kFlagsWord); }
  bool deleted() const { return (flags() & kDeletedFlag) != 0; }

  // Whether the field is not null.
  bool has(const Slot& slot) const {
    return slot.in_data() ? bit(slot.presence_bit) : pointer(slot.pointer) != 0;
  }

  bool boolean(const Slot& slot) const { return bit(slot.value_bit); }
  // int, timestamp and duration in microseconds, coefficient of decimal and money, days of a
  // date: whatever the type's integer is, sign extended.
  std::int64_t integer(const Slot& slot) const {
    if (slot.type == schema::FieldType::kDate) {
      return static_cast<std::int32_t>(load<std::uint32_t>(slot.value_bit));
    }
    return load<std::int64_t>(slot.value_bit);
  }
  double floating(const Slot& slot) const { return load<double>(slot.value_bit); }
  std::uint32_t choice(const Slot& slot) const { return load<std::uint32_t>(slot.value_bit); }
  std::uint32_t currency(const Slot& slot) const { return load<std::uint32_t>(slot.currency_bit); }
  RecordId reference(const Slot& slot) const {
    return RecordId(load<std::uint64_t>(slot.value_bit));
  }

  std::string_view text(const Slot& slot) const { return value_of(stored_text(slot)); }
  // bytes; for json the encoded value that get() decodes.
  std::string_view bytes(const Slot& slot) const { return value_of(stored_bytes(slot)); }
  std::string_view stored_text(const Slot& slot) const {
    const List list = list_at(slot.pointer, kByteElements);
    if (list.at == nullptr) return {};
    if (list.count == 0 || list.at[list.count - 1] != '\0') {
      damaged_ = true;
      return {};
    }
    return {list.at, list.count - 1};
  }
  std::string_view stored_bytes(const Slot& slot) const {
    const List list = list_at(slot.pointer, kByteElements);
    return {list.at, list.count};
  }
  // Option ids, ascending.
  ListView<std::uint32_t> choices(const Slot& slot) const {
    const List list = list_at(slot.pointer, kFourByteElements);
    return {list.at, list.count};
  }
  // RecordId bits, in the order they were written.
  ListView<std::uint64_t> references(const Slot& slot) const {
    const List list = list_at(slot.pointer, kEightByteElements);
    return {list.at, list.count};
  }

  // The field's value, null included, as the public Value of its type: choices as option names,
  // json decoded. kCorrupt names the field.
  Result<Value> get(const schema::Field& field, const Slot& slot) const;

  // Whether some accessor met damage. Sticky.
  bool damaged() const { return damaged_; }
  // Checks every field of the type: the whole record can be read.
  Status verify(const schema::EntityType& type, const Layout& layout) const;

  std::uint32_t data_words() const { return data_bytes_ / 8; }
  std::uint32_t pointer_count() const { return pointer_count_; }
  // The raw data section, for the encoder.
  std::string_view data() const { return {data_, data_bytes_}; }

 private:
  struct List {
    const char* at = nullptr;  // nullptr: null or damaged
    std::uint32_t count = 0;
  };
  // Cap'n Proto's codes for the size of a list's elements.
  static constexpr std::uint32_t kByteElements = 2;
  static constexpr std::uint32_t kFourByteElements = 4;
  static constexpr std::uint32_t kEightByteElements = 5;

  static Status corrupt_root(std::string_view bytes);
  std::string_view value_of(std::string_view stored) const {
    return is_blob(stored) ? fetch(stored) : stored;
  }
  std::string_view fetch(std::string_view reference) const;
  Result<Value> duration_value(const schema::Field& field, const Slot& slot) const;
  Result<Value> pointer_value(const schema::Field& field, const Slot& slot) const;

  template <typename T>
  T load(std::uint32_t bit_offset) const {
    // A section that ends before the slot belongs to a record from before the field was added.
    T value{};
    const std::uint32_t byte = bit_offset / 8;
    if (byte + sizeof(T) <= data_bytes_) std::memcpy(&value, data_ + byte, sizeof(T));
    return value;
  }
  std::uint64_t word(std::uint32_t index) const { return load<std::uint64_t>(index * 64); }
  bool bit(std::uint32_t offset) const {
    const std::uint32_t byte = offset / 8;
    return byte < data_bytes_ && ((static_cast<unsigned char>(data_[byte]) >> (offset % 8)) & 1);
  }
  std::uint64_t pointer(std::uint32_t index) const {
    std::uint64_t value = 0;
    if (index < pointer_count_) std::memcpy(&value, data_ + data_bytes_ + index * 8, 8);
    return value;
  }

  List list_at(std::uint32_t index, std::uint32_t element_code) const {
    const std::uint64_t p = pointer(index);
    if (p == 0) return {};
    // Kind 1 is a list; a canonical record has no far pointer, and content lies behind its
    // pointer, so the offset's sign bit is clear too.
    const std::uint64_t begin =
        data_bytes_ + (std::uint64_t{index} + 1 + ((p >> 2) & 0x3FFFFFFF)) * 8;
    const auto count = static_cast<std::uint32_t>(p >> 35);
    // Codes 2, 4 and 5 stand for 1, 4 and 8 bytes.
    const std::uint64_t bytes = std::uint64_t{count} << (element_code - kByteElements);
    const bool list_kind = (p & 3) == 1 && (p & 0x80000000) == 0;
    if (!list_kind || ((p >> 32) & 7) != element_code || begin > size_ || bytes > size_ - begin) {
      damaged_ = true;
      return {};
    }
    return {data_ + begin, count};
  }

  const char* data_ = nullptr;  // start of the data section
  std::uint64_t size_ = 0;      // bytes from there to the end of the record
  std::uint32_t data_bytes_ = 0;
  std::uint32_t pointer_count_ = 0;
  mutable bool damaged_ = false;
  BlobSource* blobs_ = nullptr;
};

}  // namespace kith::record
