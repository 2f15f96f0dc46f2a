// queue/judged_row.hpp: a row of the queue under judgement, for the parts of QueueJudge.
//
// Private to queue/: others use row_check.hpp.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "queue/keys.hpp"
#include "queue/row_check.hpp"
#include "queue/row_codec.hpp"

namespace kith::queue {

inline constexpr std::size_t kInstantBytes = 1 + 8;

inline bool in_calendar(Timestamp when) { return when.in_range(); }

// A row, its key past the letter, and what is found wrong with it.
struct QueueJudge::Row {
  store::ReadTxn& txn;
  std::string_view whole_key;
  std::string_view value;
  base::ByteReader key;
  base::ByteReader in;
  store::Verdicts* out;

  // False, and a verdict, unless key and value were read to their ends.
  bool decodes(std::string_view what) {
    if (key.finish("key").ok() && in.finish("row").ok()) return true;
    add("queue_corrupt", std::string(what), "its row does not decode");
    return false;
  }
  bool empty_value(std::string_view what) {
    if (!key.finish("key").ok()) {
      add("queue_corrupt", std::string(what), "its key does not decode");
      return false;
    }
    return true;
  }
  void add(const char* code, std::string where, std::string message,
           std::vector<store::Mend> mends = {}) {
    out->push_back({code, std::move(where), std::move(message), std::move(mends)});
  }
  // The row follows from nothing: away with it.
  void orphan(const char* code, std::string where, std::string message) {
    add(code, std::move(where), std::move(message),
        {store::Mend::erase(store::Table::kQueue, whole_key)});
  }
  Result<bool> has(const std::string& other, std::string_view expected) {
    KITH_ASSIGN(const auto found, txn.get(store::Table::kQueue, other));
    return found && *found == expected;
  }
};

}  // namespace kith::queue
