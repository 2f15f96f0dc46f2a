// What must have changed for a condition to become true.
#include <algorithm>
#include <iterator>
#include <optional>

#include "expr/analysis.hpp"
#include "expr/code.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

using Fields = std::vector<std::uint32_t>;

Fields united(const Fields& a, const Fields& b) {
  Fields out;
  std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(out));
  return out;
}

// A version moves with every write, so its change says nothing.
std::optional<Fields> change_of(const FieldPath& path) {
  const std::uint32_t id = path.fields.front();
  if ((id & kSystemFieldBit) == 0) return Fields{id};
  const auto system = static_cast<schema::SystemField>(id & ~kSystemFieldBit);
  if (system != schema::SystemField::kOwner) return std::nullopt;
  return Fields{schema::system_field_id(system)};
}

std::optional<Fields> needed(const Checked& checked, const Node& node) {
  switch (node.kind) {
    case NodeKind::kRecordCall:
      if (checked.note(node).binding != Binding::kQuestion) return std::nullopt;
      if (node.macro == Macro::kIsNew) return Fields();
      if (node.macro != Macro::kChanged && node.macro != Macro::kChangedTo) return std::nullopt;
      return change_of(checked.note(*node.args[0]).path);
    case NodeKind::kAnd: {
      std::optional<Fields> fewest;
      for (const Node* arg : node.args) {
        std::optional<Fields> fields = needed(checked, *arg);
        if (fields && (!fewest || fields->size() < fewest->size())) fewest = std::move(fields);
      }
      return fewest;
    }
    case NodeKind::kOr: {
      Fields all;
      for (const Node* arg : node.args) {
        const std::optional<Fields> fields = needed(checked, *arg);
        if (!fields) return std::nullopt;
        all = united(all, *fields);
      }
      return all;
    }
    default: return std::nullopt;
  }
}

}  // namespace

std::optional<std::vector<std::uint32_t>> changes_needed(const Program& program) {
  return needed(program.checked(), program.ast().root());
}

}  // namespace kith::expr
