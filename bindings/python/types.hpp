// types.hpp: the Python classes that values become, looked up once.
//
//   py::object price = types().decimal("12.50");
#pragma once

#include "python.hpp"

namespace kith::python {

struct Types {
  py::object decimal;
  py::object money;
  py::object timestamp;  // with nanoseconds; others are a datetime
  py::object duration;   // the same for a timedelta
  py::object opt;
  py::object record_id;
  py::object record;
  py::object type_name;
  py::object uint;
  py::object enumeration;
};

// Needs the GIL.
const Types& types();

}  // namespace kith::python
