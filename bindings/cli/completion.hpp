// bindings/cli/completion.hpp: what the word before the cursor can become in the shell.
//
//   Completion c = complete(env, "move deal:7 Clo");
//   c.common;   // "\"Closed " : both stages of that name begin so
//
// Commands and options come from the command line itself, the rest from the open database: entity
// types, fields, stages, choices, reports, automations; and files.
#pragma once

#include <string>

#include "bindings/cli/command.hpp"
#include "bindings/cli/line_editor.hpp"

namespace kith::cli {

// `env` holds the shell's database.
Completion complete(const Environment& env, const std::string& before);

}  // namespace kith::cli
