#include <exception>

#include "callback.hpp"
#include "options.hpp"

using namespace kith;
using namespace kith::capi;

namespace {

const ImportReject* reject_at(const kith_import_report* report, size_t index) {
  if (report == nullptr || index >= report->report.rejects.size()) return nullptr;
  return &report->report.rejects[index];
}

const AmbiguousColumn* ambiguous_at(const kith_import_report* report, size_t index) {
  if (report == nullptr || index >= report->report.ambiguous.size()) return nullptr;
  return &report->report.ambiguous[index];
}

uint64_t number_of(const kith_import_report* report, uint64_t ImportReport::*member) {
  return report != nullptr ? report->report.*member : 0;
}

const char* lend_of(const ImportReject* reject, std::string ImportReject::*member, size_t* size) {
  return reject != nullptr ? lend(reject->*member, size) : lend_nothing(size);
}

const char* lend_of(const AmbiguousColumn* column, std::string AmbiguousColumn::*member,
                    size_t* size) {
  return column != nullptr ? lend(column->*member, size) : lend_nothing(size);
}

}  // namespace

int32_t kith_import_csv(const kith_session* session, const char* entity, size_t entity_size,
                        const char* path, size_t path_size, const kith_import_options* options,
                        kith_import_report** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    const Progress progress = read_progress(options);
    const DestroyAtEnd destroy(progress.destroy, progress.user);
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const std::string_view type, text_in(entity, entity_size, "entity"));
    KITH_ASSIGN(const std::string_view file, text_in(path, path_size, "path"));
    KITH_ASSIGN(ImportOptions how, read_options(options));
    CallbackOutcome outcome;
    if (progress.call != nullptr) {
      how.progress = [&](const ImportProgress& p) {
        return outcome.call(
            [&] { return progress.call(progress.user, p.rows, p.bytes, p.bytes_total); });
      };
    }
    Result<ImportReport> report = import_csv(session->session, type, std::string(file), how);
    KITH_TRY(outcome.status("progress"));
    if (!report.ok()) return report.status();
    *out = new kith_import_report{*std::move(report)};
    return {};
  });
}

void kith_import_report_free(kith_import_report* report) {
  guard_free([&] { delete report; });
}

uint64_t kith_import_report_rows(const kith_import_report* report) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return number_of(report, &ImportReport::rows); });
}

uint64_t kith_import_report_created(const kith_import_report* report) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return number_of(report, &ImportReport::created); });
}

uint64_t kith_import_report_updated(const kith_import_report* report) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return number_of(report, &ImportReport::updated); });
}

uint64_t kith_import_report_unchanged(const kith_import_report* report) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return number_of(report, &ImportReport::unchanged); });
}

uint64_t kith_import_report_rejected(const kith_import_report* report) {
  return guard_get(uint64_t{0},
                   [&]() -> uint64_t { return number_of(report, &ImportReport::rejected); });
}

uint64_t kith_import_report_references_created(const kith_import_report* report) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    return number_of(report, &ImportReport::references_created);
  });
}

uint64_t kith_import_report_references_blank(const kith_import_report* report) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    return number_of(report, &ImportReport::references_blank);
  });
}

uint8_t kith_import_report_stopped(const kith_import_report* report) {
  return guard_get(
      uint8_t{0}, [&]() -> uint8_t { return report != nullptr && report->report.stopped ? 1 : 0; });
}

size_t kith_import_report_reject_count(const kith_import_report* report) {
  return guard_get(
      size_t{0}, [&]() -> size_t { return report != nullptr ? report->report.rejects.size() : 0; });
}

uint64_t kith_import_report_reject_row(const kith_import_report* report, size_t index) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    const ImportReject* found = reject_at(report, index);
    return found != nullptr ? found->row : 0;
  });
}

uint64_t kith_import_report_reject_line(const kith_import_report* report, size_t index) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    const ImportReject* found = reject_at(report, index);
    return found != nullptr ? found->line : 0;
  });
}

const char* kith_import_report_reject_column(const kith_import_report* report, size_t index,
                                             size_t* size) {
  return guard_get("", [&]() -> const char* {
    return lend_of(reject_at(report, index), &ImportReject::column, size);
  });
}

const char* kith_import_report_reject_code(const kith_import_report* report, size_t index,
                                           size_t* size) {
  return guard_get("", [&]() -> const char* {
    return lend_of(reject_at(report, index), &ImportReject::code, size);
  });
}

const char* kith_import_report_reject_reason(const kith_import_report* report, size_t index,
                                             size_t* size) {
  return guard_get("", [&]() -> const char* {
    return lend_of(reject_at(report, index), &ImportReject::reason, size);
  });
}

size_t kith_import_report_ambiguous_count(const kith_import_report* report) {
  return guard_get(size_t{0}, [&]() -> size_t {
    return report != nullptr ? report->report.ambiguous.size() : 0;
  });
}

uint64_t kith_import_report_ambiguous_values(const kith_import_report* report, size_t index) {
  return guard_get(uint64_t{0}, [&]() -> uint64_t {
    const AmbiguousColumn* found = ambiguous_at(report, index);
    return found != nullptr ? found->values : 0;
  });
}

const char* kith_import_report_ambiguous_column(const kith_import_report* report, size_t index,
                                                size_t* size) {
  return guard_get("", [&]() -> const char* {
    return lend_of(ambiguous_at(report, index), &AmbiguousColumn::column, size);
  });
}

const char* kith_import_report_ambiguous_example(const kith_import_report* report, size_t index,
                                                 size_t* size) {
  return guard_get("", [&]() -> const char* {
    return lend_of(ambiguous_at(report, index), &AmbiguousColumn::example, size);
  });
}
