// A dump that somebody made, or changed, is refused with the line that is wrong.
#include <functional>

#include "tests/exchange/busy_shop.hpp"
#include "tests/exchange/dump_fixture.hpp"
#include "tests/support/temp_dir.hpp"

namespace kith::test {

namespace {

using Lines = std::vector<std::string>;

struct Case {
  std::string kind;     // the first member of the line that is changed, the first such line
  std::string holding;  // of those the first that holds this
  std::string from;     // what of it is replaced; empty: the whole line goes
  std::string to;
  std::string message;  // a part of what is said
  int place = 0;        // the line that is named, relative to the changed one
};

std::size_t line_of(const Lines& lines, const std::string& kind, const std::string& holding) {
  for (std::size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].starts_with("{\"" + kind + "\":") && lines[i].find(holding) != std::string::npos) {
      return i;
    }
  }
  BOOST_FAIL("the dump has no line " << kind << " with " << holding);
  return 0;
}

const std::vector<Case> kCases = {
    // JSON and lines
    {"record", "", "{\"record\"", "\"record\"", "expected", 0},
    {"record", "", "\"version\":", "\"version\":1,\"version\":", "twice", 0},
    {"record", "", "\"fields\":{", "\"extra\":1,\"fields\":{", "\"extra\" is not known", 0},
    {"record", "", "{\"record\"", "{\"recard\"", "is not known in this format", 0},
    {"record", "", "", "[]", "object with members", 0},
    {"record", "", "", "{}", "object with members", 0},
    {"record", "Acme", "Acme", "\xC3\x28", "UTF-8", 0},
    // header
    {"kith_dump", "", "{\"kith_dump\":1", "{\"kith_dump\":0", "no dump format 0", 0},
    {"kith_dump", "", "\"generation\":", "\"generation\":0,\"old\":", "begin with 1", 0},
    {"kith_dump", "", "\"created\":\"", "\"created\":\"x", "", 0},
    {"type", "", "{\"type\"", "{\"kith_dump\"", "first line", 0},
    // types
    {"type", "", "\"type\":1", "\"type\":2", "without a gap", 0},
    {"type", "\"name\":\"deal\"", "\"id\":2", "\"id\":3", "out of place", 0},
    {"type", "\"name\":\"deal\"", "\"type\":\"date\"", "\"type\":\"day\"", "no type of a field", 0},
    {"type", "\"name\":\"deal\"", "\"scale\":2", "\"scale\":12", "from 0 to 9", 0},
    // the types as a whole are looked at with the first line after them
    {"type", "\"name\":\"account\"", "\"name\":\"account\"", "\"name\":\"deal\"", "name of its own",
     -1},
    {"type", "\"name\":\"deal\"", "\"target\":2", "\"target\":77", "no entity type", -1},
    {"type", "\"name\":\"deal\"", "\"name\":\"score\"", "\"name\":\"note\"", "two fields", -1},
    {"type", "\"name\":\"deal\"", "\"name\":\"score\"", "\"name\":\"points\"", "model document",
     -1},
    {"document", "", "welcome", "wellcome", "", -1},
    {"document", "", "kith_model", "kith_madel", "", -1},
    {"section", "automations", "\"section\":\"automations\"", "\"section\":\"magic\"",
     "no section of a model", 0},
    {"section", "pipelines", "\"bytes\":\"", "\"bytes\":\"AAAA", "", -1},
    {"section", "pipelines", "\"bytes\":\"", "\"bytes\":\"*", "base64", 0},
    // records
    {"record", "\"deal:", "\"record\":\"deal:", "\"record\":\"dael:", "not the id", 0},
    {"record", "\"deal:", "\"record\":\"deal:", "\"record\":\"deal:9", "never given", 0},
    {"record", "\"deal:2\"", "\"record\":\"deal:2\"", "\"record\":\"deal:1\"", "out of order", 0},
    {"record", "Pilot", "\"1200.50\"", "1200.50", "decimal as a text", 0},
    {"record", "Pilot", "\"1200.50\"", "\"1200.5\"", "as kith stores it", 0},
    {"record", "Pilot", "\"1200.50\"", "\"1200.505\"", "", 0},
    {"record", "Pilot", "\"1200.50\"", "\"99999999999999999999.50\"", "", 0},
    {"record", "Pilot", "\"name\":\"Pilot\"", "\"nome\":\"Pilot\"", "no field \"nome\"", 0},
    {"record", "Pilot", "\"name\":\"Pilot\"", "\"name\":null", "left out", 0},
    {"record", "Pilot", "\"name\":\"Pilot\"", "\"name\":{\"$text\":\"AA==\"}", "a text", 0},
    {"record", "Pilot", "\"stage\":\"Offer\"", "\"stage\":\"Over\"", "no option", 0},
    {"record", "Pilot", "\"account:1\"", "\"deal:1\"", "", 0},
    {"record", "Pilot", "\"account:1\"", "\"account:99\"", "which is not there", 0},
    {"record", "Pilot", "\"version\":", "\"version\":9", "not the number of a change", 0},
    {"record", "Pilot", "\"created\":\"2026", "\"created\":\"20026", "", 0},
    // changes
    {"change", "", "{\"change\":1,", "{\"change\":0,", "numbered", 0},
    {"change", "", "{\"change\":1,", "{\"change\":7,", "numbered", 1},
    {"change", "\"change\":2,", "\"kind\":\"create\"", "\"kind\":\"invent\"", "no kind", 0},
    {"change", "\"change\":2,", "\"at\":\"2026", "\"at\":\"2025", "earlier one", 0},
    {"change", "\"change\":2,", "\"changes\":[[1,\"name\"", "\"changes\":[[1,\"nome\"",
     "the field with this id", 0},
    {"change", "\"change\":2,", "\"changes\":[[1,", "\"changes\":[[99,", "no field with this id",
     0},
    {"change", "\"change\":2,", "null,\"Acme\"", "\"Acme\"", "[field id, name, before, after]", 0},
    {"change", "\"prev\":4", "\"prev\":4", "\"prev\":1", "another record", 0},
    {"change", "\"prev\":4", "\"prev\":4", "\"prev\":400", "not before", 0},
    {"change", "\"blanked\":true", "null,null]", "null,\"x\"]", "erased", 0},
    {"change", "\"change\":2,", "\"kind\":", "\"key_id\":1,\"kind\":", "encrypted", 0},
    {"change", "Pilot", "[1,\"name\"", "[2,\"account\",null,null],[1,\"name\"",
     "order of their ids", 0},
    {"change", "Pilot", "[1,\"name\",null,\"Pilot\"]",
     "[1,\"name\",null,\"Pilot\"],[1,\"name\",\"Pilot\",\"Pilot\"]", "order of their ids", 0},
    {"change", "\"change\":2,", "\"record\":\"account:1\"", "\"record\":\"account:9\"",
     "never given", 0},
    {"change", "\"New\",\"Offer\"", "\"begins\":true,", "", "of the same time", 0},
    // queue
    {"counter", "\"message\"", "\"value\":7", "\"value\":2", "never given", 1000},
    {"message", "\"state\":\"dead\"", "\"payload\"", "\"ready\":true,\"payload\"", "dead", 0},
    {"message", "\"ready\":true", "\"ready\":true,", "", "", 1000},
    {"message", "", "\"key\":\"", "\"key\":\"other ", "used keys", 0},
    {"message", "", "\"payload\":{", "\"payload\":[],\"load\":{", "an object", 0},
    {"run", "\"state\":\"active\"", "\"state\":\"active\"", "\"state\":\"done\"", "no timer", 0},
    {"run", "\"state\":\"active\"", "\"state\":\"active\"", "\"state\":\"idle\"", "no state", 0},
    {"timer", "", "{\"timer\":", "{\"timer\":9", "", 0},
    {"timer", "", "", "", "", 1000},
    {"expiry", "\"event\":", "\"expiry\":\"2026", "\"expiry\":\"2025", "has not ended", 0},
    {"expiry", "\"run\":", "\"run\":", "\"run\":99", "not there", 0},
    {"automation_version", "", "{\"automation_version\":1", "{\"automation_version\":2",
     "another version", 0},
    {"used_key", "", "\"used_key\":", "\"used_key\":[],\"x\":", "a text", 0},
    // the rows as a whole, with the last line
    {"run", "\"state\":\"active\"", "\"step\":", "\"step\":99", "behind the last step", 1000},
    {"run", "\"state\":\"active\"", "\"version\":", "\"version\":9", "has no version", 1000},
    {"run", "\"state\":\"active\"", "\"automation\":", "\"automation\":9", "", 1000},
    {"automation_version", "", "", "", "was not kept", 1000},
    {"expiry", "\"event\":", "", "", "forgotten", 1000},
};

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_dump_malformed)

BOOST_AUTO_TEST_CASE(every_wrong_line_is_named) {
  BusyShop shop(":memory:");
  const Lines good = lines_of(dump_text(shop.db));
  require(load_text(":memory:", signed_text(good)));
  for (const Case& wrong : kCases) {
    BOOST_TEST_CONTEXT(wrong.kind << " " << wrong.holding << ": " << wrong.from << " -> "
                                  << wrong.to) {
      Lines lines = good;
      const std::size_t index = line_of(lines, wrong.kind, wrong.holding);
      if (wrong.from.empty() && wrong.to.empty()) {
        lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(index));
      } else if (wrong.from.empty()) {
        lines[index] = wrong.to;
      } else {
        const std::size_t at = lines[index].find(wrong.from);
        BOOST_REQUIRE(at != std::string::npos);
        lines[index].replace(at, wrong.from.size(), wrong.to);
      }
      const auto result = load_text(":memory:", signed_text(lines));
      BOOST_TEST(!result.ok());
      if (result.ok()) continue;
      const std::string message(result.status().message());
      BOOST_TEST((result.status().code() == Code::kImportInvalid), result.status().to_string());
      BOOST_TEST(message.find(wrong.message) != std::string::npos, message);
      BOOST_REQUIRE(!result.status().violations().empty());
      BOOST_TEST(message.find("dump the database again") != std::string::npos, message);
      if (wrong.place == 0 || wrong.place == 1) {
        const auto line = index + 1 + static_cast<std::size_t>(wrong.place);
        BOOST_TEST(result.status().violations()[0].line == line, message);
      }
    }
  }
}

// Or a database that contradicts its own history could be dumped and never be loaded again.
BOOST_AUTO_TEST_CASE(what_is_told_of_the_past_is_taken_and_found_by_a_check) {
  SmallCrm crm;
  crm.create("account", {{"name", "Acme"}});
  std::string text = dump_text(crm.db);
  const std::size_t told = text.rfind("\"Acme\"");
  text.replace(told, 6, "\"Akme\"");
  const testing::TempDir dir;
  require(load_text(dir.sub("crm"), signed_text(lines_of(text))));
  const Database db = require(Database::open(dir.sub("crm")));
  const CheckReport report = require(db.check(require(db.session())));
  BOOST_REQUIRE(report.problems.size() == 1u);
  BOOST_TEST(report.problems[0].code == "record_values");
  BOOST_TEST(report.problems[0].where == "account:1");
  BOOST_TEST(signed_text(lines_of(dump_text(db))) == signed_text(lines_of(text)));
}

BOOST_AUTO_TEST_CASE(lines_out_of_their_order_are_refused) {
  BusyShop shop(":memory:");
  const Lines good = lines_of(dump_text(shop.db));
  for (const auto& [one, other] :
       std::vector<std::pair<std::string, std::string>>{{"type", "document"},
                                                        {"document", "section"},
                                                        {"section", "record"},
                                                        {"record", "change"},
                                                        {"change", "counter"}}) {
    Lines lines = good;
    const std::size_t moved = line_of(lines, one, "");
    std::swap(lines[moved], lines[line_of(lines, other, "")]);
    const auto result = load_text(":memory:", signed_text(lines));
    BOOST_TEST((result.status().code() == Code::kImportInvalid), one + " and " + other);
  }
  Lines more = good;
  more.push_back(good.back());
  std::string text;
  for (const std::string& line : more) text += line + "\n";
  BOOST_TEST((load_text(":memory:", text).status().code() == Code::kImportInvalid));
}

BOOST_AUTO_TEST_CASE(a_value_that_must_be_unique_is) {
  SmallCrm crm;
  crm.create("account", {{"name", "One"}});
  crm.create("account", {{"name", "Two"}});
  std::string text = dump_text(crm.db);
  for (std::size_t at = text.find("Two"); at != std::string::npos; at = text.find("Two")) {
    text.replace(at, 3, "One");
  }
  const auto result = load_text(":memory:", signed_text(lines_of(text)));
  BOOST_TEST(std::string(result.status().message()).find("account:1") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_no_dump_at_all_is_said_to_be_none) {
  for (const char* text :
       {"", "\n", "name,amount\nA,1\n", "{\"a\":1}\n", "null\n", "{\"end\":0}\n"}) {
    const auto result = load_text(":memory:", text);
    BOOST_TEST((result.status().code() == Code::kImportInvalid), text);
    BOOST_TEST(std::string(result.status().message()).find("line 1,") != std::string::npos,
               result.status().to_string());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
