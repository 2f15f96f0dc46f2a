// The past in Python: reading as of then, and letting old history go.
#include "database.hpp"
#include "kith/snapshot.hpp"
#include "reader.hpp"

namespace kith::python {

namespace {

std::unique_ptr<PySnapshot> as_of(PySession& self, const AsOf& when) {
  const Session session = self.session();
  return std::make_unique<PySnapshot>(take(without_gil([&] { return session.read_as_of(when); })),
                                      self.names());
}

std::unique_ptr<PySnapshot> read_as_of(PySession& self, py::handle at) {
  return as_of(self, AsOf::time(timestamp_from_python(at)));
}

std::unique_ptr<PySnapshot> read_as_of_change(PySession& self, std::uint64_t sequence) {
  if (sequence == 0) {
    throw StatusError(Status(Code::kInvalidArgument,
                             "`change` is the sequence of a change, 1 or more; the database before "
                             "its first change is empty"));
  }
  return as_of(self, AsOf::change(sequence));
}

py::tuple trim_history(PySession& self, py::handle keep_from, std::uint64_t max_changes) {
  const Session session = self.session();
  const TrimOptions options{.keep_from = timestamp_from_python(keep_from),
                            .max_changes = max_changes};
  const TrimResult done = take(without_gil([&] { return session.trim_history(options); }));
  return py::make_tuple(done.dropped, done.first_kept, done.more, text_to_python(done.held_by));
}

}  // namespace

void bind_past(py::class_<PySession>& session) {
  session.def("read_as_of", &read_as_of, py::arg("at"))
      .def("read_as_of_change", &read_as_of_change, py::arg("sequence"))
      .def("trim_history", &trim_history, py::arg("keep_from"), py::arg("max_changes"));
}

}  // namespace kith::python
