#include "query/index_check.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/try.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"
#include "record/txn_blobs.hpp"

namespace kith::query {
namespace {

using schema::IndexKind;
using store::Mend;
using store::Table;
using store::Verdict;

std::string name_of(const IndexUnderCheck& index) {
  return "index " + index.type->name + "." + index.index->name;
}

// The record's image; nothing when there is none. `damaged` when it does not decode.
Result<std::optional<record::View>> find_image(store::ReadTxn& txn, RecordId id,
                                               record::BlobSource& blobs, bool* damaged) {
  KITH_ASSIGN(const auto bytes, txn.get(Table::kRecords, record_key(id)));
  if (!bytes) return std::optional<record::View>();
  record::View view;
  *damaged = !view.init(*bytes, &blobs);
  return std::optional<record::View>(view);
}

bool holds(const std::vector<std::string>& keys, std::string_view key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// The record that an entry stands for; null when the bytes name none.
RecordId record_of(const schema::Index& index, const store::KeyValue& row) {
  const Result<RecordId> id =
      index.kind == IndexKind::kOrdered ? ordered_key_id(row.key) : unique_entry_id(row.value);
  return id.ok() ? *id : RecordId();
}

}  // namespace

Status EntryJudge::judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) {
  const RecordId id = record_of(*index_.index, row);
  const bool postings = index_.index->kind == IndexKind::kPostings;
  std::string why = "an entry that names no record of the type";
  if (id.type() == index_.type->id) {
    bool damaged = false;
    record::TxnBlobs blobs(txn);
    KITH_ASSIGN(const auto view, find_image(txn, id, blobs, &damaged));
    if (damaged) return {};
    why = "an entry for " + label_(id) + ", which does not exist";
    if (view) {
      const auto keys = keys_in(*index_.type, *index_.layout, *index_.index, id, *view);
      const bool value_ok = index_.index->kind != IndexKind::kOrdered || row.value.empty();
      if (view->damaged() || (value_ok && holds(keys, row.key))) return {};
      why = "an entry for " + label_(id) + " that does not follow from its values";
    }
  }
  Verdict verdict{"index_orphan", name_of(index_), "it has " + why, {}};
  const std::uint64_t posting = postings ? base::ByteReader(row.value).u64() : 0;
  verdict.mends.push_back(postings ? Mend::remove_posting(row.key, posting)
                                   : Mend::erase(Table::kIndex, row.key));
  out->push_back(std::move(verdict));
  return {};
}

Status CoverageJudge::judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) {
  const Result<RecordId> id = unique_entry_id(row.key);
  record::TxnBlobs blobs(txn);
  record::View view;
  if (!id.ok() || !view.init(row.value, &blobs)) return {};
  if (!index_.complete() && !(*id < index_.built_to)) return {};
  const auto keys = keys_in(*index_.type, *index_.layout, *index_.index, *id, view);
  if (view.damaged()) return {};
  for (const std::string& key : keys) {
    Mend mend;
    if (index_.index->kind == IndexKind::kPostings) {
      std::vector<std::uint64_t> found;
      KITH_TRY(txn.scan_postings(key, id->bits(), 1, &found));
      if (!found.empty() && found.front() == id->bits()) continue;
      mend = Mend::add_posting(key, id->bits());
    } else {
      const bool unique = index_.index->kind == IndexKind::kUnique;
      KITH_ASSIGN(const auto entry, txn.get(Table::kIndex, key));
      if (entry && unique && *entry != unique_entry(*id)) {
        KITH_TRY(judge_unique(txn, *id, key, std::string(*entry), out));
        continue;
      }
      if (entry && (unique || entry->empty())) continue;
      mend = Mend::put(Table::kIndex, key, unique ? unique_entry(*id) : std::string());
    }
    Verdict verdict{"index_missing", name_of(index_), "it lacks an entry for " + label_(*id), {}};
    verdict.mends.push_back(std::move(mend));
    out->push_back(std::move(verdict));
  }
  return {};
}

// The key of a live record is another's.
Status CoverageJudge::judge_unique(store::ReadTxn& txn, RecordId id, const std::string& key,
                                   std::string_view holder, store::Verdicts* out) {
  const Result<RecordId> other = unique_entry_id(holder);
  if (other.ok() && other->type() == index_.type->id) {
    bool damaged = false;
    record::TxnBlobs blobs(txn);
    KITH_ASSIGN(const auto view, find_image(txn, *other, blobs, &damaged));
    if (view && !damaged &&
        holds(keys_in(*index_.type, *index_.layout, *index_.index, *other, *view), key)) {
      out->push_back({"unique_duplicate",
                      label_(id),
                      "it has the same value as " + label_(*other) + " in " + name_of(index_) +
                          ", which allows it once; change one of them",
                      {}});
      return {};
    }
  }
  Verdict verdict{"unique_holder",
                  name_of(index_),
                  "the value of " + label_(id) + " is held by a record that does not have it",
                  {}};
  verdict.mends.push_back(Mend::put(Table::kIndex, key, unique_entry(id)));
  out->push_back(std::move(verdict));
  return {};
}

IndexCheck::IndexCheck(const schema::Catalog& catalog, const LayoutOf& layout_of,
                       const BuiltTo& built_to, store::Findings& findings, store::LabelOf label)
    : catalog_(catalog), findings_(findings), label_(std::move(label)) {
  for (const schema::EntityType& type : catalog.types) {
    for (const schema::Index& index : type.indexes) {
      if (index.removed) continue;
      Known& known = known_[index.id];
      known.check = {&type, &index, &layout_of(type.id), built_to(index.id)};
      by_type_[type.id].push_back(&known);
    }
  }
}

void IndexCheck::Sum::add(std::string_view key, std::string_view value) {
  ++entries;
  hashes += base::stable_hash(key, value.empty() ? 0 : base::stable_hash(value));
}

const IndexUnderCheck* IndexCheck::find(std::uint32_t id) const {
  const auto known = known_.find(id);
  return known != known_.end() ? &known->second.check : nullptr;
}

void IndexCheck::expect(const schema::EntityType& type, RecordId id, const record::View& view) {
  const auto indexes = by_type_.find(type.id);
  if (indexes == by_type_.end()) return;
  const std::string value = unique_entry(id);
  for (Known* known : indexes->second) {
    const schema::Index& index = *known->check.index;
    const std::string_view entry = index.kind == IndexKind::kOrdered ? std::string_view() : value;
    for (const std::string& key : keys_in(type, *known->check.layout, index, id, view)) {
      known->expected.add(key, entry);
    }
  }
}

Status IndexCheck::read_entries(store::ReadTxn& txn, Table table) {
  Known* known = nullptr;
  std::uint32_t last = 0;
  return store::for_each_row(txn, table, store::KeyRange::all(), [&](const store::KeyValue& row) {
    ++findings_.report().index_entries;
    base::ByteReader key(row.key);
    const std::uint32_t id = key.u32();
    if (known == nullptr || id != last) {
      const auto found = key.ok() ? known_.find(id) : known_.end();
      known = found != known_.end() && index_table(*found->second.check.index) == table
                  ? &found->second
                  : nullptr;
      last = id;
    }
    if (known != nullptr) {
      known->found.add(row.key, row.value);
    } else {
      ++unknown_[id];
    }
    return Status();
  });
}

Status IndexCheck::compare(store::ReadTxn& txn) {
  KITH_TRY(read_entries(txn, Table::kIndex));
  KITH_TRY(read_entries(txn, Table::kPostings));
  for (const auto& [id, known] : known_) {
    if (known.check.complete() && known.expected == known.found) continue;
    KITH_TRY(look_closely(txn, known));
  }
  for (const auto& [id, entries] : unknown_) report_surplus(id, entries);
  return {};
}

Status IndexCheck::look_closely(store::ReadTxn& txn, const Known& known) {
  const IndexUnderCheck& index = known.check;
  const std::uint64_t before = findings_.repairable();
  store::Verdicts verdicts;
  const auto look = [&](Table table, const store::KeyRange& range, store::RowJudge& judge) {
    return store::for_each_row(txn, table, range, [&](const store::KeyValue& row) -> Status {
      KITH_TRY(judge.judge(txn, row, &verdicts));
      for (Verdict& verdict : verdicts) findings_.add(std::move(verdict));
      verdicts.clear();
      return {};
    });
  };
  CoverageJudge coverage(index, label_);
  KITH_TRY(look(Table::kRecords, records_of(index.type->id), coverage));
  EntryJudge entries(index, label_);
  KITH_TRY(look(index_table(*index.index), index_range(index.index->id), entries));
  if (findings_.repairable() != before) wrong_.insert(index.index->id);
  return {};
}

void IndexCheck::report_surplus(std::uint32_t id, std::uint64_t entries) {
  surplus_.insert(id);
  for (const schema::EntityType& type : catalog_.types) {
    for (const schema::Index& index : type.indexes) {
      if (index.id != id || !index.removed) continue;
      findings_.add_repairable("index_dropped", "index " + type.name + "." + index.name,
                               "the model dropped it, and " + std::to_string(entries) +
                                   " entries are left, which nobody reads");
      return;
    }
  }
  findings_.add_repairable("index_unknown", "index " + std::to_string(id),
                           std::to_string(entries) + " entries belong to no index");
}

}  // namespace kith::query
