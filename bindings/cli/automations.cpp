#include <algorithm>
#include <iostream>
#include <memory>

#include "bindings/cli/form.hpp"
#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::uint32_t max_runs = TickOptions().max_runs;
  std::string until;
  std::string record;
  std::string state;
  RunFilter filter;
  std::uint64_t run = 0;
  std::string reason = "cancelled on the command line";
};

constexpr FormColumn kTickColumns[] = {{"runs"},     {"steps"}, {"changes"}, {"messages"},
                                       {"failures"}, {"more"},  {"next_due"}};
constexpr FormColumn kRunColumns[] = {{"id", "Run", true},
                                      {"automation", "Automation"},
                                      {"version"},
                                      {"record", "Record"},
                                      {"enrolment"},
                                      {"state", "State"},
                                      {"step", "Step", true},
                                      {"started", "Started"},
                                      {"due", "Due"},
                                      {"ended", "Ended"},
                                      {"depth"},
                                      {"parent"},
                                      {"message", "Message"}};
constexpr FormColumn kAutomationColumns[] = {{"id"},
                                             {"name", "Automation"},
                                             {"entity", "Type"},
                                             {"trigger", "On"},
                                             {"version", "Version", true},
                                             {"state", "State"},
                                             {"order", "Order", true},
                                             {"condition", "When"},
                                             {"steps", "Steps", true}};

void add(const TickResult& one, TickResult* all) {
  all->runs += one.runs;
  all->steps += one.steps;
  all->changes += one.changes;
  all->messages += one.messages;
  all->failures += one.failures;
  all->more = one.more;
  all->next_due = one.next_due;
}

// At the command's time, and then at each time up to `until` at which there is work.
Status tick_until(const Session& session, const Arguments& args, Timestamp now, Timestamp until,
                  TickResult* all) {
  while (true) {
    TickOptions options;
    options.now = now;
    options.max_runs = args.max_runs;
    Result<TickResult> one = session.tick(options);
    if (!one.ok()) return one.status();
    add(*one, all);
    if (one->more || !one->next_due || *one->next_due > until) return {};
    if (one->runs == 0 && *one->next_due <= now) return {};  // nothing that time would change
    now = std::max(now, *one->next_due);
  }
}

Status tick(const Environment& env, const Arguments& args) {
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  Timestamp until = *now;
  if (!args.until.empty()) {
    Result<Timestamp> given = Timestamp::parse(args.until);
    if (!given.ok()) return given.status().with_context("--until");
    until = *given;
    if (until < *now) return Status(Code::kInvalidArgument, "--until is before --now");
  }
  Result<Crm> crm = open(env, false);
  if (!crm.ok()) return crm.status();
  TickResult done;
  const Status status = args.until.empty()
                            ? tick_until(crm->session, args, *now, Timestamp(), &done)
                            : tick_until(crm->session, args, *now, until, &done);
  if (!status.ok()) return status;
  if (env.output != Output::kTable) {
    Result<Snapshot> snapshot = read(env, *crm);
    if (!snapshot.ok()) return snapshot.status();
    print_form(std::cout, env, to_json(done), kTickColumns, *snapshot);
    return {};
  }
  std::cout << counted(done.runs, "run") << ", " << counted(done.steps, "step") << ", "
            << counted(done.changes, "change") << ", " << counted(done.messages, "message");
  if (done.failures != 0) std::cout << ", " << done.failures << " failed: see kith runs";
  std::cout << "\n";
  if (done.more) {
    std::cout << "more is due: tick again\n";
  } else if (done.next_due) {
    std::cout << "next due " << done.next_due->to_string() << "\n";
  }
  return {};
}

Status next_due(const Environment& env) {
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    Result<std::optional<Timestamp>> due = snapshot.next_due();
    if (!due.ok()) return due.status();
    if (env.output == Output::kJson) {
      std::cout << to_json(*due ? Value(**due) : Value()) << "\n";
    } else if (*due) {
      std::cout << (*due)->to_string() << "\n";
    }
    return {};
  });
}

Status automations(const Environment& env) {
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    Result<std::vector<AutomationInfo>> found = snapshot.automations();
    if (!found.ok()) return found.status();
    print_form(std::cout, env, to_json(*found), kAutomationColumns, snapshot);
    return {};
  });
}

Result<RunState> run_state(const std::string& name) {
  std::vector<std::string> names;
  for (const RunState state : {RunState::kActive, RunState::kDone, RunState::kStopped,
                               RunState::kFailed, RunState::kCancelled, RunState::kSuspended}) {
    names.emplace_back(run_state_name(state));
    if (names.back() == name) return state;
  }
  return Status(Code::kInvalidArgument,
                "--state: there is no state \"" + name + "\"" + instead(name, names));
}

Status runs(const Environment& env, const Arguments& args) {
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    RunFilter filter = args.filter;
    if (!args.record.empty()) {
      Result<RecordId> record = snapshot.parse_id(args.record);
      if (!record.ok()) return record.status();
      filter.record = *record;
    }
    if (!args.state.empty()) {
      Result<RunState> state = run_state(args.state);
      if (!state.ok()) return state.status();
      filter.state = *state;
    }
    Result<std::vector<Run>> found = snapshot.runs(filter);
    if (!found.ok()) return found.status();
    print_form(std::cout, env, to_json(*found, snapshot), kRunColumns, snapshot);
    return {};
  });
}

Status cancel(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream&) -> Status {
    return txn.cancel_run(args.run, args.reason);
  });
}

}  // namespace

void add_automations(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* t = app.add_subcommand("tick", "Carry out what is due: runs, waits, reminders");
  add_database(t, env);
  t->add_option("--max-runs", args->max_runs, "Take up at most so many runs (default 10000)")
      ->check(CLI::PositiveNumber.description(""));
  t->add_option("--until", args->until, "Then go on to each time with work, up to this one")
      ->type_name("TIME");
  on_run(t, env, [&env, args] { return tick(env, *args); });

  CLI::App* n = app.add_subcommand("next-due", "Print when tick has work next; nothing: never");
  add_database(n, env);
  on_run(n, env, [&env] { return next_due(env); });

  CLI::App* a = app.add_subcommand("automations", "List the automations of the model");
  add_database(a, env);
  on_run(a, env, [&env] { return automations(env); });

  CLI::App* r = app.add_subcommand("runs", "List runs of automations, or cancel one");
  CLI::Option* db = add_outer_database(r, env);
  r->add_option("--record", args->record, "Only those of this record")->type_name("ID");
  r->add_option("--automation", args->filter.automation, "Only those of this automation")
      ->type_name("NAME");
  r->add_option("--state", args->state, "active, done, stopped, failed, cancelled or suspended")
      ->type_name("STATE");
  r->add_option("-l,--limit", args->filter.limit, "At most so many (default 1000)");
  r->require_subcommand(0, 1);
  CLI::App* c = r->add_subcommand("cancel", "End an active run for good");
  add_inner_database(c, env, db);
  c->add_option("RUN", args->run, "Number of the run")->required()->type_name("");
  c->add_option("--reason", args->reason, "Why, for people")->type_name("TEXT");
  on_run(c, env, [&env, args] { return cancel(env, *args); });
  on_run(r, env, [&env, args] { return runs(env, *args); });
}

}  // namespace kith::cli
