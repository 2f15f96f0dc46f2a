// base/out_of_memory.hpp: the one error that must not need memory.
//
//   } catch (const std::bad_alloc&) {
//     return out_of_memory();
//   }
//
// Copies of a status that is made when the library is loaded. Any thread.
#pragma once

#include "kith/status.hpp"

namespace kith::base {

Status out_of_memory();

}  // namespace kith::base
