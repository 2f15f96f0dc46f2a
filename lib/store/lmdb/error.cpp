#include "store/lmdb/error.hpp"

#include <cerrno>
#include <system_error>

namespace kith::store::lmdb {
namespace {

Code code_of(int rc) {
  switch (rc) {
    case MDB_PAGE_NOTFOUND:
    case MDB_CORRUPTED:
    case MDB_INVALID:
    case MDB_INCOMPATIBLE: return Code::kCorrupt;
    case MDB_VERSION_MISMATCH: return Code::kVersionMismatch;
    case MDB_MAP_FULL:
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return Code::kStoreFull;
    case MDB_READERS_FULL: return Code::kReadersFull;
    case MDB_TXN_FULL: return Code::kLimit;
    case ENOMEM: return Code::kOutOfMemory;
    case EROFS: return Code::kReadOnly;
    case ENOENT: return Code::kNotFound;
    case MDB_BAD_TXN:
    case MDB_BAD_RSLOT:
    case MDB_BAD_DBI:
    case MDB_BAD_VALSIZE:
    case EINVAL: return Code::kInternal;
    default: return Code::kIo;
  }
}

std::string remedy_of(int rc) {
  switch (rc) {
    case MDB_INVALID: return "; the file is not an LMDB database, or is damaged";
    case MDB_VERSION_MISMATCH:
      return "; the file is of another LMDB version than this one (" MDB_VERSION_STRING
             "): dump it with the build that wrote it";
    case MDB_PANIC: return "; an earlier write to the disk failed: close the database and reopen";
    case ENOSPC:
    case EDQUOT: return "; free space on the disk and try again";
    case MDB_READERS_FULL:
      return "; end snapshots that are no longer needed, or open with more max_readers";
    default: return "";
  }
}

}  // namespace

void on_assertion(MDB_env*, const char* text) { throw AssertionFailure{text}; }

Status lmdb_error(int rc, std::string_view doing) {
  if (rc > 0) return system_error(rc, doing);
  return Status(code_of(rc),
                "cannot " + std::string(doing) + ": " + mdb_strerror(rc) + remedy_of(rc));
}

Status system_error(int error_number, std::string_view doing) {
  return Status(code_of(error_number), "cannot " + std::string(doing) + ": " +
                                           std::generic_category().message(error_number) +
                                           remedy_of(error_number));
}

}  // namespace kith::store::lmdb
