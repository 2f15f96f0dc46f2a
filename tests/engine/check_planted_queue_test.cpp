// Planted corruptions of the queue.
#include "tests/engine/check_plants.hpp"

namespace kith::test {

namespace {

std::vector<Plant> run_plants() {
  return {
      {"a timer that nobody waits for",
       [](Checked& crm) {
         const auto [key, value] = crm.first(Table::kQueue, "t");
         crm.put(Table::kQueue, queue::timer_key(crm.now, 1), value);
       },
       "timer_orphan",
       {},
       true},
      {"an active run has lost its timer",
       [](Checked& crm) {
         const auto run = require(automation::decode_run(
             crm.first(Table::kQueue, queue::run_key(active_run(crm))).second));
         crm.erase(Table::kQueue, queue::timer_key(run.timer->due, run.timer->id));
       },
       "timer_missing",
       {},
       true},
      {"a date that is waited for has lost its timer",
       [](Checked& crm) {
         for (const auto& [key, value] : crm.rows(Table::kQueue, "t")) {
           if (value[0] == 1) crm.erase(Table::kQueue, key);
         }
       },
       "timer_missing",
       {},
       true},
      {"a timer for a date that is not noted",
       [](Checked& crm) {
         crm.erase(Table::kQueue, queue::date_wait_key(2, crm.deal));
         crm.erase(Table::kQueue, queue::date_wait_key(1, crm.deal));
         crm.erase(Table::kQueue, queue::date_wait_key(3, crm.deal));
       },
       "date_wait_missing",
       {},
       true},
      {"a date of a record that is not there",
       [](Checked& crm) {
         const auto [key, value] = crm.first(Table::kQueue, "d");
         const std::uint32_t automation = base::ByteReader(key.substr(1)).u32();
         crm.put(Table::kQueue, queue::date_wait_key(automation, RecordId(crm.deal.type(), 999)),
                 u64(queue::sortable(crm.now)) + std::string(1, '\0'));
       },
       "date_wait_orphan",
       {},
       true},
      {"an active run is not listed",
       [](Checked& crm) { crm.erase(Table::kQueue, crm.first(Table::kQueue, "a").first); },
       "active_missing",
       {},
       true},
      {"a run is listed that is not active",
       [](Checked& crm) { crm.put(Table::kQueue, queue::active_run_key(crm.deal, 1, 999), {}); },
       "active_orphan",
       {},
       true},
      {"a run does not decode",
       [](Checked& crm) { crm.put(Table::kQueue, queue::run_key(active_run(crm)), "x"); },
       "run_corrupt",
       {},
       false},
      {"a run has lost its cause",
       [](Checked& crm) {
         const std::uint64_t run = active_run(crm);
         crm.put(Table::kQueue, queue::run_key(run),
                 run_bytes(crm, run, [](automation::RunRecord* r) { r->chain.clear(); }));
       },
       "run_corrupt",
       {},
       false},
      {"the version of an active run was not kept",
       [](Checked& crm) {
         for (const auto& [key, value] : crm.rows(Table::kQueue, "v"))
           crm.erase(Table::kQueue, key);
       },
       "version_missing",
       {},
       true},
      {"a kept version does not decode",
       [](Checked& crm) { crm.put(Table::kQueue, crm.first(Table::kQueue, "v").first, "x"); },
       "version_corrupt",
       {},
       false},
      {"the record of an active run is not there",
       [](Checked& crm) {
         const RecordId lone = crm.create("deal", {{"name", "Lone"}});
         crm.tick();
         crm.erase(Table::kRecords, query::unique_entry(lone));
       },
       "run_record_missing",
       {"record_missing", "index_orphan", "queue_corrupt"},
       false},
      {"an ended run is never forgotten",
       [](Checked& crm) {
         for (const auto& [key, value] : crm.rows(Table::kQueue, "x")) {
           if (key[9] == 'r') crm.erase(Table::kQueue, key);
         }
       },
       "expiry_missing",
       {},
       true},
      {"an event is never forgotten",
       [](Checked& crm) {
         for (const auto& [key, value] : crm.rows(Table::kQueue, "x")) {
           if (key[9] == 'i') crm.erase(Table::kQueue, key);
         }
       },
       "expiry_missing",
       {},
       true},
      {"an active run is to be forgotten",
       [](Checked& crm) {
         crm.put(Table::kQueue, queue::expiry_key(crm.now, queue::run_key(active_run(crm))), {});
       },
       "expiry_orphan",
       {},
       true},
      {"enrolments that do not add up",
       [](Checked& crm) {
         const auto [key, value] = crm.first(Table::kQueue, "e");
         crm.put(Table::kQueue, key, std::string(1, '\0') + value.substr(1));
       },
       "queue_corrupt",
       {},
       false},
      {"a sweep of no automation",
       [](Checked& crm) {
         crm.put(Table::kQueue, queue::sweep_key(999), std::string(1, '\1') + u64(1) + '\0');
       },
       "queue_corrupt",
       {},
       false},
      {"a row of a kind that there is not",
       [](Checked& crm) { crm.put(Table::kQueue, "zzz", "1"); },
       "queue_unknown",
       {},
       false},
      {"a counter that there is not",
       [](Checked& crm) { crm.put(Table::kQueue, queue::counter_key("zzz"), u64(1)); },
       "queue_unknown",
       {},
       false},
      {"the counter of runs is too low",
       [](Checked& crm) { crm.put(Table::kQueue, queue::counter_key("run"), u64(1)); },
       "counter_low",
       {},
       true},
      {"the counter of timers is lost",
       [](Checked& crm) { crm.erase(Table::kQueue, queue::counter_key("timer")); },
       "counter_low",
       {},
       true},
  };
}

std::vector<Plant> message_plants() {
  return {
      {"a message does not decode",
       [](Checked& crm) {
         crm.put(Table::kQueue, queue::message_key(message_of(crm, "two").sequence), "x");
       },
       "message_corrupt",
       {},
       false},
      {"nobody would lease a message of a record",
       [](Checked& crm) {
         const OutboxMessage one = message_of(crm, "one");
         crm.erase(Table::kQueue, queue::message_ready_key(one.not_before, one.sequence));
       },
       "ready_missing",
       {},
       true},
      {"nobody would lease a message without a record",
       [](Checked& crm) {
         const std::uint64_t lone = [&] {
           Transaction t = crm.begin();
           const std::uint64_t sequence = require(t.send({"email", {}, "lone", {}, {}}));
           KITH_CHECK_OK(t.commit());
           return sequence;
         }();
         crm.erase(Table::kQueue, queue::message_ready_key(crm.now, lone));
       },
       "ready_missing",
       {},
       true},
      {"two messages of a record may be leased",
       [](Checked& crm) {
         const OutboxMessage two = message_of(crm, "two");
         crm.put(Table::kQueue, queue::message_ready_key(two.not_before, two.sequence), {});
       },
       "ready_twice",
       {},
       true},
      {"a message may be leased that is gone",
       [](Checked& crm) { crm.put(Table::kQueue, queue::message_ready_key(crm.now, 999), {}); },
       "ready_orphan",
       {},
       true},
      {"a message has lost its place in line",
       [](Checked& crm) {
         const OutboxMessage two = message_of(crm, "two");
         crm.erase(Table::kQueue, queue::message_order_key(two.record, two.sequence));
       },
       "order_missing",
       {},
       true},
      {"a message stands in the line of another record",
       [](Checked& crm) {
         crm.put(Table::kQueue, queue::message_order_key(crm.ann, message_of(crm, "two").sequence),
                 {});
       },
       "order_orphan",
       {},
       true},
      {"a message has lost its key",
       [](Checked& crm) { crm.erase(Table::kQueue, queue::idempotency_key("two")); },
       "key_missing",
       {},
       true},
      {"a key of a message that has another",
       [](Checked& crm) {
         crm.put(Table::kQueue, queue::idempotency_key("other"),
                 u64(message_of(crm, "two").sequence));
       },
       "key_orphan",
       {},
       true},
      {"a key of a message that is gone is never forgotten",
       [](Checked& crm) {
         for (const auto& [key, value] : crm.rows(Table::kQueue, "x")) {
           if (key[9] == 'k') crm.erase(Table::kQueue, key);
         }
       },
       "expiry_missing",
       {},
       true},
      {"the key of a message is to be forgotten before it is gone",
       [](Checked& crm) {
         crm.put(Table::kQueue, queue::expiry_key(crm.now, queue::idempotency_key("two")), {});
       },
       "expiry_orphan",
       {},
       true},
      {"the counter of messages is too low",
       [](Checked& crm) { crm.put(Table::kQueue, queue::counter_key("message"), u64(1)); },
       "counter_low",
       {},
       true},
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_check_planted_queue)

BOOST_AUTO_TEST_CASE(in_runs) { try_all(run_plants()); }
BOOST_AUTO_TEST_CASE(in_the_outbox) { try_all(message_plants()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
