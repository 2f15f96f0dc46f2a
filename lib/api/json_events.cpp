// What a host hands in as JSON: captured and inbound events, messages for the outbox.
#include <functional>
#include <span>

#include "api/guard.hpp"
#include "base/json_value.hpp"
#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "kith/json.hpp"

namespace kith {

namespace {

Status misplaced(json::Position at, const std::string& message) {
  Violation violation;
  violation.code = "document";
  violation.message = message;
  violation.line = at.line;
  violation.column = at.column;
  return Status(Code::kInvalidArgument,
                std::to_string(at.line) + ":" + std::to_string(at.column) + ": " + message,
                std::vector<Violation>{std::move(violation)});
}

Status wrong_kind(const json::Member& member, std::string_view wanted) {
  return misplaced(member.value.position(), base::quoted(member.name) + " takes " +
                                                std::string(wanted) + ", not " +
                                                std::string(json::kind_name(member.value.kind())));
}

// The members a structure has: each name once, with what reads its value.
struct Reading {
  std::string_view name;
  std::function<Status(const json::Member&)> read;
};

Reading text(std::string_view name, std::string* out) {
  return {name, [out](const json::Member& member) -> Status {
            if (!member.value.is_text()) return wrong_kind(member, "a text");
            *out = member.value.text();
            return {};
          }};
}

Reading reference(std::string_view name, const Reader& ids, RecordId* out) {
  return {name, [&ids, out](const json::Member& member) -> Status {
            if (!member.value.is_text()) return wrong_kind(member, "a record, as \"contact:7\"");
            const Result<RecordId> id = ids.parse_id(member.value.text());
            if (!id.ok()) {
              return misplaced(member.value.position(), base::quoted(member.name) + ": " +
                                                            std::string(id.status().message()));
            }
            *out = *id;
            return {};
          }};
}

Reading time(std::string_view name, std::optional<Timestamp>* out) {
  return {name, [out](const json::Member& member) -> Status {
            if (!member.value.is_text()) {
              return wrong_kind(member, "a time, as \"2026-03-01T09:00:00Z\"");
            }
            const Result<Timestamp> at = Timestamp::parse(member.value.text());
            if (!at.ok()) {
              return misplaced(member.value.position(), base::quoted(member.name) + ": " +
                                                            std::string(at.status().message()));
            }
            *out = *at;
            return {};
          }};
}

Reading map(std::string_view name, Map* out) {
  return {name, [out](const json::Member& member) -> Status {
            if (!member.value.is_object()) return wrong_kind(member, "an object");
            KITH_ASSIGN(const Value value, json::to_value(member.value));
            *out = *value.map();
            return {};
          }};
}

Reading fields(std::string_view name, Patch* out) {
  return {name, [out](const json::Member& member) -> Status {
            if (!member.value.is_object()) return wrong_kind(member, "an object of fields");
            for (const json::Member& field : member.value.members()) {
              KITH_ASSIGN(Value value, json::to_value(field.value));
              out->emplace_back(field.name, std::move(value));
            }
            return {};
          }};
}

std::string instead(std::string_view wrong, std::span<const Reading> known) {
  std::vector<std::string_view> names;
  for (const Reading& reading : known) names.push_back(reading.name);
  if (std::string remedy = base::did_you_mean(wrong, names); !remedy.empty()) return remedy;
  std::string all;
  for (const std::string_view name : names) all += (all.empty() ? "" : ", ") + std::string(name);
  return "; it has " + all;
}

Status read_members(std::string_view document, std::string_view what,
                    std::span<const Reading> known) {
  KITH_ASSIGN(const json::Node root, json::parse(document));
  if (!root.is_object()) {
    return misplaced(root.position(), std::string(what) + " is a JSON object, not " +
                                          std::string(json::kind_name(root.kind())));
  }
  for (const json::Member& member : root.members()) {
    const Reading* found = nullptr;
    for (const Reading& reading : known) {
      if (reading.name == member.name) found = &reading;
    }
    if (found == nullptr) {
      return misplaced(member.position, std::string(what) + " has no member " +
                                            base::quoted(member.name) +
                                            instead(member.name, known));
    }
    if (!member.value.is_null()) KITH_TRY(found->read(member));
  }
  return {};
}

}  // namespace

Result<CaptureEvent> capture_event_from_json(std::string_view document, const Reader& ids) {
  return guarded([&]() -> Result<CaptureEvent> {
    CaptureEvent event;
    const Reading known[] = {text("id", &event.id),
                             text("kind", &event.kind),
                             text("source", &event.source),
                             time("at", &event.at),
                             text("email", &event.email),
                             text("phone", &event.phone),
                             text("name", &event.name),
                             text("company", &event.company),
                             text("direction", &event.direction),
                             text("subject", &event.subject),
                             text("body", &event.body),
                             reference("person", ids, &event.person),
                             reference("deal", ids, &event.deal),
                             fields("person_fields", &event.person_fields),
                             fields("activity_fields", &event.activity_fields),
                             map("data", &event.data)};
    KITH_TRY(read_members(document, "a capture event", known));
    return event;
  });
}

Result<InboundEvent> inbound_event_from_json(std::string_view document, const Reader& ids) {
  return guarded([&]() -> Result<InboundEvent> {
    InboundEvent event;
    const Reading known[] = {text("id", &event.id), text("name", &event.name),
                             reference("record", ids, &event.record), map("data", &event.data)};
    KITH_TRY(read_members(document, "an event", known));
    return event;
  });
}

Result<MessageDraft> message_draft_from_json(std::string_view document, const Reader& ids) {
  return guarded([&]() -> Result<MessageDraft> {
    MessageDraft draft;
    const Reading known[] = {text("topic", &draft.topic), map("payload", &draft.payload),
                             text("idempotency_key", &draft.idempotency_key),
                             reference("record", ids, &draft.record),
                             time("not_before", &draft.not_before)};
    KITH_TRY(read_members(document, "a message", known));
    return draft;
  });
}

}  // namespace kith
