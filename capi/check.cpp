// Checking a database, and mending what is derived.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_check_options> {
  static constexpr const char* kName = "kith_check_options";
  static constexpr std::size_t kFirstSize = KITH_CHECK_OPTIONS_V1_SIZE;
  static kith_check_options defaults() {
    kith_check_options to{};
    to.max_problems = CheckOptions().max_problems;
    return to;
  }
};

namespace {

Result<CheckOptions> read_options(const kith_check_options* options) {
  CheckOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_check_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_check_options", "reserved is not 0");
  KITH_ASSIGN(to.repair, flag(from.repair, "repair"));
  to.max_problems = from.max_problems;
  return to;
}

uint64_t number_of(const kith_check_report* report, std::uint64_t CheckReport::*member) {
  return number<uint64_t>(result_of(report), member);
}

const Problem* problem_at(const kith_check_report* report, size_t index) {
  return report != nullptr ? item_of(report->result.problems, index) : nullptr;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_check_options_init(kith_check_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_database_check(kith_database* database, const kith_session* session,
                            const kith_check_options* options, kith_check_report** out,
                            kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Database open, use(database));
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const CheckOptions how, read_options(options));
    KITH_ASSIGN(CheckReport report, open.check(session->session, how));
    *out = new kith_check_report{std::move(report)};
    return {};
  });
}

void kith_check_report_free(kith_check_report* report) {
  guard_free([&] { delete report; });
}

uint8_t kith_check_report_clean(const kith_check_report* report) {
  return guard_get(
      uint8_t{0}, [&]() -> uint8_t { return report != nullptr && report->result.clean() ? 1 : 0; });
}

uint64_t kith_check_report_found(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::problem_count); });
}

uint64_t kith_check_report_repaired(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::repaired); });
}

uint64_t kith_check_report_records(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::records); });
}

uint64_t kith_check_report_references(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::references); });
}

uint64_t kith_check_report_index_entries(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::index_entries); });
}

uint64_t kith_check_report_changes(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::changes); });
}

uint64_t kith_check_report_blobs(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::blobs); });
}

uint64_t kith_check_report_queue_rows(const kith_check_report* report) {
  return guard_get(uint64_t{0}, [&] { return number_of(report, &CheckReport::queue_rows); });
}

size_t kith_check_report_problem_count(const kith_check_report* report) {
  return guard_get(size_t{0}, [&]() -> size_t {
    return report != nullptr ? report->result.problems.size() : 0;
  });
}

const char* kith_check_report_problem_code(const kith_check_report* report, size_t index,
                                           size_t* size) {
  return guard_get("", [&] { return text(problem_at(report, index), &Problem::code, size); });
}

const char* kith_check_report_problem_where(const kith_check_report* report, size_t index,
                                            size_t* size) {
  return guard_get("", [&] { return text(problem_at(report, index), &Problem::where, size); });
}

const char* kith_check_report_problem_message(const kith_check_report* report, size_t index,
                                              size_t* size) {
  return guard_get("", [&] { return text(problem_at(report, index), &Problem::message, size); });
}

uint8_t kith_check_report_problem_repairable(const kith_check_report* report, size_t index) {
  return guard_get(
      uint8_t{0}, [&] { return number<uint8_t>(problem_at(report, index), &Problem::repairable); });
}

uint8_t kith_check_report_problem_repaired(const kith_check_report* report, size_t index) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(problem_at(report, index), &Problem::repaired); });
}
