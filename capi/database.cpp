#include "options.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

Status give_database(Database database, kith_database** out) {
  *out = new kith_database{{}, std::move(database)};
  return {};
}

const char* lend_of(const kith_info* info, std::string DatabaseInfo::*member, size_t* size) {
  return info != nullptr ? lend(info->info.*member, size) : lend_nothing(size);
}

}  // namespace

int32_t kith_database_create(const char* path, size_t path_size, const kith_create_options* options,
                             kith_database** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    KITH_ASSIGN(const CreateOptions how, read_options(options));
    KITH_ASSIGN(Database database, Database::create(where, how));
    return give_database(std::move(database), out);
  });
}

int32_t kith_database_open(const char* path, size_t path_size, const kith_open_options* options,
                           kith_database** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    KITH_ASSIGN(const OpenOptions how, read_options(options));
    KITH_ASSIGN(Database database, Database::open(where, how));
    return give_database(std::move(database), out);
  });
}

int32_t kith_database_close(kith_database* database, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(need(database, "database"));
    Database last(nullptr);  // closes the files, if it is the last, when the lock is given back
    const std::lock_guard lock(database->mutex);
    std::swap(last, database->database);
    return {};
  });
}

void kith_database_free(kith_database* database) {
  guard_free([&] { delete database; });
}

int32_t kith_info_open(kith_database* database, kith_info** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(DatabaseInfo info, open.info());
    *out = new kith_info{std::move(info)};
    return {};
  });
}

void kith_info_free(kith_info* info) {
  guard_free([&] { delete info; });
}

const char* kith_info_path(const kith_info* info, size_t* size) {
  return guard_get("", [&] { return lend_of(info, &DatabaseInfo::path, size); });
}

const char* kith_info_model_name(const kith_info* info, size_t* size) {
  return guard_get("", [&] { return lend_of(info, &DatabaseInfo::model_name, size); });
}

const char* kith_info_written_by(const kith_info* info, size_t* size) {
  return guard_get("", [&] { return lend_of(info, &DatabaseInfo::written_by, size); });
}

uint32_t kith_info_format(const kith_info* info) {
  return guard_get(uint32_t{0}, [&] { return info != nullptr ? info->info.format : 0; });
}

uint64_t kith_info_generation(const kith_info* info) {
  return guard_get(uint64_t{0}, [&] { return info != nullptr ? info->info.generation : 0; });
}

uint64_t kith_info_last_sequence(const kith_info* info) {
  return guard_get(uint64_t{0}, [&] { return info != nullptr ? info->info.last_sequence : 0; });
}

uint64_t kith_info_first_sequence(const kith_info* info) {
  return guard_get(uint64_t{0}, [&] { return info != nullptr ? info->info.first_sequence : 0; });
}

uint32_t kith_info_snapshots(const kith_info* info) {
  return guard_get(uint32_t{0}, [&] { return info != nullptr ? info->info.snapshots : 0; });
}

uint64_t kith_info_file_bytes(const kith_info* info) {
  return guard_get(uint64_t{0}, [&] { return info != nullptr ? info->info.file_bytes : 0; });
}

uint8_t kith_info_read_only(const kith_info* info) {
  return guard_get(uint8_t{0},
                   [&]() -> uint8_t { return info != nullptr && info->info.read_only ? 1 : 0; });
}
