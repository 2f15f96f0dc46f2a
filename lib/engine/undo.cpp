#include "engine/undo.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <utility>
#include <vector>

#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/agency.hpp"
#include "engine/reversal.hpp"
#include "engine/savepoint.hpp"
#include "engine/writer.hpp"
#include "history/log.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

namespace {

constexpr std::uint32_t kOwner = schema::system_field_id(schema::SystemField::kOwner);

Result<std::vector<history::Entry>> entries_of(store::ReadTxn& txn, const history::Span& span) {
  std::vector<history::Entry> entries;
  for (std::uint64_t at = span.first; at <= span.last; ++at) {
    KITH_ASSIGN(history::Entry entry, history::read(txn, at));
    entries.push_back(std::move(entry));
  }
  return entries;
}

// Judges what a transaction did against what there is now, and plans the way back.
class Undoing {
 public:
  Undoing(Writer& writer, Reversal* reversal) : writer_(writer), reversal_(*reversal) {}

  Status plan(const history::Entry& entry) {
    const std::string name = schema::format_id(writer_.catalog(), entry.record);
    if (entry.kind == ChangeKind::kPurge) {
      return Status(Code::kInvalidArgument, "change " + std::to_string(entry.sequence) +
                                                " purged " + name +
                                                ": what was purged does not come back");
    }
    const CompiledType* type = writer_.model().find(entry.record.type());
    KITH_ASSIGN(const std::optional<record::View> view, writer_.find_record(entry.record));
    if (!view || type == nullptr || type->type->removed) {
      conflict(entry.record, "", name + " was purged since, or its type is no longer in the model");
      return {};
    }
    Plan plan{entry, *type, *view, name, {}};
    // Made and removed again by the transaction: nothing of it can be seen.
    if (entry.kind == ChangeKind::kDelete && entry.prev == 0) return {};
    if (entry.kind == ChangeKind::kCreate) return plan_creation(plan);
    return plan_change(&plan);
  }

  Status conflicts() {
    if (conflicts_.empty()) return {};
    const std::string count = base::counted(conflicts_.size(), "conflict");
    return Status(Code::kConflict, "what the transaction left was changed since, " + count,
                  std::move(conflicts_));
  }

 private:
  struct Plan {
    const history::Entry& entry;
    const CompiledType& type;
    record::View view;
    std::string name;
    Reversal::Values values;
  };

  // The record goes, unless it has gone or has become something else.
  Status plan_creation(const Plan& plan) {
    if (plan.view.deleted()) return {};
    for (const schema::Field& field : plan.type.type->fields) {
      if (field.removed) continue;
      KITH_TRY(check_value(plan, field.id, left_by(plan.entry, field.id)).status());
    }
    KITH_TRY(check_value(plan, kOwner, left_by(plan.entry, kOwner)).status());
    reversal_.remove(plan.entry.record, {});
    return {};
  }

  Status plan_change(Plan* plan) {
    const ChangeKind kind = plan->entry.kind;
    if (kind == ChangeKind::kUpdate && plan->view.deleted()) {
      conflict(plan->entry.record, "", plan->name + " was removed since: restore it first");
      return {};
    }
    for (const history::FieldChange& change : plan->entry.changes) {
      const schema::Field* field = plan->type.type->find_field(change.field_id);
      if (change.field_id != kOwner && (field == nullptr || field->removed)) continue;
      KITH_ASSIGN(const Value present, value_of(*plan, change.field_id));
      KITH_ASSIGN(const bool is_back, same(present, change.before));
      if (is_back) continue;
      KITH_ASSIGN(const bool untouched, check_value(*plan, change.field_id, change.after));
      if (untouched) plan->values.emplace_back(change.field_id, change.before);
    }
    const RecordId id = plan->entry.record;
    if (kind == ChangeKind::kDelete && plan->view.deleted()) {
      reversal_.restore(id, std::move(plan->values));
    } else if (kind == ChangeKind::kRestore && !plan->view.deleted()) {
      reversal_.remove(id, std::move(plan->values));
    } else if (!plan->values.empty()) {
      reversal_.put_back(id, std::move(plan->values));
    }
    return {};
  }

  static Value left_by(const history::Entry& entry, std::uint32_t field) {
    for (const history::FieldChange& change : entry.changes) {
      if (change.field_id == field) return change.after;
    }
    return Value();
  }

  static Result<Value> value_of(const Plan& plan, std::uint32_t field_id) {
    if (field_id == kOwner) {
      return plan.view.owner() ? Value(plan.view.owner()) : Value();
    }
    const schema::Field* field = plan.type.type->find_field(field_id);
    return record::stored_value(plan.view, *field, plan.type.layout.slot(field_id));
  }

  // Large values are the same when their bytes are.
  Result<bool> same(const Value& a, const Value& b) {
    const auto blob_a = record::blob_of(a);
    const auto blob_b = record::blob_of(b);
    if (a == b || !blob_a || !blob_b || blob_a->size != blob_b->size) return a == b;
    KITH_ASSIGN(const std::string_view bytes_a, writer_.blobs().read(*blob_a));
    KITH_ASSIGN(const std::string_view bytes_b, writer_.blobs().read(*blob_b));
    return bytes_a == bytes_b;
  }

  static std::string shown(const Value& value) {
    const auto blob = record::blob_of(value);
    if (blob) return "a value of " + std::to_string(blob->size) + " bytes";
    return value.to_string();
  }

  // Notes a conflict unless the field is as the transaction left it.
  Result<bool> check_value(const Plan& plan, std::uint32_t field_id, const Value& left) {
    KITH_ASSIGN(const Value present, value_of(plan, field_id));
    KITH_ASSIGN(const bool is_left, same(present, left));
    if (is_left) return true;
    const schema::Field* field = plan.type.type->find_field(field_id);
    const std::string name = field != nullptr ? field->name : "owner";
    conflict(plan.entry.record, name,
             plan.name + ": " + name + " was changed since; it is " + shown(present) +
                 " now, not " + shown(left));
    return false;
  }

  void conflict(RecordId id, const std::string& field, std::string message) {
    const CompiledType* type = writer_.model().find(id.type());
    conflicts_.push_back({"changed_since", type != nullptr ? type->type->name : std::string(),
                          field, std::move(message), 0, 0});
  }

  Writer& writer_;
  Reversal& reversal_;
  std::vector<Violation> conflicts_;
};

Status reverse(Writer& writer, Reversal* reversal) {
  Savepoint savepoint(writer);
  Status status = reversal->carry_out();
  return status.ok() ? status : savepoint.roll_back(std::move(status));
}

// A removal and what went with it, found in the entries of its transaction.
class RemovalTrace {
 public:
  RemovalTrace(Writer& writer, const std::vector<history::Entry>& entries)
      : writer_(writer), entries_(entries) {}

  Status follow(RecordId id, Reversal* reversal) {
    gone_.insert(id);
    KITH_TRY(find_cascade());
    for (const RecordId one : gone_) reversal->restore(one, {});
    for (const history::Entry& entry : entries_) {
      if (entry.kind == ChangeKind::kUpdate) KITH_TRY(find_cleared(entry, reversal));
    }
    return {};
  }

 private:
  // Children of those that are known to have gone, until there are no more.
  Status find_cascade() {
    for (bool more = true; more;) {
      more = false;
      for (const history::Entry& entry : entries_) {
        if (entry.kind != ChangeKind::kDelete || gone_.contains(entry.record)) continue;
        KITH_ASSIGN(const bool taken, was_taken(entry));
        if (taken) more = gone_.insert(entry.record).second;
      }
    }
    return {};
  }

  Result<bool> was_taken(const history::Entry& entry) {
    KITH_ASSIGN(const std::optional<record::View> view, writer_.find_record(entry.record));
    if (!view || !view->deleted()) return false;
    const CompiledType& type = *writer_.model().find(entry.record.type());
    for (const schema::Field& field : type.type->fields) {
      if (field.removed || !schema::is_reference_type(field.type) ||
          field.on_delete != schema::OnDelete::kCascade) {
        continue;
      }
      for (const RecordId target : targets(type, field, *view)) {
        if (!gone_.contains(target)) continue;
        KITH_ASSIGN(const std::uint64_t removal, last_removal(writer_, entry.record, *view));
        return removal == entry.sequence;
      }
    }
    return false;
  }

  static std::vector<RecordId> targets(const CompiledType& type, const schema::Field& field,
                                       const record::View& view) {
    const record::Slot& slot = type.layout.slot(field.id);
    if (field.type == schema::FieldType::kReference) return {view.reference(slot)};
    std::vector<RecordId> ids;
    const auto list = view.references(slot);
    for (std::uint32_t i = 0; i < list.size(); ++i) ids.emplace_back(list[i]);
    return ids;
  }

  Status find_cleared(const history::Entry& entry, Reversal* reversal) {
    const CompiledType* type = writer_.model().find(entry.record.type());
    KITH_ASSIGN(const std::optional<record::View> view, writer_.find_record(entry.record));
    if (!view || view->deleted() || type == nullptr || type->type->removed) return {};
    Reversal::Values values;
    for (const history::FieldChange& change : entry.changes) {
      const schema::Field* field = type->type->find_field(change.field_id);
      if (field == nullptr || field->removed || !schema::is_reference_type(field->type) ||
          field->on_delete != schema::OnDelete::kClear) {
        continue;
      }
      KITH_ASSIGN(const Value present, view->get(*field, type->layout.slot(field->id)));
      if (!(present == change.after)) continue;
      Value former = with_the_gone(change);
      if (!(former == present)) values.emplace_back(field->id, std::move(former));
    }
    if (!values.empty()) reversal->put_back(entry.record, std::move(values));
    return {};
  }

  // What was left, and those of the gone ones that were there before, in the order of before.
  Value with_the_gone(const history::FieldChange& change) const {
    if (const RecordId* before = change.before.reference()) {
      return gone_.contains(*before) ? change.before : change.after;
    }
    const List* before = change.before.list();
    if (before == nullptr) return change.after;
    List former;
    for (const Value& item : *before) {
      const List* after = change.after.list();
      const bool left =
          after != nullptr && std::find(after->begin(), after->end(), item) != after->end();
      const RecordId* id = item.reference();
      if (left || (id != nullptr && gone_.contains(*id))) former.push_back(item);
    }
    return former.empty() ? Value() : Value(std::move(former));
  }

 public:
  // The sequence of the record's last removal; 0 when the log knows of none after which it was
  // live again.
  static Result<std::uint64_t> last_removal(Writer& writer, RecordId id, const record::View& view) {
    constexpr std::size_t kPage = 16;
    std::uint64_t next = writer.logged_version(id, view);
    while (next != 0) {
      KITH_ASSIGN(const history::Chain chain, history::walk(writer.txn(), next, kPage));
      for (const history::Entry& entry : chain.entries) {
        if (entry.kind == ChangeKind::kDelete) return entry.sequence;
        if (entry.kind != ChangeKind::kUpdate) return std::uint64_t{0};
      }
      if (chain.trimmed) return history::read(writer.txn(), chain.next).status();
      next = chain.next;
    }
    return std::uint64_t{0};
  }

 private:
  Writer& writer_;
  const std::vector<history::Entry>& entries_;
  std::set<RecordId> gone_;
};

Status check_limit(const history::Span& span, const Writer& writer) {
  const std::uint64_t limit = writer.session().database_limits().max_undo_records;
  const std::uint64_t records = span.last - span.first + 1;
  if (records <= limit) return {};
  return Status(Code::kLimit, "the transaction wrote " + std::to_string(records) +
                                  " records; max_undo_records (" + std::to_string(limit) +
                                  ") lets no more be written back at once");
}

}  // namespace

Result<UndoResult> undo(Writer& writer, std::uint64_t sequence) {
  KITH_TRY(writer.health());
  KITH_ASSIGN(const history::Span span, history::transaction_of(writer.txn(), sequence));
  KITH_TRY(check_limit(span, writer));
  KITH_ASSIGN(const std::vector<history::Entry> entries, entries_of(writer.txn(), span));
  Reversal reversal(writer);
  Undoing undoing(writer, &reversal);
  for (const history::Entry& entry : entries) KITH_TRY(undoing.plan(entry));
  KITH_TRY(undoing.conflicts());
  KITH_TRY(reverse(writer, &reversal));
  writer.default_cause("undo of " + std::to_string(sequence));
  return UndoResult{span.first, span.last, reversal.size()};
}

Status restore_with_references(Writer& writer, RecordId id) {
  KITH_TRY(writer.health());
  KITH_ASSIGN(const std::optional<record::View> view, writer.find_record(id));
  if (!view || !view->deleted()) return writer.restore(id);
  KITH_ASSIGN(const std::uint64_t removal, RemovalTrace::last_removal(writer, id, *view));
  if (removal == 0) {
    return Status(Code::kInvalidArgument,
                  schema::format_id(writer.catalog(), id) +
                      " was removed by this very transaction: drop the transaction instead");
  }
  KITH_ASSIGN(const history::Span span, history::transaction_of(writer.txn(), removal));
  KITH_ASSIGN(const std::vector<history::Entry> entries, entries_of(writer.txn(), span));
  Reversal reversal(writer);
  KITH_TRY(RemovalTrace(writer, entries).follow(id, &reversal));
  return reverse(writer, &reversal);
}

}  // namespace kith::engine
