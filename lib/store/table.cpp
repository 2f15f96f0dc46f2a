#include <array>

#include "store/store.hpp"

namespace kith::store {
namespace {

constexpr std::array<TableSpec, kTableCount> kSpecs = {{
    {Table::kMeta, "meta", TableKind::kMap, false},
    {Table::kRecords, "records", TableKind::kMap, true},
    {Table::kIndex, "index", TableKind::kMap, false},
    {Table::kPostings, "postings", TableKind::kPostings, false},
    {Table::kHistory, "history", TableKind::kMap, false},
    {Table::kBlobs, "blobs", TableKind::kMap, false},
    {Table::kQueue, "queue", TableKind::kMap, false},
    {Table::kColumns, "columns", TableKind::kMap, false},
}};

constexpr bool in_order() {
  for (std::size_t i = 0; i < kTableCount; ++i) {
    if (static_cast<std::size_t>(kSpecs[i].table) != i) return false;
  }
  return true;
}
static_assert(in_order(), "table_spec() looks a table up by its number");

}  // namespace

std::span<const TableSpec> table_specs() { return kSpecs; }

const TableSpec& table_spec(Table table) { return kSpecs[static_cast<std::size_t>(table)]; }

KeyRange KeyRange::prefix(std::string_view prefix) {
  KeyRange range{std::string(prefix), std::string(prefix)};
  // The first key after all that start with the prefix; 0xFF carries to the byte before it.
  while (!range.last.empty() && static_cast<unsigned char>(range.last.back()) == 0xFF) {
    range.last.pop_back();
  }
  if (!range.last.empty()) range.last.back() = static_cast<char>(range.last.back() + 1);
  return range;
}

}  // namespace kith::store
