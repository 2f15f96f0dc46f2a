#include "options.hpp"

#include <algorithm>
#include <cstring>

#include "plain_values.hpp"

namespace kith::capi {

namespace {

// Larger than any struct will ever be: a size above it was never set.
constexpr std::uint32_t kLargestStruct = 4096;

// What the names, sizes and defaults of an input struct are.
template <typename T>
struct Known;

template <>
struct Known<kith_open_options> {
  static constexpr const char* kName = "kith_open_options";
  static constexpr std::size_t kFirstSize = KITH_OPEN_OPTIONS_V1_SIZE;
  static kith_open_options defaults() {
    const OpenOptions from;
    kith_open_options to{};
    to.max_readers = from.max_readers;
    to.max_path_hops = from.limits.max_path_hops;
    to.max_file_bytes = from.max_file_bytes;
    to.max_result_rows = from.limits.max_result_rows;
    to.max_groups = from.limits.max_groups;
    to.max_expression_cost = from.limits.max_expression_cost;
    to.max_expression_bytes = from.limits.max_expression_bytes;
    to.max_fields_per_type = from.limits.max_fields_per_type;
    return to;
  }
};

template <>
struct Known<kith_create_options> {
  static constexpr const char* kName = "kith_create_options";
  static constexpr std::size_t kFirstSize = KITH_CREATE_OPTIONS_V1_SIZE;
  static kith_create_options defaults() {
    kith_create_options to{};
    to.model_size = KITH_NTS;
    return to;
  }
};

template <>
struct Known<kith_session_options> {
  static constexpr const char* kName = "kith_session_options";
  static constexpr std::size_t kFirstSize = KITH_SESSION_OPTIONS_V1_SIZE;
  static kith_session_options defaults() {
    kith_session_options to{};
    to.time_zone_size = KITH_NTS;
    return to;
  }
};

template <>
struct Known<kith_txn_options> {
  static constexpr const char* kName = "kith_txn_options";
  static constexpr std::size_t kFirstSize = KITH_TXN_OPTIONS_V1_SIZE;
  static kith_txn_options defaults() {
    kith_txn_options to{};
    to.timeout_ms = TransactionOptions().timeout.count();
    to.cause_size = KITH_NTS;
    return to;
  }
};

template <>
struct Known<kith_import_options> {
  static constexpr const char* kName = "kith_import_options";
  static constexpr std::size_t kFirstSize = KITH_IMPORT_OPTIONS_V1_SIZE;
  static kith_import_options defaults() {
    kith_import_options to{};
    to.chunk_rows = ImportOptions().chunk_rows;
    to.mapping_size = KITH_NTS;
    to.mapping_name_size = KITH_NTS;
    to.rejects_path_size = KITH_NTS;
    return to;
  }
};

template <>
struct Known<kith_export_options> {
  static constexpr const char* kName = "kith_export_options";
  static constexpr std::size_t kFirstSize = KITH_EXPORT_OPTIONS_V1_SIZE;
  static kith_export_options defaults() {
    kith_export_options to{};
    to.where_size = KITH_NTS;
    return to;
  }
};

template <typename T>
Status initialise(T* options, std::size_t size) {
  KITH_TRY(need(options, "options"));
  if (size < Known<T>::kFirstSize || size > kLargestStruct) {
    return Status(Code::kInvalidArgument, std::string("the size of a ") + Known<T>::kName +
                                              " is not " + std::to_string(size) +
                                              ": pass sizeof *options");
  }
  const T defaults = Known<T>::defaults();
  std::memset(options, 0, size);
  std::memcpy(options, &defaults, std::min(size, sizeof defaults));
  options->struct_size = static_cast<std::uint32_t>(size);
  return {};
}

Status wrong_struct(const char* name, const std::string& why) {
  return Status(Code::kInvalidArgument,
                std::string(name) + ": " + why + "; call " + name + "_init before setting members");
}

// The struct as this library knows it.
template <typename T>
Result<T> read_struct(const T* options) {
  const char* name = Known<T>::kName;
  KITH_TRY(need(options, "options"));
  std::uint32_t size = 0;
  std::memcpy(&size, options, sizeof size);
  if (size < Known<T>::kFirstSize || size > kLargestStruct) {
    return wrong_struct(name, "struct_size is " + std::to_string(size));
  }
  T known = Known<T>::defaults();
  std::memcpy(&known, options, std::min<std::size_t>(size, sizeof known));
  const auto* bytes = reinterpret_cast<const unsigned char*>(options);
  const auto is_set = [](unsigned char byte) { return byte != 0; };
  if (size > sizeof known && std::any_of(bytes + sizeof known, bytes + size, is_set)) {
    return wrong_struct(name,
                        "this library does not know a member that is set: it is older than "
                        "the program's kith.h");
  }
  return known;
}

template <std::size_t kSize>
bool is_zero(const std::uint8_t (&bytes)[kSize]) {
  return std::all_of(bytes, bytes + kSize, [](std::uint8_t byte) { return byte == 0; });
}

Result<bool> flag(std::uint8_t value, const char* name) {
  if (value <= 1) return value == 1;
  return Status(Code::kInvalidArgument,
                std::string("`") + name + "` is 0 or 1, not " + std::to_string(value));
}

}  // namespace

Result<OpenOptions> read_options(const kith_open_options* options) {
  if (options == nullptr) return OpenOptions();
  KITH_ASSIGN(const kith_open_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_open_options", "reserved is not 0");
  OpenOptions to;
  KITH_ASSIGN(to.read_only, flag(from.read_only, "read_only"));
  to.max_readers = from.max_readers;
  to.max_file_bytes = from.max_file_bytes;
  to.limits.max_path_hops = from.max_path_hops;
  to.limits.max_result_rows = from.max_result_rows;
  to.limits.max_groups = from.max_groups;
  to.limits.max_expression_cost = from.max_expression_cost;
  to.limits.max_expression_bytes = from.max_expression_bytes;
  to.limits.max_fields_per_type = from.max_fields_per_type;
  return to;
}

Result<CreateOptions> read_options(const kith_create_options* options) {
  KITH_ASSIGN(const kith_create_options from, read_struct(options));
  if (from.reserved != 0) return wrong_struct("kith_create_options", "reserved is not 0");
  CreateOptions to;
  KITH_ASSIGN(to.model, text_in(from.model, from.model_size, "model"));
  KITH_ASSIGN(to.now, time_in(&from.now, "now"));
  KITH_ASSIGN(to.open, read_options(from.open));
  return to;
}

Result<SessionOptions> read_options(const kith_session_options* options) {
  SessionOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_session_options from, read_struct(options));
  if ((from.capabilities & ~std::uint32_t{KITH_CAPABILITY_ALL}) != 0) {
    return wrong_struct("kith_session_options", "capabilities has a bit that is none");
  }
  const auto may = [&](std::uint32_t bit) { return (from.capabilities & bit) != 0; };
  to.capabilities.backdate = may(KITH_CAPABILITY_BACKDATE);
  to.capabilities.pipeline_override = may(KITH_CAPABILITY_PIPELINE_OVERRIDE);
  to.capabilities.purge = may(KITH_CAPABILITY_PURGE);
  to.capabilities.change_model = may(KITH_CAPABILITY_CHANGE_MODEL);
  to.actor = RecordId(from.actor);
  KITH_ASSIGN(const std::string_view zone,
              text_in(from.time_zone, from.time_zone_size, "time_zone"));
  if (!zone.empty()) to.time_zone = zone;
  return to;
}

Result<TransactionOptions> read_options(const kith_txn_options* options) {
  KITH_ASSIGN(const kith_txn_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_txn_options", "reserved is not 0");
  if (from.durability != KITH_DURABILITY_FULL && from.durability != KITH_DURABILITY_DEFERRED) {
    return wrong_struct("kith_txn_options", "durability is " + std::to_string(from.durability) +
                                                ", which is none of KITH_DURABILITY_");
  }
  if (from.timeout_ms < 0) return wrong_struct("kith_txn_options", "timeout_ms is negative");
  TransactionOptions to;
  KITH_ASSIGN(to.now, time_in(&from.now, "now"));
  KITH_ASSIGN(const bool backdated, flag(from.has_effective_at, "has_effective_at"));
  if (backdated) {
    KITH_ASSIGN(to.effective_at, time_in(&from.effective_at, "effective_at"));
  }
  to.durability =
      from.durability == KITH_DURABILITY_FULL ? Durability::kFull : Durability::kDeferred;
  to.timeout = std::chrono::milliseconds(from.timeout_ms);
  KITH_ASSIGN(to.cause, text_in(from.cause, from.cause_size, "cause"));
  return to;
}

Result<ImportOptions> read_options(const kith_import_options* options) {
  KITH_ASSIGN(const kith_import_options from, read_struct(options));
  if (!is_zero(from.reserved) || from.reserved2 != 0) {
    return wrong_struct("kith_import_options", "reserved is not 0");
  }
  ImportOptions to;
  KITH_ASSIGN(to.dry_run, flag(from.dry_run, "dry_run"));
  KITH_ASSIGN(to.now, time_in(&from.now, "now"));
  to.chunk_rows = from.chunk_rows;
  KITH_ASSIGN(to.mapping, text_in(from.mapping, from.mapping_size, "mapping"));
  KITH_ASSIGN(to.mapping_name, text_in(from.mapping_name, from.mapping_name_size, "mapping_name"));
  KITH_ASSIGN(to.rejects_path, text_in(from.rejects_path, from.rejects_path_size, "rejects_path"));
  return to;
}

Progress read_progress(const kith_import_options* options) {
  if (options == nullptr || options->struct_size < KITH_IMPORT_OPTIONS_V1_SIZE ||
      options->struct_size > kLargestStruct) {
    return {};
  }
  return {options->progress, options->user, options->destroy};
}

Result<ExportOptions> read_options(const kith_export_options* options) {
  ExportOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_export_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_export_options", "reserved is not 0");
  switch (from.format) {
    case KITH_FORMAT_CSV: to.format = ExportFormat::kCsv; break;
    case KITH_FORMAT_JSON: to.format = ExportFormat::kJson; break;
    case KITH_FORMAT_JSON_LINES: to.format = ExportFormat::kJsonLines; break;
    default:
      return wrong_struct("kith_export_options", "format is " + std::to_string(from.format) +
                                                     ", which is none of KITH_FORMAT_");
  }
  KITH_ASSIGN(to.include_deleted, flag(from.include_deleted, "include_deleted"));
  if (from.column_count != 0) KITH_TRY(need(from.columns, "columns"));
  for (std::size_t i = 0; i < from.column_count; ++i) {
    KITH_TRY(need(from.columns[i], "columns[i]"));
    to.columns.emplace_back(from.columns[i]);
  }
  KITH_ASSIGN(to.where, text_in(from.where, from.where_size, "where"));
  return to;
}

}  // namespace kith::capi

using namespace kith::capi;

int32_t kith_open_options_init(kith_open_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_create_options_init(kith_create_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_session_options_init(kith_session_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_txn_options_init(kith_txn_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_import_options_init(kith_import_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_export_options_init(kith_export_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}
