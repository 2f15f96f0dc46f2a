// exchange/formats.hpp: how the dates and numbers of a column are written.
//
//   KITH_ASSIGN(auto dates, exchange::DateFormats::compile({"MM/DD/YYYY", "DD-MM-YY"}));
//   auto read = dates.parse("03-01-17");        // 2017-01-03, by the second format
//   read->ambiguous;                            // another format reads it as another day
//
// A list is tried in order and the first format that accepts the whole text wins. `ambiguous` tells
// that a later format accepts it too and reads something else. The two languages:
//
// Dates. YYYY year; YY two digits, below the pivot (70) 20YY, else 19YY; MM month of two digits, M
// of one or two; MMM "Mar", MMMM "March" (English, any case); DD, D day; HH, H hour 0-23; hh, h
// hour 1-12 with A for AM or PM; mm, m minute; ss, s second; S fraction of 1-9 digits; Z "Z" or an
// offset +01:00, +0100. 'quoted' text, T and everything that is not a letter stand for themselves.
// A date needs year, month and day; a time of day is optional.
//
// Numbers are shown by example: "1234.56", "1,234.56", "1.234,56", "1 234,56", "1'234.56", "1234".
// Grouping and fraction are optional in the data, but groups must be whole. A currency sign
// ($ EUR ...) around the number is dropped, (12) and 12- are -12. "12.5%" wants the sign and
// divides by 100; "12.5[%]" drops the sign if it is there. Results are exact decimals.
//
// Threads: compiled formats are immutable. Errors: kInvalidArgument naming the pattern.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/date.hpp"
#include "kith/decimal.hpp"
#include "kith/result.hpp"

namespace kith::exchange {

// A reading of the calendar, valid as a date and time of day.
struct CivilTime {
  CivilDay day;
  std::int32_t hour = 0;
  std::int32_t minute = 0;
  std::int32_t second = 0;
  std::int32_t nanosecond = 0;
  bool has_time = false;
  std::optional<std::int32_t> offset_seconds;  // east of Greenwich, when the text says

  friend bool operator==(const CivilTime&, const CivilTime&) = default;
};

class DateFormat {
 public:
  static constexpr int kDefaultPivot = 70;

  static Result<DateFormat> compile(std::string_view pattern, int pivot = kDefaultPivot);
  std::optional<CivilTime> parse(std::string_view text) const;
  const std::string& pattern() const { return pattern_; }

 private:
  enum class Part : std::uint8_t {
    kLiteral,
    kYear4,
    kYear2,
    kMonth2,
    kMonth,
    kMonthShort,
    kMonthLong,
    kDay2,
    kDay,
    kHour2,
    kHour,
    kHalfHour2,
    kHalfHour,
    kMinute2,
    kMinute,
    kSecond2,
    kSecond,
    kFraction,
    kHalf,
    kZone,
  };
  struct Token {
    Part part;
    std::string literal;
  };
  Status check() const;

  std::string pattern_;
  int pivot_ = kDefaultPivot;
  std::vector<Token> tokens_;
};

class NumberFormat {
 public:
  static Result<NumberFormat> compile(std::string_view pattern);
  std::optional<Decimal> parse(std::string_view text) const;
  const std::string& pattern() const { return pattern_; }

 private:
  enum class Percent : std::uint8_t { kRefused, kDivide, kDrop };
  enum class Group : std::uint8_t { kNone, kComma, kDot, kSpace, kApostrophe };

  bool is_group(char32_t c) const;

  std::string pattern_;
  char point_ = '.';  // 0: whole numbers only
  Group group_ = Group::kNone;
  Percent percent_ = Percent::kRefused;
};

template <typename T>
struct Reading {
  T value;
  bool ambiguous = false;
};

// An ordered list; empty accepts nothing.
template <typename Format, typename T>
class FormatList {
 public:
  FormatList() = default;
  explicit FormatList(std::vector<Format> formats) : formats_(std::move(formats)) {}

  std::optional<Reading<T>> parse(std::string_view text) const {
    std::optional<Reading<T>> first;
    for (const Format& format : formats_) {
      std::optional<T> value = format.parse(text);
      if (!value) continue;
      if (!first) {
        first = Reading<T>{*value, false};
      } else if (!(first->value == *value)) {
        first->ambiguous = true;
        break;
      }
    }
    return first;
  }
  bool empty() const { return formats_.empty(); }
  // "MM/DD/YYYY or DD-MM-YY", for messages.
  std::string describe() const {
    std::string text;
    for (const Format& format : formats_) text += (text.empty() ? "" : " or ") + format.pattern();
    return text;
  }

 private:
  std::vector<Format> formats_;
};

using DateFormats = FormatList<DateFormat, CivilTime>;
using NumberFormats = FormatList<NumberFormat, Decimal>;

// YYYY-MM-DD, with and without a time of day, as kith itself writes.
const DateFormats& iso_dates();
const NumberFormats& plain_numbers();

}  // namespace kith::exchange
