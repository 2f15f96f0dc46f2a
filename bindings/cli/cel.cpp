#include <iostream>
#include <memory>

#include "bindings/cli/cel_tools.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string expression;
  std::string variables;
  std::string entity;
  std::string record;
  CelTools tools;
};

Result<Map> variables_of(const Environment& env, const Arguments& args) {
  if (args.variables.empty()) return Map();
  Result<std::string> text = read_json(env, args.variables);
  if (!text.ok()) return text.status();
  Result<Value> value = value_from_json(*text);
  if (!value.ok()) return value.status();
  if (value->map() == nullptr) {
    return Status(Code::kInvalidArgument, "--vars must be a JSON object");
  }
  return *value->map();
}

Status evaluate_alone(const Environment& env, const Arguments& args) {
  Result<Map> variables = variables_of(env, args);
  if (!variables.ok()) return variables.status();
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  Result<Value> result = evaluate(args.expression, *variables, *now);
  if (!result.ok()) return result.status();
  std::cout << to_json(*result) << "\n";
  return {};
}

Status evaluate_in_database(const Environment& env, const Arguments& args) {
  if (args.record.empty()) {
    Result<Crm> crm = open(env, true);
    if (!crm.ok()) return crm.status();
    Result<std::string> type = check_expression(crm->db, args.entity, args.expression);
    if (!type.ok()) return type.status();
    std::cout << *type << "\n";
    return {};
  }
  return with_record(env, args.record, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<Value> result = evaluate_on(snapshot, id, args.expression);
    if (!result.ok()) return result.status();
    std::cout << to_json(*result, &snapshot) << "\n";
    return {};
  });
}

}  // namespace

void add_cel(CLI::App& app, Environment& env) {
  CLI::App* command = app.add_subcommand("cel", "Evaluate or check an expression");
  auto args = std::make_shared<Arguments>();
  command->add_option("EXPR", args->expression, "The expression")->required();
  command->add_option("--vars", args->variables, "Variables as a JSON object, a file of it, or -")
      ->type_name("JSON");
  CLI::Option* on =
      command->add_option("--on", args->record, "Evaluate on this record")->type_name("ID");
  CLI::Option* type = command->add_option(
      "--type", args->entity, "Only check it against this entity type; prints its type");
  type->type_name("TYPE");
  if (!env.held) {
    CLI::Option* db =
        command->add_option("--db", env.path, "Directory of a database")->type_name("DB");
    on->needs(db);
    type->needs(db);
  }
  add_as_of(command, env)->needs(on);
  add_cel_tools(command, &args->tools, on);
  on_run(command, env, [&env, args]() -> Status {
    if (args->tools.any()) {
      Result<Map> variables = variables_of(env, *args);
      if (!variables.ok()) return variables.status();
      return show(env, args->tools,
                  {args->expression, *std::move(variables), args->entity, args->record});
    }
    if (!args->record.empty() || !args->entity.empty()) return evaluate_in_database(env, *args);
    if (env.held || env.path.empty()) return evaluate_alone(env, *args);
    return Status(Code::kInvalidArgument, "with --db give --on ID or --type TYPE");
  });
}

}  // namespace kith::cli
