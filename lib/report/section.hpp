// report/section.hpp: the `reports` section of a model document, and what the database keeps of it.
//
//   sections.add(report::make_reports_section());
//   KITH_ASSIGN(auto reports, report::decode_reports(stored.payloads["reports"]));
//   const Definition* mine = report::find_report(reports, "by_region");
//
// The section is an object of report documents by name. Each is resolved with its default
// parameters and compiled against the new catalog, so a report that can be applied can be run.
// A report of the model hides the built-in one of the same name.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "engine/model_section.hpp"
#include "report/definition.hpp"

namespace kith::report {

inline constexpr std::string_view kSectionName = "reports";
inline constexpr std::size_t kMaxReports = 500;  // limit max_reports

std::shared_ptr<const engine::ModelSection> make_reports_section();

// Empty for an empty payload; kCorrupt for anything that publish() did not write.
Result<std::vector<Definition>> decode_reports(std::string_view payload);

// The model's reports first, then the built-in ones they do not hide.
std::vector<const Definition*> all_reports(const std::vector<Definition>& of_model);
// kNotFound with a suggestion.
Result<const Definition*> find_report(const std::vector<Definition>& of_model,
                                      std::string_view name);

}  // namespace kith::report
