// api/guard.hpp: where a failed allocation ends. Every public function that answers a Status or a
// Result begins with it.
//
//   Result<Record> Reader::get(RecordId id) const {
//     return guarded([&]() -> Result<Record> { ... });
//   }
//
// std::bad_alloc becomes kOutOfMemory. Nothing else is caught: kith throws nothing else, and what a
// host's callback throws is the host's.
#pragma once

#include <new>

#include "base/out_of_memory.hpp"
#include "kith/status.hpp"

namespace kith {

template <typename Body>
auto guarded(Body&& body) -> decltype(body()) {
  try {
    return body();
  } catch (const std::bad_alloc&) {
    return base::out_of_memory();
  }
}

}  // namespace kith
