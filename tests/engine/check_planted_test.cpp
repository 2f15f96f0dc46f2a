// Planted corruptions of records and their indexes: each is found under its name, nothing is found
// that does not follow from it, and what can be rebuilt is.
#include "tests/engine/check_plants.hpp"

namespace kith::test {

namespace {

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

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_check_planted)

BOOST_AUTO_TEST_CASE(in_records) { try_all(record_plants()); }
BOOST_AUTO_TEST_CASE(in_indexes) { try_all(index_plants()); }

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
