#include "record/encoder.hpp"

#include <cstring>
#include <limits>
#include <optional>

#include "base/try.hpp"
#include "base/value_codec.hpp"
#include "record/blob_values.hpp"
#include "record/capnp_api.hpp"

namespace kith::record {
namespace {

using schema::FieldType;

constexpr std::size_t kWord = 8;

std::optional<std::int64_t> coefficient_at(const Decimal& value, int scale) {
  const Result<Decimal> scaled = value.rescale_exact(scale);
  if (!scaled.ok()) return std::nullopt;
  const int128 coefficient = scaled->coefficient();
  if (coefficient < std::numeric_limits<std::int64_t>::min() ||
      coefficient > std::numeric_limits<std::int64_t>::max()) {
    return std::nullopt;
  }
  return static_cast<std::int64_t>(coefficient);
}

template <typename T>
void append(std::string* out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out->append(bytes, sizeof(T));
}

template <typename T>
void fill_list(capnp::AnyPointer::Builder pointer, std::string_view bytes) {
  const auto count = static_cast<unsigned>(bytes.size() / sizeof(T));
  auto list = pointer.initAs<capnp::List<T>>(count);
  for (unsigned i = 0; i < count; ++i) {
    T value;
    std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
    list.set(i, value);
  }
}

Status check_size(std::size_t words) {
  if (words * kWord <= kMaxRecordBytes) return {};
  return {Code::kLimit, "the record would take " + std::to_string(words * kWord) +
                            " bytes and max_record_bytes is " + std::to_string(kMaxRecordBytes) +
                            "; shorten its longest texts, bytes or lists"};
}

}  // namespace

Draft::Draft(const Layout& layout)
    : data_(layout.data_words(), 0), pointers_(layout.pointer_count()) {}

Result<Draft> Draft::from(const schema::EntityType& type, const Layout& layout, const View& view) {
  if (view.data_words() > layout.data_words() || view.pointer_count() > layout.pointer_count()) {
    return view.verify(type, layout);  // says so
  }
  Draft draft(layout);
  if (view.data_words() > 0) {
    std::memcpy(draft.data_.data(), view.data().data(), view.data().size());
  }
  View fresh = view;
  for (const schema::Field& field : type.fields) {
    const Slot& slot = layout.slot(field.id);
    if (!field.has_slot()) continue;
    if (field.removed) {
      draft.clear(slot);
      continue;
    }
    if (slot.in_data() || !view.has(slot)) continue;
    draft.borrow_from(fresh, slot, slot);
  }
  if (fresh.damaged()) {
    const Status status = view.verify(type, layout);
    if (!status.ok()) return status;
    return Status(Code::kCorrupt, "a record of " + type.name + " is damaged", type.name, {});
  }
  return draft;
}

void Draft::borrow_from(const View& view, const Slot& from, const Slot& to) {
  switch (content_of(from.type)) {
    case Content::kText: return borrow(to, view.stored_text(from));
    case Content::kIds32: return borrow(to, view.choices(from).raw());
    case Content::kIds64: return borrow(to, view.references(from).raw());
    default: return borrow(to, view.stored_bytes(from));
  }
}

void Draft::adopt(const View& view, const Slot& from, const Slot& to) {
  if (!view.has(from)) return;
  if (!from.in_data()) return borrow_from(view, from, to);
  store_bit(to.presence_bit, true);
  switch (value_width(from.type)) {
    case 1: store_bit(to.value_bit, view.boolean(from)); break;
    case 32: store(to.value_bit, view.choice(from)); break;  // whatever the 32 bits are
    default: store(to.value_bit, view.integer(from)); break;
  }
  if (from.currency_bit != Slot::kNone) store(to.currency_bit, view.currency(from));
}

Draft::Content Draft::content_of(FieldType type) {
  switch (type) {
    case FieldType::kText: return Content::kText;
    case FieldType::kMultiChoice: return Content::kIds32;
    case FieldType::kReferenceList: return Content::kIds64;
    default: return Content::kBytes;
  }
}

std::size_t Draft::Pointer::words() const {
  if (content == Content::kNull) return 0;
  return (bytes().size() + (content == Content::kText ? 1 : 0) + kWord - 1) / kWord;
}

template <typename T>
void Draft::store(std::uint32_t bit_offset, T value) {
  std::memcpy(reinterpret_cast<char*>(data_.data()) + bit_offset / 8, &value, sizeof(T));
}

void Draft::store_bit(std::uint32_t bit_offset, bool value) {
  const std::uint64_t mask = std::uint64_t{1} << (bit_offset % 64);
  std::uint64_t& word = data_[bit_offset / 64];
  word = value ? word | mask : word & ~mask;
}

void Draft::set_system(const SystemWords& words) {
  data_[kVersionWord] = words.version;
  data_[kCreatedWord] = static_cast<std::uint64_t>(words.created);
  data_[kUpdatedWord] = static_cast<std::uint64_t>(words.updated);
  data_[kOwnerWord] = words.owner.bits();
  data_[kFlagsWord] = words.deleted ? kDeletedFlag : 0;
}

void Draft::clear(const Slot& slot) {
  if (!slot.in_data()) {
    pointers_[slot.pointer] = Pointer();
    return;
  }
  store_bit(slot.presence_bit, false);
  switch (value_width(slot.type)) {
    case 1: store_bit(slot.value_bit, false); break;
    case 32: store<std::uint32_t>(slot.value_bit, 0); break;
    default: store<std::uint64_t>(slot.value_bit, 0); break;
  }
  if (slot.currency_bit != Slot::kNone) store<std::uint32_t>(slot.currency_bit, 0);
}

Status Draft::set(const schema::Field& field, const Slot& slot, const Value& value,
                  BlobSink* sink) {
  if (value.is_null()) {
    clear(slot);
    return {};
  }
  const bool done =
      slot.in_data() ? set_scalar(field, slot, value) : set_pointer(field, slot, value);
  if (done && (sink == nullptr || slot.in_data())) return {};
  if (done) return move_out(field, slot, *sink);
  return {Code::kInternal,
          "a value of kind " + std::string(kind_name(value.kind())) + " for field \"" + field.name +
              "\" is not in the normal form of " + std::string(schema::field_type_name(field.type)),
          {},
          field.name};
}

bool Draft::set_scalar(const schema::Field& field, const Slot& slot, const Value& value) {
  switch (slot.type) {
    case FieldType::kBool:
      if (value.boolean() == nullptr) return false;
      store_bit(slot.value_bit, *value.boolean());
      break;
    case FieldType::kInt:
      if (value.integer() == nullptr) return false;
      store(slot.value_bit, *value.integer());
      break;
    case FieldType::kFloat:
      if (value.floating() == nullptr) return false;
      store(slot.value_bit, *value.floating());
      break;
    case FieldType::kDecimal:
    case FieldType::kMoney: {
      const Money* money = slot.type == FieldType::kMoney ? value.money() : nullptr;
      const Decimal* amount = money != nullptr ? &money->amount : value.decimal();
      if (amount == nullptr || (slot.type == FieldType::kMoney) != (money != nullptr)) return false;
      const std::optional<std::int64_t> coefficient = coefficient_at(*amount, slot.scale);
      if (!coefficient) return false;
      store(slot.value_bit, *coefficient);
      if (money != nullptr) store(slot.currency_bit, pack_currency(money->currency));
      break;
    }
    case FieldType::kChoice: {
      const schema::Option* option =
          value.text() != nullptr ? field.find_option(std::string_view(*value.text())) : nullptr;
      if (option == nullptr) return false;
      store(slot.value_bit, option->id);
      break;
    }
    case FieldType::kDate:
      if (value.date() == nullptr) return false;
      store(slot.value_bit, value.date()->days_since_epoch());
      break;
    case FieldType::kTimestamp:
      if (value.timestamp() == nullptr) return false;
      store(slot.value_bit, value.timestamp()->to_microseconds());
      break;
    case FieldType::kDuration:
      if (value.duration() == nullptr) return false;
      store(slot.value_bit, value.duration()->total_microseconds());
      break;
    case FieldType::kReference:
      if (value.reference() == nullptr) return false;
      store(slot.value_bit, value.reference()->bits());
      break;
    default: return false;
  }
  store_bit(slot.presence_bit, true);
  return true;
}

Status Draft::move_out(const schema::Field& field, const Slot& slot, BlobSink& sink) {
  if (!may_be_large(slot.type)) return {};
  const std::string_view bytes = pointers_[slot.pointer].bytes();
  if (bytes.size() <= kInlineValueBytes) return {};
  KITH_ASSIGN(const BlobRef ref, sink.keep(field, bytes));
  own(slot, record::encode(ref));
  return {};
}

bool Draft::set_pointer(const schema::Field& field, const Slot& slot, const Value& value) {
  if (may_be_large(slot.type) && blob_of(value)) {
    borrow(slot, value.bytes()->data);
    return true;
  }
  switch (slot.type) {
    case FieldType::kText:
      if (value.text() == nullptr) return false;
      borrow(slot, *value.text());
      return true;
    case FieldType::kBytes:
      if (value.bytes() == nullptr) return false;
      borrow(slot, value.bytes()->data);
      return true;
    case FieldType::kJson: {
      base::ByteWriter out;
      if (!base::encode_value(value, &out).ok()) return false;
      own(slot, out.take());
      return true;
    }
    default: break;
  }
  if (value.list() == nullptr) return false;
  std::string ids;
  for (const Value& item : *value.list()) {
    if (slot.type == FieldType::kReferenceList) {
      if (item.reference() == nullptr) return false;
      append(&ids, item.reference()->bits());
      continue;
    }
    const schema::Option* option =
        item.text() != nullptr ? field.find_option(std::string_view(*item.text())) : nullptr;
    if (option == nullptr) return false;
    append(&ids, option->id);
  }
  own(slot, std::move(ids));
  return true;
}

void Draft::borrow(const Slot& slot, std::string_view bytes) {
  pointers_[slot.pointer] = Pointer{content_of(slot.type), false, bytes, {}};
}

void Draft::own(const Slot& slot, std::string bytes) {
  pointers_[slot.pointer] = Pointer{content_of(slot.type), true, {}, std::move(bytes)};
}

std::size_t Draft::used_words() const {
  std::size_t used = data_.size();
  while (used > 0 && data_[used - 1] == 0) --used;
  return used;
}

Result<std::string> Draft::encode() const {
  std::size_t pointer_count = pointers_.size();
  while (pointer_count > 0 && pointers_[pointer_count - 1].content == Content::kNull) {
    --pointer_count;
  }
  const std::size_t data_words = used_words();
  std::size_t total = 1 + data_words + pointer_count;
  for (std::size_t i = 0; i < pointer_count; ++i) total += pointers_[i].words();
  KITH_TRY(check_size(total));
  try {
    return fill(data_words, pointer_count, total);
  } catch (const kj::Exception& e) {
    return Status(Code::kInternal,
                  std::string("Cap'n Proto refused a record: ") + e.getDescription().cStr());
  }
}

// The size is known to the word, so the message is built in the string that is returned.
Result<std::string> Draft::fill(std::size_t data_words, std::size_t pointer_count,
                                std::size_t total_words) const {
  std::string bytes(total_words * kWord, '\0');
  capnp::FlatMessageBuilder message(
      kj::arrayPtr(reinterpret_cast<capnp::word*>(bytes.data()), total_words));
  auto root = message.getRoot<capnp::AnyPointer>().initAsAnyStruct(
      static_cast<std::uint16_t>(data_words), static_cast<std::uint16_t>(pointer_count));
  if (data_words > 0) {
    std::memcpy(root.getDataSection().begin(), data_.data(), data_words * kWord);
  }
  auto pointers = root.getPointerSection();
  for (std::size_t i = 0; i < pointer_count; ++i) {
    const std::string_view content = pointers_[i].bytes();
    auto pointer = pointers[static_cast<unsigned>(i)];
    const auto size = static_cast<unsigned>(content.size());
    switch (pointers_[i].content) {
      case Content::kNull: break;
      case Content::kText: {
        auto text = pointer.initAs<capnp::Text>(size);
        if (size > 0) std::memcpy(text.begin(), content.data(), size);
        break;
      }
      case Content::kBytes: {
        auto data = pointer.initAs<capnp::Data>(size);
        if (size > 0) std::memcpy(data.begin(), content.data(), size);
        break;
      }
      case Content::kIds32: fill_list<std::uint32_t>(pointer, content); break;
      case Content::kIds64: fill_list<std::uint64_t>(pointer, content); break;
    }
  }
  message.requireFilled();
  return bytes;
}

Result<std::string> Draft::encode_over(const View& view, std::string_view record) const {
  const std::size_t words = used_words();
  const std::string_view rest = record.substr(kWord + view.data().size());
  KITH_TRY(check_size(1 + words + rest.size() / kWord));
  // An empty struct points at itself, so that it is not a null pointer.
  const bool empty = words == 0 && view.pointer_count() == 0;
  const std::uint64_t root =
      empty ? 0xFFFFFFFC : std::uint64_t{words} << 32 | std::uint64_t{view.pointer_count()} << 48;
  std::string bytes;
  bytes.reserve(kWord + words * kWord + rest.size());
  append(&bytes, root);
  bytes.append(reinterpret_cast<const char*>(data_.data()), words * kWord);
  bytes.append(rest);
  return bytes;
}

}  // namespace kith::record
