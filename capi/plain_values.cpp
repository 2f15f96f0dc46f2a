#include "plain_values.hpp"

#include <algorithm>
#include <cstring>
#include <limits>

namespace kith::capi {

namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int32_t kFirstDay = -719162;  // 0001-01-01
constexpr std::int32_t kLastDay = 2932896;   // 9999-12-31

Status wrong(const char* name, const std::string& why) {
  return Status(Code::kInvalidArgument, std::string("`") + name + "`: " + why);
}

Status check_time(const kith_time* time, const char* name) {
  KITH_TRY(need(time, name));
  if (time->nanoseconds < 0 || time->nanoseconds >= kNanosecondsPerSecond) {
    return wrong(name, "nanoseconds are 0 to 999999999, not " + std::to_string(time->nanoseconds));
  }
  if (time->reserved != 0) return wrong(name, "reserved is not 0");
  return {};
}

int128 largest_coefficient() {
  int128 all_nines = 0;
  for (int digit = 0; digit < Decimal::kMaxDigits; ++digit) all_nines = all_nines * 10 + 9;
  return all_nines;
}

}  // namespace

Result<Timestamp> time_in(const kith_time* time, const char* name) {
  KITH_TRY(check_time(time, name));
  const Timestamp result(time->seconds, time->nanoseconds);
  if (!result.in_range()) return wrong(name, "the time is not in the years 1 to 9999");
  return result;
}

Result<Duration> duration_in(const kith_time* time, const char* name) {
  KITH_TRY(check_time(time, name));
  const int128 total =
      static_cast<int128>(time->seconds) * kNanosecondsPerSecond + time->nanoseconds;
  if (total > std::numeric_limits<std::int64_t>::max() ||
      total < std::numeric_limits<std::int64_t>::min()) {
    return wrong(name, "the duration is longer than 292 years");
  }
  return Duration::nanoseconds(static_cast<std::int64_t>(total));
}

Result<Decimal> decimal_in(const kith_decimal* decimal, const char* name) {
  KITH_TRY(need(decimal, name));
  if (decimal->scale < 0 || decimal->scale > Decimal::kMaxScale) {
    return wrong(name, "the scale is 0 to 18, not " + std::to_string(decimal->scale));
  }
  if (decimal->reserved != 0) return wrong(name, "reserved is not 0");
  // Multiplied, not shifted: the high half may be negative.
  const int128 coefficient = static_cast<int128>(decimal->hi) * (static_cast<int128>(1) << 64) +
                             static_cast<int128>(decimal->lo);
  static const int128 largest = largest_coefficient();
  if (coefficient > largest || coefficient < -largest) {
    return wrong(name, "the coefficient has more than 38 digits");
  }
  return Decimal(coefficient, decimal->scale);
}

Result<Money> money_in(const kith_money* money, const char* name) {
  KITH_TRY(need(money, name));
  Money result;
  KITH_ASSIGN(result.amount, decimal_in(&money->amount, name));
  if (money->currency[3] != '\0') return wrong(name, "the currency does not end with '\\0'");
  const std::string_view code(money->currency);
  const bool is_none =
      std::all_of(money->currency, money->currency + 3, [](char letter) { return letter == '\0'; });
  if (!is_none) {
    KITH_ASSIGN(result.currency, Currency::parse(code));
  }
  if (std::any_of(money->reserved, money->reserved + 4, [](std::uint8_t b) { return b != 0; })) {
    return wrong(name, "reserved is not 0");
  }
  return result;
}

Result<Date> date_in(std::int32_t days) {
  if (days >= kFirstDay && days <= kLastDay) return Date(days);
  return wrong("days", std::to_string(days) +
                           " days after 1970-01-01 are not in the years 1 to "
                           "9999");
}

Result<bool> bool_in(std::uint8_t value) {
  if (value <= 1) return value == 1;
  return wrong("v", "a bool is 0 or 1, not " + std::to_string(value));
}

Result<Bytes> bytes_in(const std::uint8_t* data, std::size_t size) {
  if (data == nullptr && size != 0) return wrong("v", "NULL with a size other than 0");
  if (size == KITH_NTS) return wrong("v", "bytes have a size; KITH_NTS is for text");
  if (size == 0) return Bytes();
  return Bytes{std::string(reinterpret_cast<const char*>(data), size)};
}

Result<Value> json_in(const char* json, std::size_t size, const char* name) {
  KITH_ASSIGN(const std::string_view text, text_in(json, size, name));
  return value_from_json(text);
}

Result<Map> json_map_in(const char* json, std::size_t size, const char* name) {
  KITH_ASSIGN(const std::string_view text, text_in(json, size, name));
  if (text.empty()) return Map();
  KITH_ASSIGN(Value value, value_from_json(text));
  if (const Map* map = value.map(); map != nullptr) return *map;
  return wrong(
      name, std::string("a JSON object is needed, not a ") + std::string(kind_name(value.kind())));
}

kith_time time_out(Timestamp time) { return {time.seconds(), time.nanoseconds(), 0}; }

kith_time duration_out(Duration duration) {
  const std::int64_t total = duration.total_nanoseconds();
  std::int64_t seconds = total / kNanosecondsPerSecond;
  std::int64_t rest = total % kNanosecondsPerSecond;
  if (rest < 0) {
    rest += kNanosecondsPerSecond;
    --seconds;
  }
  return {seconds, static_cast<std::int32_t>(rest), 0};
}

kith_decimal decimal_out(const Decimal& decimal) {
  const int128 coefficient = decimal.coefficient();
  return {static_cast<std::uint64_t>(coefficient), static_cast<std::int64_t>(coefficient >> 64),
          decimal.scale(), 0};
}

kith_money money_out(const Money& money) {
  kith_money out{};
  out.amount = decimal_out(money.amount);
  std::memcpy(out.currency, money.currency.code, sizeof out.currency);
  return out;
}

}  // namespace kith::capi
