// rows.hpp: a query's answer, kept as it came and turned into Python objects when asked for.
//
//   RowBatch batch(std::move(rows), names);
//   py::tuple row = batch.row(0);
//   py::list amounts = batch.column(2);
//
// Immutable; needs the GIL.
#pragma once

#include <memory>

#include "kith/query.hpp"
#include "values.hpp"

namespace kith::python {

class RowBatch {
 public:
  RowBatch(Rows rows, std::shared_ptr<const IdNames> names)
      : rows_(std::make_shared<const Rows>(std::move(rows))), names_(std::move(names)) {}

  std::size_t size() const { return rows_->rows.size(); }
  py::list columns() const;  // (name, label, type, format) of each
  py::tuple row(std::size_t index) const;
  py::list slice(std::size_t begin, std::size_t end) const;
  py::list column(std::size_t index) const;
  py::str continuation() const { return text_to_python(rows_->continuation); }
  py::tuple stats() const;  // (scanned, matched, errors, plan)

 private:
  std::shared_ptr<const Rows> rows_;
  std::shared_ptr<const IdNames> names_;
};

void bind_rows(py::module_& module);

}  // namespace kith::python
