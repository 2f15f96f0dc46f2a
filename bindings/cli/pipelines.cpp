#include <iostream>
#include <memory>

#include "bindings/cli/form.hpp"
#include "bindings/cli/members.hpp"
#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string id;
  std::string stage;
  std::vector<std::string> assignments;
  std::string json;
  MoveOptions options;
  std::string field;
};

constexpr FormColumn kMoveColumns[] = {{"moved"},      {"from"},     {"to"},
                                       {"transition"}, {"reopened"}, {"overridden"}};
constexpr FormColumn kMovesColumns[] = {
    {"stage"}, {"allowed"}, {"reopens"}, {"transition"}, {"reasons"}};
constexpr FormColumn kVisitColumns[] = {
    {"stage", "Stage"}, {"entered", "Entered"}, {"left", "Left"}, {"duration"}, {"actor", "Who"},
    {"cause"},          {"sequence"},           {"overridden"}};
constexpr FormColumn kPipelineColumns[] = {{"name"},    {"label"},         {"entity"}, {"field"},
                                           {"version"}, {"default_stage"}, {"stages"}};

std::string told(const std::string& id, const MoveResult& move) {
  std::string text = id + ": ";
  if (!move.moved) return text + "is in " + move.to + " already";
  text += (move.from.empty() ? "no stage" : move.from) + " -> " + move.to;
  if (move.reopened) text += ", reopened";
  if (move.overridden) text += ", past the guards of the pipeline";
  return text;
}

Status move(const Environment& env, const Arguments& args) {
  return write(env, [&](Transaction& txn, std::ostream& out) -> Status {
    Result<RecordId> id = txn.parse_id(args.id);
    if (!id.ok()) return id.status();
    MoveOptions options = args.options;
    Result<Patch> fields = read_fields(env, args.json, args.assignments);
    if (!fields.ok()) return fields.status();
    options.fields = *fields;
    Result<MoveResult> moved = txn.move(*id, args.stage, options);
    if (!moved.ok()) return moved.status();
    if (env.output == Output::kTable) {
      out << told(txn.format_id(*id), *moved) << "\n";
    } else {
      print_form(out, env, to_json(*moved), kMoveColumns, txn);
    }
    return {};
  });
}

// One line for each reason why a move is not possible.
void print_moves(const std::vector<PossibleMove>& moves) {
  TextTable table{{"Stage", "Allowed", "By", "Why not"}, {false, false, false, false}, {}};
  for (const PossibleMove& move : moves) {
    std::string by = move.transition;
    if (move.reopens) by += by.empty() ? "reopens" : ", reopens";
    table.rows.push_back({move.stage, move.allowed ? "yes" : "no", by, ""});
    for (const Violation& reason : move.reasons) {
      if (&reason != &move.reasons.front()) table.rows.push_back({"", "", "", ""});
      table.rows.back()[3] = reason.message;
    }
  }
  print_table(std::cout, table);
}

Status moves(const Environment& env, const Arguments& args) {
  return with_record(env, args.id, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<std::vector<PossibleMove>> found = snapshot.possible_moves(id, args.field);
    if (!found.ok()) return found.status();
    if (env.output == Output::kTable) {
      print_moves(*found);
    } else {
      print_form(std::cout, env, to_json(*found), kMovesColumns, snapshot);
    }
    return {};
  });
}

Status stages(const Environment& env, const Arguments& args) {
  return with_record(env, args.id, [&](const Snapshot& snapshot, RecordId id) -> Status {
    Result<std::vector<StageVisit>> visits = snapshot.stage_history(id, args.field);
    if (!visits.ok()) return visits.status();
    if (env.output != Output::kTable) {
      print_form(std::cout, env, to_json(*visits, snapshot), kVisitColumns, snapshot);
      return {};
    }
    TextTable table{{"Stage", "Entered", "Left", "Stayed", "Who", "Why"},
                    {false, false, false, true, false, false},
                    {}};
    for (const StageVisit& visit : *visits) {
      std::string why = visit.cause;
      if (visit.overridden) why += why.empty() ? "override" : ", override";
      table.rows.push_back({visit.stage, visit.entered.to_string(),
                            visit.left ? visit.left->to_string() : "", readable(visit.duration),
                            visit.actor ? snapshot.format_id(visit.actor) : "", why});
    }
    print_table(std::cout, table);
    return {};
  });
}

// One line for each stage.
void print_pipelines(const std::vector<PipelineInfo>& pipelines) {
  for (const PipelineInfo& pipeline : pipelines) {
    if (&pipeline != &pipelines.front()) std::cout << "\n";
    std::cout << pipeline.name << ": " << pipeline.entity << "." << pipeline.field << " ("
              << pipeline.label << ", version " << pipeline.version << ")\n";
    TextTable table{{"Stage", "Class", "Probability", "Forecast", "Rots after", "Is"},
                    {false, false, true, false, true, false},
                    {}};
    for (const StageInfo& stage : pipeline.stages) {
      const bool rots = stage.rot_after.total_nanoseconds() != 0;
      std::string is = stage.name == pipeline.default_stage ? "default" : "";
      if (stage.retired) is += is.empty() ? "retired" : ", retired";
      table.rows.push_back({stage.name, stage.stage_class, std::to_string(stage.probability) + " %",
                            stage.forecast, rots ? readable(stage.rot_after) : "", is});
    }
    print_table(std::cout, table);
  }
}

Status pipelines(const Environment& env) {
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    Result<std::vector<PipelineInfo>> found = snapshot.pipelines();
    if (!found.ok()) return found.status();
    if (env.output == Output::kTable) {
      print_pipelines(*found);
    } else {
      print_form(std::cout, env, to_json(*found), kPipelineColumns, snapshot);
    }
    return {};
  });
}

}  // namespace

void add_pipelines(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  const char* const which = "The pipeline's field, when the type has several";

  CLI::App* m = app.add_subcommand("move", "Move a record to a stage of its pipeline");
  add_database(m, env);
  m->add_option("ID", args->id, "Record id, as deal:42")->required();
  m->add_option("STAGE", args->stage, "The stage, as 'Closed Won'")->required();
  add_fields(m, args->assignments, args->json);
  m->add_option("--field", args->options.field, which);
  m->add_option("--version-was", args->options.expected_version,
                "Refuse unless the record is at this version");
  m->add_option("--stage-was", args->options.expected_stage,
                "Refuse unless the record is in this stage")
      ->type_name("STAGE");
  add_override(m, env);
  on_run(m, env, [&env, args] { return move(env, *args); });

  CLI::App* p = app.add_subcommand("moves", "List where a record may go, and why it may not");
  add_database(p, env);
  p->add_option("ID", args->id, "Record id, as deal:42")->required();
  p->add_option("--field", args->field, which);
  add_as_of(p, env);
  on_run(p, env, [&env, args] { return moves(env, *args); });

  CLI::App* s = app.add_subcommand("stages", "List the stages a record has been in, and how long");
  add_database(s, env);
  s->add_option("ID", args->id, "Record id, as deal:42")->required();
  s->add_option("--field", args->field, which);
  add_as_of(s, env);
  on_run(s, env, [&env, args] { return stages(env, *args); });

  CLI::App* l = app.add_subcommand("pipelines", "List the pipelines and their stages");
  add_database(l, env);
  add_as_of(l, env);
  on_run(l, env, [&env] { return pipelines(env); });
}

}  // namespace kith::cli
