// tests/workload/choices.hpp: where a generator takes its decisions from.
//
//   SeededChoices choices(42);                 // a test: the same seed, the same decisions
//   ByteChoices choices(data, size);           // a fuzzer: the bytes are the decisions
//   if (choices.below(4) == 0) ...
//
// A ByteChoices that has used up its bytes says so and answers 0 from then on, so a shorter input
// is a simpler run. Not synchronised.
#pragma once

#include <cstddef>
#include <cstdint>
#include <random>

namespace kith::workload {

class Choices {
 public:
  virtual ~Choices() = default;
  // One of 0 ... n - 1; n is at least 1.
  virtual std::uint64_t below(std::uint64_t n) = 0;
  virtual bool used_up() const { return false; }
};

class SeededChoices final : public Choices {
 public:
  explicit SeededChoices(std::uint64_t seed) : random_(seed) {}
  std::uint64_t below(std::uint64_t n) override { return random_() % n; }

 private:
  std::mt19937_64 random_;
};

class ByteChoices final : public Choices {
 public:
  // Borrows the bytes.
  ByteChoices(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
  std::uint64_t below(std::uint64_t n) override {
    std::uint64_t drawn = next();
    for (std::uint64_t most = 256; most < n; most *= 256) drawn = drawn * 256 + next();
    return drawn % n;
  }
  bool used_up() const override { return at_ >= size_; }

 private:
  std::uint64_t next() { return at_ < size_ ? data_[at_++] : 0; }

  const std::uint8_t* data_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace kith::workload
