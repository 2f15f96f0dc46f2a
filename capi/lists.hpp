// capi/lists.hpp: how the accessors of the list and result objects of kith.h answer.
//
//   uint64_t kith_runs_id(const kith_runs* runs, size_t index) {
//     return guard_get(uint64_t{0}, [&] { return number<uint64_t>(item(runs, index), &Run::id); });
//   }
//
// `item` is NULL for a NULL list and an index out of range; the others answer 0 or "" for that.
#pragma once

#include "plain_values.hpp"

namespace kith::capi {

template <typename Item>
const Item* item_of(const std::vector<Item>& items, std::size_t index) {
  return index < items.size() ? &items[index] : nullptr;
}

template <typename List>
auto item(const List* list, std::size_t index) -> decltype(list->items.data()) {
  return list != nullptr ? item_of(list->items, index) : nullptr;
}

// What a result object holds, or NULL.
template <typename Object>
auto result_of(const Object* object) -> decltype(&object->result) {
  return object != nullptr ? &object->result : nullptr;
}

template <typename List>
std::size_t count(const List* list) {
  return list != nullptr ? list->items.size() : 0;
}

inline std::uint64_t plain(RecordId id) { return id.bits(); }
template <typename Plain>
Plain plain(Plain value) {
  return value;
}

// A number, flag, enumeration or record id as kith.h has it.
template <typename Number, typename Owner, typename Item, typename Member>
Number number(const Owner* from, Member Item::*member) {
  return from != nullptr ? static_cast<Number>(plain(from->*member)) : Number{0};
}

template <typename Owner, typename Item>
const char* text(const Owner* from, std::string Item::*member, std::size_t* size) {
  return from != nullptr ? lend(from->*member, size) : lend_nothing(size);
}

inline const char* text(const std::string* from, std::size_t* size) {
  return from != nullptr ? lend(*from, size) : lend_nothing(size);
}

inline kith_time plain_time(Timestamp time) { return time_out(time); }
inline kith_time plain_time(Duration duration) { return duration_out(duration); }

// kInvalidArgument when there is no list, or not so long a one.
template <typename List>
Status check_index(const List* list, const char* name, std::size_t index) {
  KITH_TRY(need(list, name));
  if (index < list->items.size()) return {};
  return Status(Code::kInvalidArgument, "`index` is " + std::to_string(index) + " of " +
                                            std::to_string(list->items.size()));
}

template <typename Time>
Status give_time(Time from, kith_time* out) {
  *out = plain_time(from);
  return {};
}

// kNotFound, an answer without an error object, when there is none.
template <typename Time>
Status give_time(const std::optional<Time>& from, kith_time* out) {
  if (!from) return Status(Code::kNotFound, "there is no such time");
  return give_time(*from, out);
}

template <typename List, typename Item, typename Time>
Status give_time(const List* list, const char* name, std::size_t index, Time Item::*member,
                 kith_time* out) {
  KITH_TRY(clear(out, "out"));
  KITH_TRY(check_index(list, name, index));
  return give_time(list->items[index].*member, out);
}

}  // namespace kith::capi
