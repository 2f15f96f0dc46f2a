#include "tests/support/manual.hpp"

#include <fstream>

#include "tests/support/folders.hpp"

namespace kith::testing {

const ManualTable& ManualSection::table(std::string_view first_column) const {
  static const ManualTable none;
  for (const ManualTable& one : tables) {
    if (one[0][0] == first_column) return one;
  }
  return none;
}

ManualSection manual_section(std::string_view page, std::string_view heading) {
  std::ifstream in(source_folder() / "docs" / page);
  const std::string_view level = heading.substr(0, heading.find(' ') + 1);
  ManualSection out;
  bool section = false;
  bool fence = false;
  bool table = false;
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(level)) section = line == heading;
    if (!section) continue;
    if (line.starts_with("```")) {
      fence = line == "```json";
    } else if (fence) {
      out.document += line + "\n";
    } else if (line.starts_with("| ")) {
      if (!table) out.tables.emplace_back();
      std::vector<std::string>& cells = out.tables.back().emplace_back();
      for (std::size_t at = 2, end = 0; (end = line.find(" |", at)) != std::string::npos;
           at = end + 3) {
        cells.push_back(line.substr(at, end - at));
      }
    }
    table = line.starts_with("|");
  }
  return out;
}

}  // namespace kith::testing
