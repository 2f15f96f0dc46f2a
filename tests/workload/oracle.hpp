// tests/workload/oracle.hpp: what the engine should do, from its documentation alone, in a few
// maps.
//
//   Oracle oracle;
//   oracle.begin(now);
//   bool expected = oracle.update(id, patch);     // and the change is in oracle.live
//   oracle.commit();                              // or abort()
//   compare(snapshot, oracle)                     // compare.hpp
//
// A call answers whether the engine must accept the write, and does it if so. A value; a copy goes
// its own way. Not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "kith/value.hpp"
#include "tests/workload/model.hpp"

namespace kith::workload {

using Fields = std::map<std::string, Value>;

// The fields that are foreseen; a record may have others.
struct Image {
  Fields fields;
  bool deleted = false;
  friend bool operator==(const Image&, const Image&) = default;
};
using Images = std::map<RecordId, Image>;

class Oracle {
 public:
  void begin(Timestamp now) { now_ = now; }
  bool create(std::uint16_t type, const Fields& patch, RecordId* id);
  bool update(RecordId id, const Fields& patch);
  bool move(RecordId id, const std::string& stage);
  bool remove(RecordId id);
  bool restore(RecordId id);
  bool purge(RecordId id);
  // An event from this address: the contact it finds or makes, and the activity.
  void capture(const std::string& email, const std::string& kind, const std::string& subject,
               RecordId* person, RecordId* activity);
  void commit();
  void abort();
  // Between transactions: all that is due.
  void tick(Timestamp now);

  Images live;                                  // as the transaction sees them
  Images committed;                             // without the records that were purged
  std::map<RecordId, std::size_t> entries;      // of the history
  std::map<RecordId, std::size_t> messages;     // written to the outbox
  std::map<std::uint16_t, std::uint64_t> last;  // sequences given, committed
  bool is_new(RecordId id) const { return !committed.contains(id); }

 private:
  bool can_hold(RecordId id, const Fields& fields) const;
  bool holds(std::uint16_t type, const char* field, const Value& value, RecordId except) const;
  RecordId next_id(std::uint16_t type);
  std::vector<RecordId> referring(RecordId id, bool deleted_too) const;
  void put_stage(Image& image, const std::string& stage) const;

  struct Run {
    bool waiting = false;
    Timestamp due{};
  };
  Timestamp now_{};
  std::map<std::uint16_t, std::uint64_t> given_;  // sequences, of this transaction too
  std::map<RecordId, Run> runs_;                  // active ones of "follow"
};

}  // namespace kith::workload
