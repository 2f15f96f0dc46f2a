// fuzz/fuzz.hpp: what every fuzz target is made of.
//
//   void kith::fuzz::run(std::string_view input) {          // once in each *_fuzz.cpp
//     Result<json::Node> node = json::parse(input);
//     if (node.ok()) check(node->is_object(), "what parses is an object");
//   }
//
// run() gets any bytes and must come back from all of them. What is wrong is told by the
// sanitizers, by libFuzzer (time, memory, leaks) and by check(). The same input must do the same
// work every time: no clock, no randomness, nothing kept from one input for the next.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "kith/result.hpp"

namespace kith::fuzz {

void run(std::string_view input);

// A property that holds whatever the input was.
inline void check(bool holds, std::string_view property, std::string_view detail = {}) {
  if (holds) return;
  std::fprintf(stderr, "property violated: %.*s\n%.*s\n", static_cast<int>(property.size()),
               property.data(), static_cast<int>(detail.size()), detail.data());
  std::abort();
}

// What must succeed.
inline void check(const Status& status, std::string_view property) {
  check(status.ok(), property, status.ok() ? std::string() : status.to_string());
}
template <typename T>
T must(Result<T> result, std::string_view property) {
  check(result.status(), property);
  return *std::move(result);
}

// A failure that says why.
inline void check_explained(const Status& status) {
  check(!status.ok() && !status.message().empty(), "a failure has a message");
  check(status.code() != Code::kInternal, "no input is a defect of the engine", status.to_string());
}

// Takes an input apart from its front; at its end everything is zero and empty.
class Input {
 public:
  explicit Input(std::string_view bytes) : rest_(bytes) {}

  bool empty() const { return rest_.empty(); }
  std::uint8_t byte() {
    const std::string_view one = take(1);
    return one.empty() ? std::uint8_t{0} : static_cast<std::uint8_t>(one[0]);
  }
  std::size_t below(std::size_t bound) { return byte() % bound; }
  std::uint64_t word() {
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value = value << 8 | byte();
    return value;
  }
  // Small, large and extreme numbers, in one byte or nine.
  std::int64_t number() {
    const std::uint8_t first = byte();
    if (first < 250) return std::int64_t{first} - 100;
    if (first == 250) return INT64_MIN;
    if (first == 251) return INT64_MAX;
    return static_cast<std::int64_t>(word());
  }
  // A length byte and so many bytes.
  std::string_view text() { return take(byte()); }
  std::string_view take(std::size_t size) {
    const std::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }
  // Up to a line that holds only the separator, which is skipped; or the rest.
  std::string_view part(std::string_view separator = "\n%%\n") {
    const std::string_view taken = rest_.substr(0, rest_.find(separator));
    rest_.remove_prefix(taken.size());
    rest_.remove_prefix(rest_.empty() ? 0 : separator.size());
    return taken;
  }
  std::string_view rest() { return take(rest_.size()); }

 private:
  std::string_view rest_;
};

}  // namespace kith::fuzz
