// tests/scenarios/cpp_face.hpp: the C++ face of the scenarios: what its commands share.
//
//   Status get(Run& run) { ...; print(run.out, to_json(*record, *snapshot)); return {}; }
//
// A command returns a Status; a failure is printed as README.md says.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "kith/kith.hpp"
#include "scenario.h"

namespace kith::scenarios {

// What a command works with. A transaction that is open is used by every command until it ends.
struct Run {
  const scenario_state& state;
  const scenario_command& command;
  Database& db;
  scenario_text* out;

  const char* argument(std::size_t index) const { return scenario_argument(&command, index); }
  // Empty when it is not given.
  std::string option(const char* name) const;
  bool flag(const char* name) const { return scenario_flag(&command, name) != 0; }
  std::uint64_t number(const char* name, std::uint64_t otherwise) const;

  Result<Timestamp> now() const { return Timestamp::parse(state.now); }
  // The actor and zone of the scenario; every capability but the override, which is a word of the
  // command.
  Result<Session> session() const;
  // As of now, or of the moment that --as-of names.
  Result<Snapshot> read() const;
  // field=text field:=json, from argument `first` on, and --json.
  Result<Patch> patch(std::size_t first) const;
};

using Command = Status (*)(Run& run);
// By verb: in cpp_records.cpp, cpp_work.cpp and cpp_upkeep.cpp.
const std::map<std::string_view, Command>& record_commands();
const std::map<std::string_view, Command>& work_commands();
const std::map<std::string_view, Command>& upkeep_commands();
// `compact`: nobody may have the database open.
Status compact_closed(const std::string& path, scenario_text* out);

void print(scenario_text* out, std::string_view line);
void print_json(scenario_text* out, const std::string& json);
// Lines about the report if it is one, a line of columns, a line for each row, and one with the
// continuation if there is one.
void print_rows(scenario_text* out, const ReportResult* report, const Rows& rows,
                const Reader& ids);

// Runs `body` in a transaction of its own and commits it.
template <typename Body>
Status write(Run& run, Body body) {
  Result<Session> session = run.session();
  if (!session.ok()) return session.status();
  Result<Timestamp> now = run.now();
  if (!now.ok()) return now.status();
  Result<Transaction> txn = session->begin({.now = *now, .cause = "kith command"});
  if (!txn.ok()) return txn.status();
  if (Status status = body(*txn); !status.ok()) return status;
  return txn->commit();
}

}  // namespace kith::scenarios
