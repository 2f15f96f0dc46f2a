// Scores in a database: published, asked everywhere, explained, read in the past.
#include <boost/test/unit_test.hpp>

#include "tests/api/fixture.hpp"
#include "tests/support/text.hpp"

namespace kith::test {
using testing::contains;

namespace {

// `rows` are those of the score fit; `more` goes behind the other sections.
std::string model(std::string_view rows, std::string_view more = "", std::string_view head = "") {
  return R"({"kith_model": 1, "name": "scored", "entities": {
    "user": {"fields": {"name": {"type": "text"}}},
    "lead": {"fields": {"name": {"type": "text"}, "title": {"type": "text"},
      "score": {"type": "int"}, "seats": {"type": "int"}, "seen": {"type": "timestamp"},
      "note": {"type": "text"},
      "grade": {"type": "text", "formula": "score('fit') >= 50 ? 'A' : 'B'"}},
      "rules": {"no_hopeless": {"check": "score('fit') >= 0",
        "message": "This lead is hopeless"}}}},
  "scores": {"fit": {"entity": "lead", "max": 100, )" +
         std::string(head) + R"("rows": [)" + std::string(rows) + "]}}" + std::string(more) + "}";
}

const std::string kRows = R"J(
  {"name": "senior", "when": "title.contains('Chief')", "points": "40"},
  {"name": "size", "points": "60 / seats", "cap": 30},
  {"name": "seen", "points": "20", "half_life": "30d", "since": "seen"})J";

Status publish(SmallCrm& crm, const std::string& document) {
  return crm.db.apply_model(crm.session, document, false).status();
}

std::string violations(const Status& status) {
  std::string text;
  for (const Violation& violation : status.violations()) {
    text += std::to_string(violation.line) + ":" + std::to_string(violation.column) + " " +
            violation.code + ": " + violation.message + "\n";
  }
  return text.empty() ? status.to_string() : text;
}

struct Leads : SmallCrm {
  Leads() : SmallCrm(":memory:", model(kRows)) {
    chief = create("lead", {{"name", "Ada"},
                            {"title", "Chief Engineer"},
                            {"seats", 3},
                            {"seen", at("2026-01-30T09:00:00Z")},
                            {"score", 5}});
    small = create("lead", {{"name", "Bob"}, {"title", "Clerk"}, {"seats", 0}});
    plain = create("lead", {{"name", "Cy"}});
  }
  Rows ask(std::string_view json) { return require(read().query(require(Query::from_json(json)))); }
  std::string line(std::string_view json) {
    std::string text;
    for (const auto& row : ask(json).rows) {
      for (const Value& value : row) text += value.to_string() + "|";
      text += " ";
    }
    return text;
  }
  RecordId chief, small, plain;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_scores)

BOOST_AUTO_TEST_CASE(queries_select_filter_group_and_order_by_it) {
  Leads crm;
  BOOST_TEST(crm.line(R"J({"entity": "lead", "select": ["name", "score('fit')"],
                           "order_by": ["-score('fit')", "name"]})J") ==
             "Ada|70.0000| Bob|0.0000| Cy|0.0000| ");
  BOOST_TEST(crm.line(R"J({"entity": "lead", "where": "score('fit') > 50",
                           "select": ["name", "score", "grade"]})J") == "Ada|5|A| ");
  const Rows rows = crm.ask(R"J({"entity": "lead", "select": ["score('fit')"]})J");
  BOOST_TEST(rows.columns[0].type == "decimal");
  BOOST_TEST(rows.stats.errors == 1u, "Bob's size is told");
  BOOST_TEST(
      crm.line(R"J({"entity": "lead", "group_by": [{"name": "good", "of": "score('fit') > 50"}],
      "measures": [{"name": "total", "function": "sum", "of": "score('fit')"}]})J") ==
      "false|0.0000| true|70.0000| ");
}

BOOST_AUTO_TEST_CASE(a_score_is_told_row_by_row) {
  Leads crm;
  const Score ada = require(crm.read().score(crm.chief, "fit"));
  BOOST_TEST(ada.name == "fit");
  BOOST_TEST(ada.label == "Fit");
  BOOST_TEST(ada.total.to_string() == "70.0000");
  BOOST_TEST(to_json(ada) ==
             R"({"name":"fit","label":"Fit","total":70.0000,"rows":[)"
             R"({"name":"senior","points":40.0000,"matched":true,"error":"","message":""},)"
             R"({"name":"size","points":20.0000,"matched":true,"error":"","message":""},)"
             R"({"name":"seen","points":10.0000,"matched":true,"error":"","message":""}]})");
  const Score bob = require(crm.read().score(crm.small, "fit"));
  BOOST_TEST(bob.total.to_string() == "0.0000");
  BOOST_TEST(!bob.rows[0].matched);
  BOOST_TEST((bob.rows[0].error == EvaluationError::kNone));
  BOOST_TEST((bob.rows[1].error == EvaluationError::kData));
  BOOST_TEST(bob.rows[1].message == "points: division by zero");
  BOOST_TEST((bob.rows[2].error == EvaluationError::kMissing));
  const Score cy = require(crm.read().score(crm.plain, "fit"));
  for (const ScoreRow& row : cy.rows) BOOST_TEST((row.error == EvaluationError::kMissing));

  const auto wrong = crm.read().score(crm.chief, "fitt");
  BOOST_TEST((wrong.status().code() == Code::kInvalidArgument));
  BOOST_TEST(contains(wrong.status().to_string(), "did you mean \"fit\""));
  BOOST_TEST(
      (crm.read().score(RecordId(crm.chief.type(), 99), "fit").status().code() == Code::kNotFound));
  BOOST_TEST((crm.read().score(RecordId(77, 1), "fit").status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_CASE(the_time_of_the_reader_counts) {
  Leads crm;
  const Snapshot later = require(crm.session.read(at("2026-03-31T09:00:00Z")));
  BOOST_TEST(require(later.score(crm.chief, "fit")).total.to_string() == "65.0000");
  crm.now = at("2026-04-01T09:00:00Z");
  KITH_CHECK_OK(crm.update(crm.chief, {{"title", "Clerk"}, {"seats", 60}}));
  BOOST_TEST(
      require(require(crm.session.read(crm.now)).score(crm.chief, "fit")).total.to_string() ==
      "5.8858");  // 1 + 20 / 2^(61 / 30)
  const AsOf when = AsOf::time(at("2026-03-15T09:00:00Z"));
  const Snapshot then = require(crm.session.read_as_of(when));
  const Score past = require(then.score(crm.chief, "fit"));
  BOOST_TEST(past.rows[0].points.to_string() == "40.0000", "the title of that time");
  BOOST_TEST(past.rows[1].points.to_string() == "20.0000");
  const Rows rows = require(then.query(require(
      Query::from_json(R"J({"entity": "lead", "select": ["score('fit')"], "limit": 1})J"))));
  BOOST_TEST(rows.rows[0][0].to_string() == past.total.to_string());
}

BOOST_AUTO_TEST_CASE(rules_and_automations_ask_for_it) {
  Leads crm;
  const std::string automation = R"(, "automations": {"hot": {"entity": "lead", "on": "updated",
    "when": "score('fit') >= 90", "steps": [{"set": {"note": "'hot'"}}]}})";
  KITH_CHECK_OK(publish(crm, model(kRows + R"(, {"name": "lost", "when": "note == 'lost'",
    "points": "-500"})",
                                   automation)));
  const Status refused = crm.update(crm.chief, {{"note", "lost"}});
  BOOST_TEST(contains(violations(refused), "This lead is hopeless"), violations(refused));
  KITH_CHECK_OK(crm.update(crm.chief, {{"seats", 2}, {"seen", at("2026-03-01T09:00:00Z")}}));
  BOOST_TEST((require(crm.session.tick({.now = crm.now})).runs == 1u));
  BOOST_TEST(require(crm.read().get(crm.chief)).at("note").to_string() == "hot");
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_refused_at_its_place) {
  const auto refusal = [](const std::string& document) {
    return violations(check_model(document, "m.json"));
  };
  BOOST_TEST(contains(refusal(model(R"({"name": "a", "points": "seets"})")),
                      "expression: score fit of lead, row a, points: "));
  BOOST_TEST(contains(refusal(model(R"({"name": "a", "points": "seets"})")), "seats"));
  BOOST_TEST(contains(refusal(model(R"({"name": "a", "points": "grade"})")),
                      "read each other in a circle"));
  BOOST_TEST(contains(refusal(model(R"({"name": "a", "points": "title"})")), "a number is needed"));
  BOOST_TEST(contains(refusal(model(R"({"name": "a", "points": "old.seats"})")),
                      "'old' has no meaning in a score"));
  BOOST_TEST(contains(refusal(model(R"J({"name": "a", "points": "size(lists.range(900000))"})J")),
                      "more than its share"));
  BOOST_TEST(contains(refusal(model(R"({"name": "a", "points": "1", "half_life": "1d"})")),
                      "\"since\" is missing"));
  BOOST_TEST(
      contains(refusal(model(R"({"name": "a", "points": "1"})", "", R"("sum": 1, )")), "\"sum\""));
  const std::string unknown = R"({"kith_model": 1, "entities": {"lead": {"fields": {
    "n": {"type": "int"}}, "rules": {"r": {"check": "score('fitt') > 1", "message": "no"}}}},
    "scores": {"fit": {"entity": "lead", "rows": [{"name": "a", "points": "1"}]}}})";
  BOOST_TEST(contains(refusal(unknown), "lead has no score 'fitt'; did you mean \"fit\""));
  const std::string nowhere = R"({"kith_model": 1, "entities": {"lead": {"fields": {
    "n": {"type": "int"}}}}, "scores": {"fit": {"entity": "laed",
      "rows": [{"name": "a", "points": "1"}]}}})";
  BOOST_TEST(contains(refusal(nowhere),
                      "2:59 unknown_entity: score \"fit\": there is no entity "
                      "type \"laed\"; did you mean \"lead\""),
             refusal(nowhere));
}

BOOST_AUTO_TEST_CASE(no_index_holds_it) {
  const std::string document = R"({"kith_model": 1, "entities": {"lead": {"fields": {
    "n": {"type": "int"}, "fit": {"type": "decimal", "scale": 2, "formula": "score('fit') * 2"},
    "twice": {"type": "decimal", "scale": 2, "formula": "fit * 2"}},
    "indexes": {"by_fit": ["twice"]}}},
    "scores": {"fit": {"entity": "lead", "rows": [{"name": "a", "points": "n"}]}}})";
  const std::string text = violations(check_model(document, "m.json"));
  BOOST_TEST(contains(text, "it depends on a score"), text);
}

BOOST_AUTO_TEST_CASE(applying_tells_of_scores_and_nothing_when_they_stay) {
  Leads crm;
  const auto changes = [&](const std::string& document) {
    std::string text;
    for (const ModelChange& change :
         require(crm.db.apply_model(crm.session, document, false)).changes) {
      text += change.what + ";";
    }
    return text;
  };
  BOOST_TEST(changes(model(kRows)) == "");
  BOOST_TEST(changes(model(R"({"name": "all", "points": "60"})")) == "scores changed;");
  BOOST_TEST(require(crm.read().score(crm.plain, "fit")).total.to_string() == "60.0000");
  BOOST_TEST(require(crm.read().get(crm.plain)).at("grade").to_string() == "A");
}

BOOST_AUTO_TEST_CASE(the_standard_model_scores_its_leads) {
  SmallCrm crm(":memory:", standard_model());
  const RecordId ada = crm.create("lead", {{"name", "Ada"},
                                           {"job_title", "Head of Sales"},
                                           {"employees", 600},
                                           {"email", "ada@example.com"},
                                           {"source", "referral"},
                                           {"score", 3}});
  const RecordId bob = crm.create("lead", {{"name", "Bob"}, {"email", "bob@gmail.com"}});
  const RecordId cy = crm.create("lead", {{"name", "Cy"}, {"status", "unqualified"}});
  const auto total = [&](RecordId id) {
    return require(crm.read().score(id, "fit")).total.to_string();
  };
  BOOST_TEST(total(ada) == "100.0000");
  BOOST_TEST(total(bob) == "30.0000");
  BOOST_TEST(total(cy) == "0.0000");
}

BOOST_FIXTURE_TEST_CASE(the_model_tells_of_them, Leads) {
  const std::vector<EntityInfo> entities = require(db.entities());
  BOOST_TEST(entities.at(0).scores.empty());
  BOOST_REQUIRE(entities.at(1).scores.size() == 1u);
  const ScoreInfo& fit = entities[1].scores[0];
  BOOST_TEST(fit.name == "fit");
  BOOST_TEST(fit.label == "Fit");
  BOOST_TEST(!fit.min.has_value());
  BOOST_TEST((fit.max == Decimal(100)));
  BOOST_REQUIRE(fit.rows.size() == 3u);
  BOOST_TEST(fit.rows[0].when == "title.contains('Chief')");
  BOOST_TEST(!fit.rows[0].half_life.has_value());
  BOOST_TEST(fit.rows[1].points == "60 / seats");
  BOOST_TEST((fit.rows[1].cap == Decimal(30)));
  BOOST_TEST((fit.rows[2].half_life == Duration::days(30)));
  BOOST_TEST(fit.rows[2].since == "seen");
  const std::string json = to_json(entities);
  const auto written = [&](std::string_view part) { BOOST_TEST(contains(json, part), json); };
  written(R"J("scores":[{"name":"fit","label":"Fit","max":100,"rows":[)J");
  written(R"J({"name":"senior","when":"title.contains('Chief')","points":"40","since":""})J");
  written(R"J({"name":"size","when":"","points":"60 / seats","cap":30,"since":""})J");
  written(R"J("points":"20","half_life":"2592000s","since":"seen"}]}],"capnp_schema":)J");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
