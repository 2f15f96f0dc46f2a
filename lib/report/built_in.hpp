// report/built_in.hpp: the reports that every database has.
//
//   for (const Definition& report : built_in_reports()) say(info_of(report).title);
//
// "pipeline": open records by stage: count, amount, weighted by the stage's probability.
// "win_rate": won of closed and won of all, grouped by ${by} when it is given.
// "revenue": amount won by ${period} of ${date}.
// They read the class, probability and order of stages, never their names. Built once; any thread.
#pragma once

#include <string_view>
#include <vector>

#include "report/definition.hpp"

namespace kith::report {

const std::vector<Definition>& built_in_reports();

// The documents, as lib/report/*.json has them.
std::string_view pipeline_document();
std::string_view win_rate_document();
std::string_view revenue_document();

}  // namespace kith::report
