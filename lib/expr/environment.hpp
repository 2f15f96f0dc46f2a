// expr/environment.hpp: what names mean in an expression.
//
//   Environment env = Environment::for_entity(catalog, layouts, deal_type_id);
//   env.add_variable("threshold", Type::of(TypeKind::kInt));
//
// For an entity type these are, strongest first: variables added by hand; the roots `r` (also under
// the type's own name), `old`, `user`, `now`, `org`, `params`; names of types; the fields of the
// type, its derived and system fields and `<money field>_ccy`. Everything is reachable through
// `r.`. An Environment is a value; what it points to (catalog, layouts, functions, formulas) must
// outlive it
// and the programs compiled with it.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "expr/types.hpp"

namespace kith::schema {
class Catalog;
struct EntityType;
struct Organisation;
}  // namespace kith::schema
namespace kith::record {
class Layout;
}

namespace kith::expr {

class Formulas;
class FunctionRegistry;

struct Variable {
  std::string name;  // may be qualified: "request.time"
  Type type;
};

// The records an expression can start from.
enum class Root : std::uint8_t { kRecord, kOld, kUser };
inline constexpr std::size_t kRootCount = 3;

using LayoutLookup = std::function<const record::Layout*(std::uint16_t entity_type)>;

class Environment {
 public:
  Environment();  // no entity type: literals, functions and added variables only
  static Environment for_entity(const schema::Catalog& catalog, LayoutLookup layouts,
                                std::uint16_t entity_type);

  // Adding a name again replaces its type.
  void add_variable(std::string name, Type type);
  // The namespace that short names are looked up in: "com.example".
  void set_container(std::string container) { container_ = std::move(container); }
  void set_functions(const FunctionRegistry& functions) { functions_ = &functions; }
  // What the names of calendars are checked against; null leaves them to the evaluation.
  void set_organisation(const schema::Organisation* organisation) { organisation_ = organisation; }
  // What formula fields stand for; without it none can be read. Borrowed.
  void set_formulas(Formulas* formulas) { formulas_ = formulas; }
  // Whether now, params, org and user have a meaning (they do for an entity type).
  void add_standard_roots() { standard_roots_ = true; }

  const schema::Catalog* catalog() const { return catalog_; }
  const schema::EntityType* entity() const { return entity_; }
  const record::Layout* layout(std::uint16_t entity_type) const;
  const std::vector<Variable>& variables() const { return variables_; }
  const std::string& container() const { return container_; }
  const FunctionRegistry& functions() const { return *functions_; }
  Formulas* formulas() const { return formulas_; }
  bool standard_roots() const { return standard_roots_; }
  const schema::Organisation* organisation() const { return organisation_; }

 private:
  const schema::Catalog* catalog_ = nullptr;
  const schema::EntityType* entity_ = nullptr;
  LayoutLookup layouts_;
  std::vector<Variable> variables_;
  std::string container_;
  const FunctionRegistry* functions_;
  const schema::Organisation* organisation_ = nullptr;
  Formulas* formulas_ = nullptr;
  bool standard_roots_ = false;
};

}  // namespace kith::expr
