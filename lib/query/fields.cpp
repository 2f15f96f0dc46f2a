#include "query/fields.hpp"

#include <algorithm>
#include <array>

#include "expr/analysis.hpp"

namespace kith::query {
namespace {

using schema::FieldType;
using schema::SystemField;

constexpr std::size_t kSystemFields = 6;

FieldType system_type(SystemField field) {
  switch (field) {
    case SystemField::kId:
    case SystemField::kOwner: return FieldType::kReference;
    case SystemField::kVersion: return FieldType::kInt;
    case SystemField::kCreated:
    case SystemField::kUpdated: return FieldType::kTimestamp;
    case SystemField::kDeleted: return FieldType::kBool;
  }
  return FieldType::kInt;
}

std::array<schema::Field, kSystemFields> describe_system_fields() {
  std::array<schema::Field, kSystemFields> fields;
  for (std::size_t i = 0; i < kSystemFields; ++i) {
    const auto system = static_cast<SystemField>(i);
    fields[i].id = schema::system_field_id(system);
    fields[i].name = schema::system_field_name(system);
    fields[i].type = system_type(system);
  }
  return fields;
}

}  // namespace

const schema::Field* field_of(const schema::EntityType& type, std::uint32_t id) {
  if (const auto system = schema::system_field_from_id(id)) {
    static const std::array<schema::Field, kSystemFields> kFields = describe_system_fields();
    return &kFields[static_cast<std::size_t>(*system)];
  }
  return type.find_field(id);
}

std::optional<std::uint32_t> direct_field(const expr::FieldPath& path) {
  if (path.root != expr::Root::kRecord || path.fields.size() != 1) return std::nullopt;
  const std::uint32_t id = path.fields.front();
  if ((id & expr::kSystemFieldBit) == 0) return id;
  return schema::system_field_id(static_cast<SystemField>(id & ~expr::kSystemFieldBit));
}

std::optional<std::uint32_t> plain_field(const expr::Program& program,
                                         const schema::EntityType& type) {
  expr::FieldPath path;
  if (!expr::is_field(program, &path)) return std::nullopt;
  const std::optional<std::uint32_t> id = direct_field(path);
  if (!id) return std::nullopt;
  // A derived field reads its base field's slot and is not that field: the names must agree.
  const schema::Field* field = field_of(type, *id);
  if (field == nullptr || program.ast().root().text != field->name) return std::nullopt;
  return id;
}

std::size_t FieldSet::add(std::uint32_t id) {
  const auto at = std::find(ids_.begin(), ids_.end(), id);
  if (at != ids_.end()) return static_cast<std::size_t>(at - ids_.begin());
  ids_.push_back(id);
  return ids_.size() - 1;
}

}  // namespace kith::query
