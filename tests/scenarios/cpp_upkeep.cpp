// Commands of the C++ face about the past, the changes as a stream, checks and copies.
#include <fstream>
#include <string>
#include <vector>

#include "cpp_face.hpp"

namespace kith::scenarios {

namespace {

Status undo(Run& run) {
  return write(run, [&](Transaction& txn) -> Status {
    Result<UndoResult> undone = txn.undo(std::strtoull(run.argument(0), nullptr, 10));
    if (!undone.ok()) return undone.status();
    print_json(run.out, to_json(Value(Map{{"first_sequence", Value(undone->first_sequence)},
                                          {"last_sequence", Value(undone->last_sequence)},
                                          {"records", Value(undone->records)}})));
    return {};
  });
}

template <typename Action>
Status for_each(Run& run, Action action) {
  return write(run, [&](Transaction& txn) -> Status {
    for (std::size_t i = 0; run.argument(i) != nullptr; ++i) {
      Result<RecordId> id = txn.parse_id(run.argument(i));
      if (!id.ok()) return id.status();
      if (Status status = action(txn, *id); !status.ok()) return status;
    }
    return {};
  });
}

Status restore(Run& run) {
  const RestoreOptions options{run.flag("--with-references")};
  return for_each(run, [&](Transaction& txn, RecordId id) { return txn.restore(id, options); });
}

Status purge(Run& run) {
  return for_each(run, [](Transaction& txn, RecordId id) { return txn.purge(id); });
}

// ---- the feed ---------------------------------------------------------------------------------

// Where to begin: --after, or a named cursor, which need not be there when it is saved as well.
Result<std::uint64_t> first_cursor(const Run& run, const Reader& reader) {
  const std::string name = run.option("--cursor");
  if (name.empty()) return run.number("--after", 0);
  Result<std::uint64_t> found = reader.cursor(name);
  const bool first = found.status().code() == Code::kNotFound && run.option("--save") == name;
  return first ? std::uint64_t{0} : found;
}

// In tiny mode as many pages of one change as it takes.
Status print_changes(Run& run, const Reader& reader, FeedOptions* options) {
  const bool tiny = run.state.mode == SCENARIO_TINY && run.option("--limit").empty();
  if (tiny) options->limit = 1;
  bool done = false;
  do {
    Result<FeedPage> page = reader.changes(*options);
    if (!page.ok()) return page.status();
    print_json(run.out, to_json(page->changes, reader));
    options->cursor = page->cursor;
    done = page->done;
  } while (tiny && !done);
  print_json(run.out,
             to_json(Value(Map{{"cursor", Value(options->cursor)}, {"done", Value(done)}})));
  return {};
}

Status changes(Run& run) {
  Result<Snapshot> snapshot = run.read();
  if (!snapshot.ok()) return snapshot.status();
  Result<std::uint64_t> cursor = first_cursor(run, *snapshot);
  if (!cursor.ok()) return cursor.status();
  FeedOptions options;
  options.cursor = *cursor;
  options.entity = run.option("--entity");
  options.limit = run.number("--limit", options.limit);
  const char* field = nullptr;
  for (std::size_t i = 0; (field = scenario_option(&run.command, "--field", i)) != nullptr; ++i) {
    options.fields.emplace_back(field);
  }
  if (Status status = print_changes(run, *snapshot, &options); !status.ok()) return status;
  const std::string save = run.option("--save");
  if (save.empty()) return {};
  return write(run, [&](Transaction& txn) { return txn.save_cursor(save, options.cursor); });
}

Status cursors(Run& run) {
  Result<Snapshot> snapshot = run.read();
  if (!snapshot.ok()) return snapshot.status();
  Result<std::vector<FeedCursor>> found = snapshot->cursors();
  if (!found.ok()) return found.status();
  for (const FeedCursor& cursor : *found) {
    print_json(run.out,
               to_json(Value(Map{{"name", cursor.name}, {"sequence", Value(cursor.sequence)}})));
  }
  return {};
}

Status drop_cursor(Run& run) {
  return write(run, [&](Transaction& txn) { return txn.drop_cursor(run.argument(1)); });
}

// In tiny mode in as many steps of one change as it takes.
Status trim(Run& run) {
  Result<Timestamp> before = Timestamp::parse(run.option("--before"));
  if (!before.ok()) return before.status();
  Result<Session> session = run.session();
  if (!session.ok()) return session.status();
  TrimOptions options;
  options.keep_from = *before;
  if (run.state.mode == SCENARIO_TINY) options.max_changes = 1;
  std::uint64_t dropped = 0;
  while (true) {
    Result<TrimResult> done = session->trim_history(options);
    if (!done.ok()) return done.status();
    dropped += done->dropped;
    if (done->more) continue;
    print_json(run.out, to_json(Value(Map{{"dropped", Value(dropped)},
                                          {"first_kept", Value(done->first_kept)},
                                          {"held_by", Value(done->held_by)}})));
    return {};
  }
}

// ---- check and copies -------------------------------------------------------------------------

Value json_of(const Problem& problem) {
  return Value(Map{{"code", problem.code},
                   {"where", problem.where},
                   {"message", problem.message},
                   {"repairable", problem.repairable},
                   {"repaired", problem.repaired}});
}

Status check(Run& run) {
  Result<Session> session = run.session();
  if (!session.ok()) return session.status();
  CheckOptions options;
  options.repair = run.flag("--repair");
  Result<CheckReport> report = run.db.check(*session, options);
  if (!report.ok()) return report.status();
  List problems;
  for (const Problem& problem : report->problems) problems.push_back(json_of(problem));
  print_json(run.out, to_json(Value(Map{{"problems", Value(std::move(problems))},
                                        {"problem_count", Value(report->problem_count)},
                                        {"repaired", Value(report->repaired)},
                                        {"records", Value(report->records)},
                                        {"references", Value(report->references)},
                                        {"index_entries", Value(report->index_entries)},
                                        {"changes", Value(report->changes)},
                                        {"blobs", Value(report->blobs)},
                                        {"queue_rows", Value(report->queue_rows)}})));
  return {};
}

Status backup(Run& run) { return run.db.backup(run.argument(0)); }

Status print_stats(const Run& run, const Result<DumpStats>& stats) {
  if (!stats.ok()) return stats.status();
  print_json(run.out, to_json(Value(Map{{"records", Value(stats->records)},
                                        {"changes", Value(stats->changes)},
                                        {"queue_rows", Value(stats->queue_rows)},
                                        {"blobs", Value(stats->blobs)}})));
  return {};
}

Status dump_file(Run& run) {
  std::ofstream out(run.argument(0), std::ios::binary);
  return print_stats(run, dump(run.db, out));
}

Status load_file(Run& run) {
  std::ifstream in(run.argument(1), std::ios::binary);
  return print_stats(run, load(run.argument(0), in));
}

}  // namespace

Status compact_closed(const std::string& path, scenario_text* out) {
  Result<CompactResult> done = compact(path);
  if (!done.ok()) return done.status();
  print_json(out, to_json(Value(Map{{"slots_reclaimed", Value(done->slots_reclaimed)}})));
  return {};
}

const std::map<std::string_view, Command>& upkeep_commands() {
  static const std::map<std::string_view, Command> commands = {
      {"undo", undo},       {"restore", restore}, {"purge", purge},
      {"changes", changes}, {"cursors", cursors}, {"cursors drop", drop_cursor},
      {"trim", trim},       {"check", check},     {"backup", backup},
      {"dump", dump_file},  {"load", load_file},
  };
  return commands;
}

}  // namespace kith::scenarios
