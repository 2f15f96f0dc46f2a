// Copies of a whole database: as files, as text, and packed anew.
#include <istream>
#include <ostream>

#include "input_struct.hpp"
#include "lists.hpp"
#include "options.hpp"
#include "streams.hpp"

namespace kith::capi {

template <>
struct Known<kith_load_options> {
  static constexpr const char* kName = "kith_load_options";
  static constexpr std::size_t kFirstSize = KITH_LOAD_OPTIONS_V1_SIZE;
  static kith_load_options defaults() { return {}; }
};

namespace {

Result<LoadOptions> read_options(const kith_load_options* options) {
  LoadOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_load_options from, read_struct(options));
  if (from.reserved != 0) return wrong_struct("kith_load_options", "reserved is not 0");
  KITH_ASSIGN(to.open, capi::read_options(from.open));
  return to;
}

Status give_stats(const DumpStats& stats, kith_dump_stats** out) {
  if (out != nullptr) *out = new kith_dump_stats{stats};
  return {};
}

uint64_t number_of(const kith_dump_stats* stats, std::uint64_t DumpStats::*member) {
  return number<uint64_t>(result_of(stats), member);
}

uint64_t number_of(const kith_compact_result* result, std::uint64_t CompactResult::*member) {
  return number<uint64_t>(result_of(result), member);
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_load_options_init(kith_load_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_database_backup(kith_database* database, const char* path, size_t path_size,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    return open.backup(where);
  });
}

int32_t kith_dump_path(kith_database* database, const char* path, size_t path_size,
                       kith_dump_stats** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(out);
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    ReplacingFile file(where);
    KITH_TRY(file.open());
    KITH_ASSIGN(const DumpStats stats, dump(open, file.stream()));
    KITH_TRY(file.finish());
    return give_stats(stats, out);
  });
}

int32_t kith_dump_write(kith_database* database, kith_write_fn write, void* user,
                        kith_destroy_fn destroy, kith_dump_stats** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    const DestroyAtEnd at_end(destroy, user);
    clear_optional(out);
    KITH_ASSIGN(const Database open, use(database));
    if (write == nullptr) return Status(Code::kInvalidArgument, "`write` is NULL");
    CallbackBuffer buffer(write, user);
    std::ostream stream(&buffer);
    const Result<DumpStats> stats = dump(open, stream);
    KITH_TRY(buffer.outcome().status("write"));
    if (buffer.outcome().stopped()) return {};
    if (!stats.ok()) return stats.status();
    return give_stats(*stats, out);
  });
}

int32_t kith_load_path(const char* path, size_t path_size, const char* dump, size_t dump_size,
                       const kith_load_options* options, kith_dump_stats** out,
                       kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(out);
    KITH_TRY(need(path, "path"));
    KITH_TRY(need(dump, "dump"));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    KITH_ASSIGN(const std::string_view from, text_in(dump, dump_size, "dump"));
    KITH_ASSIGN(const LoadOptions how, read_options(options));
    const std::filesystem::path file(from);
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return io_error("cannot read", file);
    KITH_ASSIGN(const DumpStats stats, load(where, stream, how));
    return give_stats(stats, out);
  });
}

int32_t kith_load_read(const char* path, size_t path_size, kith_read_fn read, void* user,
                       kith_destroy_fn destroy, const kith_load_options* options,
                       kith_dump_stats** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    const DestroyAtEnd at_end(destroy, user);
    clear_optional(out);
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    if (read == nullptr) return Status(Code::kInvalidArgument, "`read` is NULL");
    KITH_ASSIGN(const LoadOptions how, read_options(options));
    CallbackSource source(read, user);
    std::istream stream(&source);
    const Result<DumpStats> stats = load(where, stream, how);
    KITH_TRY(source.status());
    if (!stats.ok()) return stats.status();
    return give_stats(*stats, out);
  });
}

void kith_dump_stats_free(kith_dump_stats* stats) {
  guard_free([&] { delete stats; });
}

uint64_t kith_dump_stats_records(const kith_dump_stats* stats) {
  return guard_get(uint64_t{0}, [&] { return number_of(stats, &DumpStats::records); });
}

uint64_t kith_dump_stats_changes(const kith_dump_stats* stats) {
  return guard_get(uint64_t{0}, [&] { return number_of(stats, &DumpStats::changes); });
}

uint64_t kith_dump_stats_queue_rows(const kith_dump_stats* stats) {
  return guard_get(uint64_t{0}, [&] { return number_of(stats, &DumpStats::queue_rows); });
}

uint64_t kith_dump_stats_blobs(const kith_dump_stats* stats) {
  return guard_get(uint64_t{0}, [&] { return number_of(stats, &DumpStats::blobs); });
}

uint64_t kith_dump_stats_bytes(const kith_dump_stats* stats) {
  return guard_get(uint64_t{0}, [&] { return number_of(stats, &DumpStats::bytes); });
}

int32_t kith_database_compact(const char* path, size_t path_size, kith_compact_result** out,
                              kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(out);
    KITH_TRY(need(path, "path"));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    KITH_ASSIGN(const CompactResult done, compact(where));
    if (out != nullptr) *out = new kith_compact_result{done};
    return {};
  });
}

void kith_compact_result_free(kith_compact_result* result) {
  guard_free([&] { delete result; });
}

uint64_t kith_compact_result_bytes_before(const kith_compact_result* result) {
  return guard_get(uint64_t{0}, [&] { return number_of(result, &CompactResult::bytes_before); });
}

uint64_t kith_compact_result_bytes_after(const kith_compact_result* result) {
  return guard_get(uint64_t{0}, [&] { return number_of(result, &CompactResult::bytes_after); });
}

uint64_t kith_compact_result_slots_reclaimed(const kith_compact_result* result) {
  return guard_get(uint64_t{0}, [&] { return number_of(result, &CompactResult::slots_reclaimed); });
}
