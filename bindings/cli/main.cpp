// The kith command line. `kith --help` lists the commands, `kith COMMAND --help` explains one.
#include <algorithm>
#include <iostream>
#include <map>

#include "bindings/cli/command.hpp"

namespace {

int exit_code(const kith::Status& status) {
  if (status.ok()) return 0;
  switch (status.code()) {
    case kith::Code::kInvalidArgument:
    case kith::Code::kExpressionSyntax:
    case kith::Code::kExpressionType: return 2;
    case kith::Code::kImportInvalid: return 1;  // a file or mapping refused as a whole
    default: break;
  }
  // Data and models are refused with -200 to -499; stores and machines with -500 and below.
  const int code = static_cast<int>(status.code());
  return code > -500 && code != static_cast<int>(kith::Code::kClosed) ? 1 : 3;
}

void complain(const kith::Status& status) {
  const std::string_view said = status.message();
  std::cerr << "kith: " << said << "\n";
  const std::vector<kith::Violation>& violations = status.violations();
  // The message of a lone error often says it all, with the place.
  if (violations.size() == 1 && said.find(violations[0].message) != said.npos) return;
  for (const kith::Violation& v : violations) {
    std::cerr << "  ";
    if (v.line != 0) std::cerr << v.line << ":" << v.column << ": ";
    if (v.message.find(v.field.empty() ? v.entity : v.field) == std::string::npos) {
      std::cerr << v.entity << (v.field.empty() || v.entity.empty() ? "" : ".") << v.field << ": ";
    }
    std::cerr << v.message << " [" << v.code << "]\n";
  }
}

// What the parser has to say, and what it cannot: which command was meant.
int complain(const CLI::App& app, const CLI::ParseError& error) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  const std::vector<std::string> rest = app.remaining(true);
  const bool lacks_command = at->get_require_subcommand_min() > at->get_subcommands().size();
  const auto word = std::find_if(rest.begin(), rest.end(),
                                 [](const std::string& text) { return !text.starts_with('-'); });
  if (!lacks_command) {
    std::cerr << "kith: " << error.what() << "\n";
  } else if (word == rest.end()) {
    std::cerr << at->help(at == &app ? "" : app.get_name());
    return 2;
  } else {
    std::vector<std::string> names;
    for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
    std::cerr << "kith: there is no command \"" << *word << "\"" << kith::cli::instead(*word, names)
              << "\n";
  }
  std::string name = at->get_name();
  for (const CLI::App* up = at->get_parent(); up != nullptr; up = up->get_parent()) {
    name = up->get_name() + " " + name;
  }
  std::cerr << "Try: " << name << " --help\n";
  return 2;
}

void add_options(CLI::App& app, kith::cli::Environment& env) {
  const auto read_format = [&env](const std::string& text) {
    const std::map<std::string, kith::cli::Output> formats{{"table", kith::cli::Output::kTable},
                                                           {"json", kith::cli::Output::kJson},
                                                           {"csv", kith::cli::Output::kCsv}};
    const auto found = formats.find(text);
    if (found == formats.end()) {
      throw CLI::ValidationError("--format takes table, json or csv, not \"" + text + "\"");
    }
    env.output = found->second;
  };
  app.add_option_function<std::string>("-f,--format", read_format,
                                       "How to print results: table (default), json or csv")
      ->type_name("FORMAT");
  app.add_option("--time-zone", env.time_zone, "Zone of days, months and quarters (default UTC)")
      ->type_name("ZONE");
  app.add_option("--actor", env.actor, "Who acts: the id of a user, as user:7")->type_name("ID");
  app.add_option("--now", env.now, "The time to act at, as 2026-03-01T09:00:00Z (default: now)")
      ->type_name("TIME");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "kith: the embeddable CRM engine. One directory is one CRM; this command makes, fills,\n"
      "changes and asks it. Start with: kith init crm && kith create crm account name=Acme"};
  app.name("kith");
  app.set_help_flag("-h,--help", "Print this help");
  app.set_version_flag("--version", std::string(kith::version()), "Print the version");
  app.require_subcommand(1);
  app.fallthrough();
  app.option_defaults()->always_capture_default(false);
  // The usage line shows what is required; that an argument is text goes without saying.
  for (const char* label : {"TEXT", "REQUIRED"}) app.get_formatter()->label(label, "");
  app.get_formatter()->label("UINT", "N");
  app.get_formatter()->column_width(34);
  app.get_formatter()->label("SUBCOMMAND", "COMMAND");
  app.get_formatter()->label("SUBCOMMANDS", "COMMANDS");
  app.get_formatter()->label("Subcommands", "Commands");

  kith::cli::Environment env;
  add_options(app, env);
  kith::cli::add_init(app, env);
  kith::cli::add_model(app, env);
  kith::cli::add_import(app, env);
  kith::cli::add_export(app, env);
  kith::cli::add_records(app, env);
  kith::cli::add_query(app, env);
  kith::cli::add_report(app, env);
  kith::cli::add_cel(app, env);

  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return complain(app, error);
  }
  std::cout.flush();
  if (!std::cout && env.outcome.ok()) {
    env.outcome = kith::Status(kith::Code::kIo, "writing to standard output failed");
  }
  if (!env.outcome.ok()) complain(env.outcome);
  return exit_code(env.outcome);
}
