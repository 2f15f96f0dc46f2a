#include "engine/check_chain.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "base/value_codec.hpp"
#include "history/log.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

namespace {

constexpr std::uint32_t kOwnerField = schema::system_field_id(schema::SystemField::kOwner);

// Equal as values, or as they are stored: a NaN equals itself here.
bool same(const Value& a, const Value& b) {
  if (a == b) return true;
  base::ByteWriter first;
  base::ByteWriter second;
  return base::encode_value(a, &first).ok() && base::encode_value(b, &second).ok() &&
         first.bytes() == second.bytes();
}

std::string at(const history::Entry& entry) { return "change " + std::to_string(entry.sequence); }

}  // namespace

void ChainCheck::complain(const char* code, Fold* fold, std::string message) {
  findings_.add(code, label_(fold->id), std::move(message));
  fold->sound = false;
}

Result<bool> ChainCheck::follow(const CompiledType& type, RecordId id, const record::View& view) {
  Fold fold{type, id, view, view.deleted(), {}, true};
  const std::uint64_t version = view.version();
  const bool trimmed = facts_.first > 1 && version < facts_.first;
  if (version == 0 || version > facts_.last) {
    complain("record_version", &fold,
             "its version " + std::to_string(version) + " is no change of the history");
  }
  std::uint64_t newer = UINT64_MAX;
  Timestamp at_known;  // when the entry to be read was written, as the newer one says
  for (std::uint64_t next = version; fold.sound && next != 0 && !trimmed;) {
    const Result<history::Entry> entry = history::read(txn_, next);
    if (entry.status().code() == Code::kHistoryTrimmed) break;
    if (!entry.ok()) {
      if (entry.status().code() != Code::kCorrupt) return entry.status();
      return false;  // reported where it lies
    }
    if (entry->record != id) {
      complain(next == version ? "record_version" : "history_chain", &fold,
               "its chain of changes leads to " + at(*entry) + ", which is about " +
                   label_(entry->record));
      break;
    }
    if (next == version && entry->at.to_microseconds() != view.updated()) {
      complain("record_times", &fold,
               "it was updated at another time than " + at(*entry) + " says");
    }
    if (next != version && entry->at != at_known) {
      complain("record_times", &fold, at(*entry) + " has another time than the one after it says");
    }
    at_known = entry->prev_at;
    ++entries_;
    pass_gaps(*entry, newer, &fold);
    newer = next;
    if (!take_back(*entry, &fold)) break;
    next = entry->prev;
    if (next == 0) judge_beginning(*entry, &fold);
  }
  return fold.sound;
}

Result<Value> ChainCheck::present(const Fold& fold, std::uint32_t field_id) const {
  if (field_id == kOwnerField) {
    const RecordId owner = fold.view.owner();
    return owner ? Value(owner) : Value();
  }
  return record::stored_value(fold.view, *fold.type.type->find_field(field_id),
                              fold.type.layout.slot(field_id));
}

void ChainCheck::pass_gaps(const history::Entry& entry, std::uint64_t newer, Fold* fold) {
  const auto gaps = gaps_.find(fold->type.type->id);
  if (gaps == gaps_.end()) return;
  for (const schema::FieldGap& gap : gaps->second) {
    const schema::Field* field = fold->type.type->find_field(gap.field);
    if (gap.is_open() || field == nullptr || field->removed || entry.sequence > gap.to) continue;
    // Lost by this write, or by what befell all records before the gap was over.
    if (gap.dropped ? newer <= gap.to : entry.sequence <= gap.from) continue;
    const auto known = fold->known.find(gap.field);
    const bool is_there = known != fold->known.end()
                              ? known->second && !known->second->is_null()
                              : fold->view.has(fold->type.layout.slot(gap.field));
    if (is_there) {
      complain("record_values", fold,
               "its " + field->name + " has outlived the removal of the field, at " + at(entry));
    }
    fold->known[gap.field].reset();
  }
}

// False when it makes no sense to go on.
bool ChainCheck::take_back(const history::Entry& entry, Fold* fold) {
  if (entry.blanked) {
    complain("history_values", fold,
             at(entry) + " was emptied by a purge, but the record is there");
    return false;
  }
  if (!judge_kind(entry, fold)) return false;
  for (const history::FieldChange& change : entry.changes) {
    const schema::Field* field = fold->type.type->find_field(change.field_id);
    if (field == nullptr && change.field_id != kOwnerField) {
      complain("history_corrupt", fold,
               at(entry) + " tells of field " + std::to_string(change.field_id) +
                   ", which the type never had");
      return false;
    }
    if (field != nullptr && field->removed) continue;
    const auto known = fold->known.find(change.field_id);
    const std::string name = field != nullptr ? field->name : "owner";
    if (known != fold->known.end()) {
      if (known->second && !same(*known->second, change.after)) {
        complain("record_values", fold,
                 at(entry) + " leaves another " + name + " than the next change of it finds");
      }
      known->second = change.before;
      continue;
    }
    const Result<Value> value = present(*fold, change.field_id);
    if (!value.ok() || !same(*value, change.after)) {
      complain("record_values", fold,
               "its " + name + " is not what " + at(entry) + ", the last one of it, says");
    }
    fold->known.emplace(change.field_id, change.before);
  }
  return true;
}

// Whether a change of this kind can have led to where the record was after it.
bool ChainCheck::judge_kind(const history::Entry& entry, Fold* fold) {
  bool right = true;
  switch (entry.kind) {
    case ChangeKind::kCreate: right = !fold->deleted && entry.prev == 0; break;
    case ChangeKind::kUpdate: right = entry.prev != 0; break;
    case ChangeKind::kDelete:
      right = fold->deleted;
      fold->deleted = false;
      break;
    case ChangeKind::kRestore:
      right = !fold->deleted && entry.prev != 0;
      fold->deleted = true;
      break;
    case ChangeKind::kPurge: right = false; break;
  }
  if (!right) {
    complain("record_values", fold,
             at(entry) + ", a " + std::string(change_kind_name(entry.kind)) +
                 ", cannot have led to what came after it");
  }
  return right;
}

// Nothing may be left that no change has brought.
void ChainCheck::judge_beginning(const history::Entry& first, Fold* fold) {
  if (first.at.to_microseconds() != fold->view.created()) {
    complain("record_times", fold, "it was created at another time than " + at(first) + " says");
  }
  const auto had = [&](std::uint32_t field) {
    const auto known = fold->known.find(field);
    if (known != fold->known.end()) return known->second && !known->second->is_null();
    return field == kOwnerField ? !fold->view.owner().is_null()
                                : fold->view.has(fold->type.layout.slot(field));
  };
  for (const schema::Field& field : fold->type.type->fields) {
    if (!field.removed && had(field.id)) {
      complain("record_values", fold, "no change brought the " + field.name + " it had at first");
    }
  }
  if (had(kOwnerField))
    complain("record_values", fold, "no change brought the owner it had at first");
}

}  // namespace kith::engine
