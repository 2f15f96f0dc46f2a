// Where libFuzzer enters.
#include <cstddef>
#include <cstdint>

#include "fuzz/fuzz.hpp"

// libFuzzer chose the name.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);   // NOLINT
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {  // NOLINT
  kith::fuzz::run({reinterpret_cast<const char*>(data), size});
  return 0;
}
