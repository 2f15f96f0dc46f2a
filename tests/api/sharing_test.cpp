// Snapshots, sessions and processes side by side, handles that have ended, and limits.
#include <signal.h>

#include <thread>

#include "tests/api/fixture.hpp"
#include "tests/store/processes.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

std::string with_field(std::string_view field) {
  std::string model(kSmallCrm);
  const std::string anchor = R"("note": {"type": "text"},)";
  model.insert(model.find(anchor), std::string(field) + ", ");
  return model;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_sharing)

BOOST_AUTO_TEST_CASE(a_snapshot_does_not_see_later_writes) {
  for (const bool on_disk : {false, true}) {
    testing::TempDir dir;
    SmallCrm crm(on_disk ? dir.sub("crm") : ":memory:");
    const RecordId acme = crm.create("account", {{"name", "Acme"}});
    Snapshot before = crm.read();
    KITH_CHECK_OK(crm.update(acme, {{"name", "Acme Ltd"}}));
    const RecordId second = crm.create("account", {{"name", "Acme"}});
    BOOST_TEST((require(before.get(acme)).at("name") == Value("Acme")));
    BOOST_TEST((require(before.find("account", "name", "Acme")) == acme));
    BOOST_TEST((before.get(second).status().code() == Code::kNotFound));
    BOOST_TEST(require(before.query({.entity = "account"})).rows.size() == 1u);
    BOOST_TEST(require(before.history(acme)).size() == 1u);
    Snapshot after = crm.read();
    BOOST_TEST((require(after.find("account", "name", "Acme")) == second));
    BOOST_TEST(require(after.history(acme)).size() == 2u);
  }
}

BOOST_AUTO_TEST_CASE(a_transaction_sees_its_own_writes_and_others_do_not) {
  SmallCrm crm;
  Transaction t = crm.begin();
  const RecordId acme = require(t.create("account", {{"name", "Acme"}}));
  BOOST_TEST((require(t.find("account", "name", "Acme")) == acme));
  BOOST_TEST(require(t.query({.entity = "account", .where = "name == 'Acme'"})).rows.size() == 1u);
  BOOST_TEST((crm.read().get(acme).status().code() == Code::kNotFound));
  t.abort();
  BOOST_TEST((crm.read().get(acme).status().code() == Code::kNotFound));
  BOOST_TEST(require(crm.db.info()).last_sequence == 0u);
}

BOOST_AUTO_TEST_CASE(a_model_of_another_process_is_adopted_by_the_next_transaction) {
  testing::TempDir dir;
  const std::string path = dir.sub("crm");
  testing::Signal ready;
  testing::Child child([&] {
    if (!ready.wait()) return 1;
    Result<Database> db = Database::open(path);
    if (!db.ok()) return 2;
    Result<Session> session = db->session({.actor = {}, .capabilities = Capabilities::all()});
    if (!session.ok()) return 3;
    return db->apply_model(*session, with_field(R"("rating": {"type": "int"})"), false).ok() ? 0
                                                                                             : 4;
  });
  SmallCrm crm(path);
  const RecordId deal = crm.create("deal", {{"name", "D"}});
  Snapshot old = crm.read();
  const FieldHandle name = require(old.field("deal", "name"));
  BOOST_TEST((crm.update(deal, {{"rating", 3}}).code() == Code::kValidation));
  BOOST_REQUIRE(ready.raise());
  BOOST_REQUIRE(child.wait() == 0);

  Value value;
  KITH_CHECK_OK(old.read(deal, &name, 1, &value));
  BOOST_TEST(!old.field("deal", "rating").ok(), "the old snapshot keeps its model");
  KITH_CHECK_OK(crm.update(deal, {{"rating", 3}}));
  Snapshot fresh = crm.read();
  BOOST_TEST((require(fresh.get(deal)).at("rating") == Value(3)));
  const Status stale = fresh.read(deal, &name, 1, &value);
  BOOST_TEST((stale.code() == Code::kInvalidArgument));
  BOOST_TEST((stale.message().find("resolve it again") != std::string_view::npos));
  const FieldHandle again = require(fresh.field("deal", "name"));
  KITH_CHECK_OK(fresh.read(deal, &again, 1, &value));
  BOOST_TEST((value == Value("D")));
  const FieldHandle other = require(fresh.field("account", "name"));
  BOOST_TEST((fresh.read(deal, &other, 1, &value).code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(a_writer_killed_in_its_transaction_leaves_nothing_and_no_lock) {
  testing::TempDir dir;
  const std::string path = dir.sub("crm");
  testing::Signal ready;
  testing::Signal written;
  testing::Child child([&] {
    if (!ready.wait()) return 1;
    Result<Database> db = Database::open(path);
    if (!db.ok()) return 2;
    Result<Session> session = db->session({});
    Result<Transaction> t = session->begin({.now = Timestamp(1'772'355'600, 0)});
    if (!t.ok() || !t->create("account", {{"name", "Ghost"}}).ok()) return 3;
    written.raise();
    ::pause();
    return 4;
  });
  SmallCrm crm(path);
  BOOST_REQUIRE(ready.raise());
  BOOST_REQUIRE(written.wait());
  const Status busy =
      crm.session.begin({.now = crm.now, .timeout = std::chrono::milliseconds(20)}).status();
  BOOST_TEST((busy.code() == Code::kBusy));
  BOOST_TEST((busy.message().find(std::to_string(child.pid())) != std::string_view::npos),
             busy.to_string());
  child.kill();
  BOOST_REQUIRE(child.wait() == -SIGKILL);
  BOOST_TEST((crm.create("account", {{"name", "Ghost"}}).sequence() == 1u));
}

BOOST_AUTO_TEST_CASE(a_transaction_belongs_to_its_thread, *boost::unit_test::label("concurrent")) {
  testing::TempDir dir;
  SmallCrm crm(dir.sub("crm"));
  Transaction t = crm.begin();
  Status elsewhere;
  std::thread([&] { elsewhere = t.create("account", {{"name", "A"}}).status(); }).join();
  BOOST_TEST((elsewhere.code() == Code::kWrongThread), elsewhere.to_string());
  BOOST_TEST(t.create("account", {{"name", "A"}}).ok());
  KITH_CHECK_OK(t.commit());
}

BOOST_AUTO_TEST_CASE(what_has_ended_says_closed) {
  SmallCrm crm;
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((t.create("account", {}).status().code() == Code::kClosed));
  BOOST_TEST((t.commit().code() == Code::kClosed));
  BOOST_TEST((t.get(RecordId(1, 1)).status().code() == Code::kClosed));
  Snapshot kept = crm.read();
  crm.db.close();
  BOOST_TEST((crm.db.info().status().code() == Code::kClosed));
  BOOST_TEST((crm.db.session({}).status().code() == Code::kClosed));
  BOOST_TEST(kept.query({.entity = "account"}).ok(), "a snapshot keeps the database alive");
}

BOOST_AUTO_TEST_CASE(a_read_only_handle_reads_and_does_not_write) {
  testing::TempDir dir;
  const std::string path = dir.sub("crm");
  RecordId acme;
  {
    SmallCrm crm(path);
    acme = crm.create("account", {{"name", "Acme"}});
  }
  Database db = require(Database::open(path, {.read_only = true}));
  BOOST_TEST(require(db.info()).read_only);
  Session session = require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
  BOOST_TEST((require(require(session.read()).get(acme)).at("name") == Value("Acme")));
  const Status begun = session.begin({.now = Timestamp(1'772'355'600, 0)}).status();
  BOOST_TEST((begun.code() == Code::kReadOnly), begun.to_string());
  const Status applied =
      db.apply_model(session, with_field(R"("x": {"type": "int"})"), false).status();
  BOOST_TEST((applied.code() == Code::kReadOnly), applied.to_string());
}

BOOST_AUTO_TEST_CASE(a_record_over_the_limit_is_refused_and_the_transaction_goes_on) {
  // Values of 4,096 bytes lie in the record itself.
  constexpr int kFields = 25;
  std::string fields = R"("name": {"type": "text"})";
  Patch large{{"name", "D"}};
  for (int i = 0; i < kFields; ++i) {
    const std::string name = "note" + std::to_string(i);
    fields += ", \"" + name + R"(": {"type": "text"})";
    large.emplace_back(name, std::string(4'096, 'x'));
  }
  SmallCrm crm(
      ":memory:",
      R"({"kith_model": 1, "name": "wide", "entities": {"deal": {"fields": {)" + fields + "}}}}");
  Transaction t = crm.begin();
  const Status refused = t.create("deal", large).status();
  BOOST_TEST((refused.code() == Code::kLimit));
  BOOST_TEST((refused.message().find("max_record_bytes") != std::string_view::npos));
  const RecordId fine = require(t.create("deal", {{"name", "D"}, {"note1", "short"}}));
  const Status grown = t.update(fine, large);
  BOOST_TEST((grown.code() == Code::kLimit));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((require(crm.read().get(fine)).at("note1") == Value("short")));
}

BOOST_AUTO_TEST_CASE(a_transaction_over_ten_megabytes_fails_as_a_whole) {
  for (const bool on_disk : {false, true}) {
    testing::TempDir dir;
    SmallCrm crm(on_disk ? dir.sub("crm") : ":memory:");
    crm.create("account", {{"name", "Before"}});
    Transaction t = crm.begin();
    Status status;
    for (int i = 0; i < 4'000 && status.ok(); ++i) {
      status = t.create("deal", {{"name", "D"}, {"note", std::string(4'000, 'x')}}).status();
    }
    BOOST_TEST((status.code() == Code::kLimit));
    BOOST_TEST((status.message().find("max_txn_bytes") != std::string_view::npos));
    BOOST_TEST(!t.commit().ok());
    BOOST_TEST(t.committed_sequence() == 0u);
    BOOST_TEST(require(crm.read().query({.entity = "deal"})).rows.empty());
    BOOST_TEST(require(crm.read().query({.entity = "account"})).rows.size() == 1u);
    BOOST_TEST((crm.create("deal", {{"name", "after"}}).sequence() == 1u));
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
