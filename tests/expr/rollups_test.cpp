// rollup('name') in expressions: values, what is left out, mistakes, costs, tools.
#include "expr/rollups.hpp"

#include <algorithm>
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
using expr::test::FormulaModel;
using expr::test::SampleModel;
using kith::testing::contains;
using schema::RollupKind;

// The sample model with rollups over the deals of an account.
struct RolledUp : FormulaModel {
  RolledUp() {
    acme = put(kAccount, 7, {{"name", "Acme"}});
    empty = put(kAccount, 8, {{"name", "Empty"}});
    put(kDeal, 1,
        {{"name", "one"},
         {"account", acme},
         {"amount", euros("100.50")},
         {"discount", *Decimal::parse("0.10")},
         {"seats", 3},
         {"score", 0.5},
         {"effort", Duration::minutes(90)},
         {"close_date", *Date::parse("2017-03-01")},
         {"stage", "Won"}});
    put(kDeal, 2,
        {{"name", "two"},
         {"account", acme},
         {"amount", euros("9.5")},
         {"discount", *Decimal::parse("0.25")},
         {"seats", 4},
         {"effort", Duration::minutes(30)},
         {"close_date", *Date::parse("2017-02-01")},
         {"stage", "Engaging"}});
    put(kDeal, 3, {{"name", "three"}, {"account", acme}});
    put(kDeal, 4, {{"name", "loose"}, {"seats", 9}});
    add("calls", RollupKind::kCount, "");
    add("won", RollupKind::kCount, "", "stage_class == 'won'");
    add("total", RollupKind::kSum, "amount");
    add("open_amount", RollupKind::kSum, "amount", "stage_class == 'open'");
    add("seats_sold", RollupKind::kSum, "seats");
    add("score_sum", RollupKind::kSum, "score");
    add("effort_sum", RollupKind::kSum, "effort");
    add("first_close", RollupKind::kMin, "close_date");
    add("last_name", RollupKind::kMax, "name");
    add("biggest", RollupKind::kMax, "deal.amount * 2");
    add("mean_seats", RollupKind::kAvg, "seats");
    add("mean_discount", RollupKind::kAvg, "discount");
  }

  static Value euros(const char* amount, const char* currency = "EUR") {
    return Money{*Decimal::parse(amount)->rescale(4), *Currency::parse(currency)};
  }
  schema::Rollup& add(std::string name, RollupKind kind, std::string value, std::string where = "",
                      std::uint16_t entity = kAccount, std::string of = "deals") {
    std::string label = name;
    std::replace(label.begin(), label.end(), '_', ' ');
    return catalog.types[entity - 1u].rollups.emplace_back(
        schema::Rollup{std::move(name), std::move(label), std::move(of), kind, std::move(value),
                       std::move(where)});
  }
  expr::Environment environment(std::uint16_t type = kAccount) {
    return FormulaModel::environment(type);
  }
  std::string of(RecordId id, std::string_view source) {
    return expr::test::outcome(source, environment(id.type()), on(id));
  }
  std::string why_not(std::string_view source, std::uint16_t type = kAccount) {
    const auto program = expr::compile(source, environment(type));
    return program.ok() ? "it compiles" : std::string(program.status().message());
  }
  // What is wrong with a rollup of accounts over their deals.
  std::string mistake_of(RollupKind kind, std::string value, std::string where = "") {
    const bool in_value = !value.empty();
    add("tried", kind, std::move(value), std::move(where));
    compile_anew();
    const schema::EntityType& account = catalog.types[kAccount - 1u];
    const Status status = formulas().rollups().check(
        account, account.rollups.back(),
        in_value ? expr::Rollups::Part::kValue : expr::Rollups::Part::kWhere);
    compile_anew();
    catalog.types[kAccount - 1u].rollups.pop_back();
    return status.ok() ? "none" : std::string(status.message());
  }
  std::string type_of(std::string_view source) {
    const auto program = expr::compile(source, environment());
    return program.ok() ? program->type().to_string() : std::string(program.status().message());
  }

  RecordId acme, empty;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_rollups, RolledUp)

BOOST_AUTO_TEST_CASE(each_kind_over_the_records_that_refer_to_it) {
  BOOST_TEST(of(acme, "rollup('calls')") == "3");
  BOOST_TEST(of(acme, "rollup('won')") == "1");
  BOOST_TEST(of(acme, "rollup('total') == 110.0") == "true");
  BOOST_TEST(of(acme, "rollup('open_amount') == 9.5") == "true");
  BOOST_TEST(of(acme, "rollup('seats_sold')") == "7");
  BOOST_TEST(of(acme, "rollup('score_sum')") == "0.5");
  BOOST_TEST(of(acme, "rollup('effort_sum') == duration('2h')") == "true");
  BOOST_TEST(of(acme, "rollup('first_close')") == "2017-02-01");
  BOOST_TEST(of(acme, "rollup('last_name')") == "two");
  BOOST_TEST(of(acme, "rollup('biggest') == 201.0") == "true");
  BOOST_TEST(of(acme, "rollup('mean_seats')") == "3.5");
  BOOST_TEST(of(acme, "rollup('mean_discount') == 0.175") == "true");
}

BOOST_AUTO_TEST_CASE(they_say_what_the_macros_say) {
  for (const RecordId id : {acme, empty}) {
    for (const char* same :
         {"rollup('calls') == size(deals)", "rollup('total') == sum(deals, d, d.amount)",
          "rollup('won') == count(deals, d, d.stage_class == 'won')",
          "rollup('effort_sum') == sum(deals, d, d.effort)",
          "rollup('first_close') == min(deals, d, d.close_date)",
          "rollup('last_name') == max(deals, d, d.name)",
          "rollup('mean_seats') == avg(deals, d, d.seats)",
          "rollup('mean_discount') == avg(deals, d, d.discount)"}) {
      BOOST_TEST_CONTEXT(same) { BOOST_TEST(of(id, same) == "true"); }
    }
  }
}

BOOST_AUTO_TEST_CASE(none_to_go_over_is_zero_or_null) {
  for (const char* zero : {"calls", "won", "seats_sold"}) {
    BOOST_TEST(of(empty, "rollup('" + std::string(zero) + "')") == "0");
  }
  BOOST_TEST(of(empty, "rollup('total') == 0.0 && rollup('score_sum') == 0.0") == "true");
  BOOST_TEST(of(empty, "rollup('effort_sum') == duration('0s')") == "true");
  for (const char* null : {"first_close", "last_name", "biggest", "mean_seats", "mean_discount"}) {
    BOOST_TEST(of(empty, "rollup('" + std::string(null) + "')") == "null");
  }
  BOOST_TEST(of(empty, "rollup('first_close') < date('2020-01-01')") == "MISSING");
}

BOOST_AUTO_TEST_CASE(the_type_is_that_of_the_value) {
  BOOST_TEST(type_of("rollup('calls')") == "int");
  BOOST_TEST(type_of("rollup('total')") == "decimal");
  BOOST_TEST(type_of("rollup('score_sum')") == "double");
  BOOST_TEST(type_of("rollup('effort_sum')") == "duration");
  BOOST_TEST(type_of("rollup('first_close')") == "wrapper(date)");
  BOOST_TEST(type_of("rollup('last_name')") == "wrapper(string)");
  BOOST_TEST(type_of("rollup('mean_seats')") == "wrapper(double)");
  BOOST_TEST(type_of("rollup('mean_discount')") == "wrapper(decimal)");
}

BOOST_AUTO_TEST_CASE(records_without_a_value_are_left_out_and_errors_are_not) {
  add("ratio", RollupKind::kSum, "12 / seats");
  add("small", RollupKind::kCount, "", "12 / seats < 4");
  BOOST_TEST(of(acme, "rollup('ratio')") == "7");
  BOOST_TEST(of(acme, "rollup('small')") == "1");
  put(kDeal, 5, {{"name", "five"}, {"account", acme}, {"seats", 0}});
  BOOST_TEST(of(acme, "rollup('ratio')") == "DATA");
  BOOST_TEST(of(acme, "rollup('small')") == "DATA");
  BOOST_TEST(of(acme, "true || rollup('ratio') == 1") == "true");
}

BOOST_AUTO_TEST_CASE(amounts_of_two_currencies_are_not_added) {
  put(kDeal, 5, {{"name", "five"}, {"account", acme}, {"amount", euros("1", "USD")}});
  add("doubled", RollupKind::kSum, "amount * 2");
  add("euros", RollupKind::kSum, "amount", "amount_ccy == 'EUR'");
  for (const char* name : {"total", "doubled", "biggest"}) {
    BOOST_TEST(of(acme, "rollup('" + std::string(name) + "')") == "DATA");
  }
  BOOST_TEST(of(acme, "rollup('euros') == 110.0") == "true");
  const auto program = expr::compile("rollup('total')", environment());
  BOOST_REQUIRE(program.ok());
  const Result<Value> found = program->evaluate(on(acme));
  BOOST_REQUIRE(!found.ok());
  BOOST_TEST(contains(std::string(found.status().message()),
                      "the rollup 'total' goes over amounts in EUR and in USD"));
}

BOOST_AUTO_TEST_CASE(the_surroundings_are_as_they_were) {
  BOOST_TEST(of(acme, "cel.bind(n, 2, [1, 2].map(x, rollup('calls') * x + n + size(name)))") ==
             "[9, 12]");
  BOOST_TEST(of(acme, "deals.all(d, rollup('calls') == 3 && d.account.name == r.name)") == "true");
  BOOST_TEST(of(acme, "rollup('total') > 100.0 && name == 'Acme' && r.id == 'account:7'") ==
             "true");
}

BOOST_AUTO_TEST_CASE(formulas_read_them_and_are_read_by_them) {
  add_formula("net", schema::FieldType::kDecimal, "amount * (1 - discount)", kDeal);
  add_formula("net_total", schema::FieldType::kDecimal, "rollup('net_sum')", kAccount);
  add("net_sum", RollupKind::kSum, "net");
  BOOST_TEST(of(acme, "net_total == 97.57") == "true");
  BOOST_TEST(of(RecordId(kDeal, 1), "account.net_total == 97.57") == "true");
  BOOST_TEST(contains(why_not("changed(net_total)"), "is a formula"));
  const schema::EntityType& account = catalog.types[kAccount - 1u];
  BOOST_REQUIRE(formulas().compile().ok());
  BOOST_TEST(formulas().find(kAccount, account.find_field("net_total")->id)->not_indexable ==
             "reads other records");
}

BOOST_AUTO_TEST_CASE(names_are_literals_that_the_type_has) {
  BOOST_TEST(contains(why_not("rollup('totel') > 1.0"),
                      "account has no rollup 'totel'; did you mean 'total'?"));
  BOOST_TEST(contains(why_not("rollup('total') > 1.0", kDeal), "deal has no rollup 'total'"));
  BOOST_TEST(contains(why_not("rollup(name) > 1.0"), "takes the name of a rollup of account"));
  BOOST_TEST(contains(why_not("rollup('to' + 'tal') > 1.0"), "takes the name of a rollup"));
  BOOST_TEST(contains(why_not("rollup(1) > 1.0"), "takes the name of a rollup"));
  BOOST_TEST(contains(why_not("rollup() > 1"), "'rollup' is written rollup('name')"));
  BOOST_TEST(contains(why_not("rollup('total') == 'x'"), "decimal"));
  BOOST_TEST(contains(why_not("changed(rollup('total'))"), "a field of the account itself"));
  BOOST_TEST(expr::test::outcome("rollup('total')") == "type");
  const auto none = expr::compile("rollup('total')", SampleModel::environment(kAccount));
  BOOST_REQUIRE(!none.ok());
  BOOST_TEST(contains(std::string(none.status().message()), "none can be computed here"));
}

BOOST_AUTO_TEST_CASE(declarations_go_by_the_related_record_alone) {
  const auto where = [this](std::string condition) {
    return mistake_of(RollupKind::kCount, "", std::move(condition));
  };
  for (const char* pure :
       {"stage == 'Won'", "'vip' in tags", "owner != null && created < updated",
        "partners.exists(p, p == 'account:7')", "r.id != 'deal:1' && has(deal.seats)",
        "extra.level == 3", "name.startsWith('o') || close_date > date('2020-01-01')"}) {
    BOOST_TEST_CONTEXT(pure) { BOOST_TEST(where(pure) == "none"); }
  }
  for (const auto& [condition, why] : std::initializer_list<std::pair<const char*, const char*>>{
           {"seen_at < now", "'now' depends on the time"},
           {"close_date < today()", "depends on the time"},
           {"owner == user", "'user' depends on who asks"},
           {"seats > params.seats", "'params' depends on who asks"},
           {"org.currency == 'EUR'", "'org' can change"},
           {"old.seats == 1", "'old' is what a record was before"},
           {"changed(seats)", "changed() asks about more"},
           {"was(seats) == 1", "was() is what a record was before"},
           {"is_new()", "is_new() asks about more"},
           {"in_segment('VIP')", "in_segment() asks about more"},
           {"account.name == 'Acme'", "'name' is read from another record"},
           {"partners.exists(p, p.name == 'x')", "'name' is read from another record"},
           {"(hot ? account : account).name == 'x'", "'name' is read from another record"},
           {"version > 3", "'version' is nothing that the related record stores"},
           {"convert(amount, 'USD') > 1.0", "rates of exchange"},
           {"seats", "must give bool"},
           {"seets == 1", "did you mean 'seats'?"},
           {"seats ==", "expected a value"}}) {
    BOOST_TEST_CONTEXT(condition) {
      const std::string found = where(condition);
      BOOST_TEST_CONTEXT(found) { BOOST_TEST(contains(found, why)); }
    }
  }
}

BOOST_AUTO_TEST_CASE(values_are_of_a_type_that_the_kind_takes) {
  BOOST_TEST(contains(mistake_of(RollupKind::kSum, "name"), "sum adds numbers or durations"));
  BOOST_TEST(contains(mistake_of(RollupKind::kSum, "close_date"), "but this is date"));
  BOOST_TEST(contains(mistake_of(RollupKind::kAvg, "effort"), "avg takes numbers"));
  BOOST_TEST(contains(mistake_of(RollupKind::kMin, "tags"), "values with an order"));
  BOOST_TEST(contains(mistake_of(RollupKind::kMax, "hot"), "values with an order"));
  BOOST_TEST(contains(mistake_of(RollupKind::kSum, "extra.level"), "convert it, as in int(x)"));
  BOOST_TEST(contains(mistake_of(RollupKind::kSum, "null"), "but this is null"));
  BOOST_TEST(mistake_of(RollupKind::kSum, "int(extra.level)") == "none");
}

BOOST_AUTO_TEST_CASE(a_rollup_of_a_rollup_is_refused) {
  add("children_total", RollupKind::kSum, "rollup('total')", "", kAccount, "children");
  BOOST_TEST(contains(why_not("rollup('children_total') > 1.0"), "has a mistake of its own"));
  const schema::EntityType& account = catalog.types[kAccount - 1u];
  Status status =
      formulas().rollups().check(account, account.rollups.back(), expr::Rollups::Part::kValue);
  BOOST_TEST(contains(std::string(status.message()), "a rollup of a rollup"));
  status = formulas().compile();
  BOOST_TEST(contains(std::string(status.message()), "rollup children_total of account"));
}

BOOST_AUTO_TEST_CASE(a_rollup_by_way_of_a_formula_is_refused) {
  add_formula("whole", schema::FieldType::kDecimal, "rollup('total')", kAccount);
  add("wholes", RollupKind::kSum, "whole", "", kAccount, "children");
  add_formula("turning", schema::FieldType::kInt, "rollup('turns')", kAccount);
  add("turns", RollupKind::kSum, "turning", "", kAccount, "children");
  const schema::EntityType& account = catalog.types[kAccount - 1u];
  const auto check = [&](std::string_view name) {
    return std::string(formulas()
                           .rollups()
                           .check(account, *account.find_rollup(name), expr::Rollups::Part::kValue)
                           .message());
  };
  BOOST_TEST(contains(check("wholes"), "the formula 'whole' reads other records"));
  BOOST_TEST(contains(check("turns"), "mend that one first"));
}

BOOST_AUTO_TEST_CASE(rows_are_limited_and_paid_for) {
  expr::Activation activation = on(acme);
  expr::EvaluationLimits limits;
  limits.max_related_rows = 2;
  activation.set_limits(limits);
  const auto program = expr::compile("rollup('total') > 1.0", environment());
  BOOST_REQUIRE(program.ok());
  Value value;
  expr::Failure failure;
  BOOST_TEST(!program->evaluate(activation, &value, &failure));
  BOOST_TEST((failure.error == expr::ErrorClass::kLimit));
  BOOST_TEST(contains(failure.message, "'deals' has more than 2 records (max_related_rows"));
  limits.max_related_rows = 3;
  limits.max_cost = 41;
  activation.set_limits(limits);
  BOOST_TEST(expr::test::outcome("rollup('total')", environment(), activation) == "LIMIT");
  // Nothing of a record is read where all are counted.
  BOOST_TEST(expr::test::outcome("rollup('calls')", environment(), activation) == "3");
}

BOOST_AUTO_TEST_CASE(nothing_is_known_without_a_host_or_a_record) {
  expr::Activation activation = on(acme);
  activation.set_host(nullptr);
  BOOST_TEST(expr::test::outcome("rollup('total')", environment(), activation) == "BUG");
  BOOST_TEST(expr::test::outcome("rollup('total')", environment(), expr::Activation()) ==
             "MISSING");
}

BOOST_AUTO_TEST_CASE(the_tools_know_it) {
  const auto program = expr::compile("rollup(  'open_amount')>100.0", environment());
  BOOST_REQUIRE(program.ok());
  BOOST_TEST(expr::english(*program) == "open amount is over 100");
  const Result<std::string> formatted = expr::format(program->source());
  BOOST_REQUIRE(formatted.ok());
  BOOST_TEST(*formatted == "rollup('open_amount') > 100.0");
  const CostEstimate cost = expr::estimate_cost(*program);
  BOOST_TEST(cost.min >= 10u);
  BOOST_TEST(!cost.max);
  expr::Outcome all = program->outcome(on(acme));
  BOOST_TEST(all.ok());
  BOOST_TEST(all.cost >= cost.min);
  BOOST_TEST(
      contains(expr::to_text(expr::explain(*program)), "[question rollup, decimal, cost 10"));
  BOOST_TEST(program->fields_read().empty());
  BOOST_TEST(program->max_hops() == 0);
}

BOOST_AUTO_TEST_CASE(names_are_completed) {
  const auto names = [this](std::string_view source) {
    std::string out;
    for (const Completion& one : expr::complete(environment(), source, source.size())) {
      if (one.kind == "option") out += one.text + " ";
    }
    return out;
  };
  BOOST_TEST(names("rollup('mean_") == "mean_seats mean_discount ");
  BOOST_TEST(names("1 < rollup('op") == "open_amount ");
  BOOST_TEST(names("name == 'o") == "");
  BOOST_TEST(names("rollup('total', 'o") == "");
  bool macro = false;
  for (const Completion& one : expr::complete(environment(), "roll", 4)) {
    macro |= one.text == "rollup(" && one.kind == "macro";
  }
  BOOST_TEST(macro);
}

BOOST_AUTO_TEST_SUITE_END()
