// store/pending_rows.hpp: rows that were changed and not committed, merged over those beneath.
//
//   PendingRows pending;
//   pending.insert_or_assign("k", Bytes("v"));           // a put
//   pending.insert_or_assign("gone", std::nullopt);      // an erasure
//   MergedWalk walk(VersionWalk(...), &pending, range, reverse);
//   ScanBatch batch = collect(walk, options);
//
// For back-ends and layers. A Base walks the rows of the same range in the same direction:
// `std::optional<Row> next()`, whose views are good for as long as the scan's are; those of a row
// must outlive the next call of next(). Not synchronised.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "store/checks.hpp"
#include "store/store.hpp"

namespace kith::store {

// Immutable bytes at an 8-aligned address that survives moves.
class Bytes {
 public:
  explicit Bytes(std::string_view text)
      : words_(std::make_unique<std::uint64_t[]>((text.size() + 7) / 8)), size_(text.size()) {
    if (!text.empty()) std::memcpy(words_.get(), text.data(), text.size());
  }
  std::string_view view() const { return {reinterpret_cast<const char*>(words_.get()), size_}; }

 private:
  std::unique_ptr<std::uint64_t[]> words_;
  std::size_t size_;
};

// By key: a value, or nothing for an erased key.
using PendingRows = std::map<std::string, std::optional<Bytes>, std::less<>>;

template <typename Base>
class MergedWalk {
 public:
  using Row = KeyValue;

  // `pending` may be null.
  MergedWalk(Base base, const PendingRows* pending, const KeyRange& range, bool reverse)
      : base_walk_(std::move(base)), reverse_(reverse) {
    if (pending != nullptr) {
      const bool empty = is_empty(range);
      first_ = empty ? pending->end() : pending->lower_bound(range.first);
      last_ = empty || range.last.empty() ? pending->end() : pending->lower_bound(range.last);
    }
    advance_base();
    advance_pending();
  }
  MergedWalk(const MergedWalk&) = delete;
  MergedWalk& operator=(const MergedWalk&) = delete;

  std::optional<Row> next() {
    while (base_ || pending_) {
      const bool same = base_ && pending_ && base_->key == pending_->key;
      const bool from_pending =
          pending_ &&
          (!base_ || same || (reverse_ ? pending_->key > base_->key : pending_->key < base_->key));
      const Row row = from_pending ? Row{pending_->key, pending_->value} : *base_;
      const bool erased = from_pending && pending_->erased;
      if (!from_pending || same) advance_base();
      if (from_pending) advance_pending();
      if (!erased) return row;
    }
    return std::nullopt;
  }

  const Base& base() const { return base_walk_; }

 private:
  struct Pending {
    std::string_view key;
    std::string_view value;
    bool erased;
  };

  void advance_base() { base_ = base_walk_.next(); }
  void advance_pending() {
    pending_.reset();
    if (first_ == last_) return;
    const auto at = reverse_ ? --last_ : first_++;
    pending_ = Pending{at->first, {}, !at->second.has_value()};
    if (at->second) pending_->value = at->second->view();
  }

  Base base_walk_;
  bool reverse_;
  PendingRows::const_iterator first_{}, last_{};
  std::optional<Row> base_;
  std::optional<Pending> pending_;
};

// As many rows of a walk as the options let into a batch; they say its direction, too.
template <typename Walk>
ScanBatch collect(Walk& walk, const ScanOptions& options) {
  ScanBatch batch;
  std::size_t bytes = 0;
  while (auto row = walk.next()) {
    if (options.keys_only) row->value = {};
    bytes += row->key.size() + row->value.size();
    if (batch.rows.size() == options.row_limit ||
        (bytes > options.byte_limit && !batch.rows.empty())) {
      batch.continuation = options.reverse ? batch.rows.back().key : row->key;
      break;
    }
    batch.rows.push_back(*row);
  }
  return batch;
}

}  // namespace kith::store
