// queue/row_check.hpp: do the rows of the queue agree with one another?
//
//   QueueJudge judge(rules, label);
//   KITH_TRY(judge.open(txn));
//   KITH_TRY(store::for_each_row(txn, store::Table::kQueue, KeyRange::all(), look_with(judge)));
//
// Every row is of a kind that keys.hpp lists and decodes. What is a fact of its own (runs,
// messages, enrolments, events, kept versions) is checked for what follows from it (timers, the
// list of active runs, order and readiness of messages, keys, when it is forgotten, counters), and
// what follows is checked for the fact. What follows can be mended, a fact cannot.
//
// Problems: queue_corrupt, queue_unknown, run_corrupt; timer_orphan, timer_missing,
// date_wait_missing, active_orphan, active_missing, order_orphan, order_missing, ready_orphan,
// ready_missing, key_missing, key_orphan, expiry_missing, expiry_orphan, counter_low,
// version_missing, run_record_missing.
//
// Memory: eight bytes for each row that waits to be forgotten. Threads: the transaction's.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "queue/timers.hpp"
#include "store/findings.hpp"
#include "store/store.hpp"

namespace kith::queue {

// What a run's row says; only automation/ can read it.
struct RunFacts {
  bool active = false;
  RecordId record{};
  std::uint32_t automation = 0;
  std::uint32_t version = 0;
  std::optional<Timer> timer{};
  Timestamp ended{};
};

// What other rooms know.
struct QueueRules {
  // kCorrupt says what is wrong with a run.
  std::function<Result<RunFacts>(std::uint64_t run, std::string_view bytes)> read_run;
  // The bytes of the version of an automation, as they would be kept today; nothing when the model
  // has another version.
  std::function<std::optional<std::string>(std::uint32_t automation, std::uint32_t version)>
      present_version;
  // What is wrong with a kept version; empty: nothing.
  std::function<std::string(std::uint32_t automation, std::uint32_t version,
                            std::string_view bytes)>
      judge_version;
  // What is wrong with a row about an automation and a record of it; empty: nothing.
  std::function<std::string(std::uint32_t automation, RecordId record)> judge_target;
  // What is wrong with the answer that an event got; empty: nothing.
  std::function<std::string(std::string_view id, std::string_view answer)> judge_answer;
  // When what has no instant of its own is forgotten.
  Timestamp forget_at{};
};

class QueueJudge : public store::RowJudge {
 public:
  QueueJudge(QueueRules rules, store::LabelOf label)
      : rules_(std::move(rules)), label_(std::move(label)) {}

  // Reads when rows are forgotten, which runs and keys are compared with. Without it each is taken
  // to be forgotten some day.
  Status open(store::ReadTxn& txn);
  Status judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) override;

  // The greatest number of each kind that was seen by judge(); compared with its counter by
  // judge_counters(), which belongs after the last row.
  Status judge_counters(store::ReadTxn& txn, store::Verdicts* out) const;

 private:
  struct Row;
  using Judge = Status (QueueJudge::*)(Row& row);

  Status timer(Row& row);
  Status run(Row& row);
  Status active(Row& row);
  Status enrolment(Row& row);
  Status date_wait(Row& row);
  Status sweep(Row& row);
  Status message(Row& row);
  Status order(Row& row);
  Status ready(Row& row);
  Status key(Row& row);
  Status event(Row& row);
  Status expiry(Row& row);
  Status counter(Row& row);
  Status version(Row& row);

  Status run_timer(Row& row, const Timer& timer);
  Status date_timer(Row& row, const Timer& timer);
  Status active_run(Row& row, std::uint64_t id, const RunFacts& run);
  Status line_of(Row& row, RecordId record, std::uint64_t first);
  Result<std::optional<RunFacts>> find_run(store::ReadTxn& txn, std::uint64_t id) const;
  bool expires(std::string_view key) const;
  void saw(const char* counter, std::uint64_t number);

  QueueRules rules_;
  store::LabelOf label_;
  bool opened_ = false;
  std::vector<std::uint64_t> expiring_;  // hashes of the keys that expiry rows name, sorted
  RecordId lined_up_{};                  // whose line of messages was judged last
  std::map<std::string, std::uint64_t> greatest_;
};

}  // namespace kith::queue
