// Conversions between types, type() and dyn().
#include <charconv>
#include <cmath>
#include <limits>

#include "expr/library.hpp"
#include "expr/number_text.hpp"
#include "expr/utf8.hpp"

namespace kith::expr::library {
namespace {

constexpr double kIntLimit = 9223372036854775808.0;    // 2^63
constexpr double kUintLimit = 18446744073709551616.0;  // 2^64

Datum out_of_range(const Call& call, const char* type) {
  return call.frame.data_error(std::string("the value is out of the range of ") + type);
}

Datum not_readable(const Call& call, std::string_view text, const char* type) {
  return call.frame.data_error("cannot read \"" + std::string(text.substr(0, 60)) + "\" as " +
                               type);
}

Datum same(const Call&, const Datum* args) { return args[0]; }

// Reading a text as something else looks at all of it.
bool charge_reading(const Call& call, const Datum& arg) {
  return !arg.is(Tag::kString) || call.frame.charge_long(arg.text().size());
}

Datum int_of(const Call& call, const Datum* args) {
  if (!charge_reading(call, args[0])) return call.frame.exhausted();
  switch (args[0].tag) {
    case Tag::kUint:
      if (args[0].uint_value > static_cast<std::uint64_t>(INT64_MAX)) {
        return out_of_range(call, "int");
      }
      return Datum::integer(static_cast<std::int64_t>(args[0].uint_value));
    case Tag::kDouble: {
      const double d = args[0].double_value;
      if (!(d > -kIntLimit && d < kIntLimit)) return out_of_range(call, "int");
      return Datum::integer(static_cast<std::int64_t>(d));
    }
    case Tag::kTimestamp: return Datum::integer(args[0].int_value);
    case Tag::kDecimal: {
      const Result<Decimal> whole = args[0].decimal().rescale(0, Rounding::kDown);
      if (!whole.ok()) return out_of_range(call, "int");
      const Result<std::int64_t> value = whole->to_int64();
      return value.ok() ? Datum::integer(*value) : out_of_range(call, "int");
    }
    default: break;
  }
  std::string_view text = args[0].text();
  if (text.size() > 1 && text[0] == '+' && text[1] != '-') text.remove_prefix(1);
  std::int64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    return not_readable(call, args[0].text(), "int");
  }
  return Datum::integer(value);
}

Datum uint_of(const Call& call, const Datum* args) {
  if (!charge_reading(call, args[0])) return call.frame.exhausted();
  switch (args[0].tag) {
    case Tag::kInt:
      if (args[0].int_value < 0) return out_of_range(call, "uint");
      return Datum::unsigned_integer(args[0].uint_value);
    case Tag::kDouble: {
      const double d = args[0].double_value;
      if (!(d >= 0 && d < kUintLimit)) return out_of_range(call, "uint");
      return Datum::unsigned_integer(static_cast<std::uint64_t>(d));
    }
    default: break;
  }
  const std::string_view text = args[0].text();
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size()) {
    return not_readable(call, text, "uint");
  }
  return Datum::unsigned_integer(value);
}

Datum double_of(const Call& call, const Datum* args) {
  if (!charge_reading(call, args[0])) return call.frame.exhausted();
  switch (args[0].tag) {
    case Tag::kInt: return Datum::floating(static_cast<double>(args[0].int_value));
    case Tag::kUint: return Datum::floating(static_cast<double>(args[0].uint_value));
    case Tag::kDecimal: return Datum::floating(args[0].decimal().to_double());
    default: break;
  }
  double value = 0;
  if (!read_double(args[0].text(), &value)) return not_readable(call, args[0].text(), "double");
  return Datum::floating(value);
}

Datum string_of(const Call& call, const Datum* args) {
  Frame& frame = call.frame;
  const Datum& arg = args[0];
  if (arg.is(Tag::kBytes)) {
    if (!frame.charge_text(arg.text().size())) return frame.exhausted();
    if (!utf8::valid(arg.text())) return frame.data_error("the bytes are not valid UTF-8");
    return Datum::string(arg.text());
  }
  return frame.string(scalar_text(arg));
}

Datum bytes_of(const Call&, const Datum* args) { return Datum::bytes(args[0].text()); }

Datum bool_of(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  for (const char* yes : {"1", "t", "T", "true", "TRUE", "True"}) {
    if (text == yes) return Datum::boolean(true);
  }
  for (const char* no : {"0", "f", "F", "false", "FALSE", "False"}) {
    if (text == no) return Datum::boolean(false);
  }
  return not_readable(call, text, "bool");
}

Datum timestamp_of_string(const Call& call, const Datum* args) {
  if (!charge_reading(call, args[0])) return call.frame.exhausted();
  const Result<Timestamp> parsed = Timestamp::parse(args[0].text());
  if (!parsed.ok()) return call.frame.data_error(parsed.status().message());
  return Datum::timestamp(*parsed);
}

Datum timestamp_of_int(const Call& call, const Datum* args) {
  const Timestamp time(args[0].int_value, 0);
  return time.in_range() ? Datum::timestamp(time) : out_of_range(call, "timestamp");
}

Datum duration_of_string(const Call& call, const Datum* args) {
  if (!charge_reading(call, args[0])) return call.frame.exhausted();
  const Result<Duration> parsed = Duration::parse(args[0].text());
  if (!parsed.ok()) return call.frame.data_error(parsed.status().message());
  return Datum::duration(parsed->total_nanoseconds());
}

Datum type_of(const Call&, const Datum* args) { return Datum::type(type_name(args[0])); }

}  // namespace

void add_conversions(FunctionRegistry* registry) {
  for (const Type& type : {boolean(), integer(), unsigned_integer(), floating(), string(), bytes(),
                           timestamp(), duration()}) {
    const std::string name = type.to_string();
    define(registry, name, name + "_to_" + name, {type}, type, &same);
  }
  for (const Type& from : {unsigned_integer(), floating(), string(), timestamp(), decimal()}) {
    define(registry, "int", from.to_string() + "_to_int", {from}, integer(), &int_of);
  }
  for (const Type& from : {integer(), floating(), string()}) {
    define(registry, "uint", from.to_string() + "_to_uint", {from}, unsigned_integer(), &uint_of);
  }
  for (const Type& from : {integer(), unsigned_integer(), string(), decimal()}) {
    define(registry, "double", from.to_string() + "_to_double", {from}, floating(), &double_of);
  }
  for (const Type& from : {boolean(), integer(), unsigned_integer(), floating(), decimal(), bytes(),
                           date(), timestamp(), duration()}) {
    define(registry, "string", from.to_string() + "_to_string", {from}, string(), &string_of);
  }
  define(registry, "bytes", "string_to_bytes", {string()}, bytes(), &bytes_of);
  define(registry, "bool", "string_to_bool", {string()}, boolean(), &bool_of);
  define(registry, "timestamp", "string_to_timestamp", {string()}, timestamp(),
         &timestamp_of_string);
  define(registry, "timestamp", "int_to_timestamp", {integer()}, timestamp(), &timestamp_of_int);
  define(registry, "duration", "string_to_duration", {string()}, duration(), &duration_of_string);
  define(registry, "type", "type", {param("A")}, Type::type_of(param("A")), &type_of);
  define(registry, "dyn", "to_dyn", {param("A")}, dyn(), &same);
}

}  // namespace kith::expr::library
