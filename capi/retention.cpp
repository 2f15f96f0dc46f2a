// Dropping old history.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_trim_options> {
  static constexpr const char* kName = "kith_trim_options";
  static constexpr std::size_t kFirstSize = KITH_TRIM_OPTIONS_V1_SIZE;
  static kith_trim_options defaults() {
    kith_trim_options to{};
    to.max_changes = TrimOptions().max_changes;
    return to;
  }
};

namespace {

Result<TrimOptions> read_options(const kith_trim_options* options) {
  KITH_ASSIGN(const kith_trim_options from, read_struct(options));
  if (from.reserved != 0) return wrong_struct("kith_trim_options", "reserved is not 0");
  TrimOptions to;
  KITH_ASSIGN(to.keep_from, time_in(&from.keep_from, "keep_from"));
  to.max_changes = from.max_changes;
  return to;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_trim_options_init(kith_trim_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_session_trim_history(const kith_session* session, const kith_trim_options* options,
                                  kith_trim_result** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(out);
    KITH_TRY(need(session, "session"));
    KITH_ASSIGN(const TrimOptions how, read_options(options));
    KITH_ASSIGN(TrimResult done, session->session.trim_history(how));
    if (out != nullptr) *out = new kith_trim_result{std::move(done)};
    return {};
  });
}

void kith_trim_result_free(kith_trim_result* result) {
  guard_free([&] { delete result; });
}

uint64_t kith_trim_result_dropped(const kith_trim_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &TrimResult::dropped); });
}

uint64_t kith_trim_result_first_kept(const kith_trim_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &TrimResult::first_kept); });
}

uint8_t kith_trim_result_more(const kith_trim_result* result) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(result_of(result), &TrimResult::more); });
}

const char* kith_trim_result_held_by(const kith_trim_result* result, size_t* size) {
  return guard_get("", [&] { return text(result_of(result), &TrimResult::held_by, size); });
}
