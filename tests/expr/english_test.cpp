#include "expr/english.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/expr/random_expression.hpp"
#include "tests/expr/sample_model.hpp"

namespace {

using namespace kith::expr;

struct Labelled : test::SampleModel {
  Labelled() {
    for (kith::schema::EntityType& type : catalog.types) {
      for (kith::schema::Field& field : type.fields) {
        if (field.name == "close_date") field.label = "Close date";
        if (field.name == "seats") field.label = "Seats";
        if (field.name == "stage") {
          field.label = "Stage";
          field.options[2].label = "Closed won";
        }
      }
    }
  }

  std::string say(std::string_view source) {
    const kith::Result<Program> program = compile(source, environment());
    return program.ok() ? english(*program) : program.status().to_string();
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_english, Labelled)

BOOST_AUTO_TEST_CASE(sentences) {
  const std::pair<const char*, const char*> said[] = {
      {"amount > 10000.0 && stage == 'Engaging'", "amount is over 10,000 and stage is Engaging"},
      {"amount >= 1234567.50", "amount is at least 1,234,567.5"},
      {"amount < 100.0", "amount is under 100"},
      {"amount <= 100.0", "amount is at most 100"},
      {"100.0 < amount", "amount is over 100"},
      {"stage == 'Won'", "stage is Closed won"},
      {"stage != 'Won'", "stage is not Closed won"},
      {"!(stage == 'Won')", "stage is not Closed won"},
      {"!(amount > 5.0)", "amount is at most 5"},
      {"stage in ['Won', 'Lost']", "stage is one of Closed won or Lost"},
      {"stage in ['Prospecting', 'Engaging', 'Lost']",
       "stage is one of Prospecting, Engaging or Lost"},
      {"!(stage in ['Won'])", "stage is not Closed won"},
      {"close_date == null", "has no close date"},
      {"close_date != null", "has a close date"},
      {"has(close_date)", "has a close date"},
      {"!has(r.amount)", "has no amount"},
      {"has(amount)", "has an amount"},
      {"account.industry == null", "account has no industry"},
      {"!has(account.industry)", "account has no industry"},
      {"close_date < today()", "close date is before today"},
      {"close_date <= today()", "close date is on or before today"},
      {"close_date > date('2017-03-01')", "close date is after 1 March 2017"},
      {"close_date < today().addDays(30)", "close date is before 30 days from today"},
      {"close_date >= today().addDays(-30) && close_date <= today()",
       "close date is in the last 30 days"},
      {"close_date >= today() && close_date <= today().addDays(7)",
       "close date is in the next 7 days"},
      {"seats >= 1 && seats <= 10", "seats is from 1 to 10"},
      {"created > now - duration('720h')", "creation time is in the last 30 days"},
      {"seen_at > timestamp('2017-03-01T09:30:00Z')", "seen at is after 1 March 2017 09:30 UTC"},
      {"days_since(close_date) > 30", "close date is more than 30 days ago"},
      {"effort > duration('36h')", "effort is longer than 36 hours"},
      {"has(params.since)", "`params` has a since"},
      {"hot", "hot is yes"},
      {"!hot", "hot is no"},
      {"hot == false", "hot is no"},
      {"name.startsWith('Ac')", "name starts with \"Ac\""},
      {"!name.contains('x')", "name does not contain \"x\""},
      {"name == 'Acme'", "name is \"Acme\""},
      {"size(name) > 3", "the length of name is over 3"},
      {"size(tags) == 0", "the number of tags is 0"},
      {"'vip' in tags", "tags include vip"},
      {"!('vip' in tags)", "tags do not include vip"},
      {"tags.exists(t, t == 'late')", "at least one of tags is such that (it is \"late\")"},
      {"partners.all(p, p.industry == 'retail')", "each of partners has (industry is retail)"},
      {"!partners.exists(p, p.industry == 'retail' && p.name == 'X')",
       "none of partners has (industry is retail and name is \"X\")"},
      {"account.industry == 'retail'", "account's industry is retail"},
      {"account.parent.name == 'Acme'", "account's parent's name is \"Acme\""},
      {"account == 'account:7'", "account is account:7"},
      {"owner == user", "owner is the acting user"},
      {"old == null", "the record is new"},
      {"old.stage == 'Won'", "previous stage is Closed won"},
      {"stage_class == 'open'", "stage class is open"},
      {"amount * 2 > 10.0", "amount times 2 is over 10"},
      {"(amount + discount) * 2 > 10.0", "(amount plus discount) times 2 is over 10"},
      {"seats + 1", "seats plus 1"},
      {"seats > params.least", "seats is over parameter least"},
      {"hot ? seats : 0", "seats if hot is yes, otherwise 0"},
      {"hot || seats > 1", "hot is yes or seats is over 1"},
      {"hot && (seats > 1 || seats < -5)",
       "hot is yes, and either seats is over 1 or seats is under -5"},
      {"hot && seats > 1 || name == 'x'", "both hot is yes and seats is over 1, or name is \"x\""},
      {"!(hot || seats > 1)", "neither hot is yes nor seats is over 1"},
      {"!(hot && seats > 1)", "not all of (hot is yes and seats is over 1)"},
      {"hot && (seats > 1 || (seats < 0 && name == 'x'))",
       "hot is yes, and (seats is over 1, or (seats is under 0 and name is \"x\"))"},
      {"start_of(close_date, 'month') == start_of(today(), 'month')",
       "the start of the month of close date is the start of this month"},
      {"is_weekend(close_date)", "close date is on a weekend"},
      {"math.abs(seats) > 3", "`math.abs(seats)` is over 3"},
      {"true", "always"},
      {"name.matches('^A')", "name matches the pattern \"^A\""},
      {"amount_ccy == 'EUR'", "currency of amount is \"EUR\""},
  };
  BOOST_TEST(std::size(said) >= 40u);
  for (const auto& [source, sentence] : said) {
    BOOST_TEST_CONTEXT(source) { BOOST_TEST(say(source) == sentence); }
  }
}

// Whatever it is, there are words for it, and always the same.
BOOST_AUTO_TEST_CASE(everything_can_be_said) {
  test::RandomExpression random(5);
  const Environment variables = test::RandomExpression::environment();
  for (int round = 0; round < 400; ++round) {
    const std::string source = random.any(1 + round % 6);
    const kith::Result<Program> program = compile(source, variables);
    if (!program.ok()) continue;
    const std::string said = english(*program);
    BOOST_TEST(!said.empty());
    BOOST_TEST(said == english(*program));
  }
}

BOOST_AUTO_TEST_SUITE_END()
