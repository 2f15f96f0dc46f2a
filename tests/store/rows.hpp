// tests/store/rows.hpp: stores with so many rows.
//
//   fill(*store, 1000);
//   BOOST_TEST(get(*txn, Table::kIndex, number(7)) == std::string(100, 'v'));
#pragma once

#include <string>

#include "store/store.hpp"
#include "tests/store/backends.hpp"

namespace kith::store::testing {

inline std::string number(int n) { return std::to_string(1000000 + n); }

// Rows number(0) to number(rows - 1) of the table of indexes, 100 bytes each, in one transaction.
inline void fill(Store& store, int rows) {
  auto txn = must(store.begin_write({}));
  for (int i = 0; i < rows; ++i) must(txn->put(Table::kIndex, number(i), std::string(100, 'v')));
  must(txn->commit());
}

// The same in a new LMDB store, closed again.
inline void fill(const std::string& directory, int rows) {
  fill(*must(open_lmdb(directory, {})), rows);
}

}  // namespace kith::store::testing
