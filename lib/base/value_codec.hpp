// base/value_codec.hpp: values as bytes, for history entries and catalog rows.
//
//   ByteWriter out;
//   KITH_TRY(encode_value(value, &out));
//   ByteReader in(out.bytes());
//   KITH_ASSIGN(Value same, decode_value(&in));
//
// One tag byte, then varints and length-prefixed bytes; no version: the tags are part of the file
// format and are never given another meaning. The same value gives the same bytes, every NaN is one
// NaN. A decimal keeps its scale, so 1.5 and 1.50 differ in bytes though they are equal.
//
// decode_value() takes any bytes without harm: kCorrupt when they are not what encode_value()
// writes. It reads one value and leaves the reader behind it.
#pragma once

#include "base/bytes.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::base {

inline constexpr int kMaxValueDepth = 100;  // lists and maps inside another

Status encode_value(const Value& value, ByteWriter* out);  // kLimit when nested too deep
Result<Value> decode_value(ByteReader* in);

}  // namespace kith::base
