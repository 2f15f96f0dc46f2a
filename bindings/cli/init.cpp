#include <iostream>
#include <memory>

#include "bindings/cli/command.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string path;
  std::string model;
  bool empty = false;
};

Status run(const Environment& env, const Arguments& args) {
  CreateOptions options;
  if (args.empty) options.model = R"({"kith_model": 1, "name": "empty", "entities": {}})";
  if (!args.model.empty()) {
    Result<std::string> document = read_file(args.model);
    if (!document.ok()) return document.status();
    if (Status bad = check_model(*document, args.model); !bad.ok()) return bad;
    options.model = *document;
  }
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  options.now = *now;
  Result<Database> db = Database::create(args.path, options);
  if (!db.ok()) return db.status();
  Result<DatabaseInfo> info = db->info();
  if (!info.ok()) return info.status();
  Result<std::vector<EntityInfo>> entities = db->entities();
  if (!entities.ok()) return entities.status();
  std::cout << args.path << ": new database, model \"" << info->model_name << "\", "
            << entities->size() << (entities->size() == 1 ? " entity type\n" : " entity types\n");
  return {};
}

}  // namespace

void add_init(CLI::App& app, Environment& env) {
  CLI::App* command = app.add_subcommand("init", "Make a new database");
  auto args = std::make_shared<Arguments>();
  command->add_option("DB", args->path, "Directory of the database")->required();
  CLI::Option* model = command->add_option(
      "--model", args->model, "Start from this model document instead of the standard CRM model");
  model->type_name("FILE");
  command->add_flag("--empty", args->empty, "Start without entity types")->excludes(model);
  on_run(command, env, [&env, args] { return run(env, *args); });
}

}  // namespace kith::cli
