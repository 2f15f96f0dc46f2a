#include "report/built_in.hpp"

namespace kith::report {
namespace {

std::vector<Definition> parse_built_in() {
  std::vector<Definition> reports;
  const std::pair<const char*, std::string_view> documents[] = {
      {"pipeline", pipeline_document()},
      {"win_rate", win_rate_document()},
      {"revenue", revenue_document()},
  };
  for (const auto& [name, document] : documents) {
    Result<Definition> report = parse_definition(name, document);
    if (!report.ok()) continue;  // a test parses each of them
    report->built_in = true;
    reports.push_back(*std::move(report));
  }
  return reports;
}

}  // namespace

const std::vector<Definition>& built_in_reports() {
  static const std::vector<Definition> kReports = parse_built_in();
  return kReports;
}

}  // namespace kith::report
