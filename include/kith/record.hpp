// kith/record.hpp: one record as its reader sees it.
//
//   kith::Result<kith::Record> deal = snapshot.get(id);
//   const kith::Value& amount = deal->at("amount");   // null when unset or unknown
//
// A Record is a copy: it outlives the snapshot and can be used on any thread that has it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kith/value.hpp"

namespace kith {

// A formula that has no value for another reason than that something it needs is null: the record
// shows null for it, and here is why.
struct FormulaError {
  std::string field{};
  std::string message{};  // as formula_error() says it: "DATA: division by zero"
  friend bool operator==(const FormulaError&, const FormulaError&) = default;
};

struct Record {
  RecordId id{};
  std::string entity{};       // name of its type
  std::uint64_t version = 0;  // the sequence of the last transaction that changed it
  Timestamp created{};
  Timestamp updated{};
  RecordId owner{};  // null when nobody owns it
  bool deleted = false;
  std::vector<FieldValue> fields{};            // every live field in model order, nulls included
  std::vector<FormulaError> formula_errors{};  // in model order; nearly always empty

  // The value of a field; null for a name it does not have.
  const Value& at(std::string_view field) const;
};

// A field of a type, resolved once; valid for as long as the model does not change (then it
// gives kInvalidArgument: resolve again).
struct FieldHandle {
  std::uint16_t type = 0;
  std::uint32_t field = 0;
  std::uint64_t generation = 0;
};

}  // namespace kith
