// expr/formulas.hpp: the formula fields and scores of a model, each compiled after those it reads,
// and the rollups (expr/rollups.hpp), which they may read and which may read formulas.
//
//   Formulas formulas(catalog, layouts);
//   KITH_TRY(formulas.compile());                      // all of them; or check() one by one
//   environment.set_formulas(&formulas);               // then expressions may read them
//   const Formula* margin = formulas.find(deal_id, margin_id);
//   Value value; Failure why;
//   if (!margin->evaluate(activation, &value, &why)) ...   // null, and `why` says what for
//
// A formula may read formulas, of its own record and of records behind references, and scores of
// its record, as these may read formulas; a circle is a mistake of each of them. It says what a
// record is now, for whoever asks: `old` and `params` have no meaning in it. Its value is converted
// to the type of its field: a decimal is rounded half to even to the scale, instants and durations
// keep microseconds, and what the field could not store is an error of class DATA.
//
// Compiling changes the object: one thread. After compile(), const use and get() from any thread.
// The catalog, the layouts and the object itself must outlive the programs that read its formulas.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "expr/environment.hpp"
#include "expr/program.hpp"
#include "expr/scores.hpp"
#include "kith/result.hpp"
#include "record/layout.hpp"
#include "schema/types.hpp"

namespace kith::expr {

class Frame;
class Rollups;
struct Datum;

// Formulas and scores that read each other: how deep that may go.
inline constexpr int kMaxFormulaDepth = 16;

struct Formula {
  explicit Formula(Program compiled) : program(std::move(compiled)) {}

  const schema::EntityType* type = nullptr;
  const schema::Field* field = nullptr;
  Program program;
  std::uint64_t weight = 0;  // what one evaluation costs beside its functions and loops
  int depth = 1;             // of formulas that read formulas, this one included
  // Why no index can hold it, as a half sentence; empty when one can: it depends on nothing but
  // what the record itself stores.
  std::string not_indexable;

  // False when there is no value: then it is null, and `failure` says why. MISSING is the plain
  // case that an operand is null and is no error of the formula.
  bool evaluate(const Activation& activation, Value* value, Failure* failure) const;
};

class Formulas : public record::ComputedFields {
 public:
  Formulas(const schema::Catalog& catalog, LayoutLookup layouts, ParseLimits limits = {});
  ~Formulas() override;

  // What the names of calendars are checked against, as in an Environment.
  void set_organisation(const schema::Organisation* organisation) { organisation_ = organisation; }

  // The scores that score() finds; null: none. Borrowed, and as they are from then on.
  void set_scores(const schema::Scores* scores) { scores_ = scores; }
  const schema::Scores* scores() const { return scores_; }
  // The rollups of the same catalog.
  Rollups& rollups() const { return *rollups_; }

  // What an expression on records of a type of the catalog is compiled in: the names of its fields,
  // these formulas, scores and rollups, and the organisation.
  Environment environment(std::uint16_t entity);

  // Every formula and rollup of the live types and every score. The first mistake, naming what it
  // is in.
  Status compile();
  // One formula and what it reads; its own mistakes with their place in its source.
  Status check(const schema::EntityType& type, const schema::Field& field);
  // The same for a reader of the formula: the error says in one line what keeps it from reading.
  Result<const Formula*> get(std::uint16_t entity, const schema::Field& field);
  // nullptr when it was not compiled.
  const Formula* find(std::uint16_t entity, std::uint32_t field) const;

  // The same for one of the scores that were set.
  std::vector<ScoreMistake> check_score(const schema::Score& score);
  // Of the records of a type, by name.
  Result<const Score*> score(std::uint16_t entity, std::string_view name);
  const Score* find_score(std::uint16_t entity, std::string_view name) const;

  Result<Value> compute(const schema::EntityType& type, const schema::Field& field,
                        const record::View& view) const override;

 private:
  enum class State : std::uint8_t { kOpen, kReady, kFailed };
  struct Entry {
    State state = State::kOpen;
    std::unique_ptr<const Formula> formula;  // one of these two when it is ready
    std::unique_ptr<const Score> score;
    Status mistake;
    std::vector<ScoreMistake> mistakes;  // of a score, `mistake` being the first
    std::string for_readers;
  };
  // Entity type, and a field or kScoreBit with the place of the score.
  using Key = std::pair<std::uint16_t, std::uint32_t>;
  static constexpr std::uint32_t kScoreBit = 0x8000'0000;

  template <typename Build>
  Entry& compiled(Key key, const Build& build);
  Entry& compiled_formula(Key key, const schema::Field& field);
  Entry& compiled_score(const schema::Score& definition);
  Result<const Entry*> for_reader(Key key, const Entry& entry);
  Status build(Key key, const schema::Field& field, Entry* entry);
  Status build(Key key, const schema::Score& definition, Entry* entry);
  Status judge(Formula* formula) const;
  std::optional<Key> key_of(const schema::Score& score) const;
  std::string circle(Key key) const;
  std::string name_of(Key key, bool qualified) const;

  const schema::Catalog& catalog_;
  LayoutLookup layouts_;
  ParseLimits limits_;
  const schema::Organisation* organisation_ = nullptr;
  const schema::Scores* scores_ = nullptr;
  std::map<Key, Entry> entries_;
  std::vector<Key> open_;  // being compiled, each reads the next
  std::string circle_;     // found since the outermost of them was begun
  bool complete_ = false;  // nothing is compiled any more: many threads may ask
  Entry unknown_;          // what is then found for a formula or score of a removed type
  std::unique_ptr<Rollups> rollups_;
};

// Whether an expression may be `what`, "a formula" or "a score": it says what a record is now.
// Raises `depth` above that of what it reads.
Status judge_reading(const Program& program, std::string_view what, int* depth);

// The formula's value on one record within an evaluation; an error that is not placed in the
// reader's source. Costs and memory are those of the frame.
Datum run_formula(const Formula& formula, Frame& frame, RecordId id, const record::View* view);

}  // namespace kith::expr
