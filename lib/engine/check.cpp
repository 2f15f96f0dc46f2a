#include "engine/check.hpp"

#include <algorithm>
#include <set>
#include <string>
#include <tuple>
#include <utility>

#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/check_blobs.hpp"
#include "engine/check_model.hpp"
#include "engine/check_queue.hpp"
#include "engine/check_records.hpp"
#include "engine/check_repair.hpp"
#include "engine/session.hpp"
#include "history/log_check.hpp"

namespace kith::engine {

namespace {

using store::Table;

// Mending one thing may bring another to light, but not for ever.
constexpr int kMaxRounds = 3;

// One look at the whole database, in one snapshot.
class Inspection {
 public:
  Inspection(Database& database, std::uint64_t max_listed)
      : database_(database), findings_(max_listed), blobs_(findings_) {}

  Status run() {
    KITH_ASSIGN(txn_, database_.store().begin_read());
    KITH_ASSIGN(model_, check_model_rows(database_, *txn_, findings_));
    const schema::Catalog nothing;
    const schema::Catalog& catalog = model_ ? model_->catalog() : nothing;
    label_ = [&catalog](RecordId id) { return schema::format_id(catalog, id); };
    const ReferenceVisitor expect = [this](const record::BlobRef& ref, const auto&) {
      blobs_.expect(ref);
      return Status();
    };
    const auto visit = [&](const history::Entry& entry) { return visit_entry(entry, expect); };
    KITH_ASSIGN(facts_, history::check_log(*txn_, label_, visit, findings_));
    plan_.last = facts_.at;
    plan_.greatest = facts_.greatest;
    if (model_) {
      KITH_TRY(check_records());
      KITH_TRY(check_meta());
      KITH_TRY(check_queue());
    }
    return check_blobs();
  }

  CheckReport& report() { return findings_.report(); }
  const RepairPlan& plan() const { return plan_; }

 private:
  Status check_records() {
    std::map<std::uint32_t, RecordId> progress;
    for (const schema::EntityType& type : model_->catalog().types) {
      for (const schema::Index& index : type.indexes) {
        if (index.state == schema::IndexState::kReady) continue;
        KITH_ASSIGN(progress[index.id], built_to(*txn_, index.id));
      }
    }
    query::IndexCheck indexes(
        model_->catalog(),
        [&](std::uint16_t type) -> const record::Layout& { return model_->find(type)->layout; },
        [&](std::uint32_t index) { return progress[index]; }, findings_, label_);
    std::vector<schema::FieldGap> gaps;
    if (auto loaded = schema::load_field_gaps(*txn_); loaded.ok()) {
      gaps = *std::move(loaded);
    } else if (loaded.status().code() == Code::kCorrupt) {
      findings_.add("model_corrupt", "model", std::string(loaded.status().message()));
    } else {
      return loaded.status();
    }
    RecordCheck records(*txn_, *model_, facts_, findings_, label_, indexes, blobs_, gaps);
    KITH_TRY(records.run());
    KITH_TRY(indexes.compare(*txn_));
    plan_.indexes = indexes.wrong();
    plan_.surplus = !indexes.surplus().empty();
    plan_.greatest = records.greatest();
    const bool linked = facts_.purged_entries + records.chains().entries() == facts_.entries;
    if (linked || records.overwhelmed()) return {};
    const auto state_of = [&](RecordId id) { return records.state_of(id); };
    return history::check_links(*txn_, facts_, state_of, label_, findings_);
  }

  Status check_meta() {
    MetaJudge judge(model_->catalog(), plan_.greatest);
    KITH_TRY(look(Table::kMeta, judge, &plan_.meta));
    store::Verdicts verdicts;
    KITH_TRY(judge.judge_absent(*txn_, &verdicts));
    take(&verdicts, &plan_.meta);
    return {};
  }

  Status check_queue() {
    queue::QueueJudge judge(queue_rules(*txn_, *model_, facts_.at), label_);
    KITH_TRY(judge.open(*txn_));
    const Status looked = look(Table::kQueue, judge, &plan_.queue, &report().queue_rows);
    KITH_TRY(looked);
    store::Verdicts verdicts;
    KITH_TRY(judge.judge_counters(*txn_, &verdicts));
    take(&verdicts, &plan_.queue);
    return {};
  }

  Status check_blobs() {
    KITH_TRY(history::check_chunks(*txn_, findings_));
    KITH_TRY(blobs_.compare(*txn_));
    plan_.blobs = blobs_.counter_low();
    if (model_ && blobs_.differs()) KITH_TRY(count_blobs());
    const Status others = store::for_each_row(
        *txn_, Table::kBlobs, store::KeyRange::all(), [&](const store::KeyValue& row) {
          if (row.key[0] != 'h' && row.key[0] != 'b') {
            findings_.add("blob_unknown", "blob " + base::quoted(row.key),
                          "nothing has such a key");
          }
          return Status();
        });
    KITH_TRY(others);
    return store::for_each_row(*txn_, Table::kColumns, store::KeyRange::all(),
                               [&](const store::KeyValue& row) {
                                 findings_.add("column_unknown", "column " + base::quoted(row.key),
                                               "there are no column segments in this format");
                                 return Status();
                               });
  }

  Status count_blobs() {
    for (std::uint64_t pass = 0; pass < blobs_.passes(); ++pass) {
      record::BlobCount count(pass, blobs_.passes());
      KITH_TRY(
          for_each_reference(*txn_, *model_, [&](const record::BlobRef& ref, const auto& where) {
            count.add(ref, where());
            return Status();
          }));
      store::Verdicts verdicts;
      KITH_TRY(count.judge(*txn_, &verdicts));
      take(&verdicts, &plan_.blobs);
    }
    return {};
  }

  Status look(Table table, store::RowJudge& judge, bool* mendable,
              std::uint64_t* counted = nullptr) {
    store::Verdicts verdicts;
    return store::for_each_row(*txn_, table, store::KeyRange::all(),
                               [&](const store::KeyValue& row) -> Status {
                                 if (counted != nullptr) ++*counted;
                                 KITH_TRY(judge.judge(*txn_, row, &verdicts));
                                 take(&verdicts, mendable);
                                 return {};
                               });
  }

  void take(store::Verdicts* verdicts, bool* mendable) {
    for (store::Verdict& verdict : *verdicts) {
      if (!verdict.mends.empty()) *mendable = true;
      findings_.add(std::move(verdict));
    }
    verdicts->clear();
  }

  Database& database_;
  store::Findings findings_;
  record::BlobCheck blobs_;
  std::unique_ptr<store::ReadTxn> txn_;
  std::shared_ptr<const CompiledModel> model_;
  store::LabelOf label_;
  history::LogFacts facts_;
  RepairPlan plan_;
};

using ProblemKey = std::tuple<std::string, std::string, std::string>;

std::set<ProblemKey> keys_of(const CheckReport& report) {
  std::set<ProblemKey> keys;
  for (const Problem& problem : report.problems) {
    keys.emplace(problem.code, problem.where, problem.message);
  }
  return keys;
}

// What was there before and is no longer was repaired; what is there now is there still, or came.
void settle(CheckReport* before, const CheckReport& after) {
  const std::set<ProblemKey> left = keys_of(after);
  const std::set<ProblemKey> known = keys_of(*before);
  for (Problem& problem : before->problems) {
    problem.repaired =
        problem.repairable && !left.contains({problem.code, problem.where, problem.message});
  }
  for (const Problem& problem : after.problems) {
    if (!known.contains({problem.code, problem.where, problem.message})) {
      before->problems.push_back(problem);
    }
  }
  before->problem_count = std::max(before->problem_count, after.problem_count);
  before->repaired = before->problem_count - after.problem_count;
}

}  // namespace

Result<CheckReport> check(const std::shared_ptr<Session>& session, const CheckOptions& options) {
  if (options.repair && !session->options().capabilities.change_model) {
    return Status(Code::kPermission,
                  "repairing a database needs the capability model.change of the session");
  }
  Database& database = session->database();
  Inspection first(database, options.max_problems);
  KITH_TRY(first.run());
  CheckReport report = std::move(first.report());
  if (!options.repair) return report;
  RepairPlan plan = first.plan();
  for (int round = 0; round < kMaxRounds && !plan.empty(); ++round) {
    KITH_TRY(repair(database, plan));
    Inspection again(database, options.max_problems);
    KITH_TRY(again.run());
    settle(&report, again.report());
    plan = again.plan();
  }
  return report;
}

}  // namespace kith::engine
