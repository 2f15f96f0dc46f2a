#include "expr/cost.hpp"

#include <boost/test/unit_test.hpp>

#include <chrono>

#include "tests/expr/random_expression.hpp"
#include "tests/expr/sample_model.hpp"

namespace {

using namespace kith::expr;

// "0", "5..12", "3.." without a bound.
std::string estimate(std::string_view source, const Environment& environment) {
  const kith::Result<Program> program = compile(source, environment);
  if (!program.ok()) return program.status().to_string();
  const CostEstimate cost = estimate_cost(*program);
  std::string out = std::to_string(cost.min);
  if (!cost.max) return out + "..";
  return *cost.max == cost.min ? out : out + ".." + std::to_string(*cost.max);
}
std::string estimate(std::string_view source) {
  return estimate(source, test::RandomExpression::environment());
}

}  // namespace

BOOST_AUTO_TEST_SUITE(expr_cost)

BOOST_AUTO_TEST_CASE(known_sizes_give_bounds) {
  BOOST_TEST(estimate("1 + 2 * 3") == "0");
  BOOST_TEST(estimate("i > 1 && b") == "0");
  BOOST_TEST(estimate("'ab' in ['ab', 'cd']") == "0");
  BOOST_TEST(estimate("size(s)") == "1..");
  BOOST_TEST(estimate("[i, i, i, i].exists(x, x > 1)").starts_with("4..16"));
  BOOST_TEST(estimate("[i, i].map(x, x + 1).size()") == "8");
  BOOST_TEST(estimate("xs.all(x, x > 1)") == "0..");
  BOOST_TEST(estimate("[i, i].all(x, [i, i, i].all(y, x < y))").find("..") != std::string::npos);
  BOOST_TEST(estimate("lists.range(2000000).size()") == "2000000");
  // A text of a known length.
  BOOST_TEST(estimate("'0123456789'.contains(string(i))").starts_with("3.."));
}

BOOST_AUTO_TEST_CASE(fields_have_the_bounds_of_the_model) {
  const test::SampleModel model;
  const Environment environment = model.environment();
  BOOST_TEST(estimate("amount > 1000.0 && stage == 'Won'", environment) == "0");
  BOOST_TEST(estimate("'vip' in tags", environment) == "0..1");
  BOOST_TEST(estimate("tags.exists(t, t == 'late')", environment) == "0..9");
  BOOST_TEST(estimate("account.name == 'Acme'", environment) == "0..10");
  BOOST_TEST(estimate("account.parent.name.startsWith('A')", environment) == "0..20");
  BOOST_TEST(estimate("name.contains('x')", environment) == "1..");
}

BOOST_AUTO_TEST_CASE(every_node_has_its_own) {
  const kith::Result<Program> program =
      compile("b || [i, i].map(x, x).size() > 1", test::RandomExpression::environment());
  BOOST_REQUIRE(program.ok());
  const std::vector<CostEstimate> costs = estimate_nodes(*program);
  BOOST_TEST(costs.size() == program->ast().size());
  const Node& root = program->ast().root();
  BOOST_TEST(costs[root.args[0]->id].max.value() == 0u);
  BOOST_TEST(costs[root.args[1]->id].max.value() == 4u);
  BOOST_TEST((costs[root.id] == estimate_cost(*program)));
}

// What the meter charged lies within what was said before.
BOOST_AUTO_TEST_CASE(estimates_hold_for_random_expressions) {
  test::RandomExpression random(77);
  const Environment environment = test::RandomExpression::environment();
  int evaluated = 0;
  int bounded = 0;
  for (int round = 0; round < 4000; ++round) {
    const std::string source = random.any(1 + round % 6);
    const kith::Result<Program> program = compile(source, environment);
    if (!program.ok()) continue;
    const CostEstimate estimate = estimate_cost(*program);
    for (int run = 0; run < 2; ++run) {
      const std::map<std::string, kith::Value> values = random.values();
      Activation activation;
      for (const auto& [name, value] : values) activation.set_variable(name, &value);
      const Outcome outcome = program->outcome(activation);
      if (outcome.failure.error == ErrorClass::kLimit) continue;
      BOOST_REQUIRE_MESSAGE(!estimate.max || outcome.cost <= *estimate.max,
                            source << "\ncost " << outcome.cost << ", at most " << *estimate.max);
      if (!outcome.ok()) continue;
      ++evaluated;
      bounded += estimate.max ? 1 : 0;
      BOOST_REQUIRE_MESSAGE(outcome.cost >= estimate.min,
                            source << "\ncost " << outcome.cost << ", at least " << estimate.min);
    }
  }
  BOOST_TEST(evaluated > 1000);
  BOOST_TEST(bounded > 500);
}

BOOST_AUTO_TEST_SUITE_END()

namespace {

struct Bombs {
  Bombs() {
    text = kith::Value(std::string(400'000, 'a'));
    zeros = kith::Value(std::string(400'000, '0'));
    other = kith::Value(std::string(400'000, 'a'));
    kith::List same(1000, kith::Value(std::string(1000, 'a')));
    texts = kith::Value(std::move(same));
    Type type;
    parse_type("list(string)", &type);
    for (const char* name : {"x", "y", "z"}) {
      environment.add_variable(name, Type::of(TypeKind::kString));
    }
    environment.add_variable("texts", type);
  }

  // The class it ends with, having stopped in good time.
  std::string stops(std::string_view source) {
    const kith::Result<Program> program = compile(source, environment);
    if (!program.ok()) return program.status().to_string();
    Activation activation;
    activation.set_variable("x", &text);
    activation.set_variable("y", &other);
    activation.set_variable("z", &zeros);
    activation.set_variable("texts", &texts);
    const auto start = std::chrono::steady_clock::now();
    const Outcome outcome = program->outcome(activation);
    const auto took = std::chrono::steady_clock::now() - start;
    // Generous: sanitizers and busy machines are slow, a bomb takes minutes.
    BOOST_CHECK_MESSAGE(
        took < std::chrono::seconds(5),
        source << " took " << std::chrono::duration_cast<std::chrono::milliseconds>(took).count()
               << " ms");
    return outcome.ok() ? "ok" : std::string(evaluation_error_name(outcome.failure.error));
  }

  // The part, for each of a million pairs.
  std::string repeated(std::string_view part) {
    return stops("lists.range(1000).all(i, lists.range(1000).all(j, " + std::string(part) +
                 " || true))");
  }

  Environment environment;
  kith::Value text, other, zeros, texts;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_bombs, Bombs)

BOOST_AUTO_TEST_CASE(work_on_long_texts_is_charged) {
  for (const char* part : {"x == y",
                           "x <= y",
                           "x in [y]",
                           "x.startsWith(y)",
                           "x.endsWith(y)",
                           "x.contains(y)",
                           "x.indexOf('b') < 0",
                           "x.lastIndexOf('b') < 0",
                           "x.replace('b', 'c') == ''",
                           "x.split('b').size() > 0",
                           "x.charAt(i) == 'a'",
                           "x.substring(i) != ''",
                           "x.trim() != ''",
                           "x.lowerAscii() != ''",
                           "x.reverse() != ''",
                           "size(x) > 0",
                           "int(z) == 0",
                           "double(z) == 0.0",
                           "uint(z) == 0u",
                           "decimal(z) == 0.0",
                           "x.contains_ci(y)",
                           "fold(x) != ''",
                           "strings.quote(x) != ''",
                           "base64.encode(bytes(x)) != ''",
                           "{x: 1} != {}",
                           "x in {'b': 1}",
                           "x.matches('b|c')",
                           "[x, y].sort().size() == 2",
                           "'%s'.format([x]) != ''",
                           "sets.contains([x], [y])",
                           "[x, y].distinct().size() == 1",
                           "[x, y].sortBy(t, t).size() == 2",
                           "x + y != ''",
                           "[x, y].join() != ''"}) {
    BOOST_TEST_CONTEXT(part) { BOOST_TEST(repeated(part) == "LIMIT"); }
  }
}

BOOST_AUTO_TEST_CASE(lists_that_grow_are_charged) {
  BOOST_TEST(stops("lists.range(1000000000).size() > 0") == "LIMIT");
  BOOST_TEST(stops("lists.range(1000).map(i, lists.range(1000)).flatten().size() > 0") == "LIMIT");
  BOOST_TEST(stops("cel.bind(a, lists.range(1000), lists.range(1000).map(i, a).flatten())") ==
             "LIMIT");
  BOOST_TEST(stops("x.split('').size() > 0") == "LIMIT");
  BOOST_TEST(stops("x.split('').distinct().size() > 0") == "LIMIT");
  BOOST_TEST(repeated("texts.sort().size() == 0") == "LIMIT");
  BOOST_TEST(repeated("texts.distinct().size() == 1") == "LIMIT");
  BOOST_TEST(repeated("texts.join(x) != ''") == "LIMIT");
  BOOST_TEST(stops("x.replace('', x) != ''") == "LIMIT");
  BOOST_TEST(stops("x.replace('a', x) != ''") == "LIMIT");
}

// Each list refers twice to the one before: it is small inside and endless outside.
BOOST_AUTO_TEST_CASE(shared_lists_do_not_explode) {
  std::string source = "[a59, a59]";
  for (int i = 59; i > 0; --i) {
    const std::string before = "a" + std::to_string(i - 1);
    source =
        "cel.bind(a" + std::to_string(i) + ", [" + before + ", " + before + "], " + source + ")";
  }
  source = "cel.bind(a0, [1, 1], " + source + ")";
  BOOST_TEST(stops(source) == "LIMIT");
  BOOST_TEST(stops("cel.bind(b, " + source + ", b == b)") == "LIMIT");
  BOOST_TEST(stops("'%s'.format([" + source + "])") == "LIMIT");
}

BOOST_AUTO_TEST_CASE(regular_expressions_are_charged_by_what_they_stand_for) {
  BOOST_TEST(repeated("'b'.matches('(a{100}){10}' + string(j))") == "LIMIT");
  BOOST_TEST(repeated("'b'.matches('(a{1000}){1000}' + string(j))") == "LIMIT");
  BOOST_TEST(repeated("x.matches('(a?){500}b')") == "LIMIT");
  BOOST_TEST(stops("x.matches('(a|aa)+$')") == "ok");
}

BOOST_AUTO_TEST_SUITE_END()
