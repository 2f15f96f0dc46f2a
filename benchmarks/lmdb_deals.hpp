// benchmarks/lmdb_deals.hpp: the deals as plain structs in LMDB, with nothing around it: what the
// store under kith can do at best.
#pragma once

#include <lmdb.h>

#include "benchmarks/deals.hpp"

namespace kith::bench {

// The fixed part of a stored deal; the texts follow it.
struct RawDeal {
  std::int64_t numbers[9];
  double weight;
  std::int32_t stage, close_day, start_day, flags;
  std::uint32_t text_end[6];  // five ends and padding
};

class LmdbDeals {
 public:
  LmdbDeals(const std::filesystem::path& folder, bool indexes);
  ~LmdbDeals();
  LmdbDeals(const LmdbDeals&) = delete;
  LmdbDeals& operator=(const LmdbDeals&) = delete;

  void create(DealSource& source, int count);  // one transaction
  void fill(std::int64_t count);
  MDB_txn* begin(unsigned flags);
  MDB_dbi records() const { return records_; }
  static std::uint64_t key(std::int64_t sequence);  // big endian

 private:
  MDB_env* env_ = nullptr;
  MDB_dbi records_ = 0;
  MDB_dbi history_ = 0;
  MDB_dbi index_ = 0;
  bool indexes_;
  std::int64_t last_ = 0;
};

void lmdb_must(int rc);
LmdbDeals& filled_lmdb();

}  // namespace kith::bench
