#include "expr/english.hpp"

namespace kith::expr {

std::string english(const Program& program) { return "`" + program.source() + "`"; }

}  // namespace kith::expr
