#include <iostream>
#include <memory>

#include "bindings/cli/form.hpp"
#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string id;
  std::string name;
};

constexpr FormColumn kColumns[] = {{"name"}, {"label"}, {"total"}, {"rows"}};

// One line for each row, and the sum.
void print_score(const Score& score) {
  TextTable table{{"Row", "Points", "Why"}, {false, true, false}, {}};
  Decimal sum;
  for (const ScoreRow& row : score.rows) {
    sum = sum.add(row.points).value_or(sum);
    std::string why = row.matched ? "" : "does not hold";
    if (row.error != EvaluationError::kNone) {
      why = std::string(evaluation_error_name(row.error)) + ": " + row.message;
    }
    table.rows.push_back({row.name, row.points.to_string(), why});
  }
  const bool bounded = sum != score.total;
  table.rows.push_back({score.label, score.total.to_string(),
                        bounded ? "the rows sum up to " + sum.to_string() : std::string()});
  print_table(std::cout, table);
}

Status score(const Environment& env, const Arguments& args) {
  return with_record(env, args.id, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<Score> found = snapshot.score(id, args.name);
    if (!found.ok()) return found.status();
    if (env.output == Output::kTable) {
      print_score(*found);
    } else {
      print_form(std::cout, env, to_json(*found), kColumns, snapshot);
    }
    return {};
  });
}

}  // namespace

void add_score(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* s = app.add_subcommand("score", "Tell what a score of a record is made of");
  add_database(s, env);
  s->add_option("ID", args->id, "Record id, as lead:42")->required();
  s->add_option("SCORE", args->name, "The score, as the model names it")->required();
  add_as_of(s, env);
  on_run(s, env, [&env, args] { return score(env, *args); });
}

}  // namespace kith::cli
