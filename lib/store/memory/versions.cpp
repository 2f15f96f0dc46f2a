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

Walk::Walk(const VersionedRows& rows, std::uint64_t snapshot, const Overlay* overlay,
           const KeyRange& range, bool reverse)
    : snapshot_(snapshot), reverse_(reverse) {
  const VersionedRows::Map& map = rows.map();
  const bool empty = is_empty(range);
  base_first_ = empty ? map.end() : map.lower_bound(range.first);
  base_last_ = empty || range.last.empty() ? map.end() : map.lower_bound(range.last);
  if (overlay != nullptr) {
    over_first_ = empty ? overlay->end() : overlay->lower_bound(range.first);
    over_last_ = empty || range.last.empty() ? overlay->end() : overlay->lower_bound(range.last);
  }
  advance_base();
  advance_overlay();
}

void Walk::advance_base() {
  base_.reset();
  while (base_first_ != base_last_ && !base_) {
    auto at = reverse_ ? --base_last_ : base_first_++;
    const Bytes* value = VersionedRows::visible(at->second, snapshot_);
    if (value != nullptr) base_ = Candidate{at->first, value};
  }
}

void Walk::advance_overlay() {
  over_.reset();
  if (over_first_ == over_last_) return;
  auto at = reverse_ ? --over_last_ : over_first_++;
  over_ = Candidate{at->first, at->second ? &*at->second : nullptr};
}

std::optional<Walk::Row> Walk::next() {
  while (base_ || over_) {
    const bool same = base_ && over_ && base_->key == over_->key;
    const bool from_overlay =
        over_ && (!base_ || same || (reverse_ ? over_->key > base_->key : over_->key < base_->key));
    const Candidate row = from_overlay ? *over_ : *base_;
    if (!from_overlay || same) advance_base();
    if (from_overlay) advance_overlay();
    if (row.value != nullptr) return Row{row.key, row.value->view()};
  }
  return std::nullopt;
}

}  // namespace kith::store::memory
