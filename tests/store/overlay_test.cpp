// A layer over a snapshot must read as a store does that had the same writes.
#include "store/overlay.hpp"

#include <boost/test/unit_test.hpp>
#include <random>

namespace kith::store {
namespace {

template <typename T>
T must(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *std::move(result);
}
void must(const Status& status) { BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string()); }

using Row = std::pair<std::string, std::string>;

std::vector<Row> all_rows(ReadTxn& txn, Table table, KeyRange range, ScanOptions options) {
  std::vector<Row> rows;
  while (true) {
    const ScanBatch batch = must(txn.scan(table, range, options));
    BOOST_REQUIRE(batch.rows.size() <= options.row_limit);
    for (const KeyValue& row : batch.rows) rows.emplace_back(row.key, row.value);
    if (batch.done()) return rows;
    BOOST_REQUIRE(!batch.rows.empty());
    (options.reverse ? range.last : range.first) = batch.continuation;
  }
}

// The same random writes on two transactions, which are then asked the same questions.
class Twins {
 public:
  explicit Twins(unsigned seed) : random_(seed) {
    for (auto* store : {&beneath_, &oracle_}) *store = must(open_memory());
    auto first = must(beneath_->begin_write({}));
    auto second = must(oracle_->begin_write({}));
    for (int i = 0; i < 300; ++i) write(*first, *second);
    must(first->commit());
    must(second->commit());
    layer_ = std::make_unique<Overlay>(must(beneath_->begin_read()));
    truth_ = must(oracle_->begin_write({}));
  }

  void run() {
    for (int round = 0; round < 20; ++round) {
      for (std::uint64_t i = below(12); i > 0; --i) write(*layer_, *truth_);
      compare();
    }
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string key() {
    static const std::string kStarts[] = {"a", "b", std::string("b\0", 2), "b\xFF", "c"};
    return kStarts[below(5)] + std::string(below(3), '\0') + std::to_string(below(12));
  }
  std::string value() { return std::string(below(20), static_cast<char>('a' + below(26))); }
  KeyRange range() {
    KeyRange range{key(), key()};
    if (below(5) == 0) range.first.clear();
    if (below(5) == 0) range.last.clear();
    return range;
  }

  void write(WriteTxn& a, WriteTxn& b) {
    const std::string k = key();
    const std::uint64_t id = below(6) * 1000;
    switch (below(12)) {
      case 0:
      case 1: return both(a, b, [&](WriteTxn& txn) { return txn.erase(Table::kIndex, k); });
      case 2:
      case 3:
      case 4: return both(a, b, [&](WriteTxn& txn) { return txn.remove_posting(k, id); });
      case 5:
      case 6:
      case 7:
      case 8: return both(a, b, [&](WriteTxn& txn) { return txn.add_posting(k, id); });
      case 9:
        if (below(4) == 0) {
          const KeyRange r = range();
          const Table table = below(2) == 0 ? Table::kIndex : Table::kPostings;
          return both(a, b, [&](WriteTxn& txn) { return txn.erase_range(table, r); });
        }
        [[fallthrough]];
      default: {
        const std::string v = value();
        return both(a, b, [&](WriteTxn& txn) { return txn.put(Table::kIndex, k, v); });
      }
    }
  }
  template <typename Write>
  void both(WriteTxn& a, WriteTxn& b, Write write) {
    must(write(a));
    must(write(b));
  }

  void compare() {
    compare_rows();
    compare_postings();
    std::vector<std::string> keys;
    for (int i = 0; i < 20; ++i) keys.push_back(key());
    const auto ours = must(layer_->multi_get(Table::kIndex, keys));
    const auto theirs = must(truth_->multi_get(Table::kIndex, keys));
    for (std::size_t i = 0; i < keys.size(); ++i) {
      BOOST_REQUIRE((ours[i] == theirs[i]));
      BOOST_REQUIRE((must(layer_->get(Table::kIndex, keys[i])) == theirs[i]));
    }
  }
  void compare_rows() {
    for (int i = 0; i < 6; ++i) {
      ScanOptions options;
      options.row_limit = 1 + below(7);
      options.byte_limit = 1 + below(80);
      options.reverse = below(2) == 0;
      options.keys_only = below(3) == 0;
      const KeyRange asked = range();
      BOOST_REQUIRE((all_rows(*layer_, Table::kIndex, asked, options) ==
                     all_rows(*truth_, Table::kIndex, asked, options)));
      options.reverse = false;
      options.keys_only = true;
      BOOST_REQUIRE((all_rows(*layer_, Table::kPostings, asked, options) ==
                     all_rows(*truth_, Table::kPostings, asked, options)));
    }
  }
  void compare_postings() {
    for (int i = 0; i < 20; ++i) {
      const std::string k = key();
      std::vector<std::uint64_t> ours, theirs;
      const std::uint64_t from = below(7000);
      const std::size_t limit = 1 + below(5);
      must(layer_->scan_postings(k, from, limit, &ours));
      must(truth_->scan_postings(k, from, limit, &theirs));
      BOOST_REQUIRE((ours == theirs));
      BOOST_REQUIRE_EQUAL(must(layer_->count_postings(k)), must(truth_->count_postings(k)));
    }
  }

  std::mt19937 random_;
  std::shared_ptr<Store> beneath_, oracle_;
  std::unique_ptr<Overlay> layer_;
  std::unique_ptr<WriteTxn> truth_;
};

BOOST_AUTO_TEST_SUITE(store_overlay)

BOOST_AUTO_TEST_CASE(a_layer_reads_as_if_its_writes_had_been_made) {
  for (unsigned seed = 1; seed <= 40; ++seed) {
    BOOST_TEST_CONTEXT("seed " << seed) { Twins(seed).run(); }
  }
}

BOOST_AUTO_TEST_CASE(what_lies_beneath_is_left_alone_and_nothing_is_committed) {
  auto store = must(open_memory());
  Overlay layer(must(store->begin_read()));
  must(layer.put(Table::kMeta, "k", "v"));
  BOOST_TEST((layer.commit().code() == Code::kUnsupported));
  BOOST_TEST(must(layer.get(Table::kMeta, "k")).value() == "v");
  BOOST_TEST(!must(must(store->begin_read())->get(Table::kMeta, "k")).has_value());
  BOOST_TEST((layer.put(Table::kRecords, "short", "x").code() == Code::kInternal));
  BOOST_TEST((layer.put(Table::kPostings, "k", "x").code() == Code::kInvalidArgument));
  BOOST_TEST((layer.get(Table::kMeta, "").status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(a_long_erased_range_is_stepped_over) {
  auto store = must(open_memory());
  auto txn = must(store->begin_write({}));
  for (int i = 1000; i < 6000; ++i) must(txn->put(Table::kIndex, std::to_string(i), {}));
  must(txn->commit());
  Overlay layer(must(store->begin_read()));
  must(layer.erase_range(Table::kIndex, {"1001", "5999"}));
  for (const bool reverse : {false, true}) {
    ScanOptions options;
    options.reverse = reverse;
    options.row_limit = 10;
    const ScanBatch batch = must(layer.scan(Table::kIndex, KeyRange::all(), options));
    BOOST_REQUIRE_EQUAL(batch.rows.size(), 2u);
    BOOST_TEST(batch.rows[reverse ? 1 : 0].key == "1000");
    BOOST_TEST(batch.rows[reverse ? 0 : 1].key == "5999");
  }
  must(layer.put(Table::kIndex, "3000", "back"));
  BOOST_TEST(must(layer.get(Table::kIndex, "3000")).value() == "back");
  BOOST_TEST(!must(layer.get(Table::kIndex, "3001")).has_value());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::store
