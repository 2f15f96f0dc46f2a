#include "rows.hpp"

namespace kith::python {

py::list RowBatch::columns() const {
  py::list result;
  for (const Column& column : rows_->columns) {
    result.append(py::make_tuple(column.name, column.label, column.type, column.format));
  }
  return result;
}

py::tuple RowBatch::row(std::size_t index) const {
  if (index >= size()) throw py::index_error("row index out of range");
  const std::vector<Value>& values = rows_->rows[index];
  py::tuple result(values.size());
  for (std::size_t i = 0; i < values.size(); ++i) result[i] = to_python(values[i], *names_);
  return result;
}

py::list RowBatch::slice(std::size_t begin, std::size_t end) const {
  py::list result;
  for (std::size_t i = begin; i < end && i < size(); ++i) result.append(row(i));
  return result;
}

py::list RowBatch::column(std::size_t index) const {
  if (index >= rows_->columns.size()) throw py::index_error("column index out of range");
  py::list result(size());
  for (std::size_t i = 0; i < size(); ++i) result[i] = to_python(rows_->rows[i][index], *names_);
  return result;
}

py::tuple RowBatch::stats() const {
  const QueryStats& stats = rows_->stats;
  return py::make_tuple(stats.scanned, stats.matched, stats.errors, stats.plan);
}

void bind_rows(py::module_& module) {
  py::class_<RowBatch>(module, "RowBatch")
      .def("__len__", &RowBatch::size)
      .def("columns", &RowBatch::columns)
      .def("row", &RowBatch::row, py::arg("index"))
      .def("slice", &RowBatch::slice, py::arg("begin"), py::arg("end"))
      .def("column", &RowBatch::column, py::arg("index"))
      .def_property_readonly("continuation", &RowBatch::continuation)
      .def_property_readonly("stats", &RowBatch::stats);
}

}  // namespace kith::python
