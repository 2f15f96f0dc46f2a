// tests/workload/replay.hpp: one seed of the workload, from its first step to its last.
//
//   Failure failure = replay(seed, {.steps = 80, .path = ":memory:"});
//   BOOST_TEST(failure.what.empty(), failure.what);
//
// On a failure the seed is told again, with a comparison after each step, to find the first wrong
// one; the text has it with the steps that led there and the command that replays them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "tests/workload/workload.hpp"

namespace kith::workload {

struct ReplayOptions {
  std::uint64_t steps = 80;
  std::uint64_t compare_every = 10;
  std::string path = ":memory:";  // a folder that is not there yet; it is opened again now and then
  std::string command{};          // what a person runs to see the failure again
};

// Empty when all went as foreseen.
std::string replay(std::uint64_t seed, const ReplayOptions& options);

// The seed that the environment variable KITH_SEED asks for.
std::optional<std::uint64_t> wanted_seed();

}  // namespace kith::workload
