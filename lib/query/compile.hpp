// query/compile.hpp: the expressions of one query, compiled against its entity type.
//
//   KITH_ASSIGN(Compiler compiler, Compiler::of(query, context));
//   KITH_ASSIGN(expr::Program where, compiler.condition(query.where, "where"));
//
// An error says which part of the query it is in. Borrows the context. One thread.
#pragma once

#include <string>
#include <string_view>

#include "expr/environment.hpp"
#include "expr/program.hpp"
#include "kith/query.hpp"
#include "query/context.hpp"

namespace kith::query {

class Compiler {
 public:
  // kInvalidArgument naming the entity types there are when the query's is none of them.
  static Result<Compiler> of(const Query& query, const Context& context);

  const schema::EntityType& type() const { return *type_; }
  const record::Layout& layout() const { return *layout_; }
  const expr::Environment& environment() const { return environment_; }

  Result<expr::Program> value(std::string_view source, std::string_view part) const;
  Result<expr::Program> condition(std::string_view source, std::string_view part) const;

 private:
  Compiler(const schema::EntityType& type, const record::Layout& layout,
           expr::Environment environment, const expr::ParseLimits& limits)
      : type_(&type), layout_(&layout), environment_(std::move(environment)), limits_(limits) {}

  const schema::EntityType* type_;
  const record::Layout* layout_;
  expr::Environment environment_;
  expr::ParseLimits limits_;
};

// What all expressions of a query read beside the record. `params` must live as long as it.
expr::Activation activation_for(const Context& context, const Value& params);

// One value of one record, by the policy of batch_expression.hpp.
Status evaluate_value(const expr::Program& program, const expr::Activation& activation,
                      Value* value, std::uint64_t* errors);

// The name of a type of the language as Column::type has it.
std::string column_type(const expr::Type& type);

// "; did you mean \"amount\"?" or nothing.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace kith::query
