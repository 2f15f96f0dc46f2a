// Whether the entity types of a dump fit together.
#include <set>
#include <string>
#include <string_view>

#include "base/message.hpp"
#include "base/try.hpp"
#include "exchange/dump_catalog.hpp"
#include "schema/catalog_codec.hpp"

namespace kith::exchange {
namespace {

using schema::EntityType;
using schema::Field;
using schema::FieldType;
using schema::Index;
using schema::IndexKind;
using schema::Option;

Status wrong(const EntityType& type, const std::string& what) {
  return {Code::kImportInvalid,
          "the entity type " + base::quoted(type.name) + " " + what,
          type.name,
          {}};
}

Status check_field(const schema::Catalog& catalog, const EntityType& type, const Field& field) {
  const std::string name = "has a field " + base::quoted(field.name);
  std::set<std::uint32_t> ids;
  std::set<std::string_view> names;
  for (const Option& option : field.options) {
    if (option.name.empty() || !ids.insert(option.id).second || !names.insert(option.name).second) {
      return wrong(type, name + " with an option that is there twice or has no name");
    }
  }
  const bool chooses = field.type == FieldType::kChoice || field.type == FieldType::kMultiChoice;
  if (!chooses && !field.options.empty())
    return wrong(type, name + " that has options and is no choice");
  if (schema::is_reference_type(field.type) != (field.target != 0) ||
      field.target > catalog.types.size()) {
    return wrong(type, name + " whose target is no entity type");
  }
  if (field.scale != 0 && field.type != FieldType::kDecimal && field.type != FieldType::kMoney) {
    return wrong(type, name + " that has a scale and is no decimal");
  }
  return {};
}

Status check_index(const EntityType& type, const Index& index) {
  const std::string name = "has an index " + base::quoted(index.name);
  std::set<std::uint32_t> fields;
  for (const std::uint32_t id : index.fields) {
    if (!fields.insert(id).second) return wrong(type, name + " with a field twice");
    if (index.removed) continue;
    const Field* field = type.find_field(id);
    if (field != nullptr && field->removed) return wrong(type, name + " over a removed field");
    const bool many = field != nullptr && (field->type == FieldType::kMultiChoice ||
                                           field->type == FieldType::kReferenceList);
    const bool opaque = field != nullptr && field->type == FieldType::kJson;
    if (opaque || (many && index.kind != IndexKind::kPostings)) {
      return wrong(type, name + " over a field that such an index cannot hold");
    }
  }
  if (index.kind == IndexKind::kPostings && index.fields.size() != 1) {
    return wrong(type, name + " of postings, which has one field");
  }
  return {};
}

}  // namespace

Status check_catalog(const schema::Catalog& catalog) {
  std::set<std::string_view> types;
  std::set<std::uint32_t> indexes;
  for (const EntityType& type : catalog.types) {
    if (type.name.empty() || type.name.find(':') != std::string::npos || type.name[0] == '#' ||
        !types.insert(type.name).second) {
      return wrong(type, "has no name of its own");
    }
    std::set<std::string_view> fields;
    for (const Field& field : type.fields) {
      if (field.name.empty() || !fields.insert(field.name).second) {
        return wrong(type, "has two fields of the name " + base::quoted(field.name));
      }
      KITH_TRY(check_field(catalog, type, field));
    }
    for (const Index& index : type.indexes) {
      if (index.id == 0 || index.id >= catalog.next_index_id || !indexes.insert(index.id).second) {
        return wrong(type, "has an index " + base::quoted(index.name) + " whose id is not its own");
      }
      KITH_TRY(check_index(type, index));
    }
  }
  return schema::check_storable(catalog);
}

}  // namespace kith::exchange
