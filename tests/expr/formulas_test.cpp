// Formula fields in expressions: values, what they read, mistakes, errors.
#include "expr/formulas.hpp"

#include <boost/test/unit_test.hpp>

#include "expr/analysis.hpp"
#include "expr/text_template.hpp"
#include "tests/expr/expr_testing.hpp"
#include "tests/expr/formula_model.hpp"
#include "tests/support/text.hpp"

namespace {

using namespace kith;
using expr::Formula;
using expr::test::FormulaModel;
using expr::test::SampleModel;
using kith::testing::contains;
using schema::FieldType;

struct Formulated : FormulaModel {
  Formulated() {
    put(kUser, 5, {{"name", "Ann"}});
    put(kAccount, 1, {{"name", "Holding"}, {"industry", "software"}});
    put(kAccount, 7, {{"name", "Acme"}, {"industry", "retail"}, {"parent", RecordId(kAccount, 1)}});
    full = put(kDeal, 42,
               {{"name", "Union"},
                {"amount", Money{*Decimal::parse("1200.50")->rescale(4), *Currency::parse("EUR")}},
                {"discount", *Decimal::parse("0.15")},
                {"stage", "Won"},
                {"close_date", *Date::parse("2017-03-01")},
                {"seen_at", *Timestamp::parse("2017-03-01T23:30:00.25Z")},
                {"effort", Duration::minutes(90)},
                {"seats", 12},
                {"score", 0.5},
                {"hot", true},
                {"account", RecordId(kAccount, 7)}});
    bare = put(kDeal, 43, {{"name", "bare"}, {"seats", 0}});
  }

  std::string on_full(std::string_view source) {
    return expr::test::outcome(source, environment(), on(full));
  }
  std::string on_bare(std::string_view source) {
    return expr::test::outcome(source, environment(), on(bare));
  }
  std::string mistake_of(std::string_view name, std::uint16_t entity = kDeal) {
    const schema::EntityType& type = catalog.types[entity - 1u];
    const Status status = formulas().check(type, *type.find_field(name));
    return status.ok() ? "none" : std::string(status.message());
  }
  const Formula& compiled(std::string_view name) {
    const schema::EntityType& type = catalog.types[kDeal - 1u];
    BOOST_REQUIRE_EQUAL(mistake_of(name), "none");
    return *formulas().find(kDeal, type.find_field(name)->id);
  }

  RecordId full, bare;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_formulas, Formulated)

BOOST_AUTO_TEST_CASE(a_formula_reads_like_a_field_of_its_type) {
  add_formula("net", FieldType::kDecimal, "amount * (1 - discount)");
  add_formula("big", FieldType::kBool, "amount > 1000");
  add_formula("twice", FieldType::kInt, "seats * 2");
  add_formula("ratio", FieldType::kFloat, "score / 3.0");
  add_formula("shown", FieldType::kText, "name + '!'");
  add_formula("follow_up", FieldType::kDate, "close_date.addDays(7)");
  add_formula("seen_later", FieldType::kTimestamp, "seen_at + duration('1h')");
  add_formula("long_effort", FieldType::kDuration, "effort + effort");
  BOOST_TEST(on_full("net") == "1020.42");  // 1020.425, rounded half to even
  BOOST_TEST(on_full("r.net + 1") == "1021.42");
  BOOST_TEST(on_full("big && twice == 24 && ratio < 0.2 && shown == 'Union!'") == "true");
  BOOST_TEST(on_full("follow_up == date('2017-03-08')") == "true");
  BOOST_TEST(on_full("seen_later == timestamp('2017-03-02T00:30:00.25Z')") == "true");
  BOOST_TEST(on_full("long_effort == duration('3h')") == "true");
  BOOST_TEST(on_full("has(r.net) && has(net) && r.?net.hasValue()") == "true");
  BOOST_TEST(on_full("type(net) == decimal") == "true");
}

BOOST_AUTO_TEST_CASE(a_missing_operand_makes_it_null) {
  add_formula("net", FieldType::kDecimal, "amount * (1 - discount)");
  BOOST_TEST(on_bare("net == null") == "true");
  BOOST_TEST(on_bare("has(net) || has(r.net)") == "false");
  BOOST_TEST(on_bare("r.?net.orValue(decimal('0')) == 0") == "true");
  BOOST_TEST(on_bare("net > 1") == "MISSING");
  BOOST_TEST(on_bare("net != 5") == "true");
  BOOST_TEST(on_bare("formula_error(net)") == "null");
}

BOOST_AUTO_TEST_CASE(an_error_makes_it_null_and_is_told_by_formula_error) {
  add_formula("per_seat", FieldType::kInt, "100 / seats");
  add_formula("doubled", FieldType::kInt, "per_seat * 2");
  add_formula("anything", FieldType::kInt, "extra");
  put(kDeal, 50, {{"extra", Value("text")}});
  BOOST_TEST(on_full("per_seat") == "8");
  BOOST_TEST(on_full("formula_error(per_seat) == null") == "true");
  BOOST_TEST(on_bare("per_seat") == "null");
  BOOST_TEST(on_bare("formula_error(r.per_seat)") == "DATA: division by zero");
  BOOST_TEST(on_bare("formula_error(per_seat).startsWith('DATA')") == "true");
  // The error stays where it happened: what reads it reads null.
  BOOST_TEST(on_bare("doubled == null && formula_error(doubled) == null") == "true");
  const std::string wrong =
      expr::test::outcome("formula_error(r.anything)", environment(), on(RecordId(kDeal, 50)));
  BOOST_TEST(contains(wrong, "BUG: the value is string, and the field is int"), wrong);
}

BOOST_AUTO_TEST_CASE(values_are_those_that_the_field_could_store) {
  add_formula("half_up", FieldType::kDecimal, "decimal('0.125')");
  add_formula("half_down", FieldType::kDecimal, "decimal('0.135')");
  add_formula("whole", FieldType::kDecimal, "seats");
  add_formula("huge", FieldType::kDecimal, "decimal('100000000000000000') * 1000");
  add_formula("fine_time", FieldType::kTimestamp, "timestamp('2017-03-01T00:00:00.123456789Z')");
  add_formula("fine_span", FieldType::kDuration, "duration('-1ns')");
  add_formula("endless", FieldType::kFloat, "score / 0.0");
  BOOST_TEST(on_full("half_up") == "0.12");
  BOOST_TEST(on_full("half_down") == "0.14");
  BOOST_TEST(on_full("whole == 12") == "true");
  BOOST_TEST(contains(on_full("formula_error(huge)"), "DATA: the value is out of the range"));
  BOOST_TEST(on_full("fine_time == timestamp('2017-03-01T00:00:00.123456Z')") == "true");
  BOOST_TEST(on_full("fine_span == duration('-1us')") == "true");
  BOOST_TEST(on_full("formula_error(endless)") == "DATA: the value is not a finite number");
}

BOOST_AUTO_TEST_CASE(formulas_read_formulas_and_records_behind_references) {
  add_formula("net", FieldType::kDecimal, "amount * (1 - discount)");
  add_formula("label", FieldType::kText, "account.kind + ': ' + string(net)");
  add_formula("kind", FieldType::kText, "industry == 'retail' ? 'shop' : parent_kind", kAccount);
  add_formula("parent_kind", FieldType::kText, "parent.name", kAccount);
  BOOST_TEST(on_full("label") == "shop: 1020.42");
  BOOST_TEST(on_full("account.kind") == "shop");
  BOOST_TEST(on_full("account.parent.kind == null") == "true");
  BOOST_TEST(on_full("[account].exists(a, a.kind == 'shop')") == "true");
  BOOST_TEST(compiled("label").depth == 3);
}

BOOST_AUTO_TEST_CASE(the_old_image_has_its_own_value) {
  add_formula("twice", FieldType::kInt, "seats * 2");
  const RecordId before = put(kDeal, 60, {{"seats", 3}});
  expr::Activation activation = on(full);
  const auto view = load(before);
  activation.set_old(before, *view);
  BOOST_TEST(expr::test::outcome("[twice, old.twice, r.twice]", environment(), activation) ==
             "[24, 6, 24]");
}

BOOST_AUTO_TEST_CASE(a_program_reads_what_its_formulas_read) {
  add_formula("net", FieldType::kDecimal, "amount * (1 - discount)");
  add_formula("mine", FieldType::kBool, "owner == user");
  add_formula("age", FieldType::kDuration, "now - seen_at");
  add_formula("top", FieldType::kText, "parent.name", kAccount);
  const auto program = expr::compile("net > 10 && account.top == 'x'", environment());
  BOOST_REQUIRE_MESSAGE(program.ok(), program.status().to_string());
  const auto id = [&](std::string_view name) {
    return catalog.types[kDeal - 1u].find_field(name)->id;
  };
  const std::vector<std::uint32_t> fields = program->fields_read();
  for (const char* name : {"net", "amount", "discount", "account"}) {
    BOOST_TEST(std::count(fields.begin(), fields.end(), id(name)) == 1, name);
  }
  BOOST_TEST(program->max_hops() == 2);
  BOOST_TEST(!program->reads_now());
  BOOST_TEST(expr::compile("age > duration('1h')", environment())->reads_now());
}

BOOST_AUTO_TEST_CASE(circles_are_refused_with_their_path) {
  add_formula("a", FieldType::kInt, "b + 1");
  add_formula("b", FieldType::kInt, "c + 1");
  add_formula("c", FieldType::kInt, "seats > 0 ? a : 0");
  add_formula("self", FieldType::kInt, "self + 1");
  add_formula("above", FieldType::kInt, "parent == null ? 0 : parent.above + 1", kAccount);
  add_formula("there", FieldType::kText, "account.back", kDeal);
  add_formula("back", FieldType::kText, "related_deal.there", kAccount);
  schema::Field& related = catalog.types[kAccount - 1u].fields.emplace_back();
  related.id = static_cast<std::uint32_t>(catalog.types[kAccount - 1u].fields.size());
  related.name = "related_deal";
  related.type = FieldType::kReference;
  related.target = kDeal;
  BOOST_TEST(contains(mistake_of("a"), "in a circle: a -> b -> c -> a"), mistake_of("a"));
  BOOST_TEST(contains(mistake_of("c"), "in a circle: a -> b -> c -> a"));
  BOOST_TEST(contains(mistake_of("self"), "in a circle: self -> self"));
  BOOST_TEST(contains(mistake_of("above", kAccount), "in a circle: above -> above"));
  BOOST_TEST(contains(mistake_of("there"), "deal.there -> account.back -> deal.there"),
             mistake_of("there"));
}

BOOST_AUTO_TEST_CASE(mistakes_name_the_formula_and_the_place) {
  add_formula("typo", FieldType::kInt, "seets + 1");
  add_formula("reads_typo", FieldType::kInt, "typo * 2");
  add_formula("wrong_type", FieldType::kInt, "name");
  add_formula("inexact", FieldType::kDecimal, "score * 2.0");
  add_formula("before", FieldType::kInt, "old.seats");
  add_formula("asked", FieldType::kInt, "params.n");
  BOOST_TEST(contains(mistake_of("typo"), "formula typo of deal"));
  BOOST_TEST(contains(mistake_of("typo"), "did you mean 'seats'"), mistake_of("typo"));
  BOOST_TEST(contains(mistake_of("reads_typo"), "'deal.typo' has a mistake of its own"));
  BOOST_TEST(contains(mistake_of("wrong_type"), "must give int, but gives"));
  BOOST_TEST(contains(mistake_of("inexact"), "must give decimal, but gives double"),
             mistake_of("inexact"));
  BOOST_TEST(contains(mistake_of("before"), "'old' has no meaning in a formula"));
  BOOST_TEST(contains(mistake_of("asked"), "'params' has no meaning in a formula"));
  BOOST_TEST(!formulas().compile().ok());
  BOOST_TEST(on_full("formula_error(name)") == "type");
  BOOST_TEST(expr::test::outcome("typo", SampleModel::environment(), on(full)) == "type");
}

BOOST_AUTO_TEST_CASE(only_a_formula_of_the_record_alone_can_be_indexed) {
  add_formula("net", FieldType::kDecimal, "amount * (1 - discount)");
  add_formula("double_net", FieldType::kDecimal, "net * 2");
  add_formula("won", FieldType::kBool, "stage_class == 'won' && owner != null");
  add_formula("region", FieldType::kText, "account.name");
  add_formula("age", FieldType::kDuration, "now - seen_at");
  add_formula("days_old", FieldType::kBool, "close_date < today()");
  add_formula("mine", FieldType::kBool, "owner == user");
  add_formula("zone", FieldType::kText, "org.time_zone");
  add_formula("version_text", FieldType::kText, "string(version)");
  add_formula("through", FieldType::kText, "region");
  for (const char* name : {"net", "double_net", "won"}) {
    BOOST_TEST(compiled(name).not_indexable == "", name);
  }
  for (const char* name :
       {"region", "age", "days_old", "mine", "zone", "version_text", "through"}) {
    BOOST_TEST(compiled(name).not_indexable != "", name);
  }
}

BOOST_AUTO_TEST_CASE(the_work_of_formulas_is_limited) {
  add_formula("f0", FieldType::kInt, "seats + 1");
  for (int i = 1; i <= 16; ++i) {
    const std::string last = "f" + std::to_string(i - 1);
    add_formula("f" + std::to_string(i), FieldType::kInt, last + " + " + last);
  }
  BOOST_TEST(on_full("f10") == std::to_string(13 * 1024));
  BOOST_TEST(mistake_of("f15") == "none");
  BOOST_TEST(contains(mistake_of("f16"), "at most 16"), mistake_of("f16"));
  // 2^15 formulas cost more than such a budget.
  expr::Activation activation = on(full);
  expr::EvaluationLimits limits;
  limits.max_cost = 10'000;
  activation.set_limits(limits);
  BOOST_TEST(expr::test::outcome("f15", environment(), activation) == "LIMIT");
  Value value;
  expr::Failure failure;
  BOOST_TEST(!compiled("f15").evaluate(activation, &value, &failure));
  BOOST_TEST((failure.error == expr::ErrorClass::kLimit));
  BOOST_TEST(value.is_null());
}

BOOST_AUTO_TEST_CASE(loops_and_variables_of_reader_and_formula_stay_apart) {
  add_formula("sum", FieldType::kInt, "[1, 2, 3].map(i, i * seats)[2]");
  BOOST_TEST(on_full("[10, 20].map(i, i + sum)") == "[46, 56]");
  BOOST_TEST(on_full("cel.bind(i, 5, sum + i)") == "41");
}

BOOST_AUTO_TEST_CASE(a_failing_host_is_no_null) {
  add_formula("top", FieldType::kText, "account.name");
  const RecordId broken = put(kDeal, 70, {{"account", RecordId(kAccount, 666)}});
  const RecordId dangling = put(kDeal, 71, {{"account", RecordId(kAccount, 99)}});
  BOOST_TEST(expr::test::outcome("top", environment(), on(broken)) == "HOST");
  BOOST_TEST(expr::test::outcome("formula_error(top)", environment(), on(broken)) == "HOST");
  BOOST_TEST(expr::test::outcome("top", environment(), on(dangling)) == "null");
}

BOOST_AUTO_TEST_CASE(a_comparison_of_a_formula_is_a_term_like_any) {
  add_formula("net", FieldType::kDecimal, "amount * (1 - discount)");
  const auto program = expr::compile("net >= 10", environment());
  BOOST_REQUIRE(program.ok());
  const std::vector<expr::Conjunct> terms = expr::conjuncts(*program, expr::Activation());
  BOOST_REQUIRE_EQUAL(terms.size(), 1u);
  BOOST_TEST((terms[0].kind == expr::TermKind::kGreaterEqual));
  const auto asked = expr::compile("formula_error(net) == null", environment());
  BOOST_REQUIRE(asked.ok());
  BOOST_TEST((expr::conjuncts(*asked, expr::Activation())[0].kind == expr::TermKind::kResidual));
}

BOOST_AUTO_TEST_CASE(texts_with_expressions_show_them) {
  add_formula("net", FieldType::kDecimal, "amount * (1 - discount)");
  const auto text = expr::TextTemplate::compile("net ${net}", environment(), {});
  BOOST_REQUIRE_MESSAGE(text.ok(), text.status().to_string());
  BOOST_TEST(*text->render(on(full)) == "net 1020.42");
  BOOST_TEST(*text->render(on(bare)) == "net ");
}

BOOST_AUTO_TEST_SUITE_END()
