// Loops that give one value: count(), sum(), min(), max(), avg(). Elements without a value are left
// out, as SQL leaves nulls out of its aggregates; every other failure is the failure of the whole.
#include "expr/totals.hpp"

namespace kith::expr::eval {
namespace {

class Fold {
 public:
  Fold(const Code& code, Frame& frame)
      : code_(code), frame_(frame), totals_(code, frame, std::string(code.name) + "()") {}

  Datum run() {
    const Datum source = code_.args[0]->eval(*code_.args[0], frame_);
    if (source.is_error()) return source;
    const Datum* items = nullptr;
    std::size_t size = 0;
    if (source.is(Tag::kList)) {
      items = source.list_value->items;
      size = source.list_value->size;
    } else if (source.is(Tag::kMap)) {
      items = source.map_value->keys;
      size = source.map_value->size;
    } else {
      return placed(frame_.no_overload(code_.name, &source, 1), code_);
    }
    if (!fetch_records(code_, frame_, items, size)) return stop();
    for (std::size_t i = 0; i < size; ++i) {
      if (!frame_.charge(code_.body_cost)) return stop();
      frame_.locals()[code_.index] = items[i];
      const Datum value = code_.args[1]->eval(*code_.args[1], frame_);
      if (frame_.stopped()) return stop();
      if (is_missing(value)) continue;
      if (value.is_error()) return value;
      const Datum error = totals_.take(value, code_.currency);
      if (error.is_error()) return placed(error, code_);
    }
    return placed_if_error(totals_.result());
  }

 private:
  Datum stop() { return placed(frame_.exhausted(), code_); }
  Datum placed_if_error(const Datum& value) const {
    return value.is_error() ? placed(value, code_) : value;
  }

  const Code& code_;
  Frame& frame_;
  Totals totals_;
};

}  // namespace

Datum fold_loop(const Code& code, Frame& frame) { return Fold(code, frame).run(); }

}  // namespace kith::expr::eval
