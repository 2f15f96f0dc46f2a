// What has a value: fields, calls, operations.
#include "expr/english_impl.hpp"
#include "expr/format.hpp"
#include "expr/operators.hpp"
#include "expr/rollups.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

std::string system_noun(schema::SystemField field) {
  switch (field) {
    case schema::SystemField::kId: return "record";
    case schema::SystemField::kCreated: return "creation time";
    case schema::SystemField::kUpdated: return "last change";
    default: return std::string(schema::system_field_name(field));
  }
}

std::string base_noun(const Node& node, const Note& note) {
  switch (note.part) {
    case FieldPart::kSystem: return system_noun(note.system);
    case FieldPart::kCurrency:
      return "currency of " +
             label_in_words(note.field->label.empty() ? note.field->name : note.field->label);
    case FieldPart::kDerived:
      if (note.derived != nullptr && !note.derived->label.empty()) {
        return label_in_words(note.derived->label);
      }
      break;
    case FieldPart::kValue:
      if (note.field != nullptr && !note.field->label.empty()) {
        return label_in_words(note.field->label);
      }
      break;
    default: break;
  }
  return label_in_words(node.text);
}

std::string in_brackets(const std::string& text) { return "(" + text + ")"; }

}  // namespace

std::string English::source(const Node& node) const {
  return "`" + format_node(program_.ast(), node) + "`";
}

const schema::Field* English::choice_field(const Node& node) const {
  const Note& n = note(node);
  if (n.binding != Binding::kField || n.part != FieldPart::kValue || n.field == nullptr) {
    return node.kind == NodeKind::kRecordCall && !node.args.empty() &&
                   node.macro != Macro::kInSegment
               ? choice_field(*node.args[0])
               : nullptr;
  }
  return n.field->options.empty() ? nullptr : n.field;
}

std::string English::literal(const Node& node, const Node* beside) {
  const Note& n = note(node);
  const Value& value = n.binding == Binding::kConstant ? n.constant : node.value;
  if (beside != nullptr && node.value.text() != nullptr) {
    const schema::Field* field = choice_field(*beside);
    if (field != nullptr) {
      const schema::Option* option = field->find_option(*node.value.text());
      return option == nullptr || option->label.empty() ? *node.value.text() : option->label;
    }
    if (type(*beside).is(TypeKind::kRecord)) return *node.value.text();
    const bool derived =
        note(*beside).binding == Binding::kField && note(*beside).part == FieldPart::kDerived;
    if (derived) return *node.value.text();
  }
  // The digits as they were written.
  const bool number = value.decimal() != nullptr || value.floating() != nullptr;
  if (number && !node.text.empty()) return number_in_words(node.text);
  return value_in_words(value);
}

std::string English::operand(const Node& node) {
  const OperatorForm* form =
      node.kind == NodeKind::kCall ? operator_form(node.text, node.args.size()) : nullptr;
  const bool compound =
      (form != nullptr && form->operands == 2) || node.kind == NodeKind::kConditional;
  return compound ? in_brackets(noun(node)) : noun(node);
}

bool English::is_today(const Node& node) const {
  return node.kind == NodeKind::kCall && node.text == "today" && node.args.empty();
}

std::optional<std::int64_t> English::days_from_now(const Node& node) const {
  if (is_today(node)) return 0;
  if (note(node).binding == Binding::kNow) return 0;
  if (node.kind != NodeKind::kCall) return std::nullopt;
  if (node.text == "addDays" && node.args.size() == 2 && is_today(*node.args[0]) &&
      node.args[1]->value.integer() != nullptr) {
    return *node.args[1]->value.integer();
  }
  const bool plus = node.text == "_+_";
  if ((!plus && node.text != "_-_") || note(*node.args[0]).binding != Binding::kNow) {
    return std::nullopt;
  }
  const Node& span = *node.args[1];
  if (span.kind != NodeKind::kCall || span.text != "duration" || span.args.size() != 1 ||
      span.args[0]->value.text() == nullptr) {
    return std::nullopt;
  }
  const Result<Duration> read = Duration::parse(*span.args[0]->value.text());
  constexpr std::int64_t kDay = std::int64_t{86400} * 1'000'000'000;
  if (!read.ok() || read->total_nanoseconds() % kDay != 0) return std::nullopt;
  const std::int64_t days = read->total_nanoseconds() / kDay;
  return plus ? days : -days;
}

std::string English::day_noun(const Node& node) {
  const std::optional<std::int64_t> days = days_from_now(node);
  if (!days) return {};
  if (*days == 0) return is_today(node) ? "today" : "now";
  const std::int64_t count = *days < 0 ? -*days : *days;
  const std::string text = duration_in_words(Duration::nanoseconds(count * 86400 * 1'000'000'000));
  return *days < 0 ? text + " ago"
                   : text + " from " + (note(node).type.is(TypeKind::kDate) ? "today" : "now");
}

std::string English::possessive(const Node& target) {
  const Note& n = note(target);
  if (n.binding == Binding::kRoot) {
    if (n.root == Root::kOld) return "previous ";
    return n.root == Root::kUser ? "the acting user's " : "";
  }
  if (n.binding == Binding::kLocal && !loops_.empty() && loops_.back()->var == target.text)
    return "";
  return noun(target) + "'s ";
}

std::string English::field_noun(const Node& node) {
  const std::string base = base_noun(node, note(node));
  return node.kind == NodeKind::kSelect ? possessive(*node.args[0]) + base : base;
}

std::string English::operation_noun(const Node& node, std::string_view op) {
  const std::string left = operand(*node.args[0]);
  if (node.args.size() == 1) return "minus " + left;
  const std::string right = operand(*node.args[1]);
  if (op == "+") return left + " plus " + right;
  if (op == "-") return left + " minus " + right;
  if (op == "*") return left + " times " + right;
  if (op == "/") return left + " divided by " + right;
  if (op == "%") return "the remainder of " + left + " divided by " + right;
  return source(node);
}

std::string English::such(const Node& loop, const Node& body) {
  loops_.push_back(&loop);
  const std::string out = clause(body, false, 0);
  loops_.pop_back();
  return "(" + out + ")";
}

std::string English::loop_noun(const Node& node) {
  const std::string range = noun(*node.args[0]);
  const auto each = [&](const Node& part) {
    loops_.push_back(&node);
    std::string out = noun(part);
    loops_.pop_back();
    return out;
  };
  if (!node.var2.empty()) return source(node);
  switch (node.macro) {
    case Macro::kFilter: return range + " with " + such(node, *node.args[1]);
    case Macro::kCount:
      return node.args.size() < 2 ? "the number of " + range
                                  : "the number of " + range + " with " + such(node, *node.args[1]);
    case Macro::kMap:
      if (node.args.size() != 2) return source(node);
      return each(*node.args[1]) + " of each of " + range;
    case Macro::kSum: return "the sum of " + each(*node.args[1]) + " of " + range;
    case Macro::kMin: return "the least " + each(*node.args[1]) + " of " + range;
    case Macro::kMax: return "the greatest " + each(*node.args[1]) + " of " + range;
    case Macro::kAvg: return "the average " + each(*node.args[1]) + " of " + range;
    default: return source(node);
  }
}

std::string English::call_noun(const Node& node) {
  const std::string day = day_noun(node);
  if (!day.empty()) return day;
  if (const OperatorForm* form = operator_form(node.text, node.args.size()); form != nullptr) {
    return operation_noun(node, form->symbol);
  }
  const std::size_t count = node.args.size();
  // date('2017-03-01') and the like say the value itself.
  const bool conversion = count == 1 && !node.method &&
                          (node.text == "date" || node.text == "timestamp" ||
                           node.text == "duration" || node.text == "decimal");
  if (conversion && node.args[0]->value.text() != nullptr) {
    const std::string& text = *node.args[0]->value.text();
    if (node.text == "decimal") return number_in_words(text);
    if (const auto date = Date::parse(text); node.text == "date" && date.ok()) {
      return date_in_words(*date);
    }
    if (const auto time = Timestamp::parse(text); node.text == "timestamp" && time.ok()) {
      return value_in_words(Value(*time));
    }
    if (const auto span = Duration::parse(text); node.text == "duration" && span.ok()) {
      return duration_in_words(*span);
    }
  }
  if (conversion && node.text == "decimal") return noun(*node.args[0]);
  if (node.text == "size" && count == 1) {
    const bool text = type(*node.args[0]).is(TypeKind::kString);
    return (text ? "the length of " : "the number of ") + operand(*node.args[0]);
  }
  if (node.text == "days_since" && count == 1) return "days since " + operand(*node.args[0]);
  if (node.text == "days_between" && count == 2) {
    return "days from " + operand(*node.args[0]) + " to " + operand(*node.args[1]);
  }
  if (node.text == "months_between" && count == 2) {
    return "months from " + operand(*node.args[0]) + " to " + operand(*node.args[1]);
  }
  if (node.text == "start_of" && count == 2 && node.args[1]->value.text() != nullptr) {
    const std::string& unit = *node.args[1]->value.text();
    return is_today(*node.args[0]) ? "the start of this " + unit
                                   : "the start of the " + unit + " of " + operand(*node.args[0]);
  }
  if ((node.text == "addDays" || node.text == "addMonths" || node.text == "addYears") &&
      count == 2 && node.args[1]->value.integer() != nullptr) {
    const std::int64_t n = *node.args[1]->value.integer();
    const std::int64_t size = n < 0 && n != INT64_MIN ? -n : n;
    const std::string unit = node.text == "addDays"     ? "day"
                             : node.text == "addMonths" ? "month"
                                                        : "year";
    return number_in_words(std::to_string(size)) + " " + unit + (size == 1 ? "" : "s") +
           (n < 0 ? " before " : " after ") + operand(*node.args[0]);
  }
  if (node.text == "orValue" && count == 2) {
    return noun(*node.args[0]) + " (or " + noun(*node.args[1]) + " without one)";
  }
  return source(node);
}

std::string English::noun(const Node& node) {
  const Note& n = note(node);
  switch (n.binding) {
    case Binding::kField:
      if (!node.test_only && node.macro != Macro::kFormulaError) return field_noun(node);
      break;
    case Binding::kNow: return "now";
    case Binding::kRoot:
      if (n.root == Root::kUser) return "the acting user";
      return n.root == Root::kOld ? "the previous record" : "the record";
    case Binding::kLocal:
      return !loops_.empty() && loops_.back()->var == node.text ? "it" : node.text;
    case Binding::kVariable: return label_in_words(format_node(program_.ast(), node));
    default: break;
  }
  switch (node.kind) {
    case NodeKind::kLiteral: return literal(node, nullptr);
    case NodeKind::kSelect:
      if (note(*node.args[0]).binding == Binding::kParams) return "parameter " + node.text;
      return node.test_only ? source(node) : possessive(*node.args[0]) + label_in_words(node.text);
    case NodeKind::kCall:
      return type(node).is(TypeKind::kBool) ? clause(node, false, 1) : call_noun(node);
    case NodeKind::kRecordCall:
      if (node.macro == Macro::kWas) return "previous " + noun(*node.args[0]);
      if (node.macro == Macro::kStageAge) return "time in the present stage";
      if (node.macro == Macro::kScore) return "the score " + *node.args[0]->value.text();
      if (node.macro == Macro::kRollup && n.rollup != nullptr) {
        return label_in_words(n.rollup->declared->label);
      }
      return source(node);
    case NodeKind::kComprehension:
      return type(node).is(TypeKind::kBool) ? clause(node, false, 1) : loop_noun(node);
    case NodeKind::kConditional:
      return noun(*node.args[1]) + " if " + clause(*node.args[0], false, 1) + ", otherwise " +
             noun(*node.args[2]);
    case NodeKind::kList: {
      std::vector<std::string> items;
      for (const Node* item : node.args) items.push_back(noun(*item));
      return items.empty() ? "nothing" : listed(items, "and");
    }
    default: return source(node);
  }
}

}  // namespace kith::expr
