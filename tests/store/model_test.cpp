// Random operations on both back-ends and on std::map, which must always agree.
#include <algorithm>
#include <map>
#include <random>
#include <set>

#include "tests/store/backends.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;

using Rows = std::map<std::string, std::string>;
using Sets = std::map<std::string, std::set<std::uint64_t>>;

struct Model {
  Rows index;
  Rows records;
  Sets postings;
};

std::string number(std::uint64_t n, int width) {
  std::string text = std::to_string(n);
  return std::string(width - std::min<int>(width, static_cast<int>(text.size())), '0') + text;
}

class Walk {
 public:
  Walk(Backend backend, unsigned seed) : db_(backend), random_(seed) {}

  void run(int transactions) {
    for (int i = 0; i < transactions; ++i) {
      if (below(4) == 0) snapshots_.emplace_back(db_.read(), committed_);
      write();
      if (!snapshots_.empty() && below(3) == 0) check_snapshot();
      // A tiny map grows only while no snapshot is open.
      if (snapshots_.size() > 3) snapshots_.clear();
    }
    while (!snapshots_.empty()) check_snapshot();
    compare(*db_.read(), committed_);
  }

 private:
  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string key() { return "k" + std::string(below(4) * 40, 'x') + std::to_string(below(400)); }
  std::string value() {
    const bool long_one = below(30) == 0;
    return std::string(below(long_one ? 9000 : 60), static_cast<char>('a' + below(26)));
  }
  KeyRange range() {
    KeyRange result{key(), key()};
    if (below(8) == 0) result.first.clear();
    if (below(8) == 0) result.last.clear();
    if (!result.last.empty() && below(4) != 0 && result.last < result.first) {
      std::swap(result.first, result.last);
    }
    return result;
  }

  void write() {
    auto txn = db_.write();
    Model now = committed_;
    for (std::uint64_t n = below(60); n > 0; --n) change(*txn, &now);
    if (below(3) == 0) compare(*txn, now);  // reads its own writes
    if (below(5) == 0) return;              // abort
    must(txn->commit());
    committed_ = std::move(now);
  }

  void change(WriteTxn& txn, Model* now) {
    const std::string k = key();
    const std::uint64_t id = below(300);
    switch (below(9)) {
      case 0:
      case 1:
      case 2: {
        const std::string v = value();
        must(txn.put(Table::kIndex, k, v));
        now->index[k] = v;
        return;
      }
      case 3: {
        std::string v = value();
        v.resize(v.size() / 8 * 8);
        const std::string record = number(below(2000), 8);
        must(txn.put(Table::kRecords, record, v));
        now->records[record] = v;
        return;
      }
      case 4:
        must(txn.erase(Table::kIndex, k));
        now->index.erase(k);
        return;
      case 5:
      case 6:
        must(txn.add_posting(k.substr(0, 3), id));
        now->postings[k.substr(0, 3)].insert(id);
        return;
      case 7:
        must(txn.remove_posting(k.substr(0, 3), id));
        now->postings[k.substr(0, 3)].erase(id);
        return;
      default: return below(6) == 0 ? erase_range(txn, now) : void();
    }
  }

  void erase_range(WriteTxn& txn, Model* now) {
    const KeyRange gone = range();
    const Table table = below(3) == 0 ? Table::kPostings : Table::kIndex;
    must(txn.erase_range(table, gone));
    auto inside = [&](const auto& entry) {
      return entry.first >= gone.first && (gone.last.empty() || entry.first < gone.last);
    };
    if (table == Table::kIndex) std::erase_if(now->index, inside);
    if (table == Table::kPostings) std::erase_if(now->postings, inside);
  }

  void check_snapshot() {
    const std::size_t at = below(snapshots_.size());
    compare(*snapshots_[at].first, snapshots_[at].second);
    snapshots_.erase(snapshots_.begin() + static_cast<std::ptrdiff_t>(at));
  }

  void compare(ReadTxn& txn, const Model& model) {
    compare_rows(txn, Table::kIndex, model.index, KeyRange::all());
    compare_rows(txn, Table::kRecords, model.records, KeyRange::all());
    for (int i = 0; i < 5; ++i) compare_rows(txn, Table::kIndex, model.index, range());
    for (int i = 0; i < 5; ++i) {
      const std::string k = key();
      const auto found = model.index.find(k);
      BOOST_REQUIRE(get(txn, Table::kIndex, k) ==
                    (found == model.index.end() ? "(absent)" : found->second));
    }
    for (const auto& [k, ids] : model.postings) compare_postings(txn, k, ids);
  }

  void compare_rows(ReadTxn& txn, Table table, const Rows& rows, KeyRange range) {
    ScanOptions options;
    options.reverse = below(2) == 0;
    options.row_limit = 1 + below(200);
    options.byte_limit = 1 + below(20000);
    std::vector<std::pair<std::string, std::string>> expected;
    for (const auto& [k, v] : rows) {
      if (k >= range.first && (range.last.empty() || k < range.last)) expected.emplace_back(k, v);
    }
    if (options.reverse) std::reverse(expected.begin(), expected.end());
    std::size_t at = 0;
    while (true) {
      const ScanBatch batch = must(txn.scan(table, range, options));
      BOOST_REQUIRE(batch.rows.size() <= options.row_limit);
      BOOST_REQUIRE(!batch.rows.empty() || batch.done());
      for (const KeyValue& row : batch.rows) {
        BOOST_REQUIRE(at < expected.size());
        BOOST_REQUIRE(row.key == expected[at].first);
        BOOST_REQUIRE(row.value == expected[at].second);
        ++at;
      }
      if (batch.done()) break;
      (options.reverse ? range.last : range.first) = batch.continuation;
    }
    BOOST_REQUIRE(at == expected.size());
  }

  void compare_postings(ReadTxn& txn, const std::string& k, const std::set<std::uint64_t>& ids) {
    BOOST_REQUIRE(must(txn.count_postings(k)) == ids.size());
    const std::uint64_t from = below(300);
    const std::size_t limit = below(400);
    std::vector<std::uint64_t> expected;
    for (auto id = ids.lower_bound(from); id != ids.end() && expected.size() < limit; ++id) {
      expected.push_back(*id);
    }
    BOOST_REQUIRE(postings(txn, k, from, limit) == expected);
  }

  Opened db_;
  std::mt19937_64 random_;
  Model committed_;
  std::vector<std::pair<std::unique_ptr<ReadTxn>, Model>> snapshots_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(store_model)

BOOST_DATA_TEST_CASE(every_backend_does_as_a_map_does, kBackends) {
  for (unsigned seed : {1u, 2u, 3u}) {
    BOOST_TEST_CONTEXT("seed " << seed) Walk(sample, seed).run(150);
  }
}

BOOST_AUTO_TEST_SUITE_END()
