#include <ostream>

#include "options.hpp"
#include "streams.hpp"

using namespace kith;
using namespace kith::capi;

int32_t kith_export_path(const kith_session* session, const char* entity, size_t entity_size,
                         const char* path, size_t path_size, const kith_export_options* options,
                         uint64_t* records, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(records);
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    KITH_ASSIGN(const ExportOptions how, read_options(options));
    ReplacingFile file(where);
    KITH_TRY(file.open());
    KITH_ASSIGN(const uint64_t count, export_records(session->session, type, file.stream(), how));
    KITH_TRY(file.finish());
    if (records != nullptr) *records = count;
    return {};
  });
}

int32_t kith_export_write(const kith_session* session, const char* entity, size_t entity_size,
                          kith_write_fn write, void* user, kith_destroy_fn destroy,
                          const kith_export_options* options, uint64_t* records,
                          kith_error** error) {
  return guard(error, [&]() -> Status {
    const DestroyAtEnd at_end(destroy, user);
    clear_optional(records);
    KITH_TRY(need(session, "session"));
    if (write == nullptr) return Status(Code::kInvalidArgument, "`write` is NULL");
    KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const ExportOptions how, read_options(options));
    CallbackBuffer buffer(write, user);
    std::ostream stream(&buffer);
    const Result<uint64_t> count = export_records(session->session, type, stream, how);
    KITH_TRY(buffer.outcome().status("write"));
    if (buffer.outcome().stopped()) return {};
    if (!count.ok()) return count.status();
    if (records != nullptr) *records = *count;
    return {};
  });
}
