#include "engine/check_repair.hpp"

#include <functional>
#include <memory>
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "engine/check_blobs.hpp"
#include "engine/check_model.hpp"
#include "engine/check_queue.hpp"
#include "query/index_check.hpp"
#include "query/index_writer.hpp"
#include "record/blob_check.hpp"

namespace kith::engine {

namespace {

using store::Table;

// Entries under the id of no live index, or in the table that is not its own.
class SurplusJudge : public store::RowJudge {
 public:
  SurplusJudge(const schema::Catalog& catalog, Table table) : table_(table) {
    for (const schema::EntityType& type : catalog.types) {
      for (const schema::Index& index : type.indexes) {
        if (!index.removed && query::index_table(index) == table) live_.insert(index.id);
      }
    }
  }
  Status judge(store::ReadTxn&, const store::KeyValue& row, store::Verdicts* out) override {
    base::ByteReader key(row.key);
    const std::uint32_t id = key.u32();
    if (key.ok() && live_.contains(id)) return {};
    const bool postings = table_ == Table::kPostings;
    out->push_back(
        {"index_unknown",
         {},
         {},
         {postings ? store::Mend::remove_posting(row.key, base::ByteReader(row.value).u64())
                   : store::Mend::erase(table_, row.key)}});
    return {};
  }

 private:
  Table table_;
  std::set<std::uint32_t> live_;
};

// What a transaction of the repair works with.
struct Round {
  store::WriteTxn& txn;
  const CompiledModel& model;
};
// Makes the judge for one transaction; none when there is nothing to judge any more.
using MakeJudge = std::function<Result<std::unique_ptr<store::RowJudge>>(const Round&)>;

class Repair {
 public:
  Repair(Database& database, const RepairPlan& plan) : database_(database), plan_(plan) {}

  Status run() {
    if (plan_.meta) KITH_TRY(mend_meta());
    for (const std::uint32_t index : plan_.indexes) KITH_TRY(mend_index(index));
    if (plan_.surplus) KITH_TRY(mend_surplus());
    if (plan_.blobs) KITH_TRY(mend_blobs());
    return plan_.queue ? mend_queue() : Status();
  }

 private:
  Status transaction(const std::function<Status(const Round&)>& body) {
    KITH_ASSIGN(const auto txn, database_.store().begin_write({}));
    KITH_ASSIGN(const auto model, database_.model_for(*txn));
    KITH_TRY(body({*txn, *model}));
    return txn->commit();
  }

  Status mend(Table table, store::KeyRange range, const MakeJudge& make_judge) {
    for (bool more = true; more;) {
      const Status done = transaction([&](const Round& round) -> Status {
        KITH_ASSIGN(const auto judge, make_judge(round));
        more = false;
        if (judge == nullptr) return {};
        KITH_ASSIGN(more, store::mend_some(round.txn, table, &range, *judge));
        return {};
      });
      KITH_TRY(done);
    }
    return {};
  }

  // Entries first, so that what a record lacks afterwards is really missing.
  Status mend_index(std::uint32_t id) {
    KITH_ASSIGN(const auto model, database_.current_model());
    const schema::EntityType* type = nullptr;
    const schema::Index* index = find_index(*model, id, &type);
    if (index == nullptr) return {};
    KITH_TRY(mend(query::index_table(*index), query::index_range(id),
                  [&](const Round& round) { return judge_of<query::EntryJudge>(round, id); }));
    return mend(Table::kRecords, query::records_of(type->id),
                [&](const Round& round) { return judge_of<query::CoverageJudge>(round, id); });
  }

  template <typename Judge>
  Result<std::unique_ptr<store::RowJudge>> judge_of(const Round& round, std::uint32_t id) {
    const schema::EntityType* type = nullptr;
    const schema::Index* index = find_index(round.model, id, &type);
    if (index == nullptr) return std::unique_ptr<store::RowJudge>();
    KITH_ASSIGN(const RecordId built, built_to(round.txn, id));
    const query::IndexUnderCheck check{type, index, &round.model.find(type->id)->layout, built};
    return std::unique_ptr<store::RowJudge>(std::make_unique<Judge>(check, label(round)));
  }

  static const schema::Index* find_index(const CompiledModel& model, std::uint32_t id,
                                         const schema::EntityType** of) {
    for (const schema::EntityType& type : model.catalog().types) {
      for (const schema::Index& index : type.indexes) {
        *of = &type;
        if (index.id == id && !index.removed) return &index;
      }
    }
    return nullptr;
  }

  static store::LabelOf label(const Round& round) {
    const schema::Catalog* catalog = &round.model.catalog();
    return [catalog](RecordId id) { return schema::format_id(*catalog, id); };
  }

  Status mend_surplus() {
    for (const Table table : {Table::kIndex, Table::kPostings}) {
      KITH_TRY(mend(table, store::KeyRange::all(), [&](const Round& round) {
        return Result<std::unique_ptr<store::RowJudge>>(
            std::make_unique<SurplusJudge>(round.model.catalog(), table));
      }));
    }
    return {};
  }

  Status mend_queue() {
    const auto judge = [&](const Round& round) {
      return std::make_unique<queue::QueueJudge>(queue_rules(round.txn, round.model, plan_.last),
                                                 label(round));
    };
    const MakeJudge opened = [&](const Round& round) -> Result<std::unique_ptr<store::RowJudge>> {
      auto made = judge(round);
      KITH_TRY(made->open(round.txn));
      return std::unique_ptr<store::RowJudge>(std::move(made));
    };
    KITH_TRY(mend(Table::kQueue, store::KeyRange::all(), opened));
    // Counters are compared with every row, within one transaction.
    return transaction([&](const Round& round) -> Status {
      const auto made = judge(round);
      store::Verdicts verdicts;
      const Status read = store::for_each_row(round.txn, Table::kQueue, store::KeyRange::all(),
                                              [&](const store::KeyValue& row) {
                                                store::Verdicts ignored;
                                                return made->judge(round.txn, row, &ignored);
                                              });
      KITH_TRY(read);
      KITH_TRY(made->judge_counters(round.txn, &verdicts));
      for (const store::Verdict& verdict : verdicts)
        KITH_TRY(store::apply(round.txn, verdict.mends));
      return {};
    });
  }

  // References are counted within the transaction that puts the counts right.
  Status mend_blobs() {
    KITH_TRY(transaction([](const Round& round) { return record::mend_blob_counter(round.txn); }));
    std::uint64_t parts = 1;
    for (std::uint64_t part = 0; part < parts;) {
      bool more = false;
      const Status done = transaction([&](const Round& round) -> Status {
        KITH_ASSIGN(const auto last, record::last_blob_id(round.txn));
        parts = last / record::kBlobsPerPass + 1;
        record::BlobCount count(part, parts);
        const Status counted = for_each_reference(round.txn, round.model,
                                                  [&](const record::BlobRef& ref, const auto&) {
                                                    count.add(ref, {});
                                                    return Status();
                                                  });
        KITH_TRY(counted);
        KITH_ASSIGN(more, count.mend(round.txn));
        return {};
      });
      KITH_TRY(done);
      if (!more) ++part;
    }
    return {};
  }

  Status mend_meta() {
    return transaction([&](const Round& round) -> Status {
      MetaJudge judge(round.model.catalog(), plan_.greatest);
      store::KeyRange range = store::KeyRange::all();
      for (bool more = true; more;) {
        KITH_ASSIGN(more, store::mend_some(round.txn, Table::kMeta, &range, judge));
      }
      store::Verdicts verdicts;
      KITH_TRY(judge.judge_absent(round.txn, &verdicts));
      for (const store::Verdict& verdict : verdicts)
        KITH_TRY(store::apply(round.txn, verdict.mends));
      return {};
    });
  }

  Database& database_;
  const RepairPlan& plan_;
};

}  // namespace

Status repair(Database& database, const RepairPlan& plan) { return Repair(database, plan).run(); }

}  // namespace kith::engine
