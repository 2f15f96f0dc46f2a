// tests/engine/check_plants.hpp: corruptions that are planted in a database, and what has to be
// found.
//
//   try_all({{"a timer too many", [](Checked& crm) { ... }, "timer_orphan", {}, true}});
#pragma once

#include <algorithm>
#include <cstring>

#include "automation/run.hpp"
#include "history/entry.hpp"
#include "history/log.hpp"
#include "queue/keys.hpp"
#include "queue/message_row.hpp"
#include "record/view.hpp"
#include "tests/engine/check_fixture.hpp"

namespace kith::test {

using Codes = std::set<std::string>;

struct Plant {
  std::string name;
  std::function<void(Checked&)> plant;
  std::string code;         // must be found
  Codes consequences;       // may be found beside it
  bool repairable = false;  // everything that is found
};

// The word of a record's data section, 0 the version.
inline void set_word(std::string* image, std::size_t word, std::uint64_t value) {
  std::memcpy(image->data() + 8 + word * 8, &value, 8);
}

inline void change_image(Checked& crm, RecordId id,
                         const std::function<void(std::string*)>& change) {
  std::string image = crm.image(id);
  change(&image);
  crm.set_image(id, image);
}

inline void replace(std::string* bytes, std::string_view what, std::string_view with) {
  const std::size_t found = bytes->find(what);
  BOOST_REQUIRE(found != std::string::npos && what.size() == with.size());
  bytes->replace(found, what.size(), with);
}

inline void change_entry(Checked& crm, std::uint64_t sequence,
                         const std::function<void(history::Entry*)>& change) {
  const std::string key = history::sequence_key(sequence);
  history::Entry entry = require(history::decode(sequence, crm.first(Table::kHistory, key).second));
  change(&entry);
  crm.put(Table::kHistory, key, require(history::encode(entry)));
}

// The newest entries first.
inline std::vector<Change> history_of(Checked& crm, RecordId id) {
  return require(crm.read().history(id));
}

inline std::uint64_t active_run(Checked& crm) {
  RunFilter filter;
  filter.state = RunState::kActive;
  return require(crm.read().runs(filter)).front().id;
}

inline std::string run_bytes(Checked& crm, std::uint64_t run,
                             const std::function<void(automation::RunRecord*)>& change) {
  automation::RunRecord record =
      require(automation::decode_run(crm.first(Table::kQueue, queue::run_key(run)).second));
  change(&record);
  return require(automation::encode(record));
}

inline OutboxMessage message_of(Checked& crm, const std::string& key) {
  for (const OutboxMessage& message : require(crm.read().outbox())) {
    if (message.idempotency_key == key) return message;
  }
  BOOST_FAIL("no message " << key);
  return {};
}

inline std::string u64(std::uint64_t number) {
  base::ByteWriter out;
  out.u64(number);
  return out.take();
}

inline void try_all(const std::vector<Plant>& plants) {
  for (const Plant& plant : plants) {
    BOOST_TEST_CONTEXT(plant.name) {
      Checked crm;
      const CheckReport sound = crm.check();
      BOOST_REQUIRE_MESSAGE(sound.clean(), told(sound));
      plant.plant(crm);
      const CheckReport found = crm.check();
      BOOST_TEST(codes_of(found).contains(plant.code), told(found));
      for (const std::string& code : codes_of(found)) {
        BOOST_TEST((code == plant.code || plant.consequences.contains(code)), told(found));
      }
      for (const Problem& problem : found.problems) {
        BOOST_TEST(!problem.where.empty());
        BOOST_TEST(!problem.message.empty());
        if (plant.repairable) BOOST_TEST(problem.repairable, told(found));
      }
      BOOST_TEST(!found.clean());
      if (plant.code == "model_corrupt" || plant.code == "header_corrupt") continue;
      const CheckReport repaired = crm.check(true);
      BOOST_TEST(repaired.clean() == plant.repairable, told(repaired));
      const CheckReport again = crm.check();
      BOOST_TEST(again.clean() == plant.repairable, told(again));
      for (const Problem& problem : again.problems) {
        BOOST_TEST((!problem.repairable || !plant.repairable), told(again));
      }
    }
  }
}

}  // namespace kith::test
