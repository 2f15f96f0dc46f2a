#include "store/format.hpp"

#include "tests/store/backends.hpp"

namespace {

using namespace kith::store;
using namespace kith::store::testing;
using kith::Code;

FormatHeader fresh() {
  FormatHeader header;
  header.writer_version = "0.1.0";
  header.created_us = 1'700'000'000'000'000;
  return header;
}

void write(const Opened& db, const FormatHeader& header) {
  auto txn = db.write();
  must(write_format(*txn, header));
  must(txn->commit());
}

bool has(const kith::Status& status, std::string_view part) {
  return status.message().find(part) != std::string_view::npos;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(store_format)

BOOST_DATA_TEST_CASE(a_new_store_gets_a_header_and_keeps_it, kBackends) {
  Opened db(sample);
  BOOST_TEST(!must(read_format(*db.read())).has_value());
  BOOST_TEST((must(ensure_format(*db.operator->(), fresh(), false)) == fresh()));
  FormatHeader later = fresh();
  later.writer_version = "0.2.0";
  BOOST_TEST((must(ensure_format(*db.operator->(), later, false)) == fresh()));
  BOOST_TEST((must(ensure_format(*db.operator->(), later, true)) == fresh()));
  BOOST_TEST((*must(read_format(*db.read())) == fresh()));
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused_with_both_versions) {
  Opened db(Backend::kMemory);
  FormatHeader header = fresh();
  header.format = kFormat + 1;
  header.writer_version = "7.5.3";
  write(db, header);
  const auto status = ensure_format(*db.operator->(), fresh(), true).status();
  BOOST_TEST((status.code() == Code::kVersionMismatch));
  BOOST_TEST(has(status, "0.1.0"));
  BOOST_TEST(has(status, "dump it with kith 7.5.3"));
  BOOST_TEST(has(status, "newer"));
}

BOOST_AUTO_TEST_CASE(feature_sets_decide_what_an_older_build_may_do) {
  FormatHeader header = fresh();
  header.compat = 1;
  must(check_format(header, "0.1.0", false));
  header.ro_compat = 4;
  must(check_format(header, "0.1.0", true));
  BOOST_TEST((check_format(header, "0.1.0", false).code() == Code::kVersionMismatch));
  BOOST_TEST(has(check_format(header, "0.1.0", false), "read-only"));
  header.incompat = std::uint64_t{1} << 63;
  BOOST_TEST((check_format(header, "0.1.0", true).code() == Code::kVersionMismatch));
}

BOOST_AUTO_TEST_CASE(a_database_without_a_header_is_not_ours) {
  Opened db(Backend::kMemory);
  BOOST_TEST((ensure_format(*db.operator->(), fresh(), true).status().code() == Code::kNotFound));
  db.fill(Table::kMeta, {{"catalog", "x"}});
  BOOST_TEST((ensure_format(*db.operator->(), fresh(), false).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_CASE(a_damaged_header_is_corrupt_at_every_length) {
  Opened db(Backend::kMemory);
  write(db, fresh());
  const std::string row = get(*db.read(), Table::kMeta, kFormatKey);
  for (std::size_t length = 0; length < row.size(); ++length) {
    db.fill(Table::kMeta, {{std::string(kFormatKey), row.substr(0, length)}});
    const auto header = read_format(*db.read());
    BOOST_TEST_REQUIRE(!header.ok());
    BOOST_TEST((header.status().code() == Code::kCorrupt));
  }
  db.fill(Table::kMeta, {{std::string(kFormatKey), "moth" + row.substr(4)}});
  BOOST_TEST((read_format(*db.read()).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()
