#include "expr/arena.hpp"

#include <algorithm>

namespace kith::expr {

bool Arena::grow(std::size_t bytes) {
  if (bytes > limit_ || used_ > limit_ - bytes) return false;
  const std::size_t doubled =
      std::min<std::size_t>(kBlock << std::min<std::size_t>(blocks_.size(), 6), 256 * 1024);
  const std::size_t size =
      std::max(bytes, std::min<std::size_t>(doubled, static_cast<std::size_t>(limit_ - used_)));
  blocks_.push_back(std::make_unique_for_overwrite<std::byte[]>(size));
  used_ += size;
  at_ = blocks_.back().get();
  end_ = at_ + size;
  return true;
}

}  // namespace kith::expr
