#include <pybind11/stl.h>

#include "database.hpp"
#include "kith/snapshot.hpp"
#include "transaction.hpp"

namespace kith::python {

namespace {

std::unique_ptr<PySnapshot> read(PySession& self, py::handle now) {
  const Session session = self.session();
  const std::optional<Timestamp> when = optional_timestamp_from_python(now);
  return std::make_unique<PySnapshot>(take(without_gil([&] { return session.read(when); })),
                                      self.names());
}

std::unique_ptr<PyTransaction> begin(PySession& self, py::handle now, py::handle effective_at,
                                     bool deferred, double timeout, const std::string& cause) {
  const Session session = self.session();
  const TransactionOptions options =
      transaction_options(now, effective_at, deferred, timeout, cause);
  return std::make_unique<PyTransaction>(take(without_gil([&] { return session.begin(options); })),
                                         self.names());
}

}  // namespace

TransactionOptions transaction_options(py::handle now, py::handle effective_at, bool deferred,
                                       double timeout, const std::string& cause) {
  TransactionOptions options;
  options.now = timestamp_from_python(now);
  options.effective_at = optional_timestamp_from_python(effective_at);
  options.durability = deferred ? Durability::kDeferred : Durability::kFull;
  options.timeout = timeout_from_python(timeout);
  options.cause = cause;
  return options;
}

void bind_session(py::module_& module) {
  py::class_<PySession> session(module, "Session");
  session.def("read", &read, py::arg("now"))
      .def("begin", &begin, py::arg("now"), py::arg("effective_at"), py::arg("deferred"),
           py::arg("timeout"), py::arg("cause"))
      .def("close", &PySession::close)
      .def_property_readonly("is_open", &PySession::is_open);
  bind_exchange(session);
  bind_past(session);
  bind_session_write(session);
  bind_tick(session);
}

}  // namespace kith::python
