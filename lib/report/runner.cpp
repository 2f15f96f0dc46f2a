#include "report/runner.hpp"

#include "base/try.hpp"
#include "query/executor.hpp"

namespace kith::report {

Result<ReportResult> run(const Definition& definition, const Map& parameters,
                         const query::Context& context) {
  KITH_ASSIGN(Resolved resolved, resolve(definition, parameters));
  Result<Rows> rows = query::run(resolved.query, context);
  if (!rows.ok()) return rows.status().with_context("report " + definition.name);
  ReportResult result;
  result.name = definition.name;
  result.title = std::move(resolved.title);
  result.note = std::move(resolved.note);
  result.bars = std::move(resolved.bars);
  result.rows = *std::move(rows);
  return result;
}

}  // namespace kith::report
