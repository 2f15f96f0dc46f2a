#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>

#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

struct ImportArguments {
  std::string entity;
  std::string file;
  std::string map;
  std::string rejects;
  std::uint32_t chunk_rows = ImportOptions().chunk_rows;
  bool dry_run = false;
  bool quiet = false;
};

// A line that is drawn over itself; nothing when standard error is not a terminal.
class ProgressBar {
 public:
  explicit ProgressBar(bool wanted) : shown_(wanted && isatty(STDERR_FILENO) == 1) {}
  ~ProgressBar() {
    if (drawn_) std::cerr << "\r\033[K";
  }
  void draw(const ImportProgress& progress) {
    if (!shown_) return;
    drawn_ = true;
    const std::uint64_t total = progress.bytes_total;
    const auto filled = static_cast<int>(total == 0 ? 0 : progress.bytes * 30 / total);
    std::cerr << "\r[";
    for (int i = 0; i < 30; ++i) std::cerr << (i < filled ? '#' : '.');
    std::cerr << "] " << progress.rows << " rows";
    if (total != 0) std::cerr << ", " << progress.bytes * 100 / total << " %";
    std::cerr << "\033[K" << std::flush;
  }

 private:
  bool shown_;
  bool drawn_ = false;
};

void print_summary(const ImportArguments& args, const ImportReport& report) {
  std::cout << args.file << (args.dry_run ? " (dry run)" : "") << ": " << report.rows
            << (report.rows == 1 ? " row, " : " rows, ") << report.created << " created, "
            << report.updated << " updated, " << report.unchanged << " unchanged, "
            << report.rejected << " rejected";
  if (report.references_created != 0) {
    std::cout << ", " << report.references_created << " records made for references";
  }
  if (report.references_blank != 0) {
    std::cout << ", " << report.references_blank << " references left blank";
  }
  std::cout << "\n";
  for (const AmbiguousColumn& column : report.ambiguous) {
    std::cout << "  column " << column.column << ": " << column.values
              << " values that two formats read differently, e.g. \"" << column.example
              << "\"; the first format was taken\n";
  }
  constexpr std::size_t kShown = 10;
  for (std::size_t i = 0; i < report.rejects.size() && i < kShown; ++i) {
    const ImportReject& reject = report.rejects[i];
    std::cout << "  row " << reject.row << ", line " << reject.line
              << (reject.column.empty() ? "" : ", column " + reject.column) << ": " << reject.reason
              << "\n";
  }
  if (report.rejects.size() > kShown) {
    std::cout << "  ... and " << report.rejects.size() - kShown << " more\n";
  }
  if (report.rejected != 0 && !args.rejects.empty()) {
    std::cout << "  rejected rows are in " << args.rejects << "\n";
  }
}

std::vector<std::pair<std::string, std::uint64_t>> counts_of(const ImportReport& report) {
  return {{"rows", report.rows},
          {"created", report.created},
          {"updated", report.updated},
          {"unchanged", report.unchanged},
          {"rejected", report.rejected},
          {"references_created", report.references_created},
          {"references_blank", report.references_blank}};
}

Value json_of(const ImportReport& report) {
  Map all;
  for (const auto& [name, count] : counts_of(report)) all.emplace_back(Value(name), Value(count));
  List rejects;
  for (const ImportReject& reject : report.rejects) {
    rejects.push_back(Value(Map{{"row", reject.row},
                                {"line", reject.line},
                                {"column", reject.column},
                                {"code", reject.code},
                                {"reason", reject.reason}}));
  }
  List ambiguous;
  for (const AmbiguousColumn& column : report.ambiguous) {
    ambiguous.push_back(Value(
        Map{{"column", column.column}, {"values", column.values}, {"example", column.example}}));
  }
  all.emplace_back(Value("rejects"), Value(std::move(rejects)));
  all.emplace_back(Value("ambiguous"), Value(std::move(ambiguous)));
  return Value(std::move(all));
}

void print_counts(const ImportReport& report) {
  std::string head;
  std::string line;
  for (const auto& [name, count] : counts_of(report)) {
    head += (head.empty() ? "" : ",") + name;
    line += (line.empty() ? "" : ",") + std::to_string(count);
  }
  std::cout << head << "\n" << line << "\n";
}

Status import(const Environment& env, const ImportArguments& args) {
  ImportOptions options;
  if (!args.map.empty()) {
    Result<std::string> mapping = read_file(env, args.map);
    if (!mapping.ok()) return mapping.status();
    options.mapping = *mapping;
    options.mapping_name = args.map;
  }
  Result<Timestamp> now = env.time();
  if (!now.ok()) return now.status();
  options.now = *now;
  options.dry_run = args.dry_run;
  options.chunk_rows = args.chunk_rows;
  options.rejects_path = args.rejects;
  ProgressBar bar(!args.quiet);
  options.progress = [&bar](const ImportProgress& progress) {
    bar.draw(progress);
    return true;
  };
  Result<Crm> crm = open(env, false);
  if (!crm.ok()) return crm.status();
  Result<ImportReport> report = import_csv(crm->session, args.entity, args.file, options);
  if (!report.ok()) return report.status();
  if (env.output == Output::kTable) {
    print_summary(args, *report);
  } else if (env.output == Output::kJson) {
    std::cout << to_json(json_of(*report)) << "\n";
  } else {
    print_counts(*report);
  }
  return {};
}

struct ExportArguments {
  std::string entity;
  std::string file;
  ExportOptions options;
  bool lines = false;
  bool portable = false;
};

// The field that an import looks a record of the type up by: its title, else the only unique field.
// Empty when there is none.
std::string look_up_field(const std::vector<EntityInfo>& entities, const std::string& type) {
  std::string found;
  for (const EntityInfo& entity : entities) {
    if (entity.name != type) continue;
    if (!entity.title_field.empty()) return entity.title_field;
    for (const FieldInfo& field : entity.fields) {
      if (!field.unique || field.read_only) continue;
      if (!found.empty()) return {};
      found = field.name;
    }
  }
  return found;
}

// Every field that an import can write, and no id: `account.name` instead of `account:7`.
Result<std::vector<std::string>> portable_columns(const Database& db, const std::string& type) {
  Result<std::vector<EntityInfo>> entities = db.entities();
  if (!entities.ok()) return entities.status();
  std::vector<std::string> columns;
  for (const EntityInfo& entity : *entities) {
    if (entity.name != type) continue;
    for (const FieldInfo& field : entity.fields) {
      const bool reference = field.type == "reference";
      if (field.read_only || (reference && field.target.empty())) continue;  // an owner, no users
      if (field.target.empty()) {
        columns.push_back(field.name);
        continue;
      }
      const std::string by = look_up_field(*entities, field.target);
      if (by.empty() || !reference) {
        return Status(
            Code::kInvalidArgument,
            "--portable cannot write " + type + "." + field.name + ": " +
                (by.empty()
                     ? field.target + " has neither a title nor one unique field to find it by"
                     : "it is a list of references") +
                "; choose the columns with --column");
      }
      columns.push_back(field.name + "." + by);
    }
  }
  return columns;
}

Status export_to(const Environment& env, const ExportArguments& args) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  ExportOptions options = args.options;
  if (args.lines) {
    options.format = ExportFormat::kJsonLines;
  } else if (env.output == Output::kJson) {
    options.format = ExportFormat::kJson;
  }
  if (args.portable) {
    Result<std::vector<std::string>> columns = portable_columns(crm->db, args.entity);
    if (!columns.ok()) return columns.status();
    options.columns = *columns;
  }
  Result<Snapshot> snapshot = read(env, *crm);
  if (!snapshot.ok()) return snapshot.status();
  if (args.file.empty()) {
    return export_records(*snapshot, args.entity, std::cout, options).status();
  }
  std::ofstream out(args.file, std::ios::binary);
  if (!out) {
    return Status(Code::kIo, "cannot write " + args.file + ": " + std::strerror(errno));
  }
  Result<std::uint64_t> count = export_records(*snapshot, args.entity, out, options);
  if (!count.ok()) return count.status();
  out.close();
  if (!out) return Status(Code::kIo, "writing " + args.file + " failed");
  std::cerr << *count << (*count == 1 ? " record" : " records") << " written to " << args.file
            << "\n";
  return {};
}

}  // namespace

void add_import(CLI::App& app, Environment& env) {
  CLI::App* command = app.add_subcommand("import", "Bring in records from a CSV file");
  auto args = std::make_shared<ImportArguments>();
  add_database(command, env);
  command->add_option("TYPE", args->entity, "Entity type the rows become")->required();
  command->add_option("FILE", args->file, "CSV file with a line of column names")->required();
  command->add_option("--map", args->map, "Mapping of columns to fields; default: equal names")
      ->type_name("FILE");
  command->add_option("--rejects", args->rejects, "Write refused rows, with the reason, here")
      ->type_name("FILE");
  command->add_option("--chunk-rows", args->chunk_rows, "Rows of one transaction (default 500)")
      ->check(CLI::Range(1, 100000).description(""));
  command->add_flag("--dry-run", args->dry_run, "Check everything and write nothing");
  command->add_flag("-q,--quiet", args->quiet, "No progress bar");
  add_override(command, env);
  on_run(command, env, [&env, args] { return import(env, *args); });
}

void add_export(CLI::App& app, Environment& env) {
  CLI::App* command =
      app.add_subcommand("export", "Write records as CSV (default), JSON or JSON lines");
  auto args = std::make_shared<ExportArguments>();
  add_database(command, env);
  command->add_option("TYPE", args->entity, "Entity type")->required();
  CLI::Option* portable = command->add_flag(
      "--portable", args->portable,
      "For another database: no ids, references by what names them, as account.name");
  command->add_option("-o,--output", args->file, "File to write; default: standard output")
      ->type_name("FILE");
  command->add_option("-c,--column", args->options.columns, "Column: an expression; repeatable")
      ->type_name("EXPR")
      ->allow_extra_args(false)
      ->excludes(portable);
  command->add_option("-w,--where", args->options.where, "Only records for which this holds")
      ->type_name("EXPR");
  command->add_flag("--lines", args->lines, "JSON lines: one object a line");
  command->add_flag("--deleted", args->options.include_deleted, "Deleted records too");
  add_as_of(command, env);
  on_run(command, env, [&env, args] { return export_to(env, *args); });
}

}  // namespace kith::cli
