#include "bindings/cli/form.hpp"

#include <ostream>

#include "bindings/cli/table.hpp"

namespace kith::cli {

namespace {

std::vector<Value> row_of(const Value& object, std::span<const FormColumn> columns, bool table) {
  std::vector<Value> row;
  for (const FormColumn& column : columns) {
    if (table && column.label == nullptr) continue;
    const Value* value = object.find(column.name);
    row.push_back(value == nullptr ? Value() : *value);
    // An empty text says as little as none.
    if (table && row.back() == Value("")) row.back() = Value();
  }
  return row;
}

Rows rows_of(const Value& form, std::span<const FormColumn> columns, bool table) {
  Rows rows;
  for (const FormColumn& column : columns) {
    if (table && column.label == nullptr) continue;
    rows.columns.push_back(
        {column.name, table ? column.label : column.name, column.number ? "int" : "string", ""});
  }
  if (form.list() == nullptr) {
    rows.rows.push_back(row_of(form, columns, table));
    return rows;
  }
  for (const Value& object : *form.list()) rows.rows.push_back(row_of(object, columns, table));
  return rows;
}

}  // namespace

void print_form(std::ostream& out, const Environment& env, const std::string& json,
                std::span<const FormColumn> columns, const Reader& ids) {
  if (env.output == Output::kJson) {
    out << json << "\n";
    return;
  }
  const bool table = env.output == Output::kTable;
  Rows rows = rows_of(value_from_json(json).value_or(Value(List{})), columns, table);
  if (table) drop_empty_columns(&rows);
  print_rows(out, env, rows, ids);
}

}  // namespace kith::cli
