#include <iostream>
#include <memory>

#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::vector<std::string> names;
  std::vector<std::string> settings;
  std::size_t limit = 0;  // 0: every row
};

// The first rows in the order of the report.
void shorten(std::size_t limit, ReportResult* report) {
  std::vector<std::vector<Value>>& rows = report->rows.rows;
  if (limit == 0 || rows.size() <= limit) return;
  report->note = "The first " + std::to_string(limit) + " of " + std::to_string(rows.size()) +
                 " rows" + (report->note.empty() ? "" : ". ") + report->note;
  rows.resize(limit);
}

Status list(const Environment& env, const Snapshot& snapshot) {
  Result<std::vector<ReportInfo>> reports = snapshot.reports();
  if (!reports.ok()) return reports.status();
  Rows rows;
  rows.columns = {{"name", "Name", "string", ""},
                  {"title", "Title", "string", ""},
                  {"parameters", "Parameters", "string", ""}};
  for (const ReportInfo& report : *reports) {
    std::string parameters;
    for (const auto& [name, value] : report.parameters) {
      parameters += (parameters.empty() ? "" : " ") + *name.text();
      if (env.output == Output::kTable) continue;  // too wide with the defaults
      parameters += "=" + (value.text() != nullptr ? *value.text() : to_json(value));
    }
    rows.rows.push_back({Value(report.name), Value(report.title), Value(parameters)});
  }
  print_rows(std::cout, env, rows, snapshot);
  return {};
}

Status run(const Environment& env, const Arguments& args) {
  return with_snapshot(env, [&](const Snapshot& snapshot) -> Status {
    if (args.names.empty()) return list(env, snapshot);
    Map parameters;
    for (const std::string& setting : args.settings) {
      const std::size_t equals = setting.find('=');
      if (equals == std::string::npos) {
        return Status(Code::kInvalidArgument, "--set takes name=value, not \"" + setting + "\"");
      }
      parameters.emplace_back(Value(setting.substr(0, equals)), Value(setting.substr(equals + 1)));
    }
    for (std::size_t i = 0; i < args.names.size(); ++i) {
      std::string name = args.names[i];
      if (name.ends_with(".json") || name == "-") {
        Result<std::string> document = read_file(env, name);
        if (!document.ok()) return document.status();
        name = *document;
      }
      Result<ReportResult> report = snapshot.report(name, parameters);
      if (!report.ok()) return report.status();
      if (i != 0) std::cout << "\n";
      shorten(args.limit, &*report);
      print_report(std::cout, env, *report, snapshot);
    }
    return {};
  });
}

}  // namespace

void add_report(CLI::App& app, Environment& env) {
  CLI::App* command =
      app.add_subcommand("report", "Print reports; without a name, list what there is");
  auto args = std::make_shared<Arguments>();
  add_database(command, env);
  command->add_option(
      "NAME", args->names,
      "Reports: built in (pipeline, win_rate, revenue), of the model, .json files, or -");
  command->add_option("--set", args->settings, "Another value for a parameter; repeatable")
      ->type_name("NAME=VALUE")
      ->allow_extra_args(false);
  command->add_option("-l,--limit", args->limit, "At most so many rows of each report");
  add_as_of(command, env);
  on_run(command, env, [&env, args] { return run(env, *args); });
}

}  // namespace kith::cli
