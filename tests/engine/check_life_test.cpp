// Whatever a database goes through, it is sound afterwards; and what breaks a repair off does no
// harm.
#include "kith/feed.hpp"
#include "query/index_writer.hpp"
#include "record/blob_store.hpp"
#include "store/memory/memory_store.hpp"
#include "tests/engine/check_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(engine_check_life)

BOOST_AUTO_TEST_CASE(a_trimmed_history_is_sound) {
  Checked crm;
  crm.now = at("2026-03-20T00:00:00Z");
  KITH_CHECK_OK(crm.update(crm.deal, {{"note", "later"}}));
  TrimOptions how;
  how.keep_from = at("2026-03-02T00:00:00Z");
  const TrimResult trimmed = require(crm.session.trim_history(how));
  BOOST_TEST(trimmed.dropped > 0u);
  BOOST_TEST(told(crm.check()) == "");
}

BOOST_AUTO_TEST_CASE(what_was_undone_is_sound) {
  Checked crm;
  crm.later();
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.update(crm.deal, {{"note", "wrong"}, {"amount", decimal("7")}}));
  KITH_CHECK_OK(t.remove(crm.ann));
  KITH_CHECK_OK(t.commit());
  const std::uint64_t sequence = t.committed_sequence();
  crm.act([&](Transaction& u) { require(u.undo(sequence)); });
  crm.act([&](Transaction& u) { KITH_CHECK_OK(u.save_cursor("mailer", sequence)); });
  BOOST_TEST(told(crm.check()) == "");
}

BOOST_AUTO_TEST_CASE(a_value_changed_and_changed_back_leaves_its_entries) {
  std::string model(kCheckedModel);
  const std::string indexes = R"("by_close": ["close_date"],)";
  model.insert(model.find(indexes), R"("by_time": ["updated"], "by_owner": ["owner"], )");
  SmallCrm crm(":memory:", model);
  const RecordId deal = crm.create("deal", {{"name", "A"}, {"note", "x"}});
  crm.now = at("2026-03-05T09:00:00Z");
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.update(deal, {{"note", "y"}}));
  KITH_CHECK_OK(t.update(deal, {{"note", "x"}}));
  const RecordId other = require(t.create("deal", {{"name", "B"}}));
  KITH_CHECK_OK(t.remove(other));
  KITH_CHECK_OK(t.commit());
  const CheckReport report = require(crm.db.check(crm.session));
  BOOST_TEST(told(report) == "");
}

BOOST_AUTO_TEST_CASE(large_values_are_sound_and_their_counts_are_put_right) {
  Checked crm;
  KITH_CHECK_OK(crm.update(crm.deal, {{"body", std::string(9000, 'l')}}));
  KITH_CHECK_OK(crm.update(crm.globex, {{"logo", Value(Bytes{std::string(70'000, '\xFE')})}}));
  KITH_CHECK_OK(crm.update(crm.deal, {{"body", "short"}}));
  BOOST_TEST(told(crm.check()) == "");
  // One that nothing refers to, and a counter that was set back.
  crm.write([](store::WriteTxn& txn) {
    const record::BlobRef ref = require(record::put_blob(txn, std::string(200'000, 'o')));
    KITH_CHECK_OK(record::retain_blob(txn, ref));
    KITH_CHECK_OK(txn.put(Table::kMeta, record::kBlobCounterKey, std::string(8, '\0')));
  });
  const CheckReport found = crm.check();
  const std::set<std::string> expected{"blob_orphan", "blob_counter_low"};
  BOOST_TEST(codes_of(found) == expected, told(found));
  BOOST_TEST(crm.check(true).clean());
  BOOST_TEST(told(crm.check()) == "");
}

// The process that dropped them may have ended before their entries were gone.
BOOST_AUTO_TEST_CASE(opening_erases_what_dropped_indexes_left) {
  const testing::TempDir dir;
  const std::string path = dir.sub("crm");
  {
    Checked crm(path);
    const auto ordered = crm.first(Table::kIndex, crm.index_prefix("deal", "by_note"));
    std::string set = crm.index_prefix("account", "by_industry");
    query::append_u32(1, &set);
    std::string model(kCheckedModel);
    for (const std::string declared : {R"(,
                  "by_note": ["note"])",
                                       R"(,
      "indexes": {"by_industry": ["industry"]})"}) {
      BOOST_REQUIRE(model.find(declared) != std::string::npos);
      model.erase(model.find(declared), declared.size());
    }
    require(crm.db.apply_model(crm.session, model));
    BOOST_TEST(told(crm.check()) == "");
    crm.write([&](store::WriteTxn& txn) {
      KITH_CHECK_OK(txn.put(Table::kIndex, ordered.first, ordered.second));
      KITH_CHECK_OK(txn.add_posting(set, crm.acme.bits()));
    });
    BOOST_TEST(crm.check().problem_count == 2u);
  }
  const auto look = [&](bool read_only) {
    const Database db = require(Database::open(path, {.read_only = read_only}));
    return require(db.check(require(db.session())));
  };
  BOOST_TEST(look(true).problem_count == 2u);
  {
    const Database db = require(Database::open(path));
    BOOST_TEST(told(require(db.check(require(db.session())))) == "");
  }
  BOOST_TEST(told(look(true)) == "");
}

// Each commit of a repair fails once; the next repair does what is left.
BOOST_AUTO_TEST_CASE(a_repair_that_breaks_off_is_begun_again) {
  for (std::uint64_t nth = 1; nth <= 12; ++nth) {
    const auto faults = std::make_shared<store::FaultPlan>();
    CreateOptions options;
    options.model = std::string(kCheckedModel);
    options.now = at("2026-03-01T09:00:00Z");
    auto store =
        require(store::open_memory({.max_txn_bytes = store::kMaxTxnBytes, .faults = faults}));
    const Database db(
        require(engine::Database::create_in(store, "faulty", options, engine::core_sections())));
    const Session session = require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
    Transaction t = require(session.begin({.now = options.now}));
    for (int i = 0; i < 20; ++i) {
      require(t.create("deal", {{"name", "D" + std::to_string(i)}, {"note", "n"}}));
    }
    KITH_CHECK_OK(t.commit());
    auto txn = require(store->begin_write({}));
    KITH_CHECK_OK(txn->erase_range(Table::kIndex, store::KeyRange::all()));
    KITH_CHECK_OK(txn->erase_range(Table::kMeta, store::KeyRange::prefix("ids/")));
    KITH_CHECK_OK(txn->erase_range(Table::kQueue, store::KeyRange::prefix("a")));
    KITH_CHECK_OK(txn->put(Table::kIndex, query::index_prefix(9999) + "x", {}));
    KITH_CHECK_OK(txn->commit());
    txn.reset();
    faults->fail(store::FaultPoint::kCommit, nth, Status(Code::kIo, "the disk is on fire"));
    const auto broken = db.check(session, {true, 10});
    BOOST_TEST((broken.ok() || broken.status().code() == Code::kIo));
    const CheckReport left = require(db.check(session, {true, 10}));
    BOOST_TEST(left.clean(), told(left));
    BOOST_TEST(told(require(db.check(session))) == "");
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
