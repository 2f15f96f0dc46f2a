#include "engine/retention.hpp"

#include <algorithm>
#include <string>

#include "base/try.hpp"
#include "engine/database.hpp"
#include "history/cursors.hpp"
#include "history/log.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

namespace {

// Entries dropped by one transaction, unless a transaction of the log has more.
constexpr std::uint64_t kChunk = 2000;

// How far the log may be cut: up to, not including, this sequence, where a transaction begins.
struct Floor {
  std::uint64_t first = 0;  // the oldest one kept so far; 0 when there is none
  std::uint64_t end = 0;
  std::string held_by{};
};

std::string name_of(const history::Cursor& cursor) {
  return cursor.reading == history::Reading::kColumns ? "columns of " + cursor.name : cursor.name;
}

Result<Floor> floor_of(store::ReadTxn& txn, Timestamp keep_from) {
  Floor floor;
  KITH_ASSIGN(floor.first, history::first_sequence(txn));
  if (floor.first == 0) return floor;
  KITH_ASSIGN(const std::uint64_t last, history::last_sequence(txn));
  // The last transaction always stays: the next one takes its sequence and time from it.
  KITH_ASSIGN(floor.end, history::transaction_start(txn, last));
  const auto before = Timestamp::from_microseconds(keep_from.to_microseconds() - 1);
  KITH_ASSIGN(const std::uint64_t old, history::last_sequence_at(txn, before));
  floor.end = std::min(floor.end, old == 0 ? floor.first : old + 1);
  KITH_ASSIGN(const auto cursor, history::lowest_cursor(txn));
  if (!cursor || cursor->sequence + 1 >= floor.end) return floor;
  floor.end = floor.first;
  if (cursor->sequence >= floor.first) {
    KITH_ASSIGN(floor.end, history::transaction_start(txn, cursor->sequence + 1));
  }
  floor.held_by = name_of(*cursor);
  return floor;
}

// As many whole transactions as `room` has place for, and `least` one.
Result<std::uint64_t> cut_of(store::ReadTxn& txn, const Floor& floor, std::uint64_t room,
                             bool least) {
  if (floor.end - floor.first <= room) return floor.end;
  KITH_ASSIGN(const std::uint64_t cut, history::transaction_start(txn, floor.first + room));
  if (cut > floor.first || !least) return cut;
  KITH_ASSIGN(const history::Span span, history::transaction_of(txn, floor.first));
  return span.last + 1;
}

Status check(const Session& session, const TrimOptions& options) {
  if (!session.options().capabilities.trim_history) {
    return Status(Code::kPermission,
                  "dropping history needs the capability history.trim of the session");
  }
  if (!options.keep_from.in_range()) {
    return Status(Code::kInvalidArgument,
                  "the time from which history is kept must lie in the years 1 to 9999");
  }
  if (options.max_changes > 0) return {};
  return Status(Code::kInvalidArgument, "max_changes must be at least 1");
}

}  // namespace

Result<TrimResult> trim_history(const std::shared_ptr<Session>& session,
                                const TrimOptions& options) {
  KITH_TRY(check(*session, options));
  TrimResult result;
  while (true) {
    KITH_ASSIGN(const std::unique_ptr<store::WriteTxn> txn,
                session->database().store().begin_write({}));
    KITH_ASSIGN(const Floor floor, floor_of(*txn, options.keep_from));
    result.first_kept = floor.first;
    result.held_by = floor.held_by;
    if (floor.end == floor.first) return result;
    const std::uint64_t left = options.max_changes - std::min(options.max_changes, result.dropped);
    KITH_ASSIGN(const std::uint64_t cut,
                cut_of(*txn, floor, std::min(left, kChunk), result.dropped == 0 || left >= kChunk));
    result.more = true;
    if (cut == floor.first) return result;
    KITH_ASSIGN(const std::uint64_t dropped,
                history::trim(*txn, cut, [&](const history::Entry& entry) {
                  return record::release_entry(*txn, entry);
                }));
    KITH_TRY(txn->commit());
    result.dropped += dropped;
    result.first_kept = cut;
    result.more = cut < floor.end;
    if (!result.more) return result;
  }
}

}  // namespace kith::engine
