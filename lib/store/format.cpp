#include "store/format.hpp"

#include "base/try.hpp"

namespace kith::store {
namespace {

// "kith" | u32 format | u8 length, writer version | i64 created | u64 compat, ro_compat, incompat;
// numbers little-endian.
constexpr std::string_view kMagic = "kith";

void append_number(std::string& out, std::uint64_t number, int bytes) {
  for (int i = 0; i < bytes; ++i) out.push_back(static_cast<char>(number >> (8 * i)));
}

// Takes numbers and text off the front; `ok` turns false when the row is too short.
struct Cursor {
  std::string_view rest;
  bool ok = true;

  std::string_view take(std::size_t bytes) {
    if (rest.size() < bytes) {
      ok = false;
      return {};
    }
    std::string_view head = rest.substr(0, bytes);
    rest.remove_prefix(bytes);
    return head;
  }
  std::uint64_t number(std::size_t bytes) {
    std::uint64_t value = 0;
    int shift = 0;
    for (char c : take(bytes)) {
      value |= std::uint64_t{static_cast<unsigned char>(c)} << shift;
      shift += 8;
    }
    return value;
  }
};

Status damaged(std::string_view why) {
  return Status(Code::kCorrupt, "the header row of the database is damaged: " + std::string(why));
}

std::string named(const std::string& version) {
  return version.empty() ? "of an unnamed version" : version;
}

Status mismatch(const FormatHeader& header, std::string_view our_version, std::string_view why) {
  const std::string writer = named(header.writer_version);
  return Status(Code::kVersionMismatch, "the database was written by kith " + writer +
                                            " in format " + std::to_string(header.format) +
                                            " and this is kith " + std::string(our_version) +
                                            " for format " + std::to_string(kFormat) + ": " +
                                            std::string(why) + "; dump it with kith " + writer +
                                            " and load the dump with this version");
}

}  // namespace

Result<std::optional<FormatHeader>> read_format(ReadTxn& txn) {
  KITH_ASSIGN(std::optional<std::string_view> row, txn.get(Table::kMeta, kFormatKey));
  if (!row) return std::optional<FormatHeader>();
  Cursor cursor{*row};
  if (cursor.take(kMagic.size()) != kMagic) return damaged("it does not begin with \"kith\"");
  FormatHeader header;
  header.format = static_cast<std::uint32_t>(cursor.number(4));
  header.writer_version = std::string(cursor.take(cursor.number(1)));
  if (!cursor.ok) return damaged("it ends early");
  // What follows is this format's own; a newer one's need not even be as long.
  if (header.format != kFormat) return std::optional<FormatHeader>(std::move(header));
  header.created_us = static_cast<std::int64_t>(cursor.number(8));
  header.compat = cursor.number(8);
  header.ro_compat = cursor.number(8);
  header.incompat = cursor.number(8);
  if (!cursor.ok) return damaged("it ends early");
  return std::optional<FormatHeader>(std::move(header));
}

Status write_format(WriteTxn& txn, const FormatHeader& header) {
  if (header.writer_version.size() > 255) {
    return Status(Code::kInvalidArgument, "the writer version has " +
                                              std::to_string(header.writer_version.size()) +
                                              " bytes; at most 255 are stored");
  }
  std::string row(kMagic);
  append_number(row, header.format, 4);
  append_number(row, header.writer_version.size(), 1);
  row.append(header.writer_version);
  append_number(row, static_cast<std::uint64_t>(header.created_us), 8);
  append_number(row, header.compat, 8);
  append_number(row, header.ro_compat, 8);
  append_number(row, header.incompat, 8);
  return txn.put(Table::kMeta, kFormatKey, row);
}

Status check_format(const FormatHeader& header, std::string_view our_version, bool read_only) {
  if (header.format != kFormat) {
    return mismatch(header, our_version,
                    header.format > kFormat ? "the format is newer" : "the format is older");
  }
  if ((header.incompat & ~kKnownIncompat) != 0) {
    return mismatch(header, our_version, "it uses features that this version does not know");
  }
  if (!read_only && (header.ro_compat & ~kKnownRoCompat) != 0) {
    return mismatch(header, our_version,
                    "it uses features that this version can read but not write; open it read-only");
  }
  return {};
}

Result<FormatHeader> ensure_format(Store& store, const FormatHeader& fresh, bool read_only) {
  {
    KITH_ASSIGN(std::unique_ptr<ReadTxn> txn, store.begin_read());
    KITH_ASSIGN(std::optional<FormatHeader> header, read_format(*txn));
    if (header) {
      KITH_TRY(check_format(*header, fresh.writer_version, read_only));
      return *std::move(header);
    }
  }
  if (read_only) {
    return Status(Code::kNotFound, "there is no kith database here yet; open it for writing once");
  }
  KITH_ASSIGN(std::unique_ptr<WriteTxn> txn, store.begin_write({}));
  // Another process may have been first between the two transactions.
  KITH_ASSIGN(std::optional<FormatHeader> header, read_format(*txn));
  if (header) {
    KITH_TRY(check_format(*header, fresh.writer_version, read_only));
    return *std::move(header);
  }
  KITH_ASSIGN(ScanBatch rows, txn->scan(Table::kMeta, KeyRange::all(), {.row_limit = 1}));
  if (!rows.rows.empty()) return damaged("it is missing although the database has data");
  KITH_TRY(write_format(*txn, fresh));
  KITH_TRY(txn->commit());
  return fresh;
}

}  // namespace kith::store
