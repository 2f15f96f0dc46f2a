#include "exchange/importer.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "base/try.hpp"
#include "exchange/chunk_writer.hpp"
#include "exchange/csv_reader.hpp"
#include "exchange/prepared_row.hpp"
#include "exchange/reject_log.hpp"

namespace kith::exchange {

namespace {

class Import {
 public:
  Import(ByteSource& source, const ImportJob& job, ImportTarget& target)
      : source_(source), job_(job), target_(target), reader_(source, job.mapping.csv) {}

  Result<ImportReport> run() {
    KITH_TRY(reader_.open());
    KITH_ASSIGN(const BoundMapping bound,
                bind_mapping(job_.mapping, target_.catalog(), job_.entity, reader_.columns()));
    RejectLog log(reader_.columns(), job_.mapping.csv.delimiter, job_.rejects,
                  job_.max_rejects_kept, &report_);
    Preparer preparer(bound, target_);
    ChunkWriter writer(bound, target_, {job_.options.dry_run, job_.max_held_bytes}, &log, &report_);
    Status status = read_all(preparer, writer, log);
    if (report_.stopped) {
      writer.drop_held("the import was stopped before the row it refers to");
    } else if (status.ok()) {
      status = writer.write_held(chunk_rows());
    }
    const Status logged = log.flush();  // also what was refused before a failure
    if (status.ok()) status = logged;
    if (!status.ok()) return status.with_context(landed());
    if (!report_.stopped) (void)tell_progress();  // nothing is left to stop
    report_.ambiguous = preparer.ambiguous();
    return std::move(report_);
  }

 private:
  std::size_t chunk_rows() const { return std::max<std::size_t>(job_.options.chunk_rows, 1); }

  Status read_all(Preparer& preparer, ChunkWriter& writer, RejectLog& log) {
    CsvRow row;
    std::vector<PreparedRow> chunk;
    std::size_t in_chunk = 0;  // rejected ones too, so that progress goes on among bad rows
    std::size_t bytes = 0;
    while (!report_.stopped) {
      KITH_ASSIGN(const bool more, reader_.next(&row));
      if (more) {
        ++report_.rows;
        if (take(row, preparer, log, &chunk)) bytes += chunk.back().bytes();
        if (++in_chunk < chunk_rows() && bytes < kMostChunkBytes) continue;
      }
      KITH_TRY(writer.write(std::move(chunk)));
      KITH_TRY(log.flush());
      chunk.clear();
      in_chunk = 0;
      bytes = 0;
      if (!more) break;
      report_.stopped = !tell_progress();
    }
    return {};
  }

  // False for a row that was refused.
  static bool take(const CsvRow& row, Preparer& preparer, RejectLog& log,
                   std::vector<PreparedRow>* chunk) {
    std::vector<ImportReject> why;
    if (row.error) {
      why.push_back({0, 0, "", row.error->code, row.error->message});
    } else if (std::optional<PreparedRow> prepared = preparer.prepare(row, &why)) {
      chunk->push_back(*std::move(prepared));
      return true;
    }
    std::vector<std::string> cells(row.cells.begin(), row.cells.end());
    log.add(row.number, row.line, std::move(cells), std::move(why));
    return false;
  }

  bool tell_progress() const {
    if (!job_.options.progress) return true;
    ImportProgress now;
    now.rows = report_.rows;
    now.bytes = reader_.bytes_read();
    now.bytes_total = source_.total_bytes();
    return job_.options.progress(now);
  }

  std::string landed() const {
    if (job_.options.dry_run) return "the dry run ended early";
    const std::uint64_t rows = report_.created + report_.updated + report_.unchanged;
    return "the import ended early, after " + std::to_string(rows) + " rows had landed";
  }

  ByteSource& source_;
  const ImportJob& job_;
  ImportTarget& target_;
  CsvReader reader_;
  ImportReport report_;
};

Status prepare_rejects_path(const std::string& path, const std::string& input) {
  if (path.empty()) return {};
  std::error_code error;
  if (std::filesystem::equivalent(path, input, error)) {
    return Status(Code::kInvalidArgument, "the rejects file is the file that is imported: " + path);
  }
  // An older file would look as if its rows had been refused now.
  if (std::filesystem::is_regular_file(path, error) && !std::filesystem::remove(path, error)) {
    return Status(Code::kIo, "cannot replace " + path + ": " + error.message());
  }
  // Told before the first row lands, not when the first one is refused.
  const std::filesystem::path parent = std::filesystem::path(path).parent_path();
  const std::string folder = parent.empty() ? "." : parent.string();
  if (std::filesystem::is_directory(path, error)) {
    return Status(Code::kIo, "the rejects file cannot be written: " + path + " is a directory");
  }
  if (::access(folder.c_str(), W_OK) != 0) {
    return Status(Code::kIo, "the rejects file " + path + " cannot be written: " + folder + ": " +
                                 std::strerror(errno));
  }
  return {};
}

}  // namespace

Result<ImportReport> import_rows(ByteSource& source, const ImportJob& job, ImportTarget& target) {
  return Import(source, job, target).run();
}

Result<ImportReport> import_file(const std::string& path, const std::string& entity,
                                 const ImportOptions& options, ImportTarget& target) {
  ImportJob job;
  job.entity = entity;
  job.options = options;
  job.mapping = default_mapping();
  if (!options.mapping.empty()) {
    KITH_ASSIGN(job.mapping, parse_mapping(options.mapping, options.mapping_name));
  }
  KITH_ASSIGN(const std::unique_ptr<FileSource> source, FileSource::open(path));
  KITH_TRY(prepare_rejects_path(options.rejects_path, path));
  LazyFileSink rejects(options.rejects_path);
  if (!options.rejects_path.empty()) job.rejects = &rejects;
  Result<ImportReport> report = import_rows(*source, job, target);
  const Status closed = rejects.close();
  if (report.ok() && !closed.ok()) return closed.with_context("the rejects file");
  return report.ok() ? std::move(report) : report.status().with_context(path);
}

}  // namespace kith::exchange
