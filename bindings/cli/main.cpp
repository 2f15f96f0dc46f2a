// The kith command line. `kith --help` lists the commands, `kith COMMAND --help` explains one.
#include "bindings/cli/application.hpp"

int main(int argc, char** argv) {
  kith::cli::Environment env;
  const std::unique_ptr<CLI::App> app = kith::cli::application(env);
  return kith::cli::run(*app, env, std::vector<std::string>(argv + 1, argv + argc), "kith: ");
}
