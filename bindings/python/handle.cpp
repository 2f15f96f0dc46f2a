#include "handle.hpp"

#include <string>

namespace kith::python {

namespace {
std::atomic<std::uint64_t> forks{0};
}

std::uint64_t fork_count() { return forks.load(std::memory_order_relaxed); }

void after_fork_in_child() { forks.fetch_add(1, std::memory_order_relaxed); }

bool interpreter_is_ending() {
#if PY_VERSION_HEX >= 0x030D0000
  return Py_IsFinalizing() != 0;
#else
  return _Py_IsFinalizing() != 0;
#endif
}

Status forked_status() {
  return Status(Code::kForked,
                "this handle was inherited through fork(); open the database again in the child, "
                "or start processes with multiprocessing's \"spawn\" or \"forkserver\"");
}

Status closed_status(const char* what) {
  return Status(Code::kClosed, std::string(what) + " is closed");
}

}  // namespace kith::python
