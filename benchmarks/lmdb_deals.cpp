#include "benchmarks/lmdb_deals.hpp"

#include <cstring>

namespace kith::bench {

void lmdb_must(int rc) {
  if (rc != MDB_SUCCESS) give_up(mdb_strerror(rc));
}

std::uint64_t LmdbDeals::key(std::int64_t sequence) {
  return __builtin_bswap64(static_cast<std::uint64_t>(sequence));
}

LmdbDeals::LmdbDeals(const std::filesystem::path& folder, bool indexes) : indexes_(indexes) {
  lmdb_must(mdb_env_create(&env_));
  lmdb_must(mdb_env_set_maxdbs(env_, 8));
  lmdb_must(mdb_env_set_mapsize(env_, std::size_t{8} << 30));
  const std::filesystem::path path = folder / "lmdb";
  std::filesystem::create_directory(path);
  lmdb_must(mdb_env_open(env_, path.c_str(), MDB_NOTLS, 0644));
  MDB_txn* txn = begin(0);
  lmdb_must(mdb_dbi_open(txn, "records", MDB_CREATE, &records_));
  lmdb_must(mdb_dbi_open(txn, "history", MDB_CREATE, &history_));
  lmdb_must(mdb_dbi_open(txn, "index", MDB_CREATE, &index_));
  lmdb_must(mdb_txn_commit(txn));
}

LmdbDeals::~LmdbDeals() { mdb_env_close(env_); }

MDB_txn* LmdbDeals::begin(unsigned flags) {
  MDB_txn* txn = nullptr;
  lmdb_must(mdb_txn_begin(env_, nullptr, flags, &txn));
  return txn;
}

void LmdbDeals::create(DealSource& source, int count) {
  MDB_txn* txn = begin(0);
  std::string bytes;
  auto put = [&](MDB_dbi dbi, const void* k, std::size_t k_size, std::string_view value) {
    MDB_val mk{k_size, const_cast<void*>(k)};
    MDB_val mv{value.size(), const_cast<char*>(value.data())};
    lmdb_must(mdb_put(txn, dbi, &mk, &mv, 0));
  };
  for (int i = 0; i < count; ++i) {
    const Deal d = source.next();
    RawDeal raw{};
    const std::int64_t numbers[] = {d.account, d.contact,   d.amount, d.discount, d.quantity,
                                    d.score,   d.employees, d.calls,  d.mails};
    std::memcpy(raw.numbers, numbers, sizeof numbers);
    raw.weight = d.weight;
    raw.stage = d.stage;
    raw.close_day = d.close_day;
    raw.start_day = d.start_day;
    raw.flags = (d.renewal ? 1 : 0) | (d.hot ? 2 : 0);
    bytes.assign(sizeof raw, '\0');
    int at = 0;
    for (const std::string* t : {&d.name, &d.next_step, &d.source, &d.region, &d.description}) {
      bytes += *t;
      raw.text_end[at++] = static_cast<std::uint32_t>(bytes.size());
    }
    std::memcpy(bytes.data(), &raw, sizeof raw);
    bytes.resize((bytes.size() + 7) / 8 * 8);
    const std::uint64_t id = key(++last_);
    put(records_, &id, 8, bytes);
    put(history_, &id, 8, bytes);  // the history of a new record is its values
    if (!indexes_) continue;
    const std::int64_t keys[] = {d.account, d.contact, d.stage, d.close_day, d.amount};
    for (std::int64_t n = 0; n < 5; ++n) {
      char entry[17];
      entry[0] = static_cast<char>(n);
      const std::uint64_t value = key(keys[n]);
      std::memcpy(entry + 1, &value, 8);
      std::memcpy(entry + 9, &id, 8);
      put(index_, entry, sizeof entry, {});
    }
  }
  lmdb_must(mdb_txn_commit(txn));
}

void LmdbDeals::fill(std::int64_t count) {
  DealSource source;
  for (std::int64_t done = 0; done < count; done += 1000) {
    create(source, static_cast<int>(std::min<std::int64_t>(1000, count - done)));
  }
}

LmdbDeals& filled_lmdb() {
  static Folder folder;
  static LmdbDeals deals(folder.path(), false);
  static const bool filled = (deals.fill(record_count()), true);
  (void)filled;
  return deals;
}

}  // namespace kith::bench
