// The scenarios on the C++ interface.
#include <cstring>

#include "cpp_face.hpp"

namespace kith::scenarios {

namespace {

std::optional<Database>& database() {
  static std::optional<Database> db;
  return db;
}

// "12:5 deal.amount ", as much of it as there is.
std::string place_of(const Violation& violation) {
  std::string place;
  if (violation.line != 0) {
    place = std::to_string(violation.line) + ":" + std::to_string(violation.column) + " ";
  }
  place += violation.entity;
  if (!violation.entity.empty() && !violation.field.empty()) place += ".";
  place += violation.field;
  return place.empty() || place.ends_with(' ') ? place : place + " ";
}

void print_error(scenario_text* out, const Status& status) {
  print(out,
        "error " + std::string(code_name(status.code())) + " " + std::string(status.message()));
  for (const Violation& violation : status.violations()) {
    print(out, "  " + place_of(violation) + "[" + violation.code + "] " + violation.message);
  }
}

void create(const scenario_state* state, const char* model, scenario_text* out) {
  const auto now = Timestamp::parse(state->now);
  if (!now.ok()) return print_error(out, now.status());
  CreateOptions options;
  options.model = model;
  options.now = *now;
  Result<Database> db = Database::create(state->database, options);
  if (!db.ok()) return print_error(out, db.status());
  database() = *db;
}

void close() { database().reset(); }

void open_database(const scenario_state* state, scenario_text* out) {
  Result<Database> db = Database::open(state->database);
  if (!db.ok()) return print_error(out, db.status());
  database() = *db;
}

void reopen(const scenario_state* state, scenario_text* out) {
  if (!database()) return;
  close();
  open_database(state, out);
}

void compact(const scenario_state* state, scenario_text* out) {
  close();
  if (Status status = compact_closed(state->database, out); !status.ok()) print_error(out, status);
  open_database(state, out);
}

void run(const scenario_state* state, const scenario_command* command, scenario_text* out) {
  if (!database()) return print(out, "no database: begin with a line `model`");
  const std::string_view verb = scenario_verb(command);
  if (verb == "compact") return compact(state, out);
  for (const auto* commands : {&record_commands(), &work_commands(), &upkeep_commands()}) {
    const auto found = commands->find(verb);
    if (found == commands->end()) continue;
    Run run{*state, *command, *database(), out};
    const std::size_t before = out->size;
    const Status status = found->second(run);
    if (status.ok()) return;
    scenario_cut(out, before);
    print_error(out, status);
    return;
  }
  print(out, "no such command: " + std::string(verb));
}

}  // namespace

void print(scenario_text* out, std::string_view line) {
  scenario_append(out, line.data(), line.size());
  scenario_append(out, "\n", 1);
}

void print_json(scenario_text* out, const std::string& json) {
  scenario_print_json(out, json.c_str());
}

std::string Run::option(const char* name) const {
  const char* value = scenario_option(&command, name, 0);
  return value != nullptr ? value : "";
}

std::uint64_t Run::number(const char* name, std::uint64_t otherwise) const {
  const char* value = scenario_option(&command, name, 0);
  return value != nullptr ? std::strtoull(value, nullptr, 10) : otherwise;
}

Result<Session> Run::session() const {
  SessionOptions who;
  who.capabilities = Capabilities::all();
  who.capabilities.pipeline_override = flag("--override");
  who.time_zone = state.zone;
  if (*state.actor != '\0') {
    Result<Session> host = db.session();
    if (!host.ok()) return host.status();
    Result<Snapshot> snapshot = host->read();
    if (!snapshot.ok()) return snapshot.status();
    Result<RecordId> actor = snapshot->parse_id(state.actor);
    if (!actor.ok()) return actor.status();
    who.actor = *actor;
  }
  return db.session(who);
}

Result<Snapshot> Run::read() const {
  Result<Session> own = session();
  if (!own.ok()) return own.status();
  if (const std::string moment = option("--as-of"); !moment.empty()) {
    constexpr std::string_view kChange = "change:";
    if (moment.starts_with(kChange)) {
      const std::string number = moment.substr(kChange.size());
      return own->read_as_of(AsOf::change(std::strtoull(number.c_str(), nullptr, 10)));
    }
    Result<Timestamp> then = Timestamp::parse(moment);
    if (!then.ok()) return then.status();
    return own->read_as_of(AsOf::time(*then));
  }
  Result<Timestamp> at = now();
  if (!at.ok()) return at.status();
  return own->read(*at);
}

Result<Patch> Run::patch(std::size_t first) const {
  Patch patch;
  if (const std::string json = option("--json"); !json.empty()) {
    Result<Patch> fields = patch_from_json(json);
    if (!fields.ok()) return fields.status();
    patch = *fields;
  }
  for (std::size_t i = first; argument(i) != nullptr; ++i) {
    const std::string word = argument(i);
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos || equals == 0) {
      return Status(Code::kInvalidArgument, "\"" + word + "\" is not field=value");
    }
    const std::string value = word.substr(equals + 1);
    if (word[equals - 1] == ':') {
      Result<Value> parsed = value_from_json(value);
      if (!parsed.ok()) return parsed.status();
      patch.emplace_back(word.substr(0, equals - 1), *parsed);
    } else {
      patch.emplace_back(word.substr(0, equals), value.empty() ? Value() : Value(value));
    }
  }
  return patch;
}

}  // namespace kith::scenarios

int main(int argc, char** argv) {
  namespace face = kith::scenarios;
  const scenario_face cpp = {"cpp", 0, face::create, face::run, face::reopen, face::close};
  return scenario_main(argc, argv, &cpp);
}
