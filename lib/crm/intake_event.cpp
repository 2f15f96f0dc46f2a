// What an event says, read and checked before anything is written.
#include <algorithm>
#include <array>

#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "base/text.hpp"
#include "base/try.hpp"
#include "crm/intake.hpp"
#include "engine/normal_form.hpp"
#include "engine/writer.hpp"
#include "schema/diagnostics.hpp"

namespace kith::crm {

namespace {

// What capture() itself tells the automations; see notice().
constexpr auto kNoticeMembers = std::to_array<std::string_view>(
    {"kind", "source", "subject", "direction", "person_created", "account", "deal", "activity"});
// Fields of the activity that capture() decides.
constexpr auto kDecidedFields =
    std::to_array<std::string_view>({"kind", "contact", "account", "deal"});

template <typename Names>
bool contains(const Names& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

std::string list_options(const schema::Field& field) {
  std::string list;
  for (const schema::Option& option : field.options) {
    if (option.retired) continue;
    list += (list.empty() ? "" : ", ") + option.name;
  }
  return list;
}

Result<const schema::Option*> option_of(const schema::EntityType& type, const schema::Field& field,
                                        const std::string& name) {
  const schema::Option* option = field.find_option(name);
  if (option != nullptr && !option->retired) return option;
  return Status(Code::kInvalidArgument,
                field.name + " is one of " + list_options(field) + ", not " + base::quoted(name),
                type.name, field.name);
}

Status check_names(const schema::EntityType& type, const Patch& patch, std::string_view member) {
  for (const auto& [name, value] : patch) {
    if (name == "owner" || type.find_field(name) != nullptr) continue;
    std::vector<std::string> names;
    for (const schema::Field& field : type.fields) {
      if (!field.removed) names.push_back(field.name);
    }
    return Status(Code::kInvalidArgument,
                  std::string(member) + ": " + type.name + " has no field " + base::quoted(name) +
                      base::did_you_mean(name, names),
                  type.name, name);
  }
  return {};
}

}  // namespace

Status Intake::check() {
  KITH_TRY(find_types());
  KITH_TRY(check_kind());
  KITH_TRY(check_patches());
  KITH_TRY(read_contact_points());
  read_name();
  return {};
}

Status Intake::find_types() {
  auto of = [&](std::string_view name) -> const engine::CompiledType* {
    const schema::EntityType* type = writer_.catalog().find(name);
    return type == nullptr ? nullptr : writer_.model().find(type->id);
  };
  contact_ = of("contact");
  activity_ = of("activity");
  account_ = of("account");
  deal_ = of("deal");
  if (contact_ == nullptr || activity_ == nullptr) {
    return Status(Code::kInvalidArgument,
                  std::string("capturing an event needs the entity types contact and activity; "
                              "this model has no ") +
                      (contact_ == nullptr ? "contact" : "activity"));
  }
  for (const char* name : {"kind", "subject"}) {
    if (activity_->type->find_field(name) != nullptr) continue;
    return Status(Code::kInvalidArgument,
                  "capturing an event needs the field activity." + std::string(name), "activity",
                  name);
  }
  return {};
}

Status Intake::check_kind() {
  const schema::EntityType& type = *activity_->type;
  const schema::Field& kind = *type.find_field("kind");
  kind_label_ = event_.kind;
  if (kind.type == schema::FieldType::kChoice) {
    KITH_ASSIGN(const schema::Option* option, option_of(type, kind, event_.kind));
    kind_label_ = option->label.empty() ? option->name : option->label;
  } else if (event_.kind.empty()) {
    return Status(Code::kInvalidArgument, "an event needs a kind", "activity", "kind");
  }
  direction_ = event_.direction.empty() ? "inbound" : event_.direction;
  const schema::Field* direction = type.find_field("direction");
  if (direction != nullptr && direction->type == schema::FieldType::kChoice) {
    KITH_TRY(option_of(type, *direction, direction_).status());
  }
  return {};
}

Status Intake::check_patches() const {
  KITH_TRY(check_names(*contact_->type, event_.person_fields, "person_fields"));
  KITH_TRY(check_names(*activity_->type, event_.activity_fields, "activity_fields"));
  for (const auto& [name, value] : event_.activity_fields) {
    if (!contains(kDecidedFields, name)) continue;
    return Status(
        Code::kInvalidArgument,
        "activity_fields: " + name + " follows from the event's own kind, person, company and deal",
        "activity", name);
  }
  for (const auto& [key, value] : event_.data) {
    const std::string* name = key.text();
    if (name != nullptr && !contains(kNoticeMembers, *name)) continue;
    return Status(Code::kInvalidArgument,
                  name == nullptr ? "data: its members need a text for a name"
                                  : "data: the member " + *name + " is given by the event itself");
  }
  return {};
}

Status Intake::read_contact_points() {
  const Mailbox mailbox = split_mailbox(event_.email);
  name_ = base::collapse_whitespace(event_.name.empty() ? mailbox.name : event_.name);
  email_.given = mailbox.address;
  email_.fields = fields_meaning(*contact_->type, schema::Semantic::kEmail);
  phone_.given = base::trim(event_.phone);
  phone_.fields = fields_meaning(*contact_->type, schema::Semantic::kPhone);
  if (email_.given.empty() && phone_.given.empty() && event_.person.is_null()) {
    return Status(Code::kInvalidArgument,
                  "an event needs an e-mail address, a phone number or the person's id: "
                  "by which is the person to be found?");
  }
  std::vector<Violation> violations;
  for (ContactPoint* point : {&email_, &phone_}) {
    if (point->given.empty()) continue;
    if (point->fields.empty()) {
      say("contact has no field for the " + std::string(point->what) +
          ": it stands in the activity's text");
      continue;
    }
    const schema::Field& field = *point->fields.front();
    Result<Value> value = engine::normal_form(field, Value(point->given));
    if (value.ok()) {
      point->value = *value->text();
      continue;
    }
    say(std::string(value.status().message()) + "; it stands in the activity's text");
    violations.push_back(
        {"format", "contact", field.name, std::string(value.status().message()), 0, 0});
  }
  if (!email_.value.empty() || !phone_.value.empty() || event_.person) return {};
  if (violations.empty()) {
    return Status(Code::kInvalidArgument,
                  "contact has no field for what the event names the person by");
  }
  return Status(Code::kValidation, "the event names nobody who could be found or created",
                std::move(violations));
}

void Intake::read_name() {
  company_ = base::collapse_whitespace(event_.company);
  std::string whole, first, last;
  for (const auto& [field, value] : event_.person_fields) {
    if (value.text() == nullptr) continue;
    if (field == "name") whole = *value.text();
    if (field == "first_name") first = *value.text();
    if (field == "last_name") last = *value.text();
  }
  if (name_.empty()) name_ = base::collapse_whitespace(whole);
  if (name_.empty()) name_ = base::collapse_whitespace(first + " " + last);
}

}  // namespace kith::crm
