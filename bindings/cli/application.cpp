#include "bindings/cli/application.hpp"

#include <algorithm>
#include <iostream>

namespace kith::cli {

int exit_code(const Status& status) {
  if (status.ok()) return 0;
  switch (status.code()) {
    case Code::kInvalidArgument:
    case Code::kExpressionSyntax:
    case Code::kExpressionType: return 2;
    case Code::kImportInvalid:             // a file or mapping refused as a whole
    case Code::kHistoryTrimmed: return 1;  // asked for what is no longer kept
    default: break;
  }
  // Data and models are refused with -200 to -499; stores and machines with -500 and below.
  const int code = static_cast<int>(status.code());
  return code > -500 && code != static_cast<int>(Code::kClosed) ? 1 : 3;
}

namespace {

Value json_of(const Status& status) {
  List violations;
  for (const Violation& v : status.violations()) {
    violations.push_back(Value(Map{{"code", v.code},
                                   {"entity", v.entity},
                                   {"field", v.field},
                                   {"message", v.message},
                                   {"line", v.line},
                                   {"column", v.column}}));
  }
  return Value(Map{{"code", code_name(status.code())},
                   {"message", status.message()},
                   {"entity", status.entity()},
                   {"field", status.field()},
                   {"violations", Value(std::move(violations))}});
}

}  // namespace

void complain(const Environment& env, const Status& status, const std::string& prefix) {
  if (env.output == Output::kJson) {
    std::cerr << to_json(json_of(status)) << "\n";
    return;
  }
  const std::string_view said = status.message();
  std::cerr << prefix << said << "\n";
  const std::vector<Violation>& violations = status.violations();
  // The message of a lone error often says it all, with the place.
  if (violations.size() == 1 && said.find(violations[0].message) != said.npos) return;
  for (const Violation& v : violations) {
    std::cerr << "  ";
    if (v.line != 0) std::cerr << v.line << ":" << v.column << ": ";
    if (v.message.find(v.field.empty() ? v.entity : v.field) == std::string::npos) {
      std::cerr << v.entity << (v.field.empty() || v.entity.empty() ? "" : ".") << v.field << ": ";
    }
    std::cerr << v.message << " [" << v.code << "]\n";
  }
}

namespace {

// The command whose words were read last, and its whole name.
const CLI::App* innermost(const CLI::App& app) {
  const CLI::App* at = &app;
  while (!at->get_subcommands().empty()) at = at->get_subcommands().front();
  return at;
}

std::string whole_name(const CLI::App* command) {
  std::string name = command->get_name();
  for (const CLI::App* up = command->get_parent(); up != nullptr; up = up->get_parent()) {
    if (!up->get_name().empty()) name = up->get_name() + " " + name;
  }
  return name;
}

// What the parser has to say, and what it cannot: which command was meant.
int complain(const CLI::App& app, const Environment& env, const CLI::ParseError& error,
             const std::string& prefix) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  const CLI::App* at = innermost(app);
  const std::vector<std::string> rest = app.remaining(true);
  const bool lacks_command = at->get_require_subcommand_min() > at->get_subcommands().size();
  const auto word = std::find_if(rest.begin(), rest.end(),
                                 [](const std::string& text) { return !text.starts_with('-'); });
  std::string message = error.what();
  if (lacks_command && word == rest.end()) {
    std::cerr << at->help(at == &app ? "" : app.get_name());
    return 2;
  }
  if (lacks_command) {
    std::vector<std::string> names;
    for (const CLI::App* command : at->get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
    message = "there is no command \"" + *word + "\"" + instead(*word, names);
    const std::vector<std::string>& outside = commands_outside_shells();
    if (env.held && at == &app &&
        std::find(outside.begin(), outside.end(), *word) != outside.end()) {
      message = "\"" + *word +
                "\" is not for a shell, which has a database open: leave it and say " + "kith " +
                *word;
    }
  }
  complain(env, Status(Code::kInvalidArgument, message), prefix);
  const std::string name = whole_name(at);
  if (env.output != Output::kJson) {
    std::cerr << "Try: " << (name.empty() ? "help" : name + " --help") << "\n";
  }
  return 2;
}

void add_options(CLI::App& app, Environment& env) {
  const auto read_format = [&env](const std::string& text) {
    if (read_output(text, &env.output)) return;
    throw CLI::ValidationError("--format takes table, json or csv, not \"" + text + "\"");
  };
  app.add_option_function<std::string>("-f,--format", read_format,
                                       "How to print results: table (default), json or csv")
      ->type_name("FORMAT");
  app.add_option("--time-zone", env.time_zone, "Zone of days, months and quarters (default UTC)")
      ->type_name("ZONE");
  app.add_option("--actor", env.actor, "Who acts: the id of a user, as user:7")->type_name("ID");
  app.add_option("--now", env.now, "The time to act at, as 2026-03-01T09:00:00Z (default: now)")
      ->type_name("TIME");
  app.add_option("--cause", env.cause, "Why, for the history (default \"kith command\")")
      ->type_name("TEXT");
}

void add_commands(CLI::App& app, Environment& env) {
  if (!env.held) add_init(app, env);
  add_model(app, env);
  add_import(app, env);
  add_export(app, env);
  add_records(app, env);
  add_undo(app, env);
  add_query(app, env);
  add_report(app, env);
  add_pipelines(app, env);
  add_score(app, env);
  add_intake(app, env);
  add_timeline(app, env);
  add_automations(app, env);
  add_outbox(app, env);
  add_cel(app, env);
  add_cel_test(app, env);
  add_changes(app, env);
  add_check(app, env);
  add_copies(app, env);
  if (!env.held) add_shell(app, env);
}

}  // namespace

std::unique_ptr<CLI::App> application(Environment& env) {
  auto app = std::make_unique<CLI::App>(
      "kith: the embeddable CRM engine. One directory is one CRM; this command makes, fills,\n"
      "changes and asks it. Start with: kith init crm && kith create crm account name=Acme");
  app->name("kith");
  app->set_help_flag("-h,--help", "Print this help");
  app->set_version_flag("--version", std::string(version()), "Print the version");
  if (env.held) {
    app->name("");
    app->description("Commands of this shell; COMMAND --help explains one");
  }
  app->require_subcommand(1);
  app->fallthrough();
  app->option_defaults()->always_capture_default(false);
  // The usage line shows what is required; that an argument is text goes without saying.
  for (const char* label : {"TEXT", "REQUIRED"}) app->get_formatter()->label(label, "");
  app->get_formatter()->label("UINT", "N");
  app->get_formatter()->column_width(34);
  app->get_formatter()->label("SUBCOMMAND", "COMMAND");
  app->get_formatter()->label("SUBCOMMANDS", "COMMANDS");
  app->get_formatter()->label("Subcommands", "Commands");
  add_options(*app, env);
  add_commands(*app, env);
  return app;
}

int run(CLI::App& app, Environment& env, std::vector<std::string> arguments,
        const std::string& prefix) {
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::ParseError& error) {
    return complain(app, env, error, prefix);
  }
  std::cout.flush();
  if (!std::cout && env.outcome.ok()) {
    env.outcome = Status(Code::kIo, "writing to standard output failed");
  }
  if (!env.outcome.ok()) complain(env, env.outcome, prefix);
  if (env.exit_code) return *env.exit_code;
  return exit_code(env.outcome);
}

}  // namespace kith::cli
