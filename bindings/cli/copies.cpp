#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <iostream>
#include <memory>

#include "bindings/cli/command.hpp"
#include "kith/backup.hpp"

namespace kith::cli {

namespace {

struct Arguments {
  std::string target;
  std::string file = "-";
};

Status io_error(const std::string& what) {
  return Status(Code::kIo, what + ": " + std::strerror(errno));
}

Status backup(const Environment& env, const Arguments& args) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  if (Status status = crm->db.backup(args.target); !status.ok()) return status;
  if (env.output == Output::kJson) {
    std::cout << to_json(Value(Map{{"path", args.target}})) << "\n";
  } else {
    std::cout << args.target << ": a copy of the database\n";
  }
  return {};
}

Value json_of(const DumpStats& stats) {
  return Value(Map{{"records", Value(stats.records)},
                   {"changes", Value(stats.changes)},
                   {"queue_rows", Value(stats.queue_rows)},
                   {"blobs", Value(stats.blobs)},
                   {"bytes", Value(stats.bytes)}});
}

void print_stats(std::ostream& out, const Environment& env, const std::string& head,
                 const DumpStats& stats) {
  if (env.output == Output::kJson) {
    out << to_json(json_of(stats)) << "\n";
    return;
  }
  out << head << ": " << counted(stats.records, "record") << ", "
      << counted(stats.changes, "change") << ", " << counted(stats.queue_rows, "row")
      << " of the queue, " << counted(stats.blobs, "large value") << "\n";
}

Status flush_to_disk(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return io_error("cannot write " + path);
  const int failed = ::fsync(file);
  const Status status = failed != 0 ? io_error("writing " + path + " failed") : Status();
  ::close(file);
  return status;
}

// Errors speak of `name`.
Result<DumpStats> dump_into(const Database& db, const std::string& path, const std::string& name) {
  errno = 0;
  std::ofstream out(path, std::ios::binary | std::ios::trunc);
  if (!out) return io_error("cannot write " + name);
  Result<DumpStats> stats = dump(db, out);
  if (!stats.ok()) return stats.status().with_context(name);
  out.close();
  if (!out) return io_error("writing " + name + " failed");
  return stats;
}

// A file appears whole or not at all; a pipe or a device is written as it is.
Result<DumpStats> dump_to(const Database& db, const std::string& path) {
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0 && !S_ISREG(about.st_mode))
    return dump_into(db, path, path);
  const std::string part = path + ".part";
  Result<DumpStats> stats = dump_into(db, part, path);
  Status status = stats.status();
  if (status.ok()) status = flush_to_disk(part);
  if (status.ok() && std::rename(part.c_str(), path.c_str()) != 0) {
    status = io_error("cannot write " + path);
  }
  if (status.ok()) return stats;
  std::remove(part.c_str());
  return status;
}

Status dump(const Environment& env, const Arguments& args) {
  Result<Crm> crm = open(env, true);
  if (!crm.ok()) return crm.status();
  if (args.file == "-") return kith::dump(crm->db, std::cout).status();
  Result<DumpStats> stats = dump_to(crm->db, args.file);
  if (!stats.ok()) return stats.status();
  print_stats(std::cerr, env, args.file, *stats);
  return {};
}

Status load(const Environment& env, const Arguments& args) {
  Result<DumpStats> stats = Status(Code::kInternal, "nothing was loaded");
  if (args.file == "-") {
    stats = kith::load(env.path, std::cin);
  } else {
    struct stat about {};
    if (::stat(args.file.c_str(), &about) != 0) return io_error("cannot read " + args.file);
    if (S_ISDIR(about.st_mode)) {
      return Status(Code::kIo, "cannot read " + args.file + ": a directory");
    }
    errno = 0;
    std::ifstream in(args.file, std::ios::binary);
    if (!in) return io_error("cannot read " + args.file);
    stats = kith::load(env.path, in);
    if (stats.status().code() == Code::kImportInvalid) {
      return stats.status().with_context(args.file);
    }
  }
  if (!stats.ok()) return stats.status();
  print_stats(std::cout, env, env.path, *stats);
  return {};
}

Status compact(const Environment& env) {
  Result<CompactResult> done = kith::compact(env.path);
  if (!done.ok()) return done.status();
  if (env.output == Output::kJson) {
    std::cout << to_json(Value(Map{{"bytes_before", Value(done->bytes_before)},
                                   {"bytes_after", Value(done->bytes_after)},
                                   {"slots_reclaimed", Value(done->slots_reclaimed)}}))
              << "\n";
    return {};
  }
  std::cout << env.path << ": " << done->bytes_before << " bytes before, " << done->bytes_after
            << " after";
  if (done->slots_reclaimed != 0) {
    std::cout << ", the places of " << counted(done->slots_reclaimed, "removed field")
              << " reclaimed";
  }
  std::cout << "\n";
  return {};
}

}  // namespace

void add_copies(CLI::App& app, Environment& env) {
  auto args = std::make_shared<Arguments>();
  CLI::App* b = app.add_subcommand("backup", "Copy the database, while others use it");
  add_database(b, env);
  b->add_option("TARGET", args->target, "Directory of the copy, which holds no database yet")
      ->required();
  on_run(b, env, [&env, args] { return backup(env, *args); });

  CLI::App* d = app.add_subcommand("dump", "Write the whole database as text, history included");
  add_database(d, env);
  d->add_option("FILE", args->file, "File to write; default: standard output");
  on_run(d, env, [&env, args] { return dump(env, *args); });
  if (env.held) return;  // the others make or replace a database

  CLI::App* l = app.add_subcommand("load", "Make a database from what dump wrote");
  add_database(l, env);
  l->add_option("FILE", args->file, "File to read; default: standard input");
  on_run(l, env, [&env, args] { return load(env, *args); });

  CLI::App* c = app.add_subcommand("compact", "Write a database anew without unused space");
  add_database(c, env);
  on_run(c, env, [&env] { return compact(env); });
}

}  // namespace kith::cli
