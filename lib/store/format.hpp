// store/format.hpp: the row that says what wrote a database and who may read it.
//
//   KITH_ASSIGN(auto header, store::ensure_format(*store, {.writer_version = "0.1.0"}, read_only));
//
// Three feature sets, as ext4 has them. A build that does not know a bit of
//   compat     reads and writes regardless,
//   ro_compat  may read and must not write,
//   incompat   must not touch the database.
// The row's first bytes ("kith", format number, writer version) keep their places for ever, so that
// any build can name the version to dump with. Errors: kVersionMismatch when the database is
// another format's, kCorrupt when the row is damaged or the database is not kith's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "store/store.hpp"

namespace kith::store {

inline constexpr std::uint32_t kFormat = 0;
inline constexpr std::uint64_t kKnownCompat = 0;
inline constexpr std::uint64_t kKnownRoCompat = 0;
inline constexpr std::uint64_t kKnownIncompat = 0;

// The key of the row in Table::kMeta. It sorts before every key that starts with a letter.
inline constexpr std::string_view kFormatKey = "!kith";

struct FormatHeader {
  std::uint32_t format = kFormat;
  std::string writer_version;   // of the build that created the database, at most 255 bytes
  std::int64_t created_us = 0;  // microseconds since 1970-01-01 UTC, given by the host
  std::uint64_t compat = 0;
  std::uint64_t ro_compat = 0;
  std::uint64_t incompat = 0;

  friend bool operator==(const FormatHeader&, const FormatHeader&) = default;
};

// Nothing when the database has no header row.
Result<std::optional<FormatHeader>> read_format(ReadTxn& txn);
Status write_format(WriteTxn& txn, const FormatHeader& header);

// May this build, `our_version`, open such a database? kVersionMismatch names both versions.
Status check_format(const FormatHeader& header, std::string_view our_version, bool read_only);

// What opening a database does: checks the header that is there, or writes `fresh` into a store
// that is still empty. A read-only open of an empty store is kNotFound.
Result<FormatHeader> ensure_format(Store& store, const FormatHeader& fresh, bool read_only);

}  // namespace kith::store
