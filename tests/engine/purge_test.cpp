// After a purge no row of the store holds a value of the record.
#include <boost/test/unit_test.hpp>

#include "engine/database.hpp"
#include "history/log.hpp"
#include "tests/api/fixture.hpp"

namespace kith::engine {
namespace {

using test::require;
using test::SmallCrm;

// The text that must not be found, in every form in which the values below are stored.
constexpr std::string_view kMarker = "zzyzx";

constexpr std::string_view kModel = R"json({
  "kith_model": 1, "name": "purge",
  "entities": {
    "account": {"fields": {"name": {"type": "text"}}},
    "contact": {"fields": {
      "name": {"type": "text"},
      "email": {"type": "text", "semantic": "email", "unique": true},
      "notes": {"type": "text"},
      "tags": {"type": "json"},
      "born": {"type": "date"},
      "account": {"type": "reference", "to": "account"}},
      "indexes": {"by_name": ["name"]}},
    "deal": {"fields": {
      "name": {"type": "text"},
      "contact": {"type": "reference", "to": "contact", "on_delete": "clear"}}},
    "activity": {"fields": {
      "kind": {"type": "choice", "options": ["form"]},
      "subject": {"type": "text"},
      "contact": {"type": "reference", "to": "contact", "on_delete": "cascade"}}}
  },
  "automations": {
    "greet": {"entity": "contact", "on": "event", "event": "hello", "steps": [
      {"send": {"topic": "email", "subject": "Hello", "data": {"address": "email", "who": "name"}}},
      {"wait": "1d"}, {"stop": true}]},
    "tell": {"entity": "deal", "on": "event", "event": "hello", "steps": [
      {"wait": "1d"}, {"stop": true}]},
    "fails": {"entity": "contact", "on": "event", "event": "fail", "steps": [
      {"set": {"born": "date(name)"}}]},
    "birthday": {"entity": "contact", "on": "date_reached", "field": "born", "steps": [
      {"stop": true}]}
  }
})json";

struct Fixture : SmallCrm {
  Fixture() : SmallCrm(":memory:", kModel) {}

  static std::string marked(std::string_view text) {
    return std::string(text) + std::string(kMarker) + std::string(text);
  }

  // "table: key" of each row that holds the marker.
  std::vector<std::string> traces() {
    std::vector<std::string> found;
    const auto txn = require(db.impl()->store().begin_read());
    for (const store::TableSpec& spec : store::table_specs()) {
      store::KeyRange range = store::KeyRange::all();
      store::ScanOptions options;
      options.keys_only = spec.kind == store::TableKind::kPostings;
      while (true) {
        const store::ScanBatch batch = require(txn->scan(spec.table, range, options));
        for (const store::KeyValue& row : batch.rows) {
          if (row.key.find(kMarker) != std::string_view::npos ||
              row.value.find(kMarker) != std::string_view::npos) {
            found.push_back(std::string(spec.name) + ": " + std::string(row.key.substr(0, 1)));
          }
        }
        if (batch.done()) break;
        range.first = batch.continuation;
      }
    }
    return found;
  }
  bool is_in(std::string_view where) {
    for (const std::string& trace : traces()) {
      if (trace.starts_with(where)) return true;
    }
    return false;
  }
  void tick(int hours) {
    now = Timestamp(now.seconds() + hours * 3600, 0);
    require(session.tick({.now = now}));
  }
  void write(const std::function<void(Transaction&)>& body) {
    Transaction t = begin();
    body(t);
    KITH_CHECK_OK(t.commit());
  }
};

BOOST_FIXTURE_TEST_SUITE(engine_purge, Fixture)

BOOST_AUTO_TEST_CASE(no_row_of_the_store_remembers_a_purged_record) {
  RecordId ann, deal;
  write([&](Transaction& t) {
    CaptureEvent event;
    event.id = "form-1";
    event.kind = "form";
    event.email = "ann@" + std::string(kMarker) + ".org";
    event.name = marked("Ann ");
    event.subject = "a form";
    ann = require(t.capture(event)).person;
    deal = require(t.create("deal", {{"name", "Pilot"}, {"contact", ann}}));
  });
  write([&](Transaction& t) {
    KITH_CHECK_OK(t.update(ann, {{"notes", marked(std::string(9000, 'n'))},
                                 {"tags", Value(Map{{"nick", marked("t")}})},
                                 {"born", test::date("2030-01-01")}}));
  });
  write([&](Transaction& t) {
    KITH_CHECK_OK(t.update(ann, {{"notes", marked("short")}}));
    require(t.receive({"", "hello", ann, {{"said", marked("hi")}}}));
    require(t.receive({"", "hello", deal, {{"by", ann}, {"said", marked("hi")}}}));
    require(t.receive({"", "fail", ann, {}}));
    MessageDraft own{"letter", {{"text", marked("Dear")}}, marked("key"), ann, {}};
    MessageDraft named{"letter", {{"text", marked("Dear")}, {"to", ann}}, "", deal, {}};
    MessageDraft texted{"letter", {{"to", "contact:1"}, {"text", marked("Dear")}}, "", deal, {}};
    for (const MessageDraft& message : {own, named, texted}) require(t.send(message));
  });
  tick(1);
  for (const char* where :
       {"records", "index", "history", "blobs", "queue: i", "queue: r", "queue: o", "queue: k"}) {
    BOOST_TEST(is_in(where), where << " holds nothing: the test would prove nothing");
  }
  write([&](Transaction& t) { KITH_CHECK_OK(t.purge(ann)); });
  for (const std::string& trace : traces()) BOOST_TEST(trace.empty(), trace);

  // What is left still works, and knows the event.
  write([&](Transaction& t) {
    CaptureEvent again;
    again.id = "form-1";
    again.kind = "form";
    again.email = "somebody@else.org";
    const CaptureResult answer = require(t.capture(again));
    BOOST_TEST(answer.repeated);
    BOOST_TEST((answer.person == ann));
    BOOST_TEST(answer.reasons.empty());
  });
  BOOST_TEST(require(read().outbox()).empty());
  for (const Run& run : require(read().runs())) {
    BOOST_TEST((run.state != RunState::kActive));
  }
  const FeedPage page = require(read().changes({}));
  BOOST_TEST(page.done);
  for (const Change& change : page.changes) {
    for (const Change::FieldChange& field : change.fields) {
      if (change.record != ann) continue;
      BOOST_TEST(field.before.is_null());
      BOOST_TEST(field.after.is_null());
    }
  }
  const Snapshot then = require(session.read_as_of(AsOf::change(3)));
  BOOST_TEST((then.get(ann).status().code() == Code::kNotFound));
  BOOST_TEST(
      (then.find("contact", "email", "ann@" + std::string(kMarker) + ".org").status().code() ==
       Code::kNotFound));
  KITH_CHECK_OK(then.get(deal).status());
  tick(48);
  BOOST_TEST(require(db.check(session)).problem_count == 0u);
}

BOOST_AUTO_TEST_CASE(what_is_about_others_stays) {
  const RecordId ann = create("contact", {{"name", "Ann"}});
  const RecordId bob = create("contact", {{"name", "Bob"}});
  write([&](Transaction& t) {
    require(t.receive({"", "hello", ann, {}}));
    require(t.receive({"", "hello", bob, {}}));
    require(t.send({"letter", {{"to", "contact:21"}}, "b", bob, {}}));
  });
  write([&](Transaction& t) { KITH_CHECK_OK(t.purge(ann)); });
  BOOST_TEST(require(read().outbox()).size() == 1u);
  RunFilter active;
  active.record = bob;
  active.state = RunState::kActive;
  BOOST_TEST(require(read().runs(active)).size() == 1u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
