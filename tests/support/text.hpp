// tests/support/text.hpp: what tests ask of messages.
#pragma once

#include <string_view>

namespace kith::testing {

inline bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace kith::testing
