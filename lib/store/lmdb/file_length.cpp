#include "store/lmdb/file_length.hpp"

#include <unistd.h>

#include <cstring>
#include <optional>
#include <string_view>
#include <vector>

#include "base/try.hpp"
#include "store/lmdb/error.hpp"

namespace kith::store::lmdb {
namespace {

// Of LMDB 0.9's files on 64-bit systems, in the machine's byte order.
constexpr std::size_t kPageHead = 16;      // number, pad, flags at 10, lower at 12
constexpr std::size_t kMetaFreeRoot = 80;  // of the list of free pages, on a meta page
constexpr std::size_t kMetaLastPage = 136;
constexpr std::size_t kMetaTxn = 144;
constexpr unsigned kBranch = 0x01;
constexpr unsigned kLeaf = 0x02;
constexpr unsigned kNodeIsLarge = 0x01;  // its data are on pages of their own
constexpr std::uint64_t kNoPage = ~std::uint64_t{0};
constexpr int kDeepest = 16;
constexpr std::uint64_t kMostMissing = 1 << 20;

template <typename T>
T number_at(std::string_view bytes, std::size_t offset) {
  T value;
  std::memcpy(&value, bytes.data() + offset, sizeof value);
  return value;
}

class FreeList {
 public:
  FreeList(int fd, std::size_t page_bytes, std::uint64_t file_bytes, std::uint64_t last_page)
      : fd_(fd),
        page_bytes_(page_bytes),
        first_missing_(file_bytes / page_bytes),
        missing_(last_page + 1 - first_missing_) {}

  // All missing pages are free. False also when the list itself cannot be read.
  bool has_all_missing(std::uint64_t root) {
    if (root == kNoPage || missing_ > kMostMissing) return false;
    found_.assign(missing_, false);
    if (!walk(root, kDeepest)) return false;
    for (const bool found : found_) {
      if (!found) return false;
    }
    return true;
  }

 private:
  std::optional<std::string> read(std::uint64_t page, std::size_t offset, std::size_t count) const {
    if (page >= first_missing_) return std::nullopt;
    std::string bytes(count, '\0');
    const auto at = static_cast<off_t>(page * page_bytes_ + offset);
    if (::pread(fd_, bytes.data(), count, at) != static_cast<ssize_t>(count)) return std::nullopt;
    return bytes;
  }

  bool walk(std::uint64_t number, int levels) {
    const std::optional<std::string> page = read(number, 0, page_bytes_);
    if (!page || levels == 0) return false;
    const unsigned flags = number_at<std::uint16_t>(*page, 10);
    const std::size_t lower = number_at<std::uint16_t>(*page, 12);
    if ((flags & (kBranch | kLeaf)) == 0 || lower < kPageHead || lower > page_bytes_) return false;
    for (std::size_t at = kPageHead; at + 2 <= lower; at += 2) {
      const std::size_t node = number_at<std::uint16_t>(*page, at);
      if (node + 8 > page_bytes_) return false;
      const std::uint64_t low = number_at<std::uint16_t>(*page, node);
      const std::uint64_t high = number_at<std::uint16_t>(*page, node + 2);
      const std::uint64_t third = number_at<std::uint16_t>(*page, node + 4);
      const std::size_t key_bytes = number_at<std::uint16_t>(*page, node + 6);
      const bool good = (flags & kBranch) != 0
                            ? walk(low | high << 16 | third << 32, levels - 1)
                            : note(*page, node + 8 + key_bytes, low | high << 16, third);
      if (!good) return false;
    }
    return true;
  }

  // A row of the list: how many pages, and their numbers.
  bool note(std::string_view page, std::size_t data, std::size_t bytes, std::uint64_t flags) {
    std::optional<std::string> large;
    if ((flags & kNodeIsLarge) != 0) {
      if (data + 8 > page.size()) return false;
      large = read(number_at<std::uint64_t>(page, data), kPageHead, bytes);
      if (!large) return false;
      page = *large;
      data = 0;
    }
    if (data + bytes > page.size() || bytes < 8) return false;
    const std::uint64_t count = number_at<std::uint64_t>(page, data);
    if (count > bytes / 8 - 1) return false;
    for (std::uint64_t i = 1; i <= count; ++i) {
      const std::uint64_t free = number_at<std::uint64_t>(page, data + 8 * i);
      if (free >= first_missing_ && free - first_missing_ < missing_) {
        found_[free - first_missing_] = true;
      }
    }
    return true;
  }

  int fd_;
  std::size_t page_bytes_;
  std::uint64_t first_missing_;
  std::uint64_t missing_;
  std::vector<bool> found_;
};

// The meta page of the transaction that the snapshot `txn` sees; nothing when two later ones have
// been committed meanwhile.
std::optional<std::string> meta_page_of(int fd, std::size_t page_bytes, std::size_t txn) {
  for (off_t page = 0; page < 2; ++page) {
    std::string bytes(page_bytes, '\0');
    const ssize_t got = ::pread(fd, bytes.data(), page_bytes, page * off_t(page_bytes));
    if (got == static_cast<ssize_t>(page_bytes) && number_at<std::uint64_t>(bytes, kMetaTxn) == txn)
      return bytes;
  }
  return std::nullopt;
}

enum class Length { kWhole, kCut, kUnknown };

Length look(int fd, std::size_t page_bytes, MDB_txn* txn, const Env& env) {
  const std::optional<std::string> meta = meta_page_of(fd, page_bytes, mdb_txn_id(txn));
  if (!meta) return Length::kUnknown;
  const std::uint64_t last = number_at<std::uint64_t>(*meta, kMetaLastPage);
  const std::uint64_t file_bytes = env.file_bytes();
  if (file_bytes / page_bytes > last) return Length::kWhole;
  FreeList list(fd, page_bytes, file_bytes, last);
  const bool all = list.has_all_missing(number_at<std::uint64_t>(*meta, kMetaFreeRoot));
  return all ? Length::kWhole : Length::kCut;
}

}  // namespace

Status check_file_length(const Env& env, const std::string& directory) {
  MDB_stat stat = {};
  mdb_filehandle_t fd = -1;
  mdb_env_stat(env.get(), &stat);
  if (int rc = mdb_env_get_fd(env.get(), &fd); rc != 0) return lmdb_error(rc, "look at data.mdb");
  if (env.size().used_bytes <= env.file_bytes()) return {};
  for (int attempt = 0; attempt < 100; ++attempt) {
    // The snapshot keeps the pages of the list from being written to.
    MDB_txn* txn = nullptr;
    const int rc = mdb_txn_begin(env.get(), nullptr, MDB_RDONLY, &txn);
    if (rc == MDB_MAP_RESIZED) return {};  // another process makes it longer than our map: not cut
    if (rc != 0) return lmdb_error(rc, "look at data.mdb of " + directory);
    const Length length = look(fd, stat.ms_psize, txn, env);
    mdb_txn_abort(txn);
    if (length == Length::kWhole) return {};
    if (length == Length::kUnknown) continue;
    return Status(Code::kCorrupt, "data.mdb in " + directory + " was cut short: it has " +
                                      std::to_string(env.file_bytes()) + " bytes and uses " +
                                      std::to_string(env.size().used_bytes) +
                                      "; restore it from a copy or a dump");
  }
  return Status(Code::kBusy, "others write to " + directory + " too fast to look at it; try again");
}

}  // namespace kith::store::lmdb
