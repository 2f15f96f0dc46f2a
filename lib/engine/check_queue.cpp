#include "engine/check_queue.hpp"

#include <string>
#include <utility>

#include "automation/auto_transitions.hpp"
#include "automation/run.hpp"
#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/run_ledger.hpp"
#include "query/index_writer.hpp"
#include "queue/keys.hpp"

namespace kith::engine {

namespace {

using automation::RunRecord;

Status wrong(const std::string& what) { return {Code::kCorrupt, what}; }

// What must hold within one run.
Status judge_run(const CompiledModel& model, std::uint64_t id, const RunRecord& run) {
  const bool active = run.state == RunState::kActive;
  if (run.id != id) return wrong("its row is that of run " + std::to_string(run.id));
  if (run.record.is_null() || model.find(run.record.type()) == nullptr) {
    return wrong("it is about a record of no type");
  }
  const bool chained = run.chain.size() == run.depth && !run.chain.empty() &&
                       run.chain.back() == automation::ChainLink{run.automation, run.record};
  if (!chained) return wrong("its chain of causes does not lead to it");
  if ((run.parent == 0) != (run.depth == 1) || run.parent >= id) {
    return wrong("the run that began it cannot be run " + std::to_string(run.parent));
  }
  if (!run.started.in_range() || !run.ended.in_range() ||
      (active ? run.ended != Timestamp() : run.ended < run.started)) {
    return wrong("its times do not agree");
  }
  if (!active && (run.timer || !run.event.empty())) return wrong("it has ended and goes on");
  const queue::TimerTarget target{.kind = queue::TimerKind::kRun, .run = id};
  if (active && (!run.timer || !(run.timer->target == target))) {
    return wrong("it is active and waits for something else than itself");
  }
  const auto automation = model.automation(run.automation);
  if (automation == nullptr) return {};
  const automation::Automation& definition = automation->definition;
  if (definition.name != run.name || definition.entity != run.record.type()) {
    return wrong("it is not a run of automation " + definition.name);
  }
  if (run.version == 0 || run.version > definition.version) {
    return wrong("automation " + definition.name + " has no version " +
                 std::to_string(run.version));
  }
  if (run.version == definition.version && run.step > definition.steps.size()) {
    return wrong("it stands behind the last step");
  }
  return {};
}

Result<queue::RunFacts> read_run(const CompiledModel& model, std::uint64_t id,
                                 std::string_view bytes) {
  KITH_ASSIGN(const RunRecord run, automation::decode_run(bytes));
  KITH_TRY(judge_run(model, id, run));
  queue::RunFacts facts;
  facts.active = run.state == RunState::kActive;
  facts.record = run.record;
  facts.automation = run.automation;
  facts.version = run.version;
  facts.timer = run.timer;
  facts.ended = run.ended;
  return facts;
}

std::string judge_version(const CompiledModel& model, std::uint32_t id, std::uint32_t number,
                          std::string_view bytes) {
  const Result<automation::Automation> kept = automation::decode_automation(bytes);
  if (!kept.ok()) return std::string(kept.status().message());
  if (kept->id != id || kept->version != number) return "it holds another version";
  const auto present = model.automation(id);
  if (present == nullptr) return {};
  // Neither the name nor the type of an automation ever changes.
  const bool same = present->definition.name == kept->name &&
                    present->definition.entity == kept->entity &&
                    number <= present->definition.version;
  return same ? std::string() : "it is not one of automation " + present->definition.name;
}

// The record must be there when the automation is one that the model knows: it is looked after.
std::string judge_target(store::ReadTxn& txn, const CompiledModel& model, std::uint32_t id,
                         RecordId record) {
  const auto automation = model.automation(id);
  if (automation == nullptr) {
    const bool given = (id & automation::kAutoTransitionBit) != 0 ||
                       (id != 0 && id < model.published().definitions.next_id);
    return given ? std::string() : "there was never an automation " + std::to_string(id);
  }
  if (automation->definition.entity != record.type()) {
    return "automation " + automation->definition.name + " is about another type";
  }
  if (record.sequence() == 0) return {};
  const auto bytes = txn.get(store::Table::kRecords, query::record_key(record));
  if (!bytes.ok() || *bytes) return {};
  return schema::format_id(model.catalog(), record) + " does not exist";
}

std::string judge_answer(std::string_view id, std::string_view answer) {
  if (id.starts_with("capture/")) return {};  // only crm/ can read it
  if (!id.starts_with("event/")) return "events have no ids of this kind";
  base::ByteReader in(answer);
  in.varint();
  return in.finish("answer").ok() ? std::string() : "its answer does not decode";
}

}  // namespace

queue::QueueRules queue_rules(store::ReadTxn& txn, const CompiledModel& model, Timestamp last) {
  queue::QueueRules rules;
  rules.read_run = [&model](std::uint64_t id, std::string_view bytes) {
    return read_run(model, id, bytes);
  };
  rules.present_version = [&model](std::uint32_t id, std::uint32_t version) {
    std::optional<std::string> bytes;
    const auto automation = model.automation(id);
    if (automation && automation->definition.version == version) {
      bytes = automation::encode(automation->definition);
    }
    return bytes;
  };
  rules.judge_version = [&model](std::uint32_t id, std::uint32_t version, std::string_view bytes) {
    return judge_version(model, id, version, bytes);
  };
  rules.judge_target = [&txn, &model](std::uint32_t id, RecordId record) {
    return judge_target(txn, model, id, record);
  };
  rules.judge_answer = judge_answer;
  rules.forget_at = queue::after(last, kKeepRuns);
  return rules;
}

}  // namespace kith::engine
