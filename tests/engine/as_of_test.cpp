#include "engine/as_of.hpp"

#include <boost/test/unit_test.hpp>
#include <map>
#include <set>

#include "tests/api/fixture.hpp"
#include "tests/workload/compare.hpp"
#include "tests/workload/workload.hpp"

namespace kith::engine {
namespace {

using test::require;
using test::SmallCrm;

// Everything that can be asked of the records, as text.
struct Memory {
  std::map<RecordId, Record> records;
  std::map<std::string, std::string> answers;
};

std::string text_of(const std::vector<std::vector<Value>>& rows) {
  std::string text;
  for (const auto& row : rows) {
    for (const Value& value : row) text += value.to_string() + "|";
    text += "\n";
  }
  return text;
}

void ask(const Snapshot& snapshot, const Query& query, Memory* memory) {
  const Rows rows = require(snapshot.query(query));
  memory->answers[query.entity + " where " + query.where] = text_of(rows.rows);
}

Memory remember(const Snapshot& snapshot) {
  Memory memory;
  for (std::uint16_t type = 1; type <= workload::kLastType; ++type) {
    Query all;
    all.entity = workload::type_name(type);
    all.include_deleted = true;
    all.select = {{"id", "id"}};
    for (const auto& row : require(snapshot.query(all)).rows) {
      const RecordId id = *row[0].reference();
      memory.records.emplace(id, require(snapshot.get(id)));
      std::string& back = memory.answers["referring to " + snapshot.format_id(id)];
      for (std::uint16_t from = 1; from <= workload::kLastType; ++from) {
        const auto found =
            snapshot.referring(id, workload::type_name(from), workload::reference_name(from), 1000);
        for (const RecordId one : require(found)) back += snapshot.format_id(one) + " ";
      }
    }
  }
  Query grouped;
  grouped.entity = "deal";
  grouped.group_by = {{.name = "stage", .of = "stage"}};
  grouped.measures = {{.name = "n"},
                      {.name = "total", .function = Measure::Function::kSum, .of = "amount"}};
  ask(snapshot, grouped, &memory);
  for (const char* where : {"amount >= 30", "amount < 30", "stage == 'Offer'", "name == 'n4'",
                            "has(account) && has(account.name)", "updated > created"}) {
    Query query;
    query.entity = "deal";
    query.where = where;
    query.select = {{"id", "id"}, {"amount", "amount"}};
    ask(snapshot, query, &memory);
  }
  return memory;
}

void check_record(const Record& was, const Record& is) {
  BOOST_TEST(is.version == was.version);
  BOOST_TEST((is.created == was.created));
  BOOST_TEST((is.updated == was.updated));
  BOOST_TEST((is.owner == was.owner));
  BOOST_TEST(is.deleted == was.deleted);
  BOOST_TEST((is.fields == was.fields));
}

using Past = std::map<std::uint64_t, Memory>;

// The moment after this change is as it was, but for records that were purged since.
void check_moment(const kith::Session& session, std::uint64_t sequence, const Memory& was,
                  const Memory& now, bool whole_history) {
  const Snapshot then = require(session.read_as_of(AsOf::change(sequence)));
  const Memory is = remember(then);
  bool purged = false;
  for (const auto& [id, record] : was.records) {
    const auto found = is.records.find(id);
    BOOST_TEST((found == is.records.end()) == !now.records.contains(id));
    purged = purged || !now.records.contains(id);
    if (found != is.records.end()) check_record(record, found->second);
  }
  if (purged) return;  // references to it lead nowhere, in the answers too
  BOOST_TEST(is.records.size() == was.records.size());
  BOOST_TEST((is.answers == was.answers));
  if (!whole_history) return;
  for (const std::string& line : workload::examine(then)) BOOST_TEST(line.empty(), line);
}

// Sixty generated steps, among them other forms of the model, large values and purges.
Past live_through(workload::Workload* work, const kith::Database& db) {
  Past past;
  past[0] = remember(require(work->session().read()));
  for (int step = 0; step < 60 && work->ok(); ++step) {
    work->step();
    past[require(db.info()).last_sequence] = remember(require(work->session().read()));
  }
  BOOST_REQUIRE(work->ok());
  return past;
}

BOOST_AUTO_TEST_SUITE(engine_as_of)

BOOST_AUTO_TEST_CASE(every_past_moment_is_as_it_was) {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      workload::SeededChoices choices(seed);
      const kith::Database db = require(workload::create_database(":memory:"));
      workload::Workload work(db, choices);
      const Past past = live_through(&work, db);
      for (const auto& [sequence, was] : past) {
        if (sequence == 0) continue;
        BOOST_TEST_CONTEXT("sequence " << sequence) {
          check_moment(work.session(), sequence, was, past.rbegin()->second, true);
        }
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(every_moment_from_the_floor_on_is_as_it_was) {
  for (std::uint64_t seed = 21; seed <= 23; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) {
      workload::SeededChoices choices(seed);
      const kith::Database db = require(workload::create_database(":memory:"));
      workload::Workload work(db, choices);
      const Past past = live_through(&work, db);
      const kith::Session session =
          require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
      const auto middle = std::next(past.begin(), static_cast<std::ptrdiff_t>(past.size() / 2));
      const Snapshot there = require(session.read_as_of(AsOf::change(middle->first)));
      const Timestamp keep_from =
          require(there.changes({.cursor = middle->first - 1})).changes[0].at;
      BOOST_TEST(require(session.trim_history({.keep_from = keep_from})).dropped > 0u);
      const std::uint64_t first = require(db.info()).first_sequence;
      for (const auto& [sequence, was] : past) {
        if (sequence == 0) continue;
        BOOST_TEST_CONTEXT("sequence " << sequence) {
          if (sequence >= first) {
            check_moment(session, sequence, was, past.rbegin()->second, false);
          } else {
            const Status status = session.read_as_of(AsOf::change(sequence)).status();
            BOOST_TEST((status.code() == Code::kHistoryTrimmed));
          }
        }
      }
    }
  }
}

struct Fixture : SmallCrm {
  void tick(int hours) { now = Timestamp(now.seconds() + hours * 3600, 0); }
  std::uint64_t last() { return require(db.info()).last_sequence; }
  Snapshot as_of(Timestamp when) { return require(session.read_as_of(AsOf::time(when))); }
  Snapshot as_of(std::uint64_t change) { return require(session.read_as_of(AsOf::change(change))); }
};

BOOST_FIXTURE_TEST_CASE(a_moment_is_a_time_or_a_change, Fixture) {
  const Timestamp begin = now;
  const RecordId acme = create("account", {{"name", "Acme"}});
  tick(1);
  KITH_CHECK_OK(update(acme, {{"name", "Acme Ltd"}}));
  const Timestamp before(begin.seconds() - 1, 0);
  BOOST_TEST((as_of(before).get(acme).status().code() == Code::kNotFound));
  BOOST_TEST((require(as_of(begin).get(acme)).at("name") == Value("Acme")));
  BOOST_TEST((require(as_of(now).get(acme)).at("name") == Value("Acme Ltd")));
  BOOST_TEST(
      (require(as_of(test::at("2030-01-01T00:00:00Z")).get(acme)).at("name") == Value("Acme Ltd")));
  BOOST_TEST((require(as_of(1).get(acme)).at("name") == Value("Acme")));
  BOOST_TEST((session.read_as_of(AsOf::change(3)).status().code() == Code::kNotFound));
  BOOST_TEST((session.read_as_of(AsOf::time(Timestamp(INT64_MAX, 0))).status().code() ==
              Code::kInvalidArgument));
  Query since;
  since.entity = "account";
  since.where = "created == now";
  since.select = {{"id", "id"}};
  BOOST_TEST(require(as_of(begin).query(since)).rows.size() == 1u);
  BOOST_TEST(require(as_of(now).query(since)).rows.empty());
  const auto history = require(as_of(begin).history(acme));
  BOOST_REQUIRE_EQUAL(history.size(), 1u);
  BOOST_TEST((history[0].kind == ChangeKind::kCreate));
}

BOOST_FIXTURE_TEST_CASE(a_change_is_rounded_up_to_its_transaction, Fixture) {
  Transaction t = begin();
  const RecordId one = require(t.create("account", {{"name", "One"}}));
  const RecordId two = require(t.create("account", {{"name", "Two"}}));
  KITH_CHECK_OK(t.commit());
  create("account", {{"name", "Three"}});
  const Snapshot then = as_of(1);
  KITH_CHECK_OK(then.get(one).status());
  KITH_CHECK_OK(then.get(two).status());
  BOOST_TEST((then.find("account", "name", "Three").status().code() == Code::kNotFound));
}

BOOST_FIXTURE_TEST_CASE(a_unique_value_that_changed_hands_is_found_where_it_was, Fixture) {
  const RecordId ann = create("contact", {{"email", "info@acme.org"}});
  const RecordId bob = create("contact", {{"email", "bob@acme.org"}});
  KITH_CHECK_OK(update(ann, {{"email", "ann@acme.org"}}));
  KITH_CHECK_OK(update(bob, {{"email", "info@acme.org"}}));
  const RecordId cid = create("contact", {{"email", "bob@acme.org"}});
  for (std::uint64_t sequence = 2; sequence <= 5; ++sequence) {
    const Snapshot then = as_of(sequence);
    const auto found = then.find("contact", "email", "info@acme.org");
    if (sequence == 3) {
      BOOST_TEST((found.status().code() == Code::kNotFound));
    } else {
      BOOST_TEST((require(found) == (sequence < 3 ? ann : bob)));
    }
    const auto other = then.find("contact", "email", "bob@acme.org");
    if (sequence == 4) {
      BOOST_TEST((other.status().code() == Code::kNotFound));
    } else {
      BOOST_TEST((require(other) == (sequence < 4 ? bob : cid)));
    }
  }
}

BOOST_FIXTURE_TEST_CASE(the_model_is_todays, Fixture) {
  const RecordId deal = create("deal", {{"name", "Pilot"}, {"note", "old"}, {"amount", "5"}});
  const std::uint64_t then = last();
  std::string changed(test::kSmallCrm);
  const auto replace = [&](const std::string& from, const std::string& to) {
    const std::size_t at = changed.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    changed.replace(at, from.size(), to);
  };
  replace(R"("note": {"type": "text"})", R"("color": {"type": "text"})");
  replace(R"("by_amount": ["amount"])", R"("by_color": ["color"])");
  BOOST_REQUIRE(db.apply_model(session, changed).ok());
  KITH_CHECK_OK(update(deal, {{"color", "red"}, {"amount", "9"}}));
  const Snapshot past = as_of(then);
  const Record was = require(past.get(deal));
  BOOST_TEST(was.at("color").is_null());
  BOOST_TEST((was.at("amount") == Value(test::decimal("5.00"))));
  Query query;
  query.entity = "deal";
  query.select = {{"id", "id"}};
  query.where = "color == null";
  BOOST_TEST(require(past.query(query)).rows.size() == 1u);
  BOOST_TEST(require(read().query(query)).rows.empty());
  query.where = "note == 'old'";
  BOOST_TEST(!past.query(query).ok());
}

BOOST_FIXTURE_TEST_CASE(what_has_no_past_says_so, Fixture) {
  create("account", {{"name", "Acme"}});
  const Snapshot then = as_of(1);
  BOOST_TEST((then.runs().status().code() == Code::kUnsupported));
  BOOST_TEST((then.outbox().status().code() == Code::kUnsupported));
  BOOST_TEST((then.next_due().status().code() == Code::kUnsupported));
  BOOST_TEST((then.cursor("x").status().code() == Code::kUnsupported));
  BOOST_TEST((then.cursors().status().code() == Code::kUnsupported));
  KITH_CHECK_OK(then.automations().status());
  KITH_CHECK_OK(then.pipelines().status());
  KITH_CHECK_OK(then.reports().status());
}

BOOST_FIXTURE_TEST_CASE(stages_timeline_and_feed_end_at_the_moment, Fixture) {
  const RecordId deal = create("deal", {{"name", "Pilot"}});
  tick(1);
  Transaction t = begin();
  KITH_CHECK_OK(t.move(deal, "Offer").status());
  KITH_CHECK_OK(t.commit());
  tick(1);
  const Timestamp then = now;
  tick(1);
  Transaction u = begin();
  KITH_CHECK_OK(u.move(deal, "Won").status());
  KITH_CHECK_OK(u.commit());
  const Snapshot past = as_of(then);
  const auto visits = require(past.stage_history(deal));
  BOOST_REQUIRE_EQUAL(visits.size(), 2u);
  BOOST_TEST(visits[1].stage == "Offer");
  BOOST_TEST(!visits[1].left.has_value());
  BOOST_TEST((visits[1].duration == Duration::hours(1)));
  BOOST_TEST(require(past.timeline(deal)).size() == 2u);
  const FeedPage page = require(past.changes({}));
  BOOST_TEST(page.changes.size() == 2u);
  BOOST_TEST(page.done);
  BOOST_TEST(require(read().timeline(deal)).size() == 3u);
}

BOOST_AUTO_TEST_CASE(too_many_changes_are_refused_by_name) {
  CreateOptions options{
      .model = std::string(test::kSmallCrm), .now = test::at("2026-03-01T09:00:00Z"), .open = {}};
  options.open.limits.max_as_of_changes = 2;
  const kith::Database db = require(kith::Database::create(":memory:", options));
  const kith::Session session =
      require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
  for (const char* name : {"A", "B", "C", "D"}) {
    Transaction t = require(session.begin({.now = options.now}));
    KITH_CHECK_OK(t.create("account", {{"name", name}}).status());
    KITH_CHECK_OK(t.commit());
  }
  KITH_CHECK_OK(session.read_as_of(AsOf::change(2)).status());
  const Status refused = session.read_as_of(AsOf::change(1)).status();
  BOOST_TEST((refused.code() == Code::kLimit));
  BOOST_TEST(refused.message().find("max_as_of_changes") != std::string_view::npos);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
