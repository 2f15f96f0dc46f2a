#include "expr/analysis.hpp"

#include <iterator>
#include <utility>

#include "expr/analysis_term.hpp"

namespace kith::expr {
namespace {

// Alternatives beyond these are not worth a look: an index would be asked for each.
constexpr std::size_t kMaxBranches = 16;
constexpr int kMaxUnionDepth = 2;

// The walk over && || ! and ?:, which brings every negation down to the terms.
class Analysis {
 public:
  Analysis(const Program& program, const Activation& activation, bool bound)
      : reader_(program, activation, bound) {}

  void add(const Node& node, bool negated, int depth, std::vector<Conjunct>* out) const {
    if (node.kind == NodeKind::kCall && node.text == "!_" && node.args.size() == 1) {
      return add(*node.args[0], !negated, depth, out);
    }
    const NodeKind all = negated ? NodeKind::kOr : NodeKind::kAnd;
    const NodeKind any = negated ? NodeKind::kAnd : NodeKind::kOr;
    if (node.kind == all) {
      for (const Node* arg : node.args) add(*arg, negated, depth, out);
      return;
    }
    std::vector<Group> groups;
    if (node.kind == any) {
      for (const Node* arg : node.args) groups.push_back(group({{arg, negated}}, depth));
      return unite(node, std::move(groups), depth, out);
    }
    if (node.kind == NodeKind::kConditional) {
      const Node* condition = node.args[0];
      groups.push_back(group({{condition, false}, {node.args[1], negated}}, depth));
      groups.push_back(group({{condition, true}, {node.args[2], negated}}, depth));
      return unite(node, std::move(groups), depth, out);
    }
    const std::size_t before = out->size();
    reader_.read(node, negated, out);
    for (std::size_t i = before; i < out->size(); ++i) (*out)[i].node = node.id;
  }

 private:
  using Group = std::vector<Conjunct>;

  Group group(std::initializer_list<std::pair<const Node*, bool>> parts, int depth) const {
    Group terms;
    for (const auto& [node, negated] : parts) add(*node, negated, depth + 1, &terms);
    return terms;
  }

  static bool has(const Group& terms, TermKind kind) {
    for (const Conjunct& term : terms) {
      if (term.kind == kind) return true;
    }
    return false;
  }

  static bool says_nothing(const Group& terms) {
    for (const Conjunct& term : terms) {
      if (term.kind != TermKind::kResidual) return false;
    }
    return true;
  }

  // a == 1 || a in [2, 3] is a in [1, 2, 3].
  static bool merge_equal(const std::vector<Group>& groups, Conjunct* term) {
    for (const Group& terms : groups) {
      if (terms.size() != 1) return false;
      const Conjunct& part = terms.front();
      if (part.kind != TermKind::kEqual && part.kind != TermKind::kIn) return false;
      if (!term->values.empty() && !(part.path == term->path)) return false;
      term->path = part.path;
      term->exact = term->exact && part.exact;
      term->values.insert(term->values.end(), part.values.begin(), part.values.end());
    }
    term->kind = TermKind::kIn;
    return true;
  }

  // The terms of "one of these groups holds".
  static void unite(const Node& node, std::vector<Group> groups, int depth, Group* out) {
    Conjunct term;
    term.node = node.id;
    std::erase_if(groups, [](const Group& terms) { return has(terms, TermKind::kNever); });
    if (groups.empty()) {
      term.kind = TermKind::kNever;
    } else if (groups.size() == 1) {
      // The other alternatives cannot hold, but may fail: the condition is asked all the same.
      for (Conjunct& only : groups.front()) only.exact = false;
      std::move(groups.front().begin(), groups.front().end(), std::back_inserter(*out));
      return;
    } else if (!merge_equal(groups, &term)) {
      term = Conjunct();
      term.node = node.id;
      bool narrows = groups.size() <= kMaxBranches && depth < kMaxUnionDepth;
      for (const Group& terms : groups) narrows = narrows && !says_nothing(terms);
      if (narrows) {
        term.kind = TermKind::kAnyOf;
        term.exact = false;
        term.branches = std::move(groups);
      }
    }
    out->push_back(std::move(term));
  }

  TermReader reader_;
};

std::vector<Conjunct> analyse(const Program& program, const Activation& activation, bool bound) {
  std::vector<Conjunct> out;
  Analysis(program, activation, bound).add(program.ast().root(), false, 0, &out);
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
