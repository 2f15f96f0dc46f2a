// engine/check_model.hpp: the rows of Table::kMeta.
//
//   KITH_ASSIGN(std::shared_ptr<const CompiledModel> model, check_model_rows(...));  // or none
//
// The header is one that this build may read, catalog and model decode and compile, and what is
// stored is what applying the stored document again would give. Counters of ids lie at or above
// what was given; progress of index builds belongs to indexes that are being built; there are no
// other rows. Problems: header_corrupt, model_corrupt, model_differs, meta_unknown,
// id_counter_corrupt, id_counter_low, build_orphan. Errors are those of the store.
#pragma once

#include <cstdint>
#include <map>
#include <memory>

#include "engine/compiled_model.hpp"
#include "engine/database.hpp"
#include "store/findings.hpp"

namespace kith::engine {

// None when it cannot be read; then nothing that needs a schema can be checked.
Result<std::shared_ptr<const CompiledModel>> check_model_rows(Database& database,
                                                              store::ReadTxn& txn,
                                                              store::Findings& findings);

// Counters and progress, row by row; and rows that there should not be.
class MetaJudge : public store::RowJudge {
 public:
  // `greatest` by type; the catalog must outlive it.
  MetaJudge(const schema::Catalog& catalog, std::map<std::uint16_t, std::uint64_t> greatest)
      : catalog_(catalog), greatest_(std::move(greatest)) {}

  Status judge(store::ReadTxn& txn, const store::KeyValue& row, store::Verdicts* out) override;
  // Counters that are not there at all.
  Status judge_absent(store::ReadTxn& txn, store::Verdicts* out) const;

 private:
  void judge_counter(std::uint16_t type, std::string_view value, bool present,
                     store::Verdicts* out) const;
  void judge_progress(const store::KeyValue& row, store::Verdicts* out) const;

  const schema::Catalog& catalog_;
  std::map<std::uint16_t, std::uint64_t> greatest_;
};

// The record id from which the building of an index goes on; null when it has not begun.
Result<RecordId> built_to(store::ReadTxn& txn, std::uint32_t index);

}  // namespace kith::engine
