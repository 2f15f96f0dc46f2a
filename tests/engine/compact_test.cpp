// A compacted database is the same database in fewer bytes, whatever interrupts the compacting.
#include "kith/backup.hpp"

#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <optional>
#include <thread>

#include "query/index_writer.hpp"
#include "store/exclusive.hpp"
#include "tests/exchange/busy_shop.hpp"
#include "tests/exchange/dump_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

using testing::TempDir;

Database open(const std::string& path) { return require(Database::open(path)); }

std::string document(std::string_view fields) {
  return R"({"kith_model": 1, "entities": {"thing": {"fields": {)" + std::string(fields) + "}}}}";
}

template <typename Crm>
Status put_model(Crm& crm, std::string_view fields) {
  return crm.db.apply_model(crm.session, document(fields)).status();
}

constexpr std::string_view kAll =
    R"("name": {"type": "text"}, "former": {"type": "text"}, "number": {"type": "int"},
       "price": {"type": "money"}, "flag": {"type": "bool"}, "day": {"type": "date"},
       "rate": {"type": "float"}, "tags": {"type": "multi_choice", "options": ["a", "b"]},
       "raw": {"type": "bytes"}, "one": {"type": "reference", "to": "thing"})";
constexpr std::string_view kFewer =
    R"("name": {"type": "text"}, "flag": {"type": "bool"}, "day": {"type": "date"},
       "rate": {"type": "float"}, "tags": {"type": "multi_choice", "options": ["a", "b"]},
       "one": {"type": "reference", "to": "thing"})";

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_compact)

BOOST_AUTO_TEST_CASE(a_busy_database_is_the_same_afterwards) {
  const TempDir dir;
  std::string before;
  {
    BusyShop shop(dir.sub("a"));
    before = dump_text(shop.db);
  }
  const CompactResult result = require(compact(dir.sub("a")));
  BOOST_TEST(result.bytes_before > 0u);
  BOOST_TEST(result.bytes_after <= result.bytes_before);
  // custom: text 1, of the choice and the money nothing was removed
  BOOST_TEST(result.slots_reclaimed == 1u);
  const Database db = open(dir.sub("a"));
  std::vector<std::string> left = lines_of(before);
  std::vector<std::string> right = lines_of(dump_text(db));
  BOOST_REQUIRE(left.size() == right.size());
  // The generation moves with the layouts; all else is as it was.
  for (std::size_t i = 1; i + 1 < left.size(); ++i) BOOST_TEST(left[i] == right[i]);
  BOOST_TEST(require(db.check(require(db.session()))).clean());
}

BOOST_AUTO_TEST_CASE(removed_fields_give_back_their_slots_and_come_back_behind_the_others) {
  const TempDir dir;
  const std::string path = dir.sub("a");
  std::vector<RecordId> ids;
  {
    SmallCrm crm(path, document(kAll));
    ids.push_back(crm.create("thing", {{"name", "none"}}));
    ids.push_back(
        crm.create("thing", {{"name", "all"},
                             {"former", "secret words"},
                             {"number", 7},
                             {"price", Money{decimal("5"), require(Currency::parse("EUR"))}},
                             {"flag", true},
                             {"day", date("2026-02-03")},
                             {"rate", -0.5},
                             {"tags", List{"b"}},
                             {"raw", Bytes{std::string(9000, 'r')}},
                             {"one", ids[0]}}));
    KITH_CHECK_OK(put_model(crm, kFewer));
  }
  const CompactResult first = require(compact(path));
  BOOST_TEST(first.slots_reclaimed == 1u + 2u + 3u + 1u);  // former, number, price, raw
  {
    Shop crm(open(path), at("2026-04-01T00:00:00Z"));
    const Record record = require(crm.read().get(ids[1]));
    BOOST_TEST((record.at("name") == Value("all")));
    BOOST_TEST((record.at("flag") == Value(true)));
    BOOST_TEST((record.at("day") == Value(date("2026-02-03"))));
    BOOST_TEST((record.at("rate") == Value(-0.5)));
    BOOST_TEST((record.at("tags") == Value(List{"b"})));
    BOOST_TEST((record.at("one") == Value(ids[0])));
    BOOST_TEST(
        rows_of(crm.db, store::Table::kRecords).at(query::record_key(ids[1])).find("secret") ==
        std::string::npos);
    // A field that comes back is empty, has its id, and its slots do not overlap another's.
    KITH_CHECK_OK(put_model(crm, std::string(kAll) + R"(, "new": {"type": "int"})"));
    BOOST_TEST(require(crm.read().get(ids[1])).at("former").is_null());
    crm.update(ids[1], {{"former", "again"}, {"number", 9}, {"new", 11}});
    const Record later = require(crm.read().get(ids[1]));
    BOOST_TEST((later.at("former") == Value("again")));
    BOOST_TEST((later.at("number") == Value(9)));
    BOOST_TEST((later.at("new") == Value(11)));
    BOOST_TEST((later.at("flag") == Value(true)));
    BOOST_TEST((later.at("tags") == Value(List{"b"})));
    const auto history = require(crm.read().history(ids[1]));
    BOOST_TEST(history.size() == 2u);
    BOOST_TEST(history[1].fields.size() == 10u);
    // What came back is not what the history says of the time before it went, and that is known.
    BOOST_TEST(require(crm.db.check(crm.session)).clean());
  }
  BOOST_TEST(require(compact(path)).slots_reclaimed == 0u);
  Shop crm(open(path), at("2026-04-01T00:00:00Z"));
  BOOST_TEST((require(crm.read().get(ids[1])).at("new") == Value(11)));
}

BOOST_AUTO_TEST_CASE(the_file_of_a_database_that_lost_its_records_shrinks) {
  const TempDir dir;
  const std::string path = dir.sub("a");
  {
    SmallCrm crm(path);
    std::vector<RecordId> ids;
    Transaction t = crm.begin();
    for (int i = 0; i < 2000; ++i) {
      ids.push_back(require(t.create("deal", {{"name", std::string(500, 'd')}})));
    }
    KITH_CHECK_OK(t.commit());
    Transaction purge = crm.begin();
    for (const RecordId id : ids) KITH_CHECK_OK(purge.purge(id));
    KITH_CHECK_OK(purge.commit());
  }
  const CompactResult result = require(compact(path));
  BOOST_TEST(result.bytes_after * 2 < result.bytes_before);
  BOOST_TEST(std::filesystem::file_size(path + "/data.mdb") == result.bytes_after);
  BOOST_TEST(!std::filesystem::exists(path + "/data.mdb.compact"));
}

BOOST_AUTO_TEST_CASE(a_database_that_somebody_has_open_is_busy) {
  const TempDir dir;
  const std::string path = dir.sub("a");
  {
    SmallCrm crm(path);
    const auto here = compact(path);
    BOOST_TEST((here.status().code() == Code::kBusy), here.status().to_string());
    BOOST_TEST(std::string(here.status().message()).find(std::to_string(::getpid())) !=
               std::string::npos);
  }
  int ready[2];
  BOOST_REQUIRE(::pipe(ready) == 0);
  const ::pid_t child = ::fork();
  if (child == 0) {
    const auto db = Database::open(path);
    const char byte = db.ok() ? 'y' : 'n';
    static_cast<void>(!::write(ready[1], &byte, 1));
    ::pause();
    ::_exit(0);
  }
  char byte = 0;
  BOOST_REQUIRE(::read(ready[0], &byte, 1) == 1);
  BOOST_TEST(byte == 'y');
  const auto there = compact(path);
  BOOST_TEST((there.status().code() == Code::kBusy), there.status().to_string());
  BOOST_TEST(std::string(there.status().message()).find(std::to_string(child)) != std::string::npos,
             there.status().to_string());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  ::close(ready[0]);
  ::close(ready[1]);
  require(compact(path));
  BOOST_TEST((compact(dir.sub("none")).status().code() == Code::kNotFound));
  BOOST_TEST((compact(":memory:").status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(nobody_opens_a_database_that_is_being_compacted) {
  const TempDir dir;
  const std::string path = dir.sub("a");
  { SmallCrm crm(path); }
  const auto alone = require(store::open_lmdb_exclusively(path));
  BOOST_TEST((Database::open(path).status().code() == Code::kBusy));
  BOOST_TEST((compact(path).status().code() == Code::kBusy));
  const ::pid_t child = ::fork();
  if (child == 0) ::_exit(Database::open(path).status().code() == Code::kBusy ? 0 : 1);
  int state = 0;
  ::waitpid(child, &state, 0);
  BOOST_TEST((WIFEXITED(state) && WEXITSTATUS(state) == 0));
}

BOOST_AUTO_TEST_CASE(a_kill_at_any_moment_leaves_the_old_database_or_the_new_one) {
  const TempDir dir;
  const std::string path = dir.sub("a");
  {
    SmallCrm crm(path, document(kAll));
    Transaction t = crm.begin();
    for (int i = 0; i < 3000; ++i) {
      require(t.create("thing", {{"name", "thing " + std::to_string(i)}, {"former", "x"}}));
    }
    KITH_CHECK_OK(t.commit());
    KITH_CHECK_OK(put_model(crm, kFewer));
  }
  const std::string seed = dir.sub("seed");
  std::filesystem::copy(path, seed, std::filesystem::copy_options::recursive);
  std::vector<std::string> wanted = lines_of(dump_text(open(seed)));
  int unfinished = 0;
  int finished = 0;
  for (int round = 0; finished < 3 && round < 60; ++round) {
    const ::pid_t child = ::fork();
    if (child == 0) ::_exit(compact(path).ok() ? 0 : 1);
    std::this_thread::sleep_for(std::chrono::microseconds(700 * round));
    ::kill(child, SIGKILL);
    int state = 0;
    ::waitpid(child, &state, 0);
    if (WIFEXITED(state)) {
      BOOST_TEST(WEXITSTATUS(state) == 0);
      ++finished;
    } else {
      ++unfinished;
    }
    const std::vector<std::string> lines = lines_of(dump_text(open(path)));
    BOOST_REQUIRE(lines.size() == wanted.size());
    for (std::size_t i = 1; i + 1 < lines.size(); ++i) BOOST_REQUIRE(lines[i] == wanted[i]);
    std::filesystem::remove_all(path);
    std::filesystem::copy(seed, path, std::filesystem::copy_options::recursive);
  }
  BOOST_TEST(unfinished > 0);
  require(compact(path));
  BOOST_TEST(!std::filesystem::exists(path + "/data.mdb.compact"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
