#include "store/memory/versions.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "store/checks.hpp"

namespace kith::store::memory {

const Bytes* VersionedRows::visible(const Chain& chain, std::uint64_t snapshot) {
  for (auto version = chain.rbegin(); version != chain.rend(); ++version) {
    if (version->seq <= snapshot) return version->value ? &*version->value : nullptr;
  }
  return nullptr;
}

const Bytes* VersionedRows::find(std::string_view key, std::uint64_t snapshot) const {
  auto found = map_.find(key);
  return found == map_.end() ? nullptr : visible(found->second, snapshot);
}

void VersionedRows::apply(Overlay&& overlay, std::uint64_t seq) {
  for (auto& [key, value] : overlay) {
    auto row = map_.lower_bound(key);
    const bool known = row != map_.end() && row->first == key;
    if (!known && !value) continue;
    if (!known) row = map_.emplace_hint(row, key, Chain());
    const bool erased = !value.has_value();
    row->second.push_back({seq, std::move(value)});
    if (erased || row->second.size() > 1) superseded_.push_back({seq, key});
  }
}

void VersionedRows::prune(std::uint64_t oldest_snapshot) {
  while (!superseded_.empty() && superseded_.front().seq <= oldest_snapshot) {
    auto found = map_.find(superseded_.front().key);
    superseded_.pop_front();
    if (found == map_.end()) continue;
    Chain& chain = found->second;
    // The newest version that the oldest snapshot sees; all before it are out of sight.
    auto keep = std::find_if(chain.rbegin(), chain.rend(),
                             [&](const Version& v) { return v.seq <= oldest_snapshot; });
    if (keep != chain.rend()) chain.erase(chain.begin(), std::prev(keep.base()));
    if (chain.size() == 1 && !chain.front().value && chain.front().seq <= oldest_snapshot) {
      map_.erase(found);
    }
  }
}

VersionWalk::VersionWalk(const VersionedRows& rows, std::uint64_t snapshot, const KeyRange& range,
                         bool reverse)
    : snapshot_(snapshot), reverse_(reverse) {
  const VersionedRows::Map& map = rows.map();
  const bool empty = is_empty(range);
  first_ = empty ? map.end() : map.lower_bound(range.first);
  last_ = empty || range.last.empty() ? map.end() : map.lower_bound(range.last);
}

std::optional<KeyValue> VersionWalk::next() {
  while (first_ != last_) {
    const auto at = reverse_ ? --last_ : first_++;
    const Bytes* value = VersionedRows::visible(at->second, snapshot_);
    if (value != nullptr) return KeyValue{at->first, value->view()};
  }
  return std::nullopt;
}

}  // namespace kith::store::memory
