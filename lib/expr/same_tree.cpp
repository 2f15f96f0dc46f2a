// Whether two trees say the same.
#include "expr/format.hpp"

namespace kith::expr {
namespace {

bool same_value_of(const Node& a, const Node& b) {
  if (a.value.kind() != b.value.kind()) return false;
  // A number is its digits, which are compared as text; NaN cannot be written.
  return a.value.floating() != nullptr || a.value == b.value;
}

}  // namespace

bool same_tree(const Node& a, const Node& b) {
  if (a.kind != b.kind || a.macro != b.macro || a.text != b.text || a.var != b.var ||
      a.var2 != b.var2 || a.leading_dot != b.leading_dot || a.optional != b.optional ||
      a.test_only != b.test_only || a.method != b.method || a.quoted != b.quoted ||
      a.optional_entries != b.optional_entries || a.args.size() != b.args.size() ||
      !same_value_of(a, b)) {
    return false;
  }
  for (std::size_t i = 0; i < a.args.size(); ++i) {
    if (!same_tree(*a.args[i], *b.args[i])) return false;
  }
  return true;
}

}  // namespace kith::expr
