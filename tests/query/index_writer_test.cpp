#include "query/index_writer.hpp"

#include "query/index_key.hpp"
#include "tests/query/fixture.hpp"

namespace {

using namespace kith;
using namespace kith::query_test;
using store::Table;

std::size_t entries(Crm& crm, std::uint32_t index_id) {
  auto txn = std::move(*crm.store().begin_read());
  const std::string prefix = query::index_prefix(index_id);
  store::ScanOptions options;
  options.row_limit = 100000;
  const auto batch = *txn->scan(Table::kIndex, {prefix, query::after_prefix(prefix)}, options);
  return batch.rows.size();
}

std::uint64_t stage_count(Crm& crm, std::uint32_t option) {
  auto txn = std::move(*crm.store().begin_read());
  std::string key = query::index_prefix(6);
  query::append_u32(option, &key);
  query::finish_exact(&key);
  return *txn->count_postings(key);
}

record::View open(const std::string& bytes) {
  record::View view;
  BOOST_REQUIRE(view.init(bytes));
  return view;
}

std::string bytes_of(Crm& crm, const Values& values, record::SystemWords words = {}) {
  return *record::build(crm.deal(), crm.layouts[kDeal], words, values);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(query_index_writer)

BOOST_AUTO_TEST_CASE(entries_follow_the_record) {
  Crm crm;
  crm.deal(1, {{kStage, "Won"}, {kClose, day("2017-01-02")}, {kEmail, "a@x.org"}});
  BOOST_TEST(entries(crm, 1) == 1U);
  BOOST_TEST(entries(crm, 8) == 1U);
  BOOST_TEST(stage_count(crm, 3) == 1U);
  crm.deal(1, {{kStage, "Lost"}, {kClose, day("2017-01-02")}});
  BOOST_TEST(entries(crm, 1) == 1U);
  BOOST_TEST(entries(crm, 8) == 0U);
  BOOST_TEST(stage_count(crm, 3) == 0U);
  BOOST_TEST(stage_count(crm, 4) == 1U);
}

BOOST_AUTO_TEST_CASE(only_changed_entries_are_touched) {
  Crm crm;
  crm.deal(1, {{kStage, "Won"}, {kClose, day("2017-01-02")}, {kAmount, dec("5.00")}});
  const std::string before =
      bytes_of(crm, {{kStage, "Won"}, {kClose, day("2017-01-02")}, {kAmount, dec("5.00")}});
  const std::string after =
      bytes_of(crm, {{kStage, "Won"}, {kClose, day("2017-01-02")}, {kAmount, dec("6.00")}});
  auto txn = std::move(*crm.store().begin_write({}));
  const record::View old_view = open(before);
  const record::View new_view = open(after);
  BOOST_REQUIRE(query::update_indexes(*txn, crm.deal(), crm.layouts[kDeal], RecordId(kDeal, 1),
                                      &old_view, &new_view)
                    .ok());
  BOOST_TEST(txn->stats().puts == 1U);
  BOOST_TEST(txn->stats().deletes == 1U);
}

BOOST_AUTO_TEST_CASE(deleted_records_stay_in_all_but_unique_indexes) {
  Crm crm;
  const Values values = {{kStage, "Won"}, {kEmail, "a@x.org"}};
  crm.deal(1, values);
  record::SystemWords deleted;
  deleted.deleted = true;
  crm.deal(1, values, deleted);
  BOOST_TEST(entries(crm, 1) == 1U);
  BOOST_TEST(stage_count(crm, 3) == 1U);
  BOOST_TEST(entries(crm, 8) == 0U);
  crm.deal(1, values);
  BOOST_TEST(entries(crm, 8) == 1U);
}

BOOST_AUTO_TEST_CASE(purge_removes_everything) {
  Crm crm;
  const Values values = {{kStage, "Won"}, {kEmail, "a@x.org"}, {kName, "n"}};
  crm.deal(1, values);
  const std::string bytes = bytes_of(crm, values);
  const record::View view = open(bytes);
  auto txn = std::move(*crm.store().begin_write({}));
  BOOST_REQUIRE(query::update_indexes(*txn, crm.deal(), crm.layouts[kDeal], RecordId(kDeal, 1),
                                      &view, nullptr)
                    .ok());
  BOOST_REQUIRE(txn->commit().ok());
  for (std::uint32_t index = 1; index <= 11; ++index) BOOST_TEST(entries(crm, index) == 0U);
  BOOST_TEST(stage_count(crm, 3) == 0U);
}

BOOST_AUTO_TEST_CASE(unique_probes_are_the_keys_that_are_new) {
  Crm crm;
  const std::string none = bytes_of(crm, {{kName, "n"}});
  const std::string mail = bytes_of(crm, {{kEmail, "Ada@X.org"}});
  const std::string same = bytes_of(crm, {{kEmail, "ada@x.ORG"}});
  const record::View none_view = open(none);
  const record::View mail_view = open(mail);
  const record::View same_view = open(same);
  const auto probe = [&](const record::View* before, const record::View* after) {
    return *query::unique_keys(crm.deal(), crm.layouts[kDeal], before, after);
  };
  BOOST_TEST(probe(nullptr, &none_view).empty());  // null is never unique
  BOOST_TEST(probe(nullptr, &mail_view).size() == 1U);
  BOOST_TEST(probe(nullptr, &mail_view).front().index->name == "by_email");
  BOOST_TEST(probe(&mail_view, &same_view).empty());  // the same address in other letters
  BOOST_TEST(probe(nullptr, &mail_view).front().key == probe(nullptr, &same_view).front().key);
}

BOOST_AUTO_TEST_CASE(an_index_is_built_in_chunks) {
  Crm crm;
  for (std::uint64_t n = 1; n <= 25; ++n) crm.deal(n, {{kCount, Value(static_cast<int>(n))}});
  crm.deal().indexes.push_back(index(50, "by_parts", schema::IndexKind::kOrdered, {kCount}));
  auto txn = std::move(*crm.store().begin_write({}));
  RecordId from;
  std::uint64_t visited = 0;
  int chunks = 0;
  do {
    const auto progress = query::build_index_chunk(*txn, crm.deal(), crm.layouts[kDeal],
                                                   crm.deal().indexes.back(), from, 10);
    BOOST_REQUIRE(progress.ok());
    visited += progress->visited;
    from = progress->next;
    ++chunks;
  } while (!from.is_null());
  BOOST_REQUIRE(txn->commit().ok());
  BOOST_TEST(visited == 25U);
  BOOST_TEST(chunks == 3);
  BOOST_TEST(entries(crm, 50) == 25U);
  txn = std::move(*crm.store().begin_write({}));
  BOOST_REQUIRE(query::erase_index(*txn, crm.deal().indexes.back()).ok());
  BOOST_REQUIRE(query::erase_index(*txn, crm.deal().indexes[5]).ok());
  BOOST_REQUIRE(txn->commit().ok());
  BOOST_TEST(entries(crm, 50) == 0U);
  BOOST_TEST(entries(crm, 2) == 25U);
}

BOOST_AUTO_TEST_CASE(building_a_unique_index_over_duplicates_names_both) {
  Crm crm;
  crm.deal().indexes.clear();
  crm.deal(3, {{kName, "same"}});
  crm.deal(9, {{kName, "same"}});
  const schema::Index unique = index(60, "by_name", schema::IndexKind::kUnique, {kName});
  auto txn = std::move(*crm.store().begin_write({}));
  const auto progress =
      query::build_index_chunk(*txn, crm.deal(), crm.layouts[kDeal], unique, RecordId(), 100);
  BOOST_REQUIRE(!progress.ok());
  BOOST_TEST((progress.status().code() == Code::kValidation));
  BOOST_TEST(std::string(progress.status().message()).find("deal:3") != std::string::npos);
  BOOST_TEST(std::string(progress.status().message()).find("deal:9") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(damaged_records_are_reported) {
  Crm crm;
  auto txn = std::move(*crm.store().begin_write({}));
  BOOST_REQUIRE(
      txn->put(Table::kRecords, query::record_key(RecordId(kDeal, 1)), std::string(8, '\x7F'))
          .ok());
  const auto progress = query::build_index_chunk(*txn, crm.deal(), crm.layouts[kDeal],
                                                 crm.deal().indexes[0], RecordId(), 100);
  BOOST_TEST((progress.status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()
