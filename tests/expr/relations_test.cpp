// To-many relations, loops over them, and segments.
#include <boost/test/unit_test.hpp>

#include "tests/expr/expr_testing.hpp"
#include "tests/expr/sample_model.hpp"
#include "tests/support/text.hpp"

namespace {

using namespace kith;
using expr::test::SampleModel;
using kith::testing::contains;

struct Accounts : SampleModel {
  Accounts() {
    top = put(kAccount, 1, {{"name", "Holding"}});
    acme = put(kAccount, 7, {{"name", "Acme"}, {"parent", top}});
    empty = put(kAccount, 8, {{"name", "Empty"}});
    const Currency eur = *Currency::parse("EUR");
    const auto amount = [&](const char* text) { return Money{*Decimal::parse(text), eur}; };
    first = put(kDeal, 1,
                {{"name", "one"},
                 {"account", acme},
                 {"amount", amount("100.50")},
                 {"seats", 3},
                 {"score", 0.5},
                 {"effort", Duration::minutes(90)},
                 {"stage", "Won"},
                 {"partners", List{Value(top), Value(empty)}}});
    put(kDeal, 2, {{"name", "two"}, {"account", acme}, {"amount", amount("9.5")}, {"seats", 4}});
    put(kDeal, 3, {{"name", "three"}, {"account", acme}, {"partners", List{Value(top)}}});
    put(kDeal, 4, {{"name", "loose"}, {"seats", 9}});
  }
  std::string of(RecordId id, std::string_view source) {
    return expr::test::outcome(source, environment(id.type()), on(id));
  }
  std::string why_not(std::string_view source, std::uint16_t type = kAccount) {
    const auto program = expr::compile(source, environment(type));
    return program.ok() ? "it compiles" : std::string(program.status().message());
  }
  RecordId top, acme, empty, first;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_relations, Accounts)

BOOST_AUTO_TEST_CASE(an_inverse_is_a_list_of_records) {
  for (const char* source :
       {"size(deals) == 3 && r.deals.size() == 3 && account.deals.size() == 3",
        "deals[0].name == 'one' && deals.map(d, d.name) == ['one', 'two', 'three']",
        "deals.exists(d, d.stage == 'Won') && !deals.all(d, has(d.amount))",
        "deals.exists_one(d, d.name.startsWith('t') && has(d.seats))",
        "deals.filter(d, has(d.seats)).map(d, d.seats) == [3, 4]",
        "'deal:2' in deals && !('deal:4' in r.deals)", "has(deals) && has(r.deals)",
        "parent.children.size() == 1 && parent.children[0] == r.id",
        "parent.children.exists(a, a.deals.size() == 3)", "parent.deals == []",
        "parent.partner_deals.size() == 2", "r.?deals.hasValue()",
        "deals.all(d, d.account.name == 'Acme')"}) {
    BOOST_TEST_CONTEXT(source) { BOOST_TEST(of(acme, source) == "true"); }
  }
  BOOST_TEST(of(empty, "size(deals) == 0 && !has(deals) && !has(r.deals)") == "true");
  BOOST_TEST(of(empty, "parent.children.size() == 0") == "MISSING");
  BOOST_TEST(of(first, "account.deals.size() == 3 && has(account.deals)") == "true");
  BOOST_TEST(of(first, "account.parent.children.size()") == "1");
}

BOOST_AUTO_TEST_CASE(types_and_names_are_checked) {
  BOOST_TEST(expr::compile("deals", environment(kAccount))->type().to_string() == "list(deal)");
  BOOST_TEST(contains(why_not("daels.size() == 1"), "did you mean 'deals'?"));
  BOOST_TEST(contains(why_not("account.dael.size() == 1", kDeal), "did you mean 'deals'?"));
  BOOST_TEST(contains(why_not("deals.exists(d, d.amuont > 1.0)"), "did you mean 'amount'?"));
  BOOST_TEST(contains(why_not("deals.name == 'x'"), "list(deal) has no field 'name'"));
  BOOST_TEST(contains(why_not("old.deals.size() == 1"), "write r.deals"));
  BOOST_TEST(contains(why_not("changed(deals)"), "a list of records"));
}

BOOST_AUTO_TEST_CASE(rows_are_limited_and_paid_for) {
  expr::Activation activation = on(acme);
  expr::EvaluationLimits limits;
  limits.max_related_rows = 2;
  activation.set_limits(limits);
  const auto program = expr::compile("size(deals) > 1", environment(kAccount));
  BOOST_REQUIRE(program.ok());
  Value value;
  expr::Failure failure;
  BOOST_TEST(!program->evaluate(activation, &value, &failure));
  BOOST_TEST((failure.error == expr::ErrorClass::kLimit));
  BOOST_TEST(contains(failure.message, "max_related_rows"));
  BOOST_TEST(contains(failure.message, "'deals' has more than 2 records"));
  // Whether there is any needs the first only.
  BOOST_TEST(expr::test::outcome("has(deals)", environment(kAccount), activation) == "true");
  limits.max_related_rows = 3;
  limits.max_cost = 30;
  activation.set_limits(limits);
  BOOST_TEST(expr::test::outcome("size(deals) > 1", environment(kAccount), activation) == "LIMIT");
  BOOST_TEST(expr::test::outcome("true || size(deals) > 1", environment(kAccount), activation) ==
             "true");
}

BOOST_AUTO_TEST_CASE(no_relation_is_followed_without_a_host) {
  expr::Activation activation = on(acme);
  activation.set_host(nullptr);
  BOOST_TEST(expr::test::outcome("size(deals)", environment(kAccount), activation) == "BUG");
  BOOST_TEST(expr::test::outcome("size(deals)", environment(kAccount), expr::Activation()) ==
             "MISSING");
}

BOOST_AUTO_TEST_CASE(what_a_loop_reads_is_asked_for_at_once) {
  prefetched.clear();
  BOOST_TEST(of(first, "partners.exists(p, p.name == 'Empty')") == "true");
  BOOST_REQUIRE(prefetched.size() == 1u);
  BOOST_TEST(prefetched[0].size() == 2u);
  prefetched.clear();
  BOOST_TEST(of(first, "partners.exists(p, p == 'account:8')") == "true");
  BOOST_TEST(prefetched.empty());
  prefetched.clear();
  BOOST_TEST(of(acme, "count(deals, d, d.account.name == 'Acme')") == "3");
  BOOST_REQUIRE(prefetched.size() == 2u);
  BOOST_TEST(prefetched[0].size() == 3u);
  BOOST_TEST(prefetched[1].size() == 3u);
}

BOOST_AUTO_TEST_CASE(rows_are_counted_and_added) {
  for (const auto& [source, result] : std::initializer_list<std::pair<const char*, const char*>>{
           {"count(deals, d, d.stage == 'Won')", "1"},
           {"count(deals, d, d.seats > 3)", "1"},  // a null answers no question
           {"sum(deals, d, d.seats)", "7"},
           {"sum(deals, d, d.amount) == 110.0", "true"},
           {"sum(deals, d, d.amount * 2) == 220", "true"},
           {"sum(deals, d, d.effort) == duration('90m')", "true"},
           {"sum(deals, d, d.score) == 0.5", "true"},
           {"min(deals, d, d.name) == 'one' && max(deals, d, d.name) == 'two'", "true"},
           {"max(deals, d, d.amount) == 100.50 && min(deals, d, d.seats) == 3", "true"},
           {"avg(deals, d, d.seats) == 3.5 && avg(deals, d, d.amount) == 55.0", "true"},
           {"sum(deals, d, 1 / (d.seats - 4))", "DATA"},
           {"sum(deals.filter(d, d.name == 'x'), d, d.amount) == 0.0", "true"},
           {"avg(deals.filter(d, d.name == 'x'), d, d.seats) == null", "true"},
           {"min(deals.filter(d, d.name == 'x'), d, d.seats)", "null"},
           {"sum([1, 2, 3], x, x * x)", "14"},
           {"sum([], x, 1)", "0"},
           {"sum(['a', 'bc'], s, size(s)) + count([1, 5], x, x > 1)", "4"},
           {"sum({1: 2, 3: 4}, k, k)", "4"},
           {"sum([1, 2], x, x / 2.0) == 1.5", "true"},
           {"sum([9223372036854775807, 1], x, x)", "DATA"},
           {"max([date('2017-01-31'), date('2017-02-01')], d, d) == date('2017-02-01')", "true"},
           {"count([[1, 2], [3]], l, sum(l, x, x) == 3)", "2"},
           {"max(['2', 'x'].map(s, dyn(s)), s, s == 'x' ? dyn(1) : s)", "BUG"},
       }) {
    BOOST_TEST_CONTEXT(source) { BOOST_TEST(of(acme, source) == result); }
  }
  BOOST_TEST(contains(why_not("sum(deals, d, d.name) > 0"), "but this is string"));
  BOOST_TEST(contains(why_not("count(deals, d, d.seats)"), "needs bool"));
  BOOST_TEST(contains(why_not("count(deals, d.x, true)"), "plain name"));
  BOOST_TEST(contains(why_not("count(deals)"), "'count' is written count(list, x, condition)"));
  BOOST_TEST(contains(why_not("sum(deals, d, d.partners)"), "but this is list(account)"));
}

BOOST_AUTO_TEST_CASE(amounts_of_two_currencies_are_not_added) {
  const Currency usd = *Currency::parse("USD");
  put(kDeal, 5, {{"name", "abroad"}, {"account", acme}, {"amount", Money{Decimal(1), usd}}});
  BOOST_TEST(of(acme, "sum(deals, d, d.amount) > 0") == "DATA");
  BOOST_TEST(of(acme, "max(deals, d, d.amount) > 0") == "DATA");
  BOOST_TEST(of(acme, "sum(deals.filter(d, d.amount_ccy == 'EUR'), d, d.amount) == 110") == "true");
}

BOOST_AUTO_TEST_CASE(the_meter_stops_a_fold) {
  expr::Activation activation = on(acme);
  expr::EvaluationLimits limits;
  limits.max_cost = 1'500;
  activation.set_limits(limits);
  BOOST_TEST(expr::test::outcome("sum(lists.range(1000), x, x)", environment(kAccount),
                                 activation) == "LIMIT");
}

BOOST_AUTO_TEST_CASE(a_segment_is_a_condition_of_the_same_record) {
  segments.emplace("won", *expr::compile("stage == 'Won'", environment()));
  segments.emplace("seats", *expr::compile("seats > 3", environment()));
  segments.emplace("both",
                   *expr::compile("in_segment('won') && !in_segment('seats')", environment()));
  segments.emplace("circle", *expr::compile("in_segment('circle')", environment()));
  segments.emplace("broken", *expr::compile("1 / (seats - 3) > 0", environment()));
  segments.emplace("wide", *expr::compile("account.deals.exists(d, d.seats == 4)", environment()));
  BOOST_TEST(of(first, "in_segment('won')") == "true");
  BOOST_TEST(of(first, "in_segment('seats')") == "false");
  BOOST_TEST(of(first, "['won', 'seats'].map(s, in_segment(s)) == [true, false]") == "true");
  BOOST_TEST(of(first, "in_segment('both') && in_segment('wide')") == "true");
  BOOST_TEST(of(RecordId(kDeal, 3), "in_segment('seats')") == "false");
  BOOST_TEST(of(first, "in_segment('circle')") == "LIMIT");
  BOOST_TEST(of(first, "in_segment('circle') || true") == "LIMIT");
  BOOST_TEST(of(first, "in_segment('broken')") == "DATA");
  BOOST_TEST(of(first, "in_segment('nobody')") == "DATA");
  BOOST_TEST(of(acme, "in_segment('won')") == "DATA");
  BOOST_TEST(contains(why_not("in_segment(1)"), "in_segment('VIP')"));
  BOOST_TEST(expr::compile("in_segment('won')", environment())->reads_anything());
}

BOOST_AUTO_TEST_CASE(the_cost_of_a_segment_is_that_of_who_asks) {
  segments.emplace("dear", *expr::compile("sum(lists.range(1000), x, x) > 0", environment()));
  expr::Activation activation = on(first);
  expr::EvaluationLimits limits;
  limits.max_cost = 3'000;
  activation.set_limits(limits);
  BOOST_TEST(expr::test::outcome("in_segment('dear')", environment(), activation) == "true");
  BOOST_TEST(expr::test::outcome("in_segment('dear') && in_segment('dear')", environment(),
                                 activation) == "LIMIT");
}

BOOST_AUTO_TEST_CASE(the_age_of_a_stage_needs_a_pipeline) {
  BOOST_TEST(contains(why_not("stage_age() > duration('1h')", kDeal), "no pipeline moves"));
  BOOST_TEST(
      contains(why_not("stage_age(name) > duration('1h')", kDeal), "no pipeline moves 'name'"));
}

BOOST_AUTO_TEST_SUITE_END()
