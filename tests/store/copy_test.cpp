// Copies of a store, row by row.
#include "store/copy.hpp"

#include <string>

#include "tests/store/backends.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;

std::string number(int n) { return std::to_string(10000000 + n); }

void fill_with_everything(const Opened& db) {
  for (int part = 0; part < 4; ++part) {
    auto txn = db.write();
    for (int i = part; i < 4000; i += 4) {
      must(txn->put(Table::kRecords, number(i), std::string(8 * std::size_t(i % 40), 'r')));
      must(txn->put(Table::kIndex, "by/" + number(i * 7919 % 4000), ""));
      must(txn->put(Table::kHistory, number(i), std::string(100, 'h')));
    }
    for (std::uint64_t id = 0; id < 6000; ++id) must(txn->add_posting("many", id * 4));
    must(txn->add_posting("one" + std::to_string(part), ~std::uint64_t{0}));
    must(txn->put(Table::kBlobs, "blob" + std::to_string(part), std::string(64 << 10, 'b')));
    must(txn->put(Table::kMeta, "meta" + std::to_string(part), std::string("\0\1", 2)));
    must(txn->commit());
  }
}

// Everything that is in a store.
std::string content(ReadTxn& txn) {
  std::string all;
  for (const TableSpec& spec : table_specs()) {
    ScanOptions options;
    options.row_limit = 100;
    options.keys_only = spec.kind == TableKind::kPostings;
    for (KeyRange range;;) {
      const ScanBatch batch = must(txn.scan(spec.table, range, options));
      for (const KeyValue& row : batch.rows) {
        all.append(spec.name).append("/").append(row.key).append("=").append(row.value);
        if (!options.keys_only) continue;
        for (std::uint64_t id : postings(txn, row.key)) all.append(std::to_string(id)).append(",");
      }
      if (batch.done()) break;
      range.first = batch.continuation;
    }
  }
  return all;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_copy)

BOOST_DATA_TEST_CASE(a_copy_holds_every_row, kBackends) {
  Opened db(sample);
  fill_with_everything(db);
  const std::string before = content(*db.read());
  BOOST_TEST(before.size() > 1000000u);  // several transactions
  for (const Backend backend : kBackends) {
    Opened target(backend);
    must(copy_rows(*db.read(), *target.operator->()));
    BOOST_TEST((content(*target.read()) == before));
  }
}

BOOST_AUTO_TEST_CASE(a_copy_is_of_the_snapshot_it_is_given) {
  Opened db(Backend::kLmdb);
  fill_with_everything(db);
  auto snapshot = db.read();
  const std::string before = content(*snapshot);
  db.fill(Table::kMeta, {{"later", "x"}});
  Opened target(Backend::kMemory);
  must(copy_rows(*snapshot, *target.operator->(), Durability::kDeferred));
  BOOST_TEST((content(*target.read()) == before));
}

BOOST_AUTO_TEST_CASE(a_copy_has_full_pages) {
  Opened db(Backend::kLmdb);
  Opened target(Backend::kLmdb);
  for (int part = 0; part < 20; ++part) {
    auto txn = db.write();
    for (int i = 0; i < 1000; ++i) {
      const int at = (part * 1000 + i) * 7919 % 20000;
      must(txn->put(Table::kIndex, number(at), std::string(100, 'v')));
    }
    must(txn->commit());
  }
  must(copy_rows(*db.read(), *target.operator->()));
  const std::uint64_t from = must(db->info()).file_bytes;
  const std::uint64_t to = must(target->info()).file_bytes;
  BOOST_TEST(to < 2700000u);  // 20,000 rows of 116 bytes with LMDB's node heads
  BOOST_TEST(to * 4 < from * 3);
}

BOOST_AUTO_TEST_CASE(a_failure_on_either_side_is_reported) {
  auto faults = std::make_shared<FaultPlan>();
  auto source = must(open_memory({.max_txn_bytes = kMaxTxnBytes, .faults = faults}));
  {
    auto txn = must(source->begin_write({}));
    must(txn->put(Table::kMeta, "k", "v"));
    must(txn->add_posting("p", 1));
    must(txn->commit());
  }
  auto snapshot = must(source->begin_read());
  for (std::uint64_t nth = 1; nth <= 3; ++nth) {
    faults->fail(FaultPoint::kRead, nth, kith::Status(Code::kIo, "no more"));
    BOOST_TEST((copy_rows(*snapshot, *must(open_memory())).code() == Code::kIo));
  }
  auto broken = std::make_shared<FaultPlan>();
  auto target = must(open_memory({.max_txn_bytes = kMaxTxnBytes, .faults = broken}));
  broken->fail(FaultPoint::kCommit, 1, kith::Status(Code::kStoreFull, "full"));
  BOOST_TEST((copy_rows(*snapshot, *target).code() == Code::kStoreFull));
}

BOOST_AUTO_TEST_SUITE_END()
