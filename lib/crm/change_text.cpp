#include "crm/change_text.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <utility>

#include "base/text.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "engine/reader.hpp"
#include "record/blob_values.hpp"

namespace kith::crm {

namespace {

constexpr std::size_t kMaxCharacters = 80;
constexpr std::size_t kMaxListed = 10;  // elements of a list
constexpr std::string_view kErased = "(erased)";
constexpr std::string_view kEmpty = "(empty)";
constexpr std::string_view kOverridden = "Past the rules of the pipeline";
constexpr std::string_view kArrow = " → ";

bool is_owner(std::uint32_t field_id) {
  return field_id == schema::system_field_id(schema::SystemField::kOwner);
}

// What people look for first: the stage, then who owns it, then its name.
int rank(const schema::EntityType& type, std::uint32_t field_id) {
  if (is_owner(field_id)) return 1;
  const schema::Field* field = type.find_field(field_id);
  if (field == nullptr) return 4;
  if (!field->pipeline.empty()) return 0;
  return field->name == type.title_field ? 2 : 3;
}

// Owner, and the live fields that people and rules set.
bool is_told(const schema::EntityType& type, std::uint32_t field_id) {
  if (is_owner(field_id)) return true;
  const schema::Field* field = type.find_field(field_id);
  return field != nullptr && !field->removed && !field->kept;
}

// A pipeline field that was entered anew without a change: its "<field>_entered" moved alone.
const schema::Field* repeated_stage(const schema::EntityType& type, const history::Entry& entry) {
  for (const history::FieldChange& change : entry.changes) {
    const schema::Field* kept = type.find_field(change.field_id);
    for (const schema::Field& field : type.fields) {
      if (kept == nullptr || field.removed || field.pipeline.empty()) continue;
      if (kept->name == field.name + "_entered") return &field;
    }
  }
  return nullptr;
}

std::string_view word_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::kCreate: return "Created";
    case ChangeKind::kUpdate: return "Updated";
    case ChangeKind::kDelete: return "Deleted";
    case ChangeKind::kRestore: return "Restored";
    case ChangeKind::kPurge: return "Purged";
  }
  return "Updated";
}

std::string option_label(const schema::Field& field, const std::string& name) {
  const schema::Option* option = field.find_option(name);
  return option == nullptr || option->label.empty() ? name : option->label;
}

}  // namespace

std::string shortened(std::string_view text) {
  std::string line = base::collapse_whitespace(text);
  if (base::count_code_points(line) <= kMaxCharacters) return line;
  line = base::truncate_utf8_code_points(line, kMaxCharacters - 1);
  return line + "…";
}

std::string grouped(const Decimal& number) {
  std::string text = number.to_string();
  const std::size_t first = text.starts_with('-') ? 1 : 0;
  std::size_t at = std::min(text.find('.'), text.size());
  while (at > first + 3) text.insert(at -= 3, 1, ',');
  return text;
}

std::string label_of(const schema::Field& field) {
  return field.label.empty() ? field.name : field.label;
}

std::string label_of(const schema::EntityType& type) {
  return type.label.empty() ? type.name : type.label;
}

Result<ChangeText> ChangeText::of(engine::Reader& reader) {
  KITH_ASSIGN(base::TimeZone zone, base::TimeZone::load(reader.session().options().time_zone));
  return ChangeText(reader, std::move(zone));
}

Result<std::string> ChangeText::title(RecordId id) {
  const auto known = titles_.find(id);
  if (known != titles_.end()) return known->second;
  KITH_ASSIGN(std::string title, read_title(id));
  titles_.emplace(id, title);
  return title;
}

Result<std::string> ChangeText::read_title(RecordId id) {
  const engine::CompiledType* type = reader_.model().find(id.type());
  if (type == nullptr) return std::string(kErased);
  KITH_ASSIGN(const std::optional<record::View> view, reader_.find_record(id));
  if (!view) return std::string(kErased);
  const schema::Field* field = type->type->find_field(type->type->title_field);
  // A title that is a reference would lead on to others, perhaps round and round.
  if (field != nullptr && !schema::is_reference_type(field->type)) {
    const FieldHandle handle{type->type->id, field->id, reader_.catalog().generation};
    Value value;
    KITH_TRY(reader_.read(id, std::span(&handle, 1), &value));
    KITH_ASSIGN(std::string text, plain(field, value));
    if (!text.empty()) return text;
  }
  return schema::format_id(reader_.catalog(), id);
}

Result<std::string> ChangeText::value(const schema::Field& field, const Value& value) {
  KITH_ASSIGN(std::string text, plain(&field, value));
  return text.empty() ? std::string(kEmpty) : text;
}

// Empty for null. `field` may be nullptr: a reference, or whatever the value is.
Result<std::string> ChangeText::plain(const schema::Field* field, const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull: return std::string();
    case Value::Kind::kBool: return std::string(*value.boolean() ? "Yes" : "No");
    case Value::Kind::kDecimal: return grouped(*value.decimal());
    case Value::Kind::kMoney: {
      const Money& money = *value.money();
      KITH_ASSIGN(const Decimal amount,
                  money.amount.rescale(std::max(2, money.amount.normalized().scale())));
      return grouped(amount) + " " + std::string(money.currency.view());
    }
    case Value::Kind::kText:
      return shortened(field == nullptr ? *value.text() : option_label(*field, *value.text()));
    case Value::Kind::kBytes: return std::to_string(value.bytes()->data.size()) + " bytes";
    case Value::Kind::kTimestamp: return time_text(*value.timestamp());
    case Value::Kind::kReference: return title(*value.reference());
    case Value::Kind::kList: break;
    default: return shortened(value.to_string());
  }
  std::string list;
  std::size_t listed = 0;
  for (const Value& item : *value.list()) {
    if (listed++ == kMaxListed) return list + ", …";
    KITH_ASSIGN(const std::string text, plain(field, item));
    list += (list.empty() ? "" : ", ") + text;
  }
  return list;
}

// The same of a value as the history keeps it.
Result<std::string> ChangeText::logged(const schema::Field* field, const Value& stored) {
  if (field == nullptr || !record::blob_of(stored)) return plain(field, stored);
  reader_.blobs().trim();
  KITH_ASSIGN(const Value value, record::public_value(*field, stored, reader_.blobs()));
  return plain(field, value);
}

std::string ChangeText::time_text(Timestamp time) const {
  const base::CivilTime civil = zone_.civil(time);
  std::array<char, 16> clock{};
  std::snprintf(clock.data(), clock.size(), " %02d:%02d", static_cast<int>(civil.hour),
                static_cast<int>(civil.minute));
  return civil.date.to_string() + clock.data();
}

// "Stage: New Lead → Contacted"; a value that was not there before stands alone. Empty for what
// need not be said of a new record.
Result<std::string> ChangeText::line(const schema::EntityType& type, const history::Entry& entry,
                                     const history::FieldChange& change) {
  const schema::Field* field = type.find_field(change.field_id);
  std::string text = (field != nullptr ? label_of(*field) : "Owner") + ": ";
  if (entry.blanked) return text.append(kErased);
  if (entry.kind == ChangeKind::kCreate && change.after == Value(false)) return std::string();
  KITH_ASSIGN(std::string before, logged(field, change.before));
  KITH_ASSIGN(std::string after, logged(field, change.after));
  if (after.empty()) after = kEmpty;
  if (!before.empty()) text.append(before).append(kArrow);
  return text.append(after);
}

Result<Told> ChangeText::change(const schema::EntityType& type, const history::Entry& entry) {
  std::vector<const history::FieldChange*> changes;
  for (const history::FieldChange& change : entry.changes) {
    if (is_told(type, change.field_id)) changes.push_back(&change);
  }
  std::stable_sort(changes.begin(), changes.end(), [&](const auto* a, const auto* b) {
    return rank(type, a->field_id) < rank(type, b->field_id);
  });
  std::vector<std::string> lines;
  for (const history::FieldChange* change : changes) {
    KITH_ASSIGN(std::string text, line(type, entry, *change));
    if (!text.empty()) lines.push_back(std::move(text));
  }
  Told told;
  std::size_t in_title = 0;
  if (entry.kind != ChangeKind::kUpdate) {
    told.title = word_of(entry.kind);
  } else if (!lines.empty()) {
    told.title = lines[in_title++];
  } else if (const schema::Field* stage = repeated_stage(type, entry)) {
    told.title = label_of(*stage) + ": entered again";
  }
  for (std::size_t i = in_title; i < lines.size(); ++i) {
    told.text += (told.text.empty() ? "" : "\n") + lines[i];
  }
  if (entry.overridden) told.text += (told.text.empty() ? "" : "\n") + std::string(kOverridden);
  return told;
}

}  // namespace kith::crm
