// bindings/cli/shell.hpp: many commands on one open database.
//
// `kith shell DB` reads commands as `kith` takes them, without the database: at a terminal with
// editing, history and completion, else from standard input, one a line. docs/command-line.md tells
// what a user sees.
#pragma once

#include <string>
#include <vector>

namespace kith::cli {

// Those that are about the shell itself: ".now", ".format", ...
std::vector<std::string> shell_commands();

}  // namespace kith::cli
