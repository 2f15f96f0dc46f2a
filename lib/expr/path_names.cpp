#include "expr/path_names.hpp"

#include <algorithm>

namespace kith::expr {
namespace {

std::string_view root_prefix(Root root) {
  switch (root) {
    case Root::kRecord: return "";
    case Root::kOld: return "old.";
    case Root::kUser: return "user.";
  }
  return "";
}

const schema::EntityType* start_of(Root root, const schema::EntityType* entity,
                                   const schema::Catalog& catalog) {
  return root == Root::kUser ? catalog.find("user") : entity;
}

}  // namespace

std::string path_name(const FieldPath& path, const schema::EntityType& start,
                      const schema::Catalog& catalog) {
  std::string name(root_prefix(path.root));
  const schema::EntityType* type = start_of(path.root, &start, catalog);
  bool first = true;
  for (const std::uint32_t id : path.fields) {
    if (!first) name += '.';
    first = false;
    if ((id & kSystemFieldBit) != 0) {
      const auto system = static_cast<schema::SystemField>(id & ~kSystemFieldBit);
      name += schema::system_field_name(system);
      type = system == schema::SystemField::kOwner ? catalog.find("user") : nullptr;
      continue;
    }
    const schema::Field* field = type != nullptr ? type->find_field(id) : nullptr;
    name += field != nullptr ? field->name : "?";
    type = field != nullptr ? catalog.find(field->target) : nullptr;
  }
  return name;
}

std::vector<std::string> path_names(const Program& program, const schema::Catalog& catalog) {
  const schema::EntityType* entity = program.environment().entity();
  std::vector<std::string> names;
  if (entity == nullptr) return names;
  for (const FieldPath& path : program.paths()) {
    if (!path.fields.empty()) names.push_back(path_name(path, *entity, catalog));
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace kith::expr
