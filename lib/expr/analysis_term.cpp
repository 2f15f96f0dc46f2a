#include "expr/analysis_term.hpp"

#include <algorithm>
#include <optional>

#include "expr/datum_value.hpp"
#include "expr/operators.hpp"
#include "schema/types.hpp"

namespace kith::expr {

using schema::FieldType;

namespace {

std::optional<TermKind> comparison(std::string_view op) {
  if (op == "_==_") return TermKind::kEqual;
  if (op == "_!=_") return TermKind::kNotEqual;
  if (op == "_<_") return TermKind::kLess;
  if (op == "_<=_") return TermKind::kLessEqual;
  if (op == "_>_") return TermKind::kGreater;
  if (op == "_>=_") return TermKind::kGreaterEqual;
  return std::nullopt;
}

// The comparison that holds when `op` does not; nothing where both may be false, as for NaN.
std::optional<std::string_view> opposite(std::string_view op, bool has_nan) {
  if (op == "_==_") return "_!=_";
  if (op == "_!=_") return "_==_";
  if (has_nan) return std::nullopt;
  if (op == "_<_") return "_>=_";
  if (op == "_<=_") return "_>_";
  if (op == "_>_") return "_<=_";
  if (op == "_>=_") return "_<_";
  return std::nullopt;
}

bool is_bool(const Note& note) {
  return (note.part == FieldPart::kValue && note.field->type == FieldType::kBool) ||
         (note.part == FieldPart::kSystem && note.system == schema::SystemField::kDeleted);
}

// Makes the value one that the field could hold; false when it is of another kind.
bool conform(const Note& n, Value* value) {
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

// NaN answers no comparison: only doubles have it.
bool may_be_nan(const Type& type) {
  const Type& plain = type.unwrapped();
  return plain.is(TypeKind::kDouble) || plain.is_dyn();
}

}  // namespace

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

void TermReader::read(const Node& node, bool negated, std::vector<Conjunct>* out) const {
  Conjunct term;
  if (constant_truth(node, negated, &term) || presence(node, negated, &term)) {
    return out->push_back(std::move(term));
  }
  if (is_plain_field(checked_, node) && is_bool(note(node))) {
    set(negated ? TermKind::kFalsy : TermKind::kTruthy, note(node), &term);
    return out->push_back(std::move(term));
  }
  if (node.macro == Macro::kChangedTo && note(node).binding == Binding::kQuestion && !negated) {
    // It is the value now; that it was another before stays with the condition.
    const std::size_t first = out->size();
    compare(*node.args[0], "_==_", *node.args[1], out);
    for (std::size_t i = first; i < out->size(); ++i) (*out)[i].exact = false;
    return;
  }
  if (node.kind == NodeKind::kCall && !note(node).namespaced && node.args.size() == 2) {
    const Node& left = *node.args[0];
    const Node& right = *node.args[1];
    if (comparison(node.text) && !node.method) {
      const bool has_nan = may_be_nan(note(left).type) || may_be_nan(note(right).type);
      const auto op = negated ? opposite(node.text, has_nan) : std::string_view(node.text);
      if (op) return compare(left, *op, right, out);
    } else if (!negated && node.method && node.text == "startsWith") {
      starts_with(left, right, &term);
    } else if (!negated && !node.method && node.text == "@in") {
      membership(left, right, &term);
    }
  }
  out->push_back(std::move(term));
}

void TermReader::compare(const Node& left, std::string_view op, const Node& right,
                         std::vector<Conjunct>* out) const {
  Conjunct term;
  Value value;
  const bool left_field = is_plain_field(checked_, left);
  if (left_field || is_plain_field(checked_, right)) {
    const Fixed fixed = fixed_value(left_field ? right : left, &value);
    if (fixed != Fixed::kNo) {
      compare_value(note(left_field ? left : right), left_field ? op : mirrored(op), fixed,
                    std::move(value), &term);
    }
  } else if (fixed_value(right, &value) == Fixed::kValue) {
    if (shifted(left, op, value, out)) return;
  } else if (fixed_value(left, &value) == Fixed::kValue) {
    if (shifted(right, mirrored(op), value, out)) return;
  }
  out->push_back(std::move(term));
}

// Whether the node is the same for every record.
bool TermReader::is_fixed(const Node& node) const {
  const Note& n = note(node);
  switch (n.binding) {
    case Binding::kLocal:
    case Binding::kField:
    case Binding::kQuestion:
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

TermReader::Fixed TermReader::fixed_value(const Node& node, Value* value) const {
  if (!is_fixed(node)) return Fixed::kNo;
  Frame frame(activation_);
  const Datum datum = run(compiled_, *compiled_.by_node[node.id], frame);
  if (datum.is_error()) {
    return datum.error_class() == ErrorClass::kMissing ? Fixed::kMissing : Fixed::kNo;
  }
  if (!frame.charge_result(datum)) return Fixed::kNo;
  *value = to_value(datum);
  return Fixed::kValue;
}

bool TermReader::constant_truth(const Node& node, bool negated, Conjunct* term) const {
  Value value;
  const Fixed fixed = fixed_value(node, &value);
  if (fixed == Fixed::kNo) return false;
  // A term that is always true says nothing, which a residual does not either.
  const bool holds =
      fixed == Fixed::kValue && value.boolean() != nullptr && *value.boolean() != negated;
  if (!holds) term->kind = TermKind::kNever;
  return true;
}

bool TermReader::presence(const Node& node, bool negated, Conjunct* term) const {
  if (!node.test_only || !is_plain_field(checked_, node)) return false;
  if (!stores_itself(note(node))) return true;  // residual
  set(negated ? TermKind::kIsNull : TermKind::kIsPresent, note(node), term);
  return true;
}

void TermReader::starts_with(const Node& field, const Node& prefix, Conjunct* term) const {
  const Note& n = note(field);
  if (!is_plain_field(checked_, field) || n.part != FieldPart::kValue ||
      n.field->type != FieldType::kText) {
    return;
  }
  Value value;
  if (fixed_value(prefix, &value) != Fixed::kValue || value.text() == nullptr) return;
  set(TermKind::kStartsWith, n, term);
  term->values.push_back(std::move(value));
}

void TermReader::compare_value(const Note& n, std::string_view op, Fixed fixed, Value value,
                               Conjunct* term) const {
  const TermKind kind = *comparison(op);
  const bool equality = kind == TermKind::kEqual || kind == TermKind::kNotEqual;
  if (fixed == Fixed::kMissing || (value.is_null() && !equality)) {
    term->kind = TermKind::kNever;
    return;
  }
  if (!stores_itself(n)) {
    if (n.part == FieldPart::kDerived && kind != TermKind::kNotEqual && !value.is_null()) {
      options_where(n, kind, {value}, term);
    }
    return;
  }
  if (value.is_null()) {
    return set(kind == TermKind::kEqual ? TermKind::kIsNull : TermKind::kIsPresent, n, term);
  }
  // Choices are kept by id, which has another order than their names.
  const bool choice = n.part == FieldPart::kValue && n.field->type == FieldType::kChoice;
  if ((choice && !equality) || !conform(n, &value)) return;
  set(kind, n, term);
  term->values.push_back(std::move(value));
}

void TermReader::membership(const Node& field, const Node& list, Conjunct* term) const {
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
    if (n.part == FieldPart::kDerived) options_where(n, TermKind::kEqual, values, term);
    return;
  }
  for (Value& v : values) {
    if (!conform(n, &v)) return;
  }
  set(values.empty() ? TermKind::kNever : TermKind::kIn, n, term);
  term->values = std::move(values);
}

void TermReader::options_where(const Note& n, TermKind kind, const std::vector<Value>& wanted,
                               Conjunct* term) const {
  Frame frame(activation_);
  std::vector<Value> names;
  for (const auto& [id, attribute] : n.derived->values) {
    const schema::Option* option = n.field->find_option(id);
    if (option == nullptr || attribute.is_null()) continue;
    for (const Value& value : wanted) {
      Order order = Order::kUnordered;
      if (!expr::compare(to_datum(frame, attribute), to_datum(frame, value), &order)) return;
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
  set(names.empty() ? TermKind::kNever : TermKind::kIn, n, term);
  term->values = std::move(names);
}

}  // namespace kith::expr
