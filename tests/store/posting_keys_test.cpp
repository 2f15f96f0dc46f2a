// Scans of the keys of postings, over every back-end.
#include "tests/store/backends.hpp"

namespace kith::store::testing {

BOOST_AUTO_TEST_SUITE(store_posting_keys)

BOOST_DATA_TEST_CASE(the_keys_of_postings_are_scanned_each_once, kBackends) {
  Opened db(sample);
  auto txn = db.write();
  const std::vector<std::string> keys = {"a",  "b", std::string("b\0", 2), std::string("b\0c", 3),
                                         "bb", "c"};
  for (const std::string& key : keys) {
    for (std::uint64_t id = 1; id <= 700; ++id) must(txn->add_posting(key, id));
  }
  must(txn->add_posting("gone", 1));
  must(txn->commit());
  txn = db.write();
  must(txn->remove_posting("gone", 1));
  must(txn->add_posting("own", 1));
  const auto scan = [](ReadTxn& from, KeyRange range, std::size_t limit) {
    ScanOptions how;
    how.keys_only = true;
    how.row_limit = limit;
    std::vector<std::string> found;
    while (true) {
      const ScanBatch batch = must(from.scan(Table::kPostings, range, how));
      BOOST_TEST(batch.rows.size() <= limit);
      for (const KeyValue& row : batch.rows) found.emplace_back(row.key);
      if (batch.done()) return found;
      range.first = batch.continuation;
    }
  };
  std::vector<std::string> with_own = keys;
  with_own.push_back("own");
  BOOST_TEST(scan(*txn, KeyRange::all(), 100) == with_own);
  BOOST_TEST(scan(*txn, KeyRange::all(), 1) == with_own);
  must(txn->commit());
  auto read = db.read();
  BOOST_TEST(scan(*read, KeyRange::all(), 2) == with_own);
  BOOST_TEST(scan(*read, {"b", "c"}, 3) ==
             std::vector<std::string>(keys.begin() + 1, keys.end() - 1));
  BOOST_TEST(scan(*read, {"c", "b"}, 3).empty());
  ScanOptions back;
  back.keys_only = true;
  back.reverse = true;
  BOOST_TEST((read->scan(Table::kPostings, {}, back).status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::store::testing
