#include <iostream>
#include <memory>

#include "bindings/cli/members.hpp"
#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
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
  for (const Change& change : changes) {
    table.rows.push_back({std::to_string(change.sequence), change.at.to_string(),
                          std::string(change_kind_name(change.kind)),
                          change.actor ? ids.format_id(change.actor) : "",
                          what_changed(change, ids)});
  }
  std::cout << "history of " << ids.format_id(record.id) << "\n";
  print_table(std::cout, table);
}

Status get(const Environment& env, const Arguments& args) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  Result<Snapshot> snapshot = read(env, *crm);
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
      if (env.output == Output::kJson) {
        std::cout << to_json(*changes, *snapshot) << "\n";
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

Status create(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream& out) -> Status {
    Result<Patch> patch = read_fields(env, args.json, args.assignments);
    if (!patch.ok()) return patch.status();
    Result<RecordId> id = txn.create(args.entity, *patch);
    if (!id.ok()) return id.status();
    out << txn.format_id(*id) << "\n";
    return {};
  });
}

Status update(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream&) -> Status {
    Result<RecordId> id = txn.parse_id(args.id);
    if (!id.ok()) return id.status();
    Result<Patch> patch = read_fields(env, args.json, args.assignments);
    if (!patch.ok()) return patch.status();
    return txn.update(*id, *patch, args.version);
  });
}

Status remove(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream&) -> Status {
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

}  // namespace

void add_records(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();

  CLI::App* g = app.add_subcommand("get", "Print records by id");
  add_database(g, env);
  g->add_option("ID", args->ids, "Record ids, as deal:42")->required();
  g->add_flag("--history", args->history, "Print what happened to them, newest first");
  add_as_of(g, env);
  on_run(g, env, [&env, args] { return get(env, *args); });

  CLI::App* c = app.add_subcommand("create", "Make a record and print its id");
  add_database(c, env);
  c->add_option("TYPE", args->entity, "Entity type")->required();
  add_fields(c, args->assignments, args->json);
  add_override(c, env);
  on_run(c, env, [&env, args] { return create(env, *args); });

  CLI::App* u = app.add_subcommand("update", "Change fields of a record");
  add_database(u, env);
  u->add_option("ID", args->id, "Record id, as deal:42")->required();
  add_fields(u, args->assignments, args->json);
  add_override(u, env);
  u->add_option("--version-was", args->version, "Refuse unless the record is at this version");
  on_run(u, env, [&env, args] { return update(env, *args); });

  CLI::App* d = app.add_subcommand("delete", "Hide records; they can be restored");
  add_database(d, env);
  d->add_option("ID", args->ids, "Record ids, as deal:42")->required();
  d->add_option("--version-was", args->version, "Refuse unless the records are at this version");
  CLI::Option* restore =
      d->add_flag("--restore", args->restore, "Bring deleted records back instead");
  d->add_flag("--purge", args->purge, "Erase them and their values in the history for ever")
      ->excludes(restore);
  on_run(d, env, [&env, args] { return remove(env, *args); });
}

}  // namespace kith::cli
