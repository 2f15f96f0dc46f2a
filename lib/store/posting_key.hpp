// store/posting_key.hpp: one posting as one ordered key, so that what keeps rows in memory keeps
// postings as rows without values.
//
//   rows.find(posting_key("stage=won", 42));
//
// The posting key's zero bytes become 00 FF, 00 00 ends it, then the id follows big-endian: keys
// compare as the pairs (key, id) do, whatever bytes they hold.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "store/store.hpp"

namespace kith::store {

inline std::string escaped(std::string_view key) {
  std::string text;
  text.reserve(key.size() + 10);
  for (char c : key) {
    text.push_back(c);
    if (c == '\0') text.push_back('\xFF');
  }
  return text.append(2, '\0');
}

inline std::string posting_key(std::string_view key, std::uint64_t id) {
  std::string text = escaped(key);
  for (int shift = 56; shift >= 0; shift -= 8) text.push_back(static_cast<char>(id >> shift));
  return text;
}

inline std::uint64_t posting_id(std::string_view row_key) {
  std::uint64_t id = 0;
  for (char c : row_key.substr(row_key.size() - 8)) id = id << 8 | static_cast<unsigned char>(c);
  return id;
}

// The key whose posting a row is.
inline std::string posting_key_of(std::string_view row_key) {
  std::string key;
  const std::string_view text = row_key.substr(0, row_key.size() - 10);
  for (std::size_t i = 0; i < text.size(); ++i) {
    key.push_back(text[i]);
    if (text[i] == '\0') ++i;  // the FF behind it
  }
  return key;
}

// All postings of one key: up to 00 01, which no posting of it can follow.
inline KeyRange posting_range(std::string_view key) {
  KeyRange range{escaped(key), escaped(key)};
  range.last.back() = '\1';
  return range;
}

// All postings of a range of keys.
inline KeyRange posting_range(const KeyRange& keys) {
  return {keys.first.empty() ? std::string() : escaped(keys.first),
          keys.last.empty() ? std::string() : escaped(keys.last)};
}

}  // namespace kith::store
