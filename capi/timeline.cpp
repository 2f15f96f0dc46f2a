// The story of a record.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_timeline_options> {
  static constexpr const char* kName = "kith_timeline_options";
  static constexpr std::size_t kFirstSize = KITH_TIMELINE_OPTIONS_V1_SIZE;
  static kith_timeline_options defaults() {
    kith_timeline_options to{};
    to.limit = TimelineOptions().limit;
    return to;
  }
};

namespace {

Result<TimelineOptions> read_options(const kith_timeline_options* options) {
  TimelineOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_timeline_options from, read_struct(options));
  if (!is_zero(from.reserved)) return wrong_struct("kith_timeline_options", "reserved is not 0");
  to.limit = limit_in(from.limit);
  KITH_ASSIGN(to.newest_first, flag(from.newest_first, "newest_first"));
  KITH_ASSIGN(to.related, texts_in(from.related, from.related_count, "related"));
  return to;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_timeline_options_init(kith_timeline_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_reader_timeline(const kith_reader* reader, uint64_t id,
                             const kith_timeline_options* options, kith_timeline** out,
                             kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const TimelineOptions how, read_options(options));
    KITH_ASSIGN(auto items, view->timeline(RecordId(id), how));
    *out = new kith_timeline{std::move(items)};
    return {};
  });
}

void kith_timeline_free(kith_timeline* timeline) {
  guard_free([&] { delete timeline; });
}

size_t kith_timeline_count(const kith_timeline* timeline) {
  return guard_get(size_t{0}, [&] { return count(timeline); });
}

int32_t kith_timeline_at(const kith_timeline* timeline, size_t index, kith_time* out,
                         kith_error** error) {
  return guard(error,
               [&] { return give_time(timeline, "timeline", index, &TimelineItem::at, out); });
}

int32_t kith_timeline_kind(const kith_timeline* timeline, size_t index) {
  return guard_get(int32_t{0},
                   [&] { return number<int32_t>(item(timeline, index), &TimelineItem::kind); });
}

uint64_t kith_timeline_record(const kith_timeline* timeline, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(timeline, index), &TimelineItem::record); });
}

uint64_t kith_timeline_actor(const kith_timeline* timeline, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(timeline, index), &TimelineItem::actor); });
}

uint64_t kith_timeline_sequence(const kith_timeline* timeline, size_t index) {
  return guard_get(uint64_t{0}, [&] {
    return number<uint64_t>(item(timeline, index), &TimelineItem::sequence);
  });
}

const char* kith_timeline_title(const kith_timeline* timeline, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(timeline, index), &TimelineItem::title, size); });
}

const char* kith_timeline_text(const kith_timeline* timeline, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(timeline, index), &TimelineItem::text, size); });
}

const char* kith_timeline_actor_name(const kith_timeline* timeline, size_t index, size_t* size) {
  return guard_get("",
                   [&] { return text(item(timeline, index), &TimelineItem::actor_name, size); });
}

const char* kith_timeline_cause(const kith_timeline* timeline, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(timeline, index), &TimelineItem::cause, size); });
}

int32_t kith_timeline_to_json(const kith_timeline* timeline, const kith_reader* reader,
                              kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(timeline, "timeline"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_json(timeline->items, *ids), out);
  });
}

const char* kith_timeline_kind_name(int32_t kind) {
  return guard_get("", [&]() -> const char* {
    if (kind < KITH_TIMELINE_CHANGE || kind > KITH_TIMELINE_ACTIVITY) return "";
    return timeline_kind_name(static_cast<TimelineKind>(kind)).data();
  });
}
