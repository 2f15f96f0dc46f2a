// Choosing overloads, widening numbers and reading literals as what stands beside them.
#include <algorithm>
#include <cctype>
#include <optional>

#include "base/nearest_name.hpp"
#include "expr/checker_impl.hpp"
#include "expr/library.hpp"
#include "expr/macros.hpp"
#include "schema/organisation.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

bool is_equality(std::string_view name) { return name == "_==_" || name == "_!=_"; }

// "_<_" is shown as '<'.
std::string display_name(std::string_view name) {
  if (name == "@in") return "'in'";
  std::string out;
  for (const char c : name) {
    if (c != '_') out.push_back(c);
  }
  const bool word = !out.empty() && (std::isalnum(static_cast<unsigned char>(out[0])) != 0);
  return word ? std::string(name) + "()" : "'" + out + "'";
}

bool is_literal(const Node& node, Value::Kind kind) {
  return node.kind == NodeKind::kLiteral && node.value.kind() == kind;
}

}  // namespace

Type Checker::visit_call(Node& node) {
  if (node.method) {
    Type type;
    if (visit_namespaced_call(node, &type)) return type;
  }
  for (Node* arg : node.args) visit(*arg);
  if (failed()) return Type();
  if (!node.method && node.args.size() == 2) {
    if (is_equality(node.text)) adapt_equal(*node.args[0], *node.args[1]);
    if (node.text == "@in") adapt_membership(*node.args[0], *node.args[1]);
    if (failed()) return Type();
  }
  return resolve_call(node, node.text, 0);
}

bool Checker::visit_namespaced_call(Node& node, Type* found) {
  bool absolute = false;
  const std::string prefix = qualified_name(*node.args[0], &absolute);
  if (prefix.empty()) return false;
  for (const std::string& candidate : candidates(prefix + "." + node.text, absolute)) {
    if (env_.functions().find(candidate) == nullptr) continue;
    note(node).namespaced = true;
    for (std::size_t i = 1; i < node.args.size(); ++i) visit(*node.args[i]);
    *found = failed() ? Type() : resolve_call(node, candidate, 1);
    return true;
  }
  return false;
}

Type Checker::resolve_call(Node& node, std::string_view name, std::size_t first_arg) {
  Note& n = note(node);
  n.binding = Binding::kCall;
  const std::vector<const Overload*>* all = nullptr;
  // A method is never looked up in a namespace; a plain function may be.
  const bool plain = !node.method && first_arg == 0;
  for (const std::string& candidate : candidates(name, !plain || node.leading_dot)) {
    all = env_.functions().find(candidate);
    if (all != nullptr) break;
  }
  if (all == nullptr) {
    n.binding = Binding::kUnresolved;
    return unknown_function(node, name);
  }
  Type result = pick_overloads(node, *all, first_arg);
  if (n.overloads.empty()) result = coerce_overload(node, *all, first_arg);
  if (!n.overloads.empty()) check_words(node, *n.overloads.front(), first_arg);
  if (n.overloads.empty()) {
    result = no_overload(node, name, first_arg);
    for (const Overload* overload : *all) {
      if (fits_arity(*overload, node, node.args.size() - first_arg)) {
        n.overloads.push_back(overload);
      }
    }
  }
  return result;
}

Type Checker::unknown_function(const Node& node, std::string_view name) {
  if (const std::string_view usage = macro_usage(name); !usage.empty()) {
    return mistake(node, "'" + std::string(name) + "' is written " + std::string(usage));
  }
  std::vector<std::string> names = env_.functions().names();
  for (const std::string_view macro : macro_names()) names.emplace_back(macro);
  std::string message = "there is no function '" + std::string(name) + "'";
  message += base::did_you_mean(name, names, '\'');
  return mistake(node, message);
}

// A literal that must be one of some words is one.
void Checker::check_words(const Node& node, const Overload& overload, std::size_t first_arg) {
  if (overload.id.starts_with("convert_money")) {
    const Note& amount = note(*node.args[first_arg]);
    const bool money = amount.binding == Binding::kField && amount.part == FieldPart::kValue &&
                       amount.formula == nullptr && amount.field->type == schema::FieldType::kMoney;
    if (money && amount.has_path) out_.converted.insert(amount.path);
    if (!money) {
      mistake(node,
              "convert(amount, 'EUR') takes a money field, whose currency is known; of another "
              "amount say it: convert(amount, 'USD', 'EUR')");
    }
    return;
  }
  if (overload.words == Words::kAny) return;
  const Node& word = *node.args[first_arg + overload.words_at];
  if (!is_literal(word, Value::Kind::kText)) return;
  std::vector<std::string> known;
  std::string what;
  if (overload.words == Words::kRoundings) {
    what = "rounding";
    known.assign(library::rounding_names().begin(), library::rounding_names().end());
  } else if (overload.words == Words::kPeriods) {
    what = "period";
    known = {"day", "week", "month", "quarter", "year"};
  } else if (env_.organisation() != nullptr) {
    what = "calendar";
    known = env_.organisation()->calendar_names();
  } else {
    return;  // left to the evaluation
  }
  const std::string& name = *word.value.text();
  if (std::find(known.begin(), known.end(), name) != known.end()) return;
  std::string message = "there is no " + what + " '" + name + "'";
  const std::string remedy = base::did_you_mean(name, known, '\'');
  if (!remedy.empty()) {
    message += remedy;
  } else if (known.empty()) {
    message += ": the model declares none under \"organisation\"";
  } else {
    message += "; known are";
    for (const std::string& one : known) message += (&one == &known[0] ? " " : ", ") + one;
  }
  mistake(word, message);
}

bool Checker::fits_arity(const Overload& overload, const Node& node, std::size_t count) const {
  const bool method = node.method && !out_.notes[node.id].namespaced;
  if (overload.method != method) return false;
  if (overload.variadic) return count >= overload.parameters.size();
  return count == overload.parameters.size();
}

std::vector<Type> Checker::parameters_for(const Overload& overload, std::size_t count,
                                          Type* result) {
  std::unordered_map<std::string, Type> names;
  std::vector<Type> parameters;
  for (std::size_t i = 0; i < count; ++i) {
    const std::size_t at = std::min(i, overload.parameters.size() - 1);
    parameters.push_back(unifier_.instantiate(overload.parameters[at], &names));
  }
  *result = unifier_.instantiate(overload.result, &names);
  return parameters;
}

Type Checker::pick_overloads(Node& node, const std::vector<const Overload*>& all,
                             std::size_t first_arg) {
  std::vector<Type> args;
  for (std::size_t i = first_arg; i < node.args.size(); ++i) args.push_back(type(*node.args[i]));
  // When all types are known, the first overload that takes them is the one.
  const bool known = std::none_of(args.begin(), args.end(), [&](const Type& arg) {
    const Type t = unifier_.resolve(arg);
    return t.is_dyn() || (has_parameters(t) && t.parameters().front().is_dyn());
  });
  // A type that is still open, that of [][0] for instance, is settled only when one overload alone
  // takes it.
  const bool open = std::any_of(args.begin(), args.end(), [&](const Type& arg) {
    return unifier_.substitute(arg).is(TypeKind::kParameter);
  });
  std::optional<Unifier> before;
  std::optional<Unifier> settled;
  if (open) before = unifier_;
  Note& n = note(node);
  Type result;
  for (const Overload* overload : all) {
    if (known && !n.overloads.empty()) break;
    if (!fits_arity(*overload, node, args.size())) continue;
    if (open) unifier_ = *before;
    Type overload_result;
    const std::vector<Type> parameters = parameters_for(*overload, args.size(), &overload_result);
    if (!unifier_.assignable_all(parameters, args)) continue;
    const Type substituted = unifier_.substitute(overload_result);
    if (n.overloads.empty()) {
      result = substituted;
    } else if (!result.is_dyn() && !(result == substituted)) {
      result = Type();
    }
    n.overloads.push_back(overload);
    if (open && !settled) settled = unifier_;
    // What is not constant for the same arguments depends on the moment.
    out_.reads_now |= !overload->constant;
  }
  if (open) unifier_ = n.overloads.size() == 1 ? *settled : *before;
  return result;
}

bool Checker::can_cast(const Node& node, const Type& to, Cast* cast) {
  const TypeKind from = unifier_.substitute(type(node)).unwrapped().kind();
  *cast = Cast::kNone;
  if (from == TypeKind::kInt && to.is(TypeKind::kDouble)) return *cast = Cast::kToDouble, true;
  if (from == TypeKind::kInt && to.is(TypeKind::kDecimal)) return *cast = Cast::kToDecimal, true;
  // Only a literal: its digits are known, those of a computed double are not.
  return to.is(TypeKind::kDecimal) && is_literal(node, Value::Kind::kDouble);
}

void Checker::apply_cast(Node& node, const Type& to) {
  Note& n = note(node);
  const bool nullable = n.type.is(TypeKind::kWrapper);
  if (to.is(TypeKind::kDecimal) && is_literal(node, Value::Kind::kDouble)) {
    const Result<Decimal> exact = Decimal::parse(node.text);
    if (!exact.ok()) {
      mistake(node, "the number " + node.text +
                        " does not fit a decimal: 38 digits, 18 of them "
                        "after the point");
      return;
    }
    n.binding = Binding::kConstant;
    n.constant = Value(*exact);
  } else {
    n.cast = to.is(TypeKind::kDecimal) ? Cast::kToDecimal : Cast::kToDouble;
  }
  n.type = nullable ? Type::wrapper(to) : to;
}

// No overload takes the arguments as they are: one that takes them with ints widened, or with
// literals read as decimals, is used.
Type Checker::coerce_overload(Node& node, const std::vector<const Overload*>& all,
                              std::size_t first_arg) {
  const std::size_t count = node.args.size() - first_arg;
  for (const Overload* overload : all) {
    if (!fits_arity(*overload, node, count)) continue;
    Type result;
    const std::vector<Type> parameters = parameters_for(*overload, count, &result);
    bool fits = true;
    for (std::size_t i = 0; fits && i < count; ++i) {
      const Node& arg = *node.args[first_arg + i];
      Cast cast;
      fits = unifier_.assignable(parameters[i], type(arg)) || can_cast(arg, parameters[i], &cast);
    }
    if (!fits) continue;
    for (std::size_t i = 0; i < count; ++i) {
      Node& arg = *node.args[first_arg + i];
      if (!unifier_.assignable(parameters[i], type(arg))) apply_cast(arg, parameters[i]);
    }
    note(node).overloads.push_back(overload);
    out_.reads_now |= !overload->constant;
    return unifier_.substitute(result);
  }
  return Type();
}

// Both sides of an equality need one type.
void Checker::adapt_equal(Node& left, Node& right) {
  adapt_literal(left, right);
  adapt_literal(right, left);
  const TypeKind a = unifier_.substitute(type(left)).unwrapped().kind();
  const TypeKind b = unifier_.substitute(type(right)).unwrapped().kind();
  Cast cast;
  if (a != b && (b == TypeKind::kDouble || b == TypeKind::kDecimal) &&
      can_cast(left, Type::of(b), &cast)) {
    apply_cast(left, Type::of(b));
  } else if (a != b && (a == TypeKind::kDouble || a == TypeKind::kDecimal) &&
             can_cast(right, Type::of(a), &cast)) {
    apply_cast(right, Type::of(a));
  }
}

// A string literal beside a record is a record id; beside a choice it must be one of its options.
void Checker::adapt_literal(Node& literal, const Node& other) {
  if (!is_literal(literal, Value::Kind::kText)) return;
  const Note& n = note(other);
  const Type wanted = unifier_.substitute(n.type).unwrapped();
  if (wanted.is(TypeKind::kRecord) && env_.catalog() != nullptr) {
    const Result<RecordId> id = schema::parse_id(*env_.catalog(), *literal.value.text());
    if (!id.ok()) {
      mistake(literal, std::string(id.status().message()) +
                           "; a record is written 'type:number', such as 'account:7'");
      return;
    }
    note(literal).binding = Binding::kConstant;
    note(literal).constant = Value(*id);
    note(literal).type = record_type(id->type());
  } else if (n.binding == Binding::kField && n.part == FieldPart::kValue) {
    choice_literal(literal, n);
  }
}

bool Checker::choice_literal(Node& literal, const Note& field) {
  const bool choice = field.field->type == schema::FieldType::kChoice ||
                      field.field->type == schema::FieldType::kMultiChoice;
  const std::string& name = *literal.value.text();
  if (!choice || name.empty() || field.field->find_option(name) != nullptr) return true;
  std::vector<std::string> names;
  for (const schema::Option& option : field.field->options) names.push_back(option.name);
  std::string message = field.field->name + " has no option '" + name + "'";
  message += base::did_you_mean(name, names, '\'');
  mistake(literal, message);
  return false;
}

void Checker::adapt_membership(Node& value, Node& list) {
  const Type container = unifier_.substitute(type(list)).unwrapped();
  if (list.kind != NodeKind::kList) {
    // 'vip' in tags
    if (is_literal(value, Value::Kind::kText) && container.is(TypeKind::kList)) {
      const Note& n = note(list);
      if (n.binding == Binding::kField && n.part == FieldPart::kValue) choice_literal(value, n);
      if (container.element().is(TypeKind::kRecord) && env_.catalog() != nullptr && !failed()) {
        const Result<RecordId> id = schema::parse_id(*env_.catalog(), *value.value.text());
        if (!id.ok()) {
          mistake(value, id.status().message());
          return;
        }
        note(value).binding = Binding::kConstant;
        note(value).constant = Value(*id);
        note(value).type = record_type(id->type());
      }
    }
    return;
  }
  if (!list.optional_entries.empty()) return;
  Type element = unifier_.fresh();
  for (std::size_t i = 0; i < list.args.size() && !failed(); ++i) {
    Node& entry = *list.args[i];
    adapt_literal(entry, value);
    const TypeKind wanted = unifier_.substitute(type(value)).unwrapped().kind();
    const TypeKind found = unifier_.substitute(type(entry)).unwrapped().kind();
    Cast cast;
    if (found != wanted && (wanted == TypeKind::kDecimal || wanted == TypeKind::kDouble) &&
        can_cast(entry, Type::of(wanted), &cast)) {
      apply_cast(entry, Type::of(wanted));
    }
    element = i == 0 ? type(entry) : unifier_.join(element, type(entry));
  }
  note(list).type = Type::list(element);
}

Type Checker::no_overload(const Node& node, std::string_view name, std::size_t first_arg) {
  std::string types;
  bool decimal = false;
  bool floating = false;
  bool date = false;
  bool text = false;
  bool timestamp = false;
  for (std::size_t i = first_arg; i < node.args.size(); ++i) {
    const Type t = unifier_.resolve(type(*node.args[i]));
    if (!types.empty()) types += ", ";
    types += t.unwrapped().to_string();
    const TypeKind kind = t.unwrapped().kind();
    decimal |= kind == TypeKind::kDecimal;
    floating |= kind == TypeKind::kDouble;
    date |= kind == TypeKind::kDate;
    text |= kind == TypeKind::kString;
    timestamp |= kind == TypeKind::kTimestamp;
  }
  std::string message = display_name(name) + " does not take (" + types + ")";
  if (decimal && floating) message += "; write decimal(x) to make a double exact";
  if (date && text) message += "; a date is written date('2017-01-31')";
  if (timestamp && text) message += "; a time is written timestamp('2017-01-31T09:00:00Z')";
  if (timestamp && date) message += "; the day of a time is t.date('Europe/Vienna')";
  return mistake(node, message);
}

}  // namespace kith::expr
