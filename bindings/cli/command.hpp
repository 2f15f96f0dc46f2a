// bindings/cli/command.hpp: what the commands of `kith` share.
//
// Each command is a function that adds itself to the application and says what to run. A command
// returns a Status; main turns it into an exit code:
//   0 done, 1 refused or not found, 2 wrong usage, 3 the database or the machine said no.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>

#include "kith/kith.hpp"

namespace kith::cli {

enum class Output { kTable, kJson, kCsv };

// Options that every command takes, and what a run leaves behind.
struct Environment {
  Output output = Output::kTable;
  std::string time_zone = "UTC";
  std::string actor;  // record id of the acting user
  std::string now;    // RFC 3339; empty: the clock
  Status outcome;     // of the command that ran

  Result<Timestamp> time() const;
};

// An open database with a session that may do everything: whoever has the files has the power.
struct Crm {
  Database db;
  Session session;
};
Result<Crm> open(const Environment& env, const std::string& path, bool read_only);

// "; did you mean X?" for a misspelt name, else "; known are X, Y"; empty when nothing is known.
std::string instead(const std::string& wrong, const std::vector<std::string>& known);

// The file's text; "-" reads standard input.
Result<std::string> read_file(const std::string& path);

// "field=text", "field:=json", "field=" for null, as arguments of create and update.
Result<Patch> parse_assignments(const std::vector<std::string>& arguments);

// Sets the function that a subcommand runs; its status becomes the outcome.
void on_run(CLI::App* command, Environment& env, std::function<Status()> run);

void add_init(CLI::App& app, Environment& env);
void add_model(CLI::App& app, Environment& env);
void add_import(CLI::App& app, Environment& env);
void add_export(CLI::App& app, Environment& env);
void add_records(CLI::App& app, Environment& env);  // get, create, update, delete
void add_query(CLI::App& app, Environment& env);
void add_report(CLI::App& app, Environment& env);
void add_cel(CLI::App& app, Environment& env);

}  // namespace kith::cli
