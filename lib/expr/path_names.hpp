// expr/path_names.hpp: what an expression reads, in words.
//
//   path_names(program, catalog);    // {"account.industry", "amount", "old.stage", "user.name"}
#pragma once

#include <string>
#include <vector>

#include "expr/program.hpp"
#include "schema/types.hpp"

namespace kith::expr {

// One path; a field that the catalog does not know is "?".
std::string path_name(const FieldPath& path, const schema::EntityType& start,
                      const schema::Catalog& catalog);
// All that a program about an entity type reads, sorted. Empty for one that is about none.
std::vector<std::string> path_names(const Program& program, const schema::Catalog& catalog);

}  // namespace kith::expr
