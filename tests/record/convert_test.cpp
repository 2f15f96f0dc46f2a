#include "record/convert.hpp"

#include <boost/test/unit_test.hpp>
#include <limits>

#include "tests/record/random_records.hpp"

namespace kith::record {
namespace {

using schema::Field;
using schema::FieldType;

const schema::EntityType& deal() {
  static const schema::EntityType type = [] {
    schema::EntityType t;
    t.id = 1;
    t.name = "deal";
    return t;
  }();
  return type;
}

Field field_of(FieldType type) { return testing::make_field(deal(), type, "f"); }

Value converted(const Field& field, const Value& input, const Value* current = nullptr) {
  const Result<Value> result = convert(deal(), field, input, current);
  BOOST_REQUIRE_MESSAGE(result.ok(), result.status().to_string());
  return *result;
}

// The code of the one violation, and its message.
std::pair<std::string, std::string> refused(const Field& field, const Value& input,
                                            const Value* current = nullptr) {
  const Result<Value> result = convert(deal(), field, input, current);
  BOOST_REQUIRE_MESSAGE(!result.ok(), "accepted " << input.to_string());
  BOOST_TEST((result.status().code() == Code::kValidation));
  BOOST_REQUIRE_EQUAL(result.status().violations().size(), 1u);
  const Violation& violation = result.status().violations()[0];
  BOOST_TEST(violation.entity == "deal");
  BOOST_TEST(violation.field == "f");
  return {violation.code, violation.message};
}

std::string code(const Field& field, const Value& input) { return refused(field, input).first; }

BOOST_AUTO_TEST_SUITE(record_convert)

BOOST_AUTO_TEST_CASE(null_stays_null_for_every_type) {
  for (int t = 1; t <= testing::kFieldTypes; ++t) {
    BOOST_TEST(converted(field_of(static_cast<FieldType>(t)), Value()).is_null());
  }
}

BOOST_AUTO_TEST_CASE(a_normal_form_converts_to_itself) {
  testing::Random random(41);
  for (int round = 0; round < 2000; ++round) {
    Field field = field_of(static_cast<FieldType>(1 + random.below(testing::kFieldTypes)));
    const Value value = converted(field, testing::random_value(random, field));
    BOOST_TEST((converted(field, value) == value));
  }
}

BOOST_AUTO_TEST_CASE(a_value_of_no_kind_the_field_knows_is_a_type_violation) {
  for (int t = 1; t <= testing::kFieldTypes; ++t) {
    const Field field = field_of(static_cast<FieldType>(t));
    BOOST_TEST(code(field, Value(TypeName{"int"})) == "type");
  }
}

BOOST_AUTO_TEST_CASE(bools) {
  const Field field = field_of(FieldType::kBool);
  BOOST_TEST((converted(field, true) == Value(true)));
  BOOST_TEST((converted(field, "false") == Value(false)));
  BOOST_TEST(code(field, "yes") == "type");
  BOOST_TEST(code(field, 1) == "type");
}

BOOST_AUTO_TEST_CASE(ints) {
  const Field field = field_of(FieldType::kInt);
  BOOST_TEST((converted(field, 7u) == Value(7)));
  BOOST_TEST((converted(field, 7.0) == Value(7)));
  BOOST_TEST((converted(field, Value(Decimal(700, 2))) == Value(7)));
  BOOST_TEST((converted(field, "-42") == Value(-42)));
  BOOST_TEST(code(field, 7.5) == "precision");
  BOOST_TEST(code(field, std::numeric_limits<std::uint64_t>::max()) == "range");
  BOOST_TEST(code(field, "9223372036854775808") == "range");
  BOOST_TEST(code(field, 1e30) == "range");
  BOOST_TEST(code(field, std::numeric_limits<double>::quiet_NaN()) == "type");
  BOOST_TEST(code(field, "seven") == "type");
  BOOST_TEST(code(field, "") == "type");
  BOOST_TEST(code(field, true) == "type");
}

BOOST_AUTO_TEST_CASE(floats) {
  const Field field = field_of(FieldType::kFloat);
  BOOST_TEST((converted(field, 3) == Value(3.0)));
  BOOST_TEST((converted(field, "1.5e3") == Value(1500.0)));
  BOOST_TEST((converted(field, Value(Decimal(1, 1))) == Value(0.1)));
  BOOST_TEST(code(field, (std::int64_t{1} << 53) + 1) == "precision");
  BOOST_TEST(code(field, std::numeric_limits<double>::infinity()) == "range");
  BOOST_TEST(code(field, std::numeric_limits<double>::quiet_NaN()) == "range");
  BOOST_TEST(code(field, "nan") == "range");
  BOOST_TEST(code(field, "1e999") == "range");
  BOOST_TEST(code(field, "1.5x") == "type");
}

BOOST_AUTO_TEST_CASE(decimals_are_exact_at_the_scale_of_the_field) {
  const Field field = field_of(FieldType::kDecimal);  // scale 2
  const auto is = [&](const Value& input, std::int64_t coefficient) {
    const Value value = converted(field, input);
    BOOST_REQUIRE(value.decimal() != nullptr);
    BOOST_TEST(value.decimal()->scale() == 2);
    BOOST_TEST(static_cast<std::int64_t>(value.decimal()->coefficient()) == coefficient);
  };
  is(12, 1200);
  is(12u, 1200);
  is("12.5", 1250);
  is("12.500", 1250);
  is(0.1, 10);
  is(Value(Decimal(123000, 4)), 1230);
  const auto [precision_code, message] = refused(field, "12.345");
  BOOST_TEST(precision_code == "precision");
  BOOST_TEST(message == "f keeps 2 decimals and \"12.345\" has 3; round it first");
  BOOST_TEST(code(field, 1.0 / 3) == "precision");
  BOOST_TEST(code(field, "92233720368547758.08") == "range");
  is("92233720368547758.07", INT64_MAX);
  BOOST_TEST(code(field, std::numeric_limits<std::int64_t>::max()) == "range");
  BOOST_TEST(code(field, "1,000") == "type");
}

BOOST_AUTO_TEST_CASE(money_takes_an_amount_with_or_without_a_currency) {
  const Field field = field_of(FieldType::kMoney);
  const Currency eur{{'E', 'U', 'R', 0}};
  const Value expected(Money{Decimal(125000, 4), eur});
  BOOST_TEST((converted(field, Value(Money{Decimal(125, 1), eur})) == expected));
  BOOST_TEST((converted(field, "12.50 EUR") == expected));
  BOOST_TEST((converted(field, "EUR 12.50") == expected));
  BOOST_TEST((converted(field, Value(Map{{"amount", "12.50"}, {"currency", "EUR"}})) == expected));
  BOOST_TEST((converted(field, 3) == Value(Money{Decimal(30000, 4), Currency()})));
  BOOST_TEST((converted(field, Value(Map{{"amount", 3}, {"currency", Value()}})) ==
              Value(Money{Decimal(30000, 4), Currency()})));
  BOOST_TEST(code(field, "12.50 euro") == "currency");
  BOOST_TEST(code(field, Value(Money{Decimal(1), Currency{{'e', 'u', 'r', 0}}})) == "currency");
  BOOST_TEST(code(field, Value(Money{Decimal(1), Currency{{'E', 'U', 'R', 'O'}}})) == "currency");
  BOOST_TEST(code(field, "1.00001") == "precision");
  BOOST_TEST(code(field, "EUR") == "type");
  BOOST_TEST(code(field, Value(Map{{"currency", "EUR"}})) == "type");
  BOOST_TEST(code(field, Value(Map{{"amount", 1}, {"unit", "EUR"}})) == "type");
}

BOOST_AUTO_TEST_CASE(choices_name_an_option_and_suggest_near_ones) {
  Field field = field_of(FieldType::kChoice);
  BOOST_TEST((converted(field, "Won") == Value("Won")));
  BOOST_TEST(refused(field, "won").second == "f has no option \"won\"; did you mean \"Won\"?");
  BOOST_TEST(refused(field, "Lots").second == "f has no option \"Lots\"; did you mean \"Lost\"?");
  BOOST_TEST(refused(field, "Negotiation").second ==
             "f has no option \"Negotiation\"; choose one of \"Open\", \"Won\", \"Lost\"");
  BOOST_TEST(code(field, 2) == "type");
  field.options[1].retired = true;
  BOOST_TEST(code(field, "Won") == "choice");
  const Value current("Won");
  BOOST_TEST((converted(field, "Won", &current) == current));
  field.options.clear();
  BOOST_TEST(code(field, "Won") == "choice");
}

BOOST_AUTO_TEST_CASE(multi_choices_are_sorted_by_option_and_hold_each_once) {
  Field field = field_of(FieldType::kMultiChoice);
  const Value expected(List{Value("Open"), Value("Lost")});
  BOOST_TEST((converted(field, List{Value("Lost"), Value("Open"), Value("Lost")}) == expected));
  BOOST_TEST((converted(field, "Won") == Value(List{Value("Won")})));
  BOOST_TEST((converted(field, Value(List{})) == Value(List{})));
  BOOST_TEST(code(field, Value(List{Value("Open"), Value("Nope")})) == "choice");
  BOOST_TEST(code(field, Value(List{Value()})) == "type");
  BOOST_TEST(code(field, Value(List(kMaxListItems + 1, Value("Open")))) == "too_many");
  field.options[2].retired = true;
  BOOST_TEST(code(field, expected) == "choice");
  BOOST_TEST((converted(field, expected, &expected) == expected));
}

BOOST_AUTO_TEST_CASE(dates_instants_and_durations) {
  const Field date = field_of(FieldType::kDate);
  BOOST_TEST((converted(date, "2017-03-01") == Value(Date(17226))));
  BOOST_TEST(code(date, "01/03/2017") == "type");
  BOOST_TEST(code(date, "2017-02-30") == "type");
  BOOST_TEST(code(date, Value(Date(2932897))) == "range");
  BOOST_TEST(code(date, Value(Date(-719163))) == "range");
  BOOST_TEST((converted(date, Value(Date(2932896))) == Value(*Date::parse("9999-12-31"))));
  BOOST_TEST((converted(date, Value(Date(-719162))) == Value(*Date::parse("0001-01-01"))));

  const Field instant = field_of(FieldType::kTimestamp);
  BOOST_TEST((converted(instant, "2017-03-01T10:30:00+01:00") ==
              Value(*Timestamp::parse("2017-03-01T09:30:00Z"))));
  BOOST_TEST(
      (converted(instant, Value(Timestamp(-1, 999'999'999))) == Value(Timestamp(-1, 999'999'000))));
  BOOST_TEST(code(instant, "2017-03-01") == "type");
  BOOST_TEST(code(instant, Value(Timestamp(INT64_MAX, 0))) == "range");

  const Field span = field_of(FieldType::kDuration);
  BOOST_TEST((converted(span, "1h30m") == Value(Duration::minutes(90))));
  BOOST_TEST(
      (converted(span, Value(Duration::nanoseconds(-1))) == Value(Duration::microseconds(-1))));
  BOOST_TEST(converted(span, Value(Duration::nanoseconds(INT64_MIN))).duration() != nullptr);
  BOOST_TEST(code(span, "soon") == "type");
}

BOOST_AUTO_TEST_CASE(texts_are_utf8_and_counted_in_code_points) {
  Field field = field_of(FieldType::kText);
  field.max_length = 3;
  BOOST_TEST((converted(field, "äöü") == Value("äöü")));
  BOOST_TEST((converted(field, "") == Value("")));
  const auto [long_code, message] = refused(field, "abcd");
  BOOST_TEST(long_code == "too_long");
  BOOST_TEST(message == "f has 4 characters; the field takes at most 3");
  BOOST_TEST(code(field, "a\xFF") == "utf8");
  BOOST_TEST(code(field, "\xED\xA0\x80") == "utf8");  // a surrogate
  BOOST_TEST(code(field, 5) == "type");
}

BOOST_AUTO_TEST_CASE(bytes_have_a_length_in_bytes) {
  Field field = field_of(FieldType::kBytes);
  field.max_length = 2;
  BOOST_TEST((converted(field, Value(Bytes{"\xFF\x00"})) == Value(Bytes{"\xFF\x00"})));
  BOOST_TEST(code(field, Value(Bytes{"abc"})) == "too_long");
  BOOST_TEST((converted(field, "/w==") == Value(Bytes{"\xFF"})));  // as JSON has them
  BOOST_TEST(code(field, "YWJj") == "too_long");
  BOOST_TEST(code(field, "ab") == "type");
}

BOOST_AUTO_TEST_CASE(json_holds_what_json_can_say) {
  const Field field = field_of(FieldType::kJson);
  const Value document(Map{{"a", List{1, Value(), 2.5, "x"}}, {"b", Map{}}});
  BOOST_TEST((converted(field, document) == document));
  BOOST_TEST(code(field, Value(Map{{1, "x"}})) == "type");
  BOOST_TEST(code(field, Value(List{Value(Date(1))})) == "type");
  BOOST_TEST(code(field, Value(List{std::numeric_limits<double>::infinity()})) == "range");
  BOOST_TEST(code(field, Value(List{"\xFF"})) == "utf8");
  Value deep(1);
  for (int i = 0; i < kMaxJsonDepth; ++i) deep = Value(List{deep});
  BOOST_TEST(code(field, deep) == "too_many");
}

BOOST_AUTO_TEST_CASE(references_lead_to_the_target_type) {
  Field field = field_of(FieldType::kReference);
  field.target = 2;
  BOOST_TEST((converted(field, RecordId(2, 5)) == Value(RecordId(2, 5))));
  BOOST_TEST(converted(field, RecordId()).is_null());
  BOOST_TEST(code(field, RecordId(3, 5)) == "reference");
  BOOST_TEST(code(field, "account:5") == "type");
  field.target = 0;
  BOOST_TEST((converted(field, RecordId(3, 5)) == Value(RecordId(3, 5))));

  Field list = field_of(FieldType::kReferenceList);
  list.target = 2;
  const Value expected(List{RecordId(2, 9), RecordId(2, 1)});
  BOOST_TEST((converted(list, List{RecordId(2, 9), RecordId(2, 1), RecordId(2, 9)}) == expected));
  BOOST_TEST((converted(list, RecordId(2, 9)) == Value(List{RecordId(2, 9)})));
  BOOST_TEST(code(list, Value(List{RecordId(3, 1)})) == "reference");
  BOOST_TEST(code(list, Value(List{RecordId()})) == "reference");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::record
