// expr/arena.hpp: memory for the temporaries of one evaluation.
//
//   Arena arena(1 << 20);
//   Datum* items = arena.make<Datum>(n);      // nullptr when the limit is passed
//
// The first bytes lie inside the Arena itself, so that small results need no heap. Nothing is
// destroyed one by one: only trivial types.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string_view>
#include <vector>

namespace kith::expr {

class Arena {
 public:
  explicit Arena(std::uint64_t limit) : limit_(limit) {}
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;

  void* allocate(std::size_t bytes) {
    bytes = (bytes + 7) & ~std::size_t{7};
    if (bytes > static_cast<std::size_t>(end_ - at_) && !grow(bytes)) return nullptr;
    void* out = at_;
    at_ += bytes;
    return out;
  }
  template <typename T>
  T* make(std::size_t count) {
    static_assert(std::is_trivially_destructible_v<T> && alignof(T) <= 8);
    if (count > limit_ / sizeof(T)) return nullptr;
    return static_cast<T*>(allocate(count * sizeof(T)));
  }
  // A copy of `text`; data() is nullptr when the limit is passed.
  std::string_view copy(std::string_view text) {
    char* out = static_cast<char*>(allocate(text.size() + 1));
    if (out == nullptr) return {nullptr, 0};
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    return {out, text.size()};
  }

 private:
  bool grow(std::size_t bytes);

  static constexpr std::size_t kInline = 512;
  static constexpr std::size_t kBlock = 4096;
  alignas(8) std::byte first_[kInline];
  std::byte* at_ = first_;
  std::byte* end_ = first_ + kInline;
  std::uint64_t limit_;
  std::uint64_t used_ = 0;
  std::vector<std::unique_ptr<std::byte[]>> blocks_;
};

}  // namespace kith::expr
