#include "kith/exchange.hpp"

#include <pybind11/stl.h>

#include <ostream>

#include "callback.hpp"
#include "database.hpp"
#include "reader.hpp"

namespace kith::python {

namespace {

py::tuple report_tuple(const ImportReport& report) {
  py::list rejects;
  for (const ImportReject& reject : report.rejects) {
    rejects.append(py::make_tuple(reject.row, reject.line, message_text(reject.column), reject.code,
                                  message_text(reject.reason)));
  }
  py::list ambiguous;
  for (const AmbiguousColumn& column : report.ambiguous) {
    ambiguous.append(
        py::make_tuple(message_text(column.column), column.values, message_text(column.example)));
  }
  return py::make_tuple(report.rows, report.created, report.updated, report.unchanged,
                        report.rejected, report.references_created, report.references_blank,
                        rejects, ambiguous, report.stopped);
}

py::tuple import_from(PySession& self, const std::string& entity, const std::string& path,
                      const std::string& mapping, const std::string& mapping_name, py::handle now,
                      bool dry_run, std::uint32_t chunk_rows, const std::string& rejects_path,
                      py::object progress) {
  const Session session = self.session();
  Callback callback(std::move(progress));
  ImportOptions options;
  options.mapping = mapping;
  options.mapping_name = mapping_name;
  options.now = timestamp_from_python(now);
  options.dry_run = dry_run;
  options.chunk_rows = chunk_rows;
  options.rejects_path = rejects_path;
  options.progress = [&](const ImportProgress& at) {
    return callback.call([&] { return py::make_tuple(at.rows, at.bytes, at.bytes_total); });
  };
  const Result<ImportReport> report =
      without_gil([&] { return import_csv(session, entity, path, options); });
  callback.rethrow();
  return report_tuple(take(report));
}

ExportOptions export_options(const std::string& format, const std::vector<std::string>& columns,
                             const std::string& where, bool include_deleted) {
  ExportOptions options;
  if (format == "csv") {
    options.format = ExportFormat::kCsv;
  } else if (format == "json") {
    options.format = ExportFormat::kJson;
  } else if (format == "jsonl") {
    options.format = ExportFormat::kJsonLines;
  } else {
    throw StatusError(Status(Code::kInvalidArgument, "there is no export format \"" + format +
                                                         "\"; use csv, json or jsonl"));
  }
  options.columns = columns;
  options.where = where;
  options.include_deleted = include_deleted;
  return options;
}

// Of a session or a reader.
template <typename Source>
Result<std::uint64_t> export_from(const Source& source, const std::string& entity,
                                  FunctionBuffer* buffer, const ExportOptions& options) {
  std::ostream out(buffer);
  Result<std::uint64_t> written = export_records(source, entity, out, options);
  if (written.ok() && !buffer->finish()) return Status(Code::kIo, "writing the export failed");
  return written;
}

std::uint64_t export_to(PySession& self, const std::string& entity, py::object write,
                        const std::string& format, const std::vector<std::string>& columns,
                        const std::string& where, bool include_deleted) {
  const Session session = self.session();
  const ExportOptions options = export_options(format, columns, where, include_deleted);
  FunctionBuffer buffer(std::move(write));
  const Result<std::uint64_t> count =
      without_gil([&] { return export_from(session, entity, &buffer, options); });
  buffer.rethrow();
  return take(count);
}

}  // namespace

std::uint64_t PyReader::export_to(const std::string& entity, py::object write,
                                  const std::string& format,
                                  const std::vector<std::string>& columns, const std::string& where,
                                  bool include_deleted) {
  const ExportOptions options = export_options(format, columns, where, include_deleted);
  FunctionBuffer buffer(std::move(write));
  // What the function raised comes before the failure that it is to the export.
  const Result<std::uint64_t> count = run([&](const Reader& reader) {
    return Result<Result<std::uint64_t>>(export_from(reader, entity, &buffer, options));
  });
  buffer.rethrow();
  return take(count);
}

void bind_exchange(py::class_<PySession>& session) {
  session
      .def("import_csv", &import_from, py::arg("entity"), py::arg("path"), py::arg("mapping"),
           py::arg("mapping_name"), py::arg("now"), py::arg("dry_run"), py::arg("chunk_rows"),
           py::arg("rejects_path"), py::arg("progress"))
      .def("export", &export_to, py::arg("entity"), py::arg("write"), py::arg("format"),
           py::arg("columns"), py::arg("where"), py::arg("include_deleted"));
}

}  // namespace kith::python
