// engine/check_chain.hpp: does a record follow from its history?
//
//   ChainCheck chains(txn, facts, findings, label);
//   KITH_TRY(chains.follow(type, id, view));
//
// Walks from the record's version to its creation, or to where the history was trimmed, and takes
// the changes back one by one: each must find the values that the next newer one, or the record
// itself, starts from, and before the first there must be nothing. Fields that the model has
// removed are passed over, and where one was not in the model its value may be lost
// (schema/field_gaps.hpp), but not come back. Problems: record_version, record_values,
// record_times, history_chain. Threads: the transaction's. Errors are those of the store.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "engine/compiled_model.hpp"
#include "history/log_check.hpp"
#include "record/view.hpp"
#include "schema/field_gaps.hpp"
#include "store/findings.hpp"

namespace kith::engine {

class ChainCheck {
 public:
  ChainCheck(store::ReadTxn& txn, const history::LogFacts& facts, store::Findings& findings,
             const store::LabelOf& label, const std::vector<schema::FieldGap>& gaps)
      : txn_(txn), facts_(facts), findings_(findings), label_(label) {
    for (const schema::FieldGap& gap : gaps) gaps_[gap.type].push_back(gap);
  }

  // Whether nothing was found wrong on the chain.
  Result<bool> follow(const CompiledType& type, RecordId id, const record::View& view);

  std::uint64_t entries() const { return entries_; }  // on all the chains followed

 private:
  struct Fold {
    const CompiledType& type;
    RecordId id;
    const record::View& view;
    bool deleted;
    // As they were after the entries not yet read; nothing: that is not known.
    std::unordered_map<std::uint32_t, std::optional<Value>> known;
    bool sound = true;
  };

  // Between the entry `newer`, or the record, and `entry`: which values were lost there?
  void pass_gaps(const history::Entry& entry, std::uint64_t newer, Fold* fold);
  bool take_back(const history::Entry& entry, Fold* fold);
  Result<Value> present(const Fold& fold, std::uint32_t field) const;
  void judge_beginning(const history::Entry& first, Fold* fold);
  bool judge_kind(const history::Entry& entry, Fold* fold);
  void complain(const char* code, Fold* fold, std::string message);

  store::ReadTxn& txn_;
  const history::LogFacts& facts_;
  store::Findings& findings_;
  const store::LabelOf& label_;
  std::map<std::uint16_t, std::vector<schema::FieldGap>> gaps_;  // by type
  std::uint64_t entries_ = 0;
};

}  // namespace kith::engine
