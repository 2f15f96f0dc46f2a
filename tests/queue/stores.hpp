// tests/queue/stores.hpp: what tests of the queue run on.
//
//   for_each_store([](store::Store& store) { ... });   // in memory, then LMDB in a folder
#pragma once

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string_view>

#include "queue/keys.hpp"
#include "store/store.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::queue {

template <typename T>
T require(Result<T> result) {
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *std::move(result);
}
inline void require(const Status& status) {
  BOOST_REQUIRE_MESSAGE(status.ok(), status.to_string());
}

inline Timestamp at(std::string_view text) { return require(Timestamp::parse(text)); }
inline Timestamp second(std::int64_t n) { return Timestamp(1'772'355'600 + n, 0); }

template <typename Body>
void for_each_store(Body body) {
  {
    BOOST_TEST_CONTEXT("in memory") { body(*require(store::open_memory())); }
  }
  testing::TempDir folder;
  BOOST_TEST_CONTEXT("LMDB") { body(*require(store::open_lmdb(folder.sub("q"), {}))); }
}

template <typename Body>
void in_transaction(store::Store& store, Body body) {
  auto txn = require(store.begin_write({}));
  body(*txn);
  require(txn->commit());
}

// How many rows of a kind there are.
inline std::size_t rows_of(store::ReadTxn& txn, char kind) {
  return require(txn.scan(store::Table::kQueue, kind_range(kind), {})).rows.size();
}

}  // namespace kith::queue
