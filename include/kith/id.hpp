// kith/id.hpp: the name of a record for ever: 16 bits of entity type, 48 bits of sequence.
//
// Text form is `deal:42`; the type's name needs the catalog, so Database and Transaction offer
// parsing and printing. An id is never reused. The zero id is null.
#pragma once

#include <compare>
#include <cstdint>
#include <functional>

namespace kith {

class RecordId {
 public:
  static constexpr std::uint16_t kMaxType = 0x7FFF;
  static constexpr std::uint64_t kMaxSequence = (std::uint64_t{1} << 48) - 1;

  constexpr RecordId() = default;
  constexpr explicit RecordId(std::uint64_t bits) : bits_(bits) {}
  constexpr RecordId(std::uint16_t type, std::uint64_t sequence)
      : bits_((std::uint64_t{type} << 48) | (sequence & kMaxSequence)) {}

  constexpr std::uint64_t bits() const { return bits_; }
  constexpr std::uint16_t type() const { return static_cast<std::uint16_t>(bits_ >> 48); }
  constexpr std::uint64_t sequence() const { return bits_ & kMaxSequence; }
  constexpr bool is_null() const { return bits_ == 0; }
  constexpr explicit operator bool() const { return bits_ != 0; }

  friend constexpr auto operator<=>(RecordId, RecordId) = default;

 private:
  std::uint64_t bits_ = 0;
};

}  // namespace kith

template <>
struct std::hash<kith::RecordId> {
  std::size_t operator()(kith::RecordId id) const noexcept {
    return std::hash<std::uint64_t>{}(id.bits());
  }
};
