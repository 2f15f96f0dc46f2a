// exchange/dump_queue.hpp: timers, runs, messages and what belongs to them in a dump.
//
//   KITH_TRY(write_queue_row(row, ready, values, &out));
//   KITH_ASSIGN(DumpedQueueRow same, read_queue_row(node, values));
//
// Runs are written member by member, versions of automations as the bytes of their codec. What
// follows from other rows is not written: which runs are active, the order of a record's messages;
// QueueLoader writes it again. Reading is strict: kImportInvalid with the column.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "base/json.hpp"
#include "engine/compiled_model.hpp"
#include "exchange/dump_value.hpp"
#include "kith/result.hpp"
#include "queue/rows.hpp"
#include "store/store.hpp"

namespace kith::exchange {

// False for a row that is not written. `ready`: a message stands in the index of what may be
// leased.
Result<bool> write_queue_row(const queue::Row& row, bool ready, const DumpValues& values,
                             json::Writer* out);

// Whether a line whose first member has this name is one of the queue's.
bool is_queue_line(std::string_view kind);

// Takes the rows of a dump in their order, and looks that they fit together.
class QueueLoader {
 public:
  explicit QueueLoader(const DumpValues& values) : values_(values) {}

  // One line. Writes its row and what follows from it.
  Status load(const json::Node& node, store::WriteTxn& txn);
  // After the last line: the rows as a whole, as the check of a database sees them. `last` is the
  // time of the last change.
  Status finish(store::ReadTxn& txn, const engine::CompiledModel& model, Timestamp last) const;

 private:
  Status follow(const queue::Row& row, bool ready, store::WriteTxn& txn);
  Status follow_message(const OutboxMessage& message, bool ready, store::WriteTxn& txn);
  Status follow_run(const queue::StoredRun& stored, store::WriteTxn& txn);
  Status check_timer(const queue::Timer& timer, store::WriteTxn& txn);
  Status check_expiry(const queue::ExpiryRow& expiry, store::WriteTxn& txn) const;
  Status check_numbers(std::string_view counter, std::uint64_t number) const;

  const DumpValues& values_;
  std::string last_key_;
  // Records with messages that are not dead: whether one of them is ready.
  std::unordered_map<RecordId, bool> lines_;
  std::uint64_t timers_wanted_ = 0;
  std::uint64_t timers_found_ = 0;
  std::unordered_map<std::string, std::uint64_t> counters_;
};

}  // namespace kith::exchange
