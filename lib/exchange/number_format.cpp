#include <algorithm>

#include "base/message.hpp"
#include "base/utf8.hpp"
#include "exchange/formats.hpp"

namespace kith::exchange {

namespace {

bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }
bool is_blank(char32_t c) { return c == ' ' || c == '\t' || c == 0xA0 || c == 0x202F; }
bool is_minus(char32_t c) { return c == '-' || c == 0x2212; }

bool is_currency_sign(char32_t c) {
  return c == '$' || c == 0xA2 || c == 0xA3 || c == 0xA5 || (c >= 0x20A0 && c <= 0x20CF);
}

// The letters of ISO 4217. Which currency it is, is the mapping's to say.
bool is_currency_code(std::u32string_view text) {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), [](char32_t c) { return c >= 'A' && c <= 'Z'; });
}

// A number without what stands around it.
struct Bare {
  std::u32string_view body;
  bool negative = false;
  bool percent = false;
};

std::optional<Bare> strip(std::u32string_view text) {
  int signs = 0;
  int minuses = 0;
  int currencies = 0;
  int opened = 0;
  int closed = 0;
  int percents = 0;
  while (!text.empty() && !is_digit(text.front()) && text.front() != '.' && text.front() != ',') {
    const char32_t c = text.front();
    if (is_currency_code(text.substr(0, 3))) {
      ++currencies;
      text.remove_prefix(2);
    } else if (is_minus(c) || c == '+') {
      ++signs;
      minuses += is_minus(c) ? 1 : 0;
    } else if (is_currency_sign(c)) {
      ++currencies;
    } else if (c == '(') {
      ++opened;
    } else if (!is_blank(c)) {
      return std::nullopt;
    }
    text.remove_prefix(1);
  }
  while (!text.empty() && !is_digit(text.back())) {
    const char32_t c = text.back();
    if (text.size() >= 3 && is_currency_code(text.substr(text.size() - 3))) {
      ++currencies;
      text.remove_suffix(2);
    } else if (is_minus(c)) {
      ++signs;
      ++minuses;
    } else if (is_currency_sign(c)) {
      ++currencies;
    } else if (c == ')') {
      ++closed;
    } else if (c == '%') {
      ++percents;
    } else if (!is_blank(c)) {
      return std::nullopt;
    }
    text.remove_suffix(1);
  }
  if (text.empty() || signs > 1 || currencies > 1 || opened > 1 || opened != closed ||
      percents > 1 || (opened == 1 && signs == 1)) {
    return std::nullopt;
  }
  return Bare{text, opened == 1 || minuses == 1, percents == 1};
}

std::optional<std::u32string> decode(std::string_view text) {
  std::u32string out;
  for (std::size_t at = 0; at < text.size();) {
    const base::CodePoint c = base::decode_utf8(text, at);
    if (c.size == 0) return std::nullopt;
    out.push_back(c.value);
    at += c.size;
  }
  return out;
}

Status unclear(std::string_view pattern, std::string_view why) {
  return Status(Code::kInvalidArgument,
                "number format " + base::quoted(pattern) + " " + std::string(why) +
                    "; show a number as the file writes it: 1234.56, 1,234.56, 1.234,56, 12.5%");
}

}  // namespace

Result<NumberFormat> NumberFormat::compile(std::string_view pattern) {
  NumberFormat format;
  format.pattern_ = std::string(pattern);
  std::string_view body = pattern;
  if (body.ends_with("[%]")) {
    format.percent_ = Percent::kDrop;
    body.remove_suffix(3);
  } else if (body.ends_with("%")) {
    format.percent_ = Percent::kDivide;
    body.remove_suffix(1);
  }
  std::string marks;  // the separators, in order
  std::size_t first = 0;
  std::size_t last = 0;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (is_digit(static_cast<unsigned char>(body[i]))) continue;
    if (std::string_view(".,' ").find(body[i]) == std::string_view::npos) {
      return unclear(pattern, "is no number");
    }
    if (marks.empty()) first = i;
    last = i;
    marks.push_back(body[i]);
  }
  if (body.empty() || (!marks.empty() && (first == 0 || last + 1 == body.size()))) {
    return unclear(pattern, "is no number");
  }
  format.point_ = 0;
  char group = 0;
  if (!marks.empty()) {
    const bool one_kind = marks.find_first_not_of(marks[0]) == std::string::npos;
    const bool like_a_group = body.size() - last - 1 == 3 && first <= 3;
    const bool blank = marks.back() == ' ' || marks.back() == '\'';
    if (one_kind && (marks.size() > 1 || like_a_group)) {
      group = marks[0];
    } else if (!blank && (one_kind || marks.find_first_not_of(marks[0]) == marks.size() - 1)) {
      format.point_ = marks.back();
      group = one_kind ? '\0' : marks[0];
    } else {
      return unclear(pattern, "mixes its separators");
    }
  }
  switch (group) {
    case ',': format.group_ = Group::kComma; break;
    case '.': format.group_ = Group::kDot; break;
    case ' ': format.group_ = Group::kSpace; break;
    case '\'': format.group_ = Group::kApostrophe; break;
    default: break;
  }
  return format;
}

bool NumberFormat::is_group(char32_t c) const {
  switch (group_) {
    case Group::kNone: return false;
    case Group::kComma: return c == ',';
    case Group::kDot: return c == '.';
    case Group::kSpace: return is_blank(c);
    case Group::kApostrophe: return c == '\'' || c == 0x2019;
  }
  return false;
}

std::optional<Decimal> NumberFormat::parse(std::string_view text) const {
  const std::optional<std::u32string> decoded = decode(text);
  if (!decoded) return std::nullopt;
  const std::optional<Bare> bare = strip(*decoded);
  if (!bare) return std::nullopt;
  if (bare->percent ? percent_ == Percent::kRefused : percent_ == Percent::kDivide) {
    return std::nullopt;
  }
  std::string plain = bare->negative ? "-" : "";
  std::size_t run = 0;  // digits since the last separator
  bool grouped = false;
  bool fraction = false;
  for (const char32_t c : bare->body) {
    if (is_digit(c)) {
      plain.push_back(static_cast<char>(c));
      ++run;
      continue;
    }
    if (fraction) return std::nullopt;
    const bool whole = grouped ? run == 3 : run <= 3;
    if (is_group(c)) {
      if (!whole || run == 0) return std::nullopt;
      grouped = true;
    } else if (point_ != 0 && c == static_cast<unsigned char>(point_)) {
      if (grouped && !whole) return std::nullopt;
      if (run == 0) plain.push_back('0');
      plain.push_back('.');
      fraction = true;
    } else {
      return std::nullopt;
    }
    run = 0;
  }
  if (run == 0 || (grouped && !fraction && run != 3)) return std::nullopt;
  Result<Decimal> value = Decimal::parse(plain);
  if (!value.ok()) return std::nullopt;
  if (!bare->percent || percent_ == Percent::kDrop) return *value;
  // A hundredth is the same digits two places down.
  const Decimal given = value->normalized();
  if (given.scale() + 2 > Decimal::kMaxScale) return std::nullopt;
  return Decimal(given.coefficient(), given.scale() + 2);
}

const NumberFormats& plain_numbers() {
  static const NumberFormats formats({*NumberFormat::compile("1234.56")});
  return formats;
}

}  // namespace kith::exchange
