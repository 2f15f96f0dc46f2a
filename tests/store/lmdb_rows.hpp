// tests/store/lmdb_rows.hpp: LMDB stores with so many rows, made to be damaged or mounted.
//
//   fill(dir.path(), 1000);
//   BOOST_TEST(get(*txn, Table::kIndex, number(7)) == std::string(100, 'v'));
#pragma once

#include <string>

#include "store/store.hpp"
#include "tests/store/backends.hpp"

namespace kith::store::testing {

inline std::string number(int n) { return std::to_string(1000000 + n); }

inline void fill(const std::string& directory, int rows) {
  auto store = must(open_lmdb(directory, {}));
  auto txn = must(store->begin_write({}));
  for (int i = 0; i < rows; ++i) must(txn->put(Table::kIndex, number(i), std::string(100, 'v')));
  must(txn->commit());
}

}  // namespace kith::store::testing
