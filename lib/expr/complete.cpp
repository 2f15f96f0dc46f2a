#include "expr/complete.hpp"

#include "expr/functions.hpp"

namespace kith::expr {

std::vector<Completion> complete(const Environment& environment, std::string_view source,
                                 std::size_t offset) {
  std::vector<Completion> out;
  const auto at = static_cast<std::uint32_t>(std::min(offset, source.size()));
  for (const std::string& name : environment.functions().names()) {
    out.push_back({name + "(", "function", "", "", at});
  }
  if (out.size() > kMaxCompletions) out.resize(kMaxCompletions);
  return out;
}

}  // namespace kith::expr
