// python.hpp: the one place that names the binding library, and the rule of its lock.
//
// Python objects are touched only with the GIL held; everything of kith that may block, scan or
// write runs in without_gil(). Arguments are converted to C++ values before it, results to Python
// objects after it.
#pragma once

#include <pybind11/gil_safe_call_once.h>
#include <pybind11/pybind11.h>

#include <string_view>
#include <utility>

namespace kith::python {

namespace py = pybind11;

template <typename F>
auto without_gil(F&& f) {
  py::gil_scoped_release release;
  return std::forward<F>(f)();
}

}  // namespace kith::python
