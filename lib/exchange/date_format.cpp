#include <algorithm>
#include <array>
#include <cctype>

#include "base/message.hpp"
#include "base/try.hpp"
#include "exchange/formats.hpp"

namespace kith::exchange {

namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december"};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

// Reads a text from left to right; each step says whether it fitted.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}

  bool at_end() const { return at_ == text_.size(); }
  std::size_t position() const { return at_; }

  bool literal(std::string_view expected) {
    if (text_.substr(at_, expected.size()) != expected) return false;
    at_ += expected.size();
    return true;
  }

  bool number(std::size_t least, std::size_t most, std::int32_t* out) {
    std::size_t n = 0;
    std::int32_t value = 0;
    while (n < most && at_ + n < text_.size() && is_digit(text_[at_ + n])) {
      value = value * 10 + (text_[at_ + n] - '0');
      ++n;
    }
    if (n < least) return false;
    at_ += n;
    *out = value;
    return true;
  }

  // The word of `words` that the text goes on with, cut to `length` letters if that is not 0.
  template <std::size_t N>
  bool word(const std::array<std::string_view, N>& words, std::size_t length, std::int32_t* out) {
    std::string lower;
    for (std::size_t i = at_; i < text_.size() && is_letter(text_[i]); ++i) {
      lower.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(text_[i]))));
    }
    for (std::size_t i = 0; i < N; ++i) {
      const std::string_view word = length == 0 ? words[i] : words[i].substr(0, length);
      if (lower != word) continue;
      at_ += lower.size();
      *out = static_cast<std::int32_t>(i) + 1;
      return true;
    }
    return false;
  }

  // "Z", "+01:00", "-0530", "+01".
  bool zone(std::int32_t* seconds) {
    if (literal("Z") || literal("z")) {
      *seconds = 0;
      return true;
    }
    const bool west = at_ < text_.size() && text_[at_] == '-';
    if (!west && (at_ == text_.size() || text_[at_] != '+')) return false;
    ++at_;
    std::int32_t hours = 0;
    std::int32_t minutes = 0;
    if (!number(2, 2, &hours)) return false;
    if (literal(":") ? !number(2, 2, &minutes) : (!at_end() && !number(2, 2, &minutes))) {
      return false;
    }
    if (hours > 18 || minutes > 59) return false;
    *seconds = (hours * 3600 + minutes * 60) * (west ? -1 : 1);
    return true;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<DateFormat> DateFormat::compile(std::string_view pattern, int pivot) {
  struct Name {
    std::string_view text;
    Part part;
  };
  // Longer names first: MM must not be read as M and M.
  static constexpr std::array<Name, 20> kNames = {
      {{"YYYY", Part::kYear4},     {"YY", Part::kYear2},     {"MMMM", Part::kMonthLong},
       {"MMM", Part::kMonthShort}, {"MM", Part::kMonth2},    {"M", Part::kMonth},
       {"DD", Part::kDay2},        {"D", Part::kDay},        {"HH", Part::kHour2},
       {"H", Part::kHour},         {"hh", Part::kHalfHour2}, {"h", Part::kHalfHour},
       {"mm", Part::kMinute2},     {"m", Part::kMinute},     {"ss", Part::kSecond2},
       {"s", Part::kSecond},       {"S", Part::kFraction},   {"A", Part::kHalf},
       {"Z", Part::kZone},         {"T", Part::kLiteral}}};
  DateFormat format;
  format.pattern_ = std::string(pattern);
  format.pivot_ = pivot;
  for (std::size_t at = 0; at < pattern.size();) {
    const std::string_view rest = pattern.substr(at);
    if (rest[0] == '\'') {
      const std::size_t close = rest.find('\'', 1);
      if (close == std::string_view::npos) {
        return Status(Code::kInvalidArgument,
                      "date format " + base::quoted(pattern) + " has a ' that is never closed");
      }
      format.tokens_.push_back({Part::kLiteral, std::string(rest.substr(1, close - 1))});
      at += close + 1;
    } else if (!is_letter(rest[0])) {
      if (is_digit(rest[0])) {
        return Status(Code::kInvalidArgument,
                      "date format " + base::quoted(pattern) +
                          " is written with letters, not by example: YYYY-MM-DD, M/D/YY");
      }
      format.tokens_.push_back({Part::kLiteral, std::string(rest.substr(0, 1))});
      ++at;
    } else {
      const auto* name = std::find_if(kNames.begin(), kNames.end(),
                                      [&](const Name& n) { return rest.starts_with(n.text); });
      if (name == kNames.end()) {
        return Status(Code::kInvalidArgument,
                      "date format " + base::quoted(pattern) + ": " +
                          base::quoted(rest.substr(0, 1)) +
                          " means nothing; the parts are YYYY YY MMMM MMM MM M DD D HH H hh h A mm "
                          "m ss s S Z, other words stand in '...'");
      }
      format.tokens_.push_back({name->part, std::string(name->text)});
      at += name->text.size();
    }
  }
  KITH_TRY(format.check());
  return format;
}

Status DateFormat::check() const {
  int years = 0;
  int months = 0;
  int days = 0;
  int hours = 0;
  int half_hours = 0;
  int halves = 0;
  for (const Token& token : tokens_) {
    switch (token.part) {
      case Part::kYear4:
      case Part::kYear2: ++years; break;
      case Part::kMonth2:
      case Part::kMonth:
      case Part::kMonthShort:
      case Part::kMonthLong: ++months; break;
      case Part::kDay2:
      case Part::kDay: ++days; break;
      case Part::kHour2:
      case Part::kHour: ++hours; break;
      case Part::kHalfHour2:
      case Part::kHalfHour: ++half_hours; break;
      case Part::kHalf: ++halves; break;
      default: break;
    }
  }
  if (years != 1 || months != 1 || days != 1) {
    return Status(Code::kInvalidArgument, "date format " + base::quoted(pattern_) +
                                              " must have year, month and day once each");
  }
  if (hours + half_hours > 1 || half_hours != halves) {
    return Status(Code::kInvalidArgument, "date format " + base::quoted(pattern_) +
                                              " must have one hour: HH, or hh together with A");
  }
  return {};
}

std::optional<CivilTime> DateFormat::parse(std::string_view text) const {
  static constexpr std::array<std::string_view, 2> kHalves = {"am", "pm"};
  CivilTime time;
  Cursor cursor(text);
  std::int32_t half = 0;
  bool half_hours = false;
  for (const Token& token : tokens_) {
    bool fits = true;
    switch (token.part) {
      case Part::kLiteral: fits = cursor.literal(token.literal); break;
      case Part::kYear4: fits = cursor.number(4, 4, &time.day.year); break;
      case Part::kYear2:
        fits = cursor.number(2, 2, &time.day.year);
        time.day.year += time.day.year < pivot_ ? 2000 : 1900;
        break;
      case Part::kMonth2: fits = cursor.number(2, 2, &time.day.month); break;
      case Part::kMonth: fits = cursor.number(1, 2, &time.day.month); break;
      case Part::kMonthShort: fits = cursor.word(kMonths, 3, &time.day.month); break;
      case Part::kMonthLong: fits = cursor.word(kMonths, 0, &time.day.month); break;
      case Part::kDay2: fits = cursor.number(2, 2, &time.day.day); break;
      case Part::kDay: fits = cursor.number(1, 2, &time.day.day); break;
      case Part::kHour2: fits = cursor.number(2, 2, &time.hour); break;
      case Part::kHour: fits = cursor.number(1, 2, &time.hour); break;
      case Part::kHalfHour2:
      case Part::kHalfHour:
        fits = cursor.number(token.part == Part::kHalfHour ? 1 : 2, 2, &time.hour);
        half_hours = true;
        break;
      case Part::kMinute2: fits = cursor.number(2, 2, &time.minute); break;
      case Part::kMinute: fits = cursor.number(1, 2, &time.minute); break;
      case Part::kSecond2: fits = cursor.number(2, 2, &time.second); break;
      case Part::kSecond: fits = cursor.number(1, 2, &time.second); break;
      case Part::kFraction: {
        const std::size_t from = cursor.position();
        fits = cursor.number(1, 9, &time.nanosecond);
        for (std::size_t n = cursor.position() - from; n < 9; ++n) time.nanosecond *= 10;
        break;
      }
      case Part::kHalf: fits = cursor.word(kHalves, 0, &half); break;
      case Part::kZone: {
        std::int32_t offset = 0;
        fits = cursor.zone(&offset);
        time.offset_seconds = offset;
        break;
      }
    }
    if (!fits) return std::nullopt;
    time.has_time = time.has_time || (token.part >= Part::kHour2 && token.part <= Part::kSecond);
  }
  if (!cursor.at_end()) return std::nullopt;
  if (half_hours) {
    if (time.hour < 1 || time.hour > 12) return std::nullopt;
    time.hour = time.hour % 12 + (half == 2 ? 12 : 0);
  }
  if (time.hour > 23 || time.minute > 59 || time.second > 59) return std::nullopt;
  if (!Date::from_civil(time.day.year, time.day.month, time.day.day).ok()) return std::nullopt;
  return time;
}

const DateFormats& iso_dates() {
  static const DateFormats formats = [] {
    std::vector<DateFormat> list;
    for (const std::string_view pattern :
         {"YYYY-MM-DD", "YYYY-MM-DDTHH:mm:ssZ", "YYYY-MM-DDTHH:mm:ss.SZ", "YYYY-MM-DDTHH:mm:ss",
          "YYYY-MM-DDTHH:mm:ss.S", "YYYY-MM-DD HH:mm:ss", "YYYY-MM-DD HH:mm"}) {
      list.push_back(*DateFormat::compile(pattern));
    }
    return DateFormats(std::move(list));
  }();
  return formats;
}

}  // namespace kith::exchange
