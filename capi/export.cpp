#include <ostream>

#include "options.hpp"
#include "streams.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

Result<const Session*> source_of(const kith_session* session) {
  KITH_TRY(need(session, "session"));
  return &session->session;
}

Result<const Reader*> source_of(const kith_reader* reader) { return use(reader); }

// From a session or a reader.
template <typename Source>
Status export_path(const Source* source, const char* entity, size_t entity_size, const char* path,
                   size_t path_size, const kith_export_options* options, uint64_t* records) {
  clear_optional(records);
  KITH_ASSIGN(const auto* from, source_of(source));
  KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
  KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
  KITH_ASSIGN(const ExportOptions how, read_options(options));
  ReplacingFile file(where);
  KITH_TRY(file.open());
  KITH_ASSIGN(const uint64_t count, export_records(*from, type, file.stream(), how));
  KITH_TRY(file.finish());
  if (records != nullptr) *records = count;
  return {};
}

template <typename Source>
Status export_write(const Source* source, const char* entity, size_t entity_size,
                    kith_write_fn write, void* user, kith_destroy_fn destroy,
                    const kith_export_options* options, uint64_t* records) {
  const DestroyAtEnd at_end(destroy, user);
  clear_optional(records);
  KITH_ASSIGN(const auto* from, source_of(source));
  if (write == nullptr) return Status(Code::kInvalidArgument, "`write` is NULL");
  KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
  KITH_ASSIGN(const ExportOptions how, read_options(options));
  CallbackBuffer buffer(write, user);
  std::ostream stream(&buffer);
  const Result<uint64_t> count = export_records(*from, type, stream, how);
  KITH_TRY(buffer.outcome().status("write"));
  if (buffer.outcome().stopped()) return {};
  if (!count.ok()) return count.status();
  if (records != nullptr) *records = *count;
  return {};
}

}  // namespace

int32_t kith_export_path(const kith_session* session, const char* entity, size_t entity_size,
                         const char* path, size_t path_size, const kith_export_options* options,
                         uint64_t* records, kith_error** error) {
  return guard(error, [&] {
    return export_path(session, entity, entity_size, path, path_size, options, records);
  });
}

int32_t kith_reader_export_path(const kith_reader* reader, const char* entity, size_t entity_size,
                                const char* path, size_t path_size,
                                const kith_export_options* options, uint64_t* records,
                                kith_error** error) {
  return guard(error, [&] {
    return export_path(reader, entity, entity_size, path, path_size, options, records);
  });
}

int32_t kith_export_write(const kith_session* session, const char* entity, size_t entity_size,
                          kith_write_fn write, void* user, kith_destroy_fn destroy,
                          const kith_export_options* options, uint64_t* records,
                          kith_error** error) {
  return guard(error, [&] {
    return export_write(session, entity, entity_size, write, user, destroy, options, records);
  });
}

int32_t kith_reader_export_write(const kith_reader* reader, const char* entity, size_t entity_size,
                                 kith_write_fn write, void* user, kith_destroy_fn destroy,
                                 const kith_export_options* options, uint64_t* records,
                                 kith_error** error) {
  return guard(error, [&] {
    return export_write(reader, entity, entity_size, write, user, destroy, options, records);
  });
}
