#include "bindings/cli/completion.hpp"

#include <algorithm>
#include <filesystem>

#include "bindings/cli/application.hpp"
#include "bindings/cli/shell.hpp"
#include "bindings/cli/words.hpp"

namespace kith::cli {

namespace {

using Names = std::vector<std::string>;

// What stands on the line before the word that is completed.
struct Place {
  const CLI::App* command = nullptr;
  const CLI::Option* option = nullptr;  // whose value the word is
  Names given;                          // positional arguments
  std::string entity;                   // value of --entity
  std::string argument;                 // label of what the word is: "TYPE", "ID", "STAGE", ...
};

class Completer {
 public:
  explicit Completer(const Environment& env) : env_(env), app_(application(env_)) {
    if (Result<std::vector<EntityInfo>> found = env_.held->entities(); found.ok()) {
      entities_ = *found;
    }
  }

  Names candidates(const Words& line, const std::string& word) {
    const std::size_t before = line.words.size() - (line.ends_in_word ? 1 : 0);
    if (before == 0) return commands(word);
    if (line.words[0] == ".format") return {"table", "json", "csv"};
    const Place place = find({line.words.begin(), line.words.begin() + static_cast<long>(before)});
    if (place.command == nullptr) return {};
    if (place.option == nullptr && word.starts_with('-')) return options(*place.command);
    Names found = values(place, word);
    if (place.option == nullptr && place.given.empty()) {
      for (const std::string& name : subcommands(*place.command)) found.push_back(name);
    }
    return found;
  }

 private:
  static Names subcommands(const CLI::App& app) {
    Names names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      names.push_back(command->get_name());
    }
    return names;
  }

  Names commands(const std::string& word) const {
    if (word.starts_with('.')) return shell_commands();
    Names names = subcommands(*app_);
    names.emplace_back("help");
    return names;
  }

  static Names options(const CLI::App& command) {
    Names names;
    for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
      for (const CLI::Option* option : app->get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
      }
    }
    return names;
  }

  // The option of this name, of the command or of one around it.
  static const CLI::Option* option_of(const CLI::App& command, const std::string& name) {
    for (const CLI::App* app = &command; app != nullptr; app = app->get_parent()) {
      for (const CLI::Option* option : app->get_options()) {
        if (option->nonpositional() && option->check_name(name)) return option;
      }
    }
    return nullptr;
  }

  Place find(const Names& words) const {
    Place place;
    place.command = app_.get();
    const bool help = words[0] == "help";
    for (std::size_t i = help ? 1 : 0; i < words.size(); ++i) {
      const std::string& word = words[i];
      if (place.option != nullptr) {
        if (place.option->check_lname("entity")) place.entity = word;
        place.option = nullptr;
      } else if (word.size() > 1 && word[0] == '-') {
        const CLI::Option* option = option_of(*place.command, word);
        if (option != nullptr && option->get_items_expected_max() > 0) place.option = option;
      } else if (const CLI::App* inner = command_of(*place.command, word)) {
        place.command = inner;
      } else if (place.command == app_.get()) {
        place.command = nullptr;
        return place;
      } else {
        place.given.push_back(word);
      }
    }
    if (!help) place.argument = argument_of(place);
    return place;
  }

  static const CLI::App* command_of(const CLI::App& app, const std::string& name) {
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
      if (command->check_name(name)) return command;
    }
    return nullptr;
  }

  static std::string argument_of(const Place& place) {
    if (place.option != nullptr) return place.option->get_type_name();
    std::size_t index = 0;
    for (const CLI::Option* option : place.command->get_options()) {
      if (!option->get_positional()) continue;
      if (index++ == place.given.size() || option->get_items_expected_max() > 1) {
        return option->get_name(true);
      }
    }
    return {};
  }

  Names values(const Place& place, const std::string& word) const {
    const std::string& what = place.argument;
    const std::string command = place.command->get_name();
    if (what == "FORMAT") return {"table", "json", "csv"};
    if (what == "TYPE" || what == "TYPES") return types("");
    if (what == "ID") return types(":");
    if (what == "STAGE") return stages(place);
    if (what == "FIELDS") return fields(type_of(place), "", word);
    if (what == "EXPR") return paths_of(type_of(place));
    if (what == "MEMBERS") return members(command, word);
    if (what == "NAME" && command == "report") return reports();
    if (place.option != nullptr && place.option->check_lname("automation")) return automations();
    if (what == "STATE" && command == "runs") {
      return {"active", "done", "stopped", "failed", "cancelled", "suspended"};
    }
    if (what == "STATE") return {"pending", "leased", "dead"};
    if (what == "FIELD") return paths_of(entity(place.entity));
    if (what == "NAME" && (command == "changes" || command == "drop")) return cursors();
    if (what == "FILE" || what == "TARGET" || what == "JSON") return files(word);
    return {};
  }

  Names types(const std::string& end) const {
    Names names;
    for (const EntityInfo& entity : entities_) names.push_back(entity.name + end);
    return names;
  }

  const EntityInfo* entity(const std::string& name) const {
    for (const EntityInfo& entity : entities_) {
      if (entity.name == name) return &entity;
    }
    return nullptr;
  }

  // Of the record or the records that the command is about.
  const EntityInfo* type_of(const Place& place) const {
    if (place.given.empty()) return nullptr;
    return entity(place.given[0].substr(0, place.given[0].find(':')));
  }

  Names stages(const Place& place) const {
    Names names;
    const EntityInfo* type = type_of(place);
    if (type == nullptr) return names;
    for (const FieldInfo& field : type->fields) {
      if (!field.pipeline.empty()) {
        names.insert(names.end(), field.options.begin(), field.options.end());
      }
    }
    return names;
  }

  // "stage=", or after it what the field can hold.
  Names fields(const EntityInfo* type, const std::string& prefix, const std::string& word) const {
    Names names;
    if (type == nullptr) return names;
    const std::size_t equals = word.find('=');
    for (const FieldInfo& field : type->fields) {
      const std::string start = prefix + field.name + "=";
      if (field.read_only) continue;
      if (equals == std::string::npos) {
        names.push_back(start);
      } else if (word.starts_with(start)) {
        for (const std::string& option : field.options) names.push_back(start + option);
        if (!field.target.empty()) names.push_back(start + field.target + ":");
        if (field.type == "bool") names.insert(names.end(), {start + "true", start + "false"});
      }
    }
    return names;
  }

  static Names paths_of(const EntityInfo* type) {
    Names names;
    if (type == nullptr) return names;
    for (const FieldInfo& field : type->fields) names.push_back(field.name);
    return names;
  }

  Names members(const std::string& command, const std::string& word) const {
    if (command == "send") {
      return {"topic=", "record=", "payload.", "idempotency_key=", "not_before="};
    }
    if (word.starts_with("person.")) return fields(entity("contact"), "person.", word);
    if (word.starts_with("activity.")) return fields(entity("activity"), "activity.", word);
    if (word.starts_with("kind=")) return fields(entity("activity"), "", word);
    if (word.starts_with("direction=")) return fields(entity("activity"), "", word);
    return {"id=",   "kind=",    "source=",    "at=",      "email=", "phone=",
            "name=", "company=", "direction=", "subject=", "body=",  "person=",
            "deal=", "person.",  "activity.",  "data."};
  }

  Names reports() const {
    Names names;
    Result<Session> session = env_.held->session();
    if (!session.ok()) return names;
    Result<Snapshot> snapshot = session->read();
    if (!snapshot.ok()) return names;
    if (Result<std::vector<ReportInfo>> found = snapshot->reports(); found.ok()) {
      for (const ReportInfo& report : *found) names.push_back(report.name);
    }
    return names;
  }

  Names automations() const {
    Names names;
    Result<Session> session = env_.held->session();
    if (!session.ok()) return names;
    Result<Snapshot> snapshot = session->read();
    if (!snapshot.ok()) return names;
    if (Result<std::vector<AutomationInfo>> found = snapshot->automations(); found.ok()) {
      for (const AutomationInfo& automation : *found) names.push_back(automation.name);
    }
    return names;
  }

  Names cursors() const {
    Names names;
    Result<Session> session = env_.held->session();
    if (!session.ok()) return names;
    Result<Snapshot> snapshot = session->read();
    if (!snapshot.ok()) return names;
    if (Result<std::vector<FeedCursor>> found = snapshot->cursors(); found.ok()) {
      for (const FeedCursor& cursor : *found) names.push_back(cursor.name);
    }
    return names;
  }

  static Names files(const std::string& word) {
    namespace fs = std::filesystem;
    Names names;
    const std::size_t slash = word.rfind('/');
    const std::string folder = slash == std::string::npos ? "" : word.substr(0, slash + 1);
    std::error_code failed;
    fs::directory_iterator entry(folder.empty() ? "." : folder, failed);
    for (; !failed && entry != fs::directory_iterator(); entry.increment(failed)) {
      std::error_code unknown;
      const bool inner = entry->is_directory(unknown);
      names.push_back(folder + entry->path().filename().string() + (inner ? "/" : ""));
    }
    return names;
  }

  Environment env_;
  std::unique_ptr<CLI::App> app_;
  std::vector<EntityInfo> entities_;
};

std::string common_start(const Names& words) {
  std::string common = words.front();
  for (const std::string& word : words) {
    const auto end = std::mismatch(common.begin(), common.end(), word.begin(), word.end()).first;
    common.erase(end, common.end());
  }
  return common;
}

// As it is typed: in quotes when it has to be or when they were begun. `whole`: nothing of the word
// is still to come.
std::string typed(const std::string& text, char quote, bool whole) {
  const bool goes_on =
      text.ends_with('=') || text.ends_with(':') || text.ends_with('.') || text.ends_with('/');
  std::string word = quoted_word(text);
  if (quote != 0 && !word.starts_with('"')) word = "\"" + word + "\"";
  if (word.starts_with('"') && (!whole || goes_on)) word.pop_back();
  return whole && !goes_on ? word + " " : word;
}

}  // namespace

Completion complete(const Environment& env, const std::string& before) {
  const Words line = split_words(before);
  const std::string word = line.ends_in_word ? line.words.back() : "";
  Completion completion;
  completion.begin = line.last_begin;
  Names found = Completer(env).candidates(line, word);
  std::erase_if(found, [&](const std::string& name) { return !name.starts_with(word); });
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  if (found.empty()) return completion;
  const bool one = found.size() == 1;
  for (const std::string& name : found) completion.words.push_back(typed(name, line.quote, true));
  const std::string common = common_start(found);
  completion.common = one ? completion.words.front() : typed(common, line.quote, false);
  if (!one && common == word) completion.common.clear();
  completion.shown = std::move(found);
  return completion;
}

}  // namespace kith::cli
