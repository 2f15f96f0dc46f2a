#include "bindings/cli/command.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <iterator>
#include <numeric>

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

Result<Timestamp> Environment::time() const {
  if (!now.empty()) return Timestamp::parse(now);
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp::from_microseconds(
      std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count());
}

Result<Crm> open(const Environment& env, const std::string& path, bool read_only) {
  OpenOptions options;
  options.read_only = read_only;
  Result<Database> db = Database::open(path, options);
  if (!db.ok()) return db.status();
  SessionOptions who;
  who.capabilities = Capabilities::all();
  who.time_zone = env.time_zone;
  if (!env.actor.empty()) {
    Result<Session> plain = db->session({});
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
  Result<Session> session = db->session(who);
  if (!session.ok()) return session.status();
  return Crm{*db, *session};
}

Result<std::string> read_file(const std::string& path) {
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
  command->footer("Also --format, --time-zone, --actor and --now: see kith --help");
  command->callback([&env, run = std::move(run)] { env.outcome = run(); });
}

}  // namespace kith::cli
