#include "expr/analysis.hpp"

#include <algorithm>
#include <optional>

#include "expr/code.hpp"
#include "expr/datum_value.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

using schema::FieldType;

std::string_view mirrored(std::string_view op) {
  if (op == "_<_") return "_>_";
  if (op == "_<=_") return "_>=_";
  if (op == "_>_") return "_<_";
  if (op == "_>=_") return "_<=_";
  return op;
}

std::optional<TermKind> comparison(std::string_view op) {
  if (op == "_==_") return TermKind::kEqual;
  if (op == "_!=_") return TermKind::kNotEqual;
  if (op == "_<_") return TermKind::kLess;
  if (op == "_<=_") return TermKind::kLessEqual;
  if (op == "_>_") return TermKind::kGreater;
  if (op == "_>=_") return TermKind::kGreaterEqual;
  return std::nullopt;
}

// A chain of fields from the root record through single references; loops' variables and
// optionals are something else.
bool is_plain_field(const Checked& checked, const Node& node) {
  const Note& note = checked.note(node);
  if (note.binding != Binding::kField || note.cast != Cast::kNone || !note.has_path ||
      note.path.root != Root::kRecord) {
    return false;
  }
  if (node.kind == NodeKind::kIdent) return true;
  if (node.kind != NodeKind::kSelect || node.optional) return false;
  const Note& target = checked.note(*node.args[0]);
  return target.binding == Binding::kRoot || is_plain_field(checked, *node.args[0]);
}

bool stores_itself(const Note& note) {
  return note.part == FieldPart::kValue || note.part == FieldPart::kSystem;
}

bool is_bool(const Note& note) {
  return (note.part == FieldPart::kValue && note.field->type == FieldType::kBool) ||
         (note.part == FieldPart::kSystem && note.system == schema::SystemField::kDeleted);
}

class Analysis {
 public:
  Analysis(const Program& program, const Activation& activation, bool bound)
      : compiled_(program.compiled()),
        checked_(program.checked()),
        activation_(activation),
        bound_(bound) {}

  void add(const Node& node, std::vector<Conjunct>* out) {
    if (node.kind == NodeKind::kAnd) {
      for (const Node* arg : node.args) add(*arg, out);
      return;
    }
    Conjunct term;
    recognise(node, &term);
    term.node = node.id;
    out->push_back(std::move(term));
  }

 private:
  const Note& note(const Node& node) const { return checked_.note(node); }

  void recognise(const Node& node, Conjunct* term) {
    if (constant_truth(node, term) || presence(node, term)) return;
    if (is_plain_field(checked_, node) && is_bool(note(node))) {
      return set(TermKind::kTruthy, node, term);
    }
    if (node.kind == NodeKind::kOr) return disjunction(node, term);
    if (node.kind != NodeKind::kCall || note(node).namespaced) return;
    if (node.text == "!_" && node.args.size() == 1) return negation(*node.args[0], term);
    if (node.args.size() != 2) return;
    const Node& left = *node.args[0];
    const Node& right = *node.args[1];
    if (node.method) {
      if (node.text == "startsWith") starts_with(left, right, term);
      return;
    }
    if (node.text == "@in") return membership(left, right, term);
    if (!comparison(node.text)) return;
    if (is_plain_field(checked_, left)) {
      compare_field(left, node.text, right, term);
    } else if (is_plain_field(checked_, right)) {
      compare_field(right, mirrored(node.text), left, term);
    }
  }

  // Whether the node is the same for every record.
  bool is_fixed(const Node& node) const {
    const Note& n = note(node);
    switch (n.binding) {
      case Binding::kLocal:
      case Binding::kField:
      case Binding::kUnresolved: return false;
      case Binding::kRoot: return bound_ && n.root == Root::kUser;
      case Binding::kVariable:
      case Binding::kNow:
      case Binding::kParams:
      case Binding::kOrg:
        if (!bound_) return false;
        break;
      case Binding::kCall:  // some functions read now or org
        if (!bound_ && checked_.reads_now) return false;
        break;
      default: break;
    }
    return std::all_of(node.args.begin(), node.args.end(),
                       [this](const Node* arg) { return is_fixed(*arg); });
  }

  enum class Fixed { kNo, kValue, kMissing };

  // The value of a fixed node. Failures that a query must show stay with the evaluator.
  Fixed fixed_value(const Node& node, Value* value) const {
    if (!is_fixed(node)) return Fixed::kNo;
    Frame frame(activation_);
    const Datum datum = run(compiled_, *compiled_.by_node[node.id], frame);
    if (datum.is_error()) {
      return datum.error_class() == ErrorClass::kMissing ? Fixed::kMissing : Fixed::kNo;
    }
    *value = to_value(datum);
    return Fixed::kValue;
  }

  bool constant_truth(const Node& node, Conjunct* term) const {
    Value value;
    const Fixed fixed = fixed_value(node, &value);
    if (fixed == Fixed::kNo) return false;
    // A term that is always true says nothing, which a residual does not either.
    const bool is_true = fixed == Fixed::kValue && value.boolean() != nullptr && *value.boolean();
    if (!is_true) term->kind = TermKind::kNever;
    return true;
  }

  void set(TermKind kind, const Node& field, Conjunct* term) const {
    term->kind = kind;
    term->path = note(field).path;
  }

  bool presence(const Node& node, Conjunct* term) const {
    if (!node.test_only || !is_plain_field(checked_, node)) return false;
    if (!stores_itself(note(node))) return true;  // residual
    set(TermKind::kIsPresent, node, term);
    return true;
  }

  void negation(const Node& inner, Conjunct* term) const {
    if (!is_plain_field(checked_, inner) || !stores_itself(note(inner))) return;
    if (inner.test_only) {
      set(TermKind::kIsNull, inner, term);
    } else if (is_bool(note(inner))) {
      set(TermKind::kFalsy, inner, term);
    }
  }

  void starts_with(const Node& field, const Node& prefix, Conjunct* term) const {
    const Note& n = note(field);
    if (!is_plain_field(checked_, field) || n.part != FieldPart::kValue ||
        n.field->type != FieldType::kText) {
      return;
    }
    Value value;
    if (fixed_value(prefix, &value) != Fixed::kValue || value.text() == nullptr) return;
    set(TermKind::kStartsWith, field, term);
    term->values.push_back(std::move(value));
  }

  void compare_field(const Node& field, std::string_view op, const Node& other,
                     Conjunct* term) const {
    Value value;
    const Fixed fixed = fixed_value(other, &value);
    if (fixed == Fixed::kNo) return;
    const TermKind kind = *comparison(op);
    const bool equality = kind == TermKind::kEqual || kind == TermKind::kNotEqual;
    if (fixed == Fixed::kMissing || (value.is_null() && !equality)) {
      term->kind = TermKind::kNever;
      return;
    }
    const Note& n = note(field);
    if (!stores_itself(n)) {
      if (n.part == FieldPart::kDerived && kind != TermKind::kNotEqual && !value.is_null()) {
        options_where(field, kind, {value}, term);
      }
      return;
    }
    if (value.is_null()) {
      return set(kind == TermKind::kEqual ? TermKind::kIsNull : TermKind::kIsPresent, field, term);
    }
    // Choices are kept by id, which has another order than their names.
    const bool choice = n.part == FieldPart::kValue && n.field->type == FieldType::kChoice;
    if ((choice && !equality) || !conform(n, &value)) return;
    set(kind, field, term);
    term->values.push_back(std::move(value));
  }

  void membership(const Node& field, const Node& list, Conjunct* term) const {
    if (!is_plain_field(checked_, field)) return;
    Value value;
    const Fixed fixed = fixed_value(list, &value);
    if (fixed == Fixed::kMissing) term->kind = TermKind::kNever;
    if (fixed != Fixed::kValue || value.list() == nullptr) return;
    const Note& n = note(field);
    List values = *value.list();
    if (std::any_of(values.begin(), values.end(), [](const Value& v) { return v.is_null(); })) {
      return;
    }
    if (!stores_itself(n)) {
      if (n.part == FieldPart::kDerived) options_where(field, TermKind::kEqual, values, term);
      return;
    }
    for (Value& v : values) {
      if (!conform(n, &v)) return;
    }
    set(values.empty() ? TermKind::kNever : TermKind::kIn, field, term);
    term->values = std::move(values);
  }

  // a == 1 || a in [2, 3] is a in [1, 2, 3].
  void disjunction(const Node& node, Conjunct* term) {
    std::vector<Value> values;
    FieldPath path;
    for (std::size_t i = 0; i < node.args.size(); ++i) {
      Conjunct part;
      recognise(*node.args[i], &part);
      if (part.kind != TermKind::kEqual && part.kind != TermKind::kIn) return;
      if (i > 0 && !(part.path == path)) return;
      path = part.path;
      values.insert(values.end(), part.values.begin(), part.values.end());
    }
    term->kind = TermKind::kIn;
    term->path = std::move(path);
    term->values = std::move(values);
  }

  // A condition on an attribute of a choice's option is a set of options.
  void options_where(const Node& field, TermKind kind, const std::vector<Value>& wanted,
                     Conjunct* term) const {
    const Note& n = note(field);
    Frame frame(activation_);
    std::vector<Value> names;
    for (const auto& [id, attribute] : n.derived->values) {
      const schema::Option* option = n.field->find_option(id);
      if (option == nullptr || attribute.is_null()) continue;
      for (const Value& value : wanted) {
        Order order = Order::kUnordered;
        if (!compare(to_datum(frame, attribute), to_datum(frame, value), &order)) return;
        const bool less = order == Order::kLess;
        const bool same = order == Order::kEqual;
        const bool greater = order == Order::kGreater;
        if ((kind == TermKind::kEqual && same) || (kind == TermKind::kLess && less) ||
            (kind == TermKind::kLessEqual && (less || same)) ||
            (kind == TermKind::kGreater && greater) ||
            (kind == TermKind::kGreaterEqual && (greater || same))) {
          names.emplace_back(option->name);
          break;
        }
      }
    }
    set(names.empty() ? TermKind::kNever : TermKind::kIn, field, term);
    term->values = std::move(names);
  }

  // Makes the value one that the field could hold; false when it is of another kind.
  static bool conform(const Note& n, Value* value) {
    using Kind = Value::Kind;
    const Kind kind = value->kind();
    if (n.part == FieldPart::kSystem) {
      switch (n.system) {
        case schema::SystemField::kId:
        case schema::SystemField::kOwner: return kind == Kind::kReference;
        case schema::SystemField::kVersion: return kind == Kind::kInt;
        case schema::SystemField::kCreated:
        case schema::SystemField::kUpdated: return kind == Kind::kTimestamp;
        case schema::SystemField::kDeleted: return kind == Kind::kBool;
      }
      return false;
    }
    switch (n.field->type) {
      case FieldType::kBool: return kind == Kind::kBool;
      case FieldType::kInt: return kind == Kind::kInt;
      case FieldType::kFloat: return kind == Kind::kDouble;
      case FieldType::kDecimal:
      case FieldType::kMoney:
        if (kind == Kind::kInt) *value = Value(Decimal(*value->integer()));
        return value->kind() == Kind::kDecimal;
      case FieldType::kChoice:
      case FieldType::kText: return kind == Kind::kText;
      case FieldType::kDate: return kind == Kind::kDate;
      case FieldType::kTimestamp: return kind == Kind::kTimestamp;
      case FieldType::kDuration: return kind == Kind::kDuration;
      case FieldType::kBytes: return kind == Kind::kBytes;
      case FieldType::kReference: return kind == Kind::kReference;
      default: return false;
    }
  }

  const Compiled& compiled_;
  const Checked& checked_;
  const Activation& activation_;
  bool bound_;  // whether the activation's time, user and parameters are those of the evaluation
};

std::vector<Conjunct> analyse(const Program& program, const Activation& activation, bool bound) {
  std::vector<Conjunct> out;
  Analysis(program, activation, bound).add(program.ast().root(), &out);
  return out;
}

}  // namespace

std::vector<Conjunct> conjuncts(const Program& program, const Activation& activation) {
  return analyse(program, activation, true);
}

std::vector<Conjunct> constant_conjuncts(const Program& program) {
  return analyse(program, Activation(), false);
}

bool is_field(const Program& program, FieldPath* path) {
  const Node& root = program.ast().root();
  if (root.test_only || !is_plain_field(program.checked(), root)) return false;
  const Note& note = program.checked().note(root);
  if (!stores_itself(note)) return false;
  *path = note.path;
  return true;
}

}  // namespace kith::expr
