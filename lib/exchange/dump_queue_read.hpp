// exchange/dump_queue_read.hpp: a line of a dump as a row of the queue.
//
//   KITH_ASSIGN(const ReadQueueRow read, read_queue_row(node, values));
//
// Strict: kImportInvalid with the place of what is wrong.
#pragma once

#include <array>
#include <string_view>

#include "base/json.hpp"
#include "exchange/dump_value.hpp"
#include "kith/result.hpp"
#include "queue/rows.hpp"

namespace kith::exchange {

// Names of queue::TimerKind in a dump.
inline constexpr std::array<std::string_view, 2> kTimerKinds = {"run", "date"};

struct ReadQueueRow {
  queue::Row row;
  bool ready = false;  // of a message: it may be leased
};

Result<ReadQueueRow> read_queue_row(const json::Node& node, const DumpValues& values);

}  // namespace kith::exchange
