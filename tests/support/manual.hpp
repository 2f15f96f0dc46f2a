// tests/support/manual.hpp: a section of a page of the manual, to be held against the program.
//
//   const ManualSection section = manual_section("model.md", "### Rollups");
//   Database db = create(section.document);
//   for (const auto& row : section.table("name")) ...      // row 0 has the names of the columns
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kith::testing {

// Rows of cells, the first one the names.
using ManualTable = std::vector<std::vector<std::string>>;

struct ManualSection {
  std::string document;  // what stands in fences for JSON
  std::vector<ManualTable> tables;

  // The table whose first column has this name; empty when there is none.
  const ManualTable& table(std::string_view first_column) const;
};

// From the line that is `heading` to the next heading of its level; empty when there is none.
ManualSection manual_section(std::string_view page, std::string_view heading);

}  // namespace kith::testing
