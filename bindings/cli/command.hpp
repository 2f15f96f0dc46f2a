// bindings/cli/command.hpp: what the commands of `kith` share.
//
// Each command is a function that adds itself to the application and says what to run. A command
// returns a Status; main turns it into an exit code:
//   0 done, 1 refused or not found, 2 wrong usage, 3 the database or the machine said no.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "kith/kith.hpp"

namespace kith::cli {

enum class Output { kTable, kJson, kCsv };
// "table", "json" or "csv"; false when it is none of them.
bool read_output(const std::string& name, Output* output);

// Options that every command takes, where it works, and what a run leaves behind.
struct Environment {
  Output output = Output::kTable;
  std::string time_zone = "UTC";
  std::string actor;                   // record id of the acting user
  std::string now;                     // RFC 3339; empty: the clock
  std::string cause = "kith command";  // of what is written, for the history
  bool override_pipelines = false;     // --override of commands that can move a record
  std::string as_of;                   // --as-of of commands that can read the past

  std::string path;                     // of the database, when the command line names one
  std::optional<Database> held;         // the shell's database; then no command names one
  std::optional<std::string> document;  // what "-" reads in a shell: the lines after <<END
  mutable bool document_read = false;

  Status outcome;                // of the command that ran
  std::optional<int> exit_code;  // of a shell, whose commands have explained themselves

  Result<Timestamp> time() const;
};

// An open database with a session: the shell's, or the one that the command names. Whoever has the
// files has the power, so the session may do everything; but it moves past the guards of a pipeline
// only when it is told to.
struct Crm {
  Database db;
  Session session;
};
Result<Crm> open(const Environment& env, bool read_only);
Result<Crm> open(const Environment& env, const Database& db);

// A snapshot of it at the time of the command, or as it was at the moment of --as-of.
Result<Snapshot> read(const Environment& env, const Crm& crm);

// When a day of the command's time zone begins; a time is itself. `DATE` or RFC 3339.
Result<Timestamp> parse_start(const Environment& env, const std::string& date_or_time);

// Opens the database and runs `body(snapshot)`, for a command that only reads.
template <typename Body>
Status with_snapshot(const Environment& env, Body body) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  Result<Snapshot> snapshot = read(env, *crm);
  if (!snapshot.ok()) return snapshot.status();
  return body(*snapshot);
}
// The same for a command that asks about one record: `body(snapshot, id)`.
template <typename Body>
Status with_record(const Environment& env, const std::string& id_text, Body body) {
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    Result<RecordId> id = snapshot.parse_id(id_text);
    if (!id.ok()) return id.status();
    return body(snapshot, *id);
  });
}

// Runs `body` in a transaction of its own and commits it; then, and only then, what `body` wrote to
// the stream is printed.
Status write(const Environment& env,
             const std::function<Status(Transaction& txn, std::ostream& out)>& body);

// The argument that names the database, which a command does not have in a shell.
void add_database(CLI::App* command, Environment& env);
// The same of a command that has commands of its own, and of these: `outbox crm`, `outbox crm ack
// 5` and `outbox ack crm 5` all name it.
CLI::Option* add_outer_database(CLI::App* command, Environment& env);
void add_inner_database(CLI::App* command, Environment& env, CLI::Option* outer);
void add_override(CLI::App* command, Environment& env);
CLI::Option* add_as_of(CLI::App* command, Environment& env);  // of commands that read() answers

// Commands of `kith` that a shell, which has a database open, cannot have.
const std::vector<std::string>& commands_outside_shells();

// "1 change", "2 changes".
std::string counted(std::uint64_t count, const char* noun);

// "; did you mean X?" for a misspelt name, else "; known are X, Y"; empty when nothing is known.
std::string instead(const std::string& wrong, const std::vector<std::string>& known);

// The file's text; "-" reads standard input, or in a shell the document of the command.
Result<std::string> read_file(const Environment& env, const std::string& path);
// The same; a text that begins with '{' is taken as it is.
Result<std::string> read_json(const Environment& env, const std::string& json_or_path);

// "field=text", "field:=json", "field=" for null, as arguments of create and update.
Result<Patch> parse_assignments(const std::vector<std::string>& arguments);

// Sets the function that a subcommand runs; its status becomes the outcome.
void on_run(CLI::App* command, Environment& env, std::function<Status()> run);

// The model document that --model and --empty name.
Result<CreateOptions> create_options(const Environment& env, const std::string& model, bool empty);

void add_init(CLI::App& app, Environment& env);
void add_model(CLI::App& app, Environment& env);
void add_import(CLI::App& app, Environment& env);
void add_export(CLI::App& app, Environment& env);
void add_records(CLI::App& app, Environment& env);  // get, create, update, delete
void add_undo(CLI::App& app, Environment& env);     // undo, restore, purge
void add_query(CLI::App& app, Environment& env);
void add_report(CLI::App& app, Environment& env);
void add_cel(CLI::App& app, Environment& env);
void add_cel_test(CLI::App& app, Environment& env);
void add_score(CLI::App& app, Environment& env);
void add_pipelines(CLI::App& app, Environment& env);    // move, moves, stages, pipelines
void add_intake(CLI::App& app, Environment& env);       // capture, receive
void add_timeline(CLI::App& app, Environment& env);     // timeline, tasks
void add_automations(CLI::App& app, Environment& env);  // tick, automations, runs
void add_outbox(CLI::App& app, Environment& env);
void add_changes(CLI::App& app, Environment& env);  // changes, cursors, trim
void add_check(CLI::App& app, Environment& env);
void add_copies(CLI::App& app, Environment& env);  // backup, dump, load, compact
void add_shell(CLI::App& app, Environment& env);

}  // namespace kith::cli
