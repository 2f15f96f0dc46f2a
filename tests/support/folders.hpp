// tests/support/folders.hpp: where tests find files.
//
//   std::ifstream page(testing::source_folder() / "docs" / "model.md");
//   const std::filesystem::path vectors = testing::shared_folder() / "vectors";   // may be absent
//
// Their only use of the build's paths is in folders.cpp: all other objects are the same wherever
// the sources lie, and a compiler cache serves every checkout.
#pragma once

#include <filesystem>

namespace kith::testing {

// The root of the sources this program was built from.
std::filesystem::path source_folder();

// Test material that is no part of the project: the environment variable KITH_SHARED, else the
// folder `shared` beside the sources. Tests skip with a message when what they want is not there.
std::filesystem::path shared_folder();

}  // namespace kith::testing
