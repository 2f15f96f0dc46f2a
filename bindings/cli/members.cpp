#include "bindings/cli/members.hpp"

namespace kith::cli {

namespace {

Value* member(Map& map, const std::string& name) {
  for (auto& [key, value] : map) {
    if (key == Value(name)) return &value;
  }
  map.emplace_back(Value(name), Value());
  return &map.back().second;
}

Status assign(const std::string& name, const Value& value, const Prefixes& prefixes, Map* all) {
  for (const auto& [prefix, holder] : prefixes) {
    if (!name.starts_with(prefix)) continue;
    Value* inner = member(*all, holder);
    Map map = inner->map() == nullptr ? Map() : *inner->map();
    if (inner->map() == nullptr && !inner->is_null()) {
      return Status(Code::kInvalidArgument, "\"" + holder + "\" takes an object");
    }
    *member(map, name.substr(prefix.size())) = value;
    *inner = Value(std::move(map));
    return {};
  }
  *member(*all, name) = value;
  return {};
}

}  // namespace

Result<std::string> members_json(const Environment& env, const std::string& json,
                                 const std::vector<std::string>& assignments,
                                 const Prefixes& prefixes) {
  std::string text = "{}";
  if (!json.empty() || env.document) {
    Result<std::string> given = read_json(env, json.empty() ? "-" : json);
    if (!given.ok()) return given.status();
    text = *given;
  }
  if (assignments.empty()) return text;
  Result<Value> object = value_from_json(text);
  if (!object.ok()) return object.status();
  if (object->map() == nullptr) return text;  // its reader says what is wrong
  Map all = *object->map();
  Result<Patch> assigned = parse_assignments(assignments);
  if (!assigned.ok()) return assigned.status();
  for (const auto& [name, value] : *assigned) {
    if (Status bad = assign(name, value, prefixes, &all); !bad.ok()) return bad;
  }
  return to_json(Value(std::move(all)));
}

Result<Patch> read_fields(const Environment& env, const std::string& json,
                          const std::vector<std::string>& assignments) {
  Patch patch;
  if (!json.empty() || env.document) {
    Result<std::string> text = read_json(env, json.empty() ? "-" : json);
    if (!text.ok()) return text.status();
    Result<Patch> fields = patch_from_json(*text);
    if (!fields.ok()) return fields.status();
    patch = *fields;
  }
  Result<Patch> assigned = parse_assignments(assignments);
  if (!assigned.ok()) return assigned.status();
  patch.insert(patch.end(), assigned->begin(), assigned->end());
  return patch;
}

void add_fields(CLI::App* command, std::vector<std::string>& assignments, std::string& json) {
  command->add_option("FIELDS", assignments, "field=text, field:=json, or field= for no value");
  command->add_option("--json", json, "The fields as a JSON object, a file of it, or -")
      ->type_name("JSON");
}

}  // namespace kith::cli
