// bindings/cli/table.hpp: results for a person at a terminal.
//
//   print_rows(std::cout, env, rows, snapshot);
//   print_report(std::cout, env, report, snapshot);   // with bars where a number is a share
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "bindings/cli/command.hpp"

namespace kith::cli {

// In the form that --format asks for.
void print_rows(std::ostream& out, const Environment& env, const Rows& rows, const Reader& ids);
void print_report(std::ostream& out, const Environment& env, const ReportResult& report,
                  const Reader& ids);
void print_record(std::ostream& out, const Environment& env, const Record& record,
                  const Reader& ids);

// A value as a cell of a table: amounts and measures with separators, shares in per cent, ids as
// text. Whole numbers that are no measures stay as they are stored.
std::string cell(const Value& value, const Column& column, const Reader& ids, bool measure = false);

// The fields of a change in one line: "amount 1200.50 -> 7.00, owner = user:1".
std::string what_changed(const Change& change, const Reader& ids);

// What every record of a wide type leaves empty only pushes the rest off the screen. Takes columns
// without a value in any row out of a table that has rows; how many.
std::size_t drop_empty_columns(Rows* rows);

// "2d 3h", "5m", "1.5s": the two largest units.
std::string readable(Duration duration);

// Columns of text, the numeric ones to the right.
struct TextTable {
  std::vector<std::string> head;
  std::vector<bool> right;
  std::vector<std::vector<std::string>> rows;
};
void print_table(std::ostream& out, const TextTable& table);

}  // namespace kith::cli
