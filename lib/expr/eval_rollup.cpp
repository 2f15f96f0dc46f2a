// rollup('name'): programs run on each of the records that refer to this one.
#include "expr/rollups.hpp"
#include "expr/totals.hpp"

namespace kith::expr::eval {
namespace {

class Gathering {
 public:
  Gathering(const Code& code, Frame& frame)
      : code_(code),
        frame_(frame),
        rollup_(*code.rollup),
        totals_(code, frame, "the rollup '" + rollup_.declared->name + "'") {}

  Datum run() {
    const Datum rows = related(code_, frame_);
    if (rows.is_error()) return rows;
    const ListData& list = *rows.list_value;
    if (!rollup_.where && !rollup_.value) {
      return Datum::integer(static_cast<std::int64_t>(list.size));
    }
    const Activation::RootRecord* const outer_roots = frame_.set_roots(roots_);
    Datum* const outer_locals = frame_.locals();
    Datum error;
    for (std::size_t i = 0; i < list.size && !error.is_error(); ++i) {
      error = take(list.items[i].record_id());
    }
    frame_.set_locals(outer_locals);
    frame_.set_roots(outer_roots);
    if (frame_.stopped()) return placed(frame_.exhausted(), code_);
    if (!error.is_error()) error = totals_.result();
    if (!error.is_error()) return error;
    // Where in the rollup's own expressions it happened means nothing to the reader.
    error.spare = 0;
    return placed(error, code_);
  }

 private:
  // One related record; null, or what is wrong with it.
  Datum take(RecordId id) {
    if (!frame_.charge(rollup_.weight)) return frame_.exhausted();
    const Result<const record::View*> view = frame_.activation().host()->load(id);
    if (!view.ok()) return frame_.host_failed(view.status());
    if (*view == nullptr) return Datum();
    roots_[static_cast<std::size_t>(Root::kRecord)] = {id, *view};
    Datum value = Datum::boolean(true);
    if (rollup_.where) {
      value = evaluate(*rollup_.where);
      if (is_missing(value)) return Datum();
      if (value.is_error()) return value;
      if (!value.is_true()) return Datum();
    }
    if (!rollup_.value) return totals_.take(value, nullptr);
    value = evaluate(*rollup_.value);
    if (is_missing(value)) return Datum();
    if (value.is_error()) return value;
    return totals_.take(value, rollup_.value->compiled().currency);
  }

  Datum evaluate(const Program& program) {
    const Compiled& compiled = program.compiled();
    return expr::run(compiled, *compiled.root, frame_);
  }

  const Code& code_;
  Frame& frame_;
  const Rollup& rollup_;
  Totals totals_;
  Activation::RootRecord roots_[kRootCount];  // the related record alone
};

}  // namespace

Datum rollup(const Code& code, Frame& frame) { return Gathering(code, frame).run(); }

}  // namespace kith::expr::eval
