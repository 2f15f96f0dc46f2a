// bindings/cli/form.hpp: the structures of kith/json.hpp in the form that --format asks for.
//
//   constexpr FormColumn kColumns[] = {{"id", "Run", true}, {"automation", "Automation"},
//                                      {"enrolment", nullptr}};       // in CSV only
//   print_form(out, env, to_json(runs, snapshot), kColumns, snapshot);
//
// JSON is the library's own text; CSV has every column; a table has those with a label and a value
// in some row.
#pragma once

#include <iosfwd>
#include <span>
#include <string>

#include "bindings/cli/command.hpp"

namespace kith::cli {

struct FormColumn {
  const char* name;             // of the member
  const char* label = nullptr;  // head of the column in a table; none: not in tables
  bool number = false;
};

// `json` is an object or an array of objects.
void print_form(std::ostream& out, const Environment& env, const std::string& json,
                std::span<const FormColumn> columns, const Reader& ids);

}  // namespace kith::cli
