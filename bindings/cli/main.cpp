// The kith command line. `kith --help` lists the commands, `kith COMMAND --help` explains one.
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
    default: break;
  }
  // Data and models are refused with -200 to -499; stores and machines with -500 and below.
  const int code = static_cast<int>(status.code());
  return code > -500 && code != static_cast<int>(kith::Code::kClosed) ? 1 : 3;
}

void complain(const kith::Status& status) {
  std::cerr << "kith: " << status.message() << "\n";
  for (const kith::Violation& v : status.violations()) {
    std::cerr << "  ";
    if (v.line != 0) std::cerr << v.line << ":" << v.column << ": ";
    std::cerr << v.message << " [" << v.code << "]\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app{
      "kith: the embeddable CRM engine. One directory is one CRM; this command makes, fills,\n"
      "changes and asks it. Start with: kith init crm && kith create crm account name=Acme"};
  app.name("kith");
  app.set_version_flag("--version", std::string(kith::version()));
  app.require_subcommand(1);
  app.fallthrough();
  app.option_defaults()->always_capture_default(false);

  kith::cli::Environment env;
  const std::map<std::string, kith::cli::Output> formats{{"table", kith::cli::Output::kTable},
                                                         {"json", kith::cli::Output::kJson},
                                                         {"csv", kith::cli::Output::kCsv}};
  app.add_option("-f,--format", env.output, "How to print results: table, json or csv")
      ->transform(CLI::CheckedTransformer(formats, CLI::ignore_case).description(""))
      ->type_name("FORMAT");
  app.add_option("--time-zone", env.time_zone, "Zone of days, months and quarters (default UTC)")
      ->type_name("ZONE");
  app.add_option("--actor", env.actor, "Who acts: the id of a user, as user:7")->type_name("ID");
  app.add_option("--now", env.now, "The time to act at, as 2026-03-01T09:00:00Z (default: now)")
      ->type_name("TIME");

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
    const int code = app.exit(error);
    return code == 0 ? 0 : 2;
  }
  if (!env.outcome.ok()) complain(env.outcome);
  return exit_code(env.outcome);
}
