// store/findings.hpp: what a check finds, row by row, and the writes that would mend it.
//
//   Verdicts verdicts;
//   KITH_TRY(judge.judge(txn, row, &verdicts));      // a room looks at one of its rows
//   for (Verdict& v : verdicts) findings.add(std::move(v));
//   KITH_TRY(apply(write_txn, verdict.mends));       // the same verdict, reached in a write
//
// A verdict that can be mended says by which writes. Mending judges the row again within its own
// transaction and applies what is found there, so that it is safe beside other writers and may be
// repeated. Findings counts every problem and keeps the first of them. One thread.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "kith/check.hpp"
#include "kith/id.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::store {

// One write that mends.
struct Mend {
  enum class Kind : std::uint8_t { kPut, kErase, kAddPosting, kRemovePosting };
  Kind kind = Kind::kPut;
  Table table = Table::kIndex;
  std::string key{};
  std::string value{};   // kPut
  std::uint64_t id = 0;  // of a posting

  static Mend put(Table table, std::string key, std::string value = {}) {
    return {Kind::kPut, table, std::move(key), std::move(value), 0};
  }
  static Mend erase(Table table, std::string_view key) {
    return {Kind::kErase, table, std::string(key), {}, 0};
  }
  static Mend add_posting(std::string key, std::uint64_t id) {
    return {Kind::kAddPosting, Table::kPostings, std::move(key), {}, id};
  }
  static Mend remove_posting(std::string_view key, std::uint64_t id) {
    return {Kind::kRemovePosting, Table::kPostings, std::string(key), {}, id};
  }
};
Status apply(WriteTxn& txn, const std::vector<Mend>& mends);

struct Verdict {
  std::string code{};
  std::string where{};
  std::string message{};
  std::vector<Mend> mends{};  // empty: nothing that is here can mend it
};
using Verdicts = std::vector<Verdict>;

// How a room that knows no schema names a record: "deal:42".
using LabelOf = std::function<std::string(RecordId)>;

// Looks at the rows of one range.
class RowJudge {
 public:
  virtual ~RowJudge() = default;
  // Appends what is wrong with the row. In a write transaction `row` is a copy.
  virtual Status judge(ReadTxn& txn, const KeyValue& row, Verdicts* out) = 0;
};

// Every row of a range of a map, or, in a table of postings, every posting with its id as the row's
// value (8 bytes, big-endian).
Status for_each_row(ReadTxn& txn, Table table, const KeyRange& range,
                    const std::function<Status(const KeyValue&)>& body);

// Judges and mends rows from `range.first` on: some thousand rows and no more writes than a
// transaction should have. Moves range.first on; false when the range is done.
Result<bool> mend_some(WriteTxn& txn, Table table, KeyRange* range, RowJudge& judge);

class Findings {
 public:
  explicit Findings(std::uint64_t max_listed) : max_listed_(max_listed) {}

  void add(Verdict verdict);
  void add(std::string code, std::string where, std::string message) {
    add(Verdict{std::move(code), std::move(where), std::move(message), {}});
  }
  // Mended by other means than the writes of a verdict.
  void add_repairable(std::string code, std::string where, std::string message);

  CheckReport& report() { return report_; }
  std::uint64_t repairable() const { return repairable_; }

 private:
  void list(Problem problem);

  std::uint64_t max_listed_;
  std::uint64_t repairable_ = 0;
  CheckReport report_;
};

}  // namespace kith::store
