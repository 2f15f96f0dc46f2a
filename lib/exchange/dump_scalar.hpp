// exchange/dump_scalar.hpp: single values in a dump, each in one form only.
//
//   write_instant(at, &out);
//   KITH_ASSIGN(Timestamp same, read_instant(node));
//
// Reading is strict: kImportInvalid with the line and column of what is wrong, and nothing that
// would be written otherwise is taken.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::exchange {

// What is wrong with a line of a dump, at this node of it.
Status dump_error(const json::Node& at, const std::string& message);

// "expected `what`, found a number".
Status expected(const json::Node& node, const std::string& what);
// The text of a node; borrowed from it.
Result<std::string_view> text_of(const json::Node& node, const std::string& what);

Result<std::int64_t> read_int(const json::Node& node);
Result<double> read_double(const json::Node& node);
Result<Decimal> read_decimal(const json::Node& node);
// "12.5000 EUR", or without the currency when there is none.
std::string money_text(const Money& money);
Result<Money> read_money(const json::Node& node);
// Days where the year has no text.
void write_date(Date date, json::Writer* out);
Result<Date> read_date(const json::Node& node);
// Nanoseconds where the text would not read back as the same span.
void write_duration(Duration span, json::Writer* out);
Result<Duration> read_duration(const json::Node& node);

// An instant as text with its fraction, or, outside of the years 1 to 9999, as [seconds,
// nanoseconds].
void write_instant(Timestamp at, json::Writer* out);
Result<Timestamp> read_instant(const json::Node& node);

// A whole number that is not negative.
Result<std::uint64_t> read_number(const json::Node& node, std::uint64_t max = UINT64_MAX);
Result<std::string> read_base64(const json::Node& node);

}  // namespace kith::exchange
