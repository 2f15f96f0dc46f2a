#include <iostream>
#include <memory>

#include "bindings/cli/form.hpp"
#include "bindings/cli/members.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string json;
  std::vector<std::string> members;
  std::string name;
  std::string record;
  std::string id;
};

constexpr FormColumn kCaptureColumns[] = {{"repeated"}, {"person"},          {"person_created"},
                                          {"account"},  {"account_created"}, {"deal"},
                                          {"activity"}, {"filled"},          {"reasons"}};
constexpr FormColumn kReceiveColumns[] = {{"repeated"}, {"runs"}};

void print_capture(std::ostream& out, const CaptureResult& got, const Reader& ids) {
  if (got.repeated) out << "this event was captured before; nothing has changed\n";
  const auto line = [&](const char* what, RecordId id, bool created) {
    if (id) out << what << ids.format_id(id) << (created ? ", new" : "") << "\n";
  };
  line("person    ", got.person, got.person_created);
  line("account   ", got.account, got.account_created);
  line("deal      ", got.deal, false);
  line("activity  ", got.activity, false);
  for (const std::string& field : got.filled) {
    out << (&field == &got.filled.front() ? "filled    " : ", ") << field;
  }
  if (!got.filled.empty()) out << "\n";
  for (const std::string& reason : got.reasons) out << "  " << reason << "\n";
}

Status capture(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream& out) -> Status {
    const Prefixes inner{
        {"person.", "person_fields"}, {"activity.", "activity_fields"}, {"data.", "data"}};
    Result<CaptureEvent> event = read_members<CaptureEvent>(
        env, args.json, args.members, inner,
        [&](const std::string& text) { return capture_event_from_json(text, txn); });
    if (!event.ok()) return event.status();
    Result<CaptureResult> got = txn.capture(*event);
    if (!got.ok()) return got.status();
    if (env.output == Output::kTable) {
      print_capture(out, *got, txn);
    } else {
      print_form(out, env, to_json(*got, txn), kCaptureColumns, txn);
    }
    return {};
  });
}

Status receive(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream& out) -> Status {
    std::vector<std::string> members;
    for (const std::string& data : args.members) members.push_back("data." + data);
    if (!args.name.empty()) members.push_back("name=" + args.name);
    if (!args.record.empty()) members.push_back("record=" + args.record);
    if (!args.id.empty()) members.push_back("id=" + args.id);
    Result<InboundEvent> event = read_members<InboundEvent>(
        env, args.json, members, {{"data.", "data"}},
        [&](const std::string& text) { return inbound_event_from_json(text, txn); });
    if (!event.ok()) return event.status();
    Result<ReceiveResult> got = txn.receive(*event);
    if (!got.ok()) return got.status();
    if (env.output != Output::kTable) {
      print_form(out, env, to_json(*got), kReceiveColumns, txn);
    } else if (got->repeated) {
      out << "this event was received before; nothing has changed\n";
    } else {
      out << got->runs << (got->runs == 1 ? " run" : " runs") << " begun\n";
    }
    return {};
  });
}

}  // namespace

void add_intake(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* c = app.add_subcommand("capture", "Record that a customer did something");
  add_database(c, env);
  c->add_option("MEMBERS", args->members,
                "kind=form email=ann@example.org ..., person.FIELD=, activity.FIELD=, data.NAME=");
  c->add_option("--json", args->json, "The event as a JSON object, a file of it, or -")
      ->type_name("JSON");
  on_run(c, env, [&env, args] { return capture(env, *args); });

  CLI::App* r = app.add_subcommand("receive", "Tell the automations that something has happened");
  add_database(r, env);
  r->add_option("NAME", args->name, "Name of the event, as payment.received");
  r->add_option("DATA", args->members, "name=text or name:=json, read as event.name");
  r->add_option("--json", args->json, "The event as a JSON object, a file of it, or -")
      ->type_name("JSON");
  r->add_option("--record", args->record, "The record it is about")->type_name("ID");
  r->add_option("--id", args->id, "Your name of it: a second one with this id changes nothing")
      ->type_name("TEXT");
  on_run(r, env, [&env, args] { return receive(env, *args); });
}

}  // namespace kith::cli
