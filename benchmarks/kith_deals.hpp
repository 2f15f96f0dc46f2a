// benchmarks/kith_deals.hpp: the deals in a kith database, through the public interface.
#pragma once

#include "benchmarks/deals.hpp"
#include "kith/kith.hpp"

namespace kith::bench {

template <typename T>
T must(Result<T> result) {
  if (!result.ok()) give_up(result.status().to_string());
  return *std::move(result);
}
inline void must(const Status& status) {
  if (!status.ok()) give_up(status.to_string());
}

class KithDeals {
 public:
  // Five indexes, as the other engines have them, or none.
  explicit KithDeals(const std::filesystem::path& folder, bool indexes);

  // Creates `count` deals in one transaction.
  void create(DealSource& source, int count);
  // Creates one in a transaction that may share its commit with those of other threads.
  void write_one(DealSource& source);
  void fill(std::int64_t count);
  const Database& database() const { return db_; }
  Session& session() { return session_; }
  RecordId id(std::int64_t sequence) const {
    return RecordId(type_, static_cast<std::uint64_t>(sequence));
  }

 private:
  static void put(Transaction& txn, const Deal& deal);

  Database db_;
  Session session_;
  std::uint16_t type_ = 0;
};

// The engine filled once for all benchmarks of a program.
KithDeals& filled_kith();

}  // namespace kith::bench
