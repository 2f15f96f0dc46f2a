// query/fields.hpp: fields and system fields by one kind of id, as indexes and vectors name them.
//
//   if (auto id = direct_field(term.path)) const schema::Field* field = field_of(type, *id);
//
// The id of a system field is schema::system_field_id(); field_of() describes it as if it were
// declared: `owner` a reference, `created` a timestamp. Any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "expr/program.hpp"
#include "schema/types.hpp"

namespace kith::query {

// nullptr for an id that the type does not have.
const schema::Field* field_of(const schema::EntityType& type, std::uint32_t id);

// The id when a path is one field of the record itself.
std::optional<std::uint32_t> direct_field(const expr::FieldPath& path);

// The id when the whole expression is one stored field of the record itself: not a derived field,
// not the currency of a money field.
std::optional<std::uint32_t> plain_field(const expr::Program& program,
                                         const schema::EntityType& type);

// The fields of which a query wants vectors, each once.
class FieldSet {
 public:
  std::size_t add(std::uint32_t id);  // its column
  const std::vector<std::uint32_t>& ids() const { return ids_; }

 private:
  std::vector<std::uint32_t> ids_;
};

}  // namespace kith::query
