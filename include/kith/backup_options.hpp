// kith/backup_options.hpp: how to load a dump, and what came of dumps, loads and compactions.
//
//   kith::Result<kith::DumpStats> done = kith::load("crm2", in, kith::LoadOptions{});
#pragma once

#include <cstdint>

#include "kith/options.hpp"

namespace kith {

struct DumpStats {
  std::uint64_t records = 0;
  std::uint64_t changes = 0;     // entries of the history
  std::uint64_t queue_rows = 0;  // timers, runs, messages and what belongs to them
  std::uint64_t blobs = 0;
  std::uint64_t bytes = 0;
};

struct LoadOptions {
  OpenOptions open{};
};

struct CompactResult {
  std::uint64_t bytes_before = 0;  // of data.mdb
  std::uint64_t bytes_after = 0;
  std::uint64_t slots_reclaimed = 0;  // places in records of fields that were removed
};

}  // namespace kith
