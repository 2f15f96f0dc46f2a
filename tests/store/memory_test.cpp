#include "store/memory/memory_store.hpp"

#include <chrono>

#include "store/memory/versions.hpp"
#include "store/posting_key.hpp"
#include "tests/store/backends.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;
using kith::Status;

constexpr Table kT = Table::kMeta;

struct Faulty {
  std::shared_ptr<FaultPlan> faults = std::make_shared<FaultPlan>();
  std::shared_ptr<Store> store =
      must(open_memory({.max_txn_bytes = kMaxTxnBytes, .faults = faults}));
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_memory)

BOOST_AUTO_TEST_CASE(the_nth_commit_fails_and_keeps_nothing) {
  Faulty db;
  db.faults->fail(FaultPoint::kCommit, 2, Status(Code::kIo, "disk on fire"));
  for (int i = 1; i <= 3; ++i) {
    auto txn = must(db.store->begin_write({}));
    must(txn->put(kT, std::to_string(i), "v"));
    const Status status = txn->commit();
    BOOST_TEST(status.ok() == (i != 2));
    if (i == 2) BOOST_TEST(status.message() == "disk on fire");
    if (i == 2) BOOST_TEST((txn->put(kT, "x", "y").code() == Code::kIo));
  }
  BOOST_TEST(scan(*must(db.store->begin_read()), kT, {}) == "1=v 3=v");
}

BOOST_AUTO_TEST_CASE(an_unknown_outcome_may_have_landed) {
  Faulty db;
  db.faults->fail(FaultPoint::kCommitAfter, 1, Status(Code::kUnknownOutcome, "no answer"));
  auto txn = must(db.store->begin_write({}));
  must(txn->put(kT, "k", "v"));
  BOOST_TEST((txn->commit().code() == Code::kUnknownOutcome));
  BOOST_TEST(get(*must(db.store->begin_read()), kT, "k") == "v");
}

BOOST_AUTO_TEST_CASE(a_failed_write_ends_the_transaction) {
  Faulty db;
  db.faults->fail(FaultPoint::kWrite, 2, Status(Code::kStoreFull, "full"));
  auto txn = must(db.store->begin_write({}));
  must(txn->put(kT, "a", "1"));
  BOOST_TEST((txn->add_posting("p", 1).code() == Code::kStoreFull));
  BOOST_TEST((txn->put(kT, "b", "2").code() == Code::kStoreFull));
  BOOST_TEST((txn->commit().code() == Code::kStoreFull));
  auto next = must(db.store->begin_write({}));  // while the failed one still exists
  BOOST_TEST(scan(*next, kT, {}) == "");
}

BOOST_AUTO_TEST_CASE(reads_and_begins_can_fail) {
  Faulty db;
  db.faults->fail(FaultPoint::kRead, 1, Status(Code::kCorrupt, "bad page"));
  db.faults->fail(FaultPoint::kBeginRead, 2, Status(Code::kReadersFull, "full"));
  db.faults->fail(FaultPoint::kBeginWrite, 1, Status(Code::kBusy, "pid 1"));
  auto txn = must(db.store->begin_read());
  BOOST_TEST((txn->get(kT, "k").status().code() == Code::kCorrupt));
  BOOST_TEST(get(*txn, kT, "k") == "(absent)");
  BOOST_TEST((db.store->begin_read().status().code() == Code::kReadersFull));
  BOOST_TEST((db.store->begin_write({}).status().code() == Code::kBusy));
  must(must(db.store->begin_write({}))->commit());
}

BOOST_AUTO_TEST_CASE(versions_that_nobody_sees_are_dropped) {
  memory::VersionedRows rows;
  auto commit = [&](const char* key, std::optional<std::string> value, std::uint64_t seq) {
    memory::Overlay overlay;
    overlay.emplace(key, value ? std::optional(Bytes(*value)) : std::nullopt);
    rows.apply(std::move(overlay), seq);
  };
  commit("k", "1", 1);
  commit("k", "2", 2);
  commit("k", "3", 3);
  commit("gone", "x", 4);
  commit("gone", std::nullopt, 5);
  rows.prune(2);  // a reader of snapshot 2 is open
  BOOST_TEST(rows.find("k", 2)->view() == "2");
  BOOST_TEST(rows.map().find("k")->second.size() == 2u);
  BOOST_TEST(rows.find("gone", 4)->view() == "x");
  rows.prune(5);
  BOOST_TEST(rows.find("k", 5)->view() == "3");
  BOOST_TEST(rows.map().find("k")->second.size() == 1u);
  BOOST_TEST(rows.map().count("gone") == 0u);
}

BOOST_AUTO_TEST_CASE(posting_keys_sort_as_pairs) {
  const std::string zero("a\0", 2), zero_b("a\0b", 3);
  const std::string keys[] = {posting_key("a", 0),  posting_key("a", ~std::uint64_t{0}),
                              posting_key(zero, 5), posting_key(zero_b, 1),
                              posting_key("aa", 0), posting_key("b", 300)};
  for (std::size_t i = 1; i < std::size(keys); ++i) BOOST_TEST((keys[i - 1] < keys[i]));
  BOOST_TEST(posting_id(keys[5]) == 300u);
  const KeyRange of_a = posting_range(std::string_view("a"));
  BOOST_TEST((of_a.first <= keys[0] && keys[1] < of_a.last && of_a.last <= keys[2]));
}

BOOST_AUTO_TEST_CASE(a_small_commit_does_not_cost_the_whole_table) {
  auto store = must(open_memory());
  auto txn = must(store->begin_write({}));
  for (int i = 0; i < 100000; ++i) must(txn->put(kT, "key" + std::to_string(i), "value"));
  must(txn->commit());
  auto old = must(store->begin_read());
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < 2000; ++i) {
    txn = must(store->begin_write({}));
    must(txn->put(kT, "key" + std::to_string(i), "other"));
    must(txn->commit());
  }
  // A copy of the table per commit would take minutes.
  BOOST_TEST((std::chrono::steady_clock::now() - start < std::chrono::seconds(5)));
  BOOST_TEST(get(*old, kT, "key7") == "value");
}

BOOST_AUTO_TEST_SUITE_END()
