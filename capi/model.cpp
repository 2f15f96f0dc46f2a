#include "handles.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

Value describe(const ApplyResult& result) {
  List changes;
  for (const ModelChange& change : result.changes) {
    changes.emplace_back(Map{{"entity", change.entity}, {"what", change.what}});
  }
  return Map{{"generation", result.generation}, {"changes", std::move(changes)}};
}

}  // namespace

int32_t kith_model_check(const char* document, size_t document_size, const char* file_name,
                         size_t file_name_size, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(const std::string_view text, text_in(document, document_size, "document"));
    KITH_ASSIGN(const std::string_view name, text_in(file_name, file_name_size, "file_name"));
    return check_model(text, name);
  });
}

const char* kith_model_standard(size_t* size) {
  return guard_get("", [&] {
    static const std::string text(standard_model());
    return lend(text, size);
  });
}

const char* kith_model_schema(size_t* size) {
  return guard_get("", [&] {
    static const std::string text(model_schema());
    return lend(text, size);
  });
}

int32_t kith_model_apply(kith_database* database, const kith_session* session, const char* document,
                         size_t document_size, uint8_t dry_run, kith_string** changes,
                         kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(changes);
    KITH_ASSIGN(const Database open, use(database));
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const std::string_view text, text_in(document, document_size, "document"));
    KITH_ASSIGN(const ApplyResult result, open.apply_model(session->session, text, dry_run != 0));
    return changes != nullptr ? give(to_json(describe(result)), changes) : Status();
  });
}

int32_t kith_model_document(kith_database* database, kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(std::string text, open.model());
    return give(std::move(text), out);
  });
}

int32_t kith_model_entities(kith_database* database, kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Database open, use(database));
    KITH_ASSIGN(const std::vector<EntityInfo> entities, open.entities());
    return give(to_json(entities), out);
  });
}
