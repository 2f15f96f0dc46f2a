// The `scores` section: read, complained of, stored.
#include "schema/scores.hpp"

#include <boost/test/unit_test.hpp>

#include "base/json.hpp"

using namespace kith;
using namespace kith::schema;

namespace {

struct Read {
  std::vector<ScoreDeclaration> declared;
  Diagnostics diagnostics;
};

Read read(std::string_view text) {
  const Result<json::Node> node = json::parse(text);
  BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
  Read out;
  out.declared = parse_scores(&*node, {}, out.diagnostics);
  return out;
}

std::string complaints(std::string_view text) {
  std::string out;
  for (const Violation& v : read(text).diagnostics.errors()) {
    out += std::to_string(v.line) + ":" + std::to_string(v.column) + " " + v.code + " " +
           v.message + "\n";
  }
  return out;
}

constexpr std::string_view kFit = R"({"fit": {"entity": "lead", "min": 0, "max": 99.5, "rows": [
  {"name": "senior", "when": "seats > 1", "points": "20", "cap": 20, "half_life": "30d",
   "since": "updated"},
  {"name": "any", "points": "1"}]}, "reach": {"entity": "account", "label": "How far",
  "rows": [{"name": "one", "points": "1"}]}})";

// The complaint about a row with these members beside its name and points.
std::string about_row(const std::string& members) {
  return complaints(R"({"fit": {"entity": "lead", "rows": [{"name": "a", "points": "1", )" +
                    members + "}]}}");
}

void says(const std::string& text, std::string_view part) {
  BOOST_TEST((text.find(part) != std::string::npos), part << " is not in: " << text);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_scores)

BOOST_AUTO_TEST_CASE(a_score_is_read_with_its_places) {
  const Read out = read(kFit);
  BOOST_TEST(out.diagnostics.ok(), complaints(kFit));
  BOOST_REQUIRE_EQUAL(out.declared.size(), 2u);
  const Score& fit = out.declared[0].score;
  BOOST_TEST(fit.name == "fit");
  BOOST_TEST(fit.label == "Fit");
  BOOST_TEST(fit.entity == "lead");
  BOOST_TEST(fit.min->to_string() == "0");
  BOOST_TEST(fit.max->to_string() == "99.5");
  BOOST_REQUIRE_EQUAL(fit.rows.size(), 2u);
  BOOST_TEST(fit.rows[0].half_life_us == 30 * std::int64_t{86'400'000'000});
  BOOST_TEST(fit.rows[0].since == "updated");
  BOOST_TEST(fit.rows[1].when.empty());
  BOOST_TEST(!fit.rows[1].cap);
  BOOST_TEST(out.declared[0].rows[0].when.line == 2u);
  BOOST_TEST(out.declared[0].rows[0].since.line == 3u);
  BOOST_TEST(out.declared[1].score.label == "How far");
  const Scores all = scores_of(out.declared);
  BOOST_TEST(find_score(all, "lead", "fit") == &all[0]);
  BOOST_TEST(find_score(all, "account", "fit") == nullptr);
  BOOST_TEST(parse_scores(nullptr, {}, const_cast<Diagnostics&>(out.diagnostics)).empty());
}

BOOST_AUTO_TEST_CASE(what_is_stored_is_what_was_read) {
  const Scores all = scores_of(read(kFit).declared);
  const std::string payload = encode(all);
  const Result<Scores> back = decode_scores(payload);
  BOOST_REQUIRE(back.ok());
  BOOST_TEST((*back == all));
  BOOST_TEST(encode({}).empty());
  BOOST_TEST(decode_scores("")->empty());
  for (std::size_t size = 1; size < payload.size(); ++size) {
    BOOST_TEST(!decode_scores(std::string_view(payload).substr(0, size)).ok(), size);
  }
  BOOST_TEST(!decode_scores(payload + "x").ok());
  BOOST_TEST(!decode_scores("\x07" + payload.substr(1)).ok());
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place_and_remedy) {
  says(complaints("[]"), "1:1 type scores: \"scores\" must be an object");
  says(complaints(R"({"Fit": {"entity": "lead", "rows": [{"name": "a",
    "points": "1"}]}})"),
       "1:2 name ");
  says(complaints(R"({"fit": {"rows": [{"name": "a", "points": "1"}]}})"), "\"entity\" is missing");
  says(complaints(R"({"fit": {"entity": "lead"}})"), "\"rows\" is missing");
  says(complaints(R"({"fit": {"entity": "lead", "rows": []}})"), "a score is a list of rows");
  says(complaints(R"({"fit": {"entity": "lead", "row": []}})"), "did you mean \"rows\"");
  says(complaints(R"({"fit": {"entity": "lead", "min": 5, "max": 4,
    "rows": [{"name": "a", "points": "1"}]}})"),
       "range score \"fit\": \"min\" is above \"max\"");
  says(complaints(R"({"fit": {"entity": "lead", "min": 0.00001,
    "rows": [{"name": "a", "points": "1"}]}})"),
       "at most 4 digits after the point");
  says(complaints(R"({"fit": {"entity": "lead", "rows": [{"name": "a",
    "points": "1"}, {"name": "a", "points": "2"}]}})"),
       "2:30 duplicate_name");
  says(complaints(R"({"fit": {"entity": "lead", "rows": [{"name": "a"}]}})"),
       "\"points\" is missing");
  says(about_row(R"("cap": -1)"), "\"cap\" must be a number from 0");
  says(about_row(R"("half_life": "30d")"), "\"since\" is missing");
  says(about_row(R"("since": "updated")"), "\"half_life\" is missing");
  says(about_row(R"("half_life": "0s", "since": "updated")"),
       "must be a duration above zero, such as \"30d\"");
  says(about_row(R"("when": "")"), "\"when\" is empty");
  says(about_row(R"("pionts": "1")"), "did you mean \"points\"");
}

BOOST_AUTO_TEST_CASE(the_type_must_be_there) {
  Catalog catalog;
  EntityType& lead = catalog.types.emplace_back();
  lead.id = 1;
  lead.name = "lead";
  Read out = read(kFit);
  check_scores(out.declared, catalog, out.diagnostics);
  const std::vector<Violation> errors = out.diagnostics.errors();
  BOOST_REQUIRE_EQUAL(errors.size(), 1u);
  says(errors[0].message, "score \"reach\": there is no entity type \"account\"");
  BOOST_TEST(errors[0].line == 4u);
}

BOOST_AUTO_TEST_SUITE_END()
