#include <algorithm>
#include <iostream>
#include <memory>

#include "bindings/cli/form.hpp"
#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string id;
  TimelineOptions options;
  std::string owner;
  std::string due_by;
  bool all = false;
  std::uint64_t task_limit = 0;
};

constexpr FormColumn kTimelineColumns[] = {{"at"},         {"kind"},  {"record"},
                                           {"title"},      {"text"},  {"actor"},
                                           {"actor_name"}, {"cause"}, {"sequence"}};

// A line for each item, and below it, indented, the rest of what it says.
void print_timeline(const std::vector<TimelineItem>& items, const Reader& ids) {
  for (const TimelineItem& item : items) {
    std::cout << item.at.to_string() << "  " << ids.format_id(item.record) << "  " << item.title;
    if (!item.actor_name.empty()) {
      std::cout << " (" << item.actor_name << ")";
    } else if (item.actor) {
      std::cout << " (" << ids.format_id(item.actor) << ")";
    }
    std::cout << "\n";
    std::size_t start = 0;
    while (start < item.text.size()) {
      const std::size_t end = std::min(item.text.find('\n', start), item.text.size());
      std::cout << "    " << item.text.substr(start, end - start) << "\n";
      start = end + 1;
    }
  }
}

Status timeline(const Environment& env, const Arguments& args) {
  return with_record(env, args.id, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<std::vector<TimelineItem>> items = snapshot.timeline(id, args.options);
    if (!items.ok()) return items.status();
    if (env.output == Output::kTable) {
      print_timeline(*items, snapshot);
    } else {
      print_form(std::cout, env, to_json(*items, snapshot), kTimelineColumns, snapshot);
    }
    return {};
  });
}

constexpr const char* kOpen = "status != 'done' && status != 'canceled'";

const FieldInfo* field_of(const EntityInfo& entity, const std::string& name) {
  for (const FieldInfo& field : entity.fields) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

// The tasks of the model, with the columns it has for them. Overdue ones come first because they
// are due first; tasks without a date come last.
Result<Query> tasks_query(const Database& db, const Reader& ids, const Arguments& args) {
  Result<std::vector<EntityInfo>> entities = db.entities();
  if (!entities.ok()) return entities.status();
  const EntityInfo* task = nullptr;
  for (const EntityInfo& entity : *entities) {
    if (entity.name == "task") task = &entity;
  }
  if (task == nullptr || field_of(*task, "due_date") == nullptr ||
      field_of(*task, "status") == nullptr) {
    return Status(
        Code::kNotFound,
        "the model has no type \"task\" with the fields due_date and status; the standard "
        "model has one");
  }
  Query query;
  query.entity = "task";
  query.limit = args.task_limit;
  std::vector<std::string> conditions;
  if (!args.all) conditions.emplace_back(kOpen);
  if (!args.due_by.empty()) {
    Result<Date> date = Date::parse(args.due_by);
    if (!date.ok()) return date.status().with_context("--due-by");
    conditions.emplace_back("due_date <= params.due_by");
    query.params.emplace_back(Value("due_by"), Value(*date));
  }
  if (!args.owner.empty()) {
    Result<RecordId> owner = ids.parse_id(args.owner);
    if (!owner.ok()) return owner.status().with_context("--owner");
    conditions.emplace_back("owner == params.owner");
    query.params.emplace_back(Value("owner"), Value(*owner));
  }
  for (const std::string& condition : conditions) {
    query.where += (query.where.empty() ? "(" : " && (") + condition + ")";
  }
  query.select = {"id", {"overdue", "due_date < today() && " + std::string(kOpen), "Overdue"}};
  for (const char* name : {"due_date", "subject", "status", "priority", "owner", "contact",
                           "account", "deal", "ticket"}) {
    if (const FieldInfo* field = field_of(*task, name)) {
      query.select.emplace_back(name, name, field->label);
    }
  }
  query.order_by = {{"due_date == null", false}, {"due_date", false}};
  return query;
}

Status tasks(const Environment& env, const Arguments& args) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  Result<Snapshot> snapshot = read(env, *crm);
  if (!snapshot.ok()) return snapshot.status();
  Result<Query> query = tasks_query(crm->db, *snapshot, args);
  if (!query.ok()) return query.status();
  Result<Rows> rows = snapshot->query(*query);
  if (!rows.ok()) return rows.status();
  if (env.output == Output::kTable) {
    const int overdue = rows->column("overdue");
    for (std::vector<Value>& row : rows->rows) {
      Value& mark = row[static_cast<std::size_t>(overdue)];
      mark = mark == Value(true) ? Value("overdue") : Value();
    }
    drop_empty_columns(&*rows);
  }
  print_rows(std::cout, env, *rows, *snapshot);
  return {};
}

}  // namespace

void add_timeline(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* t = app.add_subcommand("timeline", "Tell the story of a record");
  add_database(t, env);
  t->add_option("ID", args->id, "Record id, as contact:7")->required();
  t->add_option("--related", args->options.related,
                "Types whose records are told too when they refer to it, as deal,task")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->type_name("TYPES");
  t->add_option("-l,--limit", args->options.limit, "At most so many items (default 100)");
  t->add_flag("--newest-first", args->options.newest_first, "Newest first");
  add_as_of(t, env);
  on_run(t, env, [&env, args] { return timeline(env, *args); });

  CLI::App* k = app.add_subcommand("tasks", "List open tasks by due date, overdue ones first");
  add_database(k, env);
  k->add_option("--owner", args->owner, "Only those of this user, as user:7")->type_name("ID");
  k->add_option("--due-by", args->due_by, "Only those due on this day or before")
      ->type_name("DATE");
  k->add_flag("--all", args->all, "Those that are done or canceled too");
  k->add_option("-l,--limit", args->task_limit, "At most so many");
  add_as_of(k, env);
  on_run(k, env, [&env, args] { return tasks(env, *args); });
}

}  // namespace kith::cli
