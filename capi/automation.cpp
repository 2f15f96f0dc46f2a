// Automations: the tick, events from outside, and what runs there are.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_tick_options> {
  static constexpr const char* kName = "kith_tick_options";
  static constexpr std::size_t kFirstSize = KITH_TICK_OPTIONS_V1_SIZE;
  static kith_tick_options defaults() {
    kith_tick_options to{};
    const TickOptions from;
    to.max_runs = from.max_runs;
    to.timeout_ms = from.timeout.count();
    to.keep = duration_out(from.keep);
    return to;
  }
};

template <>
struct Known<kith_run_filter> {
  static constexpr const char* kName = "kith_run_filter";
  static constexpr std::size_t kFirstSize = KITH_RUN_FILTER_V1_SIZE;
  static kith_run_filter defaults() {
    kith_run_filter to{};
    to.state = KITH_RUN_ANY;
    to.automation_size = KITH_NTS;
    to.limit = RunFilter().limit;
    return to;
  }
};

template <>
struct Known<kith_inbound_event> {
  static constexpr const char* kName = "kith_inbound_event";
  static constexpr std::size_t kFirstSize = KITH_INBOUND_EVENT_V1_SIZE;
  static kith_inbound_event defaults() {
    kith_inbound_event to{};
    to.id_size = KITH_NTS;
    to.name_size = KITH_NTS;
    return to;
  }
};

namespace {

Result<TickOptions> read_options(const kith_tick_options* options) {
  KITH_ASSIGN(const kith_tick_options from, read_struct(options));
  if (from.reserved != 0) return wrong_struct("kith_tick_options", "reserved is not 0");
  TickOptions to;
  KITH_ASSIGN(to.now, time_in(&from.now, "now"));
  to.max_runs = from.max_runs;
  KITH_ASSIGN(to.durability, durability_in(from.durability, "kith_tick_options"));
  KITH_ASSIGN(to.timeout, timeout_in(from.timeout_ms, "kith_tick_options"));
  KITH_ASSIGN(to.keep, duration_in(&from.keep, "keep"));
  return to;
}

Result<RunFilter> read_filter(const kith_run_filter* filter) {
  RunFilter to;
  if (filter == nullptr) return to;
  KITH_ASSIGN(const kith_run_filter from, read_struct(filter));
  to.record = RecordId(from.record);
  KITH_ASSIGN(to.automation, text_in(from.automation, from.automation_size, "automation"));
  if (from.state != KITH_RUN_ANY) {
    KITH_ASSIGN(to.state,
                enum_in(from.state, RunState::kSuspended, "kith_run_filter", "KITH_RUN_"));
  }
  to.limit = limit_in(from.limit);
  return to;
}

Result<InboundEvent> read_event(const kith_inbound_event* event) {
  KITH_ASSIGN(const kith_inbound_event from, read_struct(event));
  if (from.reserved != 0) return wrong_struct("kith_inbound_event", "reserved is not 0");
  InboundEvent to;
  KITH_ASSIGN(to.id, text_in(from.id, from.id_size, "id"));
  KITH_ASSIGN(to.name, text_in(from.name, from.name_size, "name"));
  to.record = RecordId(from.record);
  KITH_ASSIGN(to.data, map_in(from.data, "data"));
  return to;
}

// `read` gives the event, given who knows the names of records.
template <typename Read>
Status receive(kith_txn* txn, std::uint8_t* repeated, std::uint64_t* runs, Read&& read) {
  clear_optional(repeated);
  clear_optional(runs);
  KITH_ASSIGN(Transaction * transaction, use(txn));
  KITH_ASSIGN(const InboundEvent event, read(*transaction));
  KITH_ASSIGN(const ReceiveResult received, transaction->receive(event));
  if (repeated != nullptr) *repeated = received.repeated ? 1 : 0;
  if (runs != nullptr) *runs = received.runs;
  return {};
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_tick_options_init(kith_tick_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_run_filter_init(kith_run_filter* filter, size_t size) {
  return guard(nullptr, [&] { return initialise(filter, size); });
}

int32_t kith_inbound_event_init(kith_inbound_event* event, size_t size) {
  return guard(nullptr, [&] { return initialise(event, size); });
}

int32_t kith_session_tick(const kith_session* session, const kith_tick_options* options,
                          kith_tick_result** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(out);
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const TickOptions how, read_options(options));
    KITH_ASSIGN(TickResult done, session->session.tick(how));
    if (out != nullptr) *out = new kith_tick_result{done};
    return {};
  });
}

void kith_tick_result_free(kith_tick_result* result) {
  guard_free([&] { delete result; });
}

uint64_t kith_tick_result_runs(const kith_tick_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &TickResult::runs); });
}

uint64_t kith_tick_result_steps(const kith_tick_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &TickResult::steps); });
}

uint64_t kith_tick_result_changes(const kith_tick_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &TickResult::changes); });
}

uint64_t kith_tick_result_messages(const kith_tick_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &TickResult::messages); });
}

uint64_t kith_tick_result_failures(const kith_tick_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &TickResult::failures); });
}

uint8_t kith_tick_result_more(const kith_tick_result* result) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(result_of(result), &TickResult::more); });
}

int32_t kith_tick_result_next_due(const kith_tick_result* result, kith_time* out,
                                  kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(result, "result"));
    return give_time(result->result.next_due, out);
  });
}

int32_t kith_tick_result_to_json(const kith_tick_result* result, kith_string** out,
                                 kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(result, "result"));
    return give(to_json(result->result), out);
  });
}

int32_t kith_reader_next_due(const kith_reader* reader, kith_time* out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::optional<Timestamp> due, view->next_due());
    return give_time(due, out);
  });
}

int32_t kith_txn_receive(kith_txn* txn, const kith_inbound_event* event, uint8_t* repeated,
                         uint64_t* runs, kith_error** error) {
  return guard(error, [&] {
    return receive(txn, repeated, runs, [&](const Reader&) { return read_event(event); });
  });
}

int32_t kith_txn_receive_json(kith_txn* txn, const char* event, size_t event_size,
                              uint8_t* repeated, uint64_t* runs, kith_error** error) {
  return guard(error, [&] {
    return receive(txn, repeated, runs, [&](const Reader& ids) -> Result<InboundEvent> {
      KITH_ASSIGN(const std::string_view text, text_in(event, event_size, "event"));
      return inbound_event_from_json(text, ids);
    });
  });
}

int32_t kith_txn_cancel_run(kith_txn* txn, uint64_t run, const char* reason, size_t reason_size,
                            kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const std::string_view why, text_in(reason, reason_size, "reason"));
    return transaction->cancel_run(run, why);
  });
}

int32_t kith_reader_automations(const kith_reader* reader, kith_automations** out,
                                kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(auto automations, view->automations());
    *out = new kith_automations{std::move(automations)};
    return {};
  });
}

void kith_automations_free(kith_automations* automations) {
  guard_free([&] { delete automations; });
}

size_t kith_automations_count(const kith_automations* automations) {
  return guard_get(size_t{0}, [&] { return count(automations); });
}

uint32_t kith_automations_id(const kith_automations* automations, size_t index) {
  return guard_get(uint32_t{0},
                   [&] { return number<uint32_t>(item(automations, index), &AutomationInfo::id); });
}

uint32_t kith_automations_version(const kith_automations* automations, size_t index) {
  return guard_get(uint32_t{0}, [&] {
    return number<uint32_t>(item(automations, index), &AutomationInfo::version);
  });
}

int32_t kith_automations_order(const kith_automations* automations, size_t index) {
  return guard_get(int32_t{0}, [&] {
    return number<int32_t>(item(automations, index), &AutomationInfo::order);
  });
}

uint32_t kith_automations_steps(const kith_automations* automations, size_t index) {
  return guard_get(uint32_t{0}, [&] {
    return number<uint32_t>(item(automations, index), &AutomationInfo::steps);
  });
}

const char* kith_automations_name(const kith_automations* automations, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(automations, index), &AutomationInfo::name, size); });
}

const char* kith_automations_entity(const kith_automations* automations, size_t index,
                                    size_t* size) {
  return guard_get("",
                   [&] { return text(item(automations, index), &AutomationInfo::entity, size); });
}

const char* kith_automations_trigger(const kith_automations* automations, size_t index,
                                     size_t* size) {
  return guard_get("",
                   [&] { return text(item(automations, index), &AutomationInfo::trigger, size); });
}

const char* kith_automations_state(const kith_automations* automations, size_t index,
                                   size_t* size) {
  return guard_get("",
                   [&] { return text(item(automations, index), &AutomationInfo::state, size); });
}

const char* kith_automations_condition(const kith_automations* automations, size_t index,
                                       size_t* size) {
  return guard_get(
      "", [&] { return text(item(automations, index), &AutomationInfo::condition, size); });
}

int32_t kith_automations_to_json(const kith_automations* automations, kith_string** out,
                                 kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(automations, "automations"));
    return give(to_json(automations->items), out);
  });
}

int32_t kith_reader_runs(const kith_reader* reader, const kith_run_filter* filter, kith_runs** out,
                         kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const RunFilter which, read_filter(filter));
    KITH_ASSIGN(auto runs, view->runs(which));
    *out = new kith_runs{std::move(runs)};
    return {};
  });
}

void kith_runs_free(kith_runs* runs) {
  guard_free([&] { delete runs; });
}

size_t kith_runs_count(const kith_runs* runs) {
  return guard_get(size_t{0}, [&] { return count(runs); });
}

uint64_t kith_runs_id(const kith_runs* runs, size_t index) {
  return guard_get(uint64_t{0}, [&] { return number<uint64_t>(item(runs, index), &Run::id); });
}

uint64_t kith_runs_record(const kith_runs* runs, size_t index) {
  return guard_get(uint64_t{0}, [&] { return number<uint64_t>(item(runs, index), &Run::record); });
}

uint64_t kith_runs_enrolment(const kith_runs* runs, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(runs, index), &Run::enrolment); });
}

uint64_t kith_runs_parent(const kith_runs* runs, size_t index) {
  return guard_get(uint64_t{0}, [&] { return number<uint64_t>(item(runs, index), &Run::parent); });
}

int32_t kith_runs_state(const kith_runs* runs, size_t index) {
  return guard_get(int32_t{0}, [&] { return number<int32_t>(item(runs, index), &Run::state); });
}

uint32_t kith_runs_version(const kith_runs* runs, size_t index) {
  return guard_get(uint32_t{0}, [&] { return number<uint32_t>(item(runs, index), &Run::version); });
}

uint32_t kith_runs_step(const kith_runs* runs, size_t index) {
  return guard_get(uint32_t{0}, [&] { return number<uint32_t>(item(runs, index), &Run::step); });
}

uint32_t kith_runs_depth(const kith_runs* runs, size_t index) {
  return guard_get(uint32_t{0}, [&] { return number<uint32_t>(item(runs, index), &Run::depth); });
}

const char* kith_runs_automation(const kith_runs* runs, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(runs, index), &Run::automation, size); });
}

const char* kith_runs_message(const kith_runs* runs, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(runs, index), &Run::message, size); });
}

int32_t kith_runs_started(const kith_runs* runs, size_t index, kith_time* out, kith_error** error) {
  return guard(error, [&] { return give_time(runs, "runs", index, &Run::started, out); });
}

int32_t kith_runs_due(const kith_runs* runs, size_t index, kith_time* out, kith_error** error) {
  return guard(error, [&] { return give_time(runs, "runs", index, &Run::due, out); });
}

int32_t kith_runs_ended(const kith_runs* runs, size_t index, kith_time* out, kith_error** error) {
  return guard(error, [&] { return give_time(runs, "runs", index, &Run::ended, out); });
}

int32_t kith_runs_to_json(const kith_runs* runs, const kith_reader* reader, kith_string** out,
                          kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(runs, "runs"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_json(runs->items, *ids), out);
  });
}

const char* kith_run_state_name(int32_t state) {
  return guard_get("", [&]() -> const char* {
    if (state < KITH_RUN_ACTIVE || state > KITH_RUN_SUSPENDED) return "";
    return run_state_name(static_cast<RunState>(state)).data();
  });
}
