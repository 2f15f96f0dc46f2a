// Scores: rows of points on a record within the evaluation that asks.
#include <cmath>
#include <limits>
#include <utility>

#include "base/time_zone.hpp"
#include "expr/code.hpp"
#include "expr/formulas.hpp"
#include "expr/half_life.hpp"
#include "expr/scores.hpp"
#include "expr/time_math.hpp"

namespace kith::expr {
namespace {

// A part of a row: the same record, a part of this evaluation and of its cost.
Datum run_part(const Program& program, Frame& frame) {
  Datum* const locals = frame.locals();
  const Datum value = run(program.compiled(), *program.compiled().root, frame);
  frame.set_locals(locals);
  return value;
}

// One row of one score on the record that the frame's root is. Each step gives false when the row
// has no points, with the error in error_ unless its condition does not hold.
class RowRun {
 public:
  RowRun(const Score::Row& row, const schema::ScoreRow& declared, Frame& frame)
      : row_(row), declared_(declared), frame_(frame) {}

  // False when the evaluation itself has ended.
  bool run(std::uint64_t share, ScoreRowResult* out) {
    const std::uint64_t withheld = frame_.begin_part(share);
    if (!frame_.charge(row_.weight)) error_ = frame_.exhausted();
    if (!error_.is_error() && holds() && amount() && left()) out->points = amount_;
    out->matched = matched_;
    if (error_.is_error()) {
      out->error = error_.error_class();
      out->message = std::string(part_) + ": " + std::string(error_.text());
    }
    return frame_.end_part(withheld);
  }

 private:
  bool fail(const Datum& error) {
    error_ = error;
    return false;
  }

  bool wrong(const Datum& value, std::string_view needed) {
    if (value.is_error()) return fail(value);
    if (value.is(Tag::kNull)) return fail(frame_.missing("it is null"));
    return fail(frame_.bug("it is " + std::string(type_name(value)) + ", and " +
                           std::string(needed) + " is needed"));
  }

  bool holds() {
    matched_ = true;
    if (!row_.when) return true;
    part_ = "when";
    const Datum value = run_part(*row_.when, frame_);
    matched_ = value.is(Tag::kBool) && value.is_true();
    if (value.is(Tag::kBool)) return matched_;
    return wrong(value, "a bool");
  }

  bool amount() {
    part_ = "points";
    const Datum value = run_part(*row_.points, frame_);
    switch (value.tag) {
      case Tag::kInt: amount_ = Decimal(value.int_value); break;
      case Tag::kDecimal: amount_ = value.decimal(); break;
      case Tag::kDouble: {
        const Result<Decimal> exact = Decimal::from_double(value.double_value);
        if (!exact.ok()) return fail(frame_.data_error("the points are no number that counts"));
        amount_ = *exact;
        break;
      }
      default: return wrong(value, "a number");
    }
    return within_cap();
  }

  bool within_cap() {
    if (declared_.cap) {
      const Decimal least(-declared_.cap->coefficient(), declared_.cap->scale());
      if (amount_ > *declared_.cap) amount_ = *declared_.cap;
      if (amount_ < least) amount_ = least;
    }
    if (amount_ <= Decimal(kMostPoints) && amount_ >= Decimal(-kMostPoints)) return true;
    return fail(frame_.data_error("the points are beyond " + std::to_string(kMostPoints)));
  }

  bool left() {
    if (!row_.since) {
      amount_ = decayed(amount_, 0, 1);
      return true;
    }
    part_ = "since";
    const auto& now = frame_.activation().now();
    if (!now) return fail(frame_.missing("now has no value here"));
    const Datum value = run_part(*row_.since, frame_);
    Timestamp since;
    if (value.is(Tag::kTimestamp)) {
      since = value.timestamp();
    } else if (!value.is(Tag::kDate)) {
      return wrong(value, "a timestamp or a date");
    } else if (!midnight(value.date(), &since)) {
      return false;
    }
    amount_ =
        decayed(amount_, now->to_microseconds() - since.to_microseconds(), declared_.half_life_us);
    return true;
  }

  // Of the day in the session's time zone.
  bool midnight(Date day, Timestamp* out) {
    const std::string_view name = session_zone(frame_);
    if (name.empty()) {
      *out = base::TimeZone().start_of_day(day);
      return true;
    }
    const Result<base::TimeZone> zone = base::TimeZone::load(name);
    if (!zone.ok()) return fail(no_zone(frame_, name));
    *out = zone->start_of_day(day);
    return true;
  }

  const Score::Row& row_;
  const schema::ScoreRow& declared_;
  Frame& frame_;
  std::string_view part_ = "when";
  bool matched_ = false;
  Decimal amount_;
  Datum error_;
};

Decimal within(const schema::Score& score, const Decimal& sum) {
  Decimal total = sum;
  if (score.min && total < *score.min) total = *score.min;
  if (score.max && total > *score.max) total = *score.max;
  return total.rescale(schema::kScoreScale).value_or(total);
}

}  // namespace

Datum run_score(const Score& score, Frame& frame, RecordId id, const record::View* view,
                std::vector<ScoreRowResult>* rows) {
  const Activation::RootRecord roots[kRootCount] = {{id, view}, {}, frame.root(Root::kUser)};
  const Activation::RootRecord* const outer = frame.set_roots(roots);
  const std::uint64_t share = score.share(frame.activation().limits().max_cost);
  std::uint64_t* const errors = frame.activation().formula_errors();
  int128 sum = 0;  // of a hundred rows at the most: far from its end
  bool going_on = !frame.stopped();
  for (std::size_t i = 0; going_on && i < score.rows.size(); ++i) {
    ScoreRowResult result;
    going_on = RowRun(score.rows[i], score.definition->rows[i], frame).run(share, &result);
    sum += result.points.coefficient();
    const bool mistake = result.error != ErrorClass::kNone && result.error != ErrorClass::kMissing;
    if (mistake && errors != nullptr) ++*errors;
    if (rows != nullptr) rows->push_back(std::move(result));
  }
  frame.set_roots(outer);
  if (!going_on) return frame.exhausted();
  return Datum::decimal(within(*score.definition, Decimal(sum, schema::kScoreScale)));
}

ScoreResult Score::evaluate(const Activation& activation) const {
  ScoreResult out;
  Frame frame(activation);
  const Activation::RootRecord& root = activation.root(Root::kRecord);
  const Datum total = run_score(*this, frame, root.id, root.view, &out.rows);
  if (total.is(Tag::kDecimal)) {
    out.total = total.decimal();
  } else {
    Failure failure;
    failure.error = total.error_class();
    failure.message = std::string(total.text());
    failure.status = frame.host_status();
    out.status = failure.to_status();
  }
  return out;
}

namespace eval {

Datum score(const Code& code, Frame& frame) {
  const Activation::RootRecord& root = frame.root(Root::kRecord);
  if (root.view == nullptr) {
    return placed(frame.missing("there is no record that could have a score"), code);
  }
  const Datum total = run_score(*code.score, frame, root.id, root.view, nullptr);
  return total.is_error() ? placed(total, code) : total;
}

}  // namespace eval
}  // namespace kith::expr
