#include <iostream>
#include <memory>

#include "bindings/cli/form.hpp"
#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  FeedOptions feed;
  std::optional<std::uint64_t> after;
  std::string from;  // a named cursor
  std::string save;
  bool follow = false;
  std::string timeout;
  std::string drop;
  std::string before;
  bool yes = false;
};

constexpr FormColumn kCursorColumns[] = {{"name", "Name"}, {"sequence", "Change", true}};
constexpr FormColumn kTrimColumns[] = {{"dropped"}, {"first_kept"}, {"more"}, {"held_by"}};

// One row for each changed field; a change without any has a row too.
Rows rows_of(const std::vector<Change>& changes, const Reader& ids) {
  Rows rows;
  for (const char* name :
       {"sequence", "record", "kind", "at", "actor", "cause", "field", "before", "after"}) {
    rows.columns.push_back({name, name, "string", ""});
  }
  for (const Change& change : changes) {
    const std::vector<Value> start{Value(change.sequence),
                                   Value(ids.format_id(change.record)),
                                   Value(std::string(change_kind_name(change.kind))),
                                   Value(change.at),
                                   change.actor ? Value(change.actor) : Value(),
                                   Value(change.cause)};
    for (const Change::FieldChange& field : change.fields) {
      std::vector<Value>& row = rows.rows.emplace_back(start);
      row.insert(row.end(), {Value(field.field), field.before, field.after});
    }
    if (change.fields.empty()) rows.rows.emplace_back(start).resize(rows.columns.size());
  }
  return rows;
}

// Pages of changes on standard output. Of those that follow each other a table has no head and no
// sum, and CSV one line of names.
class Printer {
 public:
  Printer(const Environment& env, bool follow) : env_(env), follow_(follow) {}

  Status print(const FeedPage& page, const Reader& ids) {
    if (follow_ && page.changes.empty()) return {};
    switch (env_.output) {
      case Output::kJson: print_json(page, ids); break;
      case Output::kCsv: print_csv(page, ids); break;
      case Output::kTable: follow_ ? print_lines(page, ids) : print_page(page, ids); break;
    }
    std::cout.flush();
    if (!std::cout) return Status(Code::kIo, "writing to standard output failed");
    return {};
  }

 private:
  static void print_json(const FeedPage& page, const Reader& ids) {
    std::cout << "{\"changes\":" << to_json(page.changes, ids) << ",\"cursor\":" << page.cursor
              << ",\"done\":" << (page.done ? "true" : "false") << "}\n";
  }

  void print_csv(const FeedPage& page, const Reader& ids) {
    const std::string text = to_csv(rows_of(page.changes, ids), ids);
    std::cout << (named_ ? text.substr(text.find('\n') + 1) : text);
    named_ = true;
  }

  static void print_lines(const FeedPage& page, const Reader& ids) {
    for (const Change& change : page.changes) {
      const std::string what = what_changed(change, ids);
      std::cout << change.sequence << "  " << change.at.to_string() << "  "
                << ids.format_id(change.record) << "  " << change_kind_name(change.kind)
                << (what.empty() ? "" : "  ") << what << "\n";
    }
  }

  static void print_page(const FeedPage& page, const Reader& ids) {
    TextTable table{{"Change", "At", "Record", "Kind", "Who", "What"},
                    {true, false, false, false, false, false},
                    {}};
    for (const Change& change : page.changes) {
      table.rows.push_back(
          {std::to_string(change.sequence), change.at.to_string(), ids.format_id(change.record),
           std::string(change_kind_name(change.kind)),
           change.actor ? ids.format_id(change.actor) : "", what_changed(change, ids)});
    }
    if (!table.rows.empty()) print_table(std::cout, table);
    std::cout << counted(page.changes.size(), "change");
    if (!page.done) std::cout << "; more with --after " << page.cursor;
    std::cout << "\n";
  }

  const Environment& env_;
  bool follow_;
  bool named_ = false;
};

// Reads the feed from a place on. Whoever reads has what was printed before its cursor is saved:
// a change may come twice, and none is lost.
class Follower {
 public:
  Follower(const Environment& env, const Arguments& args, const Crm& crm)
      : env_(env), args_(args), crm_(crm), feed_(args.feed), printer_(env, args.follow) {}

  Status run(std::optional<std::chrono::milliseconds> timeout) {
    if (Status status = begin(); !status.ok()) return status;
    while (true) {
      Result<bool> done = next_page();
      if (!done.ok()) return done.status();
      if (!args_.follow) return {};
      if (!*done) continue;
      constexpr std::chrono::milliseconds kLong = std::chrono::hours(1);
      Result<std::uint64_t> last = crm_.db.wait(feed_.cursor, timeout.value_or(kLong));
      if (!last.ok()) return last.status();
      if (timeout && *last <= feed_.cursor) return {};
    }
  }

 private:
  Status begin() {
    feed_.cursor = args_.after.value_or(0);
    if (args_.from.empty()) return {};
    Result<Snapshot> snapshot = crm_.session.read();
    if (!snapshot.ok()) return snapshot.status();
    Result<std::uint64_t> found = snapshot->cursor(args_.from);
    if (found.ok()) {
      feed_.cursor = *found;
      if (args_.save == args_.from) saved_ = *found;
      return {};
    }
    // The first run of a reader that keeps its place under this name.
    const bool first = found.status().code() == Code::kNotFound && args_.save == args_.from;
    return first ? Status() : found.status();
  }

  // Whether it was the last one for now. The snapshot is gone when the wait begins.
  Result<bool> next_page() {
    Result<Snapshot> snapshot = crm_.session.read();
    if (!snapshot.ok()) return snapshot.status();
    Result<FeedPage> page = snapshot->changes(feed_);
    if (!page.ok()) return page.status();
    if (Status status = printer_.print(*page, *snapshot); !status.ok()) return status;
    feed_.cursor = page->cursor;
    if (Status status = save(); !status.ok()) return status;
    return page->done;
  }

  Status save() {
    if (args_.save.empty() || saved_ == feed_.cursor) return {};
    Result<Timestamp> now = env_.time();
    if (!now.ok()) return now.status();
    TransactionOptions options;
    options.now = *now;
    options.cause = env_.cause;
    Result<Transaction> txn = crm_.session.begin(options);
    if (!txn.ok()) return txn.status();
    if (Status status = txn->save_cursor(args_.save, feed_.cursor); !status.ok()) return status;
    if (Status status = txn->commit(); !status.ok()) return status;
    saved_ = feed_.cursor;
    return {};
  }

  const Environment& env_;
  const Arguments& args_;
  const Crm& crm_;
  FeedOptions feed_;
  Printer printer_;
  std::optional<std::uint64_t> saved_;
};

// "30s", "5m", or seconds.
Result<std::chrono::milliseconds> parse_timeout(const std::string& text) {
  const bool bare = text.find_first_not_of("0123456789.") == std::string::npos;
  Result<Duration> given = Duration::parse(bare ? text + "s" : text);
  if (!given.ok()) return given.status().with_context("--timeout");
  if (*given < Duration()) {
    return Status(Code::kInvalidArgument, "--timeout is at least 0 seconds");
  }
  return std::chrono::milliseconds(given->total_microseconds() / 1000);
}

Status changes(const Environment& env, const Arguments& args) {
  std::optional<std::chrono::milliseconds> timeout;
  if (!args.timeout.empty()) {
    Result<std::chrono::milliseconds> given = parse_timeout(args.timeout);
    if (!given.ok()) return given.status();
    timeout = *given;
  }
  if (args.after && !args.from.empty()) {
    return Status(Code::kInvalidArgument, "--after and --cursor both say where to begin; give one");
  }
  if (env.held && args.follow && !timeout) {
    return Status(Code::kInvalidArgument,
                  "in a shell --follow needs --timeout, as nothing else would end it");
  }
  Result<Crm> crm = open(env, args.save.empty());
  if (!crm.ok()) return crm.status();
  return Follower(env, args, *crm).run(timeout);
}

Status cursors(const Environment& env) {
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    Result<std::vector<FeedCursor>> found = snapshot.cursors();
    if (!found.ok()) return found.status();
    List forms;
    for (const FeedCursor& cursor : *found) {
      forms.push_back(Value(Map{{"name", cursor.name}, {"sequence", Value(cursor.sequence)}}));
    }
    print_form(std::cout, env, to_json(Value(std::move(forms))), kCursorColumns, snapshot);
    return {};
  });
}

Status drop(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream&) { return txn.drop_cursor(args.drop); });
}

Status trim(const Environment& env, const Arguments& args) {
  if (!args.yes) {
    return Status(Code::kInvalidArgument,
                  "trim drops the oldest part of the history for ever; say --yes");
  }
  Result<Crm> crm = open(env, false);
  if (!crm.ok()) return crm.status();
  Result<Timestamp> before = parse_start(env, args.before);
  if (!before.ok()) return before.status().with_context("--before");
  TrimOptions options;
  options.keep_from = *before;
  TrimResult all;
  do {
    Result<TrimResult> one = crm->session.trim_history(options);
    if (!one.ok()) return one.status();
    one->dropped += all.dropped;
    all = *one;
  } while (all.more);
  if (env.output != Output::kTable) {
    Result<Snapshot> snapshot = crm->session.read();
    if (!snapshot.ok()) return snapshot.status();
    const Value form(Map{{"dropped", Value(all.dropped)},
                         {"first_kept", Value(all.first_kept)},
                         {"more", Value(all.more)},
                         {"held_by", Value(all.held_by)}});
    print_form(std::cout, env, to_json(form), kTrimColumns, *snapshot);
    return {};
  }
  std::cout << counted(all.dropped, "change") << " dropped";
  if (all.first_kept != 0) std::cout << "; change " << all.first_kept << " is the oldest kept";
  if (!all.held_by.empty()) std::cout << ", for the cursor " << all.held_by;
  std::cout << "\n";
  return {};
}

void add_feed(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* c = app.add_subcommand("changes", "List changes in the order of their commits");
  add_database(c, env);
  c->add_option("--after", args->after, "Only changes after this one")->type_name("N");
  c->add_option("--cursor", args->from, "Only changes after where this cursor stands")
      ->type_name("NAME");
  c->add_option("--entity", args->feed.entity, "Only changes of this type")->type_name("TYPE");
  c->add_option("--field", args->feed.fields,
                "Only updates that change this field, and what is no update; repeatable")
      ->type_name("FIELD")
      ->allow_extra_args(false);
  c->add_option("-l,--limit", args->feed.limit, "At most so many at once (default 1000)")
      ->check(CLI::PositiveNumber.description(""));
  CLI::Option* follow = c->add_flag("--follow", args->follow, "Go on with changes as they come");
  c->add_option("--timeout", args->timeout, "Until there was none for so long, as 30s")
      ->type_name("DURATION")
      ->needs(follow);
  c->add_option("--save", args->save, "Then keep the place reached under this name")
      ->type_name("NAME");
  on_run(c, env, [&env, args] { return changes(env, *args); });
}

}  // namespace

void add_changes(CLI::App& app, Environment& env) {
  add_feed(app, env);
  auto args = std::make_shared<Arguments>();
  CLI::App* k = app.add_subcommand("cursors", "List the places kept in the changes, or drop one");
  CLI::Option* db = add_outer_database(k, env);
  k->require_subcommand(0, 1);
  CLI::App* d = k->add_subcommand("drop", "Drop a place that nobody uses any more");
  add_inner_database(d, env, db);
  d->add_option("NAME", args->drop, "Name of the cursor")->required()->type_name("");
  on_run(d, env, [&env, args] { return drop(env, *args); });
  on_run(k, env, [&env] { return cursors(env); });

  CLI::App* t = app.add_subcommand("trim", "Drop the oldest part of the history");
  add_database(t, env);
  t->add_option("--before", args->before, "Changes before this day, or time, may go")
      ->type_name("DATE")
      ->required();
  t->add_flag("--yes", args->yes, "Yes, for ever");
  on_run(t, env, [&env, args] { return trim(env, *args); });
}

}  // namespace kith::cli
