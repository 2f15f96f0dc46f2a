#include "api/sections.hpp"

#include "report/section.hpp"

namespace kith {

const engine::ModelSections& model_sections() {
  static const engine::ModelSections sections = [] {
    engine::ModelSections all = engine::core_sections();
    all.add(report::make_reports_section());
    return all;
  }();
  return sections;
}

}  // namespace kith
