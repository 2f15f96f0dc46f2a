// tests/store/joined.hpp: threads that write to a store at the same time.
//
//   on_threads(8, [&](int) {
//     must_ok(db->write(deferred(), [](WriteTxn& txn) { return add_one(txn, "n"); }));
//   });
#pragma once

#include <atomic>
#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "store/store.hpp"
#include "tests/store/rows.hpp"

namespace kith::store::testing {

inline Status add_one(WriteTxn& txn, const std::string& key) {
  auto old = txn.get(Table::kQueue, key);
  if (!old.ok()) return old.status();
  const int next = *old ? std::stoi(std::string(**old)) + 1 : 1;
  return txn.put(Table::kQueue, key, std::to_string(next));
}

inline WriteOptions deferred() {
  WriteOptions options;
  options.durability = Durability::kDeferred;
  return options;
}

// For threads, on which Boost.Test's checks must not run: ends the test.
inline void must_ok(const Status& status) {
  if (!status.ok()) throw std::logic_error(status.to_string());
}

// Runs `body(thread)` on so many threads at once.
template <typename F>
void on_threads(int count, F body) {
  std::vector<std::thread> threads;
  for (int t = 0; t < count; ++t) threads.emplace_back([&body, t] { body(t); });
  for (std::thread& thread : threads) thread.join();
}

// Holds the first writer's body up until others are in line behind it.
class Doorman {
 public:
  void hold() {
    entered_ = true;
    while (!open_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  void await_entry() const {
    while (!entered_) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  void open() { open_ = true; }

 private:
  std::atomic<bool> entered_{false};
  std::atomic<bool> open_{false};
};

inline void settle() { std::this_thread::sleep_for(std::chrono::milliseconds(30)); }

}  // namespace kith::store::testing
