// record/convert.hpp: turns a value as a user gives it into the normal form a field stores.
//
//   KITH_ASSIGN(Value stored, record::convert(deal, amount, Value("1200.50")));  // a decimal
//   Result<Value> bad = record::convert(deal, stage, Value("Wn"));
//   bad.status().violations()[0].message;  // ... "Wn" is not an option of stage; did you mean
//   "Won"?
//
// Lenient in form, exact in content: texts are read as what the field holds, numbers move between
// kinds when no digit is lost, and nothing is rounded but instants and durations, which keep
// microseconds (finer digits are cut toward the past). The normal forms are
//   bool, int, float (finite), text, bytes, date, reference: the value of that kind
//   decimal, money: the amount at the field's scale (money: 4); currency may be none
//   choice: the option's name as text; multi_choice: a list of names in order of option id
//   timestamp, duration: whole microseconds
//   json: null, bool, int, uint, double, decimal, text, list, map with text keys, all the way down
//   reference_list: a list of references, the first of equal ones kept
// Null stays null for every field. Converting a normal form changes nothing.
//
// A value that does not fit is kValidation with exactly one violation, whose code is one of
//   type, range, precision, choice, utf8, too_long, too_many, reference, currency
// Whether a field is required, unique, or its target exists is not asked here.
// Pure: any thread.
#pragma once

#include "kith/result.hpp"
#include "kith/value.hpp"
#include "schema/types.hpp"

namespace kith::record {

// The options max_list_items (of multi_choice, reference_list and each json list) and
// max_json_depth.
inline constexpr std::size_t kMaxListItems = 1000;
inline constexpr int kMaxJsonDepth = 32;

// `current` is the field's present value when there is one: options that were retired since may
// stay in it, though no record may newly take them.
Result<Value> convert(const schema::EntityType& type, const schema::Field& field,
                      const Value& input, const Value* current = nullptr);

}  // namespace kith::record
