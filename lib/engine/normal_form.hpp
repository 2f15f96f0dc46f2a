// engine/normal_form.hpp: values as users write them, brought into the form that is kept: step 3 of
// the write path, beside record/convert.hpp, which knows types but neither ids nor meanings.
//
// Pure; any thread.
#pragma once

#include "kith/result.hpp"
#include "kith/value.hpp"
#include "schema/types.hpp"

namespace kith::engine {

// "account:7" in a reference becomes the id; in a reference list each element. Other values pass.
// kInvalidArgument for a text that is no id of this database, or one of another type.
Result<Value> resolve_ids(const schema::Catalog& catalog, const schema::Field& field,
                          const Value& value);

// A text in the form its meaning asks for: an address in lower case, a number's digits,
// a name without double spaces. kInvalidArgument says why a text cannot have that meaning.
Result<Value> normal_form(const schema::Field& field, Value value);

}  // namespace kith::engine
