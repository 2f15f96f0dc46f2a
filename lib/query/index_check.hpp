// query/index_check.hpp: do the indexes hold every record, and nothing else?
//
//   IndexCheck check(catalog, findings, label);
//   check.expect(type, layout, id, view);            // every record, once
//   KITH_TRY(check.compare(txn));                    // every entry, once
//
// Both sides are summed up per index: the number of entries and the sum of a 64-bit hash of each.
// Equal sums mean equal sets, so a sound database is read in two passes without a single search,
// with a few words of memory per index. An index whose sums differ is looked at entry by entry.
//
// EntryJudge and CoverageJudge are that second look, one for each direction, and what mends an
// index: entries that no record yields go, entries that a record lacks are made.
// Threads: that of the transaction. A record that does not decode is left out of both directions.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"
#include "store/findings.hpp"
#include "store/store.hpp"

namespace kith::query {

// One index of one type, with what is needed to make its keys.
struct IndexUnderCheck {
  const schema::EntityType* type = nullptr;
  const schema::Index* index = nullptr;
  const record::Layout* layout = nullptr;
  RecordId built_to{};  // of an index that is being built: records before it must have entries
  bool complete() const { return index->state == schema::IndexState::kReady; }
};

// Entries of an index, row by row: each must be one that its record yields.
class EntryJudge : public store::RowJudge {
 public:
  EntryJudge(IndexUnderCheck index, store::LabelOf label)
      : index_(index), label_(std::move(label)) {}
  Status judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) override;

 private:
  IndexUnderCheck index_;
  store::LabelOf label_;
};

// Records of the type, row by row: each must have its entries.
class CoverageJudge : public store::RowJudge {
 public:
  CoverageJudge(IndexUnderCheck index, store::LabelOf label)
      : index_(index), label_(std::move(label)) {}
  Status judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) override;

 private:
  Status judge_unique(store::ReadTxn& txn, RecordId id, const std::string& key,
                      std::string_view holder, store::Verdicts* out);

  IndexUnderCheck index_;
  store::LabelOf label_;
};

class IndexCheck {
 public:
  // `layout_of` and the catalog must outlive it. `built_to` tells how far the building of an index
  // has come.
  using LayoutOf = std::function<const record::Layout&(std::uint16_t type)>;
  using BuiltTo = std::function<RecordId(std::uint32_t index)>;
  IndexCheck(const schema::Catalog& catalog, const LayoutOf& layout_of, const BuiltTo& built_to,
             store::Findings& findings, store::LabelOf label);

  void expect(const schema::EntityType& type, RecordId id, const record::View& view);
  // A record that does not decode: sums of its type's indexes will differ.
  Status compare(store::ReadTxn& txn);

  // Live indexes that were found wrong, by id, and ids under which there must be nothing.
  const std::set<std::uint32_t>& wrong() const { return wrong_; }
  const std::set<std::uint32_t>& surplus() const { return surplus_; }
  const IndexUnderCheck* find(std::uint32_t id) const;

 private:
  struct Sum {
    std::uint64_t entries = 0;
    std::uint64_t hashes = 0;
    void add(std::string_view key, std::string_view value);
    friend bool operator==(const Sum&, const Sum&) = default;
  };
  struct Known {
    IndexUnderCheck check;
    Sum expected;
    Sum found;
  };

  Status read_entries(store::ReadTxn& txn, store::Table table);
  Status look_closely(store::ReadTxn& txn, const Known& known);
  void report_surplus(std::uint32_t id, std::uint64_t entries);

  const schema::Catalog& catalog_;
  store::Findings& findings_;
  store::LabelOf label_;
  std::map<std::uint32_t, Known> known_;
  std::map<std::uint16_t, std::vector<Known*>> by_type_;
  std::map<std::uint32_t, std::uint64_t> unknown_;  // entries under ids of no live index
  std::set<std::uint32_t> wrong_;
  std::set<std::uint32_t> surplus_;
};

}  // namespace kith::query
