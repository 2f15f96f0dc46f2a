// Taking back: a removal, a transaction.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_restore_options> {
  static constexpr const char* kName = "kith_restore_options";
  static constexpr std::size_t kFirstSize = KITH_RESTORE_OPTIONS_V1_SIZE;
  static kith_restore_options defaults() { return {}; }
};

namespace {

Result<RestoreOptions> read_options(const kith_restore_options* options) {
  RestoreOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_restore_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_restore_options", "reserved is not 0");
  KITH_ASSIGN(to.with_references, flag(from.with_references, "with_references"));
  return to;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_restore_options_init(kith_restore_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_txn_restore(kith_txn* txn, uint64_t id, const kith_restore_options* options,
                         kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const RestoreOptions how, read_options(options));
    return transaction->restore(RecordId(id), how);
  });
}

int32_t kith_txn_undo(kith_txn* txn, uint64_t sequence, kith_undo_result** out,
                      kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(out);
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const UndoResult undone, transaction->undo(sequence));
    if (out != nullptr) *out = new kith_undo_result{undone};
    return {};
  });
}

void kith_undo_result_free(kith_undo_result* result) {
  guard_free([&] { delete result; });
}

uint64_t kith_undo_result_first_sequence(const kith_undo_result* result) {
  return guard_get(uint64_t{0}, [&] {
    return number<uint64_t>(result_of(result), &UndoResult::first_sequence);
  });
}

uint64_t kith_undo_result_last_sequence(const kith_undo_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &UndoResult::last_sequence); });
}

uint64_t kith_undo_result_records(const kith_undo_result* result) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(result), &UndoResult::records); });
}
