// exchange/staged_directory.hpp: a folder that comes into being under its name when it is whole.
//
//   KITH_ASSIGN(StagedDirectory staged, StagedDirectory::begin("crm2"));
//   ... make files in staged.path() and close them ...
//   KITH_TRY(staged.publish());                      // renamed, and the rename is on disk
//
// It is made beside its target as "<target>.loading", so that the rename stays on one file system.
// What a killed process left there is removed by the next begin() for the same target; kBusy when
// another one is at work. Without publish() the destructor removes it. One thread.
#pragma once

#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith::exchange {

class StagedDirectory {
 public:
  // kInvalidArgument when the target is there and no empty folder.
  static Result<StagedDirectory> begin(std::string_view target);

  StagedDirectory(StagedDirectory&& other) noexcept;
  StagedDirectory& operator=(StagedDirectory&& other) = delete;
  StagedDirectory(const StagedDirectory&) = delete;
  StagedDirectory& operator=(const StagedDirectory&) = delete;
  ~StagedDirectory();

  const std::string& path() const { return path_; }
  Status publish();

 private:
  StagedDirectory(std::string target, std::string path, int lock)
      : target_(std::move(target)), path_(std::move(path)), lock_(lock) {}
  void end();

  std::string target_;
  std::string path_;
  int lock_ = -1;  // holds "<path>.lock" while this works on the folder
};

}  // namespace kith::exchange
