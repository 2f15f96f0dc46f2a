// exchange/mapping.hpp: the document that says which column of a file becomes which field.
//
//   KITH_ASSIGN(auto mapping, exchange::parse_mapping(text, "deals.json"));
//   mapping.columns[0].column;      // "close_value"
//   mapping.columns[0].field;       // "amount"
//
// The document is described in docs/import.md. It is read without a model: names are checked when
// it is bound to an entity type and the header of a file (binding.hpp). Errors are kImportInvalid
// with a violation for each, naming line, column and remedy. Threads: plain data.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "exchange/csv_reader.hpp"
#include "exchange/formats.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::exchange {

// Where something stands in the document; line 0 when there is no document.
struct Place {
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

// What happens to a row whose reference finds no record.
enum class Unresolved : std::uint8_t {
  kReject,  // the row is refused
  kBlank,   // the row goes in without it, and the report says so
  kCreate,  // a record with just that one field is made
};

struct ReferenceMapping {
  std::string by;  // field of the target, "id", or empty: its natural name
  std::optional<Unresolved> unresolved;
  Place by_place;
};

struct ColumnMapping {
  std::string column;
  std::string field;      // empty: ignored on purpose
  bool optional = false;  // the file may lack the column
  bool trim = true;
  bool keep_when_empty = false;             // an empty cell leaves the field of an update alone
  std::optional<std::string> default_text;  // what an empty cell stands for
  std::vector<std::string> empty;           // texts that mean nothing, besides ""
  std::vector<std::pair<std::string, std::optional<std::string>>> values;  // cell -> text or null
  std::vector<std::string> formats;
  std::vector<Place> format_places;
  std::string separator = ";";  // between the members of a list
  std::string currency;         // of money without one
  std::optional<ReferenceMapping> reference;
  Place place;        // of the column's name
  Place field_place;  // of the field's name
};

struct ConstantMapping {
  std::string field;
  std::string text;
  Place place;
};

struct EffectiveMapping {
  std::string column;
  std::vector<std::string> formats;  // empty: those of the column
  std::vector<Place> format_places;
  Place place;
};

struct Mapping {
  std::string name;    // of the document, for messages; empty for the default mapping
  std::string entity;  // or empty
  CsvOptions csv;
  std::string key;  // field that finds the record to update; empty: every row is new
  Place key_place;
  bool update_duplicates = false;  // a key met again in the file: update once more, or reject
  std::vector<ColumnMapping> columns;
  std::vector<ConstantMapping> constants;
  std::optional<EffectiveMapping> effective_at;
  Unresolved unresolved = Unresolved::kReject;
  bool reject_unmapped = false;  // a column that is not named is an error
  bool by_name = false;          // columns that are not named go to the field of their name
  int pivot = DateFormat::kDefaultPivot;
};

Result<Mapping> parse_mapping(std::string_view document, std::string_view name);

// Every column goes to the field of its name.
Mapping default_mapping();

}  // namespace kith::exchange
