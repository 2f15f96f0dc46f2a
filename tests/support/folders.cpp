#include "tests/support/folders.hpp"

#include <cstdlib>

namespace kith::testing {

std::filesystem::path source_folder() { return KITH_SOURCE_DIR; }

std::filesystem::path shared_folder() {
  const char* given = std::getenv("KITH_SHARED");
  return given != nullptr ? std::filesystem::path(given) : source_folder().parent_path() / "shared";
}

}  // namespace kith::testing
