// exchange/binding.hpp: a mapping tied to an entity type and to the columns of one file.
//
//   KITH_ASSIGN(auto bound, exchange::bind_mapping(mapping, catalog, "deal", reader.columns()));
//   for (const exchange::BoundColumn& column : bound.columns)
//   column.reader->read(cells[column.cell]);
//
// Binding finds every mistake at once: unknown fields and columns (with the nearest name), fields
// given twice, formats that a field cannot have, look-up fields that its target lacks.
// Errors: kImportInvalid with violations. Ownership: points into the catalog. Threads: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "exchange/cell_reader.hpp"
#include "exchange/mapping.hpp"
#include "schema/types.hpp"

namespace kith::exchange {

// How a reference field finds its record.
struct BoundReference {
  const schema::EntityType* target = nullptr;
  const schema::Field* by = nullptr;  // null: by record id
  Unresolved unresolved = Unresolved::kReject;
};

struct BoundColumn {
  std::string name;      // of the column, or of the field for a constant
  std::size_t cell = 0;  // position in the row
  std::optional<std::string> constant;
  bool keep_when_empty = false;
  CellReader reader;
  std::optional<BoundReference> reference;
};

struct BoundEffective {
  std::string name;
  std::size_t cell = 0;
  CellReader reader;  // of a timestamp
};

struct BoundMapping {
  const schema::EntityType* type = nullptr;
  const schema::Field* key = nullptr;  // null without a key, or when the key is the id
  bool key_is_id = false;
  std::size_t key_column = 0;  // position in `columns`; for an id, of the cell
  std::string key_name;        // of the column
  bool update_duplicates = false;
  std::vector<BoundColumn> columns;
  std::optional<BoundEffective> effective_at;
  std::vector<std::string> ignored;  // columns of the file that go nowhere

  bool has_key() const { return key != nullptr || key_is_id; }
};

Result<BoundMapping> bind_mapping(const Mapping& mapping, const schema::Catalog& catalog,
                                  std::string_view entity, const std::vector<std::string>& columns);

}  // namespace kith::exchange
