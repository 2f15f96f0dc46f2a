// is_new(), changed(), changed_to(), was(): what a write did to the record.
#include <boost/test/unit_test.hpp>

#include <limits>
#include <set>

#include "expr/analysis.hpp"
#include "expr/macros.hpp"
#include "schema/model_section.hpp"
#include "tests/expr/expr_testing.hpp"
#include "tests/expr/sample_model.hpp"
#include "tests/support/text.hpp"

namespace {

using namespace kith;
using expr::test::SampleModel;
using kith::testing::contains;

struct Written : SampleModel {
  Written() {
    const Currency eur = *Currency::parse("EUR");
    const Currency usd = *Currency::parse("USD");
    const Decimal amount = *Decimal::parse("1200.50");
    put(kAccount, 7, {{"name", "Acme"}});
    put(kAccount, 8, {{"name", "Bolt"}});
    before = put(kDeal, 1,
                 {{"name", "Pilot"},
                  {"amount", Money{amount, eur}},
                  {"discount", *Decimal::parse("0.15")},
                  {"stage", "Engaging"},
                  {"tags", List{Value("vip"), Value("late")}},
                  {"seats", 12},
                  {"score", std::numeric_limits<double>::quiet_NaN()},
                  {"hot", true},
                  {"account", RecordId(kAccount, 7)},
                  {"extra", Map{{Value("k"), Value(1)}}},
                  {"blob", Bytes{"ab"}}});
    after = put(kDeal, 2,
                {{"name", "Pilot 2"},
                 {"amount", Money{amount, usd}},
                 {"discount", *Decimal::parse("0.15")},
                 {"stage", "Won"},
                 {"tags", List{Value("vip")}},
                 {"close_date", *Date::parse("2017-03-01")},
                 {"score", std::numeric_limits<double>::quiet_NaN()},
                 {"hot", true},
                 {"account", RecordId(kAccount, 8)},
                 {"extra", Map{{Value("k"), Value(2)}}},
                 {"blob", Bytes{"ab"}}});
  }
  expr::Activation update() {
    expr::Activation activation = on(after);
    activation.set_old(before, on(before).root(expr::Root::kRecord).view);
    return activation;
  }
  std::string updated(std::string_view source) {
    return expr::test::outcome(source, environment(), update());
  }
  std::string created(std::string_view source) {
    return expr::test::outcome(source, environment(), on(after));
  }
  std::string why_not(std::string_view source) {
    const auto program = expr::compile(source, environment());
    return program.ok() ? "it compiles" : std::string(program.status().message());
  }
  std::vector<std::string> names(const std::vector<std::uint32_t>& ids) {
    std::vector<std::string> out;
    for (const std::uint32_t id : ids) {
      const auto system = schema::system_field_from_id(id);
      out.emplace_back(system ? std::string(schema::system_field_name(*system))
                              : catalog.find(kDeal)->find_field(id)->name);
    }
    return out;
  }
  std::vector<std::string> watched(std::string_view source) {
    const auto program = expr::compile(source, environment());
    BOOST_REQUIRE_MESSAGE(program.ok(), program.status().to_string());
    return names(program->watched());
  }
  std::string needed(std::string_view source) {
    const auto program = expr::compile(source, environment());
    BOOST_REQUIRE_MESSAGE(program.ok(), program.status().to_string());
    const auto fields = expr::changes_needed(*program);
    if (!fields) return "any";
    std::string out;
    for (const std::string& name : names(*fields)) out += (out.empty() ? "" : " ") + name;
    return out;
  }
  RecordId before, after;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_change, Written)

BOOST_AUTO_TEST_CASE(a_field_that_differs_has_changed) {
  for (const char* yes :
       {"changed(name)", "changed(r.name)", "changed(deal.name)", "changed(amount)",
        "changed(amount_ccy)", "changed(stage)", "changed(stage_class)", "changed(tags)",
        "changed(close_date)", "changed(seats)", "changed(account)", "changed(extra)"}) {
    BOOST_TEST_CONTEXT(yes) { BOOST_TEST(updated(yes) == "true"); }
  }
  for (const char* no :
       {"changed(discount)", "changed(score)", "changed(hot)", "changed(blob)", "changed(effort)",
        "changed(seen_at)", "changed(partners)", "changed(owner)", "changed(created)"}) {
    BOOST_TEST_CONTEXT(no) { BOOST_TEST(updated(no) == "false"); }
  }
  BOOST_TEST(updated("!changed(hot) && changed(stage) && !is_new()") == "true");
}

BOOST_AUTO_TEST_CASE(a_new_record_has_changed_nothing) {
  BOOST_TEST(created("is_new()") == "true");
  BOOST_TEST(updated("is_new()") == "false");
  BOOST_TEST(created("changed(name) || changed(close_date) || changed(stage_class)") == "false");
  BOOST_TEST(created("was(name)") == "null");
  BOOST_TEST(created("was(seats) == null && !has(old.seats)") == "MISSING");
}

BOOST_AUTO_TEST_CASE(changed_to_is_an_edge) {
  BOOST_TEST(updated("changed_to(stage, 'Won')") == "true");
  BOOST_TEST(updated("changed_to(r.stage, 'Lost')") == "false");
  BOOST_TEST(updated("changed_to(hot, true)") == "false");
  BOOST_TEST(updated("changed_to(seats, null)") == "true");
  BOOST_TEST(updated("changed_to(effort, null)") == "false");
  BOOST_TEST(updated("changed_to(stage_class, 'won')") == "true");
  BOOST_TEST(updated("changed_to(account, 'account:8')") == "true");
  BOOST_TEST(updated("changed_to(discount, 0.15)") == "false");
  BOOST_TEST(created("changed_to(stage, 'Won')") == "true");
  BOOST_TEST(created("changed_to(hot, true) && changed_to(discount, 0.150)") == "true");
  BOOST_TEST(created("changed_to(seats, null)") == "false");
  BOOST_TEST(updated("changed_to(seats, 1 / 0)") == "DATA");
  BOOST_TEST(updated("changed_to(seats, effort == null ? null : 1)") == "true");
}

BOOST_AUTO_TEST_CASE(whole_numbers_widen_on_both_sides_of_the_change) {
  expr::Activation activation = on(put(kDeal, 3, {{"seats", 4}}));
  const RecordId old = put(kDeal, 4, {{"seats", 5}});
  activation.set_old(old, on(old).root(expr::Root::kRecord).view);
  BOOST_TEST(expr::test::outcome("changed_to(seats, 4.0)", environment(), activation) == "true");
  BOOST_TEST(expr::test::outcome("changed_to(seats, 5.0)", environment(), activation) == "false");
}

BOOST_AUTO_TEST_CASE(was_is_the_value_before) {
  BOOST_TEST(updated("was(name)") == updated("'Pilot'"));
  BOOST_TEST(updated("was(stage) == 'Engaging' && was(stage_class) == 'open'") == "true");
  BOOST_TEST(updated("was(amount) != null && was(amount_ccy) == 'EUR'") == "true");
  BOOST_TEST(updated("was(amount) == amount") == "DATA");  // it was in another currency
  BOOST_TEST(updated("was(seats) + 1") == "13");
  BOOST_TEST(updated("was(close_date) == null") == "true");
  BOOST_TEST(updated("was(account) == 'account:7'") == "true");
  BOOST_TEST(updated("was(account).name + ' -> ' + account.name") == updated("'Acme -> Bolt'"));
  BOOST_TEST(contains(why_not("was(stage) == 'Wno'"), "did you mean 'Won'?"));
}

BOOST_AUTO_TEST_CASE(the_argument_is_a_field_of_the_record) {
  BOOST_TEST(contains(why_not("changed(amuont)"), "did you mean 'amount'?"));
  BOOST_TEST(contains(why_not("changed(amuont)"), "1:9: "));
  BOOST_TEST(contains(why_not("changed(account.name)"), "of another record"));
  BOOST_TEST(contains(why_not("changed(old.name)"), "of another record"));
  BOOST_TEST(contains(why_not("changed(amount + 1.0)"), "a value of type decimal"));
  BOOST_TEST(contains(why_not("changed(r)"), "changed(r.name)"));
  BOOST_TEST(contains(why_not("[1].exists(name, changed(name))"), "'name' is a variable"));
  BOOST_TEST(contains(why_not("was(r.?name)"), "whether there is one"));
  BOOST_TEST(contains(why_not("changed_to(stage, 'Wno')"), "did you mean 'Won'?"));
  BOOST_TEST(contains(why_not("changed_to(seats, 'x')"), "int, with string"));
  BOOST_TEST(contains(why_not("changed()"), "'changed' is written changed(field)"));
  BOOST_TEST(contains(why_not("changed_to(stage)"), "changed_to(field, value)"));
  BOOST_TEST(contains(why_not("chnaged(stage)"), "did you mean 'changed'?"));
  BOOST_TEST(expr::test::outcome("is_new()") == "type");
  BOOST_TEST(expr::test::unchecked("changed(x)") == "BUG");
}

BOOST_AUTO_TEST_CASE(the_watched_fields_are_known) {
  using Names = std::vector<std::string>;
  BOOST_TEST(
      (watched("changed(stage) && was(amount) > 1.0 && name == 'x'") == Names{"amount", "stage"}));
  BOOST_TEST(
      (watched("changed_to(owner, 'user:1') || changed(amount_ccy)") == Names{"amount", "owner"}));
  BOOST_TEST(watched("is_new() && old == null").empty());
  BOOST_TEST(expr::compile("is_new()", environment())->reads_old());
  BOOST_TEST(!expr::compile("stage == 'Won'", environment())->reads_old());
}

BOOST_AUTO_TEST_CASE(what_must_change_for_it_to_be_true) {
  BOOST_TEST(needed("changed(stage)") == "stage");
  BOOST_TEST(needed("changed_to(stage, 'Won') && amount > 10.0") == "stage");
  BOOST_TEST(needed("changed(stage) || changed(amount) || is_new()") == "amount stage");
  BOOST_TEST(needed("(changed(stage) || changed(amount)) && changed(name)") == "name");
  BOOST_TEST(needed("changed(stage) || amount > 10.0") == "any");
  BOOST_TEST(needed("!changed(stage)") == "any");
  BOOST_TEST(needed("was(stage) == 'Won'") == "any");
  BOOST_TEST(needed("changed(version)") == "any");
}

BOOST_AUTO_TEST_CASE(the_tree_keeps_what_was_written) {
  const auto program = expr::compile("changed_to(r.stage, 'Won')", environment());
  BOOST_REQUIRE(program.ok());
  const expr::Node& root = program->ast().root();
  BOOST_TEST((root.kind == expr::NodeKind::kRecordCall));
  BOOST_TEST(root.text == "changed_to");
  BOOST_TEST((root.args[0]->kind == expr::NodeKind::kSelect));
}

// A term narrows what is looked at and never decides.
BOOST_AUTO_TEST_CASE(the_planner_may_narrow_by_the_value_changed_to) {
  const auto program = expr::compile("changed_to(stage, 'Won')", environment());
  const auto terms = expr::conjuncts(*program, expr::Activation());
  BOOST_REQUIRE(terms.size() == 1u);
  BOOST_TEST((terms[0].kind == expr::TermKind::kEqual));
  BOOST_TEST(!terms[0].exact);
  for (const char* residual : {"is_new()", "!is_new()", "changed(stage)", "in_segment('x')"}) {
    const auto one = expr::compile(residual, environment());
    BOOST_TEST_CONTEXT(residual) {
      BOOST_TEST((expr::constant_conjuncts(*one)[0].kind == expr::TermKind::kResidual));
    }
  }
}

BOOST_AUTO_TEST_CASE(no_field_can_be_called_as_a_macro_is) {
  const schema::ModelLimits limits;
  std::set<std::string_view> seen;
  for (const std::string_view name : expr::macro_names()) {
    BOOST_TEST_CONTEXT(name) {
      BOOST_TEST(seen.insert(name).second);
      BOOST_TEST(!expr::macro_usage(name).empty());
      // cel.bind is no word of its own, and score, older as a field, is a macro only when called.
      const bool free = name == "bind" || name == "score";
      BOOST_TEST(schema::name_problem(name, limits).empty() == free);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
