#include "store/findings.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"

namespace kith::store {
namespace {

constexpr std::size_t kRowsPerMend = 2000;
constexpr std::size_t kIdsPerPage = 4096;

struct OwnedRow {
  std::string key;
  std::string value;
};

std::string id_value(std::uint64_t id) {
  base::ByteWriter value;
  value.u64(id);
  return value.take();
}

bool is_postings(Table table) { return table_spec(table).kind == TableKind::kPostings; }

Status for_each_posting(ReadTxn& txn, std::string_view key,
                        const std::function<Status(const KeyValue&)>& body) {
  std::vector<std::uint64_t> ids;
  for (std::uint64_t from = 0;;) {
    KITH_TRY(txn.scan_postings(key, from, kIdsPerPage, &ids));
    for (const std::uint64_t id : ids) KITH_TRY(body({key, id_value(id)}));
    if (ids.size() < kIdsPerPage || ids.back() == UINT64_MAX) return {};
    from = ids.back() + 1;
  }
}

std::size_t cost_of(const Mend& mend) {
  return mend.key.size() + mend.value.size() + sizeof mend.id + kOperationBytes;
}

// Judges a row and mends it; what the writes cost is added to `spent`.
Status mend_row(WriteTxn& txn, RowJudge& judge, const OwnedRow& row, std::size_t* spent) {
  Verdicts verdicts;
  KITH_TRY(judge.judge(txn, {row.key, row.value}, &verdicts));
  for (const Verdict& verdict : verdicts) {
    KITH_TRY(apply(txn, verdict.mends));
    for (const Mend& mend : verdict.mends) *spent += cost_of(mend);
  }
  return {};
}

// False when the budget is used up before the last posting of the key.
Result<bool> mend_postings(WriteTxn& txn, RowJudge& judge, const std::string& key,
                           std::size_t* spent) {
  std::vector<OwnedRow> postings;
  const Status read = for_each_posting(txn, key, [&](const KeyValue& posting) {
    postings.push_back({key, std::string(posting.value)});
    return Status();
  });
  KITH_TRY(read);
  for (const OwnedRow& posting : postings) {
    if (*spent > kTargetTxnBytes) return false;
    KITH_TRY(mend_row(txn, judge, posting, spent));
  }
  return true;
}

}  // namespace

Status apply(WriteTxn& txn, const std::vector<Mend>& mends) {
  for (const Mend& mend : mends) {
    switch (mend.kind) {
      case Mend::Kind::kPut: KITH_TRY(txn.put(mend.table, mend.key, mend.value)); break;
      case Mend::Kind::kErase: KITH_TRY(txn.erase(mend.table, mend.key)); break;
      case Mend::Kind::kAddPosting: KITH_TRY(txn.add_posting(mend.key, mend.id)); break;
      case Mend::Kind::kRemovePosting: KITH_TRY(txn.remove_posting(mend.key, mend.id)); break;
    }
  }
  return {};
}

Status for_each_row(ReadTxn& txn, Table table, const KeyRange& range,
                    const std::function<Status(const KeyValue&)>& body) {
  KeyRange rest = range;
  ScanOptions how;
  how.keys_only = is_postings(table);
  while (true) {
    KITH_ASSIGN(const ScanBatch batch, txn.scan(table, rest, how));
    for (const KeyValue& row : batch.rows) {
      KITH_TRY(is_postings(table) ? for_each_posting(txn, row.key, body) : body(row));
    }
    if (batch.done()) return {};
    rest.first = batch.continuation;
  }
}

Result<bool> mend_some(WriteTxn& txn, Table table, KeyRange* range, RowJudge& judge) {
  ScanOptions how;
  how.row_limit = is_postings(table) ? 1 : kRowsPerMend;
  how.byte_limit = kTargetTxnBytes;
  how.keys_only = is_postings(table);
  // Views do not outlive a write: the rows are copied before the first of them is mended.
  std::vector<OwnedRow> rows;
  std::string continuation;
  {
    KITH_ASSIGN(const ScanBatch batch, txn.scan(table, *range, how));
    for (const KeyValue& row : batch.rows)
      rows.push_back({std::string(row.key), std::string(row.value)});
    continuation = batch.continuation;
  }
  std::size_t spent = 0;
  for (const OwnedRow& row : rows) {
    bool whole = true;
    if (is_postings(table)) {
      KITH_ASSIGN(whole, mend_postings(txn, judge, row.key, &spent));
    } else {
      KITH_TRY(mend_row(txn, judge, row, &spent));
    }
    if (spent > kTargetTxnBytes) {
      // The rest in the next transaction. What was mended of a key's postings is no longer wrong.
      range->first = whole ? row.key + '\0' : row.key;
      return true;
    }
  }
  range->first = continuation;
  return !continuation.empty();
}

void Findings::add(Verdict verdict) {
  const bool repairable = !verdict.mends.empty();
  list({std::move(verdict.code), std::move(verdict.where), std::move(verdict.message), repairable,
        false});
}

void Findings::add_repairable(std::string code, std::string where, std::string message) {
  list({std::move(code), std::move(where), std::move(message), true, false});
}

void Findings::list(Problem problem) {
  ++report_.problem_count;
  if (problem.repairable) ++repairable_;
  if (report_.problems.size() < max_listed_) report_.problems.push_back(std::move(problem));
}

}  // namespace kith::store
