// exchange/prepared_row.hpp: a row whose cells have become values, ready to be written.
//
//   Result<std::optional<PreparedRow>> row = preparer.prepare(csv_row, &complaints);
//
// References are still texts: what they mean depends on what has been written before.
// Threads: plain data; the Preparer one at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "exchange/binding.hpp"
#include "exchange/csv_reader.hpp"
#include "exchange/importer.hpp"
#include "kith/exchange_options.hpp"

namespace kith::exchange {

struct ReferenceUse {
  std::size_t column = 0;  // in BoundMapping::columns
  std::vector<std::string> texts;
};

struct PreparedRow {
  std::uint64_t number = 0;
  std::uint64_t line = 0;
  std::vector<std::string> cells;  // as they were, for the rejects file
  Patch fields;                    // without those of `references`
  std::vector<ReferenceUse> references;
  Value key;  // null without one
  Timestamp effective_at;
  bool rejected = false;

  std::size_t bytes() const;  // about as much memory as it takes
};

class Preparer {
 public:
  Preparer(const BoundMapping& bound, const ImportTarget& target);

  // Nothing when a cell cannot be read; `why` then holds every reason.
  std::optional<PreparedRow> prepare(const CsvRow& row, std::vector<ImportReject>* why);
  // Per column of the mapping in which a value was met that its formats read differently.
  std::vector<AmbiguousColumn> ambiguous() const;

 private:
  Value read(const CellReader& reader, std::string_view cell, const std::string& column,
             AmbiguousColumn* ambiguous, std::vector<ImportReject>* why) const;
  void read_key(const CsvRow& row, PreparedRow* out, std::vector<ImportReject>* why) const;

  const BoundMapping& bound_;
  const schema::Catalog& catalog_;
  LocalClock clock_;
  std::vector<AmbiguousColumn> ambiguous_;  // per column, then effective_at
};

// The violations of a refused read or write as reasons; fields are named by their column.
std::vector<ImportReject> reasons(const Status& status, const BoundMapping& bound,
                                  std::string_view column);

}  // namespace kith::exchange
