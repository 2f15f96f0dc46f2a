#include "benchmarks/deals.hpp"

#include <unistd.h>

#include <cstdio>
#include <cstdlib>

namespace kith::bench {

const char* stage_name(int stage) {
  static const char* const names[kStages] = {"New Lead",    "Contacted",  "Qualified",  "Proposal",
                                             "Negotiation", "Closed Won", "Closed Lost"};
  return names[stage];
}

Deal DealSource::next() {
  static const char* const kRegions[] = {"Central", "East", "West", "North"};
  static const char* const kSources[] = {"web form", "referral", "trade fair", "outbound call"};
  Deal d;
  d.name = "Deal number " + std::to_string(++made_);
  d.next_step = "call back in week " + std::to_string(below(52));
  d.source = kSources[below(4)];
  d.region = kRegions[below(4)];
  d.description = "Interested in " + std::to_string(below(9) + 1) + " seats for the whole team";
  d.account = below(5'000) + 1;
  d.contact = below(20'000) + 1;
  d.amount = below(10'000'000);
  d.discount = below(3'000);
  d.quantity = below(100);
  d.score = below(100);
  d.employees = below(5'000);
  d.calls = below(30);
  d.mails = below(60);
  d.weight = static_cast<double>(below(1000)) / 1000;
  d.stage = static_cast<int>(below(kStages));
  d.close_day = kFirstDay + static_cast<int>(below(kDays));
  d.start_day = d.close_day - static_cast<int>(below(120));
  d.renewal = below(2) == 1;
  d.hot = below(10) == 0;
  return d;
}

std::int64_t record_count() {
  const char* text = std::getenv("KITH_BENCH_RECORDS");
  const std::int64_t count = text == nullptr ? 0 : std::atoll(text);
  return count > 0 ? count : 200'000;
}

Folder::Folder() {
  std::string name = std::filesystem::temp_directory_path() / "kith-bench-XXXXXX";
  if (mkdtemp(name.data()) == nullptr) give_up("cannot make a temporary folder");
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void give_up(const std::string& what) {
  std::fprintf(stderr, "benchmark: %s\n", what.c_str());
  std::exit(1);
}

}  // namespace kith::bench
