// report/runner.hpp: runs a report.
//
//   KITH_ASSIGN(ReportResult r, report::run(*definition, {{"period", "month"}}, context));
//
// Errors are those of resolve() and of query::run(), with the report's name before them.
#pragma once

#include "kith/report.hpp"
#include "query/context.hpp"
#include "report/definition.hpp"

namespace kith::report {

Result<ReportResult> run(const Definition& definition, const Map& parameters,
                         const query::Context& context);

}  // namespace kith::report
