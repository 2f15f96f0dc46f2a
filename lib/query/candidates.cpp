#include "query/candidates.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"
#include "query/row_source.hpp"

namespace kith::query {
namespace {

using store::Table;

constexpr std::uint64_t kRecordsPerScannedOne = 16;  // a get costs that many rows of a scan
constexpr std::uint64_t kAlwaysThroughIndex = 256;
constexpr std::size_t kFewIds = 64;  // no other index is worth a look
constexpr std::size_t kMaxTries = 4;

Result<std::uint64_t> edge_sequence(store::ReadTxn& txn, const schema::EntityType& type,
                                    bool last) {
  store::ScanOptions options;
  options.row_limit = 1;
  options.reverse = last;
  options.keys_only = true;
  KITH_ASSIGN(const store::ScanBatch batch,
              txn.scan(Table::kRecords, records_of(type.id), options));
  if (batch.rows.empty()) return std::uint64_t{0};
  KITH_ASSIGN(const RecordId id, unique_entry_id(batch.rows.front().key));
  return id.sequence();
}

Result<bool> gather_unique(store::ReadTxn& txn, const Access& access,
                           std::vector<std::uint64_t>* ids) {
  KITH_ASSIGN(const auto values, txn.multi_get(Table::kIndex, access.keys));
  for (const auto& value : values) {
    if (!value) continue;
    KITH_ASSIGN(const RecordId id, unique_entry_id(*value));
    ids->push_back(id.bits());
  }
  return true;
}

Result<bool> gather_postings(store::ReadTxn& txn, const Access& access, std::uint64_t budget,
                             std::vector<std::uint64_t>* ids) {
  std::uint64_t total = 0;
  for (const std::string& key : access.keys) {
    KITH_ASSIGN(const std::uint64_t count, txn.count_postings(key));
    total += count;
  }
  if (total > budget) return false;
  std::vector<std::uint64_t> block;
  for (const std::string& key : access.keys) {
    for (std::uint64_t from = 0;;) {
      KITH_TRY(txn.scan_postings(key, from, kBatchRows, &block));
      ids->insert(ids->end(), block.begin(), block.end());
      if (block.size() < kBatchRows) break;
      from = block.back() + 1;
    }
  }
  return true;
}

Result<bool> gather_span(store::ReadTxn& txn, const KeySpan& span, std::uint64_t budget,
                         std::vector<std::uint64_t>* ids) {
  store::KeyRange range = key_range(span.low, span.high);
  store::ScanOptions options;
  options.keys_only = true;
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(Table::kIndex, range, options));
    for (const store::KeyValue& row : batch.rows) {
      KITH_ASSIGN(const RecordId id, ordered_key_id(row.key));
      ids->push_back(id.bits());
    }
    if (ids->size() > budget) return false;
    if (batch.done()) return true;
    range.first = batch.continuation;
  }
}

// The access that leaves fewest records, within the budget; nullptr when a scan is better.
Result<const Access*> choose(const Context& context, const Plan& plan, std::uint64_t budget,
                             std::vector<std::uint64_t>* ids) {
  const Access* best = nullptr;
  std::size_t tries = 0;
  for (const Access& access : plan.narrowing) {
    if (++tries > kMaxTries) break;
    std::vector<std::uint64_t> found;
    KITH_ASSIGN(const bool fits, gather(*context.txn, access, budget, &found));
    if (!fits) continue;
    best = &access;
    *ids = std::move(found);
    if (ids->size() <= kFewIds) break;
    budget = ids->size();
  }
  return best;
}

}  // namespace

Result<std::uint64_t> estimate_records(store::ReadTxn& txn, const schema::EntityType& type) {
  KITH_ASSIGN(const std::uint64_t last, edge_sequence(txn, type, true));
  if (last == 0) return std::uint64_t{0};
  KITH_ASSIGN(const std::uint64_t first, edge_sequence(txn, type, false));
  return last - first + 1;
}

std::uint64_t index_budget(std::uint64_t records) {
  return records / kRecordsPerScannedOne + kAlwaysThroughIndex;
}

Result<bool> gather(store::ReadTxn& txn, const Access& access, std::uint64_t budget,
                    std::vector<std::uint64_t>* ids) {
  switch (access.kind) {
    case Access::Kind::kIds: *ids = access.ids; return true;
    case Access::Kind::kUnique: return gather_unique(txn, access, ids);
    case Access::Kind::kPostings: return gather_postings(txn, access, budget, ids);
    case Access::Kind::kUnion: {
      for (const Access& part : access.parts) {
        std::vector<std::uint64_t> found;
        KITH_ASSIGN(const bool fits, gather(txn, part, budget, &found));
        if (!fits || ids->size() + found.size() > budget) return false;
        ids->insert(ids->end(), found.begin(), found.end());
      }
      return true;
    }
    case Access::Kind::kOrdered: break;
  }
  for (const KeySpan& span : access.spans) {
    KITH_ASSIGN(const bool fits, gather_span(txn, span, budget, ids));
    if (!fits) return false;
  }
  return true;
}

Result<Input> open_input(const Context& context, const Plan& plan, VectorRequest request,
                         RecordId after) {
  Input input;
  if (context.use_indexes && !plan.narrowing.empty()) {
    KITH_ASSIGN(const std::uint64_t records, estimate_records(*context.txn, *request.type));
    std::vector<std::uint64_t> ids;
    KITH_ASSIGN(const Access* access, choose(context, plan, index_budget(records), &ids));
    if (access != nullptr) {
      std::sort(ids.begin(), ids.end());
      ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
      ids.erase(ids.begin(), std::upper_bound(ids.begin(), ids.end(), after.bits()));
      input.text = access->text;
      input.cursor = open_ids(*context.txn, request, std::move(ids));
      return input;
    }
  }
  if (!after.is_null()) request.first_sequence = after.sequence() + 1;
  RowSource rows(*context.txn);
  VectorSource* source = &rows;
  input.text = "scan " + request.type->name;
  if (context.columns != nullptr) {
    const auto offer = context.columns->offer(request);
    if (offer && offer->nanoseconds_per_row < rows.offer(request)->nanoseconds_per_row) {
      source = context.columns;
      input.text = "columns of " + request.type->name;
    }
  }
  KITH_ASSIGN(input.cursor, source->open(request));
  return input;
}

OrderedReader::OrderedReader(store::ReadTxn& txn, const Access& access, std::string resume_key)
    : txn_(&txn),
      range_(key_range(access.spans.front().low, access.spans.front().high)),
      reverse_(access.reverse) {
  if (resume_key.empty()) return;
  if (reverse_) {
    range_.last = std::min(range_.last.empty() ? resume_key : range_.last, resume_key);
  } else {
    range_.first = std::max(range_.first, resume_key);
  }
  if (!range_.last.empty() && range_.first >= range_.last) done_ = true;
}

Status OrderedReader::next(std::size_t n, std::vector<std::uint64_t>* ids) {
  ids->clear();
  if (done_) return {};
  store::ScanOptions options;
  options.row_limit = n;
  options.reverse = reverse_;
  options.keys_only = true;
  KITH_ASSIGN(const store::ScanBatch batch, txn_->scan(Table::kIndex, range_, options));
  for (const store::KeyValue& row : batch.rows) {
    if (is_truncated(row.key)) disordered_ = true;
    KITH_ASSIGN(const RecordId id, ordered_key_id(row.key));
    ids->push_back(id.bits());
  }
  done_ = batch.done();
  (reverse_ ? range_.last : range_.first) = batch.continuation;
  return {};
}

}  // namespace kith::query
