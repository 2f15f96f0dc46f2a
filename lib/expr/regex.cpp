#include "expr/regex.hpp"

#include <re2/re2.h>

#include <algorithm>

namespace kith::expr {
namespace {
constexpr std::int64_t kMaxProgramBytes = 1 << 20;
}

struct Regex::Impl {
  Impl(const re2::StringPiece& pattern, const re2::RE2::Options& options)
      : regex(pattern, options) {}
  re2::RE2 regex;
};

Regex::Regex() = default;
Regex::~Regex() = default;

std::unique_ptr<const Regex> Regex::compile(std::string_view pattern, std::string* error,
                                            bool* too_large) {
  re2::RE2::Options options;
  options.set_log_errors(false);
  options.set_max_mem(kMaxProgramBytes);
  std::unique_ptr<Regex> out(new Regex);
  out->impl_ = std::make_unique<Impl>(re2::StringPiece(pattern.data(), pattern.size()), options);
  if (out->impl_->regex.ok()) {
    out->program_size_ = static_cast<std::uint64_t>(std::max(out->impl_->regex.ProgramSize(), 1));
    return out;
  }
  if (too_large != nullptr) {
    *too_large = out->impl_->regex.error_code() == re2::RE2::ErrorPatternTooLarge;
  }
  *error = out->impl_->regex.error();
  return nullptr;
}

bool Regex::search(std::string_view text) const {
  return re2::RE2::PartialMatch(re2::StringPiece(text.data(), text.size()), impl_->regex);
}

}  // namespace kith::expr
