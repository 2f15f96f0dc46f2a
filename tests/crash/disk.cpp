#include "tests/crash/disk.hpp"

#include <algorithm>

namespace kith::crash {

std::string Disk::present(std::uint64_t sector) const {
  if (const auto at = unsynced_.find(sector); at != unsynced_.end()) return at->second.back();
  std::string content;
  if (sector * kSector < durable_.size()) content = durable_.substr(sector * kSector, kSector);
  content.resize(kSector, '\0');
  return content;
}

template <typename Put>
void Disk::for_each_sector(std::uint64_t offset, std::string_view bytes, Put&& put) {
  while (!bytes.empty()) {
    const std::uint64_t sector = offset / kSector;
    const std::size_t from = offset % kSector;
    const std::size_t size = std::min(bytes.size(), kSector - from);
    std::string content = present(sector);
    content.replace(from, size, bytes.substr(0, size));
    put(sector, std::move(content));
    offset += size;
    bytes.remove_prefix(size);
  }
}

void Disk::write(std::uint64_t offset, std::string_view bytes) {
  for_each_sector(offset, bytes, [this](std::uint64_t sector, std::string content) {
    unsynced_[sector].push_back(std::move(content));
  });
}

void Disk::keep(std::uint64_t sector, const std::string& content) {
  if (durable_.size() < (sector + 1) * kSector) durable_.resize((sector + 1) * kSector, '\0');
  durable_.replace(sector * kSector, kSector, content);
}

void Disk::write_durably(std::uint64_t offset, std::string_view bytes) {
  for_each_sector(offset, bytes, [this](std::uint64_t sector, const std::string& content) {
    keep(sector, content);
    unsynced_.erase(sector);
  });
}

void Disk::sync() {
  for (const auto& [sector, versions] : unsynced_) keep(sector, versions.back());
  unsynced_.clear();
}

void Disk::truncate(std::uint64_t size) {
  durable_.resize(size, '\0');
  unsynced_.erase(unsynced_.lower_bound((size + kSector - 1) / kSector), unsynced_.end());
}

std::string Disk::after_failure(Loss loss, workload::Choices& choices) const {
  std::string image = durable_;
  for (const auto& [sector, versions] : unsynced_) {
    if (loss == Loss::kAll) break;
    // Of ten sectors, so many are lost.
    const std::uint64_t lost = loss == Loss::kFew ? 1 : loss == Loss::kHalf ? 5 : 9;
    if (loss != Loss::kNone && choices.below(10) < lost) continue;
    const std::size_t newest = versions.size() - 1;
    const std::size_t version = loss == Loss::kNone ? newest : choices.below(versions.size());
    if (image.size() < (sector + 1) * kSector) image.resize((sector + 1) * kSector, '\0');
    image.replace(sector * kSector, kSector, versions[version]);
  }
  return image;
}

}  // namespace kith::crash
