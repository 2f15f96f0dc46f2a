#include "expr/environment.hpp"

#include "expr/functions.hpp"
#include "schema/types.hpp"

namespace kith::expr {

Environment::Environment() : functions_(&FunctionRegistry::standard_shared()) {}

Environment Environment::for_entity(const schema::Catalog& catalog, LayoutLookup layouts,
                                    std::uint16_t entity_type) {
  Environment environment;
  environment.catalog_ = &catalog;
  environment.entity_ = catalog.find(entity_type);
  environment.layouts_ = std::move(layouts);
  environment.standard_roots_ = true;
  return environment;
}

void Environment::add_variable(std::string name, Type type) {
  for (Variable& variable : variables_) {
    if (variable.name != name) continue;
    variable.type = std::move(type);
    return;
  }
  variables_.push_back({std::move(name), std::move(type)});
}

const record::Layout* Environment::layout(std::uint16_t entity_type) const {
  return layouts_ ? layouts_(entity_type) : nullptr;
}

}  // namespace kith::expr
