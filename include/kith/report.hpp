// kith/report.hpp: a query with a title, kept as a document, whose every ratio names its
// denominator.
//
//   kith::Result<kith::ReportResult> r = snapshot.report("win_rate");
//
// A report document is the JSON of a query (kith/query.hpp) plus:
//   {"title": "Win rate by region", "note": "...", "parameters": {"entity": "deal"},
//    "bars": "win_rate", ...}
// `parameters` are names with defaults that stand in texts as ${name}; the caller may replace
// them. A ratio measure must have a label that names its denominator, or gets one:
// "won / closed". `bars` names the share column that is drawn as a bar on a terminal.
// Built in: "pipeline" (open deals by stage: count, amount, weighted by probability),
// "win_rate" (won of closed and won of all) and "revenue" (won amount by period). They use the
// class and probability of stages, never their names.
#pragma once

#include <string>
#include <vector>

#include "kith/query.hpp"

namespace kith {

struct ReportInfo {
  std::string name{};
  std::string title{};
  bool built_in = false;
  Map parameters{};  // names and default values
};

struct ReportResult {
  std::string name{};
  std::string title{};
  std::string note{};
  std::string bars{};  // name of the column to draw as a bar, or empty
  Rows rows{};
};

}  // namespace kith
