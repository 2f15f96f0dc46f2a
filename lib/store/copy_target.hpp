// store/copy_target.hpp: a directory in which a copy of a database comes to be.
//
//   CopyTarget target(directory);
//   KITH_TRY(target.prepare());                         // kInvalidArgument: there is one already
//   ... write and sync a data.mdb at target.partial() or below ...
//   KITH_TRY(target.put_in_place(target.partial()));    // now it is there, whole
//
// Destroyed before it was put in place, it removes what was made. Not for network file systems.
#pragma once

#include <string>

#include "kith/status.hpp"

namespace kith::store {

class CopyTarget {
 public:
  explicit CopyTarget(std::string directory);
  ~CopyTarget();
  CopyTarget(const CopyTarget&) = delete;
  CopyTarget& operator=(const CopyTarget&) = delete;

  // Makes the directory when there is none. A partial copy that a crash left is removed, one that
  // is being made is not: kBusy.
  Status prepare();
  // A name in the directory that belongs to this copy: for a file or a directory.
  const std::string& partial() const { return partial_; }
  Status put_in_place(const std::string& data_file);

 private:
  const std::string directory_;
  const std::string data_;
  const std::string partial_;
  int lock_ = -1;  // on the directory itself: one copy at a time
  bool made_directory_ = false;
  bool owns_partial_ = false;
};

}  // namespace kith::store
