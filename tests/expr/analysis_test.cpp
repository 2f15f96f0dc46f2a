#include <boost/test/unit_test.hpp>

#include "expr/analysis.hpp"
#include "tests/expr/sample_model.hpp"

namespace {

using namespace kith;
using expr::TermKind;

const char* name_of(TermKind kind) {
  switch (kind) {
    case TermKind::kResidual: return "?";
    case TermKind::kNever: return "never";
    case TermKind::kEqual: return "==";
    case TermKind::kNotEqual: return "!=";
    case TermKind::kLess: return "<";
    case TermKind::kLessEqual: return "<=";
    case TermKind::kGreater: return ">";
    case TermKind::kGreaterEqual: return ">=";
    case TermKind::kIn: return "in";
    case TermKind::kStartsWith: return "starts";
    case TermKind::kIsNull: return "null";
    case TermKind::kIsPresent: return "present";
    case TermKind::kTruthy: return "true";
    case TermKind::kFalsy: return "false";
    case TermKind::kAnyOf: return "any";
  }
  return "";
}

struct Planner : expr::test::SampleModel {
  Planner() : deal(put(kDeal, 1, {})) {}
  // "4 == "Won"; ?" with fields by id.
  std::string terms(std::string_view source) {
    const auto program = expr::compile(source, environment());
    BOOST_REQUIRE_MESSAGE(program.ok(), program.status().to_string());
    expr::Activation activation = on(deal);
    const Value params(Map{{Value("min"), Value(5)}});
    activation.set_params(&params);
    return shown(expr::conjuncts(*program, activation));
  }
  // "~" before a term that is implied but does not decide, "any(a; b | c)" for alternatives.
  static std::string shown(const std::vector<expr::Conjunct>& terms) {
    std::string out;
    for (const expr::Conjunct& term : terms) {
      if (!out.empty()) out += "; ";
      if (term.kind == TermKind::kAnyOf) {
        for (const auto& branch : term.branches) {
          out += (&branch == &term.branches.front() ? "any(" : " | ") + shown(branch);
        }
        out += ")";
        continue;
      }
      if (!term.exact) out += "~";
      for (const std::uint32_t id : term.path.fields) {
        out += ((id & expr::kSystemFieldBit) != 0 ? "sys" : std::to_string(id)) + " ";
      }
      out += name_of(term.kind);
      for (const Value& value : term.values) out += " " + value.to_string();
    }
    return out;
  }
  // The kinds of the terms that hold for every activation.
  std::string constant_terms(std::string_view source) {
    const auto program = expr::compile(source, environment());
    BOOST_REQUIRE_MESSAGE(program.ok(), program.status().to_string());
    std::string out;
    for (const expr::Conjunct& term : expr::constant_conjuncts(*program)) {
      out += (out.empty() ? "" : " ") + std::string(name_of(term.kind));
    }
    return out;
  }
  std::string text(const Value& value) { return value.to_string(); }
  RecordId deal;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_analysis, Planner)

BOOST_AUTO_TEST_CASE(constants_are_what_the_expression_itself_says) {
  BOOST_TEST(constant_terms("stage == 'Won' && seats in [1, 1 + 1] && hot && !hot") ==
             "== in true false");
  BOOST_TEST(constant_terms("seats == params.min && owner == user && seen_at == now") == "? ? ?");
  BOOST_TEST(constant_terms("close_date == today() && user == null && params.min == 5") == "? ? ?");
  BOOST_TEST(constant_terms("seats == (user == null ? 1 : 2)") == "?");
}

BOOST_AUTO_TEST_CASE(conjuncts_are_recognised) {
  BOOST_TEST(terms("stage == 'Won'") == "4 == " + text("Won"));
  BOOST_TEST(terms("seats > params.min && 10 >= seats") == "9 > 5; 9 <= 10");
  BOOST_TEST(terms("amount > 100") == "2 > " + text(Decimal(100)));
  BOOST_TEST(terms("amount < 12.50") == "2 < " + text(*Decimal::parse("12.50")));
  BOOST_TEST(terms("stage in ['Won', 'Lost'] && hot && !hot") ==
             "4 in " + text("Won") + " " + text("Lost") + "; 11 true; 11 false");
  BOOST_TEST(terms("stage == 'Won' || stage == 'Lost'") ==
             "4 in " + text("Won") + " " + text("Lost"));
  BOOST_TEST(terms("has(amount) && !has(r.stage) && seats == null && seats != null") ==
             "2 present; 4 null; 9 null; 9 present");
  BOOST_TEST(terms("name.startsWith('A')") == "1 starts " + text("A"));
  BOOST_TEST(terms("seen_at < now - duration('12h')") ==
             "7 < " + text(*Timestamp::parse("2017-06-15T00:00:00Z")));
  BOOST_TEST(terms("close_date >= start_of(today(), 'year')") ==
             "6 >= " + text(*Date::parse("2017-01-01")));
  BOOST_TEST(terms("account.industry == 'retail'") == "12 2 == " + text("retail"));
  BOOST_TEST(terms("account == 'account:7'") == "12 == " + text(RecordId(kAccount, 7)));
  BOOST_TEST(terms("id == 'deal:1'") == "sys == " + text(RecordId(kDeal, 1)));
  BOOST_TEST(terms("stage_class == 'open'") ==
             "4 in " + text("Prospecting") + " " + text("Engaging"));
  BOOST_TEST(terms("stage_probability >= 50 && stage_class == 'none'") ==
             "4 in " + text("Engaging") + " " + text("Won") + "; 4 never");
}

BOOST_AUTO_TEST_CASE(the_rest_is_left_to_the_evaluator) {
  for (const char* source :
       {"seats + 1 > 5", "seats > 1.5", "name.contains('x')", "stage == 'Won' || seats + 1 > 5",
        "stage > 'A'", "stage_class != 'won'", "partners.exists(p, p.name == 'x')", "seats > 1 / 0",
        "amount_ccy == 'EUR'", "seats in [1, null]", "old.seats == 1", "has(stage_class)", "true",
        "extra == 1", "!(stage in ['Won'])", "hot || true", "days_since(close_date) != 3",
        "close_date.getMonth() == 3", "!(stage == 'Won' && seats + 1 > 5)"}) {
    BOOST_TEST_CONTEXT(source) { BOOST_TEST(terms(source) == "?"); }
  }
}

BOOST_AUTO_TEST_CASE(negations_come_down_to_the_terms) {
  BOOST_TEST(terms("!(seats > 5)") == "9 <= 5");
  BOOST_TEST(terms("!(seats > 5 || !hot)") == "9 <= 5; 11 true");
  BOOST_TEST(terms("!(stage == 'Won') && !(stage != 'Lost')") ==
             "4 != " + text("Won") + "; 4 == " + text("Lost"));
  BOOST_TEST(terms("!!hot && !has(amount)") == "11 true; 2 null");
  BOOST_TEST(terms("!(seats == null)") == "9 present");
  BOOST_TEST(terms("!true || hot") == "~11 true");
}

BOOST_AUTO_TEST_CASE(alternatives_are_told_when_each_says_something) {
  BOOST_TEST(terms("stage == 'Won' || hot") == "any(4 == " + text("Won") + " | 11 true)");
  BOOST_TEST(terms("(stage == 'Won' && seats > 5) || !hot") ==
             "any(4 == " + text("Won") + "; 9 > 5 | 11 false)");
  BOOST_TEST(terms("!(stage == 'Won' && seats > 5)") == "any(4 != " + text("Won") + " | 9 <= 5)");
  BOOST_TEST(terms("amount > 1 ? hot : false") == "~2 > 1; ~11 true");
  BOOST_TEST(terms("hot ? seats == 1 : seats == 2") == "any(11 true; 9 == 1 | 11 false; 9 == 2)");
}

BOOST_AUTO_TEST_CASE(functions_that_keep_the_order_of_days_and_times_are_turned_round) {
  const auto day = [this](std::string_view iso) { return text(*Date::parse(iso)); };
  BOOST_TEST(terms("days_since(close_date) > 30") == "~6 < " + day("2017-05-16"));  // now: 06-15
  BOOST_TEST(terms("30 <= days_since(close_date)") == "~6 < " + day("2017-05-17"));
  BOOST_TEST(terms("days_between(today(), close_date) == 7") ==
             "~6 >= " + day("2017-06-22") + "; ~6 < " + day("2017-06-23"));
  BOOST_TEST(terms("close_date.addMonths(1) >= date('2017-03-01')") ==
             "~6 >= " + day("2017-02-01"));
  BOOST_TEST(terms("close_date.getFullYear() == 2017") ==
             "~6 >= " + day("2017-01-01") + "; ~6 < " + day("2018-01-01"));
  BOOST_TEST(terms("quarter(close_date) == '2017-Q2'") ==
             "~6 >= " + day("2017-04-01") + "; ~6 < " + day("2017-07-01"));
  BOOST_TEST(terms("start_of(close_date, 'month') < date('2017-03-15')") ==
             "~6 < " + day("2017-04-01"));
  BOOST_TEST(terms("now - seen_at > duration('24h')") ==
             "~7 < " + text(*Timestamp::parse("2017-06-14T12:00:00Z")));
  BOOST_TEST(terms("seen_at + duration('1h') <= now") ==
             "~7 < " + text(*Timestamp::parse("2017-06-15T11:00:00.000001Z")));
  BOOST_TEST(terms("close_date.getFullYear() > 20000") == "~never");
  BOOST_TEST(constant_terms("days_since(close_date) > 30") == "?");
}

BOOST_AUTO_TEST_CASE(a_default_adds_the_null_records_where_it_matches) {
  BOOST_TEST(terms("r.?seats.orValue(1) == 1") == "any(~9 null | ~9 == 1)");
  BOOST_TEST(terms("r.?seats.orValue(0) > 5") == "~9 > 5");
  BOOST_TEST(terms("r.?seats.orValue(10) > 5") == "any(~9 null | ~9 > 5)");
}

BOOST_AUTO_TEST_CASE(conditions_that_cannot_hold) {
  BOOST_TEST(terms("false && hot") == "never; 11 true");
  BOOST_TEST(terms("seats > params.absent") == "never");
  BOOST_TEST(terms("seats in []") == "9 never");
}

BOOST_AUTO_TEST_CASE(single_fields) {
  const auto is_field = [this](std::string_view source) {
    expr::FieldPath path;
    const bool is = expr::is_field(*expr::compile(source, environment()), &path);
    return is ? static_cast<int>(path.fields.size()) : 0;
  };
  BOOST_TEST(is_field("amount") == 1);
  BOOST_TEST(is_field("r.stage") == 1);
  BOOST_TEST(is_field("account.industry") == 2);
  BOOST_TEST(is_field("created") == 1);
  BOOST_TEST(is_field("stage_class") == 0);
  BOOST_TEST(is_field("amount_ccy") == 0);
  BOOST_TEST(is_field("has(amount)") == 0);
  BOOST_TEST(is_field("amount + 1") == 0);
}

BOOST_AUTO_TEST_SUITE_END()
