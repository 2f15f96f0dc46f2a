// Scores in expressions: points, caps, decay, rows without a value, mistakes, circles.
#include "expr/scores.hpp"

#include <boost/test/unit_test.hpp>

#include "expr/complete.hpp"
#include "expr/cost.hpp"
#include "expr/english.hpp"
#include "expr/explain.hpp"
#include "expr/format.hpp"
#include "tests/expr/expr_testing.hpp"
#include "tests/expr/formula_model.hpp"
#include "tests/support/text.hpp"

namespace {

using namespace kith;
using expr::ScoreMistake;
using expr::test::FormulaModel;
using kith::testing::contains;
using schema::FieldType;
using Row = schema::ScoreRow;

Row row(std::string points, std::string when = "") {
  return {"row", std::move(when), std::move(points), {}, 0, ""};
}

Row decaying(std::string points, std::string since) {
  return {"row", "", std::move(points), {}, 30 * std::int64_t{86'400'000'000}, std::move(since)};
}

struct Scored : FormulaModel {
  Scored() {
    put(kUser, 5, {{"name", "Ann"}});
    put(kAccount, 7, {{"name", "Acme"}, {"industry", "retail"}});
    full = put(kDeal, 42,
               {{"name", "Union"},
                {"stage", "Won"},
                {"close_date", *Date::parse("2017-03-01")},
                {"seen_at", *Timestamp::parse("2017-03-01T00:00:00Z")},
                {"seats", 12},
                {"score", 0.5},
                {"hot", true},
                {"extra", Value("text")},
                {"account", RecordId(kAccount, 7)}});
    bare = put(kDeal, 43, {{"name", "bare"}});
  }

  void add(std::string name, std::vector<Row> rows, std::string entity = "deal") {
    schema::Score& score = scores.emplace_back();
    score.name = std::move(name);
    score.entity = std::move(entity);
    score.rows = std::move(rows);
  }
  expr::Activation at(RecordId id, std::string_view now) {
    expr::Activation activation = on(id);
    activation.set_now(*Timestamp::parse(now));
    return activation;
  }
  std::string on_full(std::string_view source) {
    return expr::test::outcome(source, environment(), on(full));
  }
  std::string on_bare(std::string_view source) {
    return expr::test::outcome(source, environment(), on(bare));
  }
  std::string refusal(std::string_view source, std::uint16_t type = kDeal) {
    const auto program = expr::compile(source, environment(type));
    return program.ok() ? "none" : std::string(program.status().message());
  }
  std::string mistake_of(std::size_t place) {
    const std::vector<ScoreMistake> mistakes = formulas().check_score(scores[place]);
    return mistakes.empty() ? "none" : std::string(mistakes.front().status.message());
  }
  expr::ScoreResult result(std::string_view name, const expr::Activation& activation) {
    const auto score = formulas().score(kDeal, name);
    BOOST_REQUIRE_MESSAGE(score.ok(), score.status().to_string());
    return (*score)->evaluate(activation);
  }
  expr::Program compiled(std::string_view source) {
    auto program = expr::compile(source, environment());
    BOOST_REQUIRE_MESSAGE(program.ok(), program.status().to_string());
    return *program;
  }

  RecordId full, bare;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_scores, Scored)

BOOST_AUTO_TEST_CASE(it_is_the_sum_of_the_rows_that_hold) {
  add("fit", {row("20", "stage == 'Won'"), row("5", "stage == 'Lost'"), row("seats * 2"),
              row("0.25"), row("decimal('-1.5')")});
  BOOST_TEST(on_full("score('fit')") == "42.7500");
  BOOST_TEST(on_full("score('fit') == 42.75 && type(score('fit')) == decimal") == "true");
  BOOST_TEST(on_full("score + 1.0") == "1.5", "the field of this name is as it was");
  BOOST_TEST(on_full("r.score < score('fit').toDouble()") == "type");
  BOOST_TEST(on_full("[1, 2].map(x, score('fit') * x)") == "[42.7500, 85.5000]");
}

BOOST_AUTO_TEST_CASE(the_sum_and_the_points_are_kept_within_bounds) {
  add("fit", {row("seats * 100"), row("-1")});
  scores[0].rows[0].cap = Decimal(50);
  scores[0].max = Decimal(40);
  add("low", {row("-seats * 100"), row("1")});
  scores[1].rows[0].cap = *Decimal::parse("2.5");
  scores[1].min = Decimal(-1);
  add("open", {row("-seats"), row("1")});
  BOOST_TEST(on_full("score('fit')") == "40.0000");
  BOOST_TEST(on_full("score('low')") == "-1.0000");
  BOOST_TEST(on_full("score('open')") == "-11.0000");
  const expr::ScoreResult fit = result("fit", on(full));
  BOOST_TEST(fit.rows[0].points.to_string() == "50.0000");
  BOOST_TEST(fit.total.to_string() == "40.0000");
}

BOOST_AUTO_TEST_CASE(points_decay_with_time) {
  add("fit", {decaying("20", "seen_at"), decaying("10", "close_date")});
  const auto total = [&](std::string_view now) {
    return expr::test::outcome("score('fit')", environment(), at(full, now));
  };
  BOOST_TEST(total("2017-03-01T00:00:00Z") == "30.0000");
  BOOST_TEST(total("2017-03-31T00:00:00Z") == "15.0000");
  BOOST_TEST(total("2017-04-15T00:00:00Z") == "10.6066");  // 7.0711 + 3.5355
  BOOST_TEST(total("2016-01-01T00:00:00Z") == "30.0000", "it is to come");
  BOOST_TEST(compiled("score('fit')").reads_now());
}

BOOST_AUTO_TEST_CASE(a_day_begins_at_midnight_of_the_organisation) {
  add("fit", {decaying("20", "close_date")});
  const Value org(Map{{Value("time_zone"), Value("America/New_York")}});
  expr::Activation activation = at(full, "2017-03-31T04:00:00Z");  // five hours behind, then four
  activation.set_org(&org);
  const Decimal there = result("fit", activation).total;
  BOOST_TEST(there.to_string() == "10.0096");  // an hour of 30 days is lacking
}

// The policy of the language, row by row: docs/expressions.md, "What has no value".
BOOST_AUTO_TEST_CASE(a_row_without_a_value_counts_nothing_and_says_why) {
  add("fit", {row("7"), row("seats"), row("1", "seats > 3"), row("1 / (seats - seats)"),
              row("1", "1 / (seats - 12) > 0"), row("extra"), row("score / 0.0"), row("int(name)"),
              decaying("1", "seen_at")});
  const expr::ScoreResult bad = result("fit", on(bare));
  BOOST_TEST(bad.status.ok());
  BOOST_TEST(bad.total.to_string() == "7.0000");
  using expr::ErrorClass;
  const auto error = [](const expr::ScoreResult& from, std::size_t i) {
    return std::string(evaluation_error_name(from.rows[i].error)) + " " + from.rows[i].message;
  };
  for (const std::size_t missing : {1u, 2u, 3u, 4u, 5u, 6u, 8u}) {
    BOOST_TEST((bad.rows[missing].error == ErrorClass::kMissing), missing);
  }
  BOOST_TEST(bad.rows[1].matched);
  BOOST_TEST(!bad.rows[2].matched, "its condition has no value");
  BOOST_TEST(contains(error(bad, 7), "DATA points: "), error(bad, 7));

  std::uint64_t flags = 0;
  expr::Activation activation = on(full);
  activation.set_formula_errors(&flags);
  const expr::ScoreResult good = result("fit", activation);
  BOOST_TEST(good.rows[1].points.to_string() == "12.0000");
  BOOST_TEST(error(good, 3) == "DATA points: division by zero");
  BOOST_TEST(error(good, 4) == "DATA when: division by zero");
  BOOST_TEST(!good.rows[4].matched);
  BOOST_TEST(contains(error(good, 5), "BUG points: "), error(good, 5));
  BOOST_TEST(contains(error(good, 6), "DATA points: "), error(good, 6));
  BOOST_TEST(flags == 5u, "each mistake is counted, what is missing is not");

  flags = 0;
  activation = on(bare);
  activation.set_formula_errors(&flags);
  BOOST_TEST(expr::test::outcome("score('fit') == 7", environment(), activation) == "true");
  BOOST_TEST(flags == 1u);
}

BOOST_AUTO_TEST_CASE(a_row_beyond_its_limit_counts_nothing_and_stops_nobody) {
  add("fit", {row("7"), row("size(lists.range(seats * 1000).map(x, x * 2))"), row("3")});
  std::uint64_t flags = 0;
  expr::Activation activation = on(full);
  expr::EvaluationLimits limits;
  limits.max_cost = 4'000;
  activation.set_limits(limits);
  activation.set_formula_errors(&flags);
  const expr::ScoreResult all = result("fit", activation);
  BOOST_TEST(all.status.ok());
  BOOST_TEST(all.total.to_string() == "10.0000");
  BOOST_TEST((all.rows[1].error == expr::ErrorClass::kLimit));
  BOOST_TEST(flags == 1u);
  // Who asks goes on with what is left; it does not change what the score is.
  BOOST_TEST(expr::test::outcome("score('fit') + 1", environment(), activation) == "11.0000");
  BOOST_TEST(expr::test::outcome("score('fit') + score('fit') + score('fit') + score('fit')",
                                 environment(), activation) == "LIMIT");
  limits.max_memory = 8'192;
  limits.max_cost = 1'000'000;
  activation.set_limits(limits);
  BOOST_TEST((result("fit", activation).rows[1].error == expr::ErrorClass::kLimit));
  BOOST_TEST(result("fit", activation).total.to_string() == "10.0000");
}

BOOST_AUTO_TEST_CASE(scores_and_formulas_read_each_other) {
  add("base", {row("seats")});
  add("fit", {row("score('base') * 2"), row("bonus"), row("1", "account.industry == 'retail'")});
  add_formula("bonus", FieldType::kDecimal, "score('base') + 0.5");
  add_formula("shown", FieldType::kText, "string(score('fit'))");
  BOOST_TEST(on_full("score('fit')") == "37.5000");
  BOOST_TEST(on_full("shown") == "37.5000");
  BOOST_TEST(formulas().compile().ok());
  const auto* shown = formulas().find(kDeal, catalog.types[kDeal - 1u].find_field("shown")->id);
  BOOST_REQUIRE(shown != nullptr);
  BOOST_TEST(shown->depth == 4);
  BOOST_TEST(shown->not_indexable == "reads other records");
  const auto* bonus = formulas().find(kDeal, catalog.types[kDeal - 1u].find_field("bonus")->id);
  BOOST_REQUIRE(bonus != nullptr);
  BOOST_TEST(bonus->not_indexable == "depends on a score");
  // What a score reads is what its reader reads.
  const expr::Program program = compiled("score('fit') > 1");
  BOOST_TEST(program.max_hops() == 1);
  BOOST_TEST(program.reads_scores());
  BOOST_TEST(program.fields_read().size() == 3u);  // seats, account, bonus
}

BOOST_AUTO_TEST_CASE(circles_are_refused_with_their_path) {
  add("fit", {row("bonus")});
  add_formula("bonus", FieldType::kDecimal, "score('fit') + 0.5");
  add("self", {row("score('self')")});
  BOOST_TEST(contains(mistake_of(0),
                      "formulas and scores read each other in a circle: score('fit') -> bonus -> "
                      "score('fit')"),
             mistake_of(0));
  BOOST_TEST(contains(mistake_of(1), "in a circle: score('self') -> score('self')"), mistake_of(1));
}

BOOST_AUTO_TEST_CASE(what_is_wrong_with_a_row_is_told) {
  add("fit", {row("seets"), row("1", "seats"), row("name"), row("1", "old.seats == 1"),
              row("params.x"), decaying("1", "seats"), row("1", "is_new()"), row("1 +")});
  const std::vector<ScoreMistake> mistakes = formulas().check_score(scores[0]);
  BOOST_REQUIRE_EQUAL(mistakes.size(), 8u);
  const std::vector<std::string> wanted = {"seats",
                                           "bool",
                                           "a number is needed",
                                           "'old' has no meaning in a score",
                                           "'params' has no",
                                           "a timestamp or a date is needed",
                                           "a score says what a record is now",
                                           "expected a value"};
  for (std::size_t i = 0; i < mistakes.size(); ++i) {
    const std::string message(mistakes[i].status.message());
    BOOST_TEST(mistakes[i].row == i);
    BOOST_TEST(contains(message, wanted[i]), message);
    BOOST_TEST(contains(message, "score fit of deal, row row, "), message);
  }
  BOOST_TEST(contains(refusal("score('fit') > 1"),
                      "the score 'deal.score('fit')' has a mistake of its own"),
             refusal("score('fit') > 1"));
}

BOOST_AUTO_TEST_CASE(names_are_looked_up_when_it_is_compiled) {
  add("fit", {row("1")});
  add("reach", {row("1")}, "account");
  BOOST_TEST(contains(refusal("score('fitt') > 1"), "deal has no score 'fitt'"),
             refusal("score('fitt') > 1"));
  BOOST_TEST(contains(refusal("score('fitt') > 1"), "did you mean \"fit\""),
             refusal("score('fitt') > 1"));
  BOOST_TEST(contains(refusal("score('reach') > 1"), "the score 'reach' is one of account"),
             refusal("score('reach') > 1"));
  BOOST_TEST(contains(refusal("score('x') > 1", kUser), "scores are declared in the model"),
             refusal("score('x') > 1", kUser));
  BOOST_TEST(contains(refusal("score(name) > 1"), "the name of a score in quotes"),
             refusal("score(name) > 1"));
  BOOST_TEST(contains(refusal("score() > 1"), "score('name')"), refusal("score() > 1"));
  BOOST_TEST(expr::test::outcome("score('fit') > 1") == "type");
}

BOOST_AUTO_TEST_CASE(the_tools_know_it) {
  add("fit", {row("20", "stage == 'Won'"), row("seats")});
  scores[0].label = "Fit";
  const expr::Program program = compiled("score( 'fit' )>50&&hot");
  BOOST_TEST(expr::format(program.ast()) == "score('fit') > 50 && hot");
  BOOST_TEST(contains(expr::english(program), "the score fit is over 50"), expr::english(program));
  BOOST_TEST(contains(expr::to_text(expr::explain(program)), "score('fit')"));
  const expr::CostEstimate cost = expr::estimate_cost(compiled("score('fit')"));
  BOOST_TEST(cost.min > 0u);
  BOOST_REQUIRE(cost.max.has_value());
  BOOST_TEST(*cost.max < 100u);
  std::vector<std::string> offered;
  for (const auto& one : expr::complete(environment(), "score('f", 8)) offered.push_back(one.text);
  BOOST_TEST((offered == std::vector<std::string>{"fit"}));
  bool macro = false;
  for (const auto& one : expr::complete(environment(), "sco", 3)) macro |= one.text == "score(";
  BOOST_TEST(macro);
}

BOOST_AUTO_TEST_SUITE_END()
