// What is true or false, in words.
#include "expr/english.hpp"

#include "expr/english_impl.hpp"
#include "expr/format.hpp"
#include "expr/operators.hpp"

namespace kith::expr {
namespace {

std::string_view turned(std::string_view op) {
  if (op == "<") return ">";
  if (op == "<=") return ">=";
  if (op == ">") return "<";
  return op == ">=" ? "<=" : op;
}

std::string_view opposite(std::string_view op) {
  if (op == "<") return ">=";
  if (op == "<=") return ">";
  if (op == ">") return "<=";
  return "<";
}

// "is over", "is after", "is longer than".
std::string_view order_words(TypeKind kind, std::string_view op) {
  const std::size_t which = op == "<" ? 0 : op == "<=" ? 1 : op == ">" ? 2 : 3;
  constexpr std::string_view kNumbers[] = {"is under", "is at most", "is over", "is at least"};
  constexpr std::string_view kDays[] = {"is before", "is on or before", "is after",
                                        "is on or after"};
  constexpr std::string_view kTimes[] = {"is before", "is at or before", "is after",
                                         "is at or after"};
  constexpr std::string_view kSpans[] = {"is shorter than", "is at most", "is longer than",
                                         "is at least"};
  constexpr std::string_view kTexts[] = {"comes before", "comes before or is", "comes after",
                                         "comes after or is"};
  switch (kind) {
    case TypeKind::kDate: return kDays[which];
    case TypeKind::kTimestamp: return kTimes[which];
    case TypeKind::kDuration: return kSpans[which];
    case TypeKind::kString:
    case TypeKind::kBytes: return kTexts[which];
    default: return kNumbers[which];
  }
}

bool is_null(const Node& node) { return node.kind == NodeKind::kLiteral && node.value.is_null(); }

bool is_fixed(const Node& node) { return node.kind == NodeKind::kLiteral; }

const OperatorForm* form_of(const Node& node) {
  return node.kind == NodeKind::kCall ? operator_form(node.text, node.args.size()) : nullptr;
}

bool is_order(const OperatorForm* form) {
  return form != nullptr && form->precedence == Precedence::kRelation && form->symbol != "in" &&
         form->symbol != "==" && form->symbol != "!=";
}

}  // namespace

std::string English::run() {
  const Node& root = program_.ast().root();
  return type(root).is(TypeKind::kBool) ? clause(root, false, 0) : noun(root);
}

std::string English::joined(const Node& node, bool negated, int depth) {
  const bool all = node.kind == NodeKind::kAnd;
  std::vector<std::string> parts;
  bool compound = false;
  for (std::size_t i = 0; i < node.args.size(); ++i) {
    if (all && i + 1 < node.args.size()) {
      if (const auto both = range(*node.args[i], *node.args[i + 1]); both) {
        parts.push_back(*both);
        ++i;
        continue;
      }
    }
    const NodeKind kind = node.args[i]->kind;
    compound |= kind == NodeKind::kAnd || kind == NodeKind::kOr || kind == NodeKind::kConditional;
    parts.push_back(clause(*node.args[i], false, depth + 1));
  }
  std::string text;
  if (compound) {
    // Commas keep the groups apart.
    for (std::size_t i = 0; i < parts.size(); ++i) {
      if (i > 0) text += all ? ", and " : ", or ";
      text += parts[i];
    }
  } else {
    text = listed(parts, all ? "and" : "or");
  }
  if (negated) {
    if (!all && parts.size() == 2) return "neither " + parts[0] + " nor " + parts[1];
    return (all ? "not all of (" : "none of (") + text + ")";
  }
  if (depth == 0 || parts.size() == 1) return text;
  // What stands inside another group begins with its own word; deeper ones have brackets.
  if (depth == 1 && !compound && parts.size() == 2) return (all ? "both " : "either ") + text;
  return "(" + text + ")";
}

// a >= 1 && a <= 10, and days around today.
std::optional<std::string> English::range(const Node& first, const Node& second) {
  const OperatorForm* low = form_of(first);
  const OperatorForm* high = form_of(second);
  if (low == nullptr || high == nullptr || low->symbol != ">=" || high->symbol != "<=") {
    return std::nullopt;
  }
  const std::string subject = noun(*first.args[0]);
  if (subject != noun(*second.args[0])) return std::nullopt;
  const auto from = days_from_now(*first.args[1]);
  const auto to = days_from_now(*second.args[1]);
  const bool dates = type(*first.args[0]).is(TypeKind::kDate);
  const auto days = [](std::int64_t count) {
    return count == 1 ? std::string("day") : number_in_words(std::to_string(count)) + " days";
  };
  if (from && to && dates) {
    if (*to == 0 && *from < 0) return subject + " is in the last " + days(-*from);
    if (*from == 0 && *to > 0) return subject + " is in the next " + days(*to);
  }
  return subject + " is from " + operand(*first.args[1]) + " to " + operand(*second.args[1]);
}

std::string English::presence(const Node& node, bool present) {
  std::string owner;
  std::string what;
  if (node.kind == NodeKind::kSelect && note(node).binding == Binding::kField) {
    what = field_noun(node);
    const std::string of = possessive(*node.args[0]);
    if (of.size() > 3 && of.ends_with("'s ")) {
      owner = of.substr(0, of.size() - 3) + " ";
      what = what.substr(of.size());
    }
  } else if (note(node).binding == Binding::kField) {
    what = field_noun(node);
  } else if (node.test_only && node.kind == NodeKind::kSelect) {
    // A key of a map.
    owner = noun(*node.args[0]) + " ";
    what = label_in_words(node.text);
  } else if (note(node).binding == Binding::kRoot) {
    const bool old = note(node).root == Root::kOld;
    if (old) return present ? "the record existed before" : "the record is new";
    return present ? "there is an acting user" : "there is no acting user";
  } else {
    return noun(node) + (present ? " has a value" : " has no value");
  }
  return owner + (present ? "has " + with_article(what) : "has no " + what);
}

std::string English::equality(const Node& subject, const Node& object, bool negated) {
  if (is_null(object)) return presence(subject, negated);
  if (object.kind == NodeKind::kLiteral && object.value.boolean() != nullptr &&
      type(subject).is(TypeKind::kBool)) {
    return clause(subject, *object.value.boolean() == negated, 1);
  }
  const std::string value = is_fixed(object) ? literal(object, &subject) : operand(object);
  return noun(subject) + (negated ? " is not " : " is ") + value;
}

std::string English::comparison(const Node& node, std::string_view op, bool negated) {
  const Node* left = node.args[0];
  const Node* right = node.args[1];
  if (is_fixed(*left) && !is_fixed(*right)) {
    std::swap(left, right);
    op = turned(op);
  }
  if (op == "==" || op == "!=") return equality(*left, *right, (op == "!=") != negated);
  // "not over" is "at most" of what has an order; NaN, which has none, is no answer for people.
  if (negated) op = opposite(op);
  const Note& n = note(*left);
  const auto days = days_from_now(*right);
  const bool past = n.binding == Binding::kField && n.part == FieldPart::kSystem;
  if (past && days && *days < 0 && (op == ">" || op == ">=")) {
    return noun(*left) + " is in the last " +
           duration_in_words(Duration::nanoseconds(-*days * 86400 * 1'000'000'000));
  }
  if (left->kind == NodeKind::kCall && left->text == "days_since" && is_fixed(*right)) {
    const std::string count = literal(*right, nullptr) + " days ago";
    const std::string_view words = op == ">"    ? " is more than "
                                   : op == ">=" ? " is at least "
                                   : op == "<"  ? " is less than "
                                                : " is at most ";
    return operand(*left->args[0]).append(words).append(count);
  }
  std::string out = noun(*left);
  out.append(" ").append(order_words(type(*left).kind(), op)).append(" ");
  return out + (is_fixed(*right) ? literal(*right, left) : operand(*right));
}

std::string English::membership(const Node& node, bool negated) {
  const Node& value = *node.args[0];
  const Node& list = *node.args[1];
  if (list.kind != NodeKind::kList) {
    if (!type(list).is(TypeKind::kList)) {
      return noun(value) + (negated ? " is not in " : " is in ") + noun(list);
    }
    const std::string item = is_fixed(value) ? literal(value, &list) : operand(value);
    return noun(list) + (negated ? " do not include " : " include ") + item;
  }
  std::vector<std::string> items;
  for (const Node* item : list.args) {
    items.push_back(is_fixed(*item) ? literal(*item, &value) : operand(*item));
  }
  if (items.empty()) return source(node);
  const std::string one = items.size() > 1 ? "one of " : "";
  return noun(value) + (negated ? " is not " : " is ") + one + listed(items, "or");
}

std::string English::question(const Node& node, bool negated) {
  const std::string_view no = negated ? " not" : "";
  switch (node.macro) {
    case Macro::kIsNew: return std::string("the record is").append(no).append(" new");
    case Macro::kChanged: return noun(*node.args[0]).append(" has").append(no).append(" changed");
    case Macro::kChangedTo: {
      const Node& value = *node.args[1];
      return noun(*node.args[0]).append(" has").append(no).append(" changed to ") +
             (is_fixed(value) ? literal(value, node.args[0]) : operand(value));
    }
    case Macro::kInSegment:
      return std::string("the record is").append(no).append(" in the segment ") +
             (node.args.empty() ? std::string() : noun(*node.args[0]));
    default: return boolean_noun(node, negated);
  }
}

std::string English::quantifier(const Node& node, bool negated) {
  if (!node.var2.empty()) return (negated ? "not " : "") + source(node);
  const std::string range = noun(*node.args[0]);
  std::string_view start;
  switch (node.macro) {
    case Macro::kExists: start = negated ? "none of " : "at least one of "; break;
    case Macro::kAll: start = negated ? "not each of " : "each of "; break;
    default: start = negated ? "not exactly one of " : "exactly one of "; break;
  }
  // A list of values is said to be something, a list of records to have it.
  const bool records = type(*node.args[0]).is(TypeKind::kList) &&
                       type(*node.args[0]).element().unwrapped().is(TypeKind::kRecord);
  return std::string(start) + range + (records ? " has " : " is such that ") +
         such(node, *node.args[1]);
}

std::string English::call_clause(const Node& node, bool negated) {
  struct Phrases {
    std::string_view function, yes, no;
  };
  constexpr Phrases kPhrases[] = {
      {"startsWith", " starts with ", " does not start with "},
      {"endsWith", " ends with ", " does not end with "},
      {"contains", " contains ", " does not contain "},
      {"contains_ci", " contains, in any case, ", " does not contain, in any case, "},
      {"matches", " matches the pattern ", " does not match the pattern "},
      {"like", " is like ", " is not like "},
  };
  for (const Phrases& words : kPhrases) {
    if (node.text != words.function || node.args.size() != 2 || note(node).namespaced) continue;
    return noun(*node.args[0]).append(negated ? words.no : words.yes) + operand(*node.args[1]);
  }
  if (node.text == "is_weekend" && node.args.size() == 1) {
    return noun(*node.args[0]) + (negated ? " is not" : " is") + " on a weekend";
  }
  if (node.text == "hasValue" && node.args.size() == 1) return presence(*node.args[0], !negated);
  return boolean_noun(node, negated);
}

std::string English::boolean_noun(const Node& node, bool negated) {
  const bool asked = node.macro == Macro::kFormulaError;
  if (!asked && note(node).binding == Binding::kField) {
    return noun(node) + (negated ? " is no" : " is yes");
  }
  if (note(node).binding == Binding::kVariable || note(node).binding == Binding::kLocal) {
    return noun(node) + (negated ? " is no" : " is yes");
  }
  return (negated ? "not " : "") + source(node);
}

std::string English::clause(const Node& node, bool negated, int depth) {
  if (node.macro == Macro::kFormulaError) return boolean_noun(node, negated);
  if (node.test_only) {
    // The field that has() asks about stands in the node itself.
    return presence(node, !negated);
  }
  switch (node.kind) {
    case NodeKind::kAnd:
    case NodeKind::kOr: return joined(node, negated, depth);
    case NodeKind::kLiteral:
      if (node.value.boolean() == nullptr) return noun(node);
      return *node.value.boolean() != negated ? "always" : "never";
    case NodeKind::kCall: {
      const OperatorForm* form = form_of(node);
      if (form == nullptr) return call_clause(node, negated);
      if (form->symbol == "!") return clause(*node.args[0], !negated, depth);
      if (form->symbol == "in") return membership(node, negated);
      if (is_order(form) || form->symbol == "==" || form->symbol == "!=") {
        return comparison(node, form->symbol, negated);
      }
      return boolean_noun(node, negated);
    }
    case NodeKind::kComprehension:
      if (node.macro == Macro::kAll || node.macro == Macro::kExists ||
          node.macro == Macro::kExistsOne) {
        return quantifier(node, negated);
      }
      return boolean_noun(node, negated);
    case NodeKind::kRecordCall: return question(node, negated);
    case NodeKind::kConditional: {
      const std::string text = "if " + clause(*node.args[0], false, 1) + " then " +
                               clause(*node.args[1], false, 1) + ", otherwise " +
                               clause(*node.args[2], false, 1);
      return negated ? "not (" + text + ")" : depth == 0 ? text : "(" + text + ")";
    }
    default: return boolean_noun(node, negated);
  }
}

std::string english(const Program& program) { return English(program).run(); }

}  // namespace kith::expr
