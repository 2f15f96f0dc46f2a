// expr/program.hpp: a compiled expression and how it is evaluated.
//
//   KITH_ASSIGN(Program won, compile("stage == 'Won' && amount > 1000", env, {}));
//   Activation activation;
//   activation.set_record(id, &view);
//   activation.set_now(txn_now);
//   if (won.evaluate_bool(activation) == Truth::kTrue) ...
//
// Compiling checks every name and type against the Environment: kExpressionSyntax or
// kExpressionType with line, column and a caret. A Program is immutable and can be used from any
// number of threads at once; an Activation belongs to one thread. evaluate() needs no heap memory
// for results without text, lists and maps unless the expression itself makes large temporaries.
//
// An evaluation that fails has a class, and each user of expressions has a policy for it: MISSING
// (an operand was null, a key or a related record is absent), DATA (division by zero, overflow, bad
// conversion), LIMIT (cost or memory), BUG (no overload for values whose types were only known
// at run time). && || all() and exists() absorb all but LIMIT, as the language says.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "expr/environment.hpp"
#include "expr/parser.hpp"
#include "expr/types.hpp"
#include "kith/expression_forms.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::record {
class View;
struct Slot;
}  // namespace kith::record
namespace kith::schema {
struct EntityType;
struct Field;
struct Organisation;
}  // namespace kith::schema

namespace kith::expr {

struct Checked;
struct Compiled;
class Program;

// A to-many relation: the records of `type` whose reference `field` names one record.
struct Relation {
  const schema::EntityType* type = nullptr;
  const schema::Field* field = nullptr;
  const record::Slot* slot = nullptr;  // of the field
};

// Related rows, as the engine gives them. Called during evaluation on the evaluating thread.
class Host {
 public:
  virtual ~Host() = default;
  // The record's view, borrowed until the evaluation ends; nullptr when there is no such live
  // record. A failure of the store ends the evaluation with that status.
  virtual Result<const record::View*> load(RecordId id) = 0;
  // A batch of records that load() will soon be asked for, so that a host can fetch them in one
  // round. Ids may repeat and be null.
  virtual Status prefetch(std::span<const RecordId>) { return {}; }
  // The live records that refer to `parent`, ascending by id, at most `limit`; load() of them
  // costs no further round.
  virtual Status related(RecordId parent, const Relation& relation, std::size_t limit,
                         std::vector<RecordId>* ids);
  // The condition of a segment of records of type `entity`, by its id or, when that is null, by
  // its name; borrowed until the evaluation ends. kInvalidArgument says why there is none: the
  // evaluation fails as DATA. Any other failure ends it.
  virtual Result<const Program*> segment(std::string_view name, RecordId id, std::uint16_t entity);
  // The organisation's currency and calendars; null when nothing is known of them.
  virtual const schema::Organisation* organisation() const { return nullptr; }
  // What one unit of `currency` was worth on `day` in units of the organisation's currency; nothing
  // when there is no rate so old. kInvalidArgument says why there can be none: the evaluation
  // fails as DATA. Any other failure ends it.
  virtual Result<std::optional<Decimal>> rate(std::string_view currency, Date day);
};

using ErrorClass = EvaluationError;

// Why an evaluation has no value.
struct Failure {
  ErrorClass error = ErrorClass::kNone;
  std::string text;          // "division by zero"
  std::string message;       // the same with line, column and a caret
  std::uint32_t offset = 0;  // in the source
  Status status;             // kHost: what the host said

  // kExpressionFailed, kLimit for LIMIT, the host's own code for kHost.
  Status to_status() const;
};

// All that one evaluation gave.
struct Outcome {
  Value value;             // null when it failed; an optional stays one
  Failure failure;         // of class kNone when there is a value
  std::uint64_t cost = 0;  // units used
  bool ok() const { return failure.error == ErrorClass::kNone; }
};

enum class Truth : std::uint8_t { kFalse, kTrue, kError };

struct EvaluationLimits {
  std::uint64_t max_cost = 1'000'000;                 // option max_expression_cost
  std::uint64_t max_memory = std::uint64_t{1} << 20;  // bytes of temporaries, max_expression_memory
  std::uint64_t max_related_rows = 1'000;             // of one to-many relation of one record
};

// The values an evaluation reads. Everything is borrowed.
class Activation {
 public:
  void set_record(RecordId id, const record::View* view) { set(Root::kRecord, id, view); }
  void set_old(RecordId id, const record::View* view) { set(Root::kOld, id, view); }
  void set_user(RecordId id, const record::View* view) { set(Root::kUser, id, view); }
  void set_now(Timestamp now) { now_ = now; }
  void set_params(const Value* params) { params_ = params; }  // a map
  void set_org(const Value* org) { org_ = org; }  // a map: time_zone, currency, calendar
  void set_host(Host* host) { host_ = host; }
  void set_limits(const EvaluationLimits& limits) { limits_ = limits; }
  // Counts the values of formulas that were read as null because of an error; may be null.
  void set_formula_errors(std::uint64_t* errors) { formula_errors_ = errors; }
  // `value` must live as long as the Activation is used.
  void set_variable(std::string_view name, const Value* value);

  struct RootRecord {
    RecordId id;
    const record::View* view = nullptr;
  };
  const RootRecord& root(Root root) const { return roots_[static_cast<std::size_t>(root)]; }
  const RootRecord* roots() const { return roots_; }
  const std::optional<Timestamp>& now() const { return now_; }
  const Value* params() const { return params_; }
  const Value* org() const { return org_; }
  Host* host() const { return host_; }
  const EvaluationLimits& limits() const { return limits_; }
  std::uint64_t* formula_errors() const { return formula_errors_; }
  const Value* variable(std::string_view name) const;

 private:
  void set(Root root, RecordId id, const record::View* view) {
    roots_[static_cast<std::size_t>(root)] = {id, view};
  }
  RootRecord roots_[kRootCount];
  std::optional<Timestamp> now_;
  const Value* params_ = nullptr;
  const Value* org_ = nullptr;
  Host* host_ = nullptr;
  EvaluationLimits limits_;
  std::uint64_t* formula_errors_ = nullptr;
  std::vector<std::pair<std::string, const Value*>> variables_;
};

struct CompileOptions {
  ParseLimits limits;
  // The type the place asks for; wrapper(T) of it is accepted. Nothing: any type.
  std::optional<Type> expected;
  // False: names and types are settled at run time, as far as they can be. For conformance tests.
  bool check = true;
};

// A system field in a path has this bit set over its schema::SystemField.
inline constexpr std::uint32_t kSystemFieldBit = 0x8000'0000;

// Fields from a root record through references: {account, industry}.
struct FieldPath {
  Root root = Root::kRecord;
  std::vector<std::uint32_t> fields;
  friend bool operator==(const FieldPath&, const FieldPath&) = default;
  friend auto operator<=>(const FieldPath&, const FieldPath&) = default;
};

class Program {
 public:
  const std::string& source() const;
  const Type& type() const;  // wrapper(T) when it may be null
  // Field ids of the root record, sorted, without system fields; what triggers a re-evaluation.
  const std::vector<std::uint32_t>& fields_read() const;
  // Every path that is read, of all roots, sorted.
  const std::vector<FieldPath>& paths() const;
  // References followed by the longest path: 0 when only the record itself is read.
  int max_hops() const;
  bool reads_now() const;
  bool reads_old() const;
  // Whether what it reads of the record is known only when it is evaluated: in_segment().
  bool reads_anything() const;
  // Whether it asks for a score(), itself or through a formula.
  bool reads_scores() const;
  // Field ids that changed(), changed_to() and was() name, sorted; owner by its system id.
  const std::vector<std::uint32_t>& watched() const;

  // kExpressionFailed (kLimit for LIMIT, the host's own code for kHost) when there is no value.
  Result<Value> evaluate(const Activation& activation) const;
  // The same with the class of the failure.
  bool evaluate(const Activation& activation, Value* value, Failure* failure) const;
  // The same for tools, which want to know what it cost, and whether a value is an optional.
  Outcome outcome(const Activation& activation) const;
  // For an expression of type bool. `failure` may be null.
  Truth evaluate_bool(const Activation& activation, Failure* failure = nullptr) const;

  // For tools and the planner; see expr/analysis.hpp.
  const Environment& environment() const;
  const Ast& ast() const;
  const Checked& checked() const;
  const Compiled& compiled() const { return *compiled_; }

 private:
  friend Result<Program> compile(std::string_view, const Environment&, const CompileOptions&);
  explicit Program(std::shared_ptr<const Compiled> compiled) : compiled_(std::move(compiled)) {}
  std::shared_ptr<const Compiled> compiled_;
};

Result<Program> compile(std::string_view source, const Environment& environment,
                        const CompileOptions& options = {});

}  // namespace kith::expr
