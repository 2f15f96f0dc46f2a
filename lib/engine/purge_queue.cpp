#include "engine/purge_queue.hpp"

#include <algorithm>
#include <string>

#include "base/try.hpp"
#include "engine/run_ledger.hpp"
#include "kith/outbox.hpp"
#include "queue/inbox.hpp"
#include "queue/outbox.hpp"
#include "queue/runs.hpp"

namespace kith::engine {

namespace {

constexpr std::size_t kPage = 256;

class Purge {
 public:
  Purge(store::WriteTxn& txn, const schema::Catalog& catalog, Timestamp at,
        const std::set<RecordId>& purged)
      : txn_(txn), at_(at), purged_(purged) {
    for (const RecordId id : purged) names_.insert(schema::format_id(catalog, id));
  }

  Status run() {
    KITH_TRY(runs());
    KITH_TRY(messages());
    return queue::forget_about(txn_, purged_);
  }

 private:
  bool names(const Value& value) const {
    if (const RecordId* id = value.reference()) return purged_.contains(*id);
    if (const std::string* text = value.text()) return names_.contains(*text);
    if (const List* list = value.list()) {
      return std::any_of(list->begin(), list->end(),
                         [&](const Value& item) { return names(item); });
    }
    const Map* map = value.map();
    return map != nullptr && names(*map);
  }
  bool names(const Map& map) const {
    return std::any_of(map.begin(), map.end(), [&](const auto& member) {
      return names(member.first) || names(member.second);
    });
  }

  Status runs() {
    for (std::uint64_t from = 0;;) {
      KITH_ASSIGN(const auto page, queue::scan_runs(txn_, from, kPage));
      for (const queue::StoredRun& stored : page) {
        KITH_ASSIGN(automation::RunRecord run, automation::decode_run(stored.bytes));
        KITH_TRY(look_at(&run));
      }
      if (page.size() < kPage) return {};
      from = page.back().run + 1;
    }
  }

  Status look_at(automation::RunRecord* run) {
    const bool its_own = purged_.contains(run->record);
    if (run->state == RunState::kActive) {
      if (!its_own && !names(run->event)) return {};
      return end_run(txn_, at_, kKeepRuns, RunState::kCancelled,
                     its_own ? "the record was purged" : "a record that its event names was purged",
                     run);
    }
    if (!its_own || run->message.empty()) return {};
    run->message.clear();
    KITH_ASSIGN(const std::string bytes, automation::encode(*run));
    return queue::put_run(txn_, run->id, bytes);
  }

  Status messages() {
    OutboxFilter page;
    page.limit = kPage;
    while (true) {
      KITH_ASSIGN(const std::vector<OutboxMessage> found, queue::messages(txn_, at_, page));
      for (const OutboxMessage& message : found) {
        if (!purged_.contains(message.record) && !names(message.payload)) continue;
        KITH_TRY(queue::erase_message(txn_, message.sequence));
      }
      if (found.size() < page.limit) return {};
      page.after = found.back().sequence;
    }
  }

  store::WriteTxn& txn_;
  Timestamp at_;
  const std::set<RecordId>& purged_;
  std::set<std::string, std::less<>> names_;
};

}  // namespace

Status purge_queue(store::WriteTxn& txn, const schema::Catalog& catalog, Timestamp at,
                   const std::set<RecordId>& purged) {
  return Purge(txn, catalog, at, purged).run();
}

}  // namespace kith::engine
