#include "record/view.hpp"

#include <optional>
#include <string>

#include "base/value_codec.hpp"

namespace kith::record {
namespace {

using schema::FieldType;

Status damaged_field(const schema::Field& field, std::string_view what) {
  return {Code::kCorrupt,
          "the stored " + std::string(schema::field_type_name(field.type)) + " of field \"" +
              field.name + "\" is damaged: " + std::string(what) +
              "; restore the database from a dump",
          {},
          field.name};
}

Status unread(const schema::Field& field, const Status& why) {
  return {why.code(),
          "the stored " + std::string(schema::field_type_name(field.type)) + " of field \"" +
              field.name + "\" cannot be read: " + std::string(why.message()),
          {},
          field.name};
}

std::optional<BlobRef> blob_of(const View& view, const Slot& slot) {
  switch (slot.type) {
    case FieldType::kText: return blob_ref(view.stored_text(slot));
    case FieldType::kBytes:
    case FieldType::kJson: return blob_ref(view.stored_bytes(slot));
    default: return std::nullopt;
  }
}

Result<Value> option_name(const schema::Field& field, std::uint32_t id) {
  const schema::Option* option = field.find_option(id);
  if (option != nullptr) return Value(option->name);
  return damaged_field(field, "it has no option with id " + std::to_string(id));
}

Result<Value> option_names(const schema::Field& field, const ListView<std::uint32_t>& ids) {
  List names;
  names.reserve(ids.size());
  for (std::uint32_t i = 0; i < ids.size(); ++i) {
    Result<Value> name = option_name(field, ids[i]);
    if (!name.ok()) return name;
    names.push_back(*std::move(name));
  }
  return Value(std::move(names));
}

Value reference_list(const ListView<std::uint64_t>& ids) {
  List references;
  references.reserve(ids.size());
  for (std::uint32_t i = 0; i < ids.size(); ++i) references.emplace_back(RecordId(ids[i]));
  return Value(std::move(references));
}

Result<Value> json_value(const schema::Field& field, std::string_view bytes) {
  base::ByteReader in(bytes);
  Result<Value> value = base::decode_value(&in);
  if (!value.ok()) return damaged_field(field, value.status().message());
  if (const Status rest = in.finish("json value"); !rest.ok()) {
    return damaged_field(field, rest.message());
  }
  return value;
}

}  // namespace

Status View::corrupt_root(std::string_view bytes) {
  return {Code::kCorrupt, "a record of " + std::to_string(bytes.size()) +
                              " bytes has no valid root; restore the database from a dump"};
}

std::string_view View::fetch(std::string_view reference) const {
  if (blobs_ != nullptr) {
    if (const Result<std::string_view> value = blobs_->read(*blob_ref(reference)); value.ok()) {
      return *value;
    }
  }
  damaged_ = true;
  return {};
}

Result<Value> View::get(const schema::Field& field, const Slot& slot) const {
  if (!has(slot)) return Value();
  switch (slot.type) {
    case FieldType::kBool: return Value(boolean(slot));
    case FieldType::kInt: return Value(integer(slot));
    case FieldType::kFloat: return Value(floating(slot));
    case FieldType::kDecimal: return Value(Decimal(integer(slot), slot.scale));
    case FieldType::kMoney:
      return Value(Money{Decimal(integer(slot), slot.scale), unpack_currency(currency(slot))});
    case FieldType::kChoice: return option_name(field, choice(slot));
    case FieldType::kDate: return Value(Date(static_cast<std::int32_t>(integer(slot))));
    case FieldType::kTimestamp: return Value(Timestamp::from_microseconds(integer(slot)));
    case FieldType::kDuration: return duration_value(field, slot);
    case FieldType::kReference: return Value(reference(slot));
    default: return pointer_value(field, slot);
  }
}

// A stored span is microseconds; as nanoseconds it must still fit.
Result<Value> View::duration_value(const schema::Field& field, const Slot& slot) const {
  constexpr std::int64_t kMax = INT64_MAX / 1000;
  const std::int64_t microseconds = integer(slot);
  if (microseconds > kMax || microseconds < -kMax) {
    return damaged_field(field, std::to_string(microseconds) + " microseconds is out of range");
  }
  return Value(Duration::microseconds(microseconds));
}

Result<Value> View::pointer_value(const schema::Field& field, const Slot& slot) const {
  // A view of its own, so that only this field's damage counts.
  View fresh = *this;
  fresh.damaged_ = false;
  if (const auto ref = blob_of(fresh, slot)) {
    if (blobs_ == nullptr) return damaged_field(field, "its value lies in a blob, out of reach");
    if (const auto bytes = blobs_->read(*ref); !bytes.ok()) return unread(field, bytes.status());
  }
  Result<Value> value = Value();
  switch (slot.type) {
    case FieldType::kText: value = Value(fresh.text(slot)); break;
    case FieldType::kBytes: value = Value(Bytes{std::string(fresh.bytes(slot))}); break;
    case FieldType::kMultiChoice: value = option_names(field, fresh.choices(slot)); break;
    case FieldType::kReferenceList: value = reference_list(fresh.references(slot)); break;
    case FieldType::kJson: {
      const std::string_view encoded = fresh.bytes(slot);
      if (!fresh.damaged_) value = json_value(field, encoded);
      break;
    }
    default: return damaged_field(field, "its slot has no such type");
  }
  if (fresh.damaged_) return damaged_field(field, "its pointer leads outside the record");
  return value;
}

Status View::verify(const schema::EntityType& type, const Layout& layout) const {
  if (data_words() > layout.data_words() || pointer_count() > layout.pointer_count()) {
    return {Code::kCorrupt,
            "a record of " + type.name + " is larger than its type's layout; restore the database",
            type.name,
            {}};
  }
  for (const schema::Field& field : type.fields) {
    if (field.removed) continue;
    if (const Result<Value> value = get(field, layout.slot(field.id)); !value.ok()) {
      return value.status().with_context(type.name);
    }
  }
  return {};
}

}  // namespace kith::record
