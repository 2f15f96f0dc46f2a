// base/message.hpp: pieces of error messages.
//
//   return Status(Code::kInvalidArgument, quoted(text) + " is not a date");
//
// User text is put into messages only through quoted(), so that a message stays short, printable
// and valid UTF-8 whatever a tenant wrote.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace kith::base {

// At most this many bytes of the text appear; a longer text ends in "...".
inline constexpr std::size_t kMaxQuotedBytes = 60;

// The text in double quotes; control characters, quotes and bytes that are not UTF-8 as \xNN.
std::string quoted(std::string_view text);

// "1 violation", "3 violations": of nouns that take an s.
std::string counted(std::size_t count, std::string_view noun);

}  // namespace kith::base
