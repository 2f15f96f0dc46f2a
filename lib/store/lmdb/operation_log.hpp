// store/lmdb/operation_log.hpp: what a write transaction has done, to do it again in a larger map.
//
//   OperationLog log;
//   log.add(Operation::kPut, Table::kMeta, "k", "v");
//   log.replay([&](Operation op, Table table, std::string_view key, std::string_view value) {
//     return perform(op, table, key, value);   // an LMDB code; the first that is not 0 ends it
//   });
//
// Bounded by max_txn_bytes and kMaxTxnBlobBytes, and kept in blocks, so that it is never copied to
// grow. A posting's value is its id in native bytes; a range's key and value
// are its two ends.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <deque>
#include <string>
#include <string_view>
#include <utility>

#include "store/store.hpp"

namespace kith::store::lmdb {

enum class Operation : std::uint8_t { kPut, kErase, kEraseRange, kAddPosting, kRemovePosting };

// What operations ask of the file, as far as their number tells.
struct Demand {
  std::array<std::uint64_t, kTableCount> operations{};
  std::uint64_t large_pages = 0;  // for values that do not fit into a page with others
  bool only_erases = true;

  void add(const Demand& other) {
    for (std::size_t i = 0; i < kTableCount; ++i) operations[i] += other.operations[i];
    large_pages += other.large_pages;
    only_erases = only_erases && other.only_erases;
  }
};

class OperationLog {
 public:
  // Answers its copies of key and value, which stay good until the next add. When memory runs out
  // it throws std::bad_alloc and is as it was.
  std::pair<std::string_view, std::string_view> add(Operation operation, Table table,
                                                    std::string_view key, std::string_view value) {
    const Head head{static_cast<std::uint32_t>(key.size()),
                    static_cast<std::uint32_t>(value.size()), operation, table};
    std::string& block = block_for(sizeof head + key.size() + value.size());
    block.append(reinterpret_cast<const char*>(&head), sizeof head).append(key).append(value);
    bytes_ += sizeof head + key.size() + value.size();
    note(operation, table, value.size());
    const std::string_view all(block);
    return {all.substr(all.size() - value.size() - key.size(), key.size()),
            all.substr(all.size() - value.size())};
  }

  const Demand& demand() const { return demand_; }
  bool only_erases() const { return demand_.only_erases; }
  std::size_t bytes() const { return bytes_; }

  template <typename F>
  int replay(F&& perform) const {
    for (const std::string& block : blocks_) {
      if (int rc = replay_block(block, perform); rc != 0) return rc;
    }
    return 0;
  }

 private:
  struct Head {
    std::uint32_t key_bytes;
    std::uint32_t value_bytes;
    Operation operation;
    Table table;
  };

  void note(Operation operation, Table table, std::size_t value_bytes) {
    ++demand_.operations[static_cast<std::size_t>(table)];
    if (operation == Operation::kPut && value_bytes > kLargeValueBytes) {
      demand_.large_pages += value_bytes / kPageBytes + 1;
    }
    demand_.only_erases =
        demand_.only_erases && operation != Operation::kPut && operation != Operation::kAddPosting;
  }

  // One with room for so many bytes.
  std::string& block_for(std::size_t bytes) {
    if (blocks_.empty() || blocks_.back().capacity() - blocks_.back().size() < bytes) {
      blocks_.emplace_back().reserve(std::max(bytes, block_bytes_));
      block_bytes_ = std::min(2 * block_bytes_, kMostBlockBytes);
    }
    return blocks_.back();
  }

  template <typename F>
  static int replay_block(std::string_view block, F& perform) {
    for (std::size_t at = 0; at < block.size();) {
      Head head;
      std::memcpy(&head, block.data() + at, sizeof head);
      at += sizeof head;
      const std::string_view key(block.data() + at, head.key_bytes);
      const std::string_view value(key.data() + key.size(), head.value_bytes);
      at += key.size() + value.size();
      if (int rc = perform(head.operation, head.table, key, value); rc != 0) return rc;
    }
    return 0;
  }

  static constexpr std::size_t kLargeValueBytes = 2000;  // LMDB's limit, less what a key may take
  static constexpr std::size_t kPageBytes = 4096;
  static constexpr std::size_t kMostBlockBytes = std::size_t{1} << 20;

  std::deque<std::string> blocks_;
  std::size_t block_bytes_ = 4096;  // of the next one
  std::size_t bytes_ = 0;
  Demand demand_;
};

}  // namespace kith::store::lmdb
