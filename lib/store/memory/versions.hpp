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
#include <cstring>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "store/store.hpp"

namespace kith::store::memory {

// Immutable bytes at an 8-aligned address that survives moves.
class Bytes {
 public:
  explicit Bytes(std::string_view text)
      : words_(std::make_unique<std::uint64_t[]>((text.size() + 7) / 8)), size_(text.size()) {
    if (!text.empty()) std::memcpy(words_.get(), text.data(), text.size());
  }
  std::string_view view() const { return {reinterpret_cast<const char*>(words_.get()), size_}; }

 private:
  std::unique_ptr<std::uint64_t[]> words_;
  std::size_t size_;
};

// What a write transaction has changed in a table: a value, or nothing for an erased key.
using Overlay = std::map<std::string, std::optional<Bytes>, std::less<>>;

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

// The rows of a range in order, as a snapshot with an overlay on it sees them.
class Walk {
 public:
  struct Row {
    std::string_view key;
    std::string_view value;
  };
  Walk(const VersionedRows& rows, std::uint64_t snapshot, const Overlay* overlay,
       const KeyRange& range, bool reverse);
  std::optional<Row> next();

 private:
  struct Candidate {
    std::string_view key;
    const Bytes* value;  // null: erased by the overlay
  };
  void advance_base();
  void advance_overlay();

  std::uint64_t snapshot_;
  bool reverse_;
  VersionedRows::Map::const_iterator base_first_, base_last_;
  Overlay::const_iterator over_first_, over_last_;
  std::optional<Candidate> base_, over_;
};

}  // namespace kith::store::memory
