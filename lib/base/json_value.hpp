// base/json_value.hpp: values as JSON and JSON as values.
//
//   const auto ids = [&](RecordId id) { return catalog.format(id); };   // "account:7"
//   std::string text = json::to_json(value, ids);
//   KITH_ASSIGN(Value value, json::to_value(node));
//
// To JSON: decimals are numbers with all their digits; money is {"amount": 12.50, "currency":
// "EUR"}; dates, timestamps and durations are texts ("2017-03-01", "2017-03-01T08:30:00Z",
// "5400s"); bytes are base64; NaN and the infinities are texts; references are what the formatter
// says, and null when the reference is; map keys that are no text become one ("7", "true").
//
// From JSON, without a schema: whole numbers are int, or decimal beyond 64 bits; other numbers are
// decimal when that is exact, else double; texts stay texts. Fields with a type read a Node
// themselves.
#pragma once

#include <functional>
#include <string>

#include "base/json.hpp"
#include "kith/value.hpp"

namespace kith::json {

using ReferenceFormatter = std::function<std::string(RecordId)>;

// Writes `value` where the writer stands.
void write_value(const Value& value, const ReferenceFormatter& format_reference, Writer* out);
std::string to_json(const Value& value, const ReferenceFormatter& format_reference,
                    Style style = Style::kCompact);

Result<Value> to_value(const Node& node);

}  // namespace kith::json
