// store/memory/versions.hpp: the versioned rows of a memory store and walks over them.
//
//   VersionedRows rows;
//   rows.apply(overlay, seq);                       // a commit
//   const Bytes* value = rows.find("k", snapshot);  // what a reader of `snapshot` sees
//   rows.prune(oldest_snapshot);                    // drop what nobody can see
//
// Pointers to values and keys stay good until prune() drops them. Not synchronised: the store
// holds a lock for writing around apply and prune, for reading around the others.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/pending_rows.hpp"
#include "store/store.hpp"

namespace kith::store::memory {

// What a write transaction has changed in a table.
using Overlay = PendingRows;

class VersionedRows {
 public:
  struct Version {
    std::uint64_t seq;
    std::optional<Bytes> value;  // nothing: erased at seq
  };
  using Chain = std::vector<Version>;  // oldest first
  using Map = std::map<std::string, Chain, std::less<>>;

  const Bytes* find(std::string_view key, std::uint64_t snapshot) const;
  const Map& map() const { return map_; }
  static const Bytes* visible(const Chain& chain, std::uint64_t snapshot);

  void apply(Overlay&& overlay, std::uint64_t seq);
  void prune(std::uint64_t oldest_snapshot);

 private:
  struct Superseded {
    std::uint64_t seq;
    std::string key;
  };
  Map map_;
  std::deque<Superseded> superseded_;  // keys with versions that can go, by ascending seq
};

// The rows of a range in order, as a snapshot sees them.
class VersionWalk {
 public:
  VersionWalk(const VersionedRows& rows, std::uint64_t snapshot, const KeyRange& range,
              bool reverse);
  std::optional<KeyValue> next();

 private:
  std::uint64_t snapshot_;
  bool reverse_;
  VersionedRows::Map::const_iterator first_, last_;
};
// The same with what a transaction has changed.
using Walk = MergedWalk<VersionWalk>;

}  // namespace kith::store::memory
