// Captured events: who they are about, what becomes of profile, account, deal and activity.
#include "kith/capture.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/crm/crm_fixture.hpp"

namespace kith::test {

namespace {

bool says(const CaptureResult& result, std::string_view part) {
  return joined(result.reasons).find(part) != std::string::npos;
}

BOOST_FIXTURE_TEST_SUITE(crm_capture, StandardCrm)

BOOST_AUTO_TEST_CASE(a_stranger_becomes_a_contact_with_an_activity) {
  const CaptureResult got = capture({.id = "form-1",
                                     .kind = "form",
                                     .source = "website/contact",
                                     .at = at("2026-02-28T20:15:00Z"),
                                     .email = " Ann.Lee@Example.ORG ",
                                     .phone = "+43 (0) 660 123-45",
                                     .name = "  Ann  Lee ",
                                     .body = "Please call me"});
  BOOST_TEST(got.person_created);
  BOOST_TEST(!got.repeated);
  BOOST_TEST(got.filled.empty());
  BOOST_TEST(text(got.person, "email") == "ann.lee@example.org");
  BOOST_TEST(text(got.person, "phone") == "+4366012345");
  BOOST_TEST(text(got.person, "name") == "Ann Lee");
  BOOST_TEST(text(got.person, "first_name") == "Ann");
  BOOST_TEST(text(got.person, "last_name") == "Lee");
  BOOST_TEST(text(got.activity, "kind") == "form");
  BOOST_TEST(text(got.activity, "subject") == "Web form: website/contact");
  BOOST_TEST(text(got.activity, "body") == "Please call me");
  BOOST_TEST(text(got.activity, "source") == "website/contact");
  BOOST_TEST(text(got.activity, "direction") == "inbound");
  BOOST_TEST(
      (require(read().get(got.activity)).at("starts_at") == Value(at("2026-02-28T20:15:00Z"))));
  BOOST_TEST(text(got.activity, "contact") == "contact:1");
  BOOST_TEST(says(got, "created contact:1: no contact has the e-mail address"));
  BOOST_TEST(got.deal.is_null());
  BOOST_TEST(got.account.is_null());
}

BOOST_AUTO_TEST_CASE(a_long_message_is_kept_whole) {
  std::string body = "Dear all,\n";
  while (body.size() < 300'000) body += "the attached text goes on and on.\n";
  const CaptureResult got =
      capture({.id = "mail-1", .kind = "email", .email = "ann@x.org", .body = body});
  BOOST_TEST((text(got.activity, "body") == body));
  BOOST_TEST(
      capture({.id = "mail-1", .kind = "email", .email = "ann@x.org", .body = body}).repeated);
  const std::vector<TimelineItem> story = require(read().timeline(got.person));
  BOOST_TEST(story.back().text.starts_with("Dear all,"));
}

BOOST_AUTO_TEST_CASE(the_address_may_bring_the_name) {
  CaptureResult got = capture({.kind = "email", .email = "\"Lee, Ann\" <ann@x.org>"});
  BOOST_TEST(text(got.person, "email") == "ann@x.org");
  BOOST_TEST(text(got.person, "name") == "Lee, Ann");
  BOOST_TEST(text(got.person, "first_name") == "Ann");
  BOOST_TEST(text(got.person, "last_name") == "Lee");
  BOOST_TEST(text(got.activity, "subject") == "E-mail");
  got = capture({.kind = "email", .email = "Bob <bob@x.org>", .name = "Bob van der Berg"});
  BOOST_TEST(text(got.person, "first_name") == "Bob");
  BOOST_TEST(text(got.person, "last_name") == "van der Berg");
}

BOOST_AUTO_TEST_CASE(a_name_is_made_and_gives_way_to_a_real_one) {
  CaptureResult got = capture({.kind = "chat", .email = "ann.lee@x.org"});
  BOOST_TEST(text(got.person, "name") == "ann.lee");
  BOOST_TEST(require(read().get(got.person)).at("first_name").is_null());
  BOOST_TEST(says(got, "it was made from the e-mail address"));
  got = capture({.kind = "chat", .email = "ann.lee@x.org", .name = "Ann Lee"});
  BOOST_TEST(!got.person_created);
  BOOST_TEST(joined(got.filled) == "name\nfirst_name\nlast_name\n");
  got = capture({.kind = "chat", .email = "ann.lee@x.org", .name = "Anna Leeds"});
  BOOST_TEST(got.filled.empty());
  BOOST_TEST(text(got.person, "name") == "Ann Lee");
  got = capture({.kind = "call", .phone = "0660 77 88"});
  BOOST_TEST(text(got.person, "name") == "06607788");
  BOOST_TEST(says(got, "it was made from the phone number"));
  got = capture({.kind = "call", .phone = "0660/7788", .name = "Cher"});
  BOOST_TEST(joined(got.filled) == "name\nfirst_name\n");
}

BOOST_AUTO_TEST_CASE(names_in_parts) {
  CaptureResult got = capture({.kind = "form",
                               .email = "eva@x.org",
                               .person_fields = {{"first_name", "Eva"}, {"last_name", "Ray"}}});
  BOOST_TEST(text(got.person, "name") == "Eva Ray");
  got = capture({.kind = "form", .email = "jo@x.org", .person_fields = {{"name", "Jo Ray"}}});
  BOOST_TEST(text(got.person, "name") == "Jo Ray");
  BOOST_TEST(text(got.person, "last_name") == "Ray");
}

BOOST_AUTO_TEST_CASE(a_known_contact_is_found_and_only_completed) {
  const RecordId ann = create("contact", {{"name", "Ann Lee"}, {"email", "ann@x.org"}});
  CaptureResult got = capture({.kind = "form",
                               .email = "ANN@X.org",
                               .phone = "+43660123",
                               .name = "Annie",
                               .person_fields = {{"city", "Vienna"}, {"name", "Nobody"}}});
  BOOST_TEST((got.person == ann));
  BOOST_TEST(!got.person_created);
  BOOST_TEST(joined(got.filled) == "phone\ncity\n");
  BOOST_TEST(text(ann, "name") == "Ann Lee");
  BOOST_TEST(text(ann, "email") == "ann@x.org");
  BOOST_TEST(require(read().get(ann)).at("first_name").is_null());
  BOOST_TEST(says(got, "found contact:1 by the e-mail address"));
  // Everything is known now: no change to the contact, so no version of it.
  const std::uint64_t version = require(read().get(ann)).version;
  got = capture({.kind = "form",
                 .email = "ann@x.org",
                 .phone = "+43660999",
                 .person_fields = {{"city", "Linz"}}});
  BOOST_TEST(got.filled.empty());
  BOOST_TEST(require(read().get(ann)).version == version);
  BOOST_TEST(text(got.activity, "body") == "Phone: +43660999");
  BOOST_TEST(says(got, "contact:1 has another phone number"));
}

BOOST_AUTO_TEST_CASE(any_field_of_the_meaning_is_looked_at) {
  const RecordId ann = create("contact", {{"name", "Ann"}, {"mobile", "+43660123"}});
  CaptureResult got = capture({.kind = "call", .phone = "+43 660 123", .direction = "outbound"});
  BOOST_TEST((got.person == ann));
  BOOST_TEST(got.filled.empty());
  BOOST_TEST(text(got.activity, "direction") == "outbound");
  BOOST_TEST(require(read().get(got.activity)).at("body").is_null());
  got = capture({.kind = "call", .email = "ann@x.org", .phone = "+43660123"});
  BOOST_TEST((got.person == ann));
  BOOST_TEST(joined(got.filled) == "email\n");
}

BOOST_AUTO_TEST_CASE(the_oldest_of_several_is_taken_and_the_others_named) {
  const RecordId first = create("contact", {{"name", "A"}, {"email", "info@x.org"}});
  create("contact", {{"name", "B"}, {"email", "info@x.org"}});
  for (int i = 0; i < 10; ++i) create("contact", {{"name", "C"}, {"email", "info@x.org"}});
  const CaptureResult got = capture({.kind = "email", .email = "info@x.org"});
  BOOST_TEST((got.person == first));
  BOOST_TEST(says(got,
                  "also that of contact:2, contact:3, contact:4, contact:5, contact:6 and "
                  "more: the oldest contact was taken"));
}

BOOST_AUTO_TEST_CASE(deleted_contacts_are_not_found) {
  const RecordId ann = create("contact", {{"name", "Ann"}, {"email", "ann@x.org"}});
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(ann));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(capture({.kind = "form", .email = "ann@x.org"}).person_created);
  BOOST_TEST((try_capture({.kind = "form", .person = ann}).status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_CASE(the_address_decides_against_the_number) {
  const RecordId ann = create("contact", {{"name", "Ann"}, {"email", "ann@x.org"}});
  const RecordId bob = create("contact", {{"name", "Bob"}, {"phone", "+43660123"}});
  const CaptureResult got = capture({.kind = "form", .email = "ann@x.org", .phone = "+43660123"});
  BOOST_TEST((got.person == ann));
  BOOST_TEST((got.person != bob));
  BOOST_TEST(
      says(got, "the phone number +43660123 is that of contact:2: the e-mail address decided"));
}

BOOST_AUTO_TEST_CASE(the_person_given_decides_against_both) {
  const RecordId ann = create("contact", {{"name", "Ann"}});
  const RecordId bob = create("contact", {{"name", "Bob"}, {"email", "bob@x.org"}});
  CaptureResult got = capture({.kind = "call", .person = ann});
  BOOST_TEST((got.person == ann));
  got = capture({.kind = "call", .email = "bob@x.org", .body = "Hello", .person = ann});
  BOOST_TEST((got.person == ann));
  BOOST_TEST((got.person != bob));
  BOOST_TEST(require(read().get(ann)).at("email").is_null());
  BOOST_TEST(says(got, "the e-mail address bob@x.org is that of contact:2"));
  BOOST_TEST(text(got.activity, "body") == "Hello\nE-mail: bob@x.org");
}

BOOST_AUTO_TEST_CASE(what_is_malformed_does_not_lose_the_event) {
  CaptureResult got = capture({.kind = "form", .email = "ann at x", .phone = "+43660123"});
  BOOST_TEST(got.person_created);
  BOOST_TEST(text(got.activity, "body") == "E-mail: ann at x");
  BOOST_TEST(says(got, "is not an e-mail address"));
  got = capture({.kind = "form", .email = "ann@x.org", .phone = "ask Bob", .body = "Hi"});
  BOOST_TEST(text(got.activity, "body") == "Hi\nPhone: ask Bob");
  const Status refused =
      try_capture({.kind = "form", .email = "ann at x", .phone = "ask Bob", .name = "Ann"})
          .status();
  BOOST_TEST((refused.code() == Code::kValidation));
  BOOST_REQUIRE(refused.violations().size() == 2U);
  BOOST_TEST(refused.violations()[0].field == "email");
  BOOST_TEST(refused.violations()[1].field == "phone");
}

BOOST_AUTO_TEST_CASE(accounts) {
  CaptureResult got = capture({.kind = "form", .email = "ann@x.org", .company = " Acme  Inc "});
  BOOST_TEST(got.account_created);
  BOOST_TEST(text(got.account, "name") == "Acme Inc");
  BOOST_TEST(text(got.person, "account") == "account:1");
  BOOST_TEST(text(got.activity, "account") == "account:1");
  got = capture({.kind = "form", .email = "bob@x.org", .company = "ACME inc"});
  BOOST_TEST(!got.account_created);
  BOOST_TEST(text(got.person, "account") == "account:1");
  // Who has an account keeps it; the activity is that of the company that was named.
  got = capture({.kind = "form", .email = "bob@x.org", .company = "Beta"});
  BOOST_TEST(got.account_created);
  BOOST_TEST(text(got.person, "account") == "account:1");
  BOOST_TEST(text(got.activity, "account") == "account:2");
  BOOST_TEST(says(got, "contact:2 belongs to account:1 and stays there"));
  got = capture({.kind = "call", .email = "bob@x.org"});
  BOOST_TEST(text(got.activity, "account") == "account:1");
  create("account", {{"name", "beta"}});
  create("account", {{"name", "BETA"}});
  got = capture({.kind = "form", .email = "eva@x.org", .company = "bETA"});
  BOOST_TEST(text(got.activity, "account") == "account:2");
  BOOST_TEST(says(got, "also that of account:3, account:4: the oldest account was taken"));
}

BOOST_AUTO_TEST_CASE(deals) {
  const RecordId acme = create("account", {{"name", "Acme"}});
  const RecordId ann = create("contact", {{"name", "Ann"}, {"email", "ann@x.org"}});
  create("deal",
         {{"name", "Old"}, {"contact", ann}, {"stage", "Closed Lost"}, {"loss_reason", "price"}});
  BOOST_TEST(capture({.kind = "call", .email = "ann@x.org"}).deal.is_null());
  const RecordId site = create(
      "deal", {{"name", "Site"}, {"contact", ann}, {"account", acme}, {"stage", "Contacted"}});
  CaptureResult got = capture({.kind = "call", .email = "ann@x.org"});
  BOOST_TEST((got.deal == site));
  BOOST_TEST(text(got.activity, "deal") == "deal:2");
  BOOST_TEST(text(got.activity, "account") == "account:1");
  BOOST_TEST(says(got, "put under deal:2, the only open deal"));
  create("deal", {{"name", "Shop"}, {"contact", ann}});
  got = capture({.kind = "call", .email = "ann@x.org"});
  BOOST_TEST(got.deal.is_null());
  BOOST_TEST(says(got, "put under no deal: deal:2, deal:3 are open"));
  got = capture({.kind = "call", .email = "ann@x.org", .deal = RecordId(site)});
  BOOST_TEST((got.deal == site));
  BOOST_TEST((try_capture({.kind = "call", .email = "ann@x.org", .deal = ann}).status().code() ==
              Code::kInvalidArgument));
  BOOST_TEST((try_capture({.kind = "call", .email = "ann@x.org", .deal = RecordId(site.type(), 99)})
                  .status()
                  .code() == Code::kNotFound));
}

BOOST_AUTO_TEST_CASE(fields_of_the_activity) {
  const RecordId ada = create("user", {{"name", "Ada"}});
  CaptureResult got = capture({.kind = "meeting",
                               .email = "ann@x.org",
                               .subject = "  Kick  off ",
                               .activity_fields = {{"location", "Vienna"},
                                                   {"outcome", "agreed"},
                                                   {"owner", ada},
                                                   {"starts_at", "2026-03-01T08:00:00Z"}}});
  BOOST_TEST(text(got.activity, "subject") == "Kick off");
  BOOST_TEST(text(got.activity, "location") == "Vienna");
  BOOST_TEST((require(read().get(got.activity)).owner == ada));
  BOOST_TEST(
      (require(read().get(got.activity)).at("starts_at") == Value(at("2026-03-01T08:00:00Z"))));
  const std::string subject(600, 's');
  got = capture({.kind = "note", .email = "ann@x.org", .subject = subject, .body = "b"});
  BOOST_TEST(text(got.activity, "subject") == std::string(500, 's'));
  BOOST_TEST(text(got.activity, "body") == subject + "\n\nb");
}

BOOST_AUTO_TEST_CASE(an_event_that_is_repeated_changes_nothing) {
  const CaptureEvent form{.id = "form-1", .kind = "form", .email = "ann@x.org", .company = "Acme"};
  const CaptureResult first = capture(form);
  const std::uint64_t last = require(db.info()).last_sequence;
  const CaptureResult again = capture(form);
  BOOST_TEST(again.repeated);
  BOOST_TEST((again.person == first.person));
  BOOST_TEST(again.person_created);
  BOOST_TEST((again.account == first.account));
  BOOST_TEST(again.account_created);
  BOOST_TEST((again.activity == first.activity));
  BOOST_TEST(joined(again.reasons) == joined(first.reasons));
  BOOST_TEST(require(db.info()).last_sequence == last);
  // The id is what counts, and an event without one is a new one.
  CaptureEvent other = form;
  other.kind = "no such kind";
  BOOST_TEST(capture(other).repeated);
  other = form;
  other.id.clear();
  BOOST_TEST(!capture(other).repeated);
  BOOST_TEST(!capture(other).repeated);
  // Within the transaction too.
  Transaction t = begin();
  other.id = "form-2";
  BOOST_TEST(!require(t.capture(other)).repeated);
  BOOST_TEST(require(t.capture(other)).repeated);
  t.abort();
  BOOST_TEST(!capture(other).repeated);
}

BOOST_AUTO_TEST_CASE(a_refused_capture_leaves_nothing) {
  create("contact", {{"name", "Ann"}, {"email", "ann@x.org"}});
  const std::uint64_t last = require(db.info()).last_sequence;
  Transaction t = begin();
  const CaptureEvent bad{.id = "bad",
                         .kind = "call",
                         .email = "ann@x.org",
                         .phone = "+43660123",
                         .company = "Acme",
                         .activity_fields = {{"starts_at", "2026-03-01T08:00:00Z"},
                                             {"ends_at", "2026-03-01T07:00:00Z"}}};
  BOOST_TEST((t.capture(bad).status().code() == Code::kValidation));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(require(db.info()).last_sequence == last);
  BOOST_TEST(count("account") == 0U);
  BOOST_TEST(count("activity") == 0U);
  BOOST_TEST(
      require(read().get(RecordId(require(read().parse_id("contact:1"))))).at("phone").is_null());
  // And is not remembered: the mended event is taken.
  CaptureEvent good = bad;
  good.activity_fields.clear();
  const CaptureResult got = capture(good);
  BOOST_TEST(!got.repeated);
  BOOST_TEST(text(got.activity, "account") == "account:1");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_an_event) {
  const RecordId acme = create("account", {{"name", "Acme"}});
  auto complaint = [&](CaptureEvent event) {
    if (event.kind.empty()) event.kind = "call";
    const Status status = try_capture(event).status();
    BOOST_TEST((status.code() == Code::kInvalidArgument), status.to_string());
    return std::string(status.message());
  };
  BOOST_TEST(complaint({.name = "Ann Lee"}) ==
             "an event needs an e-mail address, a phone number or the person's id: by which is the "
             "person to be found?");
  BOOST_TEST(complaint({.kind = "fax", .email = "ann@x.org"}) ==
             "kind is one of call, email, meeting, chat, visit, form, note, not \"fax\"");
  BOOST_TEST(complaint({.email = "ann@x.org", .direction = "sideways"}) ==
             "direction is one of inbound, outbound, not \"sideways\"");
  BOOST_TEST(complaint({.email = "ann@x.org", .person = acme}) ==
             "the person of an event is a contact, not account:1");
  BOOST_TEST(complaint({.email = "ann@x.org", .person_fields = {{"citi", "Linz"}}}) ==
             "person_fields: contact has no field \"citi\"; did you mean \"city\"?");
  BOOST_TEST(
      complaint({.email = "ann@x.org", .activity_fields = {{"contact", acme}}}) ==
      "activity_fields: contact follows from the event's own kind, person, company and deal");
  BOOST_TEST(complaint({.email = "ann@x.org", .data = {{"kind", 1}}}) ==
             "data: the member kind is given by the event itself");
  BOOST_TEST(complaint({.email = "ann@x.org", .data = {{1, 1}}}) ==
             "data: its members need a text for a name");
  BOOST_TEST(complaint({.id = std::string(401, 'x'), .email = "ann@x.org"}) ==
             "the id of an event has at most 400 bytes, not 401");
  BOOST_TEST(
      !capture({.id = std::string(400, 'x'), .kind = "call", .email = "ann@x.org"}).repeated);
}

BOOST_AUTO_TEST_CASE(any_model_with_contacts_and_activities_will_do) {
  SmallCrm bare(":memory:", R"({"kith_model": 1, "entities": {
    "contact": {"fields": {"mail": {"type": "text", "semantic": "email", "unique": true}}},
    "activity": {"fields": {"kind": {"type": "text"}, "subject": {"type": "text"},
                            "body": {"type": "text"}}}}})");
  Transaction t = bare.begin();
  const CaptureEvent event{
      .kind = "fax", .source = "hotline", .email = "Ann@x.org", .phone = "123", .company = "Acme"};
  const CaptureResult got = require(t.capture(event));
  BOOST_TEST(got.person_created);
  BOOST_TEST((require(t.get(got.activity)).at("body") == Value("Phone: 123\nSource: hotline")));
  BOOST_TEST(says(got, "contact has no field for the phone number"));
  BOOST_TEST(says(got, "this model keeps no accounts"));
  // Unique addresses are the same whatever their case: found, not refused.
  CaptureEvent other = event;
  other.email = "ANN@X.ORG";
  BOOST_TEST((require(t.capture(other)).person == got.person));
  SmallCrm none(":memory:", R"({"kith_model": 1})");
  Transaction without = none.begin();
  BOOST_TEST(std::string(without.capture(event).status().message()) ==
             "capturing an event needs the entity types contact and activity; this model has no "
             "contact");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::test
