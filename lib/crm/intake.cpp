// Who the event is about: the contact, found or created, what it lacks, and its account.
#include "crm/intake.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "engine/writer.hpp"

namespace kith::crm {

namespace {

constexpr std::size_t kMaxNamed = 5;  // so many ids in a sentence

bool is_empty(const Value& value) {
  return value.is_null() || (value.text() != nullptr && value.text()->empty());
}

bool in_patch(const Patch& patch, std::string_view field) {
  return std::any_of(patch.begin(), patch.end(),
                     [&](const FieldValue& item) { return item.first == field; });
}

// As much of the text as the field takes.
std::string fitted(const schema::Field& field, std::string_view text) {
  if (field.max_length == 0) return std::string(text);
  return std::string(base::truncate_utf8_code_points(text, field.max_length));
}

const schema::Field* text_field(const schema::EntityType& type, std::string_view name) {
  const schema::Field* field = type.find_field(name);
  const bool takes =
      field != nullptr && field->type == schema::FieldType::kText && !field->is_formula();
  return takes ? field : nullptr;
}

// The field by which the type's records are called.
const schema::Field* name_field(const schema::EntityType& type) {
  const schema::Field* name = text_field(type, "name");
  return name != nullptr ? name : text_field(type, type.title_field);
}

}  // namespace

Intake::Intake(engine::Writer& writer, const CaptureEvent& event)
    : writer_(writer), event_(event) {}

std::string Intake::id_text(RecordId id) const { return schema::format_id(writer_.catalog(), id); }

std::string Intake::id_list(const std::vector<RecordId>& ids, RecordId without) const {
  std::string list;
  std::size_t named = 0;
  for (const RecordId id : ids) {
    if (id == without) continue;
    if (named++ == kMaxNamed) return list + " and more";
    list += (list.empty() ? "" : ", ") + id_text(id);
  }
  return list;
}

Status Intake::write() {
  KITH_TRY(find_person());
  KITH_TRY(find_account());
  KITH_TRY(write_person());
  KITH_TRY(find_deal());
  KITH_TRY(find_account_of_deal());
  return write_activity();
}

Status Intake::find_person() {
  for (ContactPoint* point : {&email_, &phone_}) {
    if (point->value.empty()) continue;
    KITH_ASSIGN(point->holders, holders(writer_, *contact_->type, point->fields, point->value));
  }
  if (event_.person) {
    KITH_ASSIGN(const Record given, writer_.get(event_.person));
    if (given.entity != contact_->type->name) {
      return Status(Code::kInvalidArgument,
                    "the person of an event is a contact, not " + id_text(event_.person));
    }
    if (given.deleted) {
      return Status(Code::kNotFound,
                    id_text(event_.person) + ", the person of the event, is deleted");
    }
    result_.person = event_.person;
    say(id_text(event_.person) + " was named by the event");
    return {};
  }
  if (!email_.holders.empty()) return choose_among(email_, phone_);
  if (!phone_.holders.empty()) return choose_among(phone_, email_);
  return {};
}

Status Intake::choose_among(const ContactPoint& point, const ContactPoint& other) {
  result_.person = point.holders.front();
  const std::string what = std::string(point.what) + " " + point.value;
  say("found " + id_text(result_.person) + " by the " + what);
  if (point.holders.size() > 1) {
    say("the " + what + " is also that of " + id_list(point.holders, result_.person) +
        ": the oldest contact was taken");
  }
  const auto& others = other.holders;
  if (!others.empty() && std::find(others.begin(), others.end(), result_.person) == others.end()) {
    say("the " + std::string(other.what) + " " + other.value + " is that of " +
        id_list(others, result_.person) + ": the " + std::string(point.what) + " decided");
  }
  return {};
}

Status Intake::find_account() {
  if (company_.empty()) return {};
  const schema::Field* name = account_ == nullptr ? nullptr : name_field(*account_->type);
  if (name == nullptr) {
    say("this model keeps no accounts: the company " + company_ + " was left out");
    return {};
  }
  const std::string wanted = fitted(*name, company_);
  KITH_ASSIGN(const auto found, named(writer_, *account_->type, *name, wanted));
  if (found.empty()) {
    KITH_ASSIGN(result_.account, writer_.create(account_->type->name, {{name->name, wanted}}));
    result_.account_created = true;
    say("created " + id_text(result_.account) + " for the company " + wanted);
    return {};
  }
  result_.account = found.front();
  say("found " + id_text(result_.account) + " by the company's name");
  if (found.size() > 1) {
    say("the company's name is also that of " + id_list(found, result_.account) +
        ": the oldest account was taken");
  }
  return {};
}

Status Intake::write_person() {
  if (!result_.person) {
    KITH_ASSIGN(result_.person, writer_.create(contact_->type->name, profile(Record())));
    result_.person_created = true;
    const ContactPoint& point = email_.value.empty() ? phone_ : email_;
    say("created " + id_text(result_.person) + ": no contact has the " + std::string(point.what) +
        " " + point.value);
    if (name_.empty() && !made_up_name().empty()) {
      say("the event has no name: it was made from the " + std::string(point.what));
    }
    return {};
  }
  KITH_ASSIGN(const Record present, writer_.get(result_.person));
  const Patch patch = profile(present);
  if (patch.empty()) return {};
  KITH_TRY(writer_.update(result_.person, patch, 0));
  for (const auto& [field, value] : patch) result_.filled.push_back(field);
  return {};
}

// What the event knows and the contact does not yet.
Patch Intake::profile(const Record& present) {
  Patch patch;
  for (ContactPoint* point : {&email_, &phone_}) {
    if (point->value.empty()) continue;
    const auto& holders = point->holders;
    point->kept = std::find(holders.begin(), holders.end(), result_.person) != holders.end();
    // Somebody else's address would make two of one; a number may be that of a whole office.
    const bool foreign = !holders.empty() && !point->kept;
    const schema::Field& field = *point->fields.front();
    if (foreign && (point == &email_ || field.unique)) {
      if (event_.person) {
        say("the " + std::string(point->what) + " " + point->value + " is that of " +
            id_list(holders, result_.person) + ": it stands in the activity's text");
      }
      continue;
    }
    if (point->kept) continue;
    point->kept = set_if_empty(present, field.name, point->value, &patch);
    if (!point->kept) {
      say(id_text(result_.person) + " has another " + std::string(point->what) + ": " +
          point->value + " stands in the activity's text");
    }
  }
  for (const auto& [field, value] : event_.person_fields) {
    if (field != "name") set_if_empty(present, field, value, &patch);
  }
  add_name(present, &patch);
  add_account(present, &patch);
  return patch;
}

// A name that was only made from the address counts as none.
void Intake::add_name(const Record& present, Patch* patch) {
  const schema::Field* name = name_field(*contact_->type);
  if (name == nullptr) return;
  const Value& has = present.at(name->name);
  bool made_up = is_empty(has);
  for (const schema::Field* field : email_.fields) {
    const std::string* address = present.at(field->name).text();
    made_up = made_up || (address != nullptr && has == Value(name_from_email(*address)));
  }
  for (const schema::Field* field : phone_.fields) made_up |= has == present.at(field->name);
  if (made_up && !name_.empty()) {
    if (Value wanted(fitted(*name, name_)); !(wanted == has)) {
      patch->emplace_back(name->name, std::move(wanted));
    }
  }
  const schema::Field* first = text_field(*contact_->type, "first_name");
  const schema::Field* last = text_field(*contact_->type, "last_name");
  const bool parts_known = first == nullptr || last == nullptr || in_patch(*patch, "first_name") ||
                           in_patch(*patch, "last_name") || !is_empty(present.at("first_name")) ||
                           !is_empty(present.at("last_name"));
  const bool same_name =
      made_up || (has.text() != nullptr && base::fold(*has.text()) == base::fold(name_));
  if (!parts_known && same_name && !name_.empty()) {
    const NameParts parts = split_name(name_);
    if (!parts.first.empty()) patch->emplace_back("first_name", fitted(*first, parts.first));
    if (!parts.last.empty()) patch->emplace_back("last_name", fitted(*last, parts.last));
  }
  if (!result_.person && name_.empty()) {
    patch->emplace_back(name->name, fitted(*name, made_up_name()));
  }
}

std::string Intake::made_up_name() const {
  return email_.value.empty() ? phone_.value : name_from_email(email_.value);
}

void Intake::add_account(const Record& present, Patch* patch) {
  const schema::Field* field =
      account_ == nullptr ? nullptr : reference_to(*contact_->type, account_->type);
  if (field == nullptr) return;
  const RecordId* has = present.at(field->name).reference();
  if (!result_.account) {
    if (has != nullptr) result_.account = *has;
  } else if (has == nullptr) {
    if (!in_patch(*patch, field->name)) patch->emplace_back(field->name, result_.account);
  } else if (*has != result_.account) {
    say(id_text(result_.person) + " belongs to " + id_text(*has) + " and stays there; " +
        id_text(result_.account) + " has the activity");
  }
}

bool Intake::set_if_empty(const Record& present, const std::string& field, Value value,
                          Patch* patch) const {
  const bool known = field == "owner" ? !present.owner.is_null() : !is_empty(present.at(field));
  if (known || is_empty(value) || in_patch(*patch, field)) return false;
  patch->emplace_back(field, std::move(value));
  return true;
}

}  // namespace kith::crm
