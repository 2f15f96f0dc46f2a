// kith/expression.hpp: the expression language by itself: CEL with the extension set crm.v1.
//
//   auto v = kith::evaluate("price * 3", {{"price", *kith::Decimal::parse("12.50")}});
//   auto type = kith::check_expression(db, "deal", "amount > 1000.0");   // "bool"
#pragma once

#include <string>
#include <string_view>

#include "kith/database.hpp"
#include "kith/snapshot.hpp"

namespace kith {

// Evaluates with these variables (keys are names). Syntax and type errors have line, column and
// a caret in the message; kExpressionFailed is a failure of evaluation.
Result<Value> evaluate(std::string_view expression, const Map& variables = {}, Timestamp now = {});

// Checks an expression against an entity type and returns the name of its type.
Result<std::string> check_expression(const Database& database, std::string_view entity,
                                     std::string_view expression);

// Evaluates an expression on one record of a snapshot.
Result<Value> evaluate_on(const Reader& reader, RecordId record, std::string_view expression);

}  // namespace kith
