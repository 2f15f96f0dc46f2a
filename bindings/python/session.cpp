#include <pybind11/stl.h>

#include <chrono>
#include <optional>

#include "database.hpp"
#include "kith/snapshot.hpp"
#include "transaction.hpp"

namespace kith::python {

namespace {

std::optional<Timestamp> optional_time(py::handle when) {
  if (when.is_none()) return std::nullopt;
  return timestamp_from_python(when);
}

std::chrono::milliseconds milliseconds(double seconds) {
  constexpr double kLongest = 1e9;
  if (!(seconds >= 0 && seconds <= kLongest)) {  // NaN, too
    throw StatusError(
        Status(Code::kInvalidArgument, "timeout is a number of seconds from 0 to 1,000,000,000"));
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

std::unique_ptr<PySnapshot> read(PySession& self, py::handle now) {
  const Session session = self.session();
  const std::optional<Timestamp> when = optional_time(now);
  return std::make_unique<PySnapshot>(take(without_gil([&] { return session.read(when); })),
                                      self.names());
}

std::unique_ptr<PyTransaction> begin(PySession& self, py::handle now, py::handle effective_at,
                                     bool deferred, double timeout, const std::string& cause) {
  const Session session = self.session();
  TransactionOptions options;
  options.now = timestamp_from_python(now);
  options.effective_at = optional_time(effective_at);
  options.durability = deferred ? Durability::kDeferred : Durability::kFull;
  options.timeout = milliseconds(timeout);
  options.cause = cause;
  return std::make_unique<PyTransaction>(take(without_gil([&] { return session.begin(options); })),
                                         self.names());
}

}  // namespace

void bind_session(py::module_& module) {
  py::class_<PySession> session(module, "Session");
  session.def("read", &read, py::arg("now"))
      .def("begin", &begin, py::arg("now"), py::arg("effective_at"), py::arg("deferred"),
           py::arg("timeout"), py::arg("cause"))
      .def("close", &PySession::close)
      .def_property_readonly("is_open", &PySession::is_open);
  bind_exchange(session);
}

}  // namespace kith::python
