// expr/regex.hpp: linear-time regular expressions; RE2 stays in the .cpp. Any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace kith::expr {

class Regex {
 public:
  // Units for making a program of the largest size.
  static constexpr std::uint64_t kMostToBuild = 200'000;

  // nullptr, with the reason in *error, when the pattern is wrong or too large.
  static std::unique_ptr<const Regex> compile(std::string_view pattern, std::string* error,
                                              bool* too_large = nullptr);
  ~Regex();
  // Whether some part of the text matches.
  bool search(std::string_view text) const;
  // Units for a search in that many bytes, and for having made the program. A short pattern can
  // stand for a large one: x{1000}.
  std::uint64_t search_cost(std::uint64_t bytes) const {
    return (1 + bytes / 10) * (1 + program_size_ / 4);
  }
  std::uint64_t build_cost() const { return 2 * program_size_; }

 private:
  struct Impl;
  Regex();
  std::unique_ptr<Impl> impl_;
  std::uint64_t program_size_ = 0;
};

}  // namespace kith::expr
