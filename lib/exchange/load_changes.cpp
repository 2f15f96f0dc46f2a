#include "exchange/load_changes.hpp"

#include <array>
#include <utility>

#include "base/message.hpp"
#include "base/try.hpp"
#include "history/cursors.hpp"
#include "history/log.hpp"
#include "history/put.hpp"
#include "record/blob_values.hpp"

namespace kith::exchange {
namespace {

using json::Node;

constexpr std::array<std::string_view, 5> kKinds = {"create", "update", "delete", "restore",
                                                    "purge"};

}  // namespace

Status ChangeLoader::load(const Node& node, store::WriteTxn& txn) {
  KITH_ASSIGN(const history::Entry entry, read(node, txn));
  KITH_TRY(check_place(entry, node, txn));
  if (first_ == 0) first_ = entry.sequence;
  last_ = entry.sequence;
  last_at_ = entry.at;
  KITH_TRY(history::put(txn, entry));
  return record::retain_entry(txn, entry);
}

Result<history::Entry> ChangeLoader::read(const Node& node, store::ReadTxn& txn) {
  DumpObject in(node, values_);
  history::Entry entry;
  KITH_ASSIGN(entry.sequence, in.number("change"));
  KITH_ASSIGN(entry.record, in.id("record"));
  const schema::EntityType* type = values_.catalog().find(entry.record.type());
  if (type == nullptr) return dump_error(node, "the record has no entity type");
  if (entry.record.sequence() == 0 || entry.record.sequence() > last_ids_[type->id - 1u]) {
    return dump_error(node, "the id of the record was never given: the last one of " + type->name +
                                " is " + std::to_string(last_ids_[type->id - 1u]));
  }
  KITH_ASSIGN(const std::size_t kind, in.one_of("kind", kKinds));
  entry.kind = static_cast<ChangeKind>(kind);
  KITH_ASSIGN(entry.at, in.instant("at"));
  KITH_ASSIGN(const auto effective_at, in.instant_if("effective_at"));
  entry.effective_at = effective_at.value_or(entry.at);
  KITH_ASSIGN(entry.actor, in.id_or_null("actor"));
  if (const Node* cause = in.find("cause")) {
    KITH_ASSIGN(const Value text, values_.read(*cause));
    if (text.text() == nullptr) return dump_error(*cause, "expected a text");
    entry.cause = *text.text();
  }
  KITH_ASSIGN(entry.prev, in.number_or_zero("prev"));
  if (entry.prev != 0) {
    KITH_ASSIGN(entry.prev_at, in.instant("prev_at"));
  }
  KITH_ASSIGN(const std::uint64_t key_id, in.number_or_zero("key_id"));
  if (key_id != 0) return dump_error(node, "the change is encrypted, and dumps keep none that are");
  KITH_ASSIGN(entry.blanked, in.flag("blanked"));
  KITH_ASSIGN(entry.overridden, in.flag("overridden"));
  KITH_ASSIGN(entry.begins, in.flag("begins"));
  KITH_ASSIGN(const Node* changes, in.need("changes"));
  if (!changes->is_array()) return dump_error(*changes, "expected an array");
  for (const Node& element : changes->elements()) {
    KITH_ASSIGN(history::FieldChange change, read_change(*type, entry.blanked, element, txn));
    if (!entry.changes.empty() && change.field_id <= entry.changes.back().field_id) {
      return dump_error(element, "the fields of a change come in the order of their ids");
    }
    entry.changes.push_back(std::move(change));
  }
  KITH_TRY(in.finish());
  return entry;
}

Result<history::FieldChange> ChangeLoader::read_change(const schema::EntityType& type, bool blanked,
                                                       const Node& node, store::ReadTxn& txn) {
  if (!node.is_array() || node.elements().size() != 4) {
    return dump_error(node, "a change is [field id, name, before, after]");
  }
  const std::vector<Node>& parts = node.elements();
  history::FieldChange change;
  KITH_ASSIGN(const std::uint64_t id, read_number(parts[0], UINT32_MAX));
  change.field_id = static_cast<std::uint32_t>(id);
  std::string_view name;
  if (const auto system = schema::system_field_from_id(change.field_id)) {
    name = schema::system_field_name(*system);
    KITH_ASSIGN(change.before, values_.read(parts[2]));
    KITH_ASSIGN(change.after, values_.read(parts[3]));
  } else if (const schema::Field* field = type.find_field(change.field_id)) {
    name = field->name;
    KITH_ASSIGN(change.before, values_.read(*field, parts[2]));
    KITH_ASSIGN(change.after, values_.read(*field, parts[3]));
    KITH_TRY(blobs_.check(*field, change.before, txn));
    KITH_TRY(blobs_.check(*field, change.after, txn));
  } else {
    return dump_error(parts[0], type.name + " has no field with this id");
  }
  if (!parts[1].is_text() || parts[1].text() != name) {
    return dump_error(parts[1], "the field with this id is " + base::quoted(name));
  }
  if (blanked && !(change.before.is_null() && change.after.is_null())) {
    return dump_error(node, "a change whose values were erased has none");
  }
  return change;
}

Status ChangeLoader::check_place(const history::Entry& entry, const Node& node,
                                 store::ReadTxn& txn) const {
  if (entry.sequence == 0 || (last_ != 0 && entry.sequence != last_ + 1)) {
    return dump_error(node, "changes are numbered one after the other; " +
                                std::to_string(last_ + 1) + " should come here");
  }
  if (!(entry.at.in_range() && entry.effective_at.in_range()) || entry.at < last_at_) {
    return dump_error(node, "the time of a change is never before that of an earlier one");
  }
  if (first_ != 0 && !entry.begins && entry.at != last_at_) {
    return dump_error(node, "the changes of one transaction are all of the same time");
  }
  if (entry.prev >= entry.sequence) {
    return dump_error(node, "a change is not before the one that it follows");
  }
  if (entry.kind == ChangeKind::kCreate && entry.prev != 0) {
    return dump_error(node, "a record is created by its first change");
  }
  if (first_ == 0 && !entry.begins) {
    return dump_error(node, "the history begins with the first change of a transaction");
  }
  if (entry.prev_at > entry.at) {
    return dump_error(node, "a change is not before the one that it follows");
  }
  if (entry.prev == 0 || entry.prev < first_ || first_ == 0) return {};
  KITH_ASSIGN(const history::Entry before, history::read(txn, entry.prev));
  if (before.record == entry.record && before.at == entry.prev_at) return {};
  return dump_error(node, "the change before it, " + std::to_string(entry.prev) +
                              ", is one of another record, or of another time");
}

Status ChangeLoader::load_cursor(const Node& node, store::WriteTxn& txn) const {
  constexpr std::array<std::string_view, 2> kReadings = {"feed", "columns"};
  DumpObject in(node, values_);
  KITH_ASSIGN(const Node* name, in.need("cursor"));
  KITH_ASSIGN(const Value text, values_.read(*name));
  if (text.text() == nullptr) return dump_error(*name, "expected a text");
  KITH_ASSIGN(const std::size_t reading, in.one_of("of", kReadings));
  KITH_ASSIGN(const std::uint64_t sequence, in.number("sequence", last_));
  KITH_TRY(in.finish());
  const history::Reading of = reading == 0 ? history::Reading::kFeed : history::Reading::kColumns;
  KITH_ASSIGN(const auto before, history::find_cursor(txn, of, *text.text()));
  if (before) return dump_error(node, "the cursor is there twice");
  return history::save_cursor(txn, of, *text.text(), sequence);
}

}  // namespace kith::exchange
