// queue/row_codec.hpp: the values of the queue's rows as bytes, written and read in one place.
//
//   KITH_TRY(txn.put(Table::kQueue, key, encode(timer.target)));
//   timer.target = read_timer_target(in);      // then in.finish("timer")
//
// Private to queue/: its modules, rows.hpp and row_check.hpp use it. Readers leave what is wrong to
// the ByteReader, which its caller asks. The values of runs and messages have files of their own.
#pragma once

#include <string>

#include "base/bytes.hpp"
#include "queue/date_waits.hpp"
#include "queue/inbox.hpp"
#include "queue/runs.hpp"
#include "queue/timers.hpp"

namespace kith::queue {

// A date that is waited for.
struct DateWait {
  Timestamp due{};
  std::uint64_t timer = 0;  // 0: it was reached
};

std::string encode(const TimerTarget& target);
TimerTarget read_timer_target(base::ByteReader& in);

std::string encode(const DateWait& wait);
DateWait read_date_wait(base::ByteReader& in);

std::string encode(const Enrolment& enrolment);
Enrolment read_enrolment(base::ByteReader& in);

std::string encode(const Sweep& sweep);  // without the automation, which is the key
void read_sweep(base::ByteReader& in, Sweep* sweep);

std::string encode(const EventRow& event);
EventRow read_event(base::ByteReader& in);

// A counter, and the message of a used key.
std::string encode_number(std::uint64_t number);

}  // namespace kith::queue
