// Comprehensions. Every round is charged for its body, so nested loops cannot run away.
#include <algorithm>

#include "expr/code.hpp"

namespace kith::expr::eval {
namespace {

// What is looped over: the elements of a list, or the entries of a map.
struct Range {
  const Datum* keys = nullptr;  // of a map
  const Datum* values = nullptr;
  std::size_t size = 0;

  // What a loop with one variable sees.
  const Datum& single(std::size_t i) const { return keys != nullptr ? keys[i] : values[i]; }
  Datum key(std::size_t i) const {
    return keys != nullptr ? keys[i] : Datum::integer(static_cast<std::int64_t>(i));
  }
};

class Loop {
 public:
  Loop(const Code& code, Frame& frame) : code_(code), frame_(frame) {}

  Datum run() {
    const Datum source = code_.args[0]->eval(*code_.args[0], frame_);
    if (source.is_error()) return source;
    if (source.is(Tag::kList)) {
      range_ = {nullptr, source.list_value->items, source.list_value->size};
    } else if (source.is(Tag::kMap)) {
      range_ = {source.map_value->keys, source.map_value->values, source.map_value->size};
    } else {
      return placed(frame_.no_overload("loop", &source, 1), code_);
    }
    if (source.is(Tag::kList) && !fetch_records(code_, frame_, range_.values, range_.size)) {
      return stop();
    }
    switch (code_.macro) {
      case Macro::kAll: return quantify(Truth::kFalse);
      case Macro::kExists: return quantify(Truth::kTrue);
      case Macro::kExistsOne: return exists_one();
      case Macro::kFilter: return filter();
      case Macro::kMap:
      case Macro::kTransformList: return transform_list();
      case Macro::kTransformMap: return transform_map();
      case Macro::kTransformMapEntry: return transform_entries();
      case Macro::kSortBy: return sort_by();
      default: return placed(frame_.bug("unknown loop"), code_);
    }
  }

 private:
  // Sets the variables of round `i`; false when the budget is used up.
  bool enter(std::size_t i) {
    if (!frame_.charge(code_.body_cost)) return false;
    if (code_.two_variables) {
      frame_.locals()[code_.index] = range_.key(i);
      frame_.locals()[code_.index2] = range_.values[i];
    } else {
      frame_.locals()[code_.index] = range_.single(i);
    }
    return true;
  }
  Truth test(std::size_t arg) { return code_.args[arg]->test(*code_.args[arg], frame_); }
  Datum eval_last() {
    const Code& last = *code_.args[code_.count - 1];
    return last.eval(last, frame_);
  }
  Datum stop() { return placed(frame_.exhausted(), code_); }

  // all() is decided by a false, exists() by a true; errors give way to a decision.
  Datum quantify(Truth deciding) {
    Datum error;
    for (std::size_t i = 0; i < range_.size; ++i) {
      if (!enter(i)) return stop();
      const Truth truth = test(1);
      if (truth == deciding) return Datum::boolean(deciding == Truth::kTrue);
      if (truth != Truth::kError) continue;
      if (frame_.stopped()) return stop();
      if (!error.is_error()) error = frame_.last_error;
    }
    return error.is_error() ? error : Datum::boolean(deciding == Truth::kFalse);
  }

  // Looks at every element: an error anywhere is an error.
  Datum exists_one() {
    std::size_t found = 0;
    for (std::size_t i = 0; i < range_.size; ++i) {
      if (!enter(i)) return stop();
      const Truth truth = test(1);
      if (truth == Truth::kError) return frame_.last_error;
      found += truth == Truth::kTrue ? 1 : 0;
    }
    return Datum::boolean(found == 1);
  }

  // Whether the condition of a three-part loop lets round `i` through.
  Truth admitted() { return code_.count == 3 ? test(1) : Truth::kTrue; }

  Datum filter() {
    Datum* items = frame_.arena().make<Datum>(range_.size);
    if (items == nullptr) return frame_.out_of_memory();
    std::size_t size = 0;
    for (std::size_t i = 0; i < range_.size; ++i) {
      if (!enter(i)) return stop();
      const Truth truth = test(1);
      if (truth == Truth::kError) return frame_.last_error;
      if (truth == Truth::kTrue) items[size++] = range_.single(i);
    }
    return frame_.list(items, size);
  }

  Datum transform_list() {
    Datum* items = frame_.arena().make<Datum>(range_.size);
    if (items == nullptr) return frame_.out_of_memory();
    std::size_t size = 0;
    for (std::size_t i = 0; i < range_.size; ++i) {
      if (!enter(i)) return stop();
      const Truth truth = admitted();
      if (truth == Truth::kError) return frame_.last_error;
      if (truth == Truth::kFalse) continue;
      items[size] = eval_last();
      if (items[size].is_error()) return items[size];
      ++size;
    }
    return frame_.list(items, size);
  }

  Datum transform_map() {
    Datum* keys = frame_.arena().make<Datum>(range_.size);
    Datum* values = frame_.arena().make<Datum>(range_.size);
    if (keys == nullptr || values == nullptr) return frame_.out_of_memory();
    std::size_t size = 0;
    for (std::size_t i = 0; i < range_.size; ++i) {
      if (!enter(i)) return stop();
      const Truth truth = admitted();
      if (truth == Truth::kError) return frame_.last_error;
      if (truth == Truth::kFalse) continue;
      keys[size] = range_.key(i);
      values[size] = eval_last();
      if (values[size].is_error()) return values[size];
      ++size;
    }
    return frame_.map(keys, values, size);
  }

  Datum transform_entries() {
    std::vector<Datum> keys;
    std::vector<Datum> values;
    for (std::size_t i = 0; i < range_.size; ++i) {
      if (!enter(i)) return stop();
      const Truth truth = admitted();
      if (truth == Truth::kError) return frame_.last_error;
      if (truth == Truth::kFalse) continue;
      const Datum entries = eval_last();
      if (entries.is_error()) return entries;
      if (!entries.is(Tag::kMap)) {
        return placed(frame_.no_overload("transformMapEntry()", &entries, 1), code_);
      }
      const MapData& map = *entries.map_value;
      if (!frame_.charge(map.size)) return stop();
      if (keys.size() + map.size > frame_.activation().limits().max_memory / sizeof(Datum)) {
        return placed(frame_.out_of_memory(), code_);
      }
      keys.insert(keys.end(), map.keys, map.keys + map.size);
      values.insert(values.end(), map.values, map.values + map.size);
    }
    Datum* out = frame_.arena().make<Datum>(keys.size() * 2);
    if (out == nullptr) return frame_.out_of_memory();
    std::copy(keys.begin(), keys.end(), out);
    std::copy(values.begin(), values.end(), out + keys.size());
    const Datum map = frame_.map(out, out + keys.size(), keys.size());
    return map.is_error() ? placed(map, code_) : map;
  }

  Datum sort_by() {
    struct Entry {
      Datum key;
      Datum item;
    };
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < range_.size; ++i) {
      if (!enter(i)) return stop();
      entries.push_back({eval_last(), range_.single(i)});
      if (entries.back().key.is_error()) return entries.back().key;
      Order order;
      if (!compare(entries.front().key, entries.back().key, &order)) {
        return placed(frame_.no_overload("sortBy()", &entries.back().key, 1), code_);
      }
    }
    std::vector<Datum> keys;
    for (const Entry& entry : entries) keys.push_back(entry.key);
    if (!frame_.charge_sort(keys.data(), keys.size())) return stop();
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
      Order order = Order::kUnordered;
      return compare(a.key, b.key, &order) && order == Order::kLess;
    });
    Datum* items = frame_.arena().make<Datum>(entries.size());
    if (items == nullptr) return frame_.out_of_memory();
    for (std::size_t i = 0; i < entries.size(); ++i) items[i] = entries[i].item;
    return frame_.list(items, entries.size());
  }

  const Code& code_;
  Frame& frame_;
  Range range_;
};

}  // namespace

bool fetch_records(const Code& loop, Frame& frame, const Datum* items, std::size_t size) {
  Host* host = frame.activation().host();
  if (!loop.reads_elements || host == nullptr || size < 2) return true;
  std::vector<RecordId> ids;
  const auto fetch = [&] {
    const Status status = host->prefetch(ids);
    if (!status.ok()) frame.host_failed(status);
    ids.clear();
    return status.ok();
  };
  for (std::size_t i = 0; i < size; ++i) {
    if (items[i].is(Tag::kRecord) && items[i].view() == nullptr)
      ids.push_back(items[i].record_id());
  }
  if (!fetch()) return false;
  const std::uint32_t local = loop.two_variables ? loop.index2 : loop.index;
  for (std::uint32_t f = 0; f < loop.followed_count; ++f) {
    const Code& reference = *loop.followed[f];
    for (std::size_t i = 0; i < size && !frame.stopped(); ++i) {
      frame.locals()[local] = items[i];
      const Datum to = reference.eval(reference, frame);
      if (to.is(Tag::kRecord) && to.view() == nullptr) ids.push_back(to.record_id());
    }
    if (frame.stopped() || !fetch()) return false;
  }
  return true;
}

Datum comprehension(const Code& code, Frame& frame) { return Loop(code, frame).run(); }

Datum option_map(const Code& code, Frame& frame) {
  const Datum target = code.args[0]->eval(*code.args[0], frame);
  if (target.is_error()) return target;
  if (!target.is(Tag::kOptional)) {
    return placed(frame.no_overload(code.name, &target, 1), code);
  }
  if (target.inner == nullptr) return target;
  frame.locals()[code.index] = *target.inner;
  const Datum out = code.args[1]->eval(*code.args[1], frame);
  if (out.is_error()) return out;
  if (code.macro == Macro::kOptMap) return frame.some(out);
  return out.is(Tag::kOptional) ? out : placed(frame.no_overload(code.name, &out, 1), code);
}

}  // namespace kith::expr::eval
