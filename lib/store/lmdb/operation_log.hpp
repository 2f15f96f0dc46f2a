// store/lmdb/operation_log.hpp: what a write transaction has done, to do it again in a larger map.
//
//   OperationLog log;
//   log.add(Operation::kPut, Table::kMeta, "k", "v");
//   log.replay([&](Operation op, Table table, std::string_view key, std::string_view value) {
//     return perform(op, table, key, value);   // an LMDB code; the first that is not 0 ends it
//   });
//
// Bounded by max_txn_bytes. A posting's value is its id in native bytes; a range's key and value
// are its two ends.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>

#include "store/store.hpp"

namespace kith::store::lmdb {

enum class Operation : std::uint8_t { kPut, kErase, kEraseRange, kAddPosting, kRemovePosting };

class OperationLog {
 public:
  // Answers its copies of key and value, which stay good until the next add.
  std::pair<std::string_view, std::string_view> add(Operation operation, Table table,
                                                    std::string_view key, std::string_view value) {
    const Head head{static_cast<std::uint32_t>(key.size()),
                    static_cast<std::uint32_t>(value.size()), operation, table};
    bytes_.append(reinterpret_cast<const char*>(&head), sizeof head).append(key).append(value);
    only_erases_ =
        only_erases_ && operation != Operation::kPut && operation != Operation::kAddPosting;
    const std::string_view all(bytes_);
    return {all.substr(all.size() - value.size() - key.size(), key.size()),
            all.substr(all.size() - value.size())};
  }

  bool only_erases() const { return only_erases_; }

  template <typename F>
  int replay(F&& perform) const {
    for (std::size_t at = 0; at < bytes_.size();) {
      Head head;
      std::memcpy(&head, bytes_.data() + at, sizeof head);
      at += sizeof head;
      const std::string_view key(bytes_.data() + at, head.key_bytes);
      const std::string_view value(key.data() + key.size(), head.value_bytes);
      at += key.size() + value.size();
      if (int rc = perform(head.operation, head.table, key, value); rc != 0) return rc;
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
  std::string bytes_;
  bool only_erases_ = true;
};

}  // namespace kith::store::lmdb
