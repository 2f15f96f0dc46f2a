#include <iostream>
#include <memory>

#include "bindings/cli/command.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string model;
  bool empty = false;
};

Status run(const Environment& env, const Arguments& args) {
  Result<CreateOptions> options = create_options(env, args.model, args.empty);
  if (!options.ok()) return options.status();
  Result<Database> db = Database::create(env.path, *options);
  if (!db.ok()) return db.status();
  Result<DatabaseInfo> info = db->info();
  if (!info.ok()) return info.status();
  Result<std::vector<EntityInfo>> entities = db->entities();
  if (!entities.ok()) return entities.status();
  std::cout << env.path << ": new database, model \"" << info->model_name << "\", "
            << entities->size() << (entities->size() == 1 ? " entity type\n" : " entity types\n");
  return {};
}

}  // namespace

Result<CreateOptions> create_options(const Environment& env, const std::string& model, bool empty) {
  CreateOptions options;
  if (empty) options.model = R"({"kith_model": 1, "name": "empty", "entities": {}})";
  if (!model.empty()) {
    Result<std::string> document = read_file(env, model);
    if (!document.ok()) return document.status();
    if (Status bad = check_model(*document, model); !bad.ok()) return bad;
    options.model = *document;
  }
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  options.now = *now;
  return options;
}

void add_init(CLI::App& app, Environment& env) {
  CLI::App* command = app.add_subcommand("init", "Make a new database");
  auto args = std::make_shared<Arguments>();
  add_database(command, env);
  CLI::Option* model = command->add_option(
      "--model", args->model, "Start from this model document instead of the standard CRM model");
  model->type_name("FILE");
  command->add_flag("--empty", args->empty, "Start without entity types")->excludes(model);
  on_run(command, env, [&env, args] { return run(env, *args); });
}

}  // namespace kith::cli
