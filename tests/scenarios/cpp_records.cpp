// Commands of the C++ face about records, queries, reports, models and imports.
#include <string>
#include <vector>

#include "cpp_face.hpp"

namespace kith::scenarios {

namespace {

Status create(Run& run) {
  return write(run, [&](Transaction& txn) -> Status {
    Result<Patch> patch = run.patch(1);
    if (!patch.ok()) return patch.status();
    Result<RecordId> id = txn.create(run.argument(0), *patch);
    if (!id.ok()) return id.status();
    print(run.out, txn.format_id(*id));
    return {};
  });
}

Status update(Run& run) {
  return write(run, [&](Transaction& txn) -> Status {
    Result<RecordId> id = txn.parse_id(run.argument(0));
    if (!id.ok()) return id.status();
    Result<Patch> patch = run.patch(1);
    if (!patch.ok()) return patch.status();
    return txn.update(*id, *patch, run.number("--version-was", 0));
  });
}

Status remove(Run& run) {
  return write(run, [&](Transaction& txn) -> Status {
    for (std::size_t i = 0; run.argument(i) != nullptr; ++i) {
      Result<RecordId> id = txn.parse_id(run.argument(i));
      if (!id.ok()) return id.status();
      const Status status = run.flag("--restore") ? txn.restore(*id)
                            : run.flag("--purge") ? txn.purge(*id)
                                                  : txn.remove(*id, run.number("--version-was", 0));
      if (!status.ok()) return status;
    }
    return {};
  });
}

Status get(Run& run) {
  Result<Snapshot> snapshot = run.read();
  if (!snapshot.ok()) return snapshot.status();
  for (std::size_t i = 0; run.argument(i) != nullptr; ++i) {
    Result<RecordId> id = snapshot->parse_id(run.argument(i));
    if (!id.ok()) return id.status();
    Result<Record> record = snapshot->get(*id);
    if (!record.ok()) return record.status();
    if (!run.flag("--history")) {
      print_json(run.out, to_json(*record, *snapshot));
      continue;
    }
    Result<std::vector<Change>> changes = snapshot->history(*id);
    if (!changes.ok()) return changes.status();
    print_json(run.out, to_json(*changes, *snapshot));
  }
  return {};
}

// In tiny mode an answer is put together from pages of one row.
Result<Rows> query_pages(const Run& run, const Reader& reader, Query query) {
  const bool tiny = run.state.mode == SCENARIO_TINY && query.limit == 0 && query.measures.empty();
  if (tiny) query.limit = 1;
  Result<Rows> all = reader.query(query);
  while (tiny && all.ok() && !all->continuation.empty()) {
    query.continuation = all->continuation;
    Result<Rows> page = reader.query(query);
    if (!page.ok()) return page.status();
    all->rows.insert(all->rows.end(), page->rows.begin(), page->rows.end());
    all->continuation = page->continuation;
  }
  return all;
}

Status query(Run& run) {
  Result<Query> query = Query::from_json(run.option("--json"));
  if (!query.ok()) return query.status();
  Result<Snapshot> snapshot = run.read();
  if (!snapshot.ok()) return snapshot.status();
  Result<Rows> rows = query_pages(run, *snapshot, *query);
  if (!rows.ok()) return rows.status();
  print_rows(run.out, nullptr, *rows, *snapshot);
  return {};
}

std::string file_of(const std::string& name) {
  scenario_text text = scenario_read_file(name.c_str());
  std::string content = text.data;
  scenario_text_free(&text);
  return content;
}

Status report(Run& run) {
  Result<Snapshot> snapshot = run.read();
  if (!snapshot.ok()) return snapshot.status();
  std::string name = run.argument(0);
  if (name.ends_with(".json")) {
    name = file_of(name);
  }
  Map parameters;
  const char* setting = nullptr;
  for (std::size_t i = 0; (setting = scenario_option(&run.command, "--set", i)) != nullptr; ++i) {
    const std::string text = setting;
    const std::size_t equals = text.find('=');
    parameters.emplace_back(Value(text.substr(0, equals)), Value(text.substr(equals + 1)));
  }
  Result<ReportResult> result = snapshot->report(name, parameters);
  if (!result.ok()) return result.status();
  print_rows(run.out, &*result, result->rows, *snapshot);
  return {};
}

// `model apply FILE` as the command does it: what is wrong with the document by itself comes first.
Status model(Run& run) {
  const std::string name = run.argument(1);
  const std::string document = file_of(name);
  if (Status bad = check_model(document, name); !bad.ok()) return bad;
  Result<Session> session = run.session();
  if (!session.ok()) return session.status();
  Result<ApplyResult> applied = run.db.apply_model(*session, document, run.flag("--dry-run"));
  if (!applied.ok()) return applied.status();
  for (const ModelChange& change : applied->changes) {
    print(run.out, (change.entity.empty() ? "" : change.entity + ": ") + change.what);
  }
  return {};
}

Value json_of(const ImportReject& reject) {
  return Value(Map{{"row", reject.row},
                   {"line", reject.line},
                   {"column", reject.column},
                   {"code", reject.code},
                   {"reason", reject.reason}});
}

Value json_of(const ImportReport& report) {
  List rejects;
  for (const ImportReject& reject : report.rejects) rejects.push_back(json_of(reject));
  List ambiguous;
  for (const AmbiguousColumn& column : report.ambiguous) {
    ambiguous.push_back(Value(
        Map{{"column", column.column}, {"values", column.values}, {"example", column.example}}));
  }
  return Value(Map{{"rows", report.rows},
                   {"created", report.created},
                   {"updated", report.updated},
                   {"unchanged", report.unchanged},
                   {"rejected", report.rejected},
                   {"references_created", report.references_created},
                   {"references_blank", report.references_blank},
                   {"rejects", Value(std::move(rejects))},
                   {"ambiguous", Value(std::move(ambiguous))}});
}

Status import(Run& run) {
  ImportOptions options;
  if (const std::string map = run.option("--map"); !map.empty()) {
    options.mapping = file_of(map);
    options.mapping_name = map;
  }
  Result<Timestamp> now = run.now();
  if (!now.ok()) return now.status();
  options.now = *now;
  options.dry_run = run.flag("--dry-run");
  if (run.state.mode == SCENARIO_TINY) options.chunk_rows = 1;
  Result<Session> session = run.session();
  if (!session.ok()) return session.status();
  Result<ImportReport> report = import_csv(*session, run.argument(0), run.argument(1), options);
  if (!report.ok()) return report.status();
  print_json(run.out, to_json(json_of(*report)));
  return {};
}

// cel EXPRESSION --on ID, --type TYPE, or alone.
Status cel(Run& run) {
  const std::string record = run.option("--on");
  const std::string type = run.option("--type");
  if (!type.empty()) {
    Result<std::string> name = check_expression(run.db, type, run.argument(0));
    if (!name.ok()) return name.status();
    print(run.out, *name);
    return {};
  }
  Result<Snapshot> snapshot = run.read();
  if (!snapshot.ok()) return snapshot.status();
  Result<Value> value{Value()};
  if (record.empty()) {
    Result<Timestamp> now = run.now();
    if (!now.ok()) return now.status();
    value = evaluate(run.argument(0), {}, *now);
  } else {
    Result<RecordId> id = snapshot->parse_id(record);
    if (!id.ok()) return id.status();
    value = evaluate_on(*snapshot, *id, run.argument(0));
  }
  if (!value.ok()) return value.status();
  print(run.out, to_json(*value, &*snapshot));
  return {};
}

}  // namespace

void print_rows(scenario_text* out, const ReportResult* report, const Rows& rows,
                const Reader& ids) {
  if (report != nullptr) {
    print(out, "report " + report->name + ": " + report->title);
    if (!report->note.empty()) print(out, "note " + report->note);
    if (!report->bars.empty()) print(out, "bars " + report->bars);
  }
  std::string columns = "columns";
  for (const Column& column : rows.columns) {
    columns += (&column == rows.columns.data() ? " " : "; ") + column.name + " " + column.type;
    if (!column.format.empty()) columns += " " + column.format;
    if (column.label != column.name) columns += " (" + column.label + ")";
  }
  print(out, columns);
  for (const std::vector<Value>& row : rows.rows) print(out, to_json(Value(List(row)), &ids));
  if (!rows.continuation.empty()) print(out, "continuation " + rows.continuation);
}

const std::map<std::string_view, Command>& record_commands() {
  static const std::map<std::string_view, Command> commands = {
      {"create", create}, {"update", update}, {"delete", remove}, {"get", get}, {"query", query},
      {"report", report}, {"model", model},   {"import", import}, {"cel", cel},
  };
  return commands;
}

}  // namespace kith::scenarios
