#include "bindings/cli/command.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <numeric>
#include <sstream>

namespace kith::cli {

namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t k = 0; k < b.size(); ++k) {
      const std::size_t replaced = diagonal + (a[i] == b[k] ? 0 : 1);
      diagonal = row[k + 1];
      row[k + 1] = std::min({row[k] + 1, diagonal + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string instead(const std::string& wrong, const std::vector<std::string>& known) {
  if (known.empty()) return "";
  const auto nearest =
      std::min_element(known.begin(), known.end(), [&](const std::string& a, const std::string& b) {
        return edit_distance(wrong, a) < edit_distance(wrong, b);
      });
  if (edit_distance(wrong, *nearest) <= 1 + nearest->size() / 4) {
    return "; did you mean \"" + *nearest + "\"?";
  }
  std::string names;
  for (const std::string& name : known) names += (names.empty() ? "" : ", ") + name;
  return "; known are " + names;
}

bool read_output(const std::string& name, Output* output) {
  if (name == "table") return *output = Output::kTable, true;
  if (name == "json") return *output = Output::kJson, true;
  if (name == "csv") return *output = Output::kCsv, true;
  return false;
}

Result<Timestamp> Environment::time() const {
  if (!now.empty()) return Timestamp::parse(now);
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp::from_microseconds(
      std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count());
}

Result<Crm> open(const Environment& env, bool read_only) {
  if (env.held) return open(env, *env.held);
  if (env.path.empty()) return Status(Code::kInvalidArgument, "DB is required");
  OpenOptions options;
  options.read_only = read_only;
  Result<Database> db = Database::open(env.path, options);
  if (!db.ok()) return db.status();
  return open(env, *db);
}

Result<Crm> open(const Environment& env, const Database& db) {
  SessionOptions who;
  who.capabilities = Capabilities::all();
  who.capabilities.pipeline_override = env.override_pipelines;
  who.time_zone = env.time_zone;
  if (!env.actor.empty()) {
    Result<Session> plain = db.session({});
    if (!plain.ok()) return plain.status();
    Result<Snapshot> snapshot = plain->read();
    if (!snapshot.ok()) return snapshot.status();
    Result<RecordId> actor = snapshot->parse_id(env.actor);
    if (!actor.ok()) return actor.status().with_context("--actor");
    if (Result<Record> user = snapshot->get(*actor); !user.ok()) {
      return user.status().with_context("--actor");
    }
    who.actor = *actor;
  }
  Result<Session> session = db.session(who);
  if (!session.ok()) return session.status();
  return Crm{db, *session};
}

namespace {

// How far the clocks of the zone are ahead of UTC at this time.
Result<std::int64_t> offset_seconds(const std::string& zone, Timestamp at) {
  const Map variables{{Value("t"), Value(at)}, {Value("z"), Value(zone)}};
  Result<Value> parts = evaluate(
      "[t.getFullYear(z), t.getMonth(z) + 1, t.getDate(z), t.getHours(z), t.getMinutes(z), "
      "t.getSeconds(z)]",
      variables);
  if (!parts.ok()) return parts.status();
  std::int64_t numbers[6] = {};
  for (std::size_t i = 0; i < 6; ++i) numbers[i] = *(*parts->list())[i].integer();
  Result<Date> date =
      Date::from_civil(static_cast<std::int32_t>(numbers[0]), static_cast<std::int32_t>(numbers[1]),
                       static_cast<std::int32_t>(numbers[2]));
  if (!date.ok()) return date.status();
  const std::int64_t local = std::int64_t{date->days_since_epoch()} * 86400 + numbers[3] * 3600 +
                             numbers[4] * 60 + numbers[5];
  return local - at.seconds();
}

Result<Timestamp> start_of_day(const std::string& zone, Date day) {
  const std::int64_t midnight = std::int64_t{day.days_since_epoch()} * 86400;
  std::int64_t latest = midnight;
  for (int round = 0; round < 3; ++round) {
    Result<std::int64_t> offset = offset_seconds(zone, Timestamp(latest, 0));
    if (!offset.ok()) return offset.status();
    const std::int64_t start = midnight - *offset;
    if (start == latest) break;
    // Where clocks go forward at midnight no time is that midnight; the day begins at the later of
    // the two times that come in question.
    latest = round == 2 ? std::max(start, latest) : start;
  }
  return Timestamp(latest, 0);
}

bool is_time(const std::string& text) { return text.find(':') != std::string::npos; }

Result<AsOf> parse_as_of(const Environment& env) {
  const std::string& text = env.as_of;
  constexpr std::string_view kChange = "change:";
  if (text.starts_with(kChange)) {
    std::uint64_t sequence = 0;
    const char* const end = text.data() + text.size();
    const auto read = std::from_chars(text.data() + kChange.size(), end, sequence);
    if (read.ec == std::errc() && read.ptr == end && sequence != 0) return AsOf::change(sequence);
    return Status(Code::kInvalidArgument,
                  "--as-of: \"" + text + "\" names no change; write change:42");
  }
  if (is_time(text)) {
    Result<Timestamp> time = Timestamp::parse(text);
    if (!time.ok()) return time.status().with_context("--as-of");
    return AsOf::time(*time);
  }
  Result<Date> day = Date::parse(text);
  if (!day.ok()) {
    return Status(Code::kInvalidArgument,
                  "--as-of takes a day as 2026-03-01, a time as "
                  "2026-03-01T09:00:00Z, or change:42, not \"" +
                      text + "\"");
  }
  Result<Timestamp> next = start_of_day(env.time_zone, Date(day->days_since_epoch() + 1));
  if (!next.ok()) return next.status().with_context("--as-of");
  return AsOf::time(Timestamp::from_microseconds(next->to_microseconds() - 1));
}

}  // namespace

Result<Timestamp> parse_start(const Environment& env, const std::string& date_or_time) {
  if (is_time(date_or_time)) return Timestamp::parse(date_or_time);
  Result<Date> day = Date::parse(date_or_time);
  if (!day.ok()) return day.status();
  return start_of_day(env.time_zone, *day);
}

Result<Snapshot> read(const Environment& env, const Crm& crm) {
  if (!env.as_of.empty()) {
    Result<AsOf> when = parse_as_of(env);
    if (!when.ok()) return when.status();
    return crm.session.read_as_of(*when);
  }
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  return crm.session.read(*now);
}

Status write(const Environment& env,
             const std::function<Status(Transaction& txn, std::ostream& out)>& body) {
  Result<Crm> crm = open(env, false);
  if (!crm.ok()) return crm.status();
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  TransactionOptions options;
  options.now = *now;
  options.cause = env.cause;
  Result<Transaction> txn = crm->session.begin(options);
  if (!txn.ok()) return txn.status();
  std::ostringstream out;
  if (Status status = body(*txn, out); !status.ok()) return status;
  if (Status status = txn->commit(); !status.ok()) return status;
  std::cout << out.str();
  return {};
}

void add_database(CLI::App* command, Environment& env) {
  if (env.held) return;
  command->add_option("DB", env.path, "Directory of the database")->required();
}

// Not required by the parser, which would take the name of the inner command for it; open() does.
CLI::Option* add_outer_database(CLI::App* command, Environment& env) {
  if (env.held) return nullptr;
  return command->add_option("DB", env.path, "Directory of the database");
}

void add_inner_database(CLI::App* command, Environment& env, CLI::Option* outer) {
  if (outer == nullptr) return;
  const auto names_it = [outer](const std::string& word) -> std::string {
    const bool other = outer->count() != 0 || word.find('=') != std::string::npos ||
                       word.find_first_not_of("0123456789") == std::string::npos;
    return other ? "not the database" : "";
  };
  command->validate_positionals();
  command->add_option("DB", env.path, "Directory of the database")
      ->check(CLI::Validator(names_it, ""));
}

CLI::Option* add_as_of(CLI::App* command, Environment& env) {
  return command
      ->add_option("--as-of", env.as_of,
                   "Answer as at the end of this day, at this time, or after change:N")
      ->type_name("DATE");
}

const std::vector<std::string>& commands_outside_shells() {
  static const std::vector<std::string> names{"init", "load", "compact", "shell"};
  return names;
}

std::string counted(std::uint64_t count, const char* noun) {
  return std::to_string(count) + " " + noun + (count == 1 ? "" : "s");
}

void add_override(CLI::App* command, Environment& env) {
  command->add_flag("--override", env.override_pipelines,
                    "Past the guards and requirements of a pipeline; the history says so");
}

Result<std::string> read_json(const Environment& env, const std::string& json_or_path) {
  if (json_or_path.starts_with('{')) return json_or_path;
  return read_file(env, json_or_path);
}

Result<std::string> read_file(const Environment& env, const std::string& path) {
  if (path == "-" && env.document) {
    env.document_read = true;
    return *env.document;
  }
  if (path == "-" && env.held) {
    return Status(Code::kInvalidArgument,
                  "there is no document to read; end the command with <<END, write the document on "
                  "the lines below, and END on a line of its own");
  }
  if (path == "-") {
    return std::string(std::istreambuf_iterator<char>(std::cin), std::istreambuf_iterator<char>());
  }
  struct stat about {};
  if (::stat(path.c_str(), &about) != 0) {
    return Status(Code::kIo, "cannot read " + path + ": " + std::strerror(errno));
  }
  if (S_ISDIR(about.st_mode)) return Status(Code::kIo, "cannot read " + path + ": a directory");
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(std::istreambuf_iterator<char>(file), {});
  if (!file.is_open() || file.bad()) {
    return Status(Code::kIo, "cannot read " + path + ": " + std::strerror(errno));
  }
  return text;
}

Result<Patch> parse_assignments(const std::vector<std::string>& arguments) {
  Patch patch;
  for (const std::string& argument : arguments) {
    const std::size_t equals = argument.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Status(Code::kInvalidArgument, "\"" + argument +
                                                "\" is not field=value; write field=text, "
                                                "field:=json, or field= for no value");
    }
    const std::string value = argument.substr(equals + 1);
    if (argument[equals - 1] == ':') {
      const std::string name = argument.substr(0, equals - 1);
      Result<Patch> one = patch_from_json("{" + to_json(Value(name)) + ":" + value + "}");
      if (!one.ok()) return one.status().with_context(argument);
      patch.insert(patch.end(), one->begin(), one->end());
    } else {
      patch.emplace_back(argument.substr(0, equals), value.empty() ? Value() : Value(value));
    }
  }
  return patch;
}

void on_run(CLI::App* command, Environment& env, std::function<Status()> run) {
  command->footer(std::string("Also --format, --time-zone, --actor, --now and --cause: see ") +
                  (env.held ? "help" : "kith --help"));
  command->callback([command, &env, run = std::move(run)] {
    if (command->get_subcommands().empty()) env.outcome = run();  // else that one has run
  });
}

}  // namespace kith::cli
