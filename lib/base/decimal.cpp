#include "kith/decimal.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/message.hpp"
#include "base/wide_int.hpp"

namespace kith {
namespace {

using base::kPow10;
using base::magnitude;
using base::uint128;
using base::Uint256;

constexpr uint128 kBound = kPow10[Decimal::kMaxDigits];  // magnitudes stay below

Status overflow(std::string_view operation) {
  return Status(Code::kExpressionFailed, "decimal overflow in " + std::string(operation) +
                                             ": the result needs more than 38 digits");
}

Status bad_scale(int scale) {
  return Status(Code::kInvalidArgument,
                "decimal scale " + std::to_string(scale) + " is not within 0..18");
}

int128 with_sign(uint128 value, bool negative) {
  return static_cast<int128>(negative ? ~value + 1 : value);
}

// How the part that is cut off compares with half of the last digit that stays.
enum class Rest { kNone, kBelowHalf, kHalf, kAboveHalf };

template <typename T>
Rest classify(T rest, T divisor) {
  if (rest == 0) return Rest::kNone;
  const T other = divisor - rest;  // rest < divisor, and doubling could overflow
  return rest < other ? Rest::kBelowHalf : rest == other ? Rest::kHalf : Rest::kAboveHalf;
}

// Whether rounding moves the magnitude `quotient` one away from zero.
bool moves_away(uint128 quotient, Rest rest, bool negative, Rounding mode) {
  if (rest == Rest::kNone) return false;
  switch (mode) {
    case Rounding::kHalfEven:
      return rest == Rest::kAboveHalf || (rest == Rest::kHalf && (quotient & 1) != 0);
    case Rounding::kHalfUp: return rest != Rest::kBelowHalf;
    case Rounding::kDown: return false;
    case Rounding::kUp: return true;
    case Rounding::kFloor: return negative;
    case Rounding::kCeiling: return !negative;
  }
  return false;
}

// The decimal of a rounded quotient, or nothing when it has too many digits.
std::optional<Decimal> rounded(const Uint256& quotient, Rest rest, bool negative, Rounding mode,
                               int scale) {
  if (quotient.high != 0 || quotient.low >= kBound) return std::nullopt;
  const uint128 value = quotient.low + (moves_away(quotient.low, rest, negative, mode) ? 1U : 0U);
  if (value >= kBound) return std::nullopt;
  return Decimal(with_sign(value, negative), scale);
}

// `coefficient` * 10^digits when that still fits 128 bits.
std::optional<int128> shifted(int128 coefficient, int digits) {
  if (digits == 0) return coefficient;
  const uint128 value = magnitude(coefficient);
  constexpr uint128 kMax = ~uint128{0} >> 1;
  if (value > kMax / kPow10[static_cast<std::size_t>(digits)]) return std::nullopt;
  return with_sign(value * kPow10[static_cast<std::size_t>(digits)], coefficient < 0);
}

std::optional<Decimal> try_add(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale(), b.scale());
  const auto x = shifted(a.coefficient(), scale - a.scale());
  const auto y = shifted(b.coefficient(), scale - b.scale());
  int128 sum = 0;
  if (!x || !y || __builtin_add_overflow(*x, *y, &sum) || magnitude(sum) >= kBound) {
    return std::nullopt;
  }
  return Decimal(sum, scale);
}

std::optional<Decimal> try_multiply(const Decimal& a, const Decimal& b) {
  const bool negative = a.is_negative() != b.is_negative();
  Uint256 product = base::multiply_wide(magnitude(a.coefficient()), magnitude(b.coefficient()));
  const int scale = a.scale() + b.scale();
  const int excess = std::max(0, scale - Decimal::kMaxScale);  // at most 18: fits 64 bits
  const auto divisor = static_cast<std::uint64_t>(kPow10[static_cast<std::size_t>(excess)]);
  const std::uint64_t rest = base::divide_in_place(&product, divisor);
  return rounded(product, classify(rest, divisor), negative, Rounding::kHalfEven, scale - excess);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view take_digits(std::string_view* text) {
  std::size_t n = 0;
  while (n < text->size() && is_digit((*text)[n])) ++n;
  const std::string_view digits = text->substr(0, n);
  text->remove_prefix(n);
  return digits;
}

bool take_sign(std::string_view* text) {
  if (text->empty() || (text->front() != '-' && text->front() != '+')) return false;
  const bool negative = text->front() == '-';
  text->remove_prefix(1);
  return negative;
}

struct Lexeme {
  bool negative = false;
  std::string digits;      // without leading zeros; empty for zero
  std::int64_t scale = 0;  // may lie outside 0..18
};

std::optional<Lexeme> read_lexeme(std::string_view text) {
  Lexeme out;
  out.negative = take_sign(&text);
  const std::string_view whole = take_digits(&text);
  if (whole.empty()) return std::nullopt;
  std::string_view fraction;
  if (!text.empty() && text.front() == '.') {
    text.remove_prefix(1);
    fraction = take_digits(&text);
    if (fraction.empty()) return std::nullopt;
  }
  std::int64_t exponent = 0;
  if (!text.empty() && (text.front() == 'e' || text.front() == 'E')) {
    text.remove_prefix(1);
    const bool negative = take_sign(&text);
    const std::string_view digits = take_digits(&text);
    if (digits.empty()) return std::nullopt;
    for (const char c : digits)
      exponent = std::min<std::int64_t>(exponent * 10 + (c - '0'), 1 << 30);
    if (negative) exponent = -exponent;
  }
  if (!text.empty()) return std::nullopt;
  out.digits.append(whole).append(fraction);
  out.digits.erase(0, std::min(out.digits.find_first_not_of('0'), out.digits.size()));
  out.scale = static_cast<std::int64_t>(fraction.size()) - exponent;
  return out;
}

// Brings the scale into 0..18 and the digits within 38 without changing the value.
bool fit(Lexeme* n) {
  if (n->digits.empty()) {
    n->scale = std::clamp<std::int64_t>(n->scale, 0, Decimal::kMaxScale);
    return true;
  }
  if (n->scale < 0) {
    if (static_cast<std::int64_t>(n->digits.size()) - n->scale > Decimal::kMaxDigits) return false;
    n->digits.append(static_cast<std::size_t>(-n->scale), '0');
    n->scale = 0;
  }
  while (n->scale > 0 && n->digits.back() == '0' &&
         (n->scale > Decimal::kMaxScale || n->digits.size() > Decimal::kMaxDigits)) {
    n->digits.pop_back();
    --n->scale;
  }
  return n->scale <= Decimal::kMaxScale && n->digits.size() <= Decimal::kMaxDigits;
}

}  // namespace

Result<Decimal> Decimal::parse(std::string_view text) {
  std::optional<Lexeme> lexeme = read_lexeme(text);
  if (!lexeme) {
    return Status(Code::kInvalidArgument,
                  base::quoted(text) + " is not a decimal number; write it like -1234.56");
  }
  if (!fit(&*lexeme)) {
    return Status(Code::kInvalidArgument,
                  base::quoted(text) +
                      " does not fit a decimal: at most 38 digits, 18 of them after the point");
  }
  uint128 value = 0;
  for (const char c : lexeme->digits) value = value * 10 + static_cast<uint128>(c - '0');
  return Decimal(with_sign(value, lexeme->negative), static_cast<int>(lexeme->scale));
}

Result<Decimal> Decimal::from_double(double value) {
  if (!std::isfinite(value)) {
    return Status(Code::kInvalidArgument, "NaN and infinity have no decimal");
  }
  char buffer[32];
  const auto end = std::to_chars(buffer, buffer + sizeof buffer, value);
  return parse(std::string_view(buffer, static_cast<std::size_t>(end.ptr - buffer)));
}

std::string Decimal::to_string() const {
  std::string digits;  // least significant first
  uint128 rest = magnitude(coefficient_);
  while (rest != 0 || digits.size() <= scale_) {
    if (scale_ != 0 && digits.size() == scale_) digits.push_back('.');
    digits.push_back(static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  }
  if (is_negative()) digits.push_back('-');
  std::reverse(digits.begin(), digits.end());
  return digits;
}

double Decimal::to_double() const {
  // Both operands exact: one correctly rounded division gives the nearest double.
  constexpr uint128 kExact = uint128{1} << 53;
  if (magnitude(coefficient_) <= kExact) {
    return static_cast<double>(static_cast<std::int64_t>(coefficient_)) /
           static_cast<double>(static_cast<std::uint64_t>(kPow10[scale_]));
  }
  const std::string text = to_string();
  double value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<std::int64_t> Decimal::to_int64() const {
  const Decimal whole = normalized();
  if (whole.scale() != 0) {
    return Status(Code::kExpressionFailed, to_string() + " is not a whole number");
  }
  const auto value = static_cast<std::int64_t>(whole.coefficient());
  if (value != whole.coefficient()) {
    return Status(Code::kExpressionFailed, to_string() + " is out of the range of int");
  }
  return value;
}

Result<Decimal> Decimal::rescale(int scale, Rounding mode) const {
  if (scale < 0 || scale > kMaxScale) return bad_scale(scale);
  if (scale >= scale_) {
    const auto value = shifted(coefficient_, scale - scale_);
    if (!value || magnitude(*value) >= kBound) return overflow("rescale");
    return Decimal(*value, scale);
  }
  const uint128 divisor = kPow10[static_cast<std::size_t>(scale_ - scale)];
  const uint128 value = magnitude(coefficient_);
  const auto result =
      rounded({0, value / divisor}, classify(value % divisor, divisor), is_negative(), mode, scale);
  if (!result) return overflow("rescale");
  return *result;
}

Result<Decimal> Decimal::rescale_exact(int scale) const {
  Result<Decimal> result = rescale(scale, Rounding::kDown);
  if (result.ok() && *result != *this) {
    return Status(Code::kExpressionFailed, to_string() + " has more than " + std::to_string(scale) +
                                               " digits after the decimal point");
  }
  return result;
}

Decimal Decimal::normalized() const {
  Decimal out = *this;
  while (out.scale_ > 0 && out.coefficient_ % 10 == 0) {
    out.coefficient_ /= 10;
    --out.scale_;
  }
  return out;
}

// Zeros at the end of a fraction cost digits: when they alone make the sum or the product too
// long, it is computed without them.
Result<Decimal> Decimal::add(const Decimal& other) const {
  if (const auto sum = try_add(*this, other)) return *sum;
  if (const auto sum = try_add(normalized(), other.normalized())) return *sum;
  return overflow("addition");
}

Result<Decimal> Decimal::subtract(const Decimal& other) const {
  Result<Decimal> negated = other.negate();
  if (!negated.ok()) return negated;
  Result<Decimal> difference = add(*negated);
  if (!difference.ok()) return overflow("subtraction");
  return difference;
}

Result<Decimal> Decimal::multiply(const Decimal& other) const {
  if (const auto product = try_multiply(*this, other)) return *product;
  if (const auto product = try_multiply(normalized(), other.normalized())) return *product;
  return overflow("multiplication");
}

Result<Decimal> Decimal::divide(const Decimal& other, int scale, Rounding mode) const {
  if (scale < 0 || scale > kMaxScale) return bad_scale(scale);
  if (other.is_zero()) return Status(Code::kExpressionFailed, "decimal division by zero");
  const bool negative = is_negative() != other.is_negative();
  const uint128 divisor = magnitude(other.coefficient_);
  const int shift = other.scale() + scale - this->scale();
  std::optional<Decimal> result;
  if (shift >= 0) {
    Uint256 value =
        base::multiply_wide(magnitude(coefficient_), kPow10[static_cast<std::size_t>(shift)]);
    const uint128 rest = base::divide_in_place(&value, divisor);
    result = rounded(value, classify(rest, divisor), negative, mode, scale);
  } else {
    // a / (b * 10^k) in two steps: what the first leaves over only breaks ties of the second.
    const uint128 value = magnitude(coefficient_) / divisor;
    const bool inexact = magnitude(coefficient_) % divisor != 0;
    const uint128 power = kPow10[static_cast<std::size_t>(-shift)];
    Rest rest = classify(value % power, power);
    if (inexact && rest == Rest::kNone) rest = Rest::kBelowHalf;
    if (inexact && rest == Rest::kHalf) rest = Rest::kAboveHalf;
    result = rounded({0, value / power}, rest, negative, mode, scale);
  }
  if (!result) return overflow("division");
  return *result;
}

Result<Decimal> Decimal::negate() const {
  if (magnitude(coefficient_) >= kBound) return overflow("negation");
  return Decimal(-coefficient_, scale_);
}

std::strong_ordering operator<=>(const Decimal& a, const Decimal& b) {
  const int scale = std::max(a.scale(), b.scale());
  const auto x = shifted(a.coefficient_, scale - a.scale());
  const auto y = shifted(b.coefficient_, scale - b.scale());
  if (x && y) return *x <=> *y;
  // Only the operand of the smaller scale is shifted, so at most one overflows: it is the farther
  // one from zero.
  if (!x) return a.is_negative() ? std::strong_ordering::less : std::strong_ordering::greater;
  return b.is_negative() ? std::strong_ordering::greater : std::strong_ordering::less;
}

}  // namespace kith
