// kith/snapshot.hpp: reading. What a Snapshot and a Transaction can both be asked.
//
//   auto deals = snapshot.query({.entity = "deal", .where = "amount > 1000.0"});
//   auto acme = snapshot.find("account", "name", "Acme");
//
// A Snapshot sees the database as of Session::read() until it is destroyed. It may be used by
// one thread at a time and may move between threads. Holding one for long keeps the space of
// overwritten data from being used again. It must be destroyed before the program forks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "kith/automation.hpp"
#include "kith/feed.hpp"
#include "kith/history.hpp"
#include "kith/outbox.hpp"
#include "kith/pipeline.hpp"
#include "kith/query.hpp"
#include "kith/record.hpp"
#include "kith/report.hpp"
#include "kith/score.hpp"
#include "kith/timeline.hpp"

namespace kith {

namespace engine {
class Reader;
}

class Reader {
 public:
  // kNotFound for an id without a record. A deleted record is returned with deleted set.
  Result<Record> get(RecordId id) const;
  // The live record whose unique field has this value, by normal form; kNotFound when none.
  Result<RecordId> find(std::string_view entity, std::string_view field, const Value& value) const;
  Result<Rows> query(const Query& query) const;
  // A report by name, or by its document when the text begins with '{'. `parameters` replace
  // the document's defaults.
  Result<ReportResult> report(std::string_view name_or_document, const Map& parameters = {}) const;
  Result<std::vector<ReportInfo>> reports() const;
  // Records of `entity` whose reference `field` names `id`; live ones, ascending, at most limit.
  Result<std::vector<RecordId>> referring(RecordId id, std::string_view entity,
                                          std::string_view field, std::uint64_t limit = 1000) const;
  // The record's changes that are kept, newest first; kHistoryTrimmed when none is.
  Result<std::vector<Change>> history(RecordId id, std::uint64_t limit = 100) const;

  // The change feed; see kith/feed.hpp. kHistoryTrimmed when changes after the cursor have gone.
  Result<FeedPage> changes(const FeedOptions& options) const;
  // Where a named cursor stands; kNotFound when there is none of that name.
  Result<std::uint64_t> cursor(std::string_view name) const;
  Result<std::vector<FeedCursor>> cursors() const;  // by name

  // The record's own changes and the activities that refer to it, oldest first.
  Result<std::vector<TimelineItem>> timeline(RecordId id,
                                             const TimelineOptions& options = {}) const;

  Result<std::vector<PipelineInfo>> pipelines() const;
  // Every stage of the record's pipeline but the present one, by order: may it go there, and if
  // not, all the reasons. `field` may be empty when the type has one pipeline.
  Result<std::vector<PossibleMove>> possible_moves(RecordId id, std::string_view field = {}) const;
  // The record's stays in stages, oldest first.
  Result<std::vector<StageVisit>> stage_history(RecordId id, std::string_view field = {}) const;

  // In order of matching; before_save rules, which are part of a write, are not among them.
  Result<std::vector<AutomationInfo>> automations() const;
  Result<std::vector<Run>> runs(const RunFilter& filter = {}) const;  // oldest first
  // The earliest time at which Session::tick() has work, or nothing.
  Result<std::optional<Timestamp>> next_due() const;
  Result<std::vector<OutboxMessage>> outbox(const OutboxFilter& filter = {}) const;

  // What a score of the model comes to for a record, row by row, as of this reader's `now`; see
  // kith/score.hpp. kInvalidArgument when the record's type has no such score.
  Result<Score> score(RecordId id, std::string_view name) const;

  // Fast reading of single fields: resolve a handle once, then read by it without building a
  // Record. Texts are copied into the Value.
  Result<FieldHandle> field(std::string_view entity, std::string_view field) const;
  Status read(RecordId id, const FieldHandle* handles, std::size_t count, Value* out) const;

  // "deal:42" and back.
  Result<RecordId> parse_id(std::string_view text) const;
  std::string format_id(RecordId id) const;

  const std::shared_ptr<engine::Reader>& impl() const { return impl_; }

 protected:
  explicit Reader(std::shared_ptr<engine::Reader> impl);
  std::shared_ptr<engine::Reader> impl_;
};

class Snapshot : public Reader {
 public:
  explicit Snapshot(std::shared_ptr<engine::Reader> impl);
};

}  // namespace kith
