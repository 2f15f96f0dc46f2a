#include "options.hpp"

#include "input_struct.hpp"

namespace kith::capi {

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
    to.max_chain_depth = from.limits.max_chain_depth;
    to.max_message_attempts = from.limits.max_message_attempts;
    to.max_value_bytes = from.limits.max_value_bytes;
    to.max_as_of_changes = from.limits.max_as_of_changes;
    to.max_undo_records = from.limits.max_undo_records;
    to.max_related_rows = from.limits.max_related_rows;
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
  to.limits.max_chain_depth = from.max_chain_depth;
  to.limits.max_message_attempts = from.max_message_attempts;
  to.limits.max_value_bytes = from.max_value_bytes;
  to.limits.max_as_of_changes = from.max_as_of_changes;
  to.limits.max_undo_records = from.max_undo_records;
  to.limits.max_related_rows = from.max_related_rows;
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
  to.capabilities.trim_history = may(KITH_CAPABILITY_TRIM_HISTORY);
  to.actor = RecordId(from.actor);
  KITH_ASSIGN(const std::string_view zone,
              text_in(from.time_zone, from.time_zone_size, "time_zone"));
  if (!zone.empty()) to.time_zone = zone;
  return to;
}

Result<TransactionOptions> read_options(const kith_txn_options* options) {
  KITH_ASSIGN(const kith_txn_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_txn_options", "reserved is not 0");
  TransactionOptions to;
  KITH_ASSIGN(to.durability, durability_in(from.durability, "kith_txn_options"));
  KITH_ASSIGN(to.timeout, timeout_in(from.timeout_ms, "kith_txn_options"));
  KITH_ASSIGN(to.now, time_in(&from.now, "now"));
  KITH_ASSIGN(const bool backdated, flag(from.has_effective_at, "has_effective_at"));
  if (backdated) {
    KITH_ASSIGN(to.effective_at, time_in(&from.effective_at, "effective_at"));
  }
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
  KITH_ASSIGN(to.columns, texts_in(from.columns, from.column_count, "columns"));
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
