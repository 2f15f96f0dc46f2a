#include "datetime_api.hpp"

#include "errors.hpp"
#include "types.hpp"
#include "values.hpp"

namespace kith::python {

const Types& types() {
  PYBIND11_CONSTINIT static py::gil_safe_call_once_and_store<Types> storage;
  return storage
      .call_once_and_store_result([] {
        const py::module_ values = py::module_::import("kith.values");
        const py::module_ times = py::module_::import("kith.times");
        return Types{.decimal = py::module_::import("decimal").attr("Decimal"),
                     .money = values.attr("Money"),
                     .timestamp = times.attr("Timestamp"),
                     .duration = times.attr("Duration"),
                     .opt = values.attr("Opt"),
                     .record_id = values.attr("RecordId"),
                     .record = py::module_::import("kith.records").attr("Record"),
                     .type_name = values.attr("TypeName"),
                     .uint = values.attr("Uint"),
                     .enumeration = py::module_::import("enum").attr("Enum")};
      })
      .get_stored();
}

namespace {

[[noreturn]] void invalid(std::string message) {
  throw StatusError(Status(Code::kInvalidArgument, std::move(message)));
}

bool is_a(py::handle object, const py::object& type) { return py::isinstance(object, type); }

std::string_view utf8(py::handle text) {
  Py_ssize_t size = 0;
  const char* data = PyUnicode_AsUTF8AndSize(text.ptr(), &size);
  if (data == nullptr) throw py::error_already_set();  // a lone surrogate
  return {data, static_cast<std::size_t>(size)};
}

Value from_integer(py::handle object) {
  if (Py_TYPE(object.ptr()) != &PyLong_Type && is_a(object, types().uint)) {
    const unsigned long long value = PyLong_AsUnsignedLongLong(object.ptr());
    if (PyErr_Occurred() != nullptr) throw py::error_already_set();
    return static_cast<std::uint64_t>(value);
  }
  const long long value = PyLong_AsLongLong(object.ptr());
  if (value == -1 && PyErr_Occurred() != nullptr) throw py::error_already_set();
  return static_cast<std::int64_t>(value);
}

Value from_text(py::handle object, References references) {
  if (references == References::kId && Py_TYPE(object.ptr()) != &PyUnicode_Type &&
      is_a(object, types().record_id)) {
    const RecordId id(object.attr("bits").cast<std::uint64_t>());
    if (id.bits() != 0) return id;
  }
  return utf8(object);
}

Date date_of(py::handle object) {
  PyObject* p = object.ptr();
  return take(
      Date::from_civil(PyDateTime_GET_YEAR(p), PyDateTime_GET_MONTH(p), PyDateTime_GET_DAY(p)));
}

Duration duration_of(py::handle object) {
  PyObject* p = object.ptr();
  const std::int64_t seconds =
      std::int64_t{PyDateTime_DELTA_GET_DAYS(p)} * 86'400 + PyDateTime_DELTA_GET_SECONDS(p);
  constexpr std::int64_t kMost = 9'000'000'000;  // 285 years; nanoseconds must fit 64 bits
  if (seconds > kMost || seconds < -kMost) {
    PyErr_SetString(PyExc_OverflowError, "a duration cannot be longer than 285 years");
    throw py::error_already_set();
  }
  const std::int64_t whole = seconds * 1'000'000 + PyDateTime_DELTA_GET_MICROSECONDS(p);
  if (PyDelta_CheckExact(p) || !is_a(object, types().duration))
    return Duration::microseconds(whole);
  return Duration::nanoseconds(whole * 1000 + object.attr("nanosecond").cast<int>());
}

Value from_sequence(py::handle object, References references) {
  List list;
  list.reserve(py::len(object));
  for (const py::handle item : object) list.push_back(from_python(item, references));
  return list;
}

Value from_mapping(py::handle object, References references) {
  Map map;
  for (const auto& [key, item] : py::reinterpret_borrow<py::dict>(object)) {
    if (!PyUnicode_Check(key.ptr()) && !PyLong_Check(key.ptr())) {
      throw py::type_error("the keys of a map are str, int or bool, not " +
                           std::string(Py_TYPE(key.ptr())->tp_name));
    }
    map.emplace_back(from_python(key, References::kText), from_python(item, references));
  }
  return map;
}

Value from_buffer(py::handle object) {
  const py::bytes copy = py::reinterpret_steal<py::bytes>(PyBytes_FromObject(object.ptr()));
  if (!copy) throw py::error_already_set();
  return Bytes{std::string(copy)};
}

Decimal decimal_of(py::handle object) { return take(Decimal::parse(utf8(py::str(object)))); }

// What is not of a built-in type.
Value from_other(py::handle object, References references) {
  const Types& known = types();
  if (is_a(object, known.decimal)) return decimal_of(object);
  if (is_a(object, known.money)) {
    return Money{decimal_of(object.attr("amount")),
                 take(Currency::parse(utf8(py::object(object.attr("currency")))))};
  }
  if (is_a(object, known.record)) {
    return from_text(py::object(object.attr("id")), references);
  }
  if (is_a(object, known.opt)) {
    if (!object.attr("present").cast<bool>()) return Optional();
    return Optional(from_python(py::object(object.attr("value")), references));
  }
  if (is_a(object, known.type_name)) {
    return TypeName{std::string(utf8(py::object(object.attr("name"))))};
  }
  if (is_a(object, known.enumeration)) return utf8(py::object(object.attr("name")));
  if (PyIndex_Check(object.ptr()) != 0) {  // the integers of NumPy
    const py::object index = py::reinterpret_steal<py::object>(PyNumber_Index(object.ptr()));
    if (!index) throw py::error_already_set();
    return from_integer(index);
  }
  throw py::type_error("kith has no value for an object of type " +
                       std::string(Py_TYPE(object.ptr())->tp_name));
}

Value convert(py::handle object, References references) {
  PyObject* p = object.ptr();
  if (p == Py_None) return {};
  if (PyBool_Check(p)) return p == Py_True;
  if (PyLong_Check(p)) return from_integer(object);
  if (PyFloat_Check(p)) return PyFloat_AS_DOUBLE(p);
  if (PyUnicode_Check(p)) return from_text(object, references);
  if (PyDateTime_Check(p)) return timestamp_from_python(object);  // a datetime is a date, too
  if (PyDate_Check(p)) return date_of(object);
  if (PyDelta_Check(p)) return duration_of(object);
  if (PyList_Check(p) || PyTuple_Check(p)) return from_sequence(object, references);
  if (PyDict_Check(p)) return from_mapping(object, references);
  if (PyBytes_Check(p) || PyByteArray_Check(p) || PyMemoryView_Check(p)) return from_buffer(object);
  return from_other(object, references);
}

// Guards against lists that hold themselves.
class Depth {
 public:
  Depth() {
    if (Py_EnterRecursiveCall(" while a value was converted") != 0) throw py::error_already_set();
  }
  ~Depth() { Py_LeaveRecursiveCall(); }
  Depth(const Depth&) = delete;
  Depth& operator=(const Depth&) = delete;
};

}  // namespace

void init_from_python() {
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
}

Timestamp timestamp_from_python(py::handle object) {
  PyObject* p = object.ptr();
  if (!PyDateTime_Check(p)) {
    throw py::type_error("expected a datetime, not " + std::string(Py_TYPE(p)->tp_name));
  }
  std::int64_t offset = 0;
  PyObject* zone = PyDateTime_DATE_GET_TZINFO(p);
  if (zone != PyDateTime_TimeZone_UTC) {
    const py::object delta = object.attr("utcoffset")();
    if (delta.is_none()) {
      invalid("the datetime " + std::string(py::str(object)) +
              " has no time zone; give it one, for instance tzinfo=timezone.utc");
    }
    offset = duration_of(delta).total_microseconds();
  }
  const std::int64_t seconds = std::int64_t{date_of(object).days_since_epoch()} * 86'400 +
                               PyDateTime_DATE_GET_HOUR(p) * 3600 +
                               PyDateTime_DATE_GET_MINUTE(p) * 60 + PyDateTime_DATE_GET_SECOND(p);
  Timestamp when = Timestamp::from_microseconds(seconds * 1'000'000 +
                                                PyDateTime_DATE_GET_MICROSECOND(p) - offset);
  if (!PyDateTime_CheckExact(p) && is_a(object, types().timestamp)) {
    when = Timestamp(when.seconds(), when.nanoseconds() + object.attr("nanosecond").cast<int>());
  }
  if (!when.in_range()) {
    PyErr_SetString(PyExc_OverflowError, "the datetime leaves the years 1 to 9999 in UTC");
    throw py::error_already_set();
  }
  return when;
}

Duration duration_from_python(py::handle object) {
  if (!PyDelta_Check(object.ptr())) {
    throw py::type_error("expected a timedelta, not " +
                         std::string(Py_TYPE(object.ptr())->tp_name));
  }
  return duration_of(object);
}

std::optional<Timestamp> optional_timestamp_from_python(py::handle object) {
  if (object.is_none()) return std::nullopt;
  return timestamp_from_python(object);
}

std::chrono::milliseconds timeout_from_python(double seconds) {
  constexpr double kLongest = 1e9;
  if (!(seconds >= 0 && seconds <= kLongest)) {  // NaN, too
    invalid("timeout is a number of seconds from 0 to 1,000,000,000");
  }
  return std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

Value from_python(py::handle object, References references) {
  const Depth depth;
  return convert(object, references);
}

Patch patch_from_python(const py::dict& fields) {
  Patch patch;
  patch.reserve(fields.size());
  for (const auto& [name, value] : fields) {
    if (!PyUnicode_Check(name.ptr())) throw py::type_error("the names of fields are str");
    patch.emplace_back(utf8(name), from_python(value, References::kText));
  }
  return patch;
}

Map map_from_python(const py::dict& values) {
  Map map;
  map.reserve(values.size());
  for (const auto& [name, value] : values) {
    if (!PyUnicode_Check(name.ptr())) throw py::type_error("the names of parameters are str");
    map.emplace_back(Value(utf8(name)), from_python(value, References::kId));
  }
  return map;
}

}  // namespace kith::python
