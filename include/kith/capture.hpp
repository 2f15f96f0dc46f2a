// kith/capture.hpp: the one call a host makes when a customer does something.
//
//   auto got = txn.capture({.id = "form-8812", .kind = "form", .source = "website/contact",
//                           .email = "ann@example.org", .name = "Ann Lee",
//                           .subject = "Please call me about a new website"});
//   for (const std::string& reason : got->reasons) log(reason);
//
// It finds the person by e-mail or phone in their normal form, or creates one; fills what was empty
// in the profile, and overwrites nothing; records the activity with its source; links the account
// and the open deal it belongs to; says what it decided and why; and sends the event "captured"
// about the person to the automations of the model, which do the rest (open a deal, assign,
// welcome). All of it is part of the transaction; a refused capture leaves nothing in it.
//
// It works on types by these names, with the fields they have: `contact` (required, its e-mail
// and phone fields by their semantic), `activity` (required: kind, subject), `account`, `deal`.
// - Person: the id given, else a live contact with the e-mail address, else with the phone number;
//   of several the oldest. Where address and number name different people the address decides.
// - Name: the event's, else that of "Ann Lee <ann@example.org>"; first and last name are its parts.
//   A new contact without one is called by the part before the @, or by the number; such a name
//   counts as empty later.
// - An address or number that the profile does not take (malformed, another than it has, somebody
//   else's) stands in the body of the activity, and a reason says so.
// - Account: the oldest of that name, but for case and space, else a new one; a contact that has
//   an account keeps it. Deal: the one given, else the contact's only one in an open stage.
// - The event "captured" has in its data kind, source, subject, direction, person_created,
//   activity, and account and deal where there are such: `has(event.deal)`; besides those `data`.
// Errors: kInvalidArgument for an event that names nobody, an unknown kind, direction or field, or
// another type's id; kNotFound for a person or deal that is not there; kValidation with the
// violations when nothing it names the person by is usable, or a record is refused.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "kith/value.hpp"

namespace kith {

struct CaptureEvent {
  // The host's own name of the event, at most 400 bytes: a second event with an id that is
  // remembered changes nothing and answers as the first did. Empty: not remembered.
  std::string id{};
  std::string kind{};    // a kind of activity: "form", "call", "email", "meeting", "chat", "visit"
  std::string source{};  // where from, for people and reports: "website/contact", "hotline"
  std::optional<Timestamp> at{};  // when it happened; the transaction's time when not given
  std::string email{};            // of the customer; an address or "Ann Lee <ann@example.org>"
  std::string phone{};
  std::string name{};
  std::string company{};    // name of the account
  std::string direction{};  // "inbound" (default) or "outbound"
  std::string subject{};    // of the activity; made from kind and source when empty
  std::string body{};
  RecordId person{};        // when the host knows the contact already
  RecordId deal{};          // when the host knows what it is about
  Patch person_fields{};    // more of the contact: filled where it is empty
  Patch activity_fields{};  // more of the activity: outcome, location, owner, ends_at
  Map data{};               // anything else, for rules: event.data
};

struct CaptureResult {
  bool repeated = false;  // the id is remembered: the rest is the first answer
  RecordId person{};
  bool person_created = false;
  RecordId account{};
  bool account_created = false;
  RecordId deal{};  // the open deal the activity was put under, or null
  RecordId activity{};
  std::vector<std::string> filled{};   // fields that were empty; none when the contact is new
  std::vector<std::string> reasons{};  // what was decided and why, a sentence each
};

}  // namespace kith
