// Of Writer: its end. What the transaction came to is logged, automations look at it, and all of it
// is committed.
#include <algorithm>
#include <utility>

#include "automation/dispatch.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/describe_change.hpp"
#include "engine/enrolment.hpp"
#include "engine/writer.hpp"
#include "history/log.hpp"
#include "query/index_writer.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

Status Writer::commit() {
  KITH_TRY(open_for_writing());
  std::vector<NetChange> net;
  Status status = log_changes(&net);
  if (status.ok()) status = enrol(net);
  ended_ = true;
  // Nothing changed: what was put equals what was there. An id that was given stays given, even
  // when its record came and went within the transaction.
  if (status.ok() && committed_sequence_ == 0 && last_ids_.empty() && !queue_written_) return {};
  if (status.ok()) status = ledger_.settle(*write_);
  if (status.ok()) status = save_counters();
  if (status.ok() && !joined_) status = write_->commit();
  if (!status.ok()) committed_sequence_ = 0;
  if (committed_sequence_ != 0 && !joined_) {
    session().database().store().announce(committed_sequence_);
  }
  return status;
}

void Writer::abort() {
  ended_ = true;
  if (joined_) return;  // the store's transaction is not ours to end
  adopt(nullptr);
  write_ = nullptr;
}

Status Writer::log_changes(std::vector<NetChange>* net) {
  for (const ChangeSet::Touched& touched : changes_.in_order()) {
    KITH_TRY(log_change(touched, net));
  }
  forget();
  return {};
}

Status Writer::log_change(const ChangeSet::Touched& touched, std::vector<NetChange>* net) {
  const CompiledType& type = *model().find(touched.id.type());
  std::optional<record::View> after;
  if (touched.after) {
    KITH_ASSIGN(after, record::View::open(*touched.after));
  }
  history::Entry entry;
  KITH_ASSIGN(const bool changed, describe_change(type, touched, after, &entry));
  if (!changed) {
    // Changed and changed back: the record keeps its old image and version.
    if (!touched.before) return {};
    KITH_ASSIGN(const record::View before, record::View::open(*touched.before, &blobs()));
    ledger_.move(*type.type, type.layout, after ? &*after : nullptr, &before);
    // Its time of update goes back with it, and an index may be over that.
    record::View last;
    if (after) last.init(*touched.after, &blobs());
    KITH_TRY(query::update_indexes(*write_, *type.type, type.layout, touched.id,
                                   after ? &last : nullptr, &before));
    return write_->put(store::Table::kRecords, query::record_key(touched.id), *touched.before);
  }
  if (after && log_.next_sequence() != touched.sequence) {
    KITH_TRY(renumber(type, touched));
  }
  entry.effective_at = touched.effective_at;
  entry.actor = touched.agency->session->options().actor;
  entry.cause = touched.agency->cause;
  net->push_back({&touched, entry.kind, {}, repeated_stages(entry)});
  for (const history::FieldChange& change : entry.changes) {
    if (!(change.before == change.after)) net->back().fields.push_back(change.field_id);
  }
  KITH_TRY(record::retain_entry(*write_, entry));
  KITH_ASSIGN(committed_sequence_, log_.append(std::move(entry)));
  ++entries_written_;
  return {};
}

// A record touched before this one came to nothing, so this one's sequence is a lower one.
Status Writer::renumber(const CompiledType& type, const ChangeSet::Touched& touched) {
  std::string image = *touched.after;
  KITH_TRY(record::restamp(*type.type, type.layout, log_.next_sequence(),
                           stamp_.at.to_microseconds(), &image));
  KITH_TRY(write_->put(store::Table::kRecords, query::record_key(touched.id), image));
  changes_.set_after(touched.id, std::move(image));
  return {};
}

// Step 9, for the types that have automations, and for what is purged.
Status Writer::enrol(const std::vector<NetChange>& net) {
  const auto concerns = [&](const NetChange& change) {
    return change.touched->purged || model().find(change.touched->id.type())->automated;
  };
  if (std::none_of(net.begin(), net.end(), concerns)) return {};
  Enrolment enrolment(*this);
  for (const NetChange& change : net) {
    if (concerns(change)) KITH_TRY(look_at(change, &enrolment));
  }
  KITH_TRY(enrolment.carry_out());
  failed_runs_ = enrolment.failures();
  return {};
}

Status Writer::look_at(const NetChange& net, Enrolment* enrolment) {
  const ChangeSet::Touched& touched = *net.touched;
  automation::RecordChange change;
  change.record = touched.id;
  change.kind = net.kind;
  change.fields = net.fields;
  change.repeated_stages = net.repeated_stages;
  record::View before;
  record::View after;
  if (touched.before) {
    before.init(*touched.before, &blobs());
    change.before = &before;
  }
  if (touched.after) {
    after.init(*touched.after, &blobs());
    change.after = &after;
  }
  // One that came and went within the transaction was never there.
  if (!touched.before && net.kind != ChangeKind::kCreate) return {};
  return enrolment->look_at(change, touched.agency);
}

}  // namespace kith::engine
