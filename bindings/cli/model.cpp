#include <iostream>
#include <memory>

#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string file;
  std::string entity;
  bool dry_run = false;
};

Status check(const Environment& env, const Arguments& args) {
  Result<std::string> document = read_file(env, args.file);
  if (!document.ok()) return document.status();
  if (Status bad = check_model(*document, args.file); !bad.ok()) return bad;
  std::cout << args.file << ": no errors\n";
  return {};
}

Status show(const Environment& env) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  Result<std::string> document = crm->db.model();
  if (!document.ok()) return document.status();
  std::cout << *document;
  if (!document->ends_with('\n')) std::cout << "\n";
  return {};
}

Status apply(const Environment& env, const Arguments& args) {
  Result<std::string> document = read_file(env, args.file);
  if (!document.ok()) return document.status();
  if (Status bad = check_model(*document, args.file); !bad.ok()) return bad;
  Result<Crm> crm = open(env, false);
  if (!crm.ok()) return crm.status();
  Result<ApplyResult> applied = crm->db.apply_model(crm->session, *document, args.dry_run);
  if (!applied.ok()) return applied.status().with_context(args.file);
  for (const ModelChange& change : applied->changes) {
    std::cout << "  " << (change.entity.empty() ? "" : change.entity + ": ") << change.what << "\n";
  }
  if (applied->changes.empty()) {
    std::cout << "the database has this model already\n";
  } else {
    std::cout << applied->changes.size() << (applied->changes.size() == 1 ? " change" : " changes")
              << (args.dry_run ? " would be applied\n" : " applied\n");
  }
  return {};
}

void describe(const EntityInfo& entity) {
  std::cout << entity.name << " (" << entity.label << ", " << entity.plural << ")\n";
  TextTable table{{"Field", "Type", "Is", "Means"}, {false, false, false, false}, {}};
  for (const FieldInfo& field : entity.fields) {
    std::string is;
    auto note = [&](bool holds, const char* word) {
      if (holds) is += (is.empty() ? "" : ", ") + std::string(word);
    };
    note(field.required, "required");
    note(field.unique, "unique");
    note(field.read_only, "read-only");
    std::string means = field.help.empty() ? field.label : field.help;
    if (!field.formula.empty()) means += " = " + field.formula;
    if (!field.target.empty()) means += " -> " + field.target;
    for (std::size_t i = 0; i < field.options.size(); ++i) {
      means += (i == 0 ? ": " : " | ") + field.options[i];
    }
    table.rows.push_back({field.name, field.type, is, means});
  }
  for (const RollupInfo& rollup : entity.rollups) {
    std::string means = rollup.label + " = " + rollup.kind + " of " + rollup.of;
    if (!rollup.value.empty()) means += ": " + rollup.value;
    if (!rollup.where.empty()) means += " where " + rollup.where;
    table.rows.push_back({"rollup('" + rollup.name + "')", rollup.type, "read-only", means});
  }
  for (const ScoreInfo& score : entity.scores) {
    std::string means = score.label + " = ";
    for (const ScoreRowInfo& row : score.rows) {
      means += (&row == &score.rows.front() ? "" : " + ") + row.name;
    }
    if (score.min) means += ", at least " + score.min->to_string();
    if (score.max) means += ", at most " + score.max->to_string();
    table.rows.push_back({"score('" + score.name + "')", "decimal", "read-only", means});
  }
  print_table(std::cout, table);
}

// One row for each field.
void add_rows(const EntityInfo& entity, Rows* rows) {
  for (const FieldInfo& field : entity.fields) {
    std::string options;
    for (const std::string& option : field.options)
      options += (options.empty() ? "" : ";") + option;
    rows->rows.push_back({entity.name, field.name, field.label, field.type, field.required,
                          field.unique, field.read_only, field.target, options});
  }
}

Status print_entities(const Environment& env, const Crm& crm,
                      const std::vector<EntityInfo>& entities) {
  if (env.output == Output::kJson) {
    std::cout << to_json(entities) << "\n";
    return {};
  }
  Rows rows;
  for (const char* name : {"entity", "field", "label", "type", "required", "unique", "read_only",
                           "target", "options"}) {
    rows.columns.push_back({name, name, "string", ""});
  }
  for (const EntityInfo& entity : entities) add_rows(entity, &rows);
  Result<Snapshot> snapshot = crm.session.read();
  if (!snapshot.ok()) return snapshot.status();
  print_rows(std::cout, env, rows, *snapshot);
  return {};
}

Status describe(const Environment& env, const Arguments& args, bool capnp) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  Result<std::vector<EntityInfo>> entities = crm->db.entities();
  if (!entities.ok()) return entities.status();
  if (!args.entity.empty()) {
    std::vector<std::string> names;
    for (const EntityInfo& entity : *entities) names.push_back(entity.name);
    std::erase_if(*entities, [&](const EntityInfo& entity) { return entity.name != args.entity; });
    if (entities->empty()) {
      return Status(Code::kNotFound, "there is no entity type \"" + args.entity + "\"" +
                                         instead(args.entity, names));
    }
  }
  if (!capnp && env.output != Output::kTable) return print_entities(env, *crm, *entities);
  for (const EntityInfo& entity : *entities) {
    if (&entity != &entities->front()) std::cout << "\n";
    if (capnp) {
      std::cout << entity.capnp_schema;
    } else {
      describe(entity);
    }
  }
  return {};
}

// A shell's command that ends with <<END has its document there and need not name one.
void add_document(CLI::App* command, const Environment& env, Arguments& args) {
  args.file = "-";
  CLI::Option* file =
      command->add_option("FILE", args.file, "The document, or - for standard input");
  if (!env.document) file->required();
}

}  // namespace

void add_model(CLI::App& app, Environment& env) {
  CLI::App* model = app.add_subcommand("model", "Check, show and apply model documents");
  model->require_subcommand(1);
  auto args = std::make_shared<Arguments>();

  CLI::App* c = model->add_subcommand("check", "Check a model document; names line and remedy");
  add_document(c, env, *args);
  on_run(c, env, [&env, args] { return check(env, *args); });

  CLI::App* s = model->add_subcommand("show", "Print the document a database follows");
  add_database(s, env);
  on_run(s, env, [&env] { return show(env); });

  CLI::App* a = model->add_subcommand("apply", "Make a database follow a document");
  add_database(a, env);
  add_document(a, env, *args);
  a->add_flag("--dry-run", args->dry_run, "Only say what would change");
  on_run(a, env, [&env, args] { return apply(env, *args); });

  CLI::App* d = model->add_subcommand("describe", "List the fields of entity types");
  add_database(d, env);
  d->add_option("TYPE", args->entity, "Entity type; all without it");
  on_run(d, env, [&env, args] { return describe(env, *args, false); });

  CLI::App* p = model->add_subcommand("capnp", "Print the Cap'n Proto schema of the records");
  add_database(p, env);
  p->add_option("TYPE", args->entity, "Entity type; all without it");
  on_run(p, env, [&env, args] { return describe(env, *args, true); });

  CLI::App* st = model->add_subcommand("standard", "Print the standard CRM model");
  on_run(st, env, [] {
    std::cout << standard_model();
    return Status();
  });
  CLI::App* sc = model->add_subcommand("schema", "Print the JSON Schema of model documents");
  on_run(sc, env, [] {
    std::cout << model_schema();
    return Status();
  });
}

}  // namespace kith::cli
