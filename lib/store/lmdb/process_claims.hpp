// store/lmdb/process_claims.hpp: having a directory for oneself, by the locks of kith.lock.
//
//   KITH_TRY(claim_alone(descriptor, path));      // kBusy: names a process that has it open
//
// Every process that has a directory open holds the lock on one byte from kProcessBytes on (see
// lock_file.hpp). Whoever wants it alone locks all of them: that fails while anybody has it open,
// and keeps everybody out afterwards. The lock goes with the open file, as all of them do.
#pragma once

#include <sys/types.h>

#include <string>

#include "kith/status.hpp"

namespace kith::store::lmdb {

inline constexpr off_t kProcessBytes = off_t{1} << 20;

Status claim_alone(int descriptor, const std::string& path);
// Whether it is such a claim that keeps this process from its own byte.
bool is_claimed_alone(int descriptor, off_t byte);

}  // namespace kith::store::lmdb
