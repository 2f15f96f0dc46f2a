// The public conformance vectors, when they are at hand: KITH_SHARED or ../shared.
#include <boost/test/unit_test.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "tests/expr/vector_file.hpp"

namespace {

using kith::expr::test::Vector;

std::filesystem::path vector_folder() {
  const char* shared = std::getenv("KITH_SHARED");
  const std::filesystem::path root =
      shared != nullptr ? std::filesystem::path(shared)
                        : std::filesystem::path(KITH_SOURCE_DIR).parent_path() / "shared";
  return root / "vectors" / "cel";
}

// Names of vectors that are known not to pass yet, one a line; '#' begins a comment.
std::set<std::string> known_failures() {
  std::ifstream file(std::filesystem::path(KITH_SOURCE_DIR) / "tests/expr/known_failures.txt");
  BOOST_REQUIRE(file.good());
  std::set<std::string> names;
  for (std::string line; std::getline(file, line);) {
    if (!line.empty() && line[0] != '#') names.insert(line);
  }
  return names;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(expr_vectors)

BOOST_AUTO_TEST_CASE(conformance) {
  const std::filesystem::path folder = vector_folder();
  if (!std::filesystem::is_directory(folder)) {
    BOOST_TEST_MESSAGE("skipped: no conformance vectors in " << folder);
    return;
  }
  std::set<std::string> known = known_failures();
  std::map<std::string, std::pair<int, int>> counts;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::vector<Vector> vectors;
    BOOST_REQUIRE_MESSAGE(kith::expr::test::read_vectors(entry.path().string(), &vectors),
                          entry.path());
    auto& [passed, failed] = counts[entry.path().stem().string()];
    for (const Vector& vector : vectors) {
      const std::string got = kith::expr::test::run_vector(vector);
      ++(got.empty() ? passed : failed);
      const bool listed = known.erase(vector.id()) > 0;
      BOOST_CHECK_MESSAGE(got.empty() || listed, vector.id()
                                                     << ": " << vector.expression << "\n  " << got);
      BOOST_CHECK_MESSAGE(!got.empty() || !listed,
                          vector.id() << " passes now: take it off known_failures.txt");
    }
  }
  for (const auto& [file, count] : counts) {
    BOOST_TEST_MESSAGE(file << ": " << count.first << " passed, " << count.second << " failed");
  }
  for (const std::string& name : known) BOOST_ERROR("no such vector: " << name);
}

BOOST_AUTO_TEST_SUITE_END()
