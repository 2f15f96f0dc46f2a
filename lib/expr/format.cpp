#include "expr/format.hpp"

#include "base/try.hpp"

namespace kith::expr {

std::string format(const Ast& ast, std::uint32_t) { return std::string(ast.source().text()); }

Result<std::string> format(std::string_view source, std::uint32_t width,
                           const ParseLimits& limits) {
  KITH_ASSIGN(Ast ast, parse(source, limits));
  return format(ast, width);
}

}  // namespace kith::expr
