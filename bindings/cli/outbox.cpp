#include <iostream>
#include <memory>

#include "bindings/cli/form.hpp"
#include "bindings/cli/members.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  OutboxFilter filter;
  std::string state;
  LeaseOptions lease;
  std::string ttl;
  std::uint64_t sequence = 0;
  std::vector<std::uint64_t> sequences;
  std::uint64_t token = 0;
  RefuseOptions refuse;
  std::string retry_after;
  std::vector<std::string> members;
  std::string json;
};

constexpr FormColumn kColumns[] = {{"sequence", "Message", true},
                                   {"topic", "Topic"},
                                   {"payload", "Payload"},
                                   {"idempotency_key"},
                                   {"record", "Record"},
                                   {"created"},
                                   {"state", "State"},
                                   {"not_before", "Not before"},
                                   {"attempts", "Attempts", true},
                                   {"token", "Token", true},
                                   {"last_error", "Last error"},
                                   {"run"}};

Result<MessageState> message_state(const std::string& name) {
  std::vector<std::string> names;
  for (const MessageState state :
       {MessageState::kPending, MessageState::kLeased, MessageState::kDead}) {
    names.emplace_back(message_state_name(state));
    if (names.back() == name) return state;
  }
  return Status(Code::kInvalidArgument,
                "--state: there is no state \"" + name + "\"" + instead(name, names));
}

Status list(const Environment& env, const Arguments& args) {
  OutboxFilter filter = args.filter;
  if (!args.state.empty()) {
    Result<MessageState> state = message_state(args.state);
    if (!state.ok()) return state.status();
    filter.state = *state;
  }
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    Result<std::vector<OutboxMessage>> found = snapshot.outbox(filter);
    if (!found.ok()) return found.status();
    print_form(std::cout, env, to_json(*found, snapshot), kColumns, snapshot);
    return {};
  });
}

Status lease(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream& out) -> Status {
    LeaseOptions options = args.lease;
    if (!args.ttl.empty()) {
      Result<Duration> ttl = Duration::parse(args.ttl);
      if (!ttl.ok()) return ttl.status().with_context("--ttl");
      options.ttl = *ttl;
    }
    Result<std::vector<OutboxMessage>> leased = txn.lease(options);
    if (!leased.ok()) return leased.status();
    print_form(out, env, to_json(*leased, txn), kColumns, txn);
    return {};
  });
}

Status refuse(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream&) -> Status {
    RefuseOptions options = args.refuse;
    if (!args.retry_after.empty()) {
      Result<Duration> after = Duration::parse(args.retry_after);
      if (!after.ok()) return after.status().with_context("--retry-after");
      options.retry_after = *after;
    }
    return txn.refuse(args.sequence, args.token, options);
  });
}

Status for_each(const Environment& env, const Arguments& args,
                Status (Transaction::*action)(std::uint64_t)) {
  return write(env, [&](Transaction& txn, std::ostream&) -> Status {
    for (const std::uint64_t sequence : args.sequences) {
      if (Status status = (txn.*action)(sequence); !status.ok()) return status;
    }
    return {};
  });
}

Status send(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream& out) -> Status {
    const Prefixes inner{{"payload.", "payload"}};
    Result<MessageDraft> draft = read_members<MessageDraft>(
        env, args.json, args.members, inner,
        [&](const std::string& text) { return message_draft_from_json(text, txn); });
    if (!draft.ok()) return draft.status();
    Result<std::uint64_t> sequence = txn.send(*draft);
    if (!sequence.ok()) return sequence.status();
    out << *sequence << "\n";
    return {};
  });
}

void add_list_options(CLI::App* command, Arguments& args) {
  command->add_option("--state", args.state, "Only pending, leased or dead ones")
      ->type_name("STATE");
  command->add_option("--topic", args.filter.topic, "Only those of this topic")->type_name("NAME");
  command->add_option("--after", args.filter.after, "Only messages after this one")
      ->type_name("MESSAGE");
  command->add_option("-l,--limit", args.filter.limit, "At most so many (default 1000)");
}

void add_message(CLI::App* command, Arguments& args) {
  command->add_option("MESSAGE", args.sequence, "Number of the message")->required()->type_name("");
  command->add_option("--token", args.token, "Token of its lease")->required()->type_name("N");
}

}  // namespace

void add_outbox(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* o = app.add_subcommand("outbox", "List and hand out the messages that are to be sent");
  CLI::Option* db = add_outer_database(o, env);
  add_list_options(o, *args);
  o->require_subcommand(0, 1);
  on_run(o, env, [&env, args] { return list(env, *args); });

  CLI::App* l = o->add_subcommand("list", "List messages; so does outbox alone");
  add_inner_database(l, env, db);
  add_list_options(l, *args);
  on_run(l, env, [&env, args] { return list(env, *args); });

  CLI::App* t = o->add_subcommand("lease", "Take messages that are due, to deliver them");
  add_inner_database(t, env, db);
  t->add_option("-l,--limit", args->lease.limit, "At most so many (default 10)");
  t->add_option("--ttl", args->ttl, "Theirs for so long, as 5m (default 1m)")
      ->type_name("DURATION");
  t->add_option("--topic", args->lease.topic, "Only those of this topic")->type_name("NAME");
  on_run(t, env, [&env, args] { return lease(env, *args); });

  CLI::App* a = o->add_subcommand("ack", "A leased message has been delivered");
  add_inner_database(a, env, db);
  add_message(a, *args);
  on_run(a, env, [&env, args] {
    return write(env, [&](Transaction& txn, std::ostream&) {
      return txn.acknowledge(args->sequence, args->token);
    });
  });

  CLI::App* r = o->add_subcommand("refuse", "A leased message could not be delivered");
  add_inner_database(r, env, db);
  add_message(r, *args);
  r->add_option("--error", args->refuse.error, "Why, for people")->type_name("TEXT");
  r->add_option("--retry-after", args->retry_after, "Not again before, as 30m")
      ->type_name("DURATION");
  r->add_flag("--dead", args->refuse.dead, "Never again, until somebody revives it");
  on_run(r, env, [&env, args] { return refuse(env, *args); });

  CLI::App* v = o->add_subcommand("revive", "Try dead messages again from the start");
  add_inner_database(v, env, db);
  v->add_option("MESSAGE", args->sequences, "Numbers of messages")->required()->type_name("");
  on_run(v, env, [&env, args] { return for_each(env, *args, &Transaction::revive); });

  CLI::App* d = o->add_subcommand("discard", "Drop messages for ever");
  add_inner_database(d, env, db);
  d->add_option("MESSAGE", args->sequences, "Numbers of messages")->required()->type_name("");
  on_run(d, env, [&env, args] { return for_each(env, *args, &Transaction::discard); });

  CLI::App* s = o->add_subcommand("send", "Put a message into the outbox and print its number");
  add_inner_database(s, env, db);
  s->add_option("MEMBERS", args->members,
                "topic=email record=contact:1 payload.NAME=, idempotency_key=, not_before=");
  s->add_option("--json", args->json, "The message as a JSON object, a file of it, or -")
      ->type_name("JSON");
  on_run(s, env, [&env, args] { return send(env, *args); });
}

}  // namespace kith::cli
