// expr/operators.hpp: how the operators of the language are written, and how tightly they bind.
//
//   const OperatorForm* form = operator_form("_+_", 2);     // "+", kAdditive
//
// Internal to the room: for what turns trees back into text.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace kith::expr {

// From the loosest.
enum class Precedence : std::uint8_t {
  kConditional,
  kOr,
  kAnd,
  kRelation,
  kAdditive,
  kMultiplicative,
  kUnary,
  kPostfix,
};

struct OperatorForm {
  std::string_view function;
  std::string_view symbol;
  std::size_t operands;
  Precedence precedence;
};

inline constexpr std::array<OperatorForm, 14> kOperatorForms = {{
    {"_==_", "==", 2, Precedence::kRelation},
    {"_!=_", "!=", 2, Precedence::kRelation},
    {"_<_", "<", 2, Precedence::kRelation},
    {"_<=_", "<=", 2, Precedence::kRelation},
    {"_>_", ">", 2, Precedence::kRelation},
    {"_>=_", ">=", 2, Precedence::kRelation},
    {"@in", "in", 2, Precedence::kRelation},
    {"_+_", "+", 2, Precedence::kAdditive},
    {"_-_", "-", 2, Precedence::kAdditive},
    {"_*_", "*", 2, Precedence::kMultiplicative},
    {"_/_", "/", 2, Precedence::kMultiplicative},
    {"_%_", "%", 2, Precedence::kMultiplicative},
    {"!_", "!", 1, Precedence::kUnary},
    {"-_", "-", 1, Precedence::kUnary},
}};

// Nullptr when the function is no operator.
constexpr const OperatorForm* operator_form(std::string_view function, std::size_t operands) {
  for (const OperatorForm& form : kOperatorForms) {
    if (form.function == function && form.operands == operands) return &form;
  }
  return nullptr;
}

// "_>_" for "_<_": the operands changed places.
constexpr std::string_view mirrored(std::string_view op) {
  if (op == "_<_") return "_>_";
  if (op == "_<=_") return "_>=_";
  if (op == "_>_") return "_<_";
  if (op == "_>=_") return "_<=_";
  return op;
}

}  // namespace kith::expr
