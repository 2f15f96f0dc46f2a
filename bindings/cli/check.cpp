#include <iostream>
#include <memory>

#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  CheckOptions options;
};

Value json_of(const CheckReport& report) {
  List problems;
  for (const Problem& problem : report.problems) {
    problems.push_back(Value(Map{{"code", problem.code},
                                 {"where", problem.where},
                                 {"message", problem.message},
                                 {"repairable", problem.repairable},
                                 {"repaired", problem.repaired}}));
  }
  return Value(Map{{"problems", Value(std::move(problems))},
                   {"problem_count", Value(report.problem_count)},
                   {"repaired", Value(report.repaired)},
                   {"records", Value(report.records)},
                   {"references", Value(report.references)},
                   {"index_entries", Value(report.index_entries)},
                   {"changes", Value(report.changes)},
                   {"blobs", Value(report.blobs)},
                   {"queue_rows", Value(report.queue_rows)}});
}

Rows rows_of(const CheckReport& report) {
  Rows rows;
  for (const char* name : {"code", "where", "message"}) {
    rows.columns.push_back({name, name, "string", ""});
  }
  for (const char* name : {"repairable", "repaired"}) {
    rows.columns.push_back({name, name, "bool", ""});
  }
  for (const Problem& problem : report.problems) {
    rows.rows.push_back({Value(problem.code), Value(problem.where), Value(problem.message),
                         Value(problem.repairable), Value(problem.repaired)});
  }
  return rows;
}

const char* outlook(const Problem& problem) {
  if (problem.repaired) return "repaired";
  return problem.repairable ? "with --repair" : "no: restore";
}

void print_report(const CheckReport& report) {
  if (!report.problems.empty()) {
    TextTable table{{"Problem", "Where", "Mended", "What"}, {false, false, false, false}, {}};
    for (const Problem& problem : report.problems) {
      table.rows.push_back({problem.code, problem.where, outlook(problem), problem.message});
    }
    print_table(std::cout, table);
  }
  const std::uint64_t unlisted = report.problem_count - report.problems.size();
  if (unlisted != 0) std::cout << "and " << counted(unlisted, "problem") << " more\n";
  std::cout << counted(report.records, "record") << ", " << counted(report.references, "reference")
            << ", " << report.index_entries
            << (report.index_entries == 1 ? " index entry, " : " index entries, ")
            << counted(report.changes, "change") << ", " << counted(report.blobs, "large value")
            << ", " << counted(report.queue_rows, "row") << " of the queue\n";
  if (report.problem_count == 0) {
    std::cout << "no problems\n";
    return;
  }
  std::cout << counted(report.problem_count, "problem");
  if (report.repaired != 0) std::cout << ", " << report.repaired << " repaired";
  std::cout << "\n";
}

Status check(const Environment& env, const Arguments& args, std::optional<int>* exit_code) {
  Result<Crm> crm = open(env, !args.options.repair);
  if (!crm.ok()) return crm.status();
  Result<CheckReport> report = crm->db.check(crm->session, args.options);
  if (!report.ok()) return report.status();
  if (env.output == Output::kTable) {
    print_report(*report);
  } else if (env.output == Output::kJson) {
    std::cout << to_json(json_of(*report)) << "\n";
  } else {
    Result<Snapshot> snapshot = crm->session.read();
    if (!snapshot.ok()) return snapshot.status();
    std::cout << to_csv(rows_of(*report), *snapshot);
  }
  if (!report->clean()) *exit_code = 1;
  return {};
}

}  // namespace

void add_check(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* command = app.add_subcommand("check", "Read everything and say what is wrong");
  add_database(command, env);
  command->add_flag("--repair", args->options.repair,
                    "Rebuild what follows from something else, as indexes and counts");
  on_run(command, env, [&env, args] { return check(env, *args, &env.exit_code); });
}

}  // namespace kith::cli
