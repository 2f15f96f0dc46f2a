// report/definition.hpp: a report as a document: a query with a title and parameters.
//
//   KITH_ASSIGN(Definition report, parse_definition("win_rate", text));
//   KITH_ASSIGN(Resolved ready, resolve(report, {{"by", "account.region"}}));
//   Result<Rows> rows = query::run(ready.query, context);
//
// include/kith/report.hpp describes the document. ${name} may stand in any of its texts. What it
// is replaced by is checked first: a name or path of names stands as it is, so that
// "${stage}_class" works; any other text must be an expression of its own and is put in
// parentheses. A group_by term that becomes empty is left out, which makes a grouping optional.
// Errors: kInvalidArgument with the place or the parameter. Pure; any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/json.hpp"
#include "kith/report.hpp"

namespace kith::report {

struct Definition {
  std::string name;
  std::string document;  // JSON, as written
  bool built_in = false;
  std::vector<std::pair<std::string, std::string>> parameters;  // with defaults, in their order
};

// Checks the form with the default parameters, not the expressions.
Result<Definition> parse_definition(std::string name, std::string_view document);
Result<Definition> parse_definition(std::string name, const json::Node& document);

struct Resolved {
  Query query;
  std::string title;
  std::string note;
  std::string bars;
};
// kInvalidArgument for a parameter that the report does not have or whose value is not allowed.
Result<Resolved> resolve(const Definition& definition, const Map& parameters);

// For lists of reports; the title with the default parameters.
ReportInfo info_of(const Definition& definition);

}  // namespace kith::report
