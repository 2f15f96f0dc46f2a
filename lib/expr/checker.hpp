// expr/checker.hpp: what every node of a tree means in an environment.
//
//   KITH_ASSIGN(Checked checked, check(&ast, environment, options));
//   checked.notes[node.id].type;
//
// Notes stand beside the tree by node id. Internal to the room except for analysis.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

#include "expr/ast.hpp"
#include "expr/environment.hpp"
#include "expr/functions.hpp"
#include "expr/program.hpp"
#include "schema/types.hpp"

namespace kith::expr {

struct Formula;
struct Score;
struct Rollup;

enum class Binding : std::uint8_t {
  kNone,      // computed from its parts
  kConstant,  // Note::constant, not what the node says
  kTypeName,  // Note::constant is the name
  kLocal,     // variable of a loop or bind: index
  kVariable,  // index in Environment::variables()
  kRoot,      // a root record
  kField,     // field, derived, system or currency of a record
  kNow,
  kParams,
  kOrg,
  kCall,        // overloads
  kQuestion,    // a kRecordCall: depends on the record beyond its arguments
  kUnresolved,  // unchecked: an error when evaluated
};

enum class Cast : std::uint8_t { kNone, kToDouble, kToDecimal };

// What of a record is read.
enum class FieldPart : std::uint8_t {
  kValue,
  kDerived,
  kSystem,
  kCurrency,
  kRelated,
  kFormulaError,
};

struct Note {
  Type type;
  Binding binding = Binding::kNone;
  Cast cast = Cast::kNone;  // applied to the node's value; `type` is the result's
  bool namespaced = false;  // the receiver of the method call is a namespace, not an argument
  bool has_path = false;
  FieldPart part = FieldPart::kValue;
  Root root = Root::kRecord;
  std::uint32_t index = 0;
  std::uint32_t index2 = 0;  // the second variable of a loop
  std::uint16_t entity = 0;  // that the field belongs to
  const schema::Field* field = nullptr;
  const schema::DerivedField* derived = nullptr;
  const schema::EntityType* related = nullptr;  // kRelated: the type that `field` is of
  const Formula* formula = nullptr;             // of a formula field
  const Score* score = nullptr;                 // of score()
  const Rollup* rollup = nullptr;               // of rollup()
  schema::SystemField system = schema::SystemField::kId;
  std::vector<const Overload*> overloads;
  Value constant;
  FieldPath path;
};

struct Checked {
  std::vector<Note> notes;
  Type type;
  std::set<FieldPath> paths;
  std::set<FieldPath> converted;  // money fields that convert() brings into one currency
  std::uint32_t locals = 0;       // most variables of loops alive at once
  bool reads_now = false;
  bool reads_old = false;       // is_new(), changed() and the like do
  bool reads_anything = false;  // in_segment()
  bool reads_scores = false;
  std::set<std::uint32_t> watched;  // of changed() and the like, system fields by their id
  const Note& note(const Node& node) const { return notes[node.id]; }
};

// Of sum(), min(), max() or avg() over values of this type; nothing when they cannot be of it.
std::optional<Type> type_of_fold(Macro macro, const Type& value);
// What values they can be of: "adds numbers or durations".
std::string_view wants_of_fold(Macro macro);

Result<Checked> check(Ast* ast, const Environment& environment, const CompileOptions& options);

}  // namespace kith::expr
