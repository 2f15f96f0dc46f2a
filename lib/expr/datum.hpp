// expr/datum.hpp: a value while it is being computed.
//
//   Datum d = Datum::integer(42);
//   if (d.is(Tag::kString)) use(d.text());
//
// A Datum is 24 bytes, trivially copied, and borrows text, lists and maps from the record, the
// activation, the program or the evaluation's arena. Errors are data too: they carry their class
// and message. It becomes a kith::Value only at the edge (expr/datum_value.hpp).
#pragma once

#include <cstdint>
#include <string_view>
#include <type_traits>

#include "expr/program.hpp"
#include "kith/date.hpp"
#include "kith/decimal.hpp"
#include "kith/id.hpp"

namespace kith::expr {

enum class Tag : std::uint8_t {
  kError,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kDecimal,
  kString,
  kBytes,
  kDate,
  kTimestamp,
  kDuration,
  kRecord,
  kList,
  kMap,
  kType,
  kOptional,
};

struct Datum;

struct ListData {
  const Datum* items;
  std::size_t size;
};

// Entries in order of insertion; `index` is an open-addressing table over the keys when there are
// many, its entries position + 1.
struct MapData {
  const Datum* keys;
  const Datum* values;
  std::size_t size;
  const std::uint32_t* index;
  std::uint32_t mask;
};

struct Datum {
  Tag tag;
  std::uint8_t small;  // scale of a decimal, class of an error
  std::uint16_t spare;
  std::uint32_t extra;  // nanoseconds of a timestamp, source offset of an error
  union {
    bool boolean_value;
    std::int64_t int_value;
    std::uint64_t uint_value;
    double double_value;
    const char* chars;
    const ListData* list_value;
    const MapData* map_value;
    const Datum* inner;  // of an optional, nullptr for none
  };
  union {
    std::uint64_t second;             // length of text, high half of a decimal
    const record::View* record_view;  // of a record, nullptr when it is not read yet
  };

  Datum() : Datum(Tag::kNull) {}
  explicit Datum(Tag t) : tag(t), small(0), spare(0), extra(0), uint_value(0), second(0) {}

  static Datum null() { return Datum(Tag::kNull); }
  static Datum boolean(bool value) {
    Datum d(Tag::kBool);
    d.uint_value = value ? 1 : 0;
    return d;
  }
  static Datum integer(std::int64_t value) {
    Datum d(Tag::kInt);
    d.int_value = value;
    return d;
  }
  static Datum unsigned_integer(std::uint64_t value) {
    Datum d(Tag::kUint);
    d.uint_value = value;
    return d;
  }
  static Datum floating(double value) {
    Datum d(Tag::kDouble);
    d.double_value = value;
    return d;
  }
  static Datum decimal(const Decimal& value) {
    Datum d(Tag::kDecimal);
    d.small = static_cast<std::uint8_t>(value.scale());
    d.uint_value = static_cast<std::uint64_t>(value.coefficient());
    d.second = static_cast<std::uint64_t>(value.coefficient() >> 64);
    return d;
  }
  static Datum string(std::string_view text) { return chars_of(Tag::kString, text); }
  static Datum bytes(std::string_view data) { return chars_of(Tag::kBytes, data); }
  static Datum type(std::string_view name) { return chars_of(Tag::kType, name); }
  static Datum date(Date value) {
    Datum d(Tag::kDate);
    d.int_value = value.days_since_epoch();
    return d;
  }
  static Datum timestamp(Timestamp value) {
    Datum d(Tag::kTimestamp);
    d.int_value = value.seconds();
    d.extra = static_cast<std::uint32_t>(value.nanoseconds());
    return d;
  }
  static Datum duration(std::int64_t nanoseconds) {
    Datum d(Tag::kDuration);
    d.int_value = nanoseconds;
    return d;
  }
  static Datum record(RecordId id, const record::View* view = nullptr) {
    Datum d(Tag::kRecord);
    d.uint_value = id.bits();
    d.record_view = view;
    return d;
  }
  static Datum list(const ListData* data) {
    Datum d(Tag::kList);
    d.list_value = data;
    return d;
  }
  static Datum map(const MapData* data) {
    Datum d(Tag::kMap);
    d.map_value = data;
    return d;
  }
  static Datum optional(const Datum* inner) {
    Datum d(Tag::kOptional);
    d.inner = inner;
    return d;
  }
  // `message` must outlive the evaluation: a literal or arena text.
  static Datum error(ErrorClass error, std::string_view message) {
    Datum d = chars_of(Tag::kError, message);
    d.small = static_cast<std::uint8_t>(error);
    return d;
  }

  bool is(Tag t) const { return tag == t; }
  bool is_error() const { return tag == Tag::kError; }
  bool is_true() const { return tag == Tag::kBool && uint_value != 0; }
  bool is_false() const { return tag == Tag::kBool && uint_value == 0; }
  bool is_number() const {
    return tag == Tag::kInt || tag == Tag::kUint || tag == Tag::kDouble || tag == Tag::kDecimal;
  }
  // What is asked for must be what the tag says.
  std::string_view text() const { return {chars, static_cast<std::size_t>(second)}; }
  Decimal decimal() const {
    const int128 high = static_cast<std::int64_t>(second);
    return Decimal((high << 64) | static_cast<int128>(uint_value), small);
  }
  Date date() const { return Date(static_cast<std::int32_t>(int_value)); }
  Timestamp timestamp() const { return {int_value, static_cast<std::int32_t>(extra)}; }
  RecordId record_id() const { return RecordId(uint_value); }
  const record::View* view() const { return record_view; }
  ErrorClass error_class() const { return static_cast<ErrorClass>(small); }

 private:
  static Datum chars_of(Tag tag, std::string_view text) {
    Datum d(tag);
    d.chars = text.data();
    d.second = text.size();
    return d;
  }
};

static_assert(sizeof(Datum) == 24 && std::is_trivially_copyable_v<Datum>);

// The name that type() gives: "int", "list", "google.protobuf.Timestamp", ...
std::string_view type_name(const Datum& value);

}  // namespace kith::expr
