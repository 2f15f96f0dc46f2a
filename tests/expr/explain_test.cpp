#include "expr/explain.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/expr/random_expression.hpp"
#include "tests/expr/sample_model.hpp"

namespace {

using namespace kith::expr;

struct Deals : test::SampleModel {
  Deals() {
    put(kAccount, 7, {{"name", "Acme"}, {"industry", "retail"}});
    deal = put(kDeal, 1,
               {{"name", "n"},
                {"stage", "Won"},
                {"seats", 3},
                {"account", kith::RecordId(kAccount, 7)},
                {"tags", kith::List{kith::Value("vip"), kith::Value("late")}}});
  }
  Program program(std::string_view source) {
    kith::Result<Program> out = compile(source, environment());
    BOOST_REQUIRE_MESSAGE(out.ok(), out.status().to_string());
    return *std::move(out);
  }
  std::string traced(std::string_view source) {
    const kith::Result<TraceNode> out = trace(program(source), on(deal));
    return out.ok() ? to_text(*out) : out.status().to_string();
  }
  kith::RecordId deal;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_explain, Deals)

BOOST_AUTO_TEST_CASE(a_tree_of_what_is_asked) {
  BOOST_TEST(to_text(explain(program("amount>1000.0&&account.industry=='retail'"))) ==
             "amount > 1000.0 && account.industry == 'retail'  [and, bool, cost 0 to 10]\n"
             "  amount > 1000.0  [operator >, bool, cost 0]\n"
             "    amount  [field, wrapper(decimal), cost 0]\n"
             "    1000.0  [literal, decimal, cost 0]\n"
             "  account.industry == 'retail'  [operator ==, bool, cost 0 to 10]\n"
             "    account.industry  [field industry, wrapper(string), cost 0 to 10]\n"
             "      account  [field, wrapper(account), cost 0]\n"
             "    'retail'  [literal, string, cost 0]\n");
  const ExpressionNode abs = explain(program("math.abs(r.seats)"));
  BOOST_TEST(abs.kind == "call");
  BOOST_TEST(abs.name == "math.abs");
  BOOST_REQUIRE(abs.parts.size() == 1u);
  BOOST_TEST(abs.parts[0].kind == "field");
  BOOST_TEST(abs.parts[0].parts.empty());
  const ExpressionNode loop = explain(program("tags.exists(t, t == 'vip')"));
  BOOST_TEST(loop.kind == "loop");
  BOOST_TEST(loop.name == "exists");
  BOOST_TEST(loop.parts.at(1).parts.at(0).kind == "variable");
}

BOOST_AUTO_TEST_CASE(why_a_record_does_not_match) {
  BOOST_TEST(traced("stage == 'Won' && seats > 5 && hot") ==
             "stage == 'Won' && seats > 5 && hot  = false\n"
             "  stage == 'Won'  = true\n"
             "    stage  = 'Won'\n"
             "    'Won'\n"
             "  seats > 5  = false\n"
             "    seats  = 3\n"
             "    5\n"
             "  hot  (not needed)\n");
  BOOST_TEST(traced("amount > 5.0") ==
             "amount > 5.0  ! MISSING: no _>_ for (null_type, decimal)\n"
             "  amount  = null\n"
             "  5.0\n");
  BOOST_TEST(traced("account.industry") ==
             "account.industry  = 'retail'\n"
             "  account  = #562949953421319\n");
}

BOOST_AUTO_TEST_CASE(loops_tell_their_last_round) {
  BOOST_TEST(traced("tags.exists(t, t == 'late')") ==
             "tags.exists(t, t == 'late')  = true\n"
             "  tags  = [\"vip\", \"late\"]\n"
             "  t == 'late'  = true  (the last of 2)\n"
             "    t  = 'late'  (the last of 2)\n"
             "    'late'\n");
}

BOOST_AUTO_TEST_CASE(a_limit_is_told_at_the_top) {
  const kith::Result<TraceNode> out =
      trace(program("lists.range(5000).all(i, lists.range(5000).all(j, i >= 0))"), on(deal));
  BOOST_REQUIRE(out.ok());
  BOOST_TEST((out->error == ErrorClass::kLimit));
}

// Watching changes nothing of what comes out.
BOOST_AUTO_TEST_CASE(a_trace_agrees_with_the_evaluation) {
  test::RandomExpression random(9);
  const Environment variables = test::RandomExpression::environment();
  int compared = 0;
  for (int round = 0; round < 600; ++round) {
    const std::string source = random.any(1 + round % 5);
    const kith::Result<Program> program = compile(source, variables);
    if (!program.ok()) continue;
    const std::map<std::string, kith::Value> values = random.values();
    Activation activation;
    for (const auto& [name, value] : values) activation.set_variable(name, &value);
    const Outcome outcome = program->outcome(activation);
    const kith::Result<TraceNode> traced = trace(*program, activation);
    BOOST_REQUIRE(traced.ok());
    if (outcome.failure.error == ErrorClass::kLimit) continue;
    BOOST_REQUIRE_MESSAGE(traced->error == outcome.failure.error, source);
    if (outcome.ok()) {
      BOOST_REQUIRE_MESSAGE(traced->value.to_string() == outcome.value.to_string(), source);
    }
    BOOST_TEST(!to_text(*traced).empty());
    BOOST_TEST(!to_text(explain(*program)).empty());
    ++compared;
  }
  BOOST_TEST(compared > 400);
}

BOOST_AUTO_TEST_SUITE_END()
