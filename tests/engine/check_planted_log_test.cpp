// Planted corruptions of the history and of meta.
#include "record/blob_check.hpp"
#include "record/blob_store.hpp"
#include "tests/engine/check_plants.hpp"

namespace kith::test {

namespace {

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

std::uint64_t last_blob(Checked& crm) {
  auto txn = require(crm.store().begin_read());
  return require(record::last_blob_id(*txn));
}

record::BlobRef blob(Checked& crm, std::uint64_t id) {
  auto txn = require(crm.store().begin_read());
  return require(record::find_blob(*txn, id))->ref;
}

// Two large values: one that the history alone has, and the last one, that a record has, too.
record::BlobRef add_large_value(Checked& crm) {
  const Value large(std::string(9000, 'l'));
  const std::uint64_t before = last_blob(crm);
  KITH_CHECK_OK(crm.update(crm.deal, {{"body", large}}));
  KITH_CHECK_OK(crm.update(crm.deal, {{"body", "short"}}));
  KITH_CHECK_OK(crm.update(crm.second, {{"note", large}}));
  const CheckReport sound = crm.check();
  BOOST_REQUIRE_MESSAGE(sound.clean(), told(sound));
  BOOST_REQUIRE(last_blob(crm) == before + 2);
  return blob(crm, before + 1);
}

record::BlobRef last_large_value(Checked& crm) {
  add_large_value(crm);
  return blob(crm, last_blob(crm));
}

Plant miscounted(std::string name, std::uint64_t count, bool of_history) {
  return {std::move(name),
          [=](Checked& crm) {
            const record::BlobRef ref = of_history ? add_large_value(crm) : last_large_value(crm);
            crm.write([&](store::WriteTxn& txn) {
              BOOST_REQUIRE(require(record::find_blob(txn, ref.id))->count != count);
              KITH_CHECK_OK(record::set_blob_count(txn, ref, count));
            });
          },
          "blob_count",
          {},
          true};
}

std::vector<Plant> blob_plants() {
  return {
      miscounted("the history's large value would go too early", 1, true),
      miscounted("the history's large value would never go", 3, true),
      miscounted("a record's large value would go too early", 1, false),
      miscounted("a record's large value would never go", 200, false),
      {"a large value of the history is not there",
       [](Checked& crm) {
         const record::BlobRef ref = add_large_value(crm);
         crm.write(
             [&](store::WriteTxn& txn) { KITH_CHECK_OK(record::set_blob_count(txn, ref, 0)); });
       },
       "blob_missing",
       {},
       false},
      {"a large value of a record is not there",
       [](Checked& crm) {
         const record::BlobRef ref = last_large_value(crm);
         crm.write(
             [&](store::WriteTxn& txn) { KITH_CHECK_OK(record::set_blob_count(txn, ref, 0)); });
       },
       "blob_missing",
       {},
       false},
      {"a large value has lost its head",
       [](Checked& crm) { crm.erase(Table::kBlobs, record::blob_key(add_large_value(crm).id)); },
       "blob_missing",
       {"blob_corrupt"},
       false},
      {"a large value has lost a part",
       [](Checked& crm) {
         crm.erase(Table::kBlobs, record::blob_part_key(last_large_value(crm).id, 0));
       },
       "blob_corrupt",
       {},
       false},
  };
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_check_planted_log)

BOOST_AUTO_TEST_CASE(in_the_history) { try_all(history_plants()); }
BOOST_AUTO_TEST_CASE(in_meta) { try_all(meta_plants()); }
BOOST_AUTO_TEST_CASE(in_large_values) { try_all(blob_plants()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
