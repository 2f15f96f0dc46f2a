#include "tests/crash/log.hpp"

#include <cstring>
#include <fstream>
#include <iterator>

namespace kith::crash {

std::string read_log(const std::string& path, Log* log) {
  std::ifstream file(path, std::ios::binary);
  log->text.assign(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  const std::string_view text(log->text);
  for (std::size_t at = 0; at < text.size();) {
    LogHead head;
    if (text.size() - at < sizeof head) return "the log ends in the middle";
    std::memcpy(&head, text.data() + at, sizeof head);
    at += sizeof head;
    if (text.size() - at < head.size) return "the log ends in the middle";
    log->events.push_back({head.event, head.offset, text.substr(at, head.size)});
    at += head.size;
  }
  return log->events.empty() ? "nothing was logged: is the interposer linked first?" : "";
}

}  // namespace kith::crash
