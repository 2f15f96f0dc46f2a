// A dump tells everything, and what is loaded from it is the same database.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <limits>

#include "exchange/dump_value.hpp"
#include "tests/exchange/busy_shop.hpp"
#include "tests/exchange/dump_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

using store::Table;
using testing::TempDir;

const std::vector<Table> kSameTables = {Table::kIndex, Table::kHistory, Table::kQueue};

Database load_and_open(const std::string& path, const std::string& text) {
  require(load_text(path, text));
  return require(Database::open(path));
}

std::string why(const Result<DumpStats>& result) { return std::string(result.status().message()); }

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_dump)

BOOST_AUTO_TEST_CASE(values_of_every_kind_come_back_to_the_bit) {
  const TempDir dir;
  SmallCrm crm(dir.sub("a"), kKinds);
  const RecordId ada = crm.create("user", {{"name", "Ada"}});
  std::vector<RecordId> ids;
  for (Patch thing : extreme_things()) {
    if (!ids.empty()) {
      thing.emplace_back("one", ids.back());
      thing.emplace_back("many", List{ids.back(), ids.front()});
      thing.emplace_back("owner", ada);
    }
    ids.push_back(crm.create("thing", thing));
  }
  KITH_CHECK_OK(crm.update(ids[0], {{"text", "b"}, {"one", ids.back()}, {"data", Value()}}));
  const std::string text = dump_text(crm.db);
  const Database same = load_and_open(dir.sub("b"), text);
  check_equal_tables(
      crm.db, same,
      {Table::kRecords, Table::kIndex, Table::kHistory, Table::kBlobs, Table::kQueue});
  BOOST_TEST((dump_text(same) == text));
}

BOOST_AUTO_TEST_CASE(a_busy_database_goes_on_after_loading_as_if_nothing_had_been) {
  const TempDir dir;
  BusyShop shop(dir.sub("a"));
  const std::string text = dump_text(shop.db);
  for (const char* kind : {"{\"run\":", "{\"timer\":", "{\"message\":", "{\"date_wait\":",
                           "{\"enrolment\":", "{\"event\":", "{\"used_key\":", "{\"counter\":",
                           "{\"expiry\":", "{\"automation_version\":"}) {
    BOOST_TEST(text.find("\n" + std::string(kind)) != std::string::npos, kind);
  }
  Shop same(load_and_open(dir.sub("b"), text), shop.now);
  check_equal_tables(shop.db, same.db, kSameTables);
  BOOST_TEST((dump_text(same.db) == text));
  for (int day = 0; day < 40; ++day) {
    shop.wait(Duration::hours(13));
    same.now = shop.now;
    const TickResult one = shop.tick();
    const TickResult other = same.tick();
    BOOST_TEST(one.runs == other.runs);
    BOOST_TEST(one.changes == other.changes);
    LeaseOptions two;
    two.limit = 2;
    for (Shop* each : {static_cast<Shop*>(&shop), &same}) {
      each->act([&](Transaction& t) { require(t.lease(two)); });
    }
  }
  BOOST_TEST((dump_text(shop.db) == dump_text(same.db)));
  check_equal_tables(shop.db, same.db, kSameTables);
}

// With history, large values, and something in every line of the queue.
BOOST_AUTO_TEST_CASE(what_was_loaded_is_sound) {
  const TempDir dir;
  BusyShop shop(dir.sub("a"));
  const auto large = [](char c) { return Value(std::string(70'000, c)); };
  const RecordId deal = shop.create("deal", {{"name", "Large"}, {"note", large('a')}});
  shop.update(deal, {{"note", large('b')}});
  const CheckReport before = require(shop.db.check(shop.session));
  BOOST_TEST(before.clean());
  const std::string text = dump_text(shop.db);
  const Database same = load_and_open(dir.sub("b"), text);
  const CheckReport report = require(same.check(require(same.session())));
  for (const Problem& problem : report.problems) {
    BOOST_ERROR(problem.code << " " << problem.where << ": " << problem.message);
  }
  BOOST_TEST(report.clean());
  BOOST_TEST(report.blobs >= 2u);
  BOOST_TEST(report.changes > 20u);
  BOOST_TEST(report.queue_rows > 20u);
  BOOST_TEST(report.records == before.records);
  BOOST_TEST(report.references == before.references);
  BOOST_TEST(report.index_entries == before.index_entries);
  BOOST_TEST(report.changes == before.changes);
  BOOST_TEST(report.blobs == before.blobs);
  BOOST_TEST(report.queue_rows == before.queue_rows);
}

BOOST_AUTO_TEST_CASE(the_same_database_gives_the_same_bytes_and_so_does_an_empty_one) {
  SmallCrm crm;
  BOOST_TEST((dump_text(crm.db) == dump_text(crm.db)));
  const TempDir dir;
  const std::string text = dump_text(crm.db);
  BOOST_TEST((dump_text(load_and_open(dir.sub("b"), text)) == text));
  SmallCrm standard(":memory:", "");
  const std::string whole = dump_text(standard.db);
  BOOST_TEST((dump_text(load_and_open(dir.sub("c"), whole)) == whole));
  SmallCrm none(":memory:", R"({"kith_model": 1})");
  const std::string nothing = dump_text(none.db);
  BOOST_TEST((dump_text(load_and_open(dir.sub("d"), nothing)) == nothing));
}

BOOST_AUTO_TEST_CASE(loading_in_memory_only_looks) {
  SmallCrm crm;
  crm.create("deal", {{"name", "x"}});
  const DumpStats stats = require(load_text(":memory:", dump_text(crm.db)));
  BOOST_TEST(stats.records == 1u);
  BOOST_TEST(stats.changes == 1u);
  BOOST_TEST(stats.bytes == dump_text(crm.db).size());
}

BOOST_AUTO_TEST_CASE(a_place_that_is_taken_is_left_alone) {
  const TempDir dir;
  SmallCrm crm(dir.sub("a"));
  const std::string text = dump_text(crm.db);
  const auto result = load_text(dir.sub("a"), text);
  BOOST_TEST((result.status().code() == Code::kInvalidArgument));
  std::filesystem::create_directory(dir.sub("empty"));
  require(load_text(dir.sub("empty") + "/", text));
  BOOST_TEST(require(Database::open(dir.sub("empty"))).info().ok());
}

BOOST_AUTO_TEST_CASE(a_newer_format_is_refused_with_both_versions) {
  SmallCrm crm;
  std::vector<std::string> lines = lines_of(dump_text(crm.db));
  lines[0] = R"({"kith_dump":2,"kith":"9.8.7","novelty":[1]})";
  const auto result = load_text(":memory:", signed_text(lines));
  BOOST_TEST((result.status().code() == Code::kVersionMismatch));
  BOOST_TEST(why(result).find("9.8.7") != std::string::npos, why(result));
  BOOST_TEST(why(result).find(require(crm.db.info()).written_by) != std::string::npos, why(result));
}

BOOST_AUTO_TEST_CASE(a_dump_that_was_cut_at_any_line_or_within_one_is_refused) {
  const TempDir dir;
  BusyShop shop(":memory:");
  const std::string text = dump_text(shop.db);
  std::size_t line = 0;
  for (std::size_t end = text.find('\n'); end != std::string::npos;
       end = text.find('\n', end + 1)) {
    ++line;
    if (end + 1 == text.size()) break;
    for (const std::size_t cut : {end + 1, end, end / 2 + 1}) {
      const auto result = load_text(":memory:", text.substr(0, cut));
      BOOST_REQUIRE(!result.ok());
      BOOST_TEST((result.status().code() == Code::kImportInvalid));
      if (cut != end + 1) continue;
      const std::string place = "line " + std::to_string(line + 1) + ",";
      BOOST_TEST(why(result).find(place) != std::string::npos, why(result));
    }
  }
  BOOST_TEST(line > 50u);
  BOOST_TEST(!load_text(dir.sub("b"), text.substr(0, text.size() / 2)).ok());
  BOOST_TEST(std::filesystem::is_empty(dir.path()));
}

BOOST_AUTO_TEST_CASE(a_line_that_was_lost_or_altered_is_noticed_by_the_checksum) {
  BusyShop shop(":memory:");
  const std::vector<std::string> lines = lines_of(dump_text(shop.db));
  for (std::size_t i = 1; i + 1 < lines.size(); i += 3) {
    std::vector<std::string> fewer = lines;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    std::string text;
    for (const std::string& line : fewer) text += line + "\n";
    BOOST_TEST(!load_text(":memory:", text).ok());
  }
  std::string text = dump_text(shop.db);
  text.replace(text.find("Acme"), 4, "Acne");
  const auto result = load_text(":memory:", text);
  BOOST_TEST(why(result).find("altered") != std::string::npos, why(result));
  BOOST_TEST(result.status().violations().at(0).line == lines.size());
}

BOOST_AUTO_TEST_CASE(a_killed_load_leaves_no_database_and_hinders_no_other) {
  // A stream that ends the process when it comes to its last bytes.
  struct Fatal : std::stringbuf {
    using std::stringbuf::stringbuf;
    std::streamsize xsgetn(char* to, std::streamsize size) override {
      if (in_avail() <= size) ::raise(SIGKILL);
      return std::stringbuf::xsgetn(to, size);
    }
  };
  const TempDir dir;
  SmallCrm crm;
  for (int i = 0; i < 300; ++i) {
    crm.create("deal", {{"name", "deal " + std::to_string(i)}, {"note", std::string(900, 'n')}});
  }
  const std::string text = dump_text(crm.db);
  const ::pid_t child = ::fork();
  if (child == 0) {
    Fatal fatal(text, std::ios::in);
    std::istream in(&fatal);
    static_cast<void>(load(dir.sub("b"), in));
    ::_exit(0);
  }
  int state = 0;
  BOOST_REQUIRE(::waitpid(child, &state, 0) == child);
  BOOST_TEST((WIFSIGNALED(state) && WTERMSIG(state) == SIGKILL));
  BOOST_TEST(!std::filesystem::exists(dir.sub("b")));
  BOOST_TEST(std::filesystem::exists(dir.sub("b.loading")));
  require(load_text(dir.sub("b"), text));
  BOOST_TEST(!std::filesystem::exists(dir.sub("b.loading")));
  BOOST_TEST(!std::filesystem::exists(dir.sub("b.loading.lock")));
  BOOST_TEST((dump_text(require(Database::open(dir.sub("b")))) == text));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
