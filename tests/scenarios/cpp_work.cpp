// Commands of the C++ face about pipelines, automations, the outbox, intake and timelines.
#include <string>
#include <vector>

#include "cpp_face.hpp"

namespace kith::scenarios {

namespace {

// Reads with the snapshot's answer to a question, and prints it.
template <typename Ask>
Status answer(Run& run, Ask ask) {
  Result<Snapshot> snapshot = run.read();
  if (!snapshot.ok()) return snapshot.status();
  return ask(*snapshot);
}

// The same about the record that the first argument names.
template <typename Ask>
Status answer_about(Run& run, Ask ask) {
  return answer(run, [&](const Snapshot& snapshot) -> Status {
    Result<RecordId> id = snapshot.parse_id(run.argument(0));
    if (!id.ok()) return id.status();
    return ask(snapshot, *id);
  });
}

Status move(Run& run) {
  return write(run, [&](Transaction& txn) -> Status {
    Result<RecordId> id = txn.parse_id(run.argument(0));
    if (!id.ok()) return id.status();
    Result<Patch> fields = run.patch(2);
    if (!fields.ok()) return fields.status();
    MoveOptions options;
    options.field = run.option("--field");
    options.fields = *fields;
    options.expected_version = run.number("--version-was", 0);
    options.expected_stage = run.option("--stage-was");
    Result<MoveResult> moved = txn.move(*id, run.argument(1), options);
    if (!moved.ok()) return moved.status();
    print_json(run.out, to_json(*moved));
    return {};
  });
}

Status moves(Run& run) {
  return answer_about(run, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<std::vector<PossibleMove>> found = snapshot.possible_moves(id, run.option("--field"));
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found));
    return {};
  });
}

Status score(Run& run) {
  return answer_about(run, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<Score> found = snapshot.score(id, run.argument(1));
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found));
    return {};
  });
}

Status stages(Run& run) {
  return answer_about(run, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<std::vector<StageVisit>> found = snapshot.stage_history(id, run.option("--field"));
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found, snapshot));
    return {};
  });
}

Status timeline(Run& run) {
  return answer_about(run, [&](const Snapshot& snapshot, RecordId id) -> Status {
    TimelineOptions options;
    options.limit = run.number("--limit", options.limit);
    options.newest_first = run.flag("--newest-first");
    const char* related = nullptr;
    for (std::size_t i = 0; (related = scenario_option(&run.command, "--related", i)); ++i) {
      options.related.emplace_back(related);
    }
    Result<std::vector<TimelineItem>> found = snapshot.timeline(id, options);
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found, snapshot));
    return {};
  });
}

Status pipelines(Run& run) {
  return answer(run, [&](const Snapshot& snapshot) -> Status {
    Result<std::vector<PipelineInfo>> found = snapshot.pipelines();
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found));
    return {};
  });
}

Status automations(Run& run) {
  return answer(run, [&](const Snapshot& snapshot) -> Status {
    Result<std::vector<AutomationInfo>> found = snapshot.automations();
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found));
    return {};
  });
}

std::optional<RunState> run_state(const std::string& name) {
  for (int state = 0; state <= static_cast<int>(RunState::kSuspended); ++state) {
    if (run_state_name(static_cast<RunState>(state)) == name) return static_cast<RunState>(state);
  }
  return std::nullopt;
}

Status runs(Run& run) {
  return answer(run, [&](const Snapshot& snapshot) -> Status {
    RunFilter filter;
    filter.automation = run.option("--automation");
    filter.state = run_state(run.option("--state"));
    if (const std::string record = run.option("--record"); !record.empty()) {
      Result<RecordId> id = snapshot.parse_id(record);
      if (!id.ok()) return id.status();
      filter.record = *id;
    }
    Result<std::vector<kith::Run>> found = snapshot.runs(filter);
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found, snapshot));
    return {};
  });
}

Status next_due(Run& run) {
  return answer(run, [&](const Snapshot& snapshot) -> Status {
    Result<std::optional<Timestamp>> due = snapshot.next_due();
    if (!due.ok()) return due.status();
    print(run.out, to_json(*due ? Value(**due) : Value()));
    return {};
  });
}

Status capture(Run& run) {
  return write(run, [&](Transaction& txn) -> Status {
    Result<CaptureEvent> event = capture_event_from_json(run.option("--json"), txn);
    if (!event.ok()) return event.status();
    Result<CaptureResult> captured = txn.capture(*event);
    if (!captured.ok()) return captured.status();
    print_json(run.out, to_json(*captured, txn));
    return {};
  });
}

Status receive(Run& run) {
  return write(run, [&](Transaction& txn) -> Status {
    Result<InboundEvent> event = inbound_event_from_json(run.option("--json"), txn);
    if (!event.ok()) return event.status();
    Result<ReceiveResult> received = txn.receive(*event);
    if (!received.ok()) return received.status();
    print_json(run.out, to_json(*received));
    return {};
  });
}

Status cancel(Run& run) {
  return write(run, [&](Transaction& txn) {
    return txn.cancel_run(std::strtoull(run.argument(1), nullptr, 10), run.option("--reason"));
  });
}

// In tiny mode by as many ticks of one run as it takes.
Status tick(Run& run) {
  Result<Session> session = run.session();
  if (!session.ok()) return session.status();
  Result<Timestamp> now = run.now();
  if (!now.ok()) return now.status();
  TickOptions options;
  options.now = *now;
  options.max_runs = static_cast<std::uint32_t>(run.number("--max-runs", options.max_runs));
  const bool tiny = run.state.mode == SCENARIO_TINY && run.option("--max-runs").empty();
  if (tiny) options.max_runs = 1;
  TickResult all;
  do {
    Result<TickResult> done = session->tick(options);
    if (!done.ok()) return done.status();
    all.runs += done->runs;
    all.steps += done->steps;
    all.changes += done->changes;
    all.messages += done->messages;
    all.failures += done->failures;
    all.more = done->more;
    all.next_due = done->next_due;
  } while (tiny && all.more);
  print_json(run.out, to_json(all));
  return {};
}

Status list_messages(Run& run) {
  return answer(run, [&](const Snapshot& snapshot) -> Status {
    OutboxFilter filter;
    filter.topic = run.option("--topic");
    const std::string wanted = run.option("--state");
    for (const auto state : {MessageState::kPending, MessageState::kLeased, MessageState::kDead}) {
      if (message_state_name(state) == wanted) filter.state = state;
    }
    Result<std::vector<OutboxMessage>> found = snapshot.outbox(filter);
    if (!found.ok()) return found.status();
    print_json(run.out, to_json(*found, snapshot));
    return {};
  });
}

Status send(Run& run, Transaction& txn) {
  Result<MessageDraft> draft = message_draft_from_json(run.option("--json"), txn);
  if (!draft.ok()) return draft.status();
  Result<std::uint64_t> sequence = txn.send(*draft);
  if (!sequence.ok()) return sequence.status();
  print(run.out, std::to_string(*sequence));
  return {};
}

Status lease(Run& run, Transaction& txn) {
  LeaseOptions options;
  options.limit = static_cast<std::uint32_t>(run.number("--limit", options.limit));
  options.topic = run.option("--topic");
  if (const std::string ttl = run.option("--ttl"); !ttl.empty()) {
    Result<Duration> parsed = Duration::parse(ttl);
    if (!parsed.ok()) return parsed.status();
    options.ttl = *parsed;
  }
  Result<std::vector<OutboxMessage>> leased = txn.lease(options);
  if (!leased.ok()) return leased.status();
  print_json(run.out, to_json(*leased, txn));
  return {};
}

Status refuse(Run& run, Transaction& txn, std::uint64_t sequence) {
  RefuseOptions options;
  options.error = run.option("--error");
  options.dead = run.flag("--dead");
  if (const std::string after = run.option("--retry-after"); !after.empty()) {
    Result<Duration> parsed = Duration::parse(after);
    if (!parsed.ok()) return parsed.status();
    options.retry_after = *parsed;
  }
  return txn.refuse(sequence, run.number("--token", 0), options);
}

Status outbox(Run& run) {
  const std::string_view verb = run.argument(0);
  if (verb == "list") return list_messages(run);
  return write(run, [&](Transaction& txn) -> Status {
    if (verb == "send") return send(run, txn);
    if (verb == "lease") return lease(run, txn);
    const char* number = run.argument(1);
    const std::uint64_t sequence = number != nullptr ? std::strtoull(number, nullptr, 10) : 0;
    if (verb == "ack") return txn.acknowledge(sequence, run.number("--token", 0));
    if (verb == "refuse") return refuse(run, txn, sequence);
    if (verb == "revive") return txn.revive(sequence);
    if (verb == "discard") return txn.discard(sequence);
    return Status(Code::kInvalidArgument, "there is no command outbox " + std::string(verb));
  });
}

}  // namespace

const std::map<std::string_view, Command>& work_commands() {
  static const std::map<std::string_view, Command> commands = {
      {"move", move},           {"moves", moves},       {"score", score},
      {"stages", stages},       {"timeline", timeline}, {"runs", runs},
      {"pipelines", pipelines}, {"tick", tick},         {"automations", automations},
      {"runs cancel", cancel},  {"next-due", next_due}, {"capture", capture},
      {"receive", receive},     {"outbox", outbox},
  };
  return commands;
}

}  // namespace kith::scenarios
