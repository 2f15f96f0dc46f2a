// expr/code.hpp: the closures a checked expression is compiled to. Internal to the room.
//
//   Datum value = code.eval(code, frame);
//   Truth truth = code.test(code, frame);    // bool expressions; kError leaves frame.last_error
//
// A Code is a function pointer with what it needs beside it: slot, constant, children. Immutable
// after lowering, shared by all threads that run the program.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "expr/ast.hpp"
#include "expr/checker.hpp"
#include "expr/frame.hpp"
#include "expr/regex.hpp"
#include "record/layout.hpp"

namespace kith::expr {

struct Code {
  using Eval = Datum (*)(const Code&, Frame&);
  using Test = Truth (*)(const Code&, Frame&);

  Eval eval = nullptr;
  Test test = nullptr;
  const Code* const* args = nullptr;
  std::uint32_t count = 0;
  std::uint32_t offset = 0;
  record::Slot slot;
  Datum value;              // of a constant, or what a field is compared with
  std::int64_t number = 0;  // the same as the slot stores it
  Root root = Root::kRecord;
  Macro macro = Macro::kNone;
  Cast cast = Cast::kNone;
  FieldPart part = FieldPart::kValue;
  schema::SystemField system = schema::SystemField::kId;
  bool constant = false;
  bool optional = false;
  bool test_only = false;
  bool from_root = false;  // the field of a root record, not of args[0]
  bool two_variables = false;
  std::uint16_t entity = 0;
  std::uint32_t index = 0;
  std::uint32_t index2 = 0;
  std::uint64_t body_cost = 0;  // of one round of a loop
  bool reads_elements = false;  // a loop whose body reads fields of the records it goes over
  // Of a loop over records: references of an element that its body follows.
  const Code* const* followed = nullptr;
  std::uint32_t followed_count = 0;
  const Code* currency = nullptr;  // of the money that sum() and the like go over
  const schema::Field* field = nullptr;
  const Formula* formula = nullptr;
  const Score* score = nullptr;
  const Rollup* rollup = nullptr;
  const schema::EntityType* related = nullptr;  // kRelated: the type that `field` is of
  const Datum* options = nullptr;               // choice and derived: value by option id
  std::uint32_t option_count = 0;
  std::string_view name;
  const Overload* const* overloads = nullptr;
  std::uint32_t overload_count = 0;
  const bool* optional_entries = nullptr;
  const Regex* regex = nullptr;
};

struct Compiled {
  explicit Compiled(Ast tree, Environment env)
      : ast(std::move(tree)), environment(std::move(env)) {}

  Ast ast;
  Environment environment;
  Checked checked;
  std::string source;
  CompileOptions options;
  bool traced = false;  // every part tells the frame what it came to
  std::vector<std::uint32_t> fields_read;
  std::vector<FieldPath> paths;
  std::vector<std::uint32_t> watched;
  int max_hops = 0;
  bool reads_old = false;

  const Code* root = nullptr;
  const Code* currency = nullptr;  // of the amount that root gives; nullptr when none is known
  std::vector<const Code*> by_node;
  std::deque<Code> codes;
  std::deque<std::vector<const Code*>> code_lists;
  std::deque<std::vector<const Overload*>> overload_lists;
  std::deque<std::vector<Datum>> tables;
  std::deque<std::unique_ptr<bool[]>> flags;
  std::deque<std::unique_ptr<const Regex>> regexes;
  // Constants live in the arena of a frame of their own.
  Activation constant_activation;
  std::unique_ptr<Frame> constants;
};

// Parsed, checked and lowered.
Result<std::shared_ptr<const Compiled>> compile_tree(std::string_view source,
                                                     const Environment& environment,
                                                     const CompileOptions& options, bool traced);

// The closures of a checked tree; fills root, codes and by_node.
void lower(Compiled* compiled);

// Runs `code` in a frame, with locals of its own.
Datum run(const Compiled& compiled, const Code& code, Frame& frame);

// The kinds of closures; one family per file.
namespace eval {
// eval_basic.cpp
// Calls the first of code.overloads that takes the arguments.
Datum dispatch(const Code&, Frame&, const Datum* args, std::uint32_t count);
Datum constant(const Code&, Frame&);
Datum local(const Code&, Frame&);
Datum variable(const Code&, Frame&);
Datum now(const Code&, Frame&);
Datum params(const Code&, Frame&);
Datum org(const Code&, Frame&);
Datum unresolved(const Code&, Frame&);
Datum traced(const Code&, Frame&);  // args[0], recorded as node `index`
Truth test_traced(const Code&, Frame&);
Datum cast(const Code&, Frame&);
Datum call(const Code&, Frame&);
Datum matches(const Code&, Frame&);
Datum otherwise(const Code&, Frame&);  // or(), orValue(): the second part only when needed
Datum conditional(const Code&, Frame&);
Datum bind(const Code&, Frame&);
Truth test_and(const Code&, Frame&);
Truth test_or(const Code&, Frame&);
Truth test_not(const Code&, Frame&);
Truth test_by_eval(const Code&, Frame&);  // for any code with an eval
Datum eval_by_test(const Code&, Frame&);  // for any code with a test
// eval_access.cpp
Datum list(const Code&, Frame&);
Datum map(const Code&, Frame&);
Datum select(const Code&, Frame&);
Datum index(const Code&, Frame&);
// eval_loops.cpp
Datum comprehension(const Code&, Frame&);
// Asks the host at once for the records that the loop will read; false when it failed.
bool fetch_records(const Code& loop, Frame& frame, const Datum* items, std::size_t size);
Datum option_map(const Code&, Frame&);
// eval_fields.cpp
Datum root_record(const Code&, Frame&);
Datum field(const Code&, Frame&);
Datum field_of(const Code&, Frame&, const Datum& record);
Truth has_field(const Code&, Frame&);
// eval_formula.cpp
Datum formula(const Code&, Frame&, RecordId id, const record::View&);
Datum formula_error(const Code&, Frame&, RecordId id, const record::View&);
Datum related(const Code&, Frame&);  // the records that refer to a root record
Truth has_related(const Code&, Frame&);
// eval_record.cpp
Truth is_new(const Code&, Frame&);
Truth changed(const Code&, Frame&);     // args: the field now, the field before
Truth changed_to(const Code&, Frame&);  // args: the field now, the field before, the value
Datum was(const Code&, Frame&);
Truth in_segment(const Code&, Frame&);
Datum stage_age(const Code&, Frame&);
Datum score(const Code&, Frame&);
// eval_folds.cpp
// count(), sum(), min(), max(), avg(); `value` is what a sum starts from, null when its type is not
// known, and the overloads are those of +.
Datum fold_loop(const Code&, Frame&);
Datum zero_of(Tag tag);
// eval_rollup.cpp
Datum rollup(const Code&, Frame&);
// eval_money.cpp: args[0] when the currencies args[1] and args[2] are one or null
Datum same_currency(const Code&, Frame&);
// eval_compare.cpp: the closure that compares a root field's slot with a constant, or nullptr when
// there is none for these; fills value and number.
Code::Test compare_slot(std::string_view op, const Code& field, const Datum& constant, Code* out);
}  // namespace eval

// An error with the place it happened, unless it has one already.
inline Datum placed(Datum error, const Code& code) {
  if (error.spare == 0) {
    error.spare = 1;
    error.extra = code.offset;
  }
  return error;
}

}  // namespace kith::expr
