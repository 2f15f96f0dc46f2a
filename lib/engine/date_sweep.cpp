#include "engine/date_sweep.hpp"

#include <utility>
#include <vector>

#include "base/try.hpp"
#include "engine/writer.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"
#include "queue/date_waits.hpp"

namespace kith::engine {

namespace {

constexpr std::size_t kRecordsPerStep = 500;

struct Found {
  RecordId record{};
  std::optional<Timestamp> due;
};

// The dates of some records, and where to go on; a null id at the end.
Result<std::vector<Found>> read_dates(Writer& writer, const automation::Compiled& automation,
                                      RecordId* next) {
  const CompiledType& type = *writer.model().find(next->type());
  store::ScanOptions how;
  how.row_limit = kRecordsPerStep;
  KITH_ASSIGN(const store::ScanBatch batch,
              writer.txn().scan(store::Table::kRecords,
                                query::records_of(next->type(), next->sequence()), how));
  std::vector<Found> found;
  for (const store::KeyValue& row : batch.rows) {
    KITH_ASSIGN(const record::View view, record::View::open(row.value));
    KITH_ASSIGN(const RecordId record, query::unique_entry_id(row.key));
    *next = record;
    if (view.deleted()) continue;
    found.push_back(
        {record, automation::due_of(automation.definition, *type.type, type.layout, view)});
  }
  *next = batch.done() ? RecordId() : RecordId(next->bits() + 1);
  return found;
}

}  // namespace

Status plan_sweeps(store::WriteTxn& txn, const automation::Definitions& before,
                   const automation::Definitions& after) {
  for (const automation::Automation& automation : after.automations) {
    if (automation.trigger != automation::Trigger::kDateReached) continue;
    if (automation.state != automation::State::kActive) continue;
    const automation::Automation* old = before.find(automation.id);
    if (old != nullptr && old->version == automation.version) continue;
    store::ScanOptions one;
    one.row_limit = 1;
    one.keys_only = true;
    KITH_ASSIGN(const store::ScanBatch batch,
                txn.scan(store::Table::kRecords, query::records_of(automation.entity), one));
    if (batch.rows.empty()) continue;
    KITH_TRY(queue::put_sweep(
        txn, {automation.id, automation.version, RecordId(automation.entity, 0), std::nullopt}));
  }
  return {};
}

Result<bool> sweep_step(Writer& writer) {
  KITH_ASSIGN(const auto waiting, queue::sweeps(writer.txn(), 1));
  if (waiting.empty()) return false;
  queue::Sweep sweep = waiting.front();
  const auto automation = writer.model().automation(sweep.automation);
  std::vector<Found> found;
  // One that was paused, retired or changed since has no use for it, or a sweep of its own.
  if (automation && automation->definition.state == automation::State::kActive &&
      automation->definition.version == sweep.version) {
    KITH_ASSIGN(found, read_dates(writer, *automation, &sweep.next));
  } else {
    sweep.next = RecordId();
  }
  if (!sweep.begun) sweep.begun = writer.stamp().at;
  const Status waited = writer.with_queue([&](store::WriteTxn& txn) -> Status {
    for (const Found& one : found) {
      if (!one.due || *one.due <= *sweep.begun) continue;
      KITH_TRY(queue::wait_for_date(txn, sweep.automation, one.record, *one.due));
    }
    return sweep.next.is_null() ? queue::erase_sweep(txn, sweep.automation)
                                : queue::put_sweep(txn, sweep);
  });
  KITH_TRY(waited);
  return true;
}

}  // namespace kith::engine
