// record/encoder.hpp: the words and pointers of a record, made canonical bytes by Cap'n Proto.
//
//   Draft draft(layout);                         // all zero and null
//   draft.set_system({.version = 7});
//   KITH_TRY(draft.set(field, slot, value));
//   KITH_ASSIGN(std::string bytes, draft.encode());
//
// Private to record/: others use record/builder.hpp. A Draft borrows the texts and bytes of the
// Values and of the View it is given until encode(). One thread at a time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/result.hpp"
#include "record/builder.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::record {

class Draft {
 public:
  explicit Draft(const Layout& layout);
  // Everything the viewed record holds but its removed fields. kCorrupt when it is damaged or
  // larger than the layout.
  static Result<Draft> from(const schema::EntityType& type, const Layout& layout, const View& view);

  void set_system(const SystemWords& words);
  // kInternal when the value is not in the field's normal form.
  Status set(const schema::Field& field, const Slot& slot, const Value& value,
             BlobSink* sink = nullptr);
  void clear(const Slot& slot);
  // What the viewed record holds at `from`, in the slot `to` of a layout in which the field has
  // another place.
  void adopt(const View& view, const Slot& from, const Slot& to);

  Result<std::string> encode() const;
  // The same record as `view` but for the data section: right when no pointer field was changed.
  Result<std::string> encode_over(const View& view, std::string_view record) const;

  // The data section without the trailing zero words, as words.
  std::size_t used_words() const;

 private:
  enum class Content : std::uint8_t { kNull, kText, kBytes, kIds32, kIds64 };
  struct Pointer {
    Content content = Content::kNull;
    bool owned = false;
    std::string_view borrowed;  // little-endian elements; a text without its final NUL
    std::string buffer;

    std::string_view bytes() const { return owned ? std::string_view(buffer) : borrowed; }
    std::size_t words() const;
  };
  static Content content_of(schema::FieldType type);

  template <typename T>
  void store(std::uint32_t bit_offset, T value);
  void store_bit(std::uint32_t bit_offset, bool value);
  bool set_scalar(const schema::Field& field, const Slot& slot, const Value& value);
  bool set_pointer(const schema::Field& field, const Slot& slot, const Value& value);
  void borrow_from(const View& view, const Slot& from, const Slot& to);
  void borrow(const Slot& slot, std::string_view bytes);
  void own(const Slot& slot, std::string bytes);
  // Hands the slot's value to the sink when it is too large to lie in the record.
  Status move_out(const schema::Field& field, const Slot& slot, BlobSink& sink);
  Result<std::string> fill(std::size_t data_words, std::size_t pointer_count,
                           std::size_t total_words) const;

  std::vector<std::uint64_t> data_;
  std::vector<Pointer> pointers_;
};

}  // namespace kith::record
