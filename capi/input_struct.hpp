// capi/input_struct.hpp: reading the input structs of kith.h, whatever size the caller knows.
//
//   template <>
//   struct Known<kith_move_options> {
//     static constexpr const char* kName = "kith_move_options";
//     static constexpr std::size_t kFirstSize = KITH_MOVE_OPTIONS_V1_SIZE;
//     static kith_move_options defaults();
//   };
//   KITH_ASSIGN(const kith_move_options from, read_struct(options));
//
// A struct may be of an older or newer kith.h: as many bytes as both sides know are read, the rest
// keeps its defaults, and bytes behind what is known must be 0.
#pragma once

#include <algorithm>
#include <cstring>

#include "plain_values.hpp"

namespace kith::capi {

// Larger than any struct will ever be: a size above it was never set.
inline constexpr std::uint32_t kLargestStruct = 4096;

// The name, first size and defaults of an input struct.
template <typename T>
struct Known;

// kInvalidArgument about a struct as a whole; it tells to call the init function.
Status wrong_struct(const char* name, const std::string& why);

template <typename T>
Status initialise(T* options, std::size_t size) {
  KITH_TRY(need(options, "options"));
  if (size < Known<T>::kFirstSize || size > kLargestStruct) {
    return Status(Code::kInvalidArgument, std::string("the size of a ") + Known<T>::kName +
                                              " is not " + std::to_string(size) +
                                              ": pass sizeof *options");
  }
  const T defaults = Known<T>::defaults();
  std::memset(options, 0, size);
  std::memcpy(options, &defaults, std::min(size, sizeof defaults));
  options->struct_size = static_cast<std::uint32_t>(size);
  return {};
}

// The struct as this library knows it.
template <typename T>
Result<T> read_struct(const T* options) {
  const char* name = Known<T>::kName;
  KITH_TRY(need(options, name));
  std::uint32_t size = 0;
  std::memcpy(&size, options, sizeof size);
  if (size < Known<T>::kFirstSize || size > kLargestStruct) {
    return wrong_struct(name, "struct_size is " + std::to_string(size));
  }
  T known = Known<T>::defaults();
  std::memcpy(&known, options, std::min<std::size_t>(size, sizeof known));
  const auto* bytes = reinterpret_cast<const unsigned char*>(options);
  const auto is_set = [](unsigned char byte) { return byte != 0; };
  if (size > sizeof known && std::any_of(bytes + sizeof known, bytes + size, is_set)) {
    return wrong_struct(name,
                        "this library does not know a member that is set: it is older than "
                        "the program's kith.h");
  }
  return known;
}

template <std::size_t kSize>
bool is_zero(const std::uint8_t (&bytes)[kSize]) {
  return std::all_of(bytes, bytes + kSize, [](std::uint8_t byte) { return byte == 0; });
}

Result<bool> flag(std::uint8_t value, const char* name);
Result<Durability> durability_in(std::int32_t value, const char* struct_name);
Result<std::chrono::milliseconds> timeout_in(std::int64_t value, const char* struct_name);
// The fields of a patch, or none when it is NULL.
Patch patch_in(const kith_patch* patch);
// The members of a map, or none when it is NULL.
Result<Map> map_in(const kith_value* value, const char* name);
// The texts of an array, each ended by '\0'.
Result<std::vector<std::string>> texts_in(const char* const* texts, std::size_t count,
                                          const char* name);
// A number of things to give: 0 is as many as there are.
inline std::uint64_t limit_in(std::uint64_t limit) { return limit == 0 ? UINT64_MAX : limit; }

// A state or kind that is one of 0 to `last`.
template <typename Enum>
Result<Enum> enum_in(std::int32_t value, Enum last, const char* struct_name, const char* member) {
  if (value >= 0 && value <= static_cast<std::int32_t>(last)) return static_cast<Enum>(value);
  return wrong_struct(struct_name,
                      std::string(member) + " is " + std::to_string(value) + ", which is none");
}

}  // namespace kith::capi
