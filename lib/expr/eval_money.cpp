// Amounts of money fields together: only those of one currency.
#include "expr/code.hpp"

namespace kith::expr::eval {

Datum same_currency(const Code& code, Frame& frame) {
  const Datum left = code.args[1]->eval(*code.args[1], frame);
  const Datum right = code.args[2]->eval(*code.args[2], frame);
  if (left.is(Tag::kString) && right.is(Tag::kString) && left.text() != right.text()) {
    return placed(frame.data_error(std::string(left.text()) + " and " + std::string(right.text()) +
                                   " amounts together: write convert(..., '" +
                                   std::string(left.text()) + "')"),
                  code);
  }
  return code.args[0]->eval(*code.args[0], frame);
}

}  // namespace kith::expr::eval
