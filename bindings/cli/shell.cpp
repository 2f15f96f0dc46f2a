#include "bindings/cli/shell.hpp"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>

#include "bindings/cli/application.hpp"
#include "bindings/cli/completion.hpp"
#include "bindings/cli/line_editor.hpp"
#include "bindings/cli/words.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string model;
  bool echo = false;
  bool bail = false;
  bool read_only = false;
};

constexpr const char* kPrompt = "kith> ";
constexpr const char* kMorePrompt = "  ... ";

constexpr const char* kHelp = R"(Of the shell itself:
  .now [TIME|+DURATION|clock]       The time to act at; without one, print it
  .format table|json|csv            How to print results
  .actor [ID]                       Who acts
  .zone ZONE                        Zone of days, months and quarters
  .help [COMMAND]                   This list; so does help
  .quit                             Leave; so does the end of input

Words are quoted as in a POSIX shell; # begins a comment. A command that ends with <<END takes the
lines up to END as its document, for which - stands.
)";

std::string history_file() {
  if (const char* given = std::getenv("KITH_HISTORY")) return given;
  const char* home = std::getenv("HOME");
  return home == nullptr ? "" : std::string(home) + "/.kith_history";
}

// Where the lines come from: a terminal or a file.
class Lines {
 public:
  explicit Lines(const Environment& env) {
    if (isatty(STDIN_FILENO) != 1 || isatty(STDOUT_FILENO) != 1) return;
    editor_ = std::make_unique<LineEditor>(
        history_file(), [&env](const std::string& before) { return complete(env, before); });
  }

  bool at_terminal() const { return editor_ != nullptr; }
  std::uint64_t number() const { return number_; }

  // `more`: it goes on with what stands on the line before.
  std::optional<std::string> next(bool more) {
    ++number_;
    if (editor_) return editor_->read(more ? kMorePrompt : kPrompt);
    std::string line;
    if (!std::getline(std::cin, line)) return std::nullopt;
    if (line.ends_with('\r')) line.pop_back();
    return line;
  }
  bool given_up() const { return editor_ && editor_->interrupted(); }
  void remember(const std::string& command) {
    if (editor_) editor_->remember(command);
  }

 private:
  std::unique_ptr<LineEditor> editor_;
  std::uint64_t number_ = 0;
};

class Shell {
 public:
  Shell(const Environment& env, const Arguments& args) : args_(args), base_(env), lines_(base_) {}

  // The exit code of the first command that failed; of a terminal always 0.
  int run() {
    if (lines_.at_terminal()) {
      std::cout << "kith " << version() << " on " << base_.path << "; help lists the commands\n";
    }
    int first = 0;
    std::string text;
    Words command;
    while (!done_ && read_command(&text, &command)) {
      if (args_.echo) std::cout << kPrompt << text << "\n";
      const int code = execute(command);
      if (first == 0) first = code;
      if (code != 0 && args_.bail) break;
    }
    return lines_.at_terminal() ? 0 : first;
  }

 private:
  // The next command that is not empty, over as many lines as it takes; its document too.
  bool read_command(std::string* text, Words* command) {
    while (std::optional<std::string> line = lines_.next(false)) {
      first_line_ = lines_.number();
      *text = *line;
      *command = split_words(*text);
      while (command->open) {
        line = lines_.next(true);
        if (lines_.given_up()) break;
        if (!line) {
          command->error = "the quote that begins here does not end";
          return true;
        }
        *text += "\n" + *line;
        *command = split_words(*text);
      }
      if (lines_.given_up()) continue;
      if (command->words.empty() && command->error.empty() && command->end_of_document.empty()) {
        continue;
      }
      lines_.remember(*text);
      document_.reset();
      if (command->error.empty() && !command->end_of_document.empty()) read_document(text, command);
      if (!lines_.given_up()) return true;
    }
    return false;
  }

  void read_document(std::string* text, Words* command) {
    std::string document;
    while (std::optional<std::string> line = lines_.next(true)) {
      if (lines_.given_up()) return;
      *text += "\n" + *line;
      if (*line == command->end_of_document) {
        document_ = std::move(document);
        return;
      }
      document += *line + "\n";
    }
    command->error = "the document does not end: there is no line " + command->end_of_document;
  }

  std::string prefix() const {
    if (lines_.at_terminal()) return "kith: ";
    return "kith: line " + std::to_string(first_line_) + ": ";
  }

  int fail(const Status& status) {
    std::cout.flush();
    complain(base_, status, prefix());
    return exit_code(status);
  }

  int fail(const std::string& message) { return fail(Status(Code::kInvalidArgument, message)); }

  int execute(const Words& command) {
    if (!command.error.empty()) return fail(command.error);
    if (command.words.empty()) return fail("there is no command before <<");
    const std::string& name = command.words[0];
    if (name.starts_with('.')) return execute_own(command.words);
    std::vector<std::string> words = command.words;
    if (name == "quit" || name == "exit") return execute_own({".quit"});
    if (name == "help") return help({words.begin() + 1, words.end()});
    return execute_command(std::move(words));
  }

  int execute_command(std::vector<std::string> words) {
    Environment env = base_;
    env.document = document_;
    const std::unique_ptr<CLI::App> app = application(env);
    const int code = cli::run(*app, env, std::move(words), prefix());
    if (code == 0 && env.document && !env.document_read) {
      return fail("the command is done, but it reads no document; write - where it takes a file");
    }
    return code;
  }

  int help(std::vector<std::string> words) {
    const bool all = words.empty();
    words.emplace_back("--help");
    const int code = execute_command(std::move(words));
    if (all) std::cout << "\n" << kHelp << std::flush;
    return code;
  }

  int execute_own(const std::vector<std::string>& words) {
    const std::string& name = words[0];
    const std::string value = words.size() > 1 ? words[1] : "";
    if (name == ".help") return help({words.begin() + 1, words.end()});
    if (words.size() > 2) return fail(name + " takes one value");
    if (name == ".quit" || name == ".exit") return done_ = true, 0;
    if (name == ".now") return set_now(value);
    if (name == ".format") return set_format(value);
    if (name == ".actor") return set_and_try(&base_.actor, value);
    if (name == ".zone") return set_and_try(&base_.time_zone, value.empty() ? "UTC" : value);
    return fail("there is no command \"" + name + "\"" + instead(name, shell_commands()));
  }

  int set_now(const std::string& value) {
    Result<Timestamp> now = base_.time();
    if (!now.ok()) return fail(now.status());
    if (value == "clock") {
      base_.now.clear();
    } else if (value.starts_with('+')) {
      Result<Duration> by = Duration::parse(value.substr(1));
      if (!by.ok()) return fail(by.status());
      const Timestamp then =
          Timestamp::from_microseconds(now->to_microseconds() + by->total_microseconds());
      if (!then.in_range()) return fail("that is after the year 9999");
      base_.now = then.to_string();
    } else if (!value.empty()) {
      Result<Timestamp> given = Timestamp::parse(value);
      if (!given.ok()) return fail(given.status());
      base_.now = value;
    } else {
      std::cout << now->to_string() << "\n";
    }
    return 0;
  }

  int set_format(const std::string& value) {
    if (!read_output(value, &base_.output)) {
      return fail(".format takes table, json or csv, not \"" + value + "\"");
    }
    return 0;
  }

  // Keeps what a session accepts.
  int set_and_try(std::string* setting, const std::string& value) {
    const std::string before = *setting;
    *setting = value;
    const Status status = open(base_, *base_.held).status();
    if (!status.ok()) *setting = before;
    return status.ok() ? 0 : fail(status);
  }

  Arguments args_;
  Environment base_;  // of each command
  Lines lines_;
  std::uint64_t first_line_ = 0;
  std::optional<std::string> document_;
  bool done_ = false;
};

Result<Database> open_or_create(const Environment& env, const Arguments& args) {
  if (env.path != ":memory:" && args.model.empty()) {
    OpenOptions options;
    options.read_only = args.read_only;
    return Database::open(env.path, options);
  }
  if (args.read_only) {
    return Status(Code::kInvalidArgument, "a new database is not read-only");
  }
  const bool own = args.model != "standard" && args.model != "empty";
  Result<CreateOptions> options = create_options(env, own ? args.model : "", args.model == "empty");
  if (!options.ok()) return options.status();
  return Database::create(env.path, *options);
}

}  // namespace

std::vector<std::string> shell_commands() {
  return {".actor", ".exit", ".format", ".help", ".now", ".quit", ".zone"};
}

void add_shell(CLI::App& app, Environment& env) {
  CLI::App* command = app.add_subcommand("shell", "Run many commands on one open database");
  auto args = std::make_shared<Arguments>();
  command->add_option("DB", env.path, "Directory of the database, or :memory:")->required();
  command
      ->add_option("--model", args->model,
                   "Make the database, of this document: standard, empty, or a file")
      ->type_name("FILE");
  command->add_flag("--echo", args->echo, "Print each command before what it prints");
  command->add_flag("--bail", args->bail, "Stop at the first error");
  command->add_flag("--read-only", args->read_only, "Change nothing");
  on_run(command, env, [&env, args]() -> Status {
    Result<Database> db = open_or_create(env, *args);
    if (!db.ok()) return db.status();
    Environment inner = env;
    inner.held = *db;
    if (Result<Crm> crm = open(inner, *db); !crm.ok()) return crm.status();  // actor and zone
    env.exit_code = Shell(inner, *args).run();
    return {};
  });
}

}  // namespace kith::cli
