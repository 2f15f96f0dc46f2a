// The extension kith._core: the public C++ interface with Python values, and no policy. What users
// see is the pure Python package around it.
#include "database.hpp"
#include "errors.hpp"
#include "transaction.hpp"

PYBIND11_MODULE(_core, module) {
  using namespace kith::python;  // NOLINT(google-build-using-namespace): the module's own
  module.doc() = "The native part of kith. Use the package kith instead.";
  init_from_python();
  init_to_python();
  bind_errors(module);
  bind_rows(module);
  bind_reader(module);
  bind_transaction(module);
  bind_session(module);
  bind_database(module);
  bind_expressions(module);
  bind_copies(module);
  bind_pool(module);
  module.def("after_fork_in_child", &after_fork_in_child);
}
