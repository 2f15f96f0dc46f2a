// benchmarks/deals.hpp: the same deals for every engine: 20 fields, from a fixed seed.
//
//   DealSource source;             Deal d = source.next();
//
// KITH_BENCH_RECORDS sets how many a database holds (default 200,000).
#pragma once

#include <cstdint>
#include <filesystem>
#include <random>
#include <string>

namespace kith::bench {

inline constexpr int kStages = 7;
const char* stage_name(int stage);

struct Deal {
  std::string name;
  std::string next_step;
  std::string source;
  std::string region;
  std::string description;
  std::int64_t account = 0;
  std::int64_t contact = 0;
  std::int64_t amount = 0;  // cents
  std::int64_t discount = 0;
  std::int64_t quantity = 0;
  std::int64_t score = 0;
  std::int64_t employees = 0;
  std::int64_t calls = 0;
  std::int64_t mails = 0;
  double weight = 0;
  int stage = 0;
  int close_day = 0;  // days since 1970-01-01
  int start_day = 0;
  bool renewal = false;
  bool hot = false;
};

class DealSource {
 public:
  Deal next();

 private:
  std::int64_t below(std::int64_t bound) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(bound));
  }
  std::mt19937_64 random_{20260301};
  std::int64_t made_ = 0;
};

std::int64_t record_count();

// The first and last closing day that the filter benchmarks ask for: half of the deals.
inline constexpr int kFirstDay = 17'000;
inline constexpr int kDays = 730;
inline constexpr int kFilterFrom = kFirstDay + kDays / 4;
inline constexpr int kFilterTo = kFirstDay + 3 * kDays / 4;

// A folder that is gone when the program ends.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Ends the program with a message: a benchmark of a failing engine has no number.
[[noreturn]] void give_up(const std::string& what);

// The number of matching deals and their cents by stage; what the engines must agree on.
struct StageSums {
  std::int64_t count[kStages] = {};
  std::int64_t cents[kStages] = {};
  friend bool operator==(const StageSums&, const StageSums&) = default;
};

}  // namespace kith::bench
