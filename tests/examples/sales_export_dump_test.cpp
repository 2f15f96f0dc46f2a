// A real sales export, dumped and loaded: the same database again.
#include "kith/backup.hpp"
#include "tests/examples/sales_export.hpp"
#include "tests/support/temp_dir.hpp"

using namespace kith;
using namespace kith::test;

namespace {

std::string dump_text(const Database& db) {
  std::ostringstream out;
  const DumpStats stats = require(dump(db, out));
  BOOST_TEST(stats.bytes == out.str().size());
  return out.str();
}

std::uint64_t record_count(const Reader& reader) {
  std::uint64_t count = 0;
  for (const char* entity : {"sales_agent", "product", "account", "deal"}) {
    count += require(reader.query({.entity = entity, .select = {"id"}})).rows.size();
  }
  return count;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples_sales_export_dump, *boost::unit_test::precondition(have_exports))

BOOST_AUTO_TEST_CASE(a_real_crm_is_the_same_after_a_dump_and_a_load) {
  const std::string text = dump_text(original().database());
  const kith::testing::TempDir dir;
  std::istringstream in(text);
  const DumpStats loaded = require(load(dir.sub("crm"), in));
  BOOST_TEST(loaded.records == record_count(original().read()));
  BOOST_TEST(loaded.records > 8800u);
  BOOST_TEST(loaded.changes >= loaded.records);
  BOOST_TEST(loaded.bytes == text.size());

  const Database copy = require(Database::open(dir.sub("crm")));
  const std::string again = dump_text(copy);
  BOOST_TEST((again == text), "the dump of what was loaded is another one");
  const Session session = require(copy.session());
  const CheckReport report = require(copy.check(session));
  BOOST_TEST(report.problem_count == 0u);
  BOOST_TEST(report.records == loaded.records);
  BOOST_TEST(report.changes == loaded.changes);
}

BOOST_AUTO_TEST_CASE(its_reports_agree) {
  const std::string text = dump_text(original().database());
  const kith::testing::TempDir dir;
  std::istringstream in(text);
  require(load(dir.sub("crm"), in));
  const Database copy = require(Database::open(dir.sub("crm")));
  const Snapshot there = require(require(copy.session()).read());
  const Snapshot here = original().read();
  const std::vector<ReportInfo> reports = require(here.reports());
  BOOST_TEST(!reports.empty());
  BOOST_TEST(require(there.reports()).size() == reports.size());
  for (const ReportInfo& info : reports) {
    const Rows expected = require(here.report(info.name)).rows;
    const Rows found = require(there.report(info.name)).rows;
    BOOST_TEST(!expected.rows.empty(), info.name);
    BOOST_TEST((found.rows == expected.rows), info.name);
  }
  const RecordId deal = require(there.find("deal", "external_id", "1C1I7A6R"));
  BOOST_TEST(to_json(require(there.history(deal)), there) ==
             to_json(require(here.history(deal)), here));
}

BOOST_AUTO_TEST_SUITE_END()
