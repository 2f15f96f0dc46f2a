// kith/expression.hpp: the expression language by itself: CEL with the extension set crm.v1.
//
//   auto v = kith::evaluate("price * 3", {{"price", *kith::Decimal::parse("12.50")}});
//
//   auto big = kith::Expression::compile(db, "deal", "amount > 1000.0 && stage == 'Won'");
//   big->type();                                        // "bool"
//   big->fields();                                      // {"amount", "stage"}
//   big->english();                                     // "amount is over 1,000 and stage is Won"
//   kith::Evaluation e = big->evaluate(snapshot, id);
//   if (!e.ok()) say(e.message, e.line, e.column);
//
// An Expression is immutable and may be used from any number of threads; copies share it. Compiling
// gives kExpressionSyntax or kExpressionType with line, column and a caret in the message and the
// place in its violation, and kLimit for a passed limit, which it names.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "kith/database.hpp"
#include "kith/expression_forms.hpp"
#include "kith/snapshot.hpp"

namespace kith {

struct Evaluation {
  Value value;  // null when there is an error; an optional is Value::Kind::kOptional
  EvaluationError error = EvaluationError::kNone;
  std::string message;       // with line, column and a caret; empty without an error
  std::uint32_t line = 0;    // where in the source it failed, from 1; 0: nowhere
  std::uint32_t column = 0;  // in code points, from 1
  std::uint64_t cost = 0;    // units of work it took
  // The error as a Status: kExpressionFailed, kLimit, or the store's own. Class and place are in
  // its violation, but for kHost.
  Status status;
  bool ok() const { return error == EvaluationError::kNone; }
};

struct ExpressionOptions {
  // Free variables and their types as the language writes them: {"price", "decimal"}, "dyn",
  // "list(string)", "map(string, int)", "wrapper(int)", "optional_type(int)".
  std::vector<std::pair<std::string, std::string>> variables;
  std::string expected;                    // the type it must have, or empty for any
  std::string container;                   // the namespace that short names are looked up in
  bool check = true;                       // false: names and types are settled when it runs
  std::uint32_t max_bytes = 16 * 1024;     // of source
  std::uint32_t max_depth = 250;           // levels of the tree
  std::uint32_t max_loop_nesting = 16;     // loops inside loops
  std::uint64_t max_cost = 1'000'000;      // units of work of one evaluation
  std::uint64_t max_memory = 1024 * 1024;  // bytes of temporaries of one evaluation
};

class Expression {
 public:
  // By itself, over variables. Besides them it knows `now`.
  static Result<Expression> compile(std::string_view source, const ExpressionOptions& options = {});
  // On records of an entity type: with their fields, the roots r, old, user, now, org and params.
  static Result<Expression> compile(const Database& database, std::string_view entity,
                                    std::string_view source, const ExpressionOptions& options = {});

  const std::string& source() const;
  const std::string& entity() const;  // empty when it is by itself
  std::string type() const;           // "bool", "wrapper(decimal)", "list(string)", ...
  // What it reads of records, sorted: "amount", "account.industry", "old.stage", "user.name".
  std::vector<std::string> fields() const;
  // The fields that changed(), changed_to() and was() name, sorted.
  std::vector<std::string> watched() const;
  bool reads_now() const;
  CostEstimate cost() const;

  // The source in its house form, broken where a line would be wider than `width` code points.
  std::string format(std::uint32_t width = 100) const;
  // As a sentence for people, without a first capital and a full stop.
  std::string english() const;
  ExpressionNode explain() const;
  // How a query with this condition would find its records now, what it would use first: "index
  // deal.by_stage [=]", "scan deal"; then the other ways there are. Only for type bool on records.
  Result<std::vector<std::string>> plan(const Reader& reader, const Map& params = {}) const;

  // By itself. A variable that is not given is MISSING where it is read; one whose value does not
  // have the type that it was declared with is kBug. Whole numbers stand for decimals and doubles.
  Evaluation evaluate(const Map& variables = {}, Timestamp now = {}) const;
  // On a record, deleted ones included, as of the reader, with its user and its now. An expression
  // is compiled again when the reader's model is another one than it was compiled against, and is
  // kHost with the reason when it no longer fits.
  Evaluation evaluate(const Reader& reader, RecordId record, const Map& params = {}) const;

 private:
  struct Impl;
  explicit Expression(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
  std::shared_ptr<const Impl> impl_;
};

// For editors, best first. The part before the place need not be an expression; `offset` is in
// bytes of the source, beyond its end it means the end. First by itself, then on records.
Result<std::vector<Completion>> complete_expression(std::string_view source, std::size_t offset,
                                                    const ExpressionOptions& options = {});
Result<std::vector<Completion>> complete_expression(const Database& database,
                                                    std::string_view entity,
                                                    std::string_view source, std::size_t offset,
                                                    const ExpressionOptions& options = {});

// `name` is the file's, for messages. kInvalidArgument, with the place, when the text is no such
// file: no vector is passed over in silence.
Result<ConformanceResult> run_conformance(std::string_view text, std::string_view name);

// Evaluates with these variables (keys are names), whose types are those of their values. Syntax
// and type errors as above; kExpressionFailed is a failure of evaluation.
Result<Value> evaluate(std::string_view expression, const Map& variables = {}, Timestamp now = {});

// Checks an expression against an entity type and returns the name of its type.
Result<std::string> check_expression(const Database& database, std::string_view entity,
                                     std::string_view expression);

// Evaluates an expression on one record of a snapshot.
Result<Value> evaluate_on(const Reader& reader, RecordId record, std::string_view expression);

}  // namespace kith
