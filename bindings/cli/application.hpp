// bindings/cli/application.hpp: the command line as a whole, of a process or of one line of a
// shell.
//
//   Environment env;
//   const std::unique_ptr<CLI::App> app = application(env);
//   return run(*app, env, {"get", "crm", "deal:1"}, "kith: ");
//
// With Environment::held set, the commands do not name a database and those that make or open one
// are absent.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "bindings/cli/command.hpp"

namespace kith::cli {

std::unique_ptr<CLI::App> application(Environment& env);

// Runs one command; what it prints has reached standard output afterwards. Errors go to standard
// error with `prefix` before them, or as a line of JSON when the output is. The exit code, as
// command.hpp lists them.
int run(CLI::App& app, Environment& env, std::vector<std::string> arguments,
        const std::string& prefix);

int exit_code(const Status& status);
void complain(const Environment& env, const Status& status, const std::string& prefix);

}  // namespace kith::cli
