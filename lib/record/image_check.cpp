#include "record/image_check.hpp"

#include <cstring>
#include <string>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "base/value_codec.hpp"

namespace kith::record {
namespace {

using schema::FieldType;

constexpr std::size_t kWord = 8;
constexpr std::int64_t kFirstDay = -719162;  // 0001-01-01
constexpr std::int64_t kLastDay = 2932896;   // 9999-12-31

Status corrupt(const std::string& what) { return {Code::kCorrupt, what}; }

Status corrupt(const schema::Field& field, const std::string& what) {
  return {Code::kCorrupt, "field \"" + field.name + "\" " + what, {}, field.name};
}

std::uint64_t word_at(std::string_view bytes, std::size_t index) {
  std::uint64_t word;
  std::memcpy(&word, bytes.data() + index * kWord, kWord);
  return word;
}

std::uint64_t mask_of(std::uint32_t bit, std::uint32_t width) {
  const std::uint64_t ones = width == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << width) - 1;
  return ones << (bit % 64);
}

// Cap'n Proto's codes for the size of a list's elements, and those sizes.
std::uint32_t element_code(FieldType type) {
  if (type == FieldType::kMultiChoice) return 4;
  return type == FieldType::kReferenceList ? 5 : 2;
}
std::size_t element_bytes(std::uint32_t code) { return std::size_t{1} << (code - 2); }

bool is_instant(std::int64_t microseconds) {
  return Timestamp::from_microseconds(microseconds).in_range();
}

Status judge_options(const schema::Field& field, const ListView<std::uint32_t>& ids) {
  for (std::uint32_t i = 0; i < ids.size(); ++i) {
    if (field.find_option(ids[i]) == nullptr) {
      return corrupt(field, "holds option " + std::to_string(ids[i]) + ", which there is not");
    }
    if (i > 0 && ids[i - 1] >= ids[i]) return corrupt(field, "holds options out of order");
  }
  return {};
}

Status judge_reference(const schema::Field& field, RecordId id) {
  const bool type_ok = field.target == 0 ? id.type() != 0 && id.type() <= RecordId::kMaxType
                                         : id.type() == field.target;
  return type_ok ? Status() : corrupt(field, "refers to a record of another type than it may");
}

Status judge_json(const schema::Field& field, std::string_view bytes) {
  base::ByteReader in(bytes);
  const Result<Value> value = base::decode_value(&in);
  if (!value.ok() || !in.finish("json").ok())
    return corrupt(field, "holds json that does not decode");
  base::ByteWriter again;
  if (!base::encode_value(*value, &again).ok() || again.bytes() != bytes) {
    return corrupt(field, "holds json that is not in its one form");
  }
  return {};
}

}  // namespace

ImageCheck::ImageCheck(const schema::EntityType& type, const Layout& layout)
    : type_(type),
      layout_(layout),
      used_(layout.data_words(), 0),
      pointers_(layout.pointer_count()) {
  for (std::uint32_t word = 0; word < kSystemWords; ++word) used_[word] = ~std::uint64_t{0};
  used_[kFlagsWord] = kDeletedFlag;
  const auto use = [&](std::uint32_t bit, std::uint32_t width) {
    used_[bit / 64] |= mask_of(bit, width);
  };
  for (const schema::Field& field : type.fields) {
    if (!field.has_slot()) continue;
    const Slot& slot = layout.slot(field.id);
    if (!slot.in_data()) {
      pointers_[slot.pointer] = &field;
      continue;
    }
    use(slot.presence_bit, 1);
    use(slot.value_bit, value_width(slot.type));
    if (slot.currency_bit != Slot::kNone) use(slot.currency_bit, 32);
  }
}

Status ImageCheck::judge(std::string_view bytes) const {
  View view;
  if (!view.init(bytes)) {
    return corrupt("its " + std::to_string(bytes.size()) + " bytes have no valid root");
  }
  KITH_TRY(judge_data(view));
  KITH_TRY(judge_pointers(view, bytes));
  for (const schema::Field& field : type_.fields) {
    if (!field.has_slot()) continue;
    const Slot& slot = layout_.slot(field.id);
    KITH_TRY(slot.in_data() ? judge_scalar(field, slot, view) : judge_content(field, slot, view));
  }
  return {};
}

Status ImageCheck::judge_data(const View& view) const {
  if (view.data_words() > layout_.data_words() || view.pointer_count() > layout_.pointer_count()) {
    return corrupt("it is larger than the layout of its type");
  }
  const std::string_view data = view.data();
  for (std::uint32_t word = 0; word < view.data_words(); ++word) {
    if ((word_at(data, word) & ~used_[word]) != 0) {
      return corrupt("word " + std::to_string(word) + " has bits set that belong to no field");
    }
  }
  if (view.data_words() > 0 && word_at(data, view.data_words() - 1) == 0) {
    return corrupt("its data ends in a word of zeros");
  }
  if (!is_instant(view.created()) || !is_instant(view.updated())) {
    return corrupt("it was created or updated outside the years 1 to 9999");
  }
  return {};
}

Status ImageCheck::judge_pointers(const View& view, std::string_view bytes) const {
  const std::size_t first = 1 + view.data_words();
  std::size_t next = first + view.pointer_count();
  for (std::uint32_t i = 0; i < view.pointer_count(); ++i) {
    const std::uint64_t pointer = word_at(bytes, first + i);
    if (pointer == 0) {
      if (i + 1 == view.pointer_count()) return corrupt("its pointers end in a null one");
      continue;
    }
    const schema::Field& field = *pointers_[i];
    const std::uint32_t code = element_code(field.type);
    const std::uint64_t offset = next - (first + i + 1);
    const std::uint64_t expected = 1 | (offset << 2) | (std::uint64_t{code} << 32);
    if ((pointer & 0x7FFFFFFFF) != expected)
      return corrupt(field, "has a pointer that is not in its place");
    const std::uint64_t size = (pointer >> 35) * element_bytes(code);
    const std::size_t begin = next * kWord;
    if (begin > bytes.size() || size > bytes.size() - begin) {
      return corrupt(field, "leads outside the record");
    }
    next += (size + kWord - 1) / kWord;
    const std::string_view padding = bytes.substr(begin + size, next * kWord - begin - size);
    if (padding.find_first_not_of('\0') != std::string_view::npos) {
      return corrupt(field, "is padded with other bytes than zeros");
    }
  }
  return next * kWord == bytes.size() ? Status() : corrupt("it has bytes that belong to nothing");
}

Status ImageCheck::judge_scalar(const schema::Field& field, const Slot& slot,
                                const View& view) const {
  const bool money = slot.currency_bit != Slot::kNone;
  if (!view.has(slot)) {
    const bool zero = value_width(slot.type) == 1    ? !view.boolean(slot)
                      : value_width(slot.type) == 32 ? view.choice(slot) == 0
                                                     : view.reference(slot).is_null();
    if (zero && (!money || view.currency(slot) == 0)) return {};
    return corrupt(field, "is null and has a value");
  }
  switch (slot.type) {
    case FieldType::kMoney: {
      const Currency currency = unpack_currency(view.currency(slot));
      const bool known = currency == Currency() || Currency::parse(currency.view()).ok();
      if (known && view.currency(slot) <= 0xFFFFFF) return {};
      return corrupt(field, "has a currency that is none");
    }
    case FieldType::kChoice: {
      const std::uint32_t id = view.choice(slot);
      if (field.find_option(id) != nullptr) return {};
      return corrupt(field, "holds option " + std::to_string(id) + ", which there is not");
    }
    case FieldType::kDate:
      if (view.integer(slot) >= kFirstDay && view.integer(slot) <= kLastDay) return {};
      return corrupt(field, "holds a day outside the years 1 to 9999");
    case FieldType::kTimestamp:
      if (is_instant(view.integer(slot))) return {};
      return corrupt(field, "holds an instant outside the years 1 to 9999");
    case FieldType::kDuration: return view.get(field, slot).status();
    case FieldType::kReference: return judge_reference(field, view.reference(slot));
    default: return {};
  }
}

Status ImageCheck::judge_content(const schema::Field& field, const Slot& slot,
                                 const View& view) const {
  if (!view.has(slot)) return {};
  View fresh = view;
  switch (slot.type) {
    case FieldType::kText: {
      const std::string_view text = fresh.stored_text(slot);
      if (fresh.damaged()) return corrupt(field, "is a text without its end");
      if (is_blob(text) || base::is_valid_utf8(text)) return {};
      return corrupt(field, "holds text that is not UTF-8");
    }
    case FieldType::kMultiChoice: return judge_options(field, fresh.choices(slot));
    case FieldType::kReferenceList: {
      const auto ids = fresh.references(slot);
      for (std::uint32_t i = 0; i < ids.size(); ++i) {
        KITH_TRY(judge_reference(field, RecordId(ids[i])));
      }
      return {};
    }
    case FieldType::kJson: {
      const std::string_view stored = fresh.stored_bytes(slot);
      return is_blob(stored) ? Status() : judge_json(field, stored);
    }
    default: return {};
  }
}

}  // namespace kith::record
