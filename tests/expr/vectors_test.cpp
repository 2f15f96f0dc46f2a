// The public conformance vectors, when they are at hand: KITH_SHARED or ../shared.
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

#include "expr/conformance.hpp"
#include "tests/support/folders.hpp"

namespace {

std::filesystem::path vector_folder() { return kith::testing::shared_folder() / "vectors" / "cel"; }

}  // namespace

BOOST_AUTO_TEST_SUITE(expr_vectors)

BOOST_AUTO_TEST_CASE(conformance) {
  const std::filesystem::path folder = vector_folder();
  if (!std::filesystem::is_directory(folder)) {
    BOOST_TEST_MESSAGE("skipped: no conformance vectors in " << folder);
    return;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path, std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const auto result = kith::expr::run_conformance(text, path.filename().string());
    BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
    for (const auto& failure : result->failures) {
      BOOST_ERROR(failure.file << "/" << failure.section << "/" << failure.name << ": "
                               << failure.expression << "\n  expected " << failure.expected
                               << ", got " << failure.got);
    }
    BOOST_TEST(result->skips.empty());
    BOOST_TEST_MESSAGE(path.filename() << ": " << result->passed << " passed");
  }
}

BOOST_AUTO_TEST_SUITE_END()
