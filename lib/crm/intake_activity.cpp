// What becomes of the event itself: the deal it belongs to, the activity, and the notice to the
// automations.
#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"
#include "crm/capture.hpp"
#include "crm/intake.hpp"
#include "engine/writer.hpp"

namespace kith::crm {

namespace {

void add_line(std::string_view line, std::string* text) {
  if (!text->empty()) *text += '\n';
  *text += line;
}

}  // namespace

Status Intake::find_deal() {
  if (event_.deal) {
    KITH_ASSIGN(const Record deal, writer_.get(event_.deal));
    if (deal_ == nullptr || deal.entity != deal_->type->name) {
      return Status(Code::kInvalidArgument,
                    "the deal of an event is a deal, not " + id_text(event_.deal));
    }
    if (deal.deleted) {
      return Status(Code::kNotFound, id_text(event_.deal) + ", the deal of the event, is deleted");
    }
    result_.deal = event_.deal;
    return {};
  }
  const schema::Field* field =
      deal_ == nullptr ? nullptr : reference_to(*deal_->type, contact_->type);
  if (field == nullptr || result_.person_created) return {};
  KITH_ASSIGN(const auto open, open_records(writer_, *deal_, *field, result_.person));
  if (open.size() == 1) {
    result_.deal = open.front();
    say("put under " + id_text(result_.deal) + ", the only open deal");
  } else if (open.size() > 1) {
    say("put under no deal: " + id_list(open, RecordId()) + " are open");
  }
  return {};
}

// An event about a deal is one of the deal's account when no other is known.
Status Intake::find_account_of_deal() {
  if (account_ == nullptr || deal_ == nullptr || result_.account || !result_.deal) return {};
  const schema::Field* field = reference_to(*deal_->type, account_->type);
  KITH_ASSIGN(const Record deal, writer_.get(result_.deal));
  const RecordId* of_deal = field == nullptr ? nullptr : deal.at(field->name).reference();
  if (of_deal != nullptr) result_.account = *of_deal;
  return {};
}

Status Intake::write_activity() {
  const schema::EntityType& type = *activity_->type;
  Patch patch;
  auto set = [&](const std::string& field, Value value) {
    if (type.find_field(field) != nullptr) patch.emplace_back(field, std::move(value));
  };
  auto refer = [&](const engine::CompiledType* to, RecordId id) {
    const schema::Field* field = to == nullptr ? nullptr : reference_to(type, to->type);
    if (field != nullptr && id) patch.emplace_back(field->name, id);
  };
  std::string body = event_.body;
  set("kind", event_.kind);
  subject_ = subject_line(&body);
  set("subject", subject_);
  for (const ContactPoint* point : {&email_, &phone_}) {
    if (point->given.empty() || point->kept) continue;
    add_line(
        std::string(point->label) + ": " + (point->value.empty() ? point->given : point->value),
        &body);
  }
  if (!event_.source.empty() && type.find_field("source") == nullptr) {
    add_line("Source: " + event_.source, &body);
  }
  if (!body.empty()) set("body", body);
  set("direction", direction_);
  if (!event_.source.empty()) set("source", event_.source);
  set("starts_at", event_.at.value_or(writer_.stamp().at));
  refer(contact_, result_.person);
  refer(account_, result_.account);
  refer(deal_, result_.deal);
  for (const FieldValue& item : event_.activity_fields) {
    auto at = std::find_if(patch.begin(), patch.end(),
                           [&](const FieldValue& given) { return given.first == item.first; });
    if (at == patch.end()) at = patch.insert(patch.end(), {item.first, Value()});
    at->second = item.second;
  }
  KITH_ASSIGN(result_.activity, writer_.create(type.name, patch));
  return {};
}

// What does not fit the field begins the body.
std::string Intake::subject_line(std::string* body) {
  std::string subject = base::collapse_whitespace(event_.subject);
  if (subject.empty()) {
    subject = event_.source.empty() ? kind_label_ : kind_label_ + ": " + event_.source;
  }
  const schema::Field& field = *activity_->type->find_field("subject");
  if (field.max_length == 0 || base::count_code_points(subject) <= field.max_length) return subject;
  *body = body->empty() ? subject : subject + "\n\n" + *body;
  say("the subject is longer than the activity's: it stands in the activity's text");
  return std::string(base::truncate_utf8_code_points(subject, field.max_length));
}

InboundEvent Intake::notice() const {
  InboundEvent notice;
  notice.name = kCapturedEvent;
  notice.record = result_.person;
  notice.data = {{"kind", event_.kind},
                 {"source", event_.source},
                 {"subject", subject_},
                 {"direction", direction_},
                 {"person_created", result_.person_created},
                 {"activity", result_.activity}};
  if (result_.account) notice.data.emplace_back("account", result_.account);
  if (result_.deal) notice.data.emplace_back("deal", result_.deal);
  notice.data.insert(notice.data.end(), event_.data.begin(), event_.data.end());
  return notice;
}

}  // namespace kith::crm
