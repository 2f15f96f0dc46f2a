#include <iostream>
#include <memory>

#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string path;
  std::string entity;
  std::string id;
  std::vector<std::string> ids;
  std::vector<std::string> assignments;
  std::string json;
  std::uint64_t version = 0;
  bool history = false;
  bool restore = false;
  bool purge = false;
};

// One row for each changed field.
Rows history_rows(const Record& record, const std::vector<Change>& changes, const Reader& ids) {
  Rows rows;
  for (const char* name : {"id", "version", "at", "kind", "actor", "field", "before", "after"}) {
    rows.columns.push_back({name, name, "string", ""});
  }
  for (const Change& change : changes) {
    const std::vector<Value> start{Value(ids.format_id(record.id)), Value(change.sequence),
                                   Value(change.at),
                                   Value(std::string(change_kind_name(change.kind))),
                                   change.actor ? Value(change.actor) : Value()};
    for (const Change::FieldChange& field : change.fields) {
      std::vector<Value>& row = rows.rows.emplace_back(start);
      row.insert(row.end(), {Value(field.field), field.before, field.after});
    }
    if (change.fields.empty()) {
      rows.rows.emplace_back(start).resize(rows.columns.size());
    }
  }
  return rows;
}

void print_history(const Record& record, const std::vector<Change>& changes, const Reader& ids) {
  TextTable table{{"Version", "At", "Kind", "Who", "What"}, {true, false, false, false, false}, {}};
  const Column text{"", "", "string", ""};
  for (const Change& change : changes) {
    std::string what;
    for (const Change::FieldChange& field : change.fields) {
      what += (what.empty() ? "" : ", ") + field.field + " ";
      what += field.before.is_null() ? "=" : cell(field.before, text, ids) + " ->";
      what += " " + (field.after.is_null() ? "nothing" : cell(field.after, text, ids));
    }
    table.rows.push_back({std::to_string(change.sequence), change.at.to_string(),
                          std::string(change_kind_name(change.kind)),
                          change.actor ? ids.format_id(change.actor) : "", what});
  }
  std::cout << "history of " << ids.format_id(record.id) << "\n";
  print_table(std::cout, table);
}

Status get(const Environment& env, const Arguments& args) {
  Result<Crm> crm = open(env, args.path, true);
  if (!crm.ok()) return crm.status();
  Result<Snapshot> snapshot = crm->session.read();
  if (!snapshot.ok()) return snapshot.status();
  Rows history;
  for (const std::string& text : args.ids) {
    Result<RecordId> id = snapshot->parse_id(text);
    if (!id.ok()) return id.status();
    Result<Record> record = snapshot->get(*id);
    if (!record.ok()) return record.status();
    if (env.output == Output::kTable && &text != &args.ids.front()) std::cout << "\n";
    if (args.history) {
      Result<std::vector<Change>> changes = snapshot->history(*id);
      if (!changes.ok()) return changes.status();
      if (env.output == Output::kTable) {
        print_history(*record, *changes, *snapshot);
        continue;
      }
      Rows one = history_rows(*record, *changes, *snapshot);
      history.columns = std::move(one.columns);
      history.rows.insert(history.rows.end(), one.rows.begin(), one.rows.end());
    } else {
      print_record(std::cout, env, *record, *snapshot);
    }
  }
  if (!history.columns.empty()) print_rows(std::cout, env, history, *snapshot);
  return {};
}

// Runs one write in a transaction of its own.
Status write(const Environment& env, const std::string& path,
             const std::function<Status(Transaction&)>& body) {
  Result<Crm> crm = open(env, path, false);
  if (!crm.ok()) return crm.status();
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  Result<Transaction> txn = crm->session.begin({.now = *now, .cause = "kith command"});
  if (!txn.ok()) return txn.status();
  if (Status status = body(*txn); !status.ok()) return status;
  return txn->commit();
}

Result<Patch> patch_of(const Arguments& args) {
  Patch patch;
  if (!args.json.empty()) {
    Result<std::string> text =
        args.json.starts_with('{') ? Result<std::string>(args.json) : read_file(args.json);
    if (!text.ok()) return text.status();
    Result<Patch> fields = patch_from_json(*text);
    if (!fields.ok()) return fields.status();
    patch = *fields;
  }
  Result<Patch> assigned = parse_assignments(args.assignments);
  if (!assigned.ok()) return assigned.status();
  patch.insert(patch.end(), assigned->begin(), assigned->end());
  return patch;
}

Status create(const Environment& env, const Arguments& args) {
  return write(env, args.path, [&](Transaction& txn) -> Status {
    Result<Patch> patch = patch_of(args);
    if (!patch.ok()) return patch.status();
    Result<RecordId> id = txn.create(args.entity, *patch);
    if (!id.ok()) return id.status();
    std::cout << txn.format_id(*id) << "\n";
    return {};
  });
}

Status update(const Environment& env, const Arguments& args) {
  return write(env, args.path, [&](Transaction& txn) -> Status {
    Result<RecordId> id = txn.parse_id(args.id);
    if (!id.ok()) return id.status();
    Result<Patch> patch = patch_of(args);
    if (!patch.ok()) return patch.status();
    return txn.update(*id, *patch, args.version);
  });
}

Status remove(const Environment& env, const Arguments& args) {
  return write(env, args.path, [&](Transaction& txn) -> Status {
    for (const std::string& text : args.ids) {
      Result<RecordId> id = txn.parse_id(text);
      if (!id.ok()) return id.status();
      Status status = args.restore ? txn.restore(*id)
                      : args.purge ? txn.purge(*id)
                                   : txn.remove(*id, args.version);
      if (!status.ok()) return status;
    }
    return {};
  });
}

void add_fields(CLI::App* command, Arguments& args) {
  command->add_option("FIELDS", args.assignments,
                      "field=text, field:=json, or field= for no value");
  command->add_option("--json", args.json, "The fields as a JSON object, a file of it, or -")
      ->type_name("JSON");
}

}  // namespace

void add_records(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  const char* const db = "Directory of the database";

  CLI::App* g = app.add_subcommand("get", "Print records by id");
  g->add_option("DB", args->path, db)->required();
  g->add_option("ID", args->ids, "Record ids, as deal:42")->required();
  g->add_flag("--history", args->history, "Print what happened to them, newest first");
  on_run(g, env, [&env, args] { return get(env, *args); });

  CLI::App* c = app.add_subcommand("create", "Make a record and print its id");
  c->add_option("DB", args->path, db)->required();
  c->add_option("TYPE", args->entity, "Entity type")->required();
  add_fields(c, *args);
  on_run(c, env, [&env, args] { return create(env, *args); });

  CLI::App* u = app.add_subcommand("update", "Change fields of a record");
  u->add_option("DB", args->path, db)->required();
  u->add_option("ID", args->id, "Record id, as deal:42")->required();
  add_fields(u, *args);
  u->add_option("--version-was", args->version, "Refuse unless the record is at this version");
  on_run(u, env, [&env, args] { return update(env, *args); });

  CLI::App* d = app.add_subcommand("delete", "Hide records; they can be restored");
  d->add_option("DB", args->path, db)->required();
  d->add_option("ID", args->ids, "Record ids, as deal:42")->required();
  CLI::Option* restore =
      d->add_flag("--restore", args->restore, "Bring deleted records back instead");
  d->add_flag("--purge", args->purge, "Erase them and their values in the history for ever")
      ->excludes(restore);
  on_run(d, env, [&env, args] { return remove(env, *args); });
}

}  // namespace kith::cli
