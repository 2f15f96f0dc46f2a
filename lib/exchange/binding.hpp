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
#include <deque>
#include <memory>
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
  bool has_key = false;
  const schema::Field* key = nullptr;  // null when the key is the record id
  std::size_t key_column = 0;          // position in `columns`; of an id: in the row
  std::string key_name;                // of the column
  bool update_duplicates = false;
  std::vector<BoundColumn> columns;
  std::optional<BoundEffective> effective_at;
  std::vector<std::string> ignored;  // columns of the file that go nowhere
  // Fields that no type lists: the owner, the instant of effective_at.
  std::shared_ptr<std::deque<schema::Field>> system_fields;
};

// The field by which people name records of the type: its title, else its only unique field; null
// when there is none.
const schema::Field* natural_key(const schema::EntityType& type);

// `entity` may be empty when the mapping names one.
Result<BoundMapping> bind_mapping(const Mapping& mapping, const schema::Catalog& catalog,
                                  std::string_view entity, const std::vector<std::string>& columns);

}  // namespace kith::exchange
