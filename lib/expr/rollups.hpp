// expr/rollups.hpp: the rollups of a catalog, each compiled for the records that it goes over.
//
//   KITH_ASSIGN(const Rollup* open, formulas.rollups().get(account_id, declared));
//   open->result;                       // decimal: the type of rollup('open_amount')
//   open->where; open->value;           // programs about a related record
//
// Value and condition are pure functions of what the related record stores: no other records, no
// time, no user, no parameters, no former values, and no rollups. Formulas count as what they read.
//
// Compiling changes the object: one thread. Once Formulas::compile() is through, const use and
// get() from any thread. What the Formulas borrow must outlive the programs.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "expr/ast.hpp"
#include "expr/environment.hpp"
#include "expr/program.hpp"
#include "kith/result.hpp"
#include "schema/types.hpp"

namespace kith::expr {

struct Rollup {
  const schema::EntityType* type = nullptr;     // that has it
  const schema::Rollup* declared = nullptr;     // within it
  const schema::EntityType* related = nullptr;  // of the records that it goes over
  const schema::Field* reference = nullptr;     // by which these refer to one of `type`
  std::optional<Program> where;
  std::optional<Program> value;  // of all but a count
  Type result;
  std::uint64_t weight = 1;  // what one related record costs beside functions and loops

  Macro macro() const;
};

class Rollups {
 public:
  // `formulas` are those of the same catalog, and outlive this.
  Rollups(const schema::Catalog& catalog, ParseLimits limits, Formulas& formulas);

  // Every rollup of the live types. The first mistake, naming the rollup.
  Status compile();
  // One expression of a rollup, with its mistakes and their place in its source.
  enum class Part : std::uint8_t { kValue, kWhere };
  Status check(const schema::EntityType& type, const schema::Rollup& declared, Part part);
  // The same for a reader of the rollup: the error says in one line what keeps it from reading.
  Result<const Rollup*> get(std::uint16_t entity, const schema::Rollup& declared);

 private:
  struct Entry {
    bool open = true;  // being compiled
    std::unique_ptr<Rollup> rollup;
    Status of;  // what is wrong with the relation
    Status value;
    Status where;
    bool ok() const { return of.ok() && value.ok() && where.ok(); }
  };
  using Key = std::pair<std::uint16_t, std::string>;

  Entry& compiled(const schema::EntityType& type, const schema::Rollup& declared);
  void build(Entry* entry) const;
  Status relate(Rollup* rollup) const;
  Status compile_part(const std::string& source, std::optional<Type> expected, Rollup* rollup,
                      std::optional<Program>* out) const;
  Status result_type(Rollup* rollup) const;

  const schema::Catalog& catalog_;
  ParseLimits limits_;
  Formulas& formulas_;
  std::map<Key, Entry> entries_;
  bool complete_ = false;  // nothing is compiled any more: many threads may ask
};

}  // namespace kith::expr
