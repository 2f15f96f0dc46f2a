// expr/regex.hpp: linear-time regular expressions; RE2 stays in the .cpp. Any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace kith::expr {

class Regex {
 public:
  // nullptr, with the reason in *error, when the pattern is wrong or too large.
  static std::unique_ptr<const Regex> compile(std::string_view pattern, std::string* error);
  ~Regex();
  // Whether some part of the text matches.
  bool search(std::string_view text) const;
  std::size_t pattern_size() const { return pattern_size_; }

 private:
  struct Impl;
  Regex();
  std::unique_ptr<Impl> impl_;
  std::size_t pattern_size_ = 0;
};

}  // namespace kith::expr
