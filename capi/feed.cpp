// The change feed: pages of changes, named cursors, waiting for the next change.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_feed_options> {
  static constexpr const char* kName = "kith_feed_options";
  static constexpr std::size_t kFirstSize = KITH_FEED_OPTIONS_V1_SIZE;
  static kith_feed_options defaults() {
    kith_feed_options to{};
    to.entity_size = KITH_NTS;
    to.limit = FeedOptions().limit;
    return to;
  }
};

namespace {

Result<FeedOptions> read_options(const kith_feed_options* options) {
  FeedOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_feed_options from, read_struct(options));
  if (from.reserved != 0) return wrong_struct("kith_feed_options", "reserved is not 0");
  to.cursor = from.cursor;
  KITH_ASSIGN(to.entity, text_in(from.entity, from.entity_size, "entity"));
  KITH_ASSIGN(to.fields, texts_in(from.fields, from.field_count, "fields"));
  to.limit = from.limit;
  return to;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_feed_options_init(kith_feed_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_reader_changes(const kith_reader* reader, const kith_feed_options* options,
                            kith_history** out, uint64_t* cursor, uint8_t* done,
                            kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(done);
    KITH_TRY(clear(out, "out"));
    KITH_TRY(clear(cursor, "cursor"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const FeedOptions how, read_options(options));
    KITH_ASSIGN(FeedPage page, view->changes(how));
    *out = new kith_history{std::move(page.changes)};
    *cursor = page.cursor;
    if (done != nullptr) *done = page.done ? 1 : 0;
    return {};
  });
}

int32_t kith_reader_cursor(const kith_reader* reader, const char* name, size_t name_size,
                           uint64_t* sequence, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(sequence, "sequence"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view which, text_in(name, name_size, "name"));
    KITH_ASSIGN(*sequence, view->cursor(which));
    return {};
  });
}

int32_t kith_reader_cursors(const kith_reader* reader, kith_feed_cursors** out,
                            kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(std::vector<FeedCursor> cursors, view->cursors());
    *out = new kith_feed_cursors{std::move(cursors)};
    return {};
  });
}

void kith_feed_cursors_free(kith_feed_cursors* cursors) {
  guard_free([&] { delete cursors; });
}

size_t kith_feed_cursors_count(const kith_feed_cursors* cursors) {
  return guard_get(size_t{0}, [&] { return count(cursors); });
}

const char* kith_feed_cursors_name(const kith_feed_cursors* cursors, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(cursors, index), &FeedCursor::name, size); });
}

uint64_t kith_feed_cursors_sequence(const kith_feed_cursors* cursors, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(cursors, index), &FeedCursor::sequence); });
}

int32_t kith_txn_save_cursor(kith_txn* txn, const char* name, size_t name_size, uint64_t sequence,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const std::string_view which, text_in(name, name_size, "name"));
    return transaction->save_cursor(which, sequence);
  });
}

int32_t kith_txn_drop_cursor(kith_txn* txn, const char* name, size_t name_size,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const std::string_view which, text_in(name, name_size, "name"));
    return transaction->drop_cursor(which);
  });
}

int32_t kith_database_wait(kith_database* database, uint64_t sequence, int64_t timeout_ms,
                           uint64_t* last, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(last, "last"));
    KITH_ASSIGN(const Database open, use(database));
    if (timeout_ms < 0) return Status(Code::kInvalidArgument, "`timeout_ms` is negative");
    KITH_ASSIGN(*last, open.wait(sequence, std::chrono::milliseconds(timeout_ms)));
    return {};
  });
}
