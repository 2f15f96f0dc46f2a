#include "errors.hpp"

#include <string>

namespace kith::python {

namespace {

// Makes the exception object that Python code sees and sets it as the current error.
void raise(const Status& status) {
  try {
    const py::object error =
        py::module_::import("kith.errors")
            .attr("from_status")(static_cast<int>(status.code()), message_text(status.message()),
                                 message_text(status.entity()), message_text(status.field()),
                                 violations_to_python(status.violations()));
    PyErr_SetObject(py::type::handle_of(error).ptr(), error.ptr());
  } catch (py::error_already_set& failure) {
    failure.restore();
  }
}

// All codes there are, as (number, name): the table of kith.errors is tested against it.
py::list codes() {
  py::list all;
  for (int number = -1000; number <= 1000; ++number) {
    const auto code = static_cast<Code>(number);
    // A number without a code is named as the code of a defect in kith is.
    if (code != Code::kInternal && code_name(code) == code_name(Code::kInternal)) continue;
    all.append(py::make_tuple(number, code_name(code)));
  }
  return all;
}

}  // namespace

py::str message_text(std::string_view text) {
  PyObject* decoded =
      PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "replace");
  if (decoded == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::str>(decoded);
}

py::list violations_to_python(const std::vector<Violation>& violations) {
  py::list result;
  for (const Violation& v : violations) {
    result.append(
        py::make_tuple(v.code, v.entity, v.field, message_text(v.message), v.line, v.column));
  }
  return result;
}

void bind_errors(py::module_& module) {
  py::register_local_exception_translator([](std::exception_ptr pointer) {
    try {
      if (pointer) std::rethrow_exception(pointer);
    } catch (const StatusError& error) {
      raise(error.status());
    }
  });
  module.def("codes", &codes);
}

}  // namespace kith::python
