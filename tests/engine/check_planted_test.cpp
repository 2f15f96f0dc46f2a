// Planted corruptions: each is found under its name, nothing is found that does not follow from it,
// and what can be rebuilt is.
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

namespace {

using Codes = std::set<std::string>;

struct Plant {
  std::string name;
  std::function<void(Checked&)> plant;
  std::string code;         // must be found
  Codes consequences;       // may be found beside it
  bool repairable = false;  // everything that is found
};

// The word of a record's data section, 0 the version.
void set_word(std::string* image, std::size_t word, std::uint64_t value) {
  std::memcpy(image->data() + 8 + word * 8, &value, 8);
}

void change_image(Checked& crm, RecordId id, const std::function<void(std::string*)>& change) {
  std::string image = crm.image(id);
  change(&image);
  crm.set_image(id, image);
}

void replace(std::string* bytes, std::string_view what, std::string_view with) {
  const std::size_t found = bytes->find(what);
  BOOST_REQUIRE(found != std::string::npos && what.size() == with.size());
  bytes->replace(found, what.size(), with);
}

void change_entry(Checked& crm, std::uint64_t sequence,
                  const std::function<void(history::Entry*)>& change) {
  const std::string key = history::sequence_key(sequence);
  history::Entry entry = require(history::decode(sequence, crm.first(Table::kHistory, key).second));
  change(&entry);
  crm.put(Table::kHistory, key, require(history::encode(entry)));
}

// The newest entries first.
std::vector<Change> history_of(Checked& crm, RecordId id) {
  return require(crm.read().history(id));
}

std::uint64_t active_run(Checked& crm) {
  RunFilter filter;
  filter.state = RunState::kActive;
  return require(crm.read().runs(filter)).front().id;
}

std::string run_bytes(Checked& crm, std::uint64_t run,
                      const std::function<void(automation::RunRecord*)>& change) {
  automation::RunRecord record =
      require(automation::decode_run(crm.first(Table::kQueue, queue::run_key(run)).second));
  change(&record);
  return require(automation::encode(record));
}

OutboxMessage message_of(Checked& crm, const std::string& key) {
  for (const OutboxMessage& message : require(crm.read().outbox())) {
    if (message.idempotency_key == key) return message;
  }
  BOOST_FAIL("no message " << key);
  return {};
}

std::string u64(std::uint64_t number) {
  base::ByteWriter out;
  out.u64(number);
  return out.take();
}

std::vector<Plant> record_plants() {
  return {
      {"a record is cut short",
       [](Checked& crm) {
         change_image(crm, crm.ann, [](std::string* image) { image->resize(image->size() - 8); });
       },
       "record_corrupt",
       {},
       false},
      {"a bit of no field is set",
       [](Checked& crm) {
         change_image(crm, crm.ann, [](std::string* image) { set_word(image, 4, 4); });
       },
       "record_corrupt",
       {},
       false},
      {"a text is not UTF-8",
       [](Checked& crm) {
         change_image(crm, crm.deal,
                      [](std::string* image) { replace(image, "first", "f\xFFrst"); });
       },
       "record_corrupt",
       {"index_missing", "index_orphan"},
       false},
      {"a record of no type",
       [](Checked& crm) { crm.set_image(RecordId(77, 1), crm.image(crm.ada)); },
       "record_unknown_type",
       {},
       false},
      {"a record is lost",
       [](Checked& crm) { crm.erase(Table::kRecords, query::unique_entry(crm.ann)); },
       "record_missing",
       {"index_orphan"},
       false},
      {"a record comes back after its purge",
       [](Checked& crm) { crm.set_image(crm.gone, crm.image(crm.ada)); },
       "record_version",
       {"index_missing", "unique_duplicate", "record_corrupt"},
       false},
      {"a record has another one's version",
       [](Checked& crm) {
         const std::uint64_t other = require(crm.read().get(crm.deal)).version;
         change_image(crm, crm.ada, [&](std::string* image) { set_word(image, 0, other); });
       },
       "record_version",
       {},
       false},
      {"a record has a version of the future",
       [](Checked& crm) {
         change_image(crm, crm.ada, [](std::string* image) { set_word(image, 0, 99'999); });
       },
       "record_version",
       {},
       false},
      {"a value differs from the history",
       [](Checked& crm) {
         change_image(crm, crm.ada, [](std::string* image) { replace(image, "Ada", "Ida"); });
       },
       "record_values",
       {},
       false},
      {"a value that no change brought",
       [](Checked& crm) {
         change_entry(crm, history_of(crm, crm.ada).front().sequence,
                      [](history::Entry* entry) { entry->changes.clear(); });
       },
       "record_values",
       {},
       false},
      {"a record was created at another time",
       [](Checked& crm) {
         change_image(crm, crm.ada, [](std::string* image) { set_word(image, 1, 1); });
       },
       "record_times",
       {},
       false},
      {"a record was updated at another time",
       [](Checked& crm) {
         change_image(crm, crm.ann, [](std::string* image) { set_word(image, 2, 1); });
       },
       "record_times",
       {},
       false},
      {"a deleted record that the history does not know as deleted",
       [](Checked& crm) {
         change_image(crm, crm.deal, [](std::string* image) { set_word(image, 4, 1); });
       },
       "record_values",
       {},
       false},
      {"a reference leads nowhere",
       [](Checked& crm) {
         change_image(crm, crm.globex, [&](std::string* image) {
           std::uint64_t from = crm.acme.bits();
           std::uint64_t to = RecordId(crm.acme.type(), 999).bits();
           replace(image, {reinterpret_cast<char*>(&from), 8}, {reinterpret_cast<char*>(&to), 8});
         });
       },
       "reference_missing",
       {"record_values", "index_missing", "index_orphan"},
       false},
      {"what a record refers to is deleted",
       [](Checked& crm) {
         change_image(crm, crm.acme, [](std::string* image) { set_word(image, 4, 1); });
       },
       "reference_deleted",
       {"record_values", "index_orphan"},
       false},
      {"an owner who never was",
       [](Checked& crm) {
         change_image(crm, crm.acme, [&](std::string* image) {
           set_word(image, 3, RecordId(crm.ada.type(), 4711).bits());
         });
       },
       "owner_unknown",
       {"record_values"},
       false},
      {"two records have one unique value",
       [](Checked& crm) {
         const RecordId twin = crm.create("account", {{"name", "Acmo"}});
         change_image(crm, twin, [](std::string* image) { replace(image, "Acmo", "Acme"); });
       },
       "unique_duplicate",
       {"record_values", "index_orphan"},
       false},
  };
}

std::vector<Plant> index_plants() {
  return {
      {"an ordered index lacks an entry",
       [](Checked& crm) {
         crm.erase(Table::kIndex,
                   crm.first(Table::kIndex, crm.index_prefix("deal", "by_close")).first);
       },
       "index_missing",
       {},
       true},
      {"an ordered index has an entry too many",
       [](Checked& crm) {
         std::string key = crm.index_prefix("deal", "by_close");
         query::append_date(3, &key);
         query::finish_ordered(crm.deal, &key);
         crm.put(Table::kIndex, key, {});
       },
       "index_orphan",
       {},
       true},
      {"an ordered index knows a record that is not there",
       [](Checked& crm) {
         std::string key = crm.index_prefix("deal", "by_close");
         query::append_null(&key);
         query::finish_ordered(RecordId(crm.deal.type(), 999), &key);
         crm.put(Table::kIndex, key, {});
       },
       "index_orphan",
       {},
       true},
      {"an ordered entry has a value",
       [](Checked& crm) {
         crm.put(Table::kIndex,
                 crm.first(Table::kIndex, crm.index_prefix("deal", "by_close")).first, "x");
       },
       "index_orphan",
       {"index_missing"},
       true},
      {"an ordered index is empty",
       [](Checked& crm) {
         crm.write([&](store::WriteTxn& txn) {
           KITH_CHECK_OK(txn.erase_range(
               Table::kIndex, store::KeyRange::prefix(crm.index_prefix("deal", "by_note"))));
         });
       },
       "index_missing",
       {},
       true},
      {"a unique index lacks an entry",
       [](Checked& crm) {
         crm.erase(Table::kIndex,
                   crm.first(Table::kIndex, crm.index_prefix("account", "name.unique")).first);
       },
       "index_missing",
       {},
       true},
      {"a unique value is held by another record",
       [](Checked& crm) {
         std::string key = crm.index_prefix("account", "name.unique");
         query::append_text("Acme", &key);
         crm.put(Table::kIndex, key, query::unique_entry(crm.globex));
       },
       "unique_holder",
       {"index_orphan"},
       true},
      {"a unique entry holds no id",
       [](Checked& crm) {
         crm.put(Table::kIndex,
                 crm.first(Table::kIndex, crm.index_prefix("account", "name.unique")).first, "x");
       },
       "unique_holder",
       {"index_orphan", "index_missing"},
       true},
      {"a set of ids lacks a record",
       [](Checked& crm) {
         std::string key = crm.index_prefix("account", "by_industry");
         query::append_u32(2, &key);
         crm.write([&](store::WriteTxn& txn) {
           BOOST_TEST(require(txn.count_postings(key)) == 2u);
           KITH_CHECK_OK(txn.remove_posting(key, crm.globex.bits()));
         });
       },
       "index_missing",
       {},
       true},
      {"a set of ids has a record too many",
       [](Checked& crm) {
         std::string key = crm.index_prefix("account", "by_industry");
         query::append_u32(1, &key);
         crm.write([&](store::WriteTxn& txn) {
           KITH_CHECK_OK(txn.add_posting(key, crm.globex.bits()));
           KITH_CHECK_OK(txn.add_posting(key, 12));
         });
       },
       "index_orphan",
       {},
       true},
      {"entries of an index that never was",
       [](Checked& crm) {
         crm.put(Table::kIndex, query::index_prefix(9999) + "abc", {});
         crm.write([&](store::WriteTxn& txn) {
           KITH_CHECK_OK(txn.add_posting(query::index_prefix(9998) + "abc", 1));
         });
       },
       "index_unknown",
       {},
       true},
      {"a key that is too short for an index",
       [](Checked& crm) { crm.put(Table::kIndex, "ab", {}); },
       "index_unknown",
       {},
       true},
      {"entries that a dropped index left behind",
       [](Checked& crm) {
         const auto [key, value] = crm.first(Table::kIndex, crm.index_prefix("deal", "by_note"));
         std::string model(kCheckedModel);
         const std::string declared = R"(,
                  "by_note": ["note"])";
         BOOST_REQUIRE(model.find(declared) != std::string::npos);
         model.erase(model.find(declared), declared.size());
         require(crm.db.apply_model(crm.session, model));
         crm.put(Table::kIndex, key, value);
       },
       "index_dropped",
       {},
       true},
  };
}

std::vector<Plant> history_plants() {
  return {
      {"an entry does not decode",
       [](Checked& crm) {
         crm.put(Table::kHistory, history::sequence_key(history_of(crm, crm.ann).front().sequence),
                 "x");
       },
       "history_corrupt",
       {},
       false},
      {"an entry is missing",
       [](Checked& crm) {
         crm.erase(Table::kHistory,
                   history::sequence_key(history_of(crm, crm.deal).back().sequence));
       },
       "history_gap",
       {},
       false},
      {"a time goes back",
       [](Checked& crm) {
         change_entry(crm, history_of(crm, crm.deal).front().sequence,
                      [](history::Entry* entry) { entry->at = at("2020-01-01T00:00:00Z"); });
       },
       "history_time",
       {"record_times"},
       false},
      {"an entry follows another record's",
       [](Checked& crm) {
         const std::uint64_t foreign = history_of(crm, crm.ada).front().sequence;
         change_entry(crm, history_of(crm, crm.deal).front().sequence,
                      [&](history::Entry* entry) { entry->prev = foreign; });
       },
       "history_chain",
       {},
       false},
      {"a chain passes over an entry",
       [](Checked& crm) {
         KITH_CHECK_OK(crm.update(crm.ann, {{"vip", false}}));
         KITH_CHECK_OK(crm.update(crm.ann, {{"vip", true}}));
         const auto changes = history_of(crm, crm.ann);
         change_entry(crm, changes[0].sequence,
                      [&](history::Entry* entry) { entry->prev = changes[2].sequence; });
       },
       "record_values",
       {"history_chain", "record_times"},
       false},
      {"values are left of a purged record",
       [](Checked& crm) {
         std::uint64_t last = 0;
         for (const auto& [key, row] : crm.rows(Table::kHistory)) {
           const auto entry = require(
               history::decode(base::ByteReader(key).u64(),
                               row[0] == '\xFF' ? crm.rows(Table::kHistory).front().second : row));
           if (entry.blanked) last = base::ByteReader(key).u64();
         }
         change_entry(crm, last,
                      [](history::Entry* entry) { entry->changes.front().after = Value("Gone"); });
       },
       "history_values",
       {},
       false},
      {"a part of a long entry is missing",
       [](Checked& crm) { crm.erase(Table::kBlobs, crm.first(Table::kBlobs, "h").first); },
       "history_corrupt",
       {"history_chunks"},
       false},
      {"parts of an entry that is not long",
       [](Checked& crm) {
         std::string key = "h" + history::sequence_key(1) + std::string(4, '\0');
         crm.put(Table::kBlobs, key, "bytes");
       },
       "history_chunks",
       {},
       false},
  };
}

std::vector<Plant> meta_plants() {
  return {
      {"the header names no database of kith",
       [](Checked& crm) { crm.put(Table::kMeta, "!kith", "kirk"); },
       "header_corrupt",
       {},
       false},
      {"an entity type does not decode",
       [](Checked& crm) {
         auto [key, value] = crm.first(Table::kMeta, "catalog/type/");
         crm.put(Table::kMeta, key, value.substr(0, value.size() - 1));
       },
       "model_corrupt",
       {},
       false},
      {"the catalog differs from the document",
       [](Checked& crm) {
         auto [key, value] = crm.rows(Table::kMeta, "catalog/type/")[1];
         replace(&value, "retail", "detail");
         crm.put(Table::kMeta, key, value);
       },
       "model_differs",
       {"record_values"},
       false},
      {"a section differs from the document",
       [](Checked& crm) {
         auto [key, value] = crm.first(Table::kMeta, "model/section/automations");
         replace(&value, "Hello", "Hallo");
         crm.put(Table::kMeta, key, value);
       },
       "model_differs",
       {},
       false},
      {"a row of meta that nobody knows",
       [](Checked& crm) { crm.put(Table::kMeta, "zzz", "1"); },
       "meta_unknown",
       {},
       false},
      {"a counter of ids is too low",
       [](Checked& crm) { crm.put(Table::kMeta, crm.first(Table::kMeta, "ids/").first, u64(0)); },
       "id_counter_low",
       {},
       true},
      {"a counter of ids is lost",
       [](Checked& crm) { crm.erase(Table::kMeta, crm.rows(Table::kMeta, "ids/").back().first); },
       "id_counter_low",
       {},
       true},
      {"a counter of ids is no number",
       [](Checked& crm) { crm.put(Table::kMeta, crm.first(Table::kMeta, "ids/").first, "x"); },
       "id_counter_corrupt",
       {},
       true},
      {"progress of an index that is ready",
       [](Checked& crm) {
         crm.put(Table::kMeta, "build/" + crm.index_prefix("deal", "by_note"),
                 u64(crm.deal.bits()));
       },
       "build_orphan",
       {},
       true},
      {"a row of the blobs that nobody knows",
       [](Checked& crm) { crm.put(Table::kBlobs, "zzz", "1"); },
       "blob_unknown",
       {},
       false},
      {"a segment of columns",
       [](Checked& crm) { crm.put(Table::kColumns, "zzz", "1"); },
       "column_unknown",
       {},
       false},
  };
}

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

void try_all(const std::vector<Plant>& plants) {
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

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_check_planted)

BOOST_AUTO_TEST_CASE(in_records) { try_all(record_plants()); }
BOOST_AUTO_TEST_CASE(in_indexes) { try_all(index_plants()); }
BOOST_AUTO_TEST_CASE(in_the_history) { try_all(history_plants()); }
BOOST_AUTO_TEST_CASE(in_meta) { try_all(meta_plants()); }
BOOST_AUTO_TEST_CASE(in_runs) { try_all(run_plants()); }
BOOST_AUTO_TEST_CASE(in_the_outbox) { try_all(message_plants()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
