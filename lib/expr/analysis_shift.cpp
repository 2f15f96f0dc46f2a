// What a comparison says of a date or time within a function that keeps its order, such as
// days_since(close_date) > 30 or created + duration('24h') < now, and of a field with a default.
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include "expr/analysis_term.hpp"
#include "expr/datum_value.hpp"
#include "expr/operators.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

using schema::FieldType;

struct Monotone {
  std::string_view overload;
  std::size_t argument;  // the date or time among the arguments
  bool rising;
  // A zone's clock may go back over midnight: what it says of a day holds a day around it.
  bool civil = false;
};

constexpr std::array kMonotone = {
    Monotone{"days_since", 0, false},
    Monotone{"days_between", 0, false},
    Monotone{"days_between", 1, true},
    Monotone{"months_between", 0, false},
    Monotone{"months_between", 1, true},
    Monotone{"add_days", 0, true},
    Monotone{"add_months", 0, true},
    Monotone{"add_years", 0, true},
    Monotone{"start_of_date", 0, true},
    Monotone{"quarter_label", 0, true},
    Monotone{"month_label", 0, true},
    Monotone{"date_getFullYear", 0, true},
    Monotone{"add_timestamp_duration", 0, true},
    Monotone{"add_duration_timestamp", 1, true},
    Monotone{"subtract_timestamp_timestamp", 0, true},
    Monotone{"subtract_timestamp_timestamp", 1, false},
    Monotone{"subtract_timestamp_duration", 0, true},
    Monotone{"days_between_times", 0, false},
    Monotone{"days_between_times", 1, true},
    Monotone{"date_of_time", 0, true, true},
    Monotone{"date_of_time_tz", 0, true, true},
    Monotone{"date_of_time_method", 0, true, true},
    Monotone{"date_of_time_tz_method", 0, true, true},
    Monotone{"start_of_time", 0, true, true},
    Monotone{"timestamp_getFullYear", 0, true, true},
    Monotone{"timestamp_getFullYear_tz", 0, true, true},
};

const Monotone* monotone(std::string_view overload, std::size_t argument) {
  for (const Monotone& known : kMonotone) {
    if (known.overload == overload && known.argument == argument) return &known;
  }
  return nullptr;
}

constexpr std::int64_t kMicrosecondsPerDay = std::int64_t{86400} * 1'000'000;

// The values a field can hold, as numbers in order: days, or microseconds.
struct Domain {
  bool days = false;
  std::int64_t first = 0;
  std::int64_t last = 0;

  static Domain of_days() { return {true, -719'162, 2'932'896}; }  // 0001-01-01, 9999-12-31
  static Domain of_times() {
    const Domain d = of_days();
    return {false, d.first * kMicrosecondsPerDay, (d.last + 1) * kMicrosecondsPerDay - 1};
  }
  Value value(std::int64_t n) const {
    if (days) return Value(Date(static_cast<std::int32_t>(n)));
    return Value(Timestamp::from_microseconds(n));
  }
  std::int64_t day_around() const { return days ? 1 : kMicrosecondsPerDay; }
};

// The order of f(n) and the constant, as if f were rising; nothing when they have none.
class Probe {
 public:
  Probe(const Overload& overload, std::vector<Datum> args, std::size_t argument, bool rising,
        Domain domain, const Activation& activation, const Value& constant)
      : overload_(overload),
        args_(std::move(args)),
        argument_(argument),
        rising_(rising),
        domain_(domain),
        activation_(activation),
        constant_(constant) {}

  // Finds a place where the function has a value. It fails only where its result would be out of
  // range: below that place less, above it greater than any constant.
  bool settle() {
    for (const std::int64_t place : places()) {
      pivot_ = place;
      if (order_at(place)) return true;
    }
    return false;
  }

  // The first place where f is not less than the constant, or with `behind` greater than it; one
  // behind the last when there is none.
  std::int64_t first_at(bool behind) const {
    std::int64_t low = domain_.first;
    std::int64_t high = domain_.last + 1;
    while (low < high) {
      const std::int64_t middle = low + (high - low) / 2;
      const Order order =
          order_at(middle).value_or(middle < pivot_ ? Order::kLess : Order::kGreater);
      const bool before = order == Order::kLess || (behind && order == Order::kEqual);
      if (before) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

 private:
  // The ends of the domain, and the days and times among the other arguments.
  std::vector<std::int64_t> places() const {
    std::vector<std::int64_t> all = {domain_.first, domain_.last};
    for (std::size_t i = 0; i < args_.size(); ++i) {
      if (i == argument_) continue;
      if (args_[i].is(Tag::kDate)) all.push_back(args_[i].int_value);
      if (args_[i].is(Tag::kTimestamp)) all.push_back(args_[i].timestamp().to_microseconds());
    }
    return all;
  }

  std::optional<Order> order_at(std::int64_t n) const {
    Frame frame(activation_);
    std::vector<Datum> args = args_;
    const Value at = domain_.value(n);
    args[argument_] = to_datum(frame, at);
    const Datum found =
        overload_.implementation({frame, args.size(), overload_.context}, args.data());
    Order order = Order::kUnordered;
    if (found.is_error() || !expr::compare(found, to_datum(frame, constant_), &order) ||
        order == Order::kUnordered) {
      return std::nullopt;
    }
    if (rising_ || order == Order::kEqual) return order;
    return order == Order::kLess ? Order::kGreater : Order::kLess;
  }

  const Overload& overload_;
  std::vector<Datum> args_;
  std::size_t argument_;
  bool rising_;
  Domain domain_;
  const Activation& activation_;
  const Value& constant_;
  std::int64_t pivot_ = 0;
};

std::optional<Domain> domain_of(const Note& field) {
  if (field.part == FieldPart::kSystem) {
    const bool time = field.system == schema::SystemField::kCreated ||
                      field.system == schema::SystemField::kUpdated;
    return time ? std::optional(Domain::of_times()) : std::nullopt;
  }
  if (field.part != FieldPart::kValue) return std::nullopt;
  if (field.field->type == FieldType::kDate) return Domain::of_days();
  if (field.field->type == FieldType::kTimestamp) return Domain::of_times();
  return std::nullopt;
}

}  // namespace

bool TermReader::shifted(const Node& node, std::string_view op, const Value& value,
                         std::vector<Conjunct>* out) const {
  if (op == "_!=_" || node.kind != NodeKind::kCall) return false;
  if (with_default(node, op, value, out)) return true;
  const Note& call = note(node);
  if (call.binding != Binding::kCall || call.cast != Cast::kNone || call.namespaced ||
      call.overloads.size() != 1) {
    return false;
  }
  std::optional<std::size_t> at;
  std::vector<Value> values(node.args.size());
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    if (is_plain_field(checked_, *node.args[i])) {
      if (at) return false;
      at = i;
    } else if (fixed_value(*node.args[i], &values[i]) != Fixed::kValue) {
      return false;
    }
  }
  const Overload& overload = *call.overloads.front();
  const Monotone* known = at ? monotone(overload.id, *at) : nullptr;
  const std::optional<Domain> domain =
      known != nullptr ? domain_of(note(*node.args[*at])) : std::nullopt;
  if (!domain || (!bound_ && checked_.reads_now)) return false;

  Frame frame(activation_);
  std::vector<Datum> args;
  for (const Value& fixed : values) args.push_back(to_datum(frame, fixed));
  Probe probe(overload, std::move(args), *at, known->rising, *domain, activation_, value);
  if (!probe.settle()) return false;
  if (!known->rising) op = mirrored(op);
  const std::int64_t slack = known->civil ? domain->day_around() : 0;
  const auto bound = [&](TermKind kind, std::int64_t n) {
    Conjunct term;
    term.exact = false;
    if (n < domain->first || n > domain->last) {
      const bool none = kind == TermKind::kLess ? n < domain->first : n > domain->last;
      if (none) term.kind = TermKind::kNever;  // else a bound that all values keep
    } else {
      set(kind, note(*node.args[*at]), &term);
      term.values.push_back(domain->value(n));
    }
    out->push_back(std::move(term));
  };
  if (op == "_>_" || op == "_>=_" || op == "_==_") {
    bound(TermKind::kGreaterEqual, probe.first_at(op == "_>_") - slack);
  }
  if (op == "_<_" || op == "_<=_" || op == "_==_") {
    bound(TermKind::kLess, probe.first_at(op != "_<_") + slack);
  }
  return true;
}

// r.?amount.orValue(c) > v: the field itself, or null where c > v.
bool TermReader::with_default(const Node& node, std::string_view op, const Value& value,
                              std::vector<Conjunct>* out) const {
  if (!node.method || node.text != "orValue" || node.args.size() != 2) return false;
  const Node& choice = *node.args[0];
  const Note& field = note(choice);
  if (choice.kind != NodeKind::kSelect || !choice.optional || choice.test_only ||
      field.binding != Binding::kField || !field.has_path || field.path.root != Root::kRecord ||
      field.part != FieldPart::kValue || note(*choice.args[0]).binding != Binding::kRoot ||
      note(node).cast != Cast::kNone) {
    return false;
  }
  Value otherwise;
  if (fixed_value(*node.args[1], &otherwise) != Fixed::kValue) return false;
  Conjunct present;
  compare_value(field, op, Fixed::kValue, value, &present);
  if (present.kind == TermKind::kResidual || present.kind == TermKind::kIsNull) return false;
  present.exact = false;
  Frame frame(activation_);
  Order order = Order::kUnordered;
  if (!expr::compare(to_datum(frame, otherwise), to_datum(frame, value), &order)) return false;
  const bool matches = op == "_==_"   ? order == Order::kEqual
                       : op == "_<_"  ? order == Order::kLess
                       : op == "_<=_" ? order == Order::kLess || order == Order::kEqual
                       : op == "_>_"  ? order == Order::kGreater
                                      : order == Order::kGreater || order == Order::kEqual;
  if (!matches) {
    out->push_back(std::move(present));
    return true;
  }
  Conjunct null;
  set(TermKind::kIsNull, field, &null);
  null.exact = false;
  Conjunct either;
  either.kind = TermKind::kAnyOf;
  either.exact = false;
  either.branches = {{std::move(null)}, {std::move(present)}};
  out->push_back(std::move(either));
  return true;
}

}  // namespace kith::expr
