// kith/value.hpp: one value of a field, a parameter or an expression result.
//
//   kith::Value v = "Acme";  v = 42;  v = *kith::Decimal::parse("12.50");  v = kith::Value();
//   if (const std::string* s = v.text()) ...
//
// A Value owns its data and can be used on any thread that has it. Choices are the option's name
// as text; multi-choices a list of names; references a RecordId. Null is a value of its own and
// equals only null. Equality is exact and by kind, except that decimals compare by value.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "kith/date.hpp"
#include "kith/decimal.hpp"
#include "kith/id.hpp"

namespace kith {

class Value;

// An ISO 4217 code, three upper-case letters, or all zero for none.
struct Currency {
  char code[4] = {0, 0, 0, 0};

  static Result<Currency> parse(std::string_view text);
  std::string_view view() const { return code; }
  friend auto operator<=>(const Currency&, const Currency&) = default;
};

struct Money {
  Decimal amount;
  Currency currency;
  friend bool operator==(const Money&, const Money&) = default;
};

struct Bytes {
  std::string data;
  friend auto operator<=>(const Bytes&, const Bytes&) = default;
};

// The name of a type as an expression value: type(1) is TypeName{"int"}.
struct TypeName {
  std::string name;
  friend auto operator<=>(const TypeName&, const TypeName&) = default;
};

using List = std::vector<Value>;

// A value of the expression language that may be there or not: optional.of(1), m.?key. Where a
// record or a column takes a value it counts as what it holds, or as null.
struct Optional {
  Optional() = default;  // none
  explicit Optional(Value value);

  bool has_value() const { return !held.empty(); }
  const Value& value() const { return held.front(); }  // only when there is one

  List held;  // none or one
  friend bool operator==(const Optional&, const Optional&) = default;
};

// In document order; keys are bool, int, uint or text, and unique.
using Map = std::vector<std::pair<Value, Value>>;

class Value {
 public:
  enum class Kind : std::uint8_t {
    kNull,
    kBool,
    kInt,
    kUint,
    kDouble,
    kDecimal,
    kMoney,
    kText,
    kBytes,
    kDate,
    kTimestamp,
    kDuration,
    kReference,
    kList,
    kMap,
    kType,
    kOptional,
  };

  Value() = default;           // null
  Value(std::nullptr_t) {}     // NOLINT: implicit by intent, as are those below
  Value(bool v) : data_(v) {}  // NOLINT
  template <std::signed_integral T>
  Value(T v) : data_(static_cast<std::int64_t>(v)) {}  // NOLINT
  template <std::unsigned_integral T>
    requires(!std::same_as<T, bool>)
  Value(T v) : data_(static_cast<std::uint64_t>(v)) {}  // NOLINT
  Value(double v) : data_(v) {}                         // NOLINT
  Value(Decimal v) : data_(v) {}                        // NOLINT
  Value(Money v) : data_(v) {}                          // NOLINT
  Value(std::string v) : data_(std::move(v)) {}         // NOLINT
  Value(std::string_view v) : data_(std::string(v)) {}  // NOLINT
  Value(const char* v) : data_(std::string(v)) {}       // NOLINT
  Value(Bytes v) : data_(std::move(v)) {}               // NOLINT
  Value(Date v) : data_(v) {}                           // NOLINT
  Value(Timestamp v) : data_(v) {}                      // NOLINT
  Value(Duration v) : data_(v) {}                       // NOLINT
  Value(RecordId v) : data_(v) {}                       // NOLINT
  Value(List v) : data_(std::move(v)) {}                // NOLINT
  Value(Map v) : data_(std::move(v)) {}                 // NOLINT
  Value(TypeName v) : data_(std::move(v)) {}            // NOLINT
  Value(Optional v) : data_(std::move(v)) {}            // NOLINT

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return data_.index() == 0; }

  // Pointer into this value when it is of that kind, else nullptr.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const std::int64_t* integer() const { return std::get_if<std::int64_t>(&data_); }
  const std::uint64_t* unsigned_integer() const { return std::get_if<std::uint64_t>(&data_); }
  const double* floating() const { return std::get_if<double>(&data_); }
  const Decimal* decimal() const { return std::get_if<Decimal>(&data_); }
  const Money* money() const { return std::get_if<Money>(&data_); }
  const std::string* text() const { return std::get_if<std::string>(&data_); }
  const Bytes* bytes() const { return std::get_if<Bytes>(&data_); }
  const Date* date() const { return std::get_if<Date>(&data_); }
  const Timestamp* timestamp() const { return std::get_if<Timestamp>(&data_); }
  const Duration* duration() const { return std::get_if<Duration>(&data_); }
  const RecordId* reference() const { return std::get_if<RecordId>(&data_); }
  const List* list() const { return std::get_if<List>(&data_); }
  const Map* map() const { return std::get_if<Map>(&data_); }
  const TypeName* type_name() const { return std::get_if<TypeName>(&data_); }
  const Optional* optional() const { return std::get_if<Optional>(&data_); }

  // The member of a map with this text key, or nullptr.
  const Value* find(std::string_view key) const;

  // For people and logs; not a parseable form. References print as "#<bits>".
  std::string to_string() const;

  friend bool operator==(const Value&, const Value&) = default;

 private:
  std::variant<std::monostate, bool, std::int64_t, std::uint64_t, double, Decimal, Money,
               std::string, Bytes, Date, Timestamp, Duration, RecordId, List, Map, TypeName,
               Optional>
      data_;
};

inline Optional::Optional(Value value) { held.push_back(std::move(value)); }

// The lower-case name of a kind: "null", "bool", "int", "text", ...
std::string_view kind_name(Value::Kind kind);

// A field name and its value, the unit of a patch: {{"stage", "Won"}, {"amount", 1200}}.
using FieldValue = std::pair<std::string, Value>;
using Patch = std::vector<FieldValue>;

}  // namespace kith
