// engine/check_records.hpp: every record, once.
//
//   RecordCheck records(txn, model, facts, findings, label, indexes);
//   KITH_TRY(records.run());
//
// A record's key is one of a type that there is; its bytes are exactly what the write path makes of
// its values; what it refers to exists, and lives when it lives itself; it follows from its
// history; and its entries are added up for the comparison with the indexes. Problems:
// record_corrupt, record_unknown_type, reference_missing, reference_deleted, owner_unknown, and
// those of check_chain.hpp. Memory: eight bytes for each record that was found wrong, up to
// kMostSuspects.
#pragma once

#include <cstdint>
#include <map>
#include <unordered_set>
#include <vector>

#include "engine/check_chain.hpp"
#include "engine/compiled_model.hpp"
#include "query/index_check.hpp"
#include "record/blob_check.hpp"
#include "record/image_check.hpp"
#include "record/txn_blobs.hpp"
#include "store/findings.hpp"

namespace kith::engine {

class RecordCheck {
 public:
  static constexpr std::size_t kMostSuspects = 1'000'000;

  RecordCheck(store::ReadTxn& txn, const CompiledModel& model, const history::LogFacts& facts,
              store::Findings& findings, const store::LabelOf& label, query::IndexCheck& indexes,
              record::BlobCheck& blobs, const std::vector<schema::FieldGap>& gaps);

  Status run();

  const ChainCheck& chains() const { return chains_; }
  // The greatest sequence of each type, of records and of those the history knows.
  const std::map<std::uint16_t, std::uint64_t>& greatest() const { return greatest_; }
  Result<history::RecordState> state_of(RecordId id) const;
  // Too many were found wrong to tell which: what is said of others would be of no use.
  bool overwhelmed() const { return suspects_.size() >= kMostSuspects; }

 private:
  Status look_at(const store::KeyValue& row);
  Status check_large_values(const CompiledType& type, RecordId id, const record::View& view);
  Status check_references(const CompiledType& type, RecordId id, const record::View& view);
  Status check_reference(const schema::Field& field, RecordId from, bool live, RecordId to);
  Status check_owner(RecordId id, RecordId owner);
  void suspect(RecordId id);

  store::ReadTxn& txn_;
  const CompiledModel& model_;
  store::Findings& findings_;
  const store::LabelOf& label_;
  query::IndexCheck& indexes_;
  record::BlobCheck& blob_check_;
  record::TxnBlobs blobs_;
  ChainCheck chains_;
  std::vector<record::ImageCheck> images_;  // by type id - 1
  std::map<std::uint16_t, std::uint64_t> greatest_;
  std::unordered_set<RecordId> suspects_;
};

}  // namespace kith::engine
