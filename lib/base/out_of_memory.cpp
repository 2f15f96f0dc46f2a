#include "base/out_of_memory.hpp"

namespace kith::base {

namespace {

// Before anything runs short.
const Status kOutOfMemory(Code::kOutOfMemory, "out of memory; what was under way was not done");

}  // namespace

Status out_of_memory() { return kOutOfMemory; }

}  // namespace kith::base
