// Expressions by themselves and on records, as a host of the C++ library has them.
#include "kith/expression.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "tests/api/fixture.hpp"

using namespace kith;
using namespace kith::test;

namespace {

Expression alone(std::string_view source,
                 std::vector<std::pair<std::string, std::string>> variables = {}) {
  ExpressionOptions options;
  options.variables = std::move(variables);
  return require(Expression::compile(source, options));
}

Evaluation evaluated(std::string_view source, const Map& variables = {}) {
  return alone(source).evaluate(variables);
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_expression)

BOOST_AUTO_TEST_CASE(a_value_of_every_type_goes_in_and_comes_out_the_same) {
  const Timestamp instant(1'600'000'000, 123'456'789);
  const std::vector<std::pair<std::string, Value>> values = {
      {"bool", true},
      {"int", std::numeric_limits<std::int64_t>::min()},
      {"uint", std::numeric_limits<std::uint64_t>::max()},
      {"double", -0.0},
      {"double", std::numeric_limits<double>::infinity()},
      {"decimal", decimal("-12345678901234567890.123456789012345678")},
      {"string", "Zo\xC3\xAB"},
      {"bytes", Bytes{std::string("\0\xFF", 2)}},
      {"date", date("2024-02-29")},
      {"timestamp", instant},
      {"duration", Duration::nanoseconds(-1)},
      {"list(dyn)", List{Value(1), Value("two"), Value()}},
      {"map(string, dyn)", Map{{Value("k"), Value(List{Value(1u)})}}},
      {"type", TypeName{"google.protobuf.Timestamp"}},
      {"optional_type(int)", Optional(Value(7))},
      {"optional_type(int)", Optional()},
      {"optional_type(dyn)", Optional(Value(Optional()))},
      {"null_type", Value()},
  };
  for (const auto& [type, value] : values) {
    const Evaluation out = alone("x", {{"x", type}}).evaluate({{Value("x"), value}});
    BOOST_TEST(out.ok(), type + ": " + out.message);
    BOOST_TEST((out.value == value), type + ": " + out.value.to_string());
    BOOST_TEST((out.value.kind() == value.kind()), type);
  }
  const Evaluation nan =
      alone("x", {{"x", "double"}}).evaluate({{Value("x"), Value(std::nan(""))}});
  BOOST_TEST(std::isnan(*nan.value.floating()));
  const Evaluation zero = alone("x", {{"x", "double"}}).evaluate({{Value("x"), Value(-0.0)}});
  BOOST_TEST(std::signbit(*zero.value.floating()));
}

BOOST_AUTO_TEST_CASE(results_of_every_type_come_out) {
  BOOST_TEST((evaluated("optional.of(1)").value == Value(Optional(Value(1)))));
  BOOST_TEST((evaluated("optional.none()").value == Value(Optional())));
  BOOST_TEST((evaluated("type(1u)").value == Value(TypeName{"uint"})));
  BOOST_TEST((evaluated("b'\\xff'").value == Value(Bytes{"\xFF"})));
  BOOST_TEST((evaluated("[optional.of(1u)]").value == Value(List{Value(Optional(Value(1u)))})));
}

BOOST_AUTO_TEST_CASE(an_evaluation_that_fails_says_of_which_class_and_where) {
  const auto fails = [](std::string_view source, EvaluationError error, std::uint32_t column) {
    const Evaluation out = evaluated(source);
    BOOST_TEST((out.error == error),
               source << ": " << evaluation_error_name(out.error) << " " << out.message);
    BOOST_TEST(out.line == 1u);
    BOOST_TEST(out.column == column);
    BOOST_TEST(out.value.is_null());
    BOOST_REQUIRE(out.status.violations().size() == 1u);
    const Violation& violation = out.status.violations()[0];
    BOOST_TEST(violation.code == evaluation_error_name(error));
    BOOST_TEST(violation.line == 1u);
    BOOST_TEST(violation.column == column);
    BOOST_TEST(out.message.starts_with("1:" + std::to_string(column) + ": " + violation.message));
    BOOST_TEST(violation.message.find('\n') == std::string::npos);
    // The same from the function that evaluates at once.
    const Status at_once = evaluate(source).status();
    BOOST_TEST((at_once.violations() == out.status.violations()), at_once.to_string());
  };
  fails("1 + 1 / 0", EvaluationError::kData, 7);
  fails("{'a': 1}.b == 1", EvaluationError::kMissing, 10);
  fails("dyn(1) + dyn('a') == 2", EvaluationError::kBug, 8);
  ExpressionOptions small;
  small.max_cost = 100;
  const Evaluation out =
      require(Expression::compile("lists.range(1000).all(x, x >= 0)", small)).evaluate();
  BOOST_TEST((out.error == EvaluationError::kLimit));
  BOOST_TEST((out.status.code() == Code::kLimit));
  BOOST_TEST(evaluated("lists.range(1000).all(x, x >= 0)").cost > 1000u);
}

BOOST_AUTO_TEST_CASE(variables_have_the_type_that_was_declared) {
  const Expression price = alone("price * 2 > 25.0", {{"price", "decimal"}});
  BOOST_TEST((price.evaluate({{Value("price"), Value(13)}}).value == Value(true)));
  BOOST_TEST((price.evaluate().error == EvaluationError::kMissing));
  BOOST_TEST((price.evaluate({{Value("price"), Value()}}).error == EvaluationError::kMissing));
  const Evaluation wrong = price.evaluate({{Value("price"), Value("13")}});
  BOOST_TEST((wrong.error == EvaluationError::kBug));
  BOOST_TEST(wrong.message ==
             "the variable \"price\" is text; the expression was compiled for decimal");
  ExpressionOptions options;
  options.variables = {{"price", "money"}};
  BOOST_TEST((Expression::compile("price", options).status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(mistakes_are_found_when_it_is_compiled) {
  const Status syntax = Expression::compile("1 +").status();
  BOOST_TEST((syntax.code() == Code::kExpressionSyntax));
  BOOST_REQUIRE(syntax.violations().size() == 1u);
  BOOST_TEST(syntax.violations()[0].column == 4u);
  BOOST_TEST((Expression::compile("1 + 'a'").status().code() == Code::kExpressionType));
  ExpressionOptions options;
  options.expected = "bool";
  BOOST_TEST((Expression::compile("1 + 1", options).status().code() == Code::kExpressionType));
  options = {};
  options.max_bytes = 10;
  BOOST_TEST((Expression::compile("1 + 1 + 1 + 1", options).status().code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(on_records_it_reads_their_fields) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}, {"industry", "retail"}});
  const RecordId deal = crm.create("deal", {{"name", "Big"}, {"account", acme}, {"amount", 12}});
  const Expression big = require(
      Expression::compile(crm.db, "deal", "amount > 10 && account.industry == params.branch"));
  BOOST_TEST(big.type() == "bool");
  BOOST_TEST(big.entity() == "deal");
  BOOST_TEST((big.fields() == std::vector<std::string>{"account", "account.industry", "amount"}));
  const Snapshot snapshot = require(crm.session.read());
  BOOST_TEST(
      (big.evaluate(snapshot, deal, {{Value("branch"), Value("retail")}}).value == Value(true)));
  BOOST_TEST((big.evaluate(snapshot, deal).error == EvaluationError::kMissing));
  const Evaluation other = big.evaluate(snapshot, acme);
  BOOST_TEST((other.error == EvaluationError::kHost));
  BOOST_TEST((other.status.code() == Code::kInvalidArgument), other.message);
  BOOST_TEST(other.status.violations().empty());
  const Status missing = evaluate_on(snapshot, deal, "1 / (probability - probability)").status();
  BOOST_REQUIRE(missing.violations().size() == 1u);
  BOOST_TEST(missing.violations()[0].code == "DATA");
  BOOST_TEST(missing.violations()[0].column == 3u);
  BOOST_TEST((evaluate_on(snapshot, RecordId(deal.bits() + 7), "amount").status().code() ==
              Code::kNotFound));
  BOOST_TEST((evaluate_on(snapshot, RecordId(77, 1), "1").status().code() == Code::kNotFound));
  BOOST_TEST((big.evaluate().status.code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(it_follows_the_model_and_says_when_it_no_longer_fits) {
  SmallCrm crm;
  const RecordId deal = crm.create("deal", {{"name", "Big"}, {"amount", 12}});
  const Expression large = require(Expression::compile(crm.db, "deal", "segment == 'small'"));
  std::string document(kSmallCrm);
  const auto replace = [&](std::string_view from, std::string_view to) {
    const std::size_t at = document.find(from);
    BOOST_REQUIRE(at != std::string::npos);
    document.replace(at, from.size(), to);
  };
  BOOST_TEST((large.evaluate(require(crm.session.read()), deal).value == Value(true)));
  replace("\"note\": {\"type\": \"text\"},", "");
  require(crm.db.apply_model(crm.session, document));
  BOOST_TEST((large.evaluate(require(crm.session.read()), deal).value == Value(true)));
  replace("\"segment\": {\"type\": \"text\"}", "\"size\": {\"type\": \"text\"}");
  replace("{\"segment\": \"amount", "{\"size\": \"amount");
  require(crm.db.apply_model(crm.session, document));
  const Evaluation gone = large.evaluate(require(crm.session.read()), deal);
  BOOST_TEST((gone.error == EvaluationError::kHost));
  BOOST_TEST((gone.status.code() == Code::kExpressionType), gone.message);
}

BOOST_AUTO_TEST_CASE(it_says_what_it_costs_and_how_it_reads) {
  const Expression sum = alone("x+1==2&&(x>0)", {{"x", "int"}});
  const CostEstimate cost = sum.cost();
  BOOST_TEST((!cost.max || *cost.max >= cost.min));
  const std::uint64_t used = sum.evaluate({{Value("x"), Value(1)}}).cost;
  BOOST_TEST(used >= cost.min);
  BOOST_TEST((!cost.max || used <= *cost.max));
  const std::string formatted = sum.format();
  BOOST_TEST(alone(formatted, {{"x", "int"}}).format() == formatted);
  BOOST_TEST(!sum.english().empty());
  BOOST_TEST(!sum.reads_now());
  BOOST_TEST(alone("x > now", {{"x", "timestamp"}}).reads_now());
  BOOST_TEST(alone("today() == x", {{"x", "date"}}).reads_now());
  BOOST_TEST(!alone("[1].all(now, now > 0)").reads_now());
  const ExpressionNode tree = sum.explain();
  BOOST_TEST(tree.type == "bool");
  BOOST_TEST(tree.kind == "and");
  BOOST_TEST((tree.cost == cost));
  BOOST_TEST(to_json(tree).find("\"kind\":\"and\"") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_condition_says_how_its_records_are_found) {
  SmallCrm crm;
  for (int i = 0; i < 40; ++i) crm.create("deal", {{"name", "Deal"}, {"amount", i}});
  const Snapshot snapshot = require(crm.session.read());
  const auto plan = [&](std::string_view source) {
    return require(require(Expression::compile(crm.db, "deal", source)).plan(snapshot));
  };
  const std::vector<std::string> indexed = plan("amount == 12 && name.size() > 2");
  BOOST_REQUIRE(!indexed.empty());
  BOOST_TEST(indexed[0].find("by_amount") != std::string::npos, indexed[0]);
  BOOST_TEST((plan("name.size() > 2") == std::vector<std::string>{"scan deal"}));
  BOOST_TEST((plan("false") == std::vector<std::string>{"nothing can match"}));
  // As a query with this condition says afterwards.
  const Rows rows = require(snapshot.query({.entity = "deal", .where = "amount == 12"}));
  BOOST_TEST(rows.stats.plan == plan("amount == 12")[0]);
  const Expression amount = require(Expression::compile(crm.db, "deal", "amount"));
  BOOST_TEST((amount.plan(snapshot).status().code() == Code::kInvalidArgument));
  BOOST_TEST((alone("true").plan(snapshot).status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(editors_are_told_what_may_follow) {
  SmallCrm crm;
  const auto texts = [](const Result<std::vector<Completion>>& all) {
    std::vector<std::string> out;
    for (const Completion& each : require(all)) out.push_back(each.text);
    return out;
  };
  const auto has = [](const std::vector<std::string>& all, std::string_view text) {
    return std::find(all.begin(), all.end(), text) != all.end();
  };
  BOOST_TEST(has(texts(complete_expression("", 0)), "size("));
  BOOST_TEST(has(texts(complete_expression(crm.db, "deal", "", 0)), "size("));
  BOOST_TEST(
      (complete_expression(crm.db, "dael", "", 0).status().code() == Code::kInvalidArgument));
  BOOST_TEST(to_json(require(complete_expression("", 0))).find("\"replace_from\":0") !=
             std::string::npos);
  ExpressionOptions wrong;
  wrong.variables = {{"x", "strin"}};
  BOOST_TEST((complete_expression("", 0, wrong).status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(conformance_vectors_are_run) {
  const ConformanceResult none = require(run_conformance("[]", "none.json"));
  BOOST_TEST(none.passed == 0u);
  BOOST_TEST(none.failed == 0u);
  const Status broken = run_conformance("[{", "broken.json").status();
  BOOST_TEST((broken.code() == Code::kInvalidArgument));
  BOOST_TEST(broken.message().find("broken.json") != std::string_view::npos, broken.to_string());
}

BOOST_AUTO_TEST_SUITE_END()
