// engine/change_set.hpp: what one transaction has done so far, record by record.
//
//   std::uint64_t version = changes.touch(id, old_bytes, when);   // before each put of a record
//   changes.set_after(id, image);
//   for (const ChangeSet::Touched& t : changes.in_order()) append_history(t);
//
// A record gets its sequence, which is its new version, when it is first touched; however often it
// is written after that, the transaction logs one entry for it, from its first image to its last.
#pragma once

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "engine/agency.hpp"
#include "kith/date.hpp"
#include "kith/id.hpp"

namespace kith::engine {

class ChangeSet {
 public:
  // What writes did to the pipelines of a record.
  struct StageNotes {
    std::vector<std::uint32_t> moved;  // pipeline fields that took a transition, ascending
    bool overridden = false;           // some write took the capability pipeline.override
  };
  struct Touched {
    RecordId id;
    std::uint64_t sequence = 0;
    std::optional<std::string> before;  // the image the transaction found; nullopt: none
    std::optional<std::string> after;   // the image it has now; nullopt: none
    Timestamp effective_at;             // of the last write to it
    bool purged = false;
    std::shared_ptr<const Agency> agency;  // on whose behalf it was written
    StageNotes stages;
  };

  explicit ChangeSet(std::uint64_t next_sequence) : next_(next_sequence) {}

  // The sequence of the record in this transaction; remembers `before` the first time.
  std::uint64_t touch(RecordId id, std::optional<std::string_view> before, Timestamp effective_at) {
    auto [at, added] = index_.try_emplace(id, touched_.size());
    if (added) {
      Touched fresh;
      fresh.id = id;
      fresh.sequence = next_++;
      if (before) fresh.before.emplace(*before);
      touched_.push_back(std::move(fresh));
    }
    touched_[at->second].effective_at = effective_at;
    return touched_[at->second].sequence;
  }
  // The image of a touched record as it is in the store now, so that the log need not ask for it.
  void set_after(RecordId id, std::string image) {
    touched_[index_.at(id)].after = std::move(image);
  }
  // The same for a record that was made in this transaction and is no more.
  void clear_after(RecordId id) { touched_[index_.at(id)].after.reset(); }
  void note_stage(RecordId id, std::uint32_t field) {
    std::vector<std::uint32_t>& moved = touched_[index_.at(id)].stages.moved;
    const auto at = std::lower_bound(moved.begin(), moved.end(), field);
    if (at == moved.end() || *at != field) moved.insert(at, field);
  }
  void note_override(RecordId id) { touched_[index_.at(id)].stages.overridden = true; }
  // None of a record that was not touched. For savepoints, which put them back.
  StageNotes stage_notes(RecordId id) const {
    const Touched* touched = find_touched(id);
    return touched != nullptr ? touched->stages : StageNotes();
  }
  void set_stage_notes(RecordId id, StageNotes notes) {
    touched_[index_.at(id)].stages = std::move(notes);
  }
  void mark_purged(RecordId id) {
    Touched& touched = touched_[index_.at(id)];
    touched.purged = true;
    touched.after.reset();
  }

  // Names the agency of a touched record. False when it has another one already.
  bool attribute(RecordId id, const std::shared_ptr<const Agency>& agency) {
    Touched& touched = touched_[index_.at(id)];
    if (!touched.agency) touched.agency = agency;
    return touched.agency == agency;
  }

  // What was written on behalf of `from` was written on behalf of `to`.
  void reattribute(const std::shared_ptr<const Agency>& from,
                   const std::shared_ptr<const Agency>& to) {
    for (Touched& touched : touched_) {
      if (touched.agency == from) touched.agency = to;
    }
  }

  bool contains(RecordId id) const { return index_.contains(id); }
  const Touched& find(RecordId id) const { return touched_[index_.at(id)]; }
  const Touched* find_touched(RecordId id) const {
    const auto at = index_.find(id);
    return at != index_.end() ? &touched_[at->second] : nullptr;
  }

  bool empty() const { return touched_.empty(); }
  // In the order of first touch, which is that of the sequences.
  const std::vector<Touched>& in_order() const { return touched_; }

 private:
  std::uint64_t next_;
  std::vector<Touched> touched_;
  std::unordered_map<RecordId, std::size_t> index_;
};

}  // namespace kith::engine
