#include "engine/undo.hpp"

#include <boost/test/unit_test.hpp>
#include <functional>
#include <map>

#include "tests/api/fixture.hpp"
#include "tests/workload/workload.hpp"

namespace kith::engine {
namespace {

using test::decimal;
using test::require;
using test::SmallCrm;

struct Fixture : SmallCrm {
  RecordId acme = create("account", {{"name", "Acme"}, {"industry", "retail"}});
  RecordId ann = create("contact", {{"email", "ann@acme.org"}, {"account", acme}});
  RecordId deal = create("deal", {{"name", "Pilot"}, {"amount", "5"}});

  std::uint64_t last() { return require(db.info()).last_sequence; }
  // The last sequence of a transaction that did this.
  std::uint64_t run(const std::function<void(Transaction&)>& body) {
    Transaction t = begin();
    body(t);
    KITH_CHECK_OK(t.commit());
    return last();
  }
  Result<UndoResult> undo(std::uint64_t sequence, const std::string& cause = {}) {
    Transaction t = require(session.begin({.now = now, .cause = cause}));
    Result<UndoResult> result = t.undo(sequence);
    if (result.ok()) KITH_CHECK_OK(t.commit());
    return result;
  }
  Record get(RecordId id) { return require(read().get(id)); }
  bool is_live(RecordId id) { return !get(id).deleted; }
};

BOOST_FIXTURE_TEST_SUITE(engine_undo, Fixture)

BOOST_AUTO_TEST_CASE(a_transaction_is_taken_back_as_a_whole_and_again) {
  RecordId beta, bob;
  const std::uint64_t sequence = run([&](Transaction& t) {
    beta = require(t.create("account", {{"name", "Beta"}, {"parent", acme}}));
    bob = require(t.create("contact", {{"email", "bob@beta.org"}, {"account", beta}}));
    KITH_CHECK_OK(t.update(ann, {{"account", beta}, {"email", "ann@beta.org"}}));
    KITH_CHECK_OK(t.remove(deal));
  });
  const UndoResult undone = require(undo(sequence - 1));  // any change of it will do
  BOOST_TEST(undone.first_sequence == sequence - 3);
  BOOST_TEST(undone.last_sequence == sequence);
  BOOST_TEST(undone.records == 4u);
  BOOST_TEST(!is_live(beta));
  BOOST_TEST(!is_live(bob));
  BOOST_TEST(is_live(deal));
  BOOST_TEST((get(ann).at("account") == Value(acme)));
  BOOST_TEST((get(ann).at("email") == Value("ann@acme.org")));
  const Change change = require(read().history(ann)).front();
  BOOST_TEST(change.cause == "undo of " + std::to_string(sequence - 1));
  BOOST_TEST((change.kind == ChangeKind::kUpdate));
  // Undoing that is doing it again.
  require(undo(last(), "ticket 7"));
  BOOST_TEST(is_live(beta));
  BOOST_TEST(is_live(bob));
  BOOST_TEST(!is_live(deal));
  BOOST_TEST((get(ann).at("account") == Value(beta)));
  BOOST_TEST((require(read().find("contact", "email", "ann@beta.org")) == ann));
  BOOST_TEST(require(read().history(ann)).front().cause == "ticket 7");
}

BOOST_AUTO_TEST_CASE(every_value_that_was_changed_since_is_a_conflict) {
  const std::uint64_t sequence = run([&](Transaction& t) {
    KITH_CHECK_OK(t.update(deal, {{"amount", "7"}, {"note", "seven"}, {"name", "Seven"}}));
    KITH_CHECK_OK(t.update(acme, {{"industry", "finance"}}));
  });
  KITH_CHECK_OK(update(deal, {{"amount", "9"}, {"note", "nine"}}));
  const std::uint64_t before = last();
  const Status status = undo(sequence).status();
  BOOST_TEST((status.code() == Code::kConflict));
  BOOST_REQUIRE_EQUAL(status.violations().size(), 2u);
  BOOST_TEST(status.violations()[0].field == "amount");
  BOOST_TEST(status.violations()[0].message.find("deal:1") != std::string::npos);
  BOOST_TEST(status.violations()[0].message.find("9") != std::string::npos);
  BOOST_TEST(status.violations()[1].field == "note");
  BOOST_TEST(last() == before);
  BOOST_TEST((get(acme).at("industry") == Value("finance")));
  // What has its former value already is no conflict.
  KITH_CHECK_OK(update(deal, {{"amount", "5"}, {"note", Value()}}));
  BOOST_TEST(undo(sequence).status().violations().size() == 0u);
  BOOST_TEST((get(deal).at("name") == Value("Pilot")));
}

BOOST_AUTO_TEST_CASE(what_it_made_and_others_changed_stays) {
  RecordId beta;
  const std::uint64_t sequence = run([&](Transaction& t) {
    beta = require(t.create("account", {{"name", "Beta"}}));
  });
  KITH_CHECK_OK(update(beta, {{"industry", "retail"}}));
  const Status status = undo(sequence).status();
  BOOST_TEST((status.code() == Code::kConflict));
  BOOST_TEST(status.violations().front().field == "industry");
  BOOST_TEST(is_live(beta));
}

BOOST_AUTO_TEST_CASE(what_it_made_is_kept_by_those_that_refer_to_it) {
  RecordId beta;
  const std::uint64_t sequence = run([&](Transaction& t) {
    beta = require(t.create("account", {{"name", "Beta"}}));
  });
  const RecordId pilot = create("deal", {{"name", "Beta pilot"}, {"account", beta}});
  const Status status = undo(sequence).status();
  BOOST_TEST((status.code() == Code::kValidation));
  BOOST_TEST(status.violations().front().code == "restricted");
  BOOST_TEST(is_live(beta));
  KITH_CHECK_OK(update(pilot, {{"account", Value()}}));
  const RecordId bob = create("contact", {{"email", "bob@beta.org"}, {"account", beta}});
  BOOST_TEST(require(undo(sequence)).records == 2u);  // it cascades
  BOOST_TEST(!is_live(bob));
}

BOOST_AUTO_TEST_CASE(unique_values_pass_back_from_hand_to_hand) {
  const RecordId bob = create("contact", {{"email", "bob@acme.org"}});
  RecordId cid;
  const std::uint64_t sequence = run([&](Transaction& t) {
    KITH_CHECK_OK(t.update(ann, {{"email", "free@acme.org"}}));
    KITH_CHECK_OK(t.update(bob, {{"email", "ann@acme.org"}}));
    KITH_CHECK_OK(t.update(ann, {{"email", "new@acme.org"}}));
    cid = require(t.create("contact", {{"email", "bob@acme.org"}}));
  });
  for (int round = 0; round < 3; ++round) {
    require(undo(round == 0 ? sequence : last()));
    const Snapshot s = read();
    const bool back = round % 2 == 0;
    BOOST_TEST((require(s.find("contact", "email", "ann@acme.org")) == (back ? ann : bob)));
    BOOST_TEST((require(s.find("contact", "email", "bob@acme.org")) == (back ? bob : cid)));
    BOOST_TEST(s.find("contact", "email", "new@acme.org").ok() != back);
  }
}

BOOST_AUTO_TEST_CASE(a_unique_value_that_somebody_else_has_now_is_refused) {
  const std::uint64_t sequence = run([&](Transaction& t) {
    KITH_CHECK_OK(t.update(ann, {{"email", "new@acme.org"}}));
  });
  const RecordId bob = create("contact", {{"email", "ann@acme.org"}});
  const Status status = undo(sequence).status();
  BOOST_TEST((status.code() == Code::kValidation));
  BOOST_TEST(status.violations().front().code == "unique");
  BOOST_TEST((require(read().find("contact", "email", "ann@acme.org")) == bob));
  BOOST_TEST((require(read().find("contact", "email", "new@acme.org")) == ann));
}

BOOST_AUTO_TEST_CASE(a_refusal_leaves_the_transaction_as_it_was) {
  const RecordId gone = create("account", {{"name", "Gone"}});
  KITH_CHECK_OK(update(deal, {{"account", gone}}));
  const std::uint64_t sequence = run([&](Transaction& t) {
    KITH_CHECK_OK(t.update(deal, {{"account", acme}, {"amount", "8"}}));
    KITH_CHECK_OK(t.update(ann, {{"email", "x@acme.org"}}));
  });
  run([&](Transaction& t) { KITH_CHECK_OK(t.remove(gone)); });
  Transaction t = begin();
  KITH_CHECK_OK(t.update(acme, {{"industry", "finance"}}));
  const Status status = t.undo(sequence).status();
  BOOST_TEST((status.code() == Code::kValidation));
  BOOST_TEST(status.violations().front().code == "reference");
  BOOST_TEST((require(t.get(ann)).at("email") == Value("x@acme.org")));
  BOOST_TEST((require(t.find("contact", "email", "x@acme.org")) == ann));
  BOOST_TEST((require(t.get(deal)).at("amount") == Value(decimal("8.00"))));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((get(acme).at("industry") == Value("finance")));
  BOOST_TEST(last() == sequence + 2);
}

// Neither the pipeline nor rules before saving are asked; what the engine keeps comes back.
BOOST_AUTO_TEST_CASE(a_move_is_taken_back_with_all_it_kept) {
  const Record before = get(deal);
  now = test::at("2026-03-02T09:00:00Z");
  const std::uint64_t sequence =
      run([&](Transaction& t) { KITH_CHECK_OK(t.move(deal, "Offer").status()); });
  now = test::at("2026-03-03T09:00:00Z");
  require(undo(sequence));
  const Record after = get(deal);
  BOOST_TEST((after.fields == before.fields));
  const auto visits = require(read().stage_history(deal));
  BOOST_REQUIRE_EQUAL(visits.size(), 3u);
  BOOST_TEST(visits[1].stage == "Offer");
  BOOST_TEST((visits[1].duration == Duration::hours(24)));
  BOOST_TEST(visits[2].stage == "New");
  BOOST_TEST((visits[2].entered == now));
  const std::uint64_t created = require(read().history(deal)).back().sequence;
  BOOST_TEST(require(undo(created)).records == 1u);
  BOOST_TEST(!is_live(deal));
}

BOOST_AUTO_TEST_CASE(large_values_come_back_and_count_by_their_bytes) {
  const Value first(std::string(9000, 'a')), second(std::string(9000, 'b'));
  KITH_CHECK_OK(update(deal, {{"note", first}}));
  const std::uint64_t sequence = run([&](Transaction& t) {
    KITH_CHECK_OK(t.update(deal, {{"note", second}}));
  });
  require(undo(sequence));
  BOOST_TEST((get(deal).at("note") == first));
  require(undo(last()));
  BOOST_TEST((get(deal).at("note") == second));
  KITH_CHECK_OK(update(deal, {{"note", Value()}}));
  const Status status = undo(sequence).status();
  BOOST_TEST((status.code() == Code::kConflict));
  BOOST_TEST(status.message().size() + status.violations().front().message.size() < 300u);
  KITH_CHECK_OK(update(deal, {{"note", second}}));  // the same text, kept anew
  require(undo(sequence));
  BOOST_TEST((get(deal).at("note") == first));
  const auto report = require(db.check(session));
  BOOST_TEST(report.problems.empty());
}

BOOST_AUTO_TEST_CASE(what_was_purged_does_not_come_back) {
  const std::uint64_t changed = run([&](Transaction& t) {
    KITH_CHECK_OK(t.update(ann, {{"email", "x@acme.org"}}));
  });
  const std::uint64_t purged = run([&](Transaction& t) { KITH_CHECK_OK(t.purge(ann)); });
  BOOST_TEST((undo(purged).status().code() == Code::kInvalidArgument));
  BOOST_TEST((undo(changed).status().code() == Code::kConflict));
  BOOST_TEST((undo(last() + 1).status().code() == Code::kNotFound));
  BOOST_TEST((undo(0).status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_CASE(a_restore_is_taken_back_by_removing) {
  run([&](Transaction& t) { KITH_CHECK_OK(t.remove(ann)); });
  const std::uint64_t restored = run([&](Transaction& t) { KITH_CHECK_OK(t.restore(ann)); });
  require(undo(restored));
  BOOST_TEST(!is_live(ann));
  BOOST_TEST((read().find("contact", "email", "ann@acme.org").status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_CASE(too_many_records_are_refused_by_name) {
  CreateOptions options{.model = std::string(test::kSmallCrm), .now = now, .open = {}};
  options.open.limits.max_undo_records = 2;
  const kith::Database small = require(kith::Database::create(":memory:", options));
  const kith::Session who =
      require(small.session({.actor = {}, .capabilities = Capabilities::all()}));
  Transaction t = require(who.begin({.now = now}));
  for (const char* name : {"A", "B", "C"}) require(t.create("account", {{"name", name}}));
  KITH_CHECK_OK(t.commit());
  Transaction u = require(who.begin({.now = now}));
  const Status status = u.undo(1).status();
  BOOST_TEST((status.code() == Code::kLimit));
  BOOST_TEST(status.message().find("max_undo_records") != std::string_view::npos);
}

// The records as they are, deleted ones too.
std::map<RecordId, Record> records_of(const Snapshot& snapshot) {
  std::map<RecordId, Record> records;
  for (std::uint16_t type = 1; type <= workload::kLastType; ++type) {
    Query all;
    all.entity = workload::type_name(type);
    all.include_deleted = true;
    all.select = {{"id", "id"}};
    for (const auto& row : require(snapshot.query(all)).rows) {
      const RecordId id = *row[0].reference();
      records.emplace(id, require(snapshot.get(id)));
    }
  }
  return records;
}

void check_sound(const kith::Database& database, const kith::Session& session) {
  for (const Problem& problem : require(database.check(session)).problems) {
    BOOST_TEST(problem.code.empty(),
               problem.code << ", " << problem.where << ": " << problem.message);
  }
}

// All of a generated history, undone from its last transaction to the first or to a purge.
BOOST_AUTO_TEST_CASE(undone_in_turn_transactions_lead_back_to_every_former_state) {
  std::size_t undone = 0;
  for (std::uint64_t seed = 41; seed <= 60; ++seed) {
    workload::SeededChoices choices(seed);
    const kith::Database database = require(workload::create_database(":memory:"));
    workload::Workload work(database, choices);
    std::map<std::uint64_t, std::map<RecordId, Record>> past;
    for (int step = 0; step < 40 && work.ok(); ++step) {
      work.step();
      past[require(database.info()).last_sequence] = records_of(require(work.session().read()));
    }
    BOOST_REQUIRE(work.ok());
    const kith::Session who =
        require(database.session({.actor = {}, .capabilities = Capabilities::all()}));
    check_sound(database, who);
    for (std::uint64_t sequence = past.rbegin()->first; sequence > 0;) {
      BOOST_TEST_CONTEXT("seed " << seed << ", change " << sequence) {
        Transaction t = require(who.begin({.now = work.now()}));
        const Result<UndoResult> result = t.undo(sequence);
        if (result.status().code() == Code::kInvalidArgument) break;  // it purged something
        BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
        KITH_CHECK_OK(t.commit());
        ++undone;
        sequence = result->first_sequence - 1;
        const auto was = past.find(sequence);
        if (was == past.end()) continue;
        for (const auto& [id, is] : records_of(require(who.read()))) {
          const auto before = was->second.find(id);
          BOOST_TEST(is.deleted == (before == was->second.end() || before->second.deleted));
          if (before != was->second.end()) BOOST_TEST((is.fields == before->second.fields));
        }
      }
    }
    check_sound(database, who);
  }
  BOOST_TEST(undone > 100u);
}

struct Family : Fixture {
  RecordId child = create("account", {{"name", "Child"}, {"parent", acme}});
  RecordId other = create("account", {{"name", "Other"}, {"parent", acme}});

  Status restore(RecordId id) {
    Transaction t = begin();
    const Status status = t.restore(id, {.with_references = true});
    return status.ok() ? t.commit() : status;
  }
};

BOOST_FIXTURE_TEST_CASE(a_removal_comes_back_with_all_it_took, Family) {
  run([&](Transaction& t) {
    KITH_CHECK_OK(t.remove(acme));
    KITH_CHECK_OK(t.update(deal, {{"note", "of the same transaction"}}));
  });
  BOOST_TEST(!is_live(ann));
  BOOST_TEST(get(child).at("parent").is_null());
  KITH_CHECK_OK(restore(acme));
  BOOST_TEST(is_live(acme));
  BOOST_TEST(is_live(ann));
  BOOST_TEST((get(child).at("parent") == Value(acme)));
  BOOST_TEST((get(deal).at("note") == Value("of the same transaction")));
  BOOST_TEST(require(read().referring(acme, "account", "parent")).size() == 2u);
}

BOOST_FIXTURE_TEST_CASE(what_was_changed_since_is_left_alone, Family) {
  run([&](Transaction& t) { KITH_CHECK_OK(t.remove(acme)); });
  KITH_CHECK_OK(update(child, {{"parent", other}}));
  run([&](Transaction& t) { KITH_CHECK_OK(t.purge(ann)); });
  KITH_CHECK_OK(restore(acme));
  BOOST_TEST((get(child).at("parent") == Value(other)));
  BOOST_TEST((get(other).at("parent") == Value(acme)));
  BOOST_TEST((read().get(ann).status().code() == Code::kNotFound));
}

BOOST_FIXTURE_TEST_CASE(conflicts_of_a_restore_are_told_together, Family) {
  run([&](Transaction& t) { KITH_CHECK_OK(t.remove(acme)); });
  create("account", {{"name", "Acme"}});
  create("contact", {{"email", "ann@acme.org"}});
  const Status status = restore(acme);
  BOOST_TEST((status.code() == Code::kValidation));
  BOOST_TEST(status.violations().size() == 2u);
  BOOST_TEST(!is_live(acme));
  BOOST_TEST(get(child).at("parent").is_null());
  // The plain one restores the record alone, if it may.
  Transaction t = begin();
  BOOST_TEST((t.restore(acme).code() == Code::kValidation));
  BOOST_TEST((t.restore(RecordId(1, 99), {.with_references = true}).code() == Code::kNotFound));
  KITH_CHECK_OK(t.restore(other, {.with_references = true}));  // it is live
  KITH_CHECK_OK(t.remove(other));
  BOOST_TEST((t.restore(other, {.with_references = true}).code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
