#include "datetime_api.hpp"

#include <utility>

#include "errors.hpp"
#include "types.hpp"
#include "values.hpp"

namespace kith::python {

namespace {

py::object steal(PyObject* object) {
  if (object == nullptr) throw py::error_already_set();
  return py::reinterpret_steal<py::object>(object);
}

// Quotient and remainder, which is never negative.
std::pair<std::int64_t, std::int64_t> floored(std::int64_t number, std::int64_t by) {
  const std::int64_t rest = (number % by + by) % by;
  return {(number - rest) / by, rest};
}

py::object from_date(Date date) {
  const CivilDay day = date.civil();
  return steal(PyDate_FromDate(day.year, day.month, day.day));
}

py::object from_list(const List& list, const IdNames& names) {
  py::list result(list.size());
  for (std::size_t i = 0; i < list.size(); ++i) result[i] = to_python(list[i], names);
  return result;
}

py::object from_map(const Map& map, const IdNames& names) {
  py::dict result;
  for (const auto& [key, value] : map) result[to_python(key, names)] = to_python(value, names);
  if (result.size() != map.size()) {
    throw StatusError(Status(Code::kUnsupported,
                             "the map has keys that are equal in Python, such as 1 and true; turn "
                             "them into text in the expression"));
  }
  return result;
}

}  // namespace

void init_to_python() {
  PyDateTime_IMPORT;
  if (PyDateTimeAPI == nullptr) throw py::error_already_set();
}

py::str text_to_python(std::string_view text) {
  return py::reinterpret_steal<py::str>(
      steal(PyUnicode_DecodeUTF8(text.data(), static_cast<Py_ssize_t>(text.size()), "strict"))
          .release());
}

py::object to_python(Timestamp when) {
  const auto [days, of_day] = floored(when.seconds(), 86'400);
  const auto second = static_cast<int>(of_day);
  const CivilDay day = Date(static_cast<std::int32_t>(days)).civil();
  py::object whole = steal(PyDateTimeAPI->DateTime_FromDateAndTime(
      day.year, day.month, day.day, second / 3600, second / 60 % 60, second % 60,
      when.nanoseconds() / 1000, PyDateTime_TimeZone_UTC, PyDateTimeAPI->DateTimeType));
  if (when.nanoseconds() % 1000 == 0) return whole;
  return types().timestamp.attr("of")(whole, when.nanoseconds() % 1000);
}

py::object to_python(std::optional<Timestamp> when) {
  if (!when) return py::none();
  return to_python(*when);
}

py::object to_python(Duration duration) {
  constexpr std::int64_t kSecond = 1'000'000;
  constexpr std::int64_t kDay = 86'400 * kSecond;
  const auto [all, nanosecond] = floored(duration.total_nanoseconds(), 1000);
  const auto [days, rest] = floored(all, kDay);
  py::object whole = steal(PyDelta_FromDSU(static_cast<int>(days), static_cast<int>(rest / kSecond),
                                           static_cast<int>(rest % kSecond)));
  if (nanosecond == 0) return whole;
  return types().duration.attr("of")(whole, nanosecond);
}

py::object to_python(RecordId id, const IdNames& names) {
  if (id.bits() == 0) return py::none();
  return types().record_id(names.text(id), id.bits());
}

py::object to_python(const Value& value, const IdNames& names) {
  switch (value.kind()) {
    case Value::Kind::kNull: return py::none();
    case Value::Kind::kBool: return py::bool_(*value.boolean());
    case Value::Kind::kInt: return steal(PyLong_FromLongLong(*value.integer()));
    case Value::Kind::kUint: return types().uint(*value.unsigned_integer());
    case Value::Kind::kDouble: return steal(PyFloat_FromDouble(*value.floating()));
    case Value::Kind::kDecimal: return types().decimal(value.decimal()->to_string());
    case Value::Kind::kMoney:
      return types().money(types().decimal(value.money()->amount.to_string()),
                           std::string(value.money()->currency.view()));
    case Value::Kind::kText: return text_to_python(*value.text());
    case Value::Kind::kBytes: return py::bytes(value.bytes()->data);
    case Value::Kind::kDate: return from_date(*value.date());
    case Value::Kind::kTimestamp: return to_python(*value.timestamp());
    case Value::Kind::kDuration: return to_python(*value.duration());
    case Value::Kind::kReference: return to_python(*value.reference(), names);
    case Value::Kind::kList: return from_list(*value.list(), names);
    case Value::Kind::kMap: return from_map(*value.map(), names);
    case Value::Kind::kType: return types().type_name(value.type_name()->name);
    case Value::Kind::kOptional:
      if (!value.optional()->has_value()) return types().opt();
      return types().opt(to_python(value.optional()->value(), names));
  }
  return py::none();
}

}  // namespace kith::python
