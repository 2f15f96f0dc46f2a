// tests/store/backends.hpp: the back-ends that the store's suites run over, each freshly opened.
//
//   BOOST_DATA_TEST_CASE(a_key_is_found, kBackends) { Opened db(sample); put(db, "k", "v"); }
#pragma once

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>
#include <initializer_list>
#include <memory>
#include <ostream>
#include <string>
#include <utility>
#include <vector>

#include "store/memory/memory_store.hpp"
#include "store/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::store::testing {

enum class Backend { kMemory, kLmdb, kLmdbTinyMap };

inline std::ostream& operator<<(std::ostream& out, Backend backend) {
  static constexpr const char* kNames[] = {"memory", "lmdb", "lmdb with a tiny map"};
  return out << kNames[static_cast<int>(backend)];
}

inline const std::vector<Backend> kBackends = {Backend::kMemory, Backend::kLmdb,
                                               Backend::kLmdbTinyMap};

// The value of a result that the test relies on; a failure ends the test with its message.
template <typename T>
T must(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *std::move(result);
}
inline void must(const Status& status) { BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string()); }

// A store with the few verbs that tests repeat.
class Opened {
 public:
  explicit Opened(Backend backend, std::uint64_t max_txn_bytes = kMaxTxnBytes) {
    if (backend == Backend::kMemory) {
      store_ = must(open_memory({.max_txn_bytes = max_txn_bytes, .faults = nullptr}));
      return;
    }
    OpenOptions options;
    options.max_txn_bytes = max_txn_bytes;
    if (backend == Backend::kLmdbTinyMap) options.initial_map_bytes = 1 << 20;
    store_ = must(open_lmdb(dir_.sub("db"), options));
  }
  Store* operator->() const { return store_.get(); }

  std::unique_ptr<ReadTxn> read() const { return must(store_->begin_read()); }
  std::unique_ptr<WriteTxn> write() const { return must(store_->begin_write({})); }

  // Puts `rows` in a transaction of their own.
  void fill(Table table, std::initializer_list<std::pair<std::string, std::string>> rows) const {
    auto txn = write();
    for (const auto& [key, value] : rows) must(txn->put(table, key, value));
    must(txn->commit());
  }

 private:
  kith::testing::TempDir dir_;
  std::shared_ptr<Store> store_;
};

inline std::string text(const std::optional<std::string_view>& value) {
  return value ? std::string(*value) : std::string("(absent)");
}

inline std::string get(ReadTxn& txn, Table table, std::string_view key) {
  return text(must(txn.get(table, key)));
}

// "a=1 b=2" for the rows of one batch.
inline std::string shown(const ScanBatch& batch) {
  std::string line;
  for (const KeyValue& row : batch.rows) {
    if (!line.empty()) line.push_back(' ');
    line.append(row.key).append("=").append(row.value);
  }
  return line;
}

inline std::string scan(ReadTxn& txn, Table table, const KeyRange& range,
                        ScanOptions options = {}) {
  return shown(must(txn.scan(table, range, options)));
}

inline std::vector<std::uint64_t> postings(ReadTxn& txn, std::string_view key,
                                           std::uint64_t from = 0, std::size_t limit = 1000000) {
  std::vector<std::uint64_t> ids{7, 7, 7};  // must be replaced
  must(txn.scan_postings(key, from, limit, &ids));
  return ids;
}

}  // namespace kith::store::testing
