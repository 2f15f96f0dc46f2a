// The story of a record: its changes, its activities, what is related to it.
#include "kith/timeline.hpp"

#include <boost/test/unit_test.hpp>

#include "crm/change_text.hpp"
#include "tests/crm/crm_fixture.hpp"

namespace kith::test {

namespace {

struct Fixture : StandardCrm {
  RecordId ada = create("user", {{"name", "Ada Hill"}});
  RecordId ann = create("contact", {{"name", "Ann Lee"}, {"email", "ann@x.org"}});

  void later(std::int64_t minutes = 1) {
    now = Timestamp(now.seconds() + minutes * 60, now.nanoseconds());
  }
  void set(RecordId id, const Patch& patch) {
    later();
    KITH_CHECK_OK(update(id, patch));
  }
  std::vector<TimelineItem> story(RecordId id, const TimelineOptions& options = {}) {
    return require(read().timeline(id, options));
  }
  std::string last_title(RecordId id) { return story(id).back().title; }
  std::string last_text(RecordId id) { return story(id).back().text; }
  std::string titles(const std::vector<TimelineItem>& items) {
    std::string all;
    for (const TimelineItem& item : items) all += item.title + "\n";
    return all;
  }
};

BOOST_FIXTURE_TEST_SUITE(crm_timeline, Fixture)

BOOST_AUTO_TEST_CASE(a_change_of_a_long_text_is_told_by_its_beginning) {
  const std::string text = "Ann " + std::string(10'000, 'x');
  set(ann, {{"description", "Ann"}});
  set(ann, {{"description", text}});
  BOOST_TEST(last_title(ann) == "Description: Ann → Ann " + std::string(75, 'x') + "…");
  set(ann, {{"description", "Ann"}});
  BOOST_TEST(last_title(ann) == "Description: Ann " + std::string(75, 'x') + "… → Ann");
}

BOOST_AUTO_TEST_CASE(a_record_tells_how_it_began) {
  const std::vector<TimelineItem> items = story(ann);
  BOOST_REQUIRE(items.size() == 1U);
  BOOST_TEST(items[0].title == "Created");
  BOOST_TEST(items[0].text == "Name: Ann Lee\nEmail: ann@x.org");
  BOOST_TEST((items[0].kind == TimelineKind::kChange));
  BOOST_TEST((items[0].record == ann));
  BOOST_TEST((items[0].at == now));
  BOOST_TEST(items[0].sequence == require(read().get(ann)).version);
  BOOST_TEST(items[0].actor.is_null());
  BOOST_TEST(items[0].actor_name == "");
}

BOOST_AUTO_TEST_CASE(the_stage_is_what_a_move_is_about) {
  const RecordId deal = create("deal", {{"name", "Website"}, {"contact", ann}, {"amount", "1000"}});
  BOOST_TEST(last_text(deal).find("entered") == std::string::npos);
  BOOST_TEST(last_text(deal).find("probability") == std::string::npos);
  BOOST_TEST(last_text(deal).starts_with("Stage: New Lead\nName: Website\n"), last_text(deal));
  set(deal, {{"amount", "1200"}, {"stage", "Contacted"}, {"next_step", "Call"}});
  BOOST_TEST(last_title(deal) == "Stage: New Lead → Contacted");
  BOOST_TEST(last_text(deal) == "Amount: 1,000.00 → 1,200.00\nNext step: Call");
}

BOOST_AUTO_TEST_CASE(a_move_past_the_rules_says_so) {
  const RecordId deal = create("deal", {{"name", "Website"}});
  later();
  Transaction t = begin();
  require(t.move(deal, "Closed Lost"));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(last_title(deal) == "Stage: New Lead → Closed Lost");
  BOOST_TEST(last_text(deal) == "Past the rules of the pipeline");
}

BOOST_AUTO_TEST_CASE(values_as_people_read_them) {
  const RecordId acme = create("account", {{"name", "Acme"}});
  set(ann, {{"owner", ada}});
  BOOST_TEST(last_title(ann) == "Owner: Ada Hill");
  set(ann, {{"owner", nullptr}});
  BOOST_TEST(last_title(ann) == "Owner: Ada Hill → (empty)");
  set(ann, {{"account", acme}});
  BOOST_TEST(last_title(ann) == "Account: Acme");
  set(ann, {{"lead_source", "cold_call"}});
  BOOST_TEST(last_title(ann) == "Lead source: Cold call");
  set(ann, {{"email_opt_out", true}});
  BOOST_TEST(last_title(ann) == "No e-mail: No → Yes");
  set(ann, {{"birthdate", date("1990-05-01")}});
  BOOST_TEST(last_title(ann) == "Birthdate: 1990-05-01");
  set(ann, {{"description", std::string(50, 'a') + "\n" + std::string(50, 'b')}});
  BOOST_TEST(last_title(ann) ==
             "Description: " + std::string(50, 'a') + " " + std::string(28, 'b') + "…");
  set(acme, {{"annual_revenue", Money{decimal("1234567.5"), require(Currency::parse("EUR"))}}});
  BOOST_TEST(last_title(acme) == "Annual revenue: 1,234,567.50 EUR");
  set(acme, {{"annual_revenue", nullptr}, {"employees", 12000}});
  BOOST_TEST(last_title(acme) == "Number of employees: 12000");
  BOOST_TEST(last_text(acme) == "Annual revenue: 1,234,567.50 EUR → (empty)");
}

BOOST_AUTO_TEST_CASE(numbers_in_groups) {
  auto text = [](std::string_view number) { return crm::grouped(decimal(number)); };
  BOOST_TEST(text("0") == "0");
  BOOST_TEST(text("999.5") == "999.5");
  BOOST_TEST(text("-999") == "-999");
  BOOST_TEST(text("1000.00") == "1,000.00");
  BOOST_TEST(text("-123456") == "-123,456");
  BOOST_TEST(text("1234567890.1234") == "1,234,567,890.1234");
  BOOST_TEST(crm::shortened(std::string(80, 'x')) == std::string(80, 'x'));
  BOOST_TEST(crm::shortened(std::string(81, 'x')) == std::string(79, 'x') + "…");
}

BOOST_AUTO_TEST_CASE(times_in_the_zone_of_the_reader) {
  const RecordId call =
      create("activity", {{"kind", "call"}, {"subject", "Hello"}, {"contact", ann}});
  set(call, {{"starts_at", at("2026-03-01T23:30:00Z")}});
  BOOST_TEST(last_title(call) == "Starts at: 2026-03-01 23:30");
  session = require(db.session({.actor = {}, .time_zone = "+01:00"}));
  BOOST_TEST(last_title(call) == "Starts at: 2026-03-02 00:30");
}

BOOST_AUTO_TEST_CASE(deleted_and_restored) {
  later();
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(ann));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(last_title(ann) == "Deleted");
  later();
  t = begin();
  KITH_CHECK_OK(t.restore(ann));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(titles(story(ann)) == "Created\nDeleted\nRestored\n");
}

BOOST_AUTO_TEST_CASE(what_was_purged_is_erased_from_the_stories_of_others) {
  const RecordId bob = create("contact", {{"name", "Bob"}, {"reports_to", ann}});
  later();
  Transaction t = begin();
  KITH_CHECK_OK(t.purge(ann));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((read().timeline(ann).status().code() == Code::kNotFound));
  const std::vector<TimelineItem> items = story(bob);
  BOOST_REQUIRE(items.size() == 2U);
  BOOST_TEST(items[0].text == "Name: Bob\nReports to: (erased)");
  BOOST_TEST(items[1].title == "Reports to: (erased) → (empty)");
}

BOOST_AUTO_TEST_CASE(who_and_why) {
  session = require(db.session({.actor = ada, .capabilities = Capabilities::all()}));
  later();
  Transaction t = require(session.begin({.now = now, .cause = "ticket 7"}));
  KITH_CHECK_OK(t.update(ann, {{"city", "Linz"}}));
  KITH_CHECK_OK(t.commit());
  const TimelineItem item = story(ann).back();
  BOOST_TEST((item.actor == ada));
  BOOST_TEST(item.actor_name == "Ada Hill");
  BOOST_TEST(item.cause == "ticket 7");
}

BOOST_AUTO_TEST_CASE(activities_stand_where_they_happened) {
  later(60);
  set(ann, {{"city", "Linz"}});
  session = require(db.session({.actor = ada}));
  const CaptureResult call = capture({.kind = "call",
                                      .at = at("2026-03-01T09:30:00Z"),
                                      .subject = "Discovery call",
                                      .body = "Wants a website\n",
                                      .person = ann,
                                      .activity_fields = {{"outcome", "Offer by Friday"}}});
  const CaptureResult form = capture({.kind = "form", .source = "website", .person = ann});
  create("activity", {{"kind", "note"}, {"subject", "Note to self"}, {"contact", ann}});
  later();
  KITH_CHECK_OK(update(call.activity, {{"location", "phone"}}));
  const std::vector<TimelineItem> items = story(ann);
  BOOST_TEST(titles(items) ==
             "Created\n"
             "Call: Discovery call (inbound)\n"
             "City: Linz\n"
             "Web form: website (inbound)\n"
             "Note: Note to self\n");
  BOOST_TEST((items[1].kind == TimelineKind::kActivity));
  BOOST_TEST((items[1].at == at("2026-03-01T09:30:00Z")));
  BOOST_TEST(items[1].text == "Wants a website\nOutcome: Offer by Friday");
  BOOST_TEST((items[1].record == call.activity));
  BOOST_TEST(items[1].actor_name == "Ada Hill");
  BOOST_TEST(items[1].sequence < items[3].sequence);
  BOOST_TEST((items[3].record == form.activity));
  // An activity has a story of its own, and those that are gone are left out.
  BOOST_TEST(titles(story(call.activity)) == "Created\nLocation: phone\n");
  session = require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(call.activity));
  KITH_CHECK_OK(t.purge(form.activity));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(titles(story(ann)) == "Created\nCity: Linz\nNote: Note to self\n");
}

BOOST_AUTO_TEST_CASE(the_changes_of_related_records) {
  const RecordId deal = create("deal", {{"name", "Website"}, {"contact", ann}});
  set(deal, {{"stage", "Contacted"}});
  later();
  const RecordId task = create("task", {{"subject", "Call Ann"}, {"contact", ann}});
  set(task, {{"status", "done"}});
  BOOST_TEST(titles(story(ann)) == "Created\n");
  const TimelineOptions both{.related = {"deal", "task"}};
  BOOST_TEST(titles(story(ann, both)) ==
             "Created\n"
             "Deal Website: Created\n"
             "Deal Website: Stage: New Lead → Contacted\n"
             "Task Call Ann: Created\n"
             "Task Call Ann: Status: Open → Done\n");
  BOOST_TEST((story(ann, both)[2].record == deal));
  // A deleted one tells that too.
  later();
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(deal));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(story(ann, both).back().title == "Deal Website: Deleted");
  const Status unknown = read().timeline(ann, {.related = {"deel"}}).status();
  BOOST_TEST((unknown.code() == Code::kInvalidArgument));
  BOOST_TEST(std::string(unknown.message()).find("deal") != std::string::npos, unknown.to_string());
}

BOOST_AUTO_TEST_CASE(a_record_named_twice_is_told_once) {
  const RecordId acme = create("account", {{"name", "Acme"}});
  SmallCrm crm(":memory:", R"({"kith_model": 1, "entities": {
    "person": {"title": "name", "fields": {"name": {"type": "text"}}},
    "activity": {"title": "about", "fields": {
      "about": {"type": "text"},
      "from": {"type": "reference", "to": "person"},
      "to": {"type": "reference_list", "to": "person"}}}}})");
  const RecordId jo = crm.create("person", {{"name", "Jo"}});
  crm.create("activity", {{"about", "Memo"}, {"from", jo}, {"to", List{Value(jo)}}});
  crm.create("activity", {{"about", "Letter"}, {"to", List{Value(jo)}}});
  BOOST_TEST(titles(require(crm.read().timeline(jo))) == "Created\nMemo\nLetter\n");
  BOOST_TEST(titles(story(acme)) == "Created\n");
}

BOOST_AUTO_TEST_CASE(the_newest_of_many) {
  const RecordId deal = create("deal", {{"name", "Website"}, {"contact", ann}});
  for (int i = 0; i < 30; ++i) {
    set(ann, {{"city", "City " + std::to_string(i)}});
    set(deal, {{"next_step", "Step " + std::to_string(i)}});
    capture({.kind = "chat", .subject = "Chat " + std::to_string(i), .person = ann});
  }
  const std::vector<TimelineItem> all = story(ann, {.limit = 0, .related = {"deal"}});
  BOOST_REQUIRE(all.size() == 92U);
  for (std::uint64_t limit : {1, 2, 3, 10, 91, 92, 93}) {
    std::vector<TimelineItem> some = story(ann, {.limit = limit, .related = {"deal"}});
    BOOST_REQUIRE(some.size() == std::min<std::size_t>(limit, 92));
    for (std::size_t i = 0; i < some.size(); ++i) {
      BOOST_TEST(some[i].title == all[all.size() - some.size() + i].title);
    }
    std::vector<TimelineItem> turned =
        story(ann, {.limit = limit, .newest_first = true, .related = {"deal"}});
    std::reverse(turned.begin(), turned.end());
    BOOST_TEST(titles(turned) == titles(some));
  }
}

BOOST_AUTO_TEST_CASE(changes_of_a_transaction_are_told_once_it_is_committed) {
  later();
  Transaction t = begin();
  BOOST_TEST(titles(require(t.timeline(ann))) == "Created\n");
  require(t.create("activity", {{"kind", "note"}, {"subject", "Now"}, {"contact", ann}}));
  KITH_CHECK_OK(t.update(ann, {{"city", "Linz"}}));
  BOOST_TEST(titles(require(t.timeline(ann))) == "Created\nNote: Now\n");
  const RecordId bob = require(t.create("contact", {{"name", "Bob"}}));
  BOOST_TEST(require(t.timeline(bob)).empty());
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(titles(story(ann)) == "Created\nNote: Now\nCity: Linz\n");
}

BOOST_AUTO_TEST_CASE(records_that_are_not_there) {
  BOOST_TEST((read().timeline(RecordId(ann.type(), 99)).status().code() == Code::kNotFound));
  BOOST_TEST((read().timeline(RecordId()).status().code() == Code::kNotFound));
  BOOST_TEST((read().timeline(RecordId(999, 1)).status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::test
