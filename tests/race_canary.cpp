// A program with a planted race: two threads use one read transaction at the same time, which
// store/store.hpp forbids. The suite under ThreadSanitizer expects it to be reported; if it is not,
// the engine is not instrumented and a clean run of the others would mean nothing.
#include <thread>

#include "store/store.hpp"

int main() {
  const auto store = kith::store::open_memory();
  if (!store.ok()) return 1;
  const auto txn = (*store)->begin_read();
  if (!txn.ok()) return 1;
  const auto misuse = [&txn] {
    for (int i = 0; i < 1000; ++i) (void)(*txn)->get(kith::store::Table::kMeta, "k").ok();
  };
  std::thread other(misuse);
  misuse();
  other.join();
  return 0;
}
