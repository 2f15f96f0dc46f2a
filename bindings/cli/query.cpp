#include <algorithm>
#include <iostream>
#include <memory>

#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  Query query;
  std::vector<std::string> select;
  std::vector<std::string> order;
  std::vector<std::string> groups;
  std::vector<std::string> measures;
  std::string params;
  std::string document;
  bool stats = false;
};

// "name=rest" -> {name, rest}; without a name both are the whole. `==` is not an assignment.
std::pair<std::string, std::string> named(const std::string& text) {
  const std::size_t at = text.find('=');
  const bool is_name = at != std::string::npos && at > 0 && text.compare(at, 2, "==") != 0 &&
                       text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == at;
  if (!is_name) return {text, text};
  return {text.substr(0, at), text.substr(at + 1)};
}

void parse_group(const std::string& text, GroupBy* group) {
  std::tie(group->name, group->of) = named(text);
  const std::size_t colon = group->of.rfind(':');
  if (colon == std::string::npos) return;
  const std::string bucket = group->of.substr(colon + 1);
  const std::pair<const char*, Bucket> buckets[] = {{"year", Bucket::kYear},
                                                    {"quarter", Bucket::kQuarter},
                                                    {"month", Bucket::kMonth},
                                                    {"week", Bucket::kWeek},
                                                    {"day", Bucket::kDay}};
  for (const auto& [name, value] : buckets) {
    if (bucket != name) continue;
    group->bucket = value;
    group->of.resize(colon);
    if (group->name == text) group->name = bucket;
    return;
  }
  // Otherwise the colon is the expression's own.
}

Status parse_measure(const std::string& text, Measure* measure) {
  std::string call;
  std::tie(measure->name, call) = named(text);
  const std::size_t open = call.find('(');
  const std::pair<const char*, Measure::Function> functions[] = {
      {"count", Measure::Function::kCount}, {"count_distinct", Measure::Function::kCountDistinct},
      {"sum", Measure::Function::kSum},     {"avg", Measure::Function::kAvg},
      {"min", Measure::Function::kMin},     {"max", Measure::Function::kMax}};
  for (const auto& [name, function] : functions) {
    if (call.substr(0, open) != name) continue;
    measure->function = function;
    if (open != std::string::npos && call.ends_with(')')) {
      measure->of = call.substr(open + 1, call.size() - open - 2);
    }
    if (measure->name == text) measure->name = name;
    return {};
  }
  return Status(Code::kInvalidArgument,
                "\"" + text +
                    "\" is no measure; write [name=]count, sum(EXPR), avg(EXPR), "
                    "min(EXPR), max(EXPR) or count_distinct(EXPR)");
}

Result<Query> query_of(const Environment& env, const Arguments& args) {
  if (!args.document.empty()) {
    Result<std::string> text = read_json(env, args.document);
    if (!text.ok()) return text.status();
    return Query::from_json(*text);
  }
  Query query = args.query;
  for (const std::string& text : args.select) {
    auto [name, of] = named(text);
    query.select.emplace_back(std::move(name), std::move(of));
  }
  for (const std::string& text : args.order) {
    const bool down = text.starts_with('-');
    query.order_by.push_back({down ? text.substr(1) : text, down});
  }
  for (const std::string& text : args.groups) {
    parse_group(text, &query.group_by.emplace_back());
  }
  for (const std::string& text : args.measures) {
    if (Status bad = parse_measure(text, &query.measures.emplace_back()); !bad.ok()) return bad;
  }
  if (!query.group_by.empty() && query.measures.empty()) {
    query.measures.push_back({});
    query.measures.back().name = "count";
  }
  if (!args.params.empty()) {
    Result<Value> params = value_from_json(args.params);
    if (!params.ok()) return params.status();
    if (params->map() == nullptr) {
      return Status(Code::kInvalidArgument, "--params must be a JSON object");
    }
    query.params = *params->map();
  }
  return query;
}

Status run(const Environment& env, const Arguments& args) {
  Result<Query> query = query_of(env, args);
  if (!query.ok()) return query.status();
  if (query->entity.empty()) return Status(Code::kInvalidArgument, "name an entity type");
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    Result<Rows> rows = snapshot.query(*query);
    if (!rows.ok()) return rows.status();
    std::size_t hidden = 0;
    if (env.output == Output::kTable && query->select.empty() && query->measures.empty()) {
      hidden = drop_empty_columns(&*rows);
    }
    print_rows(std::cout, env, *rows, snapshot);
    if (hidden != 0) {
      std::cout << hidden << (hidden == 1 ? " column" : " columns")
                << " without a value not shown; --select chooses columns\n";
    }
    if (args.stats) {
      std::cerr << "plan: " << rows->stats.plan << "; " << rows->stats.scanned << " records read, "
                << rows->stats.matched << " matched, " << rows->stats.errors << " errors\n";
    }
    return {};
  });
}

}  // namespace

void add_query(CLI::App& app, Environment& env) {
  CLI::App* q = app.add_subcommand("query", "Find, order, group and count records");
  auto args = std::make_shared<Arguments>();
  add_database(q, env);
  q->add_option("TYPE", args->query.entity, "Entity type; left out with --json");
  q->add_option("-w,--where", args->query.where, "Condition, as stage == 'Won' && amount > 1000")
      ->type_name("EXPR");
  q->add_option("-s,--select", args->select, "Column: an expression or name=expression; repeatable")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  q->add_option("-g,--group-by", args->groups,
                "Group: an expression; dates with :year, :quarter, :month, ...")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  q->add_option("-m,--measure", args->measures, "count, or name=sum(amount) and the like")
      ->type_name("MEASURE")
      ->allow_extra_args(false);
  q->add_option("--having", args->query.having, "Condition over groups and measures")
      ->type_name("EXPR");
  q->add_option("-o,--order-by", args->order, "Order: an expression; with - before it descending")
      ->type_name("EXPR")
      ->allow_extra_args(false);
  q->add_option("-l,--limit", args->query.limit, "At most so many rows");
  q->add_option("--page", args->query.continuation, "Go on where a limited answer ended")
      ->type_name("TOKEN");
  add_as_of(q, env);
  q->add_flag("--deleted", args->query.include_deleted, "Deleted records too");
  q->add_option("--params", args->params, "Values for params.name in expressions")
      ->type_name("JSON");
  q->add_option("--json", args->document, "The whole query as a JSON document or a file of it")
      ->type_name("JSON");
  q->add_flag("--stats", args->stats, "Say on standard error how the answer was found");
  on_run(q, env, [&env, args] { return run(env, *args); });
}

}  // namespace kith::cli
