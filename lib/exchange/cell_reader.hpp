// exchange/cell_reader.hpp: the text of a cell as a value of a field.
//
//   KITH_ASSIGN(auto reader, exchange::CellReader::make(deal, amount, column_mapping, 70));
//   KITH_ASSIGN(auto cell, reader.read(" 1,200.50 "));
//   cell.value;      // decimal 1200.50, null for an empty cell
//
// Order of work: trim, empty texts, value mapping, then the field's type. Choices are taken by
// name or label, bools by the usual words, references are left as text for the resolver. Errors
// are kValidation with one violation: code, field and a message that says what was expected.
// Threads: const use from any. Ownership: points to the type and the field.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "exchange/formats.hpp"
#include "exchange/mapping.hpp"
#include "kith/value.hpp"
#include "schema/types.hpp"

namespace kith::exchange {

// The instant of a wall-clock time without offset. Empty: UTC.
using LocalClock = std::function<Result<Timestamp>(const CivilTime&)>;

struct CellValue {
  Value value;             // text for references: what to look up
  bool ambiguous = false;  // formats of the column disagree about it
};

Result<Timestamp> to_instant(const CivilTime& time, const LocalClock& clock);

class CellReader {
 public:
  // Fails (kInvalidArgument, naming the format) when a format of the mapping is none for the field.
  static Result<CellReader> make(const schema::EntityType& type, const schema::Field& field,
                                 const ColumnMapping& mapping, int pivot);
  Result<CellValue> read(std::string_view cell, const LocalClock& clock = {}) const;
  const schema::Field& field() const { return *field_; }

 private:
  CellReader(const schema::EntityType& type, const schema::Field& field, ColumnMapping mapping);

  Status refuse(std::string_view code, std::string message) const;
  Result<CellValue> convert(std::string_view text, const LocalClock& clock) const;
  Result<CellValue> number(std::string_view text) const;
  Result<CellValue> money(std::string_view text) const;
  Result<CellValue> date(std::string_view text, const LocalClock& clock) const;
  Result<CellValue> json(std::string_view text) const;
  CellValue list(std::string_view text) const;
  std::string choice(std::string_view text) const;

  const schema::EntityType* type_;
  const schema::Field* field_;
  ColumnMapping mapping_;
  DateFormats dates_;
  NumberFormats numbers_;
};

}  // namespace kith::exchange
