// Scores in Python: what one comes to for a record, row by row.
#include "reader.hpp"

namespace kith::python {

py::tuple PyReader::score(const std::string& id, const std::string& name) {
  const auto found =
      run_on(id, [&](const Reader& reader, RecordId parsed) { return reader.score(parsed, name); });
  const auto number = [this](const Decimal& value) { return to_python(Value(value), *names_); };
  py::list rows;
  for (const ScoreRow& row : found.rows) {
    const bool failed = row.error != EvaluationError::kNone;
    rows.append(py::make_tuple(row.name, number(row.points), row.matched,
                               failed ? evaluation_error_name(row.error) : std::string_view(),
                               text_to_python(row.message)));
  }
  return py::make_tuple(found.name, found.label, number(found.total), rows);
}

}  // namespace kith::python
