// bindings/cli/members.hpp: structures written as assignments: `kind=form person.city=Vienna`.
//
//   Result<CaptureEvent> event = read_members<CaptureEvent>(
//       env, args.json, args.members, {{"person.", "person_fields"}, {"data.", "data"}},
//       [&](const std::string& text) { return capture_event_from_json(text, txn); });
//
// The library's own JSON readers say what a structure has; here its members are only brought
// together, from a JSON object and from assignments, which win.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "bindings/cli/command.hpp"

namespace kith::cli {

// What an assignment's name begins with, and the member that holds the rest of it.
using Prefixes = std::vector<std::pair<std::string, std::string>>;

// One JSON object. `json` is the object itself, a file of it or "-"; without one, the document of a
// shell's command when it has one.
Result<std::string> members_json(const Environment& env, const std::string& json,
                                 const std::vector<std::string>& assignments,
                                 const Prefixes& prefixes);

template <typename T, typename Read>
Result<T> read_members(const Environment& env, const std::string& json,
                       const std::vector<std::string>& assignments, const Prefixes& prefixes,
                       Read read) {
  Result<std::string> text = members_json(env, json, assignments, prefixes);
  if (!text.ok()) return text.status();
  Result<T> result = read(*text);
  // A place in a text that nobody wrote helps nobody.
  if (!result.ok() && !assignments.empty() && result.status().violations().size() == 1) {
    return Status(result.status().code(), result.status().violations().front().message);
  }
  return result;
}

// The fields of a record: a JSON object, a file of it or "-", and assignments after it.
Result<Patch> read_fields(const Environment& env, const std::string& json,
                          const std::vector<std::string>& assignments);
void add_fields(CLI::App* command, std::vector<std::string>& assignments, std::string& json);

}  // namespace kith::cli
