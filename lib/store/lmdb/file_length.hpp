// store/lmdb/file_length.hpp: is data.mdb as long as it says?
//
//   KITH_TRY(check_file_length(env, directory));   // kCorrupt: the end of the file is missing
//
// LMDB maps the file, and a page that the file does not reach is a SIGBUS when it is read, perhaps
// months later. So a file that was cut short, by a copy that did not finish or a full disk, is
// refused when it is opened.
//
// Being shorter than the last page it knows of is not enough to be called cut short: a page that
// one transaction took from the end and gave back is in the list of free pages, and was never
// written. So the missing pages are looked up in that list, which is read from the file with care,
// as LMDB would go by the map.
#pragma once

#include <string>

#include "store/lmdb/env.hpp"

namespace kith::store::lmdb {

// Before the first use of the map. Other processes may be writing.
Status check_file_length(const Env& env, const std::string& directory);

}  // namespace kith::store::lmdb
