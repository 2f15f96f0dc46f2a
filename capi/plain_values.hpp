// capi/plain_values.hpp: the plain structs of kith.h and the values of the C++ interface.
//
//   KITH_ASSIGN(const Timestamp now, time_in(&options.now, "now"));
//   *out = time_out(record.created);
#pragma once

#include "handles.hpp"

namespace kith::capi {

Result<Timestamp> time_in(const kith_time* time, const char* name);
Result<Duration> duration_in(const kith_time* time, const char* name);
Result<Decimal> decimal_in(const kith_decimal* decimal, const char* name);
Result<Money> money_in(const kith_money* money, const char* name);
Result<Date> date_in(std::int32_t days);
Result<bool> bool_in(std::uint8_t value);
Result<Bytes> bytes_in(const std::uint8_t* data, std::size_t size);
Result<Value> json_in(const char* json, std::size_t size, const char* name);
// A JSON object; empty text is the empty object.
Result<Map> json_map_in(const char* json, std::size_t size, const char* name);

kith_time time_out(Timestamp time);
kith_time duration_out(Duration duration);
kith_decimal decimal_out(const Decimal& decimal);
kith_money money_out(const Money& money);

}  // namespace kith::capi
