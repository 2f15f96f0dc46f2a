#include "tests/workload/replay.hpp"

#include <cstdlib>
#include <filesystem>

#include "tests/workload/compare.hpp"

namespace kith::workload {

namespace {

struct Outcome {
  std::uint64_t steps = 0;  // until the first complaint
  Complaints complaints;
  std::vector<std::string> story;
};

Outcome tell(std::uint64_t seed, const ReplayOptions& options) {
  Outcome outcome;
  if (options.path != ":memory:") std::filesystem::remove_all(options.path);
  Result<Database> database = create_database(options.path);
  if (!database.ok()) {
    outcome.complaints.push_back("create: " + database.status().to_string());
    return outcome;
  }
  SeededChoices choices(seed);
  WorkloadOptions how;
  if (options.path != ":memory:") how.reopen = [&] { return Database::open(options.path); };
  Workload work(*std::move(database), choices, how);
  while (outcome.steps < options.steps && outcome.complaints.empty()) {
    work.step();
    ++outcome.steps;
    outcome.complaints = work.complaints();
    const bool look = outcome.steps % options.compare_every == 0 || outcome.steps == options.steps;
    if (!outcome.complaints.empty() || !look) continue;
    const Result<Snapshot> snapshot = work.session().read();
    if (!snapshot.ok()) outcome.complaints.push_back("read: " + snapshot.status().to_string());
    if (snapshot.ok()) outcome.complaints = compare(*snapshot, work.oracle());
  }
  outcome.story = work.story();
  return outcome;
}

}  // namespace

std::string replay(std::uint64_t seed, const ReplayOptions& options) {
  Outcome outcome = tell(seed, options);
  if (outcome.complaints.empty()) return {};
  ReplayOptions closely = options;
  closely.compare_every = 1;
  closely.steps = outcome.steps;
  Outcome again = tell(seed, closely);
  if (again.complaints.empty()) again = std::move(outcome);  // it did not happen again
  std::string text =
      "seed " + std::to_string(seed) + " fails after step " + std::to_string(again.steps) +
      "; replay it with KITH_SEED=" + std::to_string(seed) + " " + options.command + "\n";
  for (const std::string& line : again.story) text += "  " + line + "\n";
  for (const std::string& line : again.complaints) text += line + "\n";
  return text;
}

std::optional<std::uint64_t> wanted_seed() {
  const char* given = std::getenv("KITH_SEED");
  if (given == nullptr || *given == '\0') return std::nullopt;
  return std::strtoull(given, nullptr, 10);
}

}  // namespace kith::workload
