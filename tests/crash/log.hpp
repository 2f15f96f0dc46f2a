// tests/crash/log.hpp: reads what the interposer has noted (interposer.hpp).
//
//   Log log;
//   std::string complaint = read_log(path, &log);   // empty when it is whole
//   for (const LoggedEvent& event : log.events) ...
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tests/crash/interposer.hpp"

namespace kith::crash {

struct LoggedEvent {
  Event event;
  std::uint64_t offset;
  std::string_view bytes;  // of Log::text
};

struct Log {
  std::string text;
  std::vector<LoggedEvent> events;
};

std::string read_log(const std::string& path, Log* log);

}  // namespace kith::crash
