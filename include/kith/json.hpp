// kith/json.hpp: values and results as JSON, the same text in every face.
//
//   std::string text = kith::to_json(rows, db_reader);
//
// bool, int, text, null as themselves; decimal and double as number lexemes (NaN and infinities
// as strings); money {"amount", "currency"}; date, timestamp and duration as text ("2017-03-01",
// RFC 3339 in UTC, "5400s"); bytes in base64; references "account:7".
#pragma once

#include <string>
#include <string_view>

#include "kith/snapshot.hpp"

namespace kith {

std::string to_json(const Value& value, const Reader* ids = nullptr);
std::string to_json(const Record& record, const Reader& ids);
std::string to_json(const Rows& rows, const Reader& ids, bool pretty = false);
std::string to_json(const ReportResult& report, const Reader& ids, bool pretty = false);

// Reads a JSON value; integers become int, other numbers decimal when exact, else double.
Result<Value> value_from_json(std::string_view text);
// A JSON object as a patch. The write path reads texts as what the field holds: references
// "account:7", dates, decimals, options; money is {"amount": 12.50, "currency": "EUR"}.
Result<Patch> patch_from_json(std::string_view text);

}  // namespace kith
