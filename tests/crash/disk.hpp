// tests/crash/disk.hpp: a file on a disk that keeps what it promised and nothing else.
//
//   Disk disk;
//   disk.write(offset, bytes);                // may or may not be there after a power failure
//   disk.sync();                              // is there
//   std::string image = disk.after_failure(Loss::kRandom, choices);
//
// A sector of 512 bytes is written whole or not at all, and each by itself: a write is torn between
// any two, and sectors of writes that were never synced land in any order, in any of the versions
// they had since the last sync.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "tests/workload/choices.hpp"

namespace kith::crash {

inline constexpr std::size_t kSector = 512;

// What becomes of the sectors that are not synced.
enum class Loss : std::uint8_t { kAll, kNone, kFew, kHalf, kMost };

class Disk {
 public:
  void write(std::uint64_t offset, std::string_view bytes);
  // Through a descriptor that syncs: these bytes are there when it returns, whatever becomes of
  // others.
  void write_durably(std::uint64_t offset, std::string_view bytes);
  void sync();
  void truncate(std::uint64_t size);

  bool has_unsynced() const { return !unsynced_.empty(); }
  std::string after_failure(Loss loss, workload::Choices& choices) const;

 private:
  using Versions = std::vector<std::string>;  // of one sector, oldest first

  template <typename Put>
  void for_each_sector(std::uint64_t offset, std::string_view bytes, Put&& put);
  std::string present(std::uint64_t sector) const;
  void keep(std::uint64_t sector, const std::string& content);

  std::string durable_;
  std::map<std::uint64_t, Versions> unsynced_;
};

}  // namespace kith::crash
