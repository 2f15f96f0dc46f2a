#include "handles.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

const Column* column_at(const kith_rows* rows, size_t column) {
  if (rows == nullptr || column >= rows->result.rows.columns.size()) return nullptr;
  return &rows->result.rows.columns[column];
}

const char* lend_of(const Column* column, std::string Column::*member, size_t* size) {
  return column != nullptr ? lend(column->*member, size) : lend_nothing(size);
}

const char* lend_of(const kith_rows* rows, std::string ReportResult::*member, size_t* size) {
  return rows != nullptr ? lend(rows->result.*member, size) : lend_nothing(size);
}

uint64_t number_of(const kith_rows* rows, uint64_t QueryStats::*member) {
  return rows != nullptr ? rows->result.rows.stats.*member : 0;
}

}  // namespace

void kith_rows_free(kith_rows* rows) {
  guard_free([&] { delete rows; });
}

size_t kith_rows_count(const kith_rows* rows) {
  return guard_get(size_t{0},
                   [&]() -> size_t { return rows != nullptr ? rows->result.rows.rows.size() : 0; });
}

size_t kith_rows_column_count(const kith_rows* rows) {
  return guard_get(size_t{0}, [&]() -> size_t {
    return rows != nullptr ? rows->result.rows.columns.size() : 0;
  });
}

int32_t kith_rows_column(const kith_rows* rows, const char* name, size_t name_size) {
  return guard_get(int32_t{-1}, [&]() -> int32_t {
    const Result<std::string_view> wanted = text_in(name, name_size, "name");
    return rows != nullptr && wanted.ok() ? rows->result.rows.column(*wanted) : -1;
  });
}

const char* kith_rows_column_name(const kith_rows* rows, size_t column, size_t* size) {
  return guard_get(
      "", [&]() -> const char* { return lend_of(column_at(rows, column), &Column::name, size); });
}

const char* kith_rows_column_label(const kith_rows* rows, size_t column, size_t* size) {
  return guard_get(
      "", [&]() -> const char* { return lend_of(column_at(rows, column), &Column::label, size); });
}

const char* kith_rows_column_type(const kith_rows* rows, size_t column, size_t* size) {
  return guard_get(
      "", [&]() -> const char* { return lend_of(column_at(rows, column), &Column::type, size); });
}

const char* kith_rows_column_format(const kith_rows* rows, size_t column, size_t* size) {
  return guard_get(
      "", [&]() -> const char* { return lend_of(column_at(rows, column), &Column::format, size); });
}

const kith_value* kith_rows_value(const kith_rows* rows, size_t row, size_t column) {
  return guard_get(static_cast<const kith_value*>(nullptr), [&]() -> const kith_value* {
    if (rows == nullptr || row >= rows->result.rows.rows.size()) return nullptr;
    const std::vector<Value>& cells = rows->result.rows.rows[row];
    return column < cells.size() ? wrap(&cells[column]) : nullptr;
  });
}

const char* kith_rows_continuation(const kith_rows* rows, size_t* size) {
  return guard_get("", [&]() -> const char* {
    return rows != nullptr ? lend(rows->result.rows.continuation, size) : lend_nothing(size);
  });
}

uint64_t kith_rows_scanned(const kith_rows* rows) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return number_of(rows, &QueryStats::scanned); });
}

uint64_t kith_rows_matched(const kith_rows* rows) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return number_of(rows, &QueryStats::matched); });
}

uint64_t kith_rows_errors(const kith_rows* rows) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t { return number_of(rows, &QueryStats::errors); });
}

const char* kith_rows_plan(const kith_rows* rows, size_t* size) {
  return guard_get("", [&]() -> const char* {
    return rows != nullptr ? lend(rows->result.rows.stats.plan, size) : lend_nothing(size);
  });
}

const char* kith_rows_name(const kith_rows* rows, size_t* size) {
  return guard_get("", [&]() -> const char* { return lend_of(rows, &ReportResult::name, size); });
}

const char* kith_rows_title(const kith_rows* rows, size_t* size) {
  return guard_get("", [&]() -> const char* { return lend_of(rows, &ReportResult::title, size); });
}

const char* kith_rows_note(const kith_rows* rows, size_t* size) {
  return guard_get("", [&]() -> const char* { return lend_of(rows, &ReportResult::note, size); });
}

const char* kith_rows_bars(const kith_rows* rows, size_t* size) {
  return guard_get("", [&]() -> const char* { return lend_of(rows, &ReportResult::bars, size); });
}

int32_t kith_rows_to_json(const kith_rows* rows, const kith_reader* reader, uint8_t pretty,
                          kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(rows, "rows"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    const bool is_report = !rows->result.name.empty() || !rows->result.title.empty();
    return give(is_report ? to_json(rows->result, *ids, pretty != 0)
                          : to_json(rows->result.rows, *ids, pretty != 0),
                out);
  });
}

int32_t kith_rows_to_csv(const kith_rows* rows, const kith_reader* reader, kith_string** out,
                         kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(rows, "rows"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_csv(rows->result.rows, *ids), out);
  });
}
