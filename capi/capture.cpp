// Capture: the one call a host makes when a customer does something.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_capture_event> {
  static constexpr const char* kName = "kith_capture_event";
  static constexpr std::size_t kFirstSize = KITH_CAPTURE_EVENT_V1_SIZE;
  static kith_capture_event defaults() {
    kith_capture_event to{};
    to.id_size = KITH_NTS;
    to.kind_size = KITH_NTS;
    to.source_size = KITH_NTS;
    to.email_size = KITH_NTS;
    to.phone_size = KITH_NTS;
    to.name_size = KITH_NTS;
    to.company_size = KITH_NTS;
    to.direction_size = KITH_NTS;
    to.subject_size = KITH_NTS;
    to.body_size = KITH_NTS;
    return to;
  }
};

namespace {

Status read_texts(const kith_capture_event& from, CaptureEvent* to) {
  KITH_ASSIGN(to->id, text_in(from.id, from.id_size, "id"));
  KITH_ASSIGN(to->kind, text_in(from.kind, from.kind_size, "kind"));
  KITH_ASSIGN(to->source, text_in(from.source, from.source_size, "source"));
  KITH_ASSIGN(to->email, text_in(from.email, from.email_size, "email"));
  KITH_ASSIGN(to->phone, text_in(from.phone, from.phone_size, "phone"));
  KITH_ASSIGN(to->name, text_in(from.name, from.name_size, "name"));
  KITH_ASSIGN(to->company, text_in(from.company, from.company_size, "company"));
  KITH_ASSIGN(to->direction, text_in(from.direction, from.direction_size, "direction"));
  KITH_ASSIGN(to->subject, text_in(from.subject, from.subject_size, "subject"));
  KITH_ASSIGN(to->body, text_in(from.body, from.body_size, "body"));
  return {};
}

Result<CaptureEvent> read_event(const kith_capture_event* event) {
  KITH_ASSIGN(const kith_capture_event from, read_struct(event));
  if (!is_zero(from.reserved)) return wrong_struct("kith_capture_event", "reserved is not 0");
  CaptureEvent to;
  KITH_TRY(read_texts(from, &to));
  KITH_ASSIGN(const bool dated, flag(from.has_at, "has_at"));
  if (dated) {
    KITH_ASSIGN(to.at, time_in(&from.at, "at"));
  }
  to.person = RecordId(from.person);
  to.deal = RecordId(from.deal);
  to.person_fields = patch_in(from.person_fields);
  to.activity_fields = patch_in(from.activity_fields);
  KITH_ASSIGN(to.data, map_in(from.data, "data"));
  return to;
}

// `read` gives the event, given who knows the names of records.
template <typename Read>
Status capture(kith_txn* txn, kith_capture_result** out, Read&& read) {
  clear_optional(out);
  KITH_ASSIGN(Transaction * transaction, use(txn));
  KITH_ASSIGN(const CaptureEvent event, read(*transaction));
  KITH_ASSIGN(CaptureResult captured, transaction->capture(event));
  if (out != nullptr) *out = new kith_capture_result{std::move(captured)};
  return {};
}

const std::string* text_at(const kith_capture_result* result,
                           std::vector<std::string> CaptureResult::*member, std::size_t index) {
  return result != nullptr ? item_of(result->result.*member, index) : nullptr;
}

std::size_t count_of(const kith_capture_result* result,
                     std::vector<std::string> CaptureResult::*member) {
  return result != nullptr ? (result->result.*member).size() : 0;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_capture_event_init(kith_capture_event* event, size_t size) {
  return guard(nullptr, [&] { return initialise(event, size); });
}

int32_t kith_txn_capture(kith_txn* txn, const kith_capture_event* event, kith_capture_result** out,
                         kith_error** error) {
  return guard(error,
               [&] { return capture(txn, out, [&](const Reader&) { return read_event(event); }); });
}

int32_t kith_txn_capture_json(kith_txn* txn, const char* event, size_t event_size,
                              kith_capture_result** out, kith_error** error) {
  return guard(error, [&] {
    return capture(txn, out, [&](const Reader& ids) -> Result<CaptureEvent> {
      KITH_ASSIGN(const std::string_view text, text_in(event, event_size, "event"));
      return capture_event_from_json(text, ids);
    });
  });
}

void kith_capture_result_free(kith_capture_result* result) {
  guard_free([&] { delete result; });
}

uint8_t kith_capture_result_repeated(const kith_capture_result* result) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(result_of(result), &CaptureResult::repeated); });
}

uint8_t kith_capture_result_person_created(const kith_capture_result* result) {
  return guard_get(uint8_t{0}, [&] {
    return number<uint8_t>(result_of(result), &CaptureResult::person_created);
  });
}

uint8_t kith_capture_result_account_created(const kith_capture_result* result) {
  return guard_get(uint8_t{0}, [&] {
    return number<uint8_t>(result_of(result), &CaptureResult::account_created);
  });
}

uint64_t kith_capture_result_person(const kith_capture_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &CaptureResult::person); });
}

uint64_t kith_capture_result_account(const kith_capture_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &CaptureResult::account); });
}

uint64_t kith_capture_result_deal(const kith_capture_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &CaptureResult::deal); });
}

uint64_t kith_capture_result_activity(const kith_capture_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &CaptureResult::activity); });
}

size_t kith_capture_result_filled_count(const kith_capture_result* result) {
  return guard_get(size_t{0}, [&] { return count_of(result, &CaptureResult::filled); });
}

const char* kith_capture_result_filled(const kith_capture_result* result, size_t index,
                                       size_t* size) {
  return guard_get("", [&] { return text(text_at(result, &CaptureResult::filled, index), size); });
}

size_t kith_capture_result_reason_count(const kith_capture_result* result) {
  return guard_get(size_t{0}, [&] { return count_of(result, &CaptureResult::reasons); });
}

const char* kith_capture_result_reason(const kith_capture_result* result, size_t index,
                                       size_t* size) {
  return guard_get("", [&] { return text(text_at(result, &CaptureResult::reasons, index), size); });
}

int32_t kith_capture_result_to_json(const kith_capture_result* result, const kith_reader* reader,
                                    kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(result, "result"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_json(result->result, *ids), out);
  });
}
