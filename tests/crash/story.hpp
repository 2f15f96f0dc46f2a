// tests/crash/story.hpp: one seed of the workload, told twice: on disk, where every write is noted,
// and in memory, where every state is known.
//
//   Story story;
//   std::string complaint = tell({.seed = 1, .steps = 100}, folder, &story);
//   for (const LoggedEvent& event : story.log.events) ...
//
// The program must be linked with the interposer, and must not have a database open.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tests/crash/content.hpp"
#include "tests/crash/log.hpp"
#include "tests/workload/oracle.hpp"

namespace kith::crash {

struct StoryOptions {
  std::uint64_t seed = 1;
  std::uint64_t steps = 450;
};

// What is known of the database when a step has returned. Step 0 is its creation.
struct Step {
  std::uint64_t commits = 0;  // of the store, so far
  std::uint64_t safe =
      0;  // as many are on disk for good: up to the last full commit that changed something
  workload::Oracle oracle{};
};

struct Story {
  Log log;
  std::vector<Step> steps;
  Witness witness;
};

// Empty, or why it could not be told.
std::string tell(const StoryOptions& options, const std::string& folder, Story* story);

}  // namespace kith::crash
