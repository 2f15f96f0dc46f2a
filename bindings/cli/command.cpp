#include "bindings/cli/command.hpp"

#include <chrono>
#include <fstream>
#include <iostream>
#include <iterator>
#include <sstream>

namespace kith::cli {

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
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  if (file) text << file.rdbuf();
  if (!file) return Status(Code::kIo, "cannot read " + path);
  return text.str();
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
  command->callback([&env, run = std::move(run)] { env.outcome = run(); });
}

}  // namespace kith::cli
