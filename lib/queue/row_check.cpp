#include "queue/row_check.hpp"

#include <algorithm>
#include <utility>

#include "base/hash.hpp"
#include "base/message.hpp"
#include "queue/inbox.hpp"
#include "queue/judged_row.hpp"
#include "queue/runs.hpp"

namespace kith::queue {

using store::Mend;
using store::Table;

Status QueueJudge::open(store::ReadTxn& txn) {
  expiring_.clear();
  const Status read =
      store::for_each_row(txn, Table::kQueue, kind_range('x'), [&](const store::KeyValue& row) {
        if (row.key.size() > kInstantBytes) {
          expiring_.push_back(base::stable_hash(row.key.substr(kInstantBytes)));
        }
        return Status();
      });
  KITH_TRY(read);
  std::sort(expiring_.begin(), expiring_.end());
  opened_ = true;
  return {};
}

Status QueueJudge::judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) {
  static constexpr std::pair<char, Judge> kKinds[] = {
      {'t', &QueueJudge::timer},     {'r', &QueueJudge::run},       {'a', &QueueJudge::active},
      {'e', &QueueJudge::enrolment}, {'d', &QueueJudge::date_wait}, {'s', &QueueJudge::sweep},
      {'o', &QueueJudge::message},   {'q', &QueueJudge::order},     {'p', &QueueJudge::ready},
      {'k', &QueueJudge::key},       {'i', &QueueJudge::event},     {'x', &QueueJudge::expiry},
      {'c', &QueueJudge::counter},   {'v', &QueueJudge::version},
  };
  Row judged{txn, row.key, row.value, base::ByteReader(row.key), base::ByteReader(row.value), out};
  const char letter = static_cast<char>(judged.key.u8());
  for (const auto& [kind, look] : kKinds) {
    if (kind == letter) return (this->*look)(judged);
  }
  judged.add("queue_unknown", "queue",
             "a row of a kind that there is not: " + base::quoted(row.key));
  return {};
}

void QueueJudge::saw(const char* counter, std::uint64_t number) {
  std::uint64_t& greatest = greatest_[counter];
  greatest = std::max(greatest, number);
}

bool QueueJudge::expires(std::string_view row_key) const {
  return !opened_ ||
         std::binary_search(expiring_.begin(), expiring_.end(), base::stable_hash(row_key));
}

Result<std::optional<RunFacts>> QueueJudge::find_run(store::ReadTxn& txn, std::uint64_t id) const {
  KITH_ASSIGN(const auto bytes, txn.get(Table::kQueue, run_key(id)));
  if (!bytes) return std::optional<RunFacts>();
  Result<RunFacts> run = rules_.read_run(id, *bytes);
  if (!run.ok()) return run.status();
  return std::optional<RunFacts>(*std::move(run));
}

Status QueueJudge::event(Row& row) {
  const std::string_view id = row.whole_key.substr(1);
  const std::string where = "event " + base::quoted(id);
  const Result<EventRow> event = decode_event(row.value);
  if (!event.ok() || !in_calendar(event->forgotten)) {
    row.add("queue_corrupt", where, "its row does not decode");
    return {};
  }
  std::string why = rules_.judge_answer(id, event->answer);
  const std::string& blank = event->discretion.blank;
  if (why.empty() && !blank.empty()) why = rules_.judge_answer(id, blank);
  if (!why.empty()) {
    row.add("queue_corrupt", where, std::move(why));
    return {};
  }
  const std::string place = expiry_key(event->forgotten, row.whole_key);
  KITH_ASSIGN(const bool there, row.has(place, {}));
  if (!there) {
    row.add("expiry_missing", where, "nothing says when it is forgotten",
            {Mend::put(Table::kQueue, place)});
  }
  return {};
}

Status QueueJudge::expiry(Row& row) {
  const Timestamp when = from_sortable(row.key.u64());
  const std::string target(row.whole_key.substr(std::min(row.whole_key.size(), kInstantBytes)));
  bool right = row.key.ok() && !target.empty() && row.value.empty() && in_calendar(when);
  if (right) {
    KITH_ASSIGN(const auto bytes, row.txn.get(Table::kQueue, target));
    base::ByteReader key(target);
    const char kind = static_cast<char>(key.u8());
    right = bytes.has_value();
    if (right && kind == 'r') {
      const Result<RunFacts> run = rules_.read_run(key.u64(), *bytes);
      right = !run.ok() || (!run->active && when >= run->ended);
    } else if (right && kind == 'i') {
      right = base::ByteReader(*bytes).u64() == sortable(when);
    } else if (right && kind == 'k') {
      KITH_ASSIGN(const auto message,
                  row.txn.get(Table::kQueue, message_key(base::ByteReader(*bytes).u64())));
      right = !message;
    } else {
      right = false;
    }
  }
  if (!right) {
    row.orphan("expiry_orphan", "expiry",
               "what it would erase, " + base::quoted(target) + ", is not there or has not ended");
  }
  return {};
}

Status QueueJudge::counter(Row& row) {
  const std::string_view name = row.whole_key.substr(1);
  row.in.u64();
  const std::string where = "counter " + base::quoted(name);
  if (!row.in.finish("row").ok()) {
    row.add("queue_corrupt", where, "its row does not decode");
    return {};
  }
  const bool known = name == "timer" || name == "run" || name == "message" ||
                     name.starts_with("assign/") || name.starts_with(kOverLimitCounter);
  if (!known) row.add("queue_unknown", where, "there is no such counter");
  return {};
}

Status QueueJudge::judge_counters(store::ReadTxn& txn, store::Verdicts* out) const {
  for (const auto& [name, greatest] : greatest_) {
    const std::string key = counter_key(name);
    KITH_ASSIGN(const auto bytes, txn.get(Table::kQueue, key));
    base::ByteReader in(bytes.value_or(std::string_view()));
    const std::uint64_t counter = bytes ? in.u64() : 0;
    if (bytes && !in.finish("row").ok()) continue;  // reported as a row
    if (counter >= greatest) continue;
    out->push_back({"counter_low",
                    "counter \"" + name + "\"",
                    "it says " + std::to_string(counter) + " and " + std::to_string(greatest) +
                        " was given out",
                    {Mend::put(Table::kQueue, key, encode_number(greatest))}});
  }
  return {};
}

}  // namespace kith::queue
