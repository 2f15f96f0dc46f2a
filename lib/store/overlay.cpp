#include "store/overlay.hpp"

#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "store/checks.hpp"
#include "store/posting_key.hpp"

namespace kith::store {

namespace {

bool covers(const KeyRange& range, std::string_view key) {
  return key >= range.first && (range.last.empty() || key < range.last);
}

// The rows beneath in a range, without those of erased ranges.
class BaseWalk {
 public:
  BaseWalk(ReadTxn& txn, Table table, const KeyRange& range, const ScanOptions& options,
           const std::vector<KeyRange>& erased)
      : txn_(&txn), table_(table), range_(range), options_(options), erased_(&erased) {}

  std::optional<KeyValue> next() {
    while (true) {
      if (at_ == batch_.rows.size() && !fetch()) return std::nullopt;
      if (at_ == batch_.rows.size()) continue;
      const KeyValue row = batch_.rows[at_++];
      const auto hole = std::find_if(erased_->begin(), erased_->end(),
                                     [&](const KeyRange& one) { return covers(one, row.key); });
      if (hole == erased_->end()) return row;
      jump(*hole);
    }
  }
  const Status& status() const { return status_; }

 private:
  bool fetch() {
    if (ended_ || is_empty(range_)) return false;
    Result<ScanBatch> batch = txn_->scan(table_, range_, options_);
    if (!batch.ok()) {
      status_ = batch.status();
      ended_ = true;
      return false;
    }
    batch_ = *std::move(batch);
    at_ = 0;
    ended_ = batch_.done();
    (options_.reverse ? range_.last : range_.first) = batch_.continuation;
    return true;
  }

  // Goes on behind an erased range, however long it is.
  void jump(const KeyRange& hole) {
    const std::string& beyond = options_.reverse ? hole.first : hole.last;
    const bool in_batch =
        !batch_.rows.empty() && !beyond.empty() &&
        (options_.reverse ? batch_.rows.back().key < beyond : batch_.rows.back().key >= beyond);
    if (in_batch) return;  // the rest of it is at hand
    batch_.rows.clear();
    at_ = 0;
    ended_ = beyond.empty();
    if (!ended_) (options_.reverse ? range_.last : range_.first) = beyond;
  }

  ReadTxn* txn_;
  Table table_;
  KeyRange range_;
  ScanOptions options_;
  const std::vector<KeyRange>* erased_;
  ScanBatch batch_;
  std::size_t at_ = 0;
  bool ended_ = false;
  Status status_;
};

// The postings beneath under one key, as rows.
class BasePostings {
 public:
  BasePostings(ReadTxn& txn, std::string_view key, std::uint64_t from, bool erased)
      : txn_(&txn), key_(key), from_(from), ended_(erased) {}

  std::optional<KeyValue> next() {
    if (at_ == ids_.size() && !fetch()) return std::nullopt;
    std::string& row = rows_[turn_ ^= 1];
    row = posting_key(key_, ids_[at_++]);
    return KeyValue{row, {}};
  }
  const Status& status() const { return status_; }

 private:
  static constexpr std::size_t kPage = 1024;

  bool fetch() {
    if (ended_) return false;
    at_ = 0;
    status_ = txn_->scan_postings(key_, from_, kPage, &ids_);
    if (!status_.ok()) ids_.clear();
    ended_ = ids_.size() < kPage || ids_.back() == UINT64_MAX;
    if (!ended_) from_ = ids_.back() + 1;
    return !ids_.empty();
  }

  ReadTxn* txn_;
  std::string key_;
  std::uint64_t from_;
  bool ended_;
  std::vector<std::uint64_t> ids_;
  std::size_t at_ = 0;
  std::string rows_[2];  // the one given out last stays good for one more
  unsigned turn_ = 0;
  Status status_;
};

}  // namespace

const KeyRange* Overlay::covering(const Layer& layer, std::string_view key) {
  for (const KeyRange& range : layer.erased) {
    if (covers(range, key)) return &range;
  }
  return nullptr;
}

Result<std::optional<std::string_view>> Overlay::get(Table table, std::string_view key) {
  KITH_TRY(check_map(table));
  KITH_TRY(check_key(table, key));
  ++stats_.gets;
  const Layer& own = layer(table);
  if (const auto found = own.pending.find(key); found != own.pending.end()) {
    return found->second ? std::optional(found->second->view()) : std::nullopt;
  }
  if (covering(own, key) != nullptr) return std::optional<std::string_view>();
  return base_->get(table, key);
}

Result<std::vector<std::optional<std::string_view>>> Overlay::multi_get(
    Table table, std::span<const std::string> keys) {
  KITH_TRY(check_map(table));
  for (const std::string& key : keys) KITH_TRY(check_key(table, key));
  ++stats_.multi_gets;
  const Layer& own = layer(table);
  std::vector<std::optional<std::string_view>> values(keys.size());
  std::vector<std::string> beneath;
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (const auto found = own.pending.find(keys[i]); found != own.pending.end()) {
      if (found->second) values[i] = found->second->view();
    } else if (covering(own, keys[i]) == nullptr) {
      beneath.push_back(keys[i]);
      places.push_back(i);
    }
  }
  if (beneath.empty()) return values;
  KITH_ASSIGN(const auto found, base_->multi_get(table, beneath));
  for (std::size_t i = 0; i < places.size(); ++i) values[places[i]] = found[i];
  return values;
}

Result<ScanBatch> Overlay::scan(Table table, const KeyRange& range, const ScanOptions& options) {
  KITH_TRY(check_scan(table, options));
  ++stats_.scans;
  if (table_spec(table).kind == TableKind::kPostings) return scan_posting_keys(range, options);
  const Layer& own = layer(table);
  if (own.pending.empty() && own.erased.empty()) return base_->scan(table, range, options);
  MergedWalk walk(BaseWalk(*base_, table, range, options, own.erased), &own.pending, range,
                  options.reverse);
  ScanBatch batch = collect(walk, options);
  KITH_TRY(walk.base().status());
  return batch;
}

Status Overlay::scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                              std::vector<std::uint64_t>* out) {
  KITH_TRY(check_key(Table::kPostings, key));
  ++stats_.scans;
  out->clear();
  const Layer& own = layer(Table::kPostings);
  KeyRange range = posting_range(key);
  range.first = posting_key(key, from);
  const auto first = own.pending.lower_bound(range.first);
  const bool untouched = first == own.pending.end() || first->first >= range.last;
  const bool erased = covering(own, range.first) != nullptr;
  if (untouched) return erased ? Status() : base_->scan_postings(key, from, limit, out);
  MergedWalk walk(BasePostings(*base_, key, from, erased), &own.pending, range, false);
  while (out->size() < limit) {
    const auto row = walk.next();
    if (!row) break;
    out->push_back(posting_id(row->key));
  }
  return walk.base().status();
}

Result<std::uint64_t> Overlay::count_postings(std::string_view key) {
  KITH_TRY(check_key(Table::kPostings, key));
  ++stats_.gets;
  std::uint64_t count = 0;
  if (covering(layer(Table::kPostings), posting_range(key).first) == nullptr) {
    KITH_ASSIGN(count, base_->count_postings(key));
  }
  const auto more = more_postings_.find(key);
  if (more != more_postings_.end()) count += static_cast<std::uint64_t>(more->second);
  return count;
}

// The first key of the range that has a posting.
Result<std::optional<std::string>> Overlay::next_posting_key(const KeyRange& range) {
  const Layer& own = layer(Table::kPostings);
  KeyRange rest = range;
  std::vector<std::uint64_t> ids;
  while (!is_empty(rest)) {
    ScanOptions one;
    one.row_limit = 1;
    one.keys_only = true;
    KITH_ASSIGN(const ScanBatch beneath, base_->scan(Table::kPostings, rest, one));
    std::optional<std::string> key;
    if (!beneath.rows.empty()) key.emplace(beneath.rows.front().key);
    const KeyRange rows = posting_range(rest);
    const auto pending = own.pending.lower_bound(rows.first);
    if (pending != own.pending.end() && (rows.last.empty() || pending->first < rows.last)) {
      std::string added = posting_key_of(pending->first);
      if (!key || added < *key) key = std::move(added);
    }
    if (!key) return key;
    KITH_TRY(scan_postings(*key, 0, 1, &ids));
    if (!ids.empty()) return key;
    rest.first = *key + '\0';
  }
  return std::optional<std::string>();
}

Result<ScanBatch> Overlay::scan_posting_keys(const KeyRange& range, const ScanOptions& options) {
  ScanBatch batch;
  KeyRange rest = range;
  std::size_t bytes = 0;
  while (true) {
    KITH_ASSIGN(std::optional<std::string> key, next_posting_key(rest));
    if (!key) return batch;
    bytes += key->size();
    if (batch.rows.size() == options.row_limit ||
        (bytes > options.byte_limit && !batch.rows.empty())) {
      batch.continuation = *std::move(key);
      return batch;
    }
    batch.rows.push_back({copies_.emplace_back(*std::move(key)), {}});
    rest.first = copies_.back() + '\0';
  }
}

void Overlay::count_put(std::size_t bytes) {
  ++stats_.puts;
  stats_.bytes_written += bytes;
}

Status Overlay::put(Table table, std::string_view key, std::string_view value) {
  KITH_TRY(check_map(table));
  KITH_TRY(check_row(table, key, value));
  count_put(key.size() + value.size());
  layer(table).pending.insert_or_assign(std::string(key), Bytes(value));
  return {};
}

Status Overlay::erase(Table table, std::string_view key) {
  KITH_TRY(check_map(table));
  KITH_TRY(check_key(table, key));
  ++stats_.deletes;
  layer(table).pending.insert_or_assign(std::string(key), std::nullopt);
  return {};
}

Status Overlay::erase_range(Table table, const KeyRange& keys) {
  ++stats_.deletes;
  if (is_empty(keys)) return {};
  const bool postings = table_spec(table).kind == TableKind::kPostings;
  KeyRange range = postings ? posting_range(keys) : keys;
  Layer& own = layer(table);
  const auto last = range.last.empty() ? own.pending.end() : own.pending.lower_bound(range.last);
  own.pending.erase(own.pending.lower_bound(range.first), last);
  own.erased.push_back(std::move(range));
  if (postings) {
    const auto end =
        keys.last.empty() ? more_postings_.end() : more_postings_.lower_bound(keys.last);
    more_postings_.erase(more_postings_.lower_bound(keys.first), end);
  }
  return {};
}

Result<bool> Overlay::base_has_posting(std::string_view key, std::uint64_t id) {
  if (covering(layer(Table::kPostings), posting_key(key, id)) != nullptr) return false;
  std::vector<std::uint64_t> found;
  KITH_TRY(base_->scan_postings(key, id, 1, &found));
  return !found.empty() && found.front() == id;
}

Status Overlay::set_posting(std::string_view key, std::uint64_t id, bool present) {
  KITH_ASSIGN(const bool beneath, base_has_posting(key, id));
  PendingRows& pending = layer(Table::kPostings).pending;
  std::string row = posting_key(key, id);
  const auto own = pending.find(row);
  const bool before = own != pending.end() ? own->second.has_value() : beneath;
  if (before == present) return {};
  auto more = more_postings_.try_emplace(std::string(key), 0).first;
  more->second += present ? 1 : -1;
  if (present == beneath) {
    pending.erase(own);
  } else {
    pending.insert_or_assign(std::move(row), present ? std::optional(Bytes({})) : std::nullopt);
  }
  return {};
}

Status Overlay::add_posting(std::string_view key, std::uint64_t id) {
  KITH_TRY(check_key(Table::kPostings, key));
  count_put(key.size() + sizeof id);
  return set_posting(key, id, true);
}

Status Overlay::remove_posting(std::string_view key, std::uint64_t id) {
  KITH_TRY(check_key(Table::kPostings, key));
  ++stats_.deletes;
  return set_posting(key, id, false);
}

Status Overlay::commit() {
  return Status(Code::kUnsupported, "changes that lie over a snapshot cannot be committed");
}

}  // namespace kith::store
