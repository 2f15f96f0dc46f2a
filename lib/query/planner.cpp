#include "query/planner.hpp"

#include <algorithm>
#include <limits>
#include <map>

#include "query/index_key.hpp"

namespace kith::query {
namespace {

using expr::TermKind;
using schema::FieldType;
using schema::Index;
using schema::IndexKind;

constexpr std::size_t kMaxSpans = 1000;
const char kPresentByte = 1;  // index_key.hpp: the marker before every value

// What the condition says about one field, as bytes of its key.
struct Constraint {
  std::optional<std::vector<std::string>> equal;  // one of these; sorted, unique
  std::optional<std::vector<Value>> values;       // the constants behind `equal`
  std::string low;                                // empty: no lower bound
  std::string high;                               // empty: no upper bound
  bool ranged() const { return !low.empty() || !high.empty(); }
};

bool has_key_order(FieldType type) {
  return type != FieldType::kChoice && type != FieldType::kReference && is_vector_type(type);
}

// The keys of `field == any of values`; nothing when an index cannot tell.
std::optional<std::vector<std::string>> equal_keys(const Term& term) {
  std::vector<std::string> keys;
  for (const Value& value : term.values) {
    std::string key;
    if (value.is_null()) {
      append_null(&key);
    } else {
      std::optional<KeyBound> bound = key_bound(*term.field, value);
      if (!bound) return std::nullopt;
      if (!bound->exact) continue;  // no stored value equals it
      key = std::move(bound->bytes);
    }
    keys.push_back(std::move(key));
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

void constrain_equal(const Term& term, Constraint* constraint) {
  std::optional<std::vector<std::string>> keys = equal_keys(term);
  if (!keys || (constraint->equal && constraint->equal->size() <= keys->size())) return;
  constraint->equal = std::move(keys);
  constraint->values = term.values;
}

void raise_low(std::string low, Constraint* constraint) {
  constraint->low = std::max(constraint->low, low);
}

void lower_high(std::string high, Constraint* constraint) {
  if (constraint->high.empty() || high < constraint->high) constraint->high = std::move(high);
}

void constrain_range(const Term& term, Constraint* constraint) {
  if (!has_key_order(term.field->type) || term.values.size() != 1) return;
  const std::optional<KeyBound> bound = key_bound(*term.field, term.values.front());
  if (!bound) return;
  // An inexact bound is the greatest storable value below the constant.
  const std::string& at = bound->bytes;
  const std::string behind = after_prefix(at);
  switch (term.kind) {
    case TermKind::kLess: return lower_high(bound->exact ? at : behind, constraint);
    case TermKind::kLessEqual: return lower_high(behind, constraint);
    case TermKind::kGreater: return raise_low(behind, constraint);
    case TermKind::kGreaterEqual: return raise_low(bound->exact ? at : behind, constraint);
    default: return;
  }
}

void constrain_prefix(const Term& term, Constraint* constraint) {
  if (term.field->type != FieldType::kText || term.values.size() != 1) return;
  const std::string* text = term.values.front().text();
  if (text == nullptr) return;
  std::string low;
  append_text_prefix(*text, &low);
  lower_high(after_prefix(low), constraint);
  raise_low(std::move(low), constraint);
}

void constrain(const Term& term, Constraint* constraint) {
  switch (term.kind) {
    case TermKind::kEqual:
    case TermKind::kIn: return constrain_equal(term, constraint);
    case TermKind::kIsNull: {
      Term null = term;
      null.values = {Value()};
      return constrain_equal(null, constraint);
    }
    case TermKind::kTruthy:
    case TermKind::kFalsy: {
      Term flag = term;
      flag.values = {Value(term.kind == TermKind::kTruthy)};
      return constrain_equal(flag, constraint);
    }
    case TermKind::kIsPresent: return raise_low(std::string(1, kPresentByte), constraint);
    case TermKind::kStartsWith: return constrain_prefix(term, constraint);
    default: return constrain_range(term, constraint);
  }
}

using Constraints = std::map<std::uint32_t, Constraint>;

Constraints constraints_of(const std::vector<Term>& terms) {
  Constraints constraints;
  for (const Term& term : terms) {
    if (term.field != nullptr) constrain(term, &constraints[term.id]);
  }
  return constraints;
}

const Constraint* find(const Constraints& constraints, std::uint32_t field) {
  const auto at = constraints.find(field);
  return at == constraints.end() ? nullptr : &at->second;
}

std::string describe(const schema::EntityType& type, const Index& index, std::string_view kind,
                     const std::string& how) {
  std::string text = std::string(kind) + " " + type.name + "." + index.name;
  if (!how.empty()) text += " [" + how + "]";
  return text;
}

// Every prefix followed by every key, unless that would be too many.
bool cross(const std::vector<std::string>& keys, std::vector<std::string>* prefixes) {
  if (keys.size() * prefixes->size() > kMaxSpans) return false;
  std::vector<std::string> longer;
  for (const std::string& prefix : *prefixes) {
    for (const std::string& key : keys) longer.push_back(prefix + key);
  }
  *prefixes = std::move(longer);
  return true;
}

void add_range(const Constraint& range, const std::vector<std::string>& prefixes, Access* access) {
  for (const std::string& prefix : prefixes) {
    KeySpan span;
    span.low = prefix + (range.low.empty() ? std::string(1, kPresentByte) : range.low);
    span.high = range.high.empty() ? after_prefix(prefix) : prefix + range.high;
    if (span.low < span.high) access->spans.push_back(std::move(span));
  }
}

// The keys an ordered index has for the constraints on its first fields.
struct Prefix {
  std::vector<std::string> prefixes;
  std::size_t equal_fields = 0;
  std::string how;
};

Prefix equal_prefix(const Index& index, const Constraints& constraints) {
  Prefix result;
  result.prefixes = {index_prefix(index.id)};
  for (std::uint32_t field : index.fields) {
    const Constraint* constraint = find(constraints, field);
    if (constraint == nullptr || !constraint->equal) break;
    if (!cross(*constraint->equal, &result.prefixes)) break;
    ++result.equal_fields;
    result.how += constraint->equal->size() == 1 ? "= " : "in ";
  }
  return result;
}

std::optional<Access> ordered_access(const schema::EntityType& type, const Index& index,
                                     const Constraints& constraints) {
  Prefix prefix = equal_prefix(index, constraints);
  Access access;
  access.kind = Access::Kind::kOrdered;
  access.index = &index;
  access.rank = static_cast<int>(prefix.equal_fields) * 4;
  const Constraint* next = prefix.equal_fields < index.fields.size()
                               ? find(constraints, index.fields[prefix.equal_fields])
                               : nullptr;
  if (next != nullptr && next->ranged()) {
    add_range(*next, prefix.prefixes, &access);
    access.rank += next->low.empty() || next->high.empty() ? 1 : 2;
    prefix.how += "range ";
  } else if (prefix.equal_fields > 0) {
    for (const std::string& p : prefix.prefixes) access.spans.push_back({p, after_prefix(p)});
  } else {
    return std::nullopt;
  }
  prefix.how.pop_back();
  access.text = describe(type, index, "index", prefix.how);
  return access;
}

std::optional<Access> unique_access(const schema::EntityType& type, const Index& index,
                                    const Constraints& constraints) {
  std::vector<std::string> keys = {index_prefix(index.id)};
  for (std::uint32_t id : index.fields) {
    const Constraint* constraint = find(constraints, id);
    const schema::Field* field = field_of(type, id);
    if (constraint == nullptr || !constraint->equal || field == nullptr) return std::nullopt;
    if (field->type == FieldType::kMoney) return std::nullopt;  // its key has the currency too
    std::vector<std::string> parts = *constraint->equal;
    if (field->type == FieldType::kText) {
      parts.clear();
      for (const Value& value : *constraint->values) {
        if (value.text() == nullptr) return std::nullopt;
        append_text(unique_text(*field, *value.text()), &parts.emplace_back());
      }
    }
    // Null has no entry, so `f in [null, ...]` would miss records.
    for (const std::string& part : parts) {
      if (part.front() != kPresentByte) return std::nullopt;
    }
    if (!cross(parts, &keys)) return std::nullopt;
  }
  Access access;
  access.kind = Access::Kind::kUnique;
  access.index = &index;
  access.rank = 1000;
  for (std::string& key : keys) finish_exact(&key);
  access.keys = std::move(keys);
  access.text = describe(type, index, "unique", "=");
  return access;
}

std::optional<Access> postings_access(const schema::EntityType& type, const Index& index,
                                      const Constraints& constraints) {
  const Constraint* constraint =
      index.fields.empty() ? nullptr : find(constraints, index.fields.front());
  if (constraint == nullptr || !constraint->equal) return std::nullopt;
  Access access;
  access.kind = Access::Kind::kPostings;
  access.index = &index;
  access.rank = 5;  // counted at once, and read in blocks
  for (const std::string& value : *constraint->equal) {
    std::string key = index_prefix(index.id) + value;
    finish_exact(&key);
    access.keys.push_back(std::move(key));
  }
  access.text = describe(type, index, "postings", constraint->equal->size() == 1 ? "=" : "in");
  return access;
}

// The records named by `id == ...` or `id in [...]`.
std::optional<Access> id_access(const schema::EntityType& type, const Constraints& constraints) {
  const Constraint* constraint =
      find(constraints, schema::system_field_id(schema::SystemField::kId));
  if (constraint == nullptr || !constraint->equal) return std::nullopt;
  Access access;
  access.kind = Access::Kind::kIds;
  access.rank = 2000;
  access.text = "get " + type.name + " by id";
  for (const Value& value : *constraint->values) {
    const RecordId* id = value.reference();
    if (id != nullptr && id->type() == type.id) access.ids.push_back(id->bits());
  }
  std::sort(access.ids.begin(), access.ids.end());
  access.ids.erase(std::unique(access.ids.begin(), access.ids.end()), access.ids.end());
  return access;
}

// An ordered index whose entries below a fixed prefix come in exactly the wanted order: the rest
// of its fields are the order, all in one direction.
std::optional<Access> order_access(const PlanRequest& request, const Index& index,
                                   const Constraints& constraints) {
  std::vector<OrderField> wanted;
  for (const OrderField& field : *request.order) {
    const Constraint* constraint = find(constraints, field.id);
    const bool fixed = constraint != nullptr && constraint->equal && constraint->equal->size() == 1;
    if (!fixed) wanted.push_back(field);
  }
  if (wanted.empty() || wanted.size() > index.fields.size()) return std::nullopt;
  const std::size_t fixed_fields = index.fields.size() - wanted.size();
  std::string prefix = index_prefix(index.id);
  for (std::size_t i = 0; i < fixed_fields; ++i) {
    const Constraint* constraint = find(constraints, index.fields[i]);
    if (constraint == nullptr || !constraint->equal || constraint->equal->size() != 1) {
      return std::nullopt;
    }
    prefix += constraint->equal->front();
  }
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const schema::Field* field = field_of(*request.type, wanted[i].id);
    if (wanted[i].id != index.fields[fixed_fields + i]) return std::nullopt;
    if (wanted[i].descending != request.order->back().descending) return std::nullopt;
    if (field == nullptr || field->type == FieldType::kChoice || !is_vector_type(field->type)) {
      return std::nullopt;
    }
  }
  Access access;
  access.kind = Access::Kind::kOrdered;
  access.index = &index;
  access.reverse = request.order->back().descending;
  access.fixed = prefix;
  access.fixed_fields = fixed_fields;
  access.rank = static_cast<int>(fixed_fields) * 4;
  const Constraint* first = find(constraints, wanted.front().id);
  if (first != nullptr && first->ranged()) {
    add_range(*first, {prefix}, &access);
    access.rank += 1;
  } else {
    access.spans.push_back({prefix, after_prefix(prefix)});
  }
  if (access.spans.empty()) return std::nullopt;
  std::string how;
  for (std::size_t i = 0; i < fixed_fields; ++i) how += "= ";
  how += access.reverse ? "descending" : "ascending";
  access.text = describe(*request.type, index, "index", how);
  return access;
}

bool usable(const Index& index) {
  return !index.removed && index.state == schema::IndexState::kReady;
}

std::optional<Access> narrow(const PlanRequest& request, const Index& index,
                             const Constraints& constraints) {
  switch (index.kind) {
    case IndexKind::kOrdered: return ordered_access(*request.type, index, constraints);
    case IndexKind::kPostings: return postings_access(*request.type, index, constraints);
    case IndexKind::kUnique:
      // It holds live records only.
      if (request.include_deleted) return std::nullopt;
      return unique_access(*request.type, index, constraints);
  }
  return std::nullopt;
}

std::vector<Access> narrowings(const PlanRequest& request, const std::vector<Term>& terms);

// Every branch through its own best access; nothing when one of them would have to scan.
std::optional<Access> union_access(const PlanRequest& request, const Term& term) {
  Access access;
  access.kind = Access::Kind::kUnion;
  access.rank = std::numeric_limits<int>::max();
  for (const std::vector<Term>& branch : term.branches) {
    std::vector<Access> ways = narrowings(request, branch);
    if (ways.empty()) return std::nullopt;
    access.rank = std::min(access.rank, ways.front().rank);
    access.text += (access.text.empty() ? "either of " : ", ") + ways.front().text;
    access.parts.push_back(std::move(ways.front()));
  }
  return access;
}

// All ways to the records of which the terms hold, the best first.
std::vector<Access> narrowings(const PlanRequest& request, const std::vector<Term>& terms) {
  const Constraints constraints = constraints_of(terms);
  std::vector<Access> ways;
  if (auto ids = id_access(*request.type, constraints)) ways.push_back(std::move(*ids));
  for (const Index& index : request.type->indexes) {
    if (!usable(index)) continue;
    if (auto access = narrow(request, index, constraints)) ways.push_back(std::move(*access));
  }
  for (const Term& term : terms) {
    if (term.kind != TermKind::kAnyOf) continue;
    if (auto access = union_access(request, term)) ways.push_back(std::move(*access));
  }
  std::stable_sort(ways.begin(), ways.end(),
                   [](const Access& a, const Access& b) { return a.rank > b.rank; });
  return ways;
}

}  // namespace

Plan make_plan(const PlanRequest& request) {
  Plan plan;
  plan.narrowing = narrowings(request, *request.terms);
  if (!request.order) return plan;
  const Constraints constraints = constraints_of(*request.terms);
  for (const Index& index : request.type->indexes) {
    if (!usable(index) || index.kind != IndexKind::kOrdered) continue;
    auto ordered = order_access(request, index, constraints);
    if (ordered && (!plan.ordered || ordered->rank > plan.ordered->rank)) plan.ordered = ordered;
  }
  return plan;
}

}  // namespace kith::query
