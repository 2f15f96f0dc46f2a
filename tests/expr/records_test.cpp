// Expressions over records: every field type, null, references, messages.
#include <boost/test/unit_test.hpp>

#include "tests/expr/expr_testing.hpp"
#include "tests/expr/sample_model.hpp"
#include "tests/support/text.hpp"

namespace {

using namespace kith;
using expr::test::SampleModel;
using kith::testing::contains;

struct Deals : SampleModel {
  Deals() {
    put(kAccount, 1, {{"name", "Holding"}, {"industry", "software"}});
    put(kAccount, 7, {{"name", "Acme"}, {"industry", "retail"}, {"parent", RecordId(kAccount, 1)}});
    const Currency eur = *Currency::parse("EUR");
    full = put(kDeal, 42,
               {{"name", "Ünion"},
                {"amount", Money{*Decimal::parse("1200.50"), eur}},
                {"discount", *Decimal::parse("0.15")},
                {"stage", "Won"},
                {"tags", List{Value("vip"), Value("late")}},
                {"close_date", *Date::parse("2017-03-01")},
                {"seen_at", *Timestamp::parse("2017-03-01T23:30:00.25Z")},
                {"effort", Duration::minutes(90)},
                {"seats", 12},
                {"score", 0.5},
                {"hot", true},
                {"account", RecordId(kAccount, 7)},
                {"partners", List{Value(RecordId(kAccount, 1)), Value(RecordId(kAccount, 7))}},
                {"extra", Map{{Value("k"), Value(List{Value(1), Value("two")})}}},
                {"blob", Bytes{"ab"}}});
    bare = put(kDeal, 43, {{"name", "bare"}});
    dangling = put(kDeal, 44, {{"account", RecordId(kAccount, 99)}});
    broken = put(kDeal, 45, {{"account", RecordId(kAccount, 666)}});
  }
  std::string on_full(std::string_view source) {
    return expr::test::outcome(source, environment(), on(full));
  }
  std::string on_bare(std::string_view source) {
    return expr::test::outcome(source, environment(), on(bare));
  }
  std::string why_not(std::string_view source) {
    const auto program = expr::compile(source, environment());
    return program.ok() ? "it compiles" : std::string(program.status().message());
  }
  RecordId full, bare, dangling, broken;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_records, Deals)

BOOST_AUTO_TEST_CASE(every_field_type_reads) {
  for (const char* source : {
           "name == 'Ünion' && r.name.size() == 5 && deal.name.startsWith('Ü')",
           "amount == 1200.50 && amount > 1200 && amount < 1200.5001 && amount_ccy == 'EUR'",
           "amount * discount == 180.075",
           "discount == 0.15 && discount >= 0.15 && discount < 0.151 && discount != 0.1501",
           "stage == 'Won' && stage != 'Lost' && stage in ['Won', 'Lost'] && 'Won' == stage",
           "stage_class == 'won' && stage_probability == 100 && stage_probability / 2 == 50",
           "'vip' in tags && size(tags) == 2 && tags.exists(t, t.startsWith('l'))",
           "close_date == date('2017-03-01') && close_date < date('2017-03-02')",
           "close_date.getMonth() == 2 && quarter(close_date) == '2017-Q1'",
           "seen_at == timestamp('2017-03-01T23:30:00.25Z')",
           "seen_at < now && seen_at.date('Europe/Vienna') == date('2017-03-02')",
           "effort == duration('1h30m') && effort < duration('2h')",
           "seats == 12 && seats > 11.5 && seats + 1 == 13 && 12 <= seats",
           "score == 0.5 && score * 2 == 1 && seats * score == 6.0",
           "hot && !(!hot) && hot == true",
           "account == 'account:7' && account != 'account:8' && account in ['account:7']",
           "account.name == 'Acme' && account.parent.name == 'Holding'",
           "r.account.parent.industry == 'software' && account.parent.id == 'account:1'",
           "partners.exists(p, p.name == 'Acme') && partners.map(p, p.industry).size() == 2",
           "'account:1' in partners && partners[0].name == 'Holding'",
           "extra.k[1] == 'two' && has(extra.k) && !has(extra.x)",
           "blob == b'ab' && size(blob) == 2",
           "id == 'deal:42' && version == 7 && !deleted && created < updated",
           "created == timestamp(1500000000)",
           "r.?name.orValue('') == 'Ünion' && r.?account.name.value() == 'Acme'",
           "has(name) && has(r.amount) && has(account.name)",
           "days_between(close_date, today()) == 106 && days_since(close_date) == 106",
       }) {
    BOOST_TEST_CONTEXT(source) { BOOST_TEST(on_full(source) == "true"); }
  }
}

BOOST_AUTO_TEST_CASE(null_is_missing_but_equals_null) {
  for (const char* yes :
       {"amount == null", "amount != 5", "!has(amount)", "stage == null", "!has(r.stage)",
        "account == null", "owner == null", "amount_ccy == null", "stage_class == null",
        "close_date != date('2017-01-01')", "stage != 'Won'", "!r.?amount.hasValue()",
        "r.?seats.orValue(3) == 3", "tags == null", "hot == null", "seats != 1.5"}) {
    BOOST_TEST_CONTEXT(yes) { BOOST_TEST(on_bare(yes) == "true"); }
  }
  for (const char* missing :
       {"amount > 5", "!(amount > 5)", "seats + 1", "!hot", "name + amount_ccy",
        "account.name == 'x'", "has(account.name)", "account.parent.name", "size(tags) == 0",
        "'vip' in tags", "stage.startsWith('W')", "close_date.addDays(1)", "stage_probability + 1",
        "score < 1.0", "close_date < date('2017-01-01')", "old.amount == 1"}) {
    BOOST_TEST_CONTEXT(missing) { BOOST_TEST(on_bare(missing) == "MISSING"); }
  }
  BOOST_TEST(on_bare("amount > 5 || name == 'bare'") == "true");
  BOOST_TEST(on_bare("amount > 5 && name == 'x'") == "false");
}

BOOST_AUTO_TEST_CASE(related_records_come_from_the_host) {
  loads = 0;
  BOOST_TEST(on_full("account == 'account:7'") == "true");
  BOOST_TEST(loads == 0);
  BOOST_TEST(on_full("account.parent.name") == on_full("'Holding'"));
  BOOST_TEST(loads == 2);
  BOOST_TEST(expr::test::outcome("account.name", environment(), on(dangling)) == "MISSING");
  BOOST_TEST(expr::test::outcome("account.name == 'x' || true", environment(), on(broken)) ==
             "HOST");
  const auto program = expr::compile("account.name", environment());
  BOOST_REQUIRE(program.ok());
  BOOST_TEST((program->evaluate(on(broken)).status().code() == Code::kIo));
}

BOOST_AUTO_TEST_CASE(old_user_params_and_org) {
  expr::Activation activation = on(full);
  const Value params(Map{{Value("least"), Value(10)}});
  const Value org(Map{{Value("time_zone"), Value("Pacific/Auckland")}});
  activation.set_params(&params);
  activation.set_org(&org);
  activation.set_old(bare, *load(bare));
  activation.set_user(RecordId(kUser, 5), nullptr);
  const auto check = [&](std::string_view source) {
    return expr::test::outcome(source, environment(), activation);
  };
  BOOST_TEST(check("seats > params.least") == "true");
  BOOST_TEST(check("old.seats == null && old.name == 'bare' && r.name != old.name") == "true");
  BOOST_TEST(check("user == 'user:5'") == "true");
  BOOST_TEST(check("today() == date('2017-06-16')") == "true");
  BOOST_TEST(check("params.most == 1") == "MISSING");
  BOOST_TEST(check("user.name == 'x'") == "MISSING");
}

BOOST_AUTO_TEST_CASE(truth_without_a_value) {
  const auto won = expr::compile("stage == 'Won' && amount > 1000", environment());
  BOOST_REQUIRE_MESSAGE(won.ok(), won.status().to_string());
  expr::Failure failure;
  BOOST_TEST((won->evaluate_bool(on(full)) == expr::Truth::kTrue));
  BOOST_TEST((won->evaluate_bool(on(bare), &failure) == expr::Truth::kFalse));
  const auto big = expr::compile("seats > 5 &&\n  amount > 1000", environment());
  BOOST_TEST((big->evaluate_bool(on(bare), &failure) == expr::Truth::kError));
  BOOST_TEST((failure.error == expr::ErrorClass::kMissing));
  BOOST_TEST(contains(failure.message, "1:7"));
  BOOST_TEST((big->evaluate(on(bare)).status().code() == Code::kExpressionFailed));
}

BOOST_AUTO_TEST_CASE(what_an_expression_reads) {
  const auto program =
      expr::compile("stage == 'Won' && account.parent.name != '' && now > created", environment());
  BOOST_REQUIRE(program.ok());
  const std::vector<std::uint32_t> fields = {4, 12};
  BOOST_TEST(program->fields_read() == fields, boost::test_tools::per_element());
  BOOST_TEST(program->max_hops() == 2);
  BOOST_TEST(program->reads_now());
  BOOST_TEST(!program->reads_old());
  BOOST_TEST(program->type().to_string() == "bool");
  BOOST_TEST(expr::compile("amount", environment())->type().to_string() == "wrapper(decimal)");
  BOOST_TEST(expr::compile("partners.all(p, p.parent.name == 'x')", environment())->max_hops() ==
             2);
  BOOST_TEST(expr::compile("old.seats == r.seats", environment())->reads_old());
}

BOOST_AUTO_TEST_CASE(mistakes_say_where_and_what_to_do) {
  BOOST_TEST(why_not("seats > 1 && amont > 5") ==
             "1:14: there is no name 'amont' here and no such field of deal; did you mean "
             "'amount'?\n | seats > 1 && amont > 5\n |              ^");
  BOOST_TEST(contains(why_not("account.nam == 'x'"), "did you mean 'name'"));
  BOOST_TEST(contains(why_not("stage == 'Wn'"), "stage has no option 'Wn'; did you mean 'Won'?"));
  BOOST_TEST(contains(why_not("stage in ['Won', 'Last']"), "did you mean 'Lost'?"));
  BOOST_TEST(contains(why_not("'vp' in tags"), "did you mean 'vip'?"));
  BOOST_TEST(contains(why_not("account == 'acount:7'"), "account:7"));
  BOOST_TEST(contains(why_not("amount > 'x'"), "'>' does not take (decimal, string)"));
  BOOST_TEST(contains(why_not("close_date > '2017-01-01'"), "date('2017-01-31')"));
  BOOST_TEST(contains(why_not("seen_at > close_date"), "t.date('Europe/Vienna')"));
  BOOST_TEST(contains(why_not("amount > double(seats)"), "write decimal(x)"));
  BOOST_TEST(contains(why_not("name.statsWith('x')"), "did you mean 'startsWith'?"));
  BOOST_TEST(contains(why_not("stage = 'Won'"), "equality is '=='"));
  BOOST_TEST(contains(why_not("a\n && b."), "2:7"));
  BOOST_TEST(contains(why_not("deal{name: 1}"), "no message types"));
}

BOOST_AUTO_TEST_CASE(the_place_asks_for_a_type) {
  expr::CompileOptions options;
  options.expected = expr::Type::of(expr::TypeKind::kBool);
  BOOST_TEST(expr::compile("hot", environment(), options).ok());
  BOOST_TEST(!expr::compile("seats", environment(), options).ok());
  options.expected = expr::Type::of(expr::TypeKind::kDecimal);
  for (const char* source : {"12.50", "seats", "3", "amount"}) {
    const auto program = expr::compile(source, environment(), options);
    BOOST_REQUIRE(program.ok());
    BOOST_TEST((program->evaluate(on(full))->kind() == Value::Kind::kDecimal), source);
  }
}

BOOST_AUTO_TEST_SUITE_END()
