#include "schema/organisation.hpp"

#include <boost/test/unit_test.hpp>

#include "base/json.hpp"

using namespace kith;
using namespace kith::schema;

namespace {

// The codes of what is wrong, each with line:column.
std::string problems(std::string_view text) {
  const auto node = json::parse(text);
  BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
  Diagnostics diagnostics;
  parse_organisation(&*node, {}, diagnostics);
  std::string out;
  for (const Violation& violation : diagnostics.errors()) {
    if (!out.empty()) out += ' ';
    out += violation.code + "@" + std::to_string(violation.line) + ":" +
           std::to_string(violation.column);
  }
  return out;
}

std::string first_message(std::string_view text) {
  const auto node = json::parse(text);
  BOOST_REQUIRE(node.ok());
  Diagnostics diagnostics;
  parse_organisation(&*node, {}, diagnostics);
  return diagnostics.ok() ? "" : diagnostics.errors().front().message;
}

Organisation read(std::string_view text) {
  const auto node = json::parse(text);
  BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
  Diagnostics diagnostics;
  Organisation out = parse_organisation(&*node, {}, diagnostics);
  BOOST_TEST(diagnostics.ok(), diagnostics.status("test").to_string());
  return out;
}

constexpr std::string_view kOffice = R"({
  "currency": "EUR", "time_zone": "Europe/Vienna", "calendar": "office",
  "calendars": {
    "office": {"hours": {"mon": ["09:00-12:30", "13:00-17:00"], "fri": ["09:00-12:00"]},
               "holidays": ["2026-12-25", "2026-01-01"],
               "exceptions": {"2026-12-24": ["09:00-11:00"], "2026-12-23": []}},
    "support": {"label": "Hotline", "time_zone": "America/New_York",
                "hours": {"sat": ["00:00-24:00"]}}
  }})";

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_organisation)

BOOST_AUTO_TEST_CASE(a_whole_one_is_read_and_stored) {
  const Organisation declared = read(kOffice);
  const Result<Organisation> stored = decode_organisation(encode(declared));
  BOOST_REQUIRE_MESSAGE(stored.ok(), stored.status().to_string());
  for (const Organisation* here : {&declared, &*stored}) {
    BOOST_TEST(here->currency == "EUR");
    BOOST_TEST(here->time_zone == "Europe/Vienna");
    BOOST_REQUIRE(here->default_calendar() != nullptr);
    BOOST_TEST(here->default_calendar()->label == "Office");
    const base::BusinessCalendar& office = here->default_calendar()->calendar;
    BOOST_TEST(office.zone().name() == "Europe/Vienna");
    BOOST_TEST(office.hours().week[0].size() == 2u);
    BOOST_TEST(office.hours().week[0][0].to == 12 * 3600 + 1800);
    BOOST_TEST(office.hours().holidays.size() == 2u);
    BOOST_TEST(office.is_business_day(*Date::parse("2026-12-24")));
    BOOST_TEST(!office.is_business_day(*Date::parse("2026-12-23")));
    BOOST_TEST(!office.is_business_day(*Date::parse("2026-12-25")));
    BOOST_REQUIRE(here->find_calendar("support") != nullptr);
    BOOST_TEST(here->find_calendar("support")->label == "Hotline");
    BOOST_TEST(here->find_calendar("support")->calendar.zone().name() == "America/New_York");
    BOOST_TEST(here->find_calendar("offices") == nullptr);
  }
  BOOST_TEST(encode(declared) == encode(*stored));
}

BOOST_AUTO_TEST_CASE(nothing_is_said) {
  Diagnostics diagnostics;
  const Organisation none = parse_organisation(nullptr, {}, diagnostics);
  BOOST_TEST(diagnostics.ok());
  BOOST_TEST(none.empty());
  BOOST_TEST(encode(none).empty());
  BOOST_TEST(decode_organisation("")->empty());
  BOOST_TEST(read("{}").default_calendar() == nullptr);
}

BOOST_AUTO_TEST_CASE(mistakes_have_their_place) {
  BOOST_TEST(problems("[]") == "type@1:1");
  BOOST_TEST(problems(R"({"currencies": "EUR"})") == "unknown_member@1:2");
  BOOST_TEST(problems(R"({"currency": "eur"})") == "currency@1:14");
  BOOST_TEST(problems(R"({"currency": "EURO"})") == "limit@1:14");
  BOOST_TEST(problems(R"({"time_zone": "Europe/Wien"})") == "time_zone@1:15");
  BOOST_TEST(problems(R"({"calendar": "office"})") == "unknown_calendar@1:14");
  BOOST_TEST(problems(R"({"calendars": []})") == "type@1:15");
  const auto office = [](const std::string& members) {
    return problems("{\"calendars\": {\"office\": {" + members + "}}}");
  };
  BOOST_TEST(office("") == "missing_member@1:26");
  BOOST_TEST(office(R"("hours": {})") == "hours@1:36");
  BOOST_TEST(office(R"("hours": {"monday": []})") == "hours@1:36 unknown_member@1:37");
  BOOST_TEST(office(R"("hours": {"mon": ["9-17"]})") == "hours@1:45");
  BOOST_TEST(office(R"("hours": {"mon": ["17:00-09:00"]})") == "hours@1:45");
  BOOST_TEST(office(R"("hours": {"mon": ["09:00-24:01"]})") == "hours@1:45");
  BOOST_TEST(office(R"("hours": {"mon": ["09:00-12:00", "11:00-13:00"]})") == "hours@1:60");
  const std::string hours = R"("hours": {"mon": ["09:00-17:00"]}, )";
  BOOST_TEST(office(hours + R"("holidays": ["2026-02-30"])") == "date@1:75");
  BOOST_TEST(office(hours + R"("holidays": ["2026-01-01", "2026-01-01"])") ==
             "duplicate_name@1:89");
  std::string many;
  for (int i = 0; i < 25; ++i) many += std::string(i == 0 ? "" : ", ") + "\"09:00-10:00\"";
  BOOST_TEST(office("\"hours\": {\"mon\": [" + many + "]}") == "limit@1:44");
  BOOST_TEST(office(hours + R"("exceptions": {"x": []})") == "date@1:77");
  BOOST_TEST(office(hours + R"("exceptions": [])") == "type@1:76");
  BOOST_TEST(problems("{\"calendars\": {\"Our Office\": {\"hours\": {\"mon\": []}}}}")
                 .starts_with("name@1:16"));
}

BOOST_AUTO_TEST_CASE(a_misspelt_calendar_is_guessed) {
  BOOST_TEST(first_message(R"({"calendar": "ofice",
      "calendars": {"office": {"hours": {"mon": []}}}})")
                 .find("did you mean \"office\"?") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(damaged_payloads_are_refused) {
  const std::string payload = encode(read(kOffice));
  for (std::size_t size = 1; size < payload.size(); ++size) {
    BOOST_TEST(!decode_organisation(payload.substr(0, size)).ok());
  }
  BOOST_TEST(!decode_organisation(payload + "x").ok());
}

BOOST_AUTO_TEST_SUITE_END()
