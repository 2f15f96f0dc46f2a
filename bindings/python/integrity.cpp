// A database to rely on, in Python: checking it, copying it, waiting for its changes.
#include <algorithm>
#include <chrono>
#include <istream>
#include <ostream>

#include "callback.hpp"
#include "database.hpp"
#include "kith/backup.hpp"

namespace kith::python {

namespace {

py::tuple stats_tuple(const DumpStats& stats) {
  return py::make_tuple(stats.records, stats.changes, stats.queue_rows, stats.blobs, stats.bytes);
}

py::tuple check_database(PyDatabase& self, PySession& session, bool repair,
                         std::uint64_t max_problems) {
  const Database database = self.database();
  const Session acting = session.session();
  const CheckOptions options{.repair = repair, .max_problems = max_problems};
  const CheckReport report = take(without_gil([&] { return database.check(acting, options); }));
  py::list problems;
  for (const Problem& each : report.problems) {
    problems.append(py::make_tuple(message_text(each.code), message_text(each.where),
                                   message_text(each.message), each.repairable, each.repaired));
  }
  return py::make_tuple(problems, report.problem_count, report.repaired, report.records,
                        report.references, report.index_entries, report.changes, report.blobs,
                        report.queue_rows);
}

void backup(PyDatabase& self, const std::string& path) {
  const Database database = self.database();
  check(without_gil([&] { return database.backup(path); }));
}

py::tuple dump_to(PyDatabase& self, py::object write) {
  const Database database = self.database();
  FunctionBuffer buffer(std::move(write));
  const Result<DumpStats> stats = without_gil([&]() -> Result<DumpStats> {
    std::ostream out(&buffer);
    Result<DumpStats> dumped = dump(database, out);
    if (dumped.ok() && !buffer.finish()) return Status(Code::kIo, "writing the dump failed");
    return dumped;
  });
  buffer.rethrow();
  return stats_tuple(take(stats));
}

// Waits in slices: between them signals are looked at, and whether the database was closed.
std::uint64_t wait(PyDatabase& self, std::uint64_t sequence, py::handle timeout) {
  using Clock = std::chrono::steady_clock;
  constexpr std::chrono::milliseconds kSlice{100};
  const bool for_ever = timeout.is_none();
  const auto end = Clock::now() + (for_ever ? kSlice : timeout_from_python(timeout.cast<double>()));
  while (true) {
    const Database database = self.database();
    const auto rest = std::chrono::ceil<std::chrono::milliseconds>(end - Clock::now());
    const auto slice = for_ever ? kSlice : std::clamp(rest, std::chrono::milliseconds(0), kSlice);
    const std::uint64_t last = take(without_gil([&] { return database.wait(sequence, slice); }));
    if (PyErr_CheckSignals() != 0) throw py::error_already_set();
    if (last > sequence || (!for_ever && Clock::now() >= end)) return last;
  }
}

py::tuple load_from(const std::string& path, py::object read, std::uint32_t max_readers,
                    std::uint64_t max_file_bytes, const py::dict& limits) {
  LoadOptions options;
  options.open = open_options(false, max_readers, max_file_bytes, limits);
  FunctionSource source(std::move(read));
  const Result<DumpStats> stats = without_gil([&] {
    std::istream in(&source);
    return load(path, in, options);
  });
  source.rethrow();
  return stats_tuple(take(stats));
}

py::tuple compact_files(const std::string& path) {
  const CompactResult done = take(without_gil([&] { return compact(path); }));
  return py::make_tuple(done.bytes_before, done.bytes_after, done.slots_reclaimed);
}

}  // namespace

void bind_integrity(py::class_<PyDatabase>& database) {
  database
      .def("check", &check_database, py::arg("session"), py::arg("repair"), py::arg("max_problems"))
      .def("backup", &backup, py::arg("path"))
      .def("dump", &dump_to, py::arg("write"))
      .def("wait", &wait, py::arg("sequence"), py::arg("timeout"));
}

void bind_copies(py::module_& module) {
  module.def("load", &load_from, py::arg("path"), py::arg("read"), py::arg("max_readers"),
             py::arg("max_file_bytes"), py::arg("limits"));
  module.def("compact", &compact_files, py::arg("path"));
}

}  // namespace kith::python
