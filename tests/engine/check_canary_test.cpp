// A byte is flipped somewhere in the database: the check finds it, or it lies in one of the few
// places, listed here with their reasons, where another value would be as good to kith.
#include <algorithm>
#include <random>

#include "automation/run.hpp"
#include "history/entry.hpp"
#include "history/log.hpp"
#include "queue/message_row.hpp"
#include "tests/engine/check_fixture.hpp"

namespace kith::test {

namespace {

constexpr int kFlipsPerTable = 60;

struct Flip {
  Table table;
  std::string key, value;          // as they were
  std::string new_key, new_value;  // as they are
  bool in_key() const { return key != new_key; }
};

// What is written down once and follows from nothing that is kept twice.
bool is_free_entry(const Flip& flip) {
  const std::uint64_t sequence = base::ByteReader(flip.key).u64();
  const auto before = history::decode(sequence, flip.value);
  const auto after = history::decode(sequence, flip.new_value);
  if (!before.ok() || !after.ok()) return false;
  history::Entry same = *after;
  // By whom a change was made, why, and when it took effect is said by its entry alone.
  if (before->kind == ChangeKind::kPurge) same.at = before->at;
  same.effective_at = before->effective_at;
  same.actor = before->actor;
  same.cause = before->cause;
  same.overridden = before->overridden;
  same.begins = before->begins;
  // Of a purged record it alone says which fields were changed, and how.
  if (before->blanked) {
    same.kind = before->kind;
    same.changes = before->changes;
  }
  return same == *before;
}

bool is_free_run(const Flip& flip) {
  const auto before = automation::decode_run(flip.value);
  const auto after = automation::decode_run(flip.new_value);
  if (!before.ok() || !after.ok()) return false;
  automation::RunRecord same = *after;
  same.started = before->started;
  same.ended = before->ended;
  same.step = before->step;
  same.message = before->message;
  same.event = before->event;
  same.enrolment = before->enrolment;
  same.chain = before->chain;    // its earlier links
  same.parent = before->parent;  // an older run
  same.version = before->version;
  // Of a run that has ended nothing else is left.
  if (before->state != RunState::kActive && after->state != RunState::kActive) {
    same.state = before->state;
    same.record = before->record;
    same.depth = before->depth;
  }
  return same == *before;
}

bool is_free_message(const Flip& flip) {
  const auto before = queue::decode_message(1, flip.value);
  const auto after = queue::decode_message(1, flip.new_value);
  if (!before.ok() || !after.ok()) return false;
  OutboxMessage same = *after;
  same.topic = before->topic;
  same.payload = before->payload;
  same.attempts = before->attempts;
  same.token = before->token;
  same.created = before->created;
  same.last_error = before->last_error;
  same.run = before->run;
  if (before->state != MessageState::kDead && after->state != MessageState::kDead) {
    same.state = before->state;
  }
  if (before->state == MessageState::kDead) {
    same.record = before->record;
    same.not_before = before->not_before;
  }
  return same.state == before->state && same.record == before->record &&
         same.not_before == before->not_before && same.idempotency_key == before->idempotency_key;
}

bool is_free_queue_row(const Flip& flip) {
  const char kind = flip.key[0];
  if (flip.in_key()) {
    // When an ended run or a used key is forgotten is written in the row of expiry alone.
    if (kind == 'x') return flip.new_key[0] == 'x' && flip.key.substr(9) == flip.new_key.substr(9);
    // So is the name of a round robin, of the key of a message that is gone, and of an event.
    return false;
  }
  switch (kind) {
    case 'r': return is_free_run(flip);
    case 'o': return is_free_message(flip);
    case 'e': return true;  // how often: counted nowhere else
    case 'v': return true;  // it decodes and names the automation: its steps are kept once
    case 'c': return flip.new_value > flip.value;  // numbers may be left out
    case 'i': return true;                         // the answer
    case 'd':
      return base::ByteReader(flip.value.substr(8)).varint() == 0;  // a date that was reached
    case 'k': return true;  // of a message that is gone: which one it was
    default: return false;
  }
}

bool is_free(const Flip& flip) {
  switch (flip.table) {
    case Table::kMeta:
      if (flip.in_key()) return false;
      // The version and time of creation; the generation; numbers not given yet; texts of the
      // document that mean nothing, such as its blanks.
      return flip.key == "!kith" || flip.key == "catalog/head" || flip.key == "blobs/last" ||
             flip.key.starts_with("model/document") ||
             (flip.key.starts_with("ids/") && flip.new_value > flip.value);
    case Table::kHistory: return !flip.in_key() && is_free_entry(flip);
    case Table::kBlobs: return !flip.in_key();  // the bytes of large values are kept once
    case Table::kQueue: return is_free_queue_row(flip);
    default: return false;
  }
}

std::string described(const Flip& flip) {
  const auto hex = [](const std::string& bytes) {
    static constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    for (const char c : bytes.substr(0, 150)) {
      const bool plain = c >= ' ' && c <= '~';
      if (plain) text += c;
      if (!plain) {
        text += '.';
        text += kDigits[static_cast<unsigned char>(c) >> 4];
        text += kDigits[static_cast<unsigned char>(c) & 15];
      }
    }
    return text;
  };
  std::size_t at = 0;
  const std::string& before = flip.in_key() ? flip.key : flip.value;
  const std::string& after = flip.in_key() ? flip.new_key : flip.new_value;
  while (before[at] == after[at]) ++at;
  return std::string(store::table_spec(flip.table).name) + " " + hex(flip.key) + " = " +
         hex(flip.value) + ", byte " + std::to_string(at) + " of its " +
         (flip.in_key() ? "key" : "value") + " is " + hex(after.substr(at, 1));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_check_canary)

BOOST_AUTO_TEST_CASE(a_flipped_byte_is_found_wherever_it_means_something) {
  Checked crm;
  BOOST_REQUIRE(crm.check().clean());
  std::mt19937 random(20260301);
  const auto below = [&](std::size_t n) { return random() % n; };
  int found = 0;
  int passed = 0;
  for (const Table table : {Table::kMeta, Table::kRecords, Table::kIndex, Table::kHistory,
                            Table::kBlobs, Table::kQueue}) {
    const auto rows = crm.rows(table);
    BOOST_REQUIRE(!rows.empty());
    for (int i = 0; i < kFlipsPerTable; ++i) {
      const auto& [key, value] = rows[below(rows.size())];
      Flip flip{table, key, value, key, value};
      const bool in_key = value.empty() || below(4) == 0;
      std::string& bytes = in_key ? flip.new_key : flip.new_value;
      char& byte = bytes[below(bytes.size())];
      byte = static_cast<char>(byte ^ (1 << below(8)));
      crm.write([&](store::WriteTxn& txn) {
        KITH_CHECK_OK(txn.erase(table, flip.key));
        KITH_CHECK_OK(txn.put(table, flip.new_key, flip.new_value));
      });
      const bool clean = crm.check().clean();
      clean ? ++passed : ++found;
      BOOST_TEST((!clean || is_free(flip)), described(flip));
      crm.write([&](store::WriteTxn& txn) {
        KITH_CHECK_OK(txn.erase(table, flip.new_key));
        // The flipped key may have been that of another row.
        for (const auto& [other, its] : rows) {
          if (other == flip.new_key || other == flip.key) KITH_CHECK_OK(txn.put(table, other, its));
        }
      });
    }
  }
  BOOST_TEST(crm.check().clean());
  // Most of a database is said twice.
  BOOST_TEST(found > 3 * passed, found << " found, " << passed << " passed");
  BOOST_TEST_MESSAGE(found << " flips found, " << passed << " without meaning");
}

BOOST_AUTO_TEST_CASE(a_flipped_id_in_a_set_is_found) {
  Checked crm;
  std::vector<std::string> keys;
  {
    auto txn = require(crm.store().begin_read());
    store::ScanOptions how;
    how.keys_only = true;
    for (const auto& row : require(txn->scan(Table::kPostings, {}, how)).rows) {
      keys.emplace_back(row.key);
    }
  }
  BOOST_REQUIRE(keys.size() > 5u);
  for (std::size_t i = 0; i < keys.size(); ++i) {
    std::vector<std::uint64_t> ids;
    crm.write([&](store::WriteTxn& txn) {
      KITH_CHECK_OK(txn.scan_postings(keys[i], 0, 1, &ids));
      KITH_CHECK_OK(txn.remove_posting(keys[i], ids[0]));
      KITH_CHECK_OK(txn.add_posting(keys[i], ids[0] ^ (std::uint64_t{1} << (i * 7 % 64))));
    });
    BOOST_TEST(!crm.check().clean());
    BOOST_TEST(crm.check(true).clean());
    crm.write([&](store::WriteTxn& txn) {
      std::vector<std::uint64_t> now;
      KITH_CHECK_OK(txn.scan_postings(keys[i], ids[0], 1, &now));
      BOOST_TEST((!now.empty() && now[0] == ids[0]));
    });
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
