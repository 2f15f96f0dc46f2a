#include "exchange/chunk_writer.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "exchange/held_rows.hpp"

namespace kith::exchange {

struct ChunkWriter::Attempt {
  struct Rest {  // a row whose last references are set at the end
    std::size_t row;
    RecordId id;
    Outcome outcome;
  };
  struct Note {
    std::uint64_t row;
    std::uint64_t line;
    ImportReject what;
  };

  std::uint64_t created = 0;
  std::uint64_t updated = 0;
  std::uint64_t unchanged = 0;
  std::uint64_t references_created = 0;
  bool must_repeat = false;  // something of a refused row is in the transaction
  std::map<std::string, std::uint64_t> keys;
  std::set<std::string> names;
  std::vector<std::size_t> held;
  std::vector<Rest> rest;
  std::vector<Note> blank;

  void count(Outcome outcome) {
    created += outcome == Outcome::kCreated ? 1 : 0;
    updated += outcome == Outcome::kUpdated ? 1 : 0;
    unchanged += outcome == Outcome::kUnchanged ? 1 : 0;
  }
};

ChunkWriter::ChunkWriter(const BoundMapping& bound, ImportTarget& target, ChunkOptions options,
                         RejectLog* log, ImportReport* report)
    : bound_(bound),
      target_(target),
      options_(options),
      log_(log),
      report_(report),
      resolver_(bound, target) {}

void ChunkWriter::reject(PreparedRow& row, std::vector<ImportReject> why) {
  row.rejected = true;
  log_->add(row.number, row.line, std::move(row.cells), std::move(why));
}

const std::uint64_t* ChunkWriter::earlier_row(const PreparedRow& row,
                                              const Attempt& attempt) const {
  if (!bound_.has_key || bound_.update_duplicates) return nullptr;
  const std::string key = row.key.to_string();
  for (const auto* keys : {&keys_, &attempt.keys}) {
    if (const auto met = keys->find(key); met != keys->end()) return &met->second;
  }
  return nullptr;
}

Result<ChunkWriter::Outcome> ChunkWriter::put(const PreparedRow& row, Patch patch, RecordId* id) {
  std::vector<RecordId> found;
  if (bound_.key != nullptr) {
    KITH_ASSIGN(found, target_.find(*bound_.type, *bound_.key, row.key));
    if (found.size() > 1) {
      return Status(Code::kInvalidArgument,
                    "more than one " + bound_.type->name + " has this key; use a unique field",
                    bound_.type->name, bound_.key->name);
    }
  } else if (bound_.has_key) {
    found.push_back(*row.key.reference());
  }
  if (!found.empty()) {
    *id = found[0];
    KITH_ASSIGN(const bool changed, target_.update(*id, patch, row.effective_at));
    return changed ? Outcome::kUpdated : Outcome::kUnchanged;
  }
  // What the file leaves empty is left to the defaults of the model.
  std::erase_if(patch, [](const FieldValue& field) { return field.second.is_null(); });
  KITH_ASSIGN(*id, target_.create(*bound_.type, patch, row.effective_at));
  return Outcome::kCreated;
}

Status ChunkWriter::write_row(std::vector<PreparedRow>& rows, std::size_t at, Waiting waiting,
                              Attempt* attempt) {
  PreparedRow& row = rows[at];
  if (const std::uint64_t* earlier = earlier_row(row, *attempt)) {
    // Others of a ring may count on the row.
    attempt->must_repeat |= waiting == Waiting::kAtEnd;
    reject(row, {{0, 0, bound_.key_name, "duplicate_key",
                  "row " + std::to_string(*earlier) +
                      " has the same key; to let the later row win, write " +
                      "\"duplicates\": \"update\""}});
    return {};
  }
  KITH_ASSIGN(Resolution found, resolver_.resolve(row, waiting));
  if (found.hold && found.refused.empty()) {
    attempt->held.push_back(at);
    return {};
  }
  if (found.refused.empty()) {
    RecordId id;
    const Result<Outcome> outcome = put(row, std::move(found.patch), &id);
    if (outcome.ok()) {
      if (bound_.has_key) attempt->keys.emplace(row.key.to_string(), row.number);
      for (std::string& name : resolver_.names(row)) attempt->names.insert(std::move(name));
      for (ImportReject& note : found.blank) {
        attempt->blank.push_back({row.number, row.line, std::move(note)});
      }
      attempt->references_created += found.newly_made;
      if (found.at_end) {
        attempt->rest.push_back({at, id, *outcome});
      } else {
        attempt->count(*outcome);
      }
      return {};
    }
    if (!is_about_the_row(outcome.status().code())) return outcome.status();
    found.refused = reasons(outcome.status(), bound_, "");
  }
  attempt->must_repeat |= found.made || waiting == Waiting::kAtEnd;
  reject(row, std::move(found.refused));
  return {};
}

// The references that waited for the other rows of the transaction, which are all there now.
Status ChunkWriter::write_rest(std::vector<PreparedRow>& rows, Attempt* attempt) {
  for (const Attempt::Rest& rest : attempt->rest) {
    PreparedRow& row = rows[rest.row];
    KITH_ASSIGN(Resolution found, resolver_.resolve(row, Waiting::kOver));
    if (found.refused.empty()) {
      const Result<bool> changed = target_.update(rest.id, found.patch, row.effective_at);
      if (changed.ok()) {
        const bool late = *changed && rest.outcome == Outcome::kUnchanged;
        attempt->count(late ? Outcome::kUpdated : rest.outcome);
        continue;
      }
      if (!is_about_the_row(changed.status().code())) return changed.status();
      found.refused = reasons(changed.status(), bound_, "");
    }
    attempt->must_repeat = true;
    reject(row, std::move(found.refused));
  }
  return {};
}

Status ChunkWriter::attempt_rows(std::vector<PreparedRow>& rows, Waiting waiting,
                                 Attempt* attempt) {
  resolver_.begin();
  if (waiting == Waiting::kAtEnd) {
    std::set<std::string> names;
    for (const PreparedRow& row : rows) {
      if (row.rejected) continue;
      for (std::string& name : resolver_.names(row)) names.insert(std::move(name));
    }
    resolver_.expect(std::move(names));
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (!rows[i].rejected) KITH_TRY(write_row(rows, i, waiting, attempt));
  }
  // A ring that lost a row is written anew at once; the references to that row have other rules.
  return attempt->must_repeat ? Status() : write_rest(rows, attempt);
}

void ChunkWriter::settle(const Attempt& attempt) {
  report_->created += attempt.created;
  report_->updated += attempt.updated;
  report_->unchanged += attempt.unchanged;
  report_->references_created += attempt.references_created;
  report_->references_blank += attempt.blank.size();
  for (const Attempt::Note& note : attempt.blank) log_->note(note.row, note.line, note.what);
  keys_.insert(attempt.keys.begin(), attempt.keys.end());
  if (options_.dry_run) {
    resolver_.pretend(attempt.names);
    resolver_.pretend_made();
  }
}

Status ChunkWriter::write_rows(std::vector<PreparedRow>& rows, Waiting waiting) {
  for (;;) {
    Attempt attempt;
    KITH_TRY(target_.begin());
    Status status = attempt_rows(rows, waiting, &attempt);
    if (!status.ok() || attempt.must_repeat || options_.dry_run) {
      target_.abort();
    } else {
      status = target_.commit();
    }
    KITH_TRY(status);
    if (attempt.must_repeat) continue;  // with fewer rows each time
    settle(attempt);
    for (const std::size_t i : attempt.held) {
      held_bytes_ += rows[i].bytes();
      held_.push_back(std::move(rows[i]));
    }
    break;
  }
  if (held_bytes_ <= options_.max_held_bytes) return {};
  return Status(Code::kLimit, "the rows that refer to later rows take more than max_held_bytes (" +
                                  std::to_string(options_.max_held_bytes) +
                                  "); put the rows that others refer to first in the file");
}

Status ChunkWriter::write(std::vector<PreparedRow> rows) {
  return rows.empty() ? Status() : write_rows(rows, Waiting::kHold);
}

Status ChunkWriter::write_held(std::size_t chunk_rows) {
  std::vector<PreparedRow> rows = std::move(held_);
  held_.clear();
  held_bytes_ = 0;
  const HeldOrder order = order_held(rows, bound_, resolver_.name_fields());
  std::vector<PreparedRow> chunk;
  std::size_t bytes = 0;
  for (const std::size_t i : order.in_order) {
    chunk.push_back(std::move(rows[i]));
    bytes += chunk.back().bytes();
    if (chunk.size() < chunk_rows && bytes < kMostChunkBytes) continue;
    KITH_TRY(write_rows(chunk, Waiting::kOver));
    chunk.clear();
    bytes = 0;
  }
  if (!chunk.empty()) KITH_TRY(write_rows(chunk, Waiting::kOver));
  chunk.clear();
  for (const std::size_t i : order.in_rings) chunk.push_back(std::move(rows[i]));
  return chunk.empty() ? Status() : write_rows(chunk, Waiting::kAtEnd);
}

void ChunkWriter::drop_held(const std::string& reason) {
  for (PreparedRow& row : held_) {
    reject(row, {{0, 0, "", "stopped", reason}});
  }
  held_.clear();
  held_bytes_ = 0;
}

}  // namespace kith::exchange
