#include "exchange/formats.hpp"

#include <boost/test/unit_test.hpp>

using namespace kith;
using exchange::CivilTime;
using exchange::DateFormat;
using exchange::NumberFormat;

namespace {

std::string date(std::string_view pattern, std::string_view text, int pivot = 70) {
  const Result<DateFormat> format = DateFormat::compile(pattern, pivot);
  BOOST_REQUIRE_MESSAGE(format.ok(), format.status().to_string());
  const std::optional<CivilTime> t = format->parse(text);
  if (!t) return "-";
  std::string out = Date::from_civil(t->day.year, t->day.month, t->day.day)->to_string();
  if (t->has_time) {
    out += " " + std::to_string(t->hour) + ":" + std::to_string(t->minute) + ":" +
           std::to_string(t->second);
  }
  if (t->nanosecond != 0) out += "." + std::to_string(t->nanosecond);
  if (t->offset_seconds) out += " @" + std::to_string(*t->offset_seconds);
  return out;
}

std::string number(std::string_view pattern, std::string_view text) {
  const Result<NumberFormat> format = NumberFormat::compile(pattern);
  BOOST_REQUIRE_MESSAGE(format.ok(), format.status().to_string());
  const std::optional<Decimal> value = format->parse(text);
  return value ? value->to_string() : "-";
}

exchange::DateFormats dates(std::initializer_list<std::string_view> patterns) {
  std::vector<DateFormat> list;
  for (const auto pattern : patterns) list.push_back(*DateFormat::compile(pattern));
  return exchange::DateFormats(std::move(list));
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_formats)

BOOST_AUTO_TEST_CASE(dates_are_read_as_their_pattern_says) {
  BOOST_TEST(date("YYYY-MM-DD", "2017-03-01") == "2017-03-01");
  BOOST_TEST(date("YYYY-MM-DD", "2017-3-1") == "-");
  BOOST_TEST(date("YYYY-MM-DD", "2017-03-01 ") == "-");
  BOOST_TEST(date("YYYY-MM-DD", "2017-02-29") == "-");
  BOOST_TEST(date("YYYY-MM-DD", "2016-02-29") == "2016-02-29");
  BOOST_TEST(date("M/D/YYYY", "3/1/2017") == "2017-03-01");
  BOOST_TEST(date("M/D/YYYY", "10/20/2016") == "2016-10-20");
  BOOST_TEST(date("M/D/YYYY", "13/1/2017") == "-");
  BOOST_TEST(date("DD-MM-YY", "03-01-17") == "2017-01-03");
  BOOST_TEST(date("MM-DD-YY", "03-01-17") == "2017-03-01");
  BOOST_TEST(date("D MMM YYYY", "1 Mar 2017") == "2017-03-01");
  BOOST_TEST(date("D MMM YYYY", "1 MAR 2017") == "2017-03-01");
  BOOST_TEST(date("D MMM YYYY", "1 March 2017") == "-");
  BOOST_TEST(date("MMMM D, YYYY", "December 24, 2017") == "2017-12-24");
  BOOST_TEST(date("YYYYMMDD", "20170301") == "2017-03-01");
  BOOST_TEST(date("'day' D.M.YYYY", "day 5.6.2017") == "2017-06-05");
}

BOOST_AUTO_TEST_CASE(two_digit_years_turn_at_the_pivot) {
  BOOST_TEST(date("DD/MM/YY", "01/01/69") == "2069-01-01");
  BOOST_TEST(date("DD/MM/YY", "01/01/70") == "1970-01-01");
  BOOST_TEST(date("DD/MM/YY", "01/01/45", 30) == "1945-01-01");
}

BOOST_AUTO_TEST_CASE(times_of_day_and_offsets) {
  BOOST_TEST(date("YYYY-MM-DDTHH:mm:ssZ", "2017-03-01T09:30:05Z") == "2017-03-01 9:30:5 @0");
  BOOST_TEST(date("YYYY-MM-DDTHH:mm:ssZ", "2017-03-01T09:30:05+01:30") ==
             "2017-03-01 9:30:5 @5400");
  BOOST_TEST(date("YYYY-MM-DDTHH:mm:ssZ", "2017-03-01T09:30:05-0800") ==
             "2017-03-01 9:30:5 @-28800");
  BOOST_TEST(date("YYYY-MM-DD HH:mm:ss.S", "2017-03-01 09:30:05.25") ==
             "2017-03-01 9:30:5.250000000");
  BOOST_TEST(date("M/D/YY h:mm A", "3/1/17 12:05 am") == "2017-03-01 0:5:0");
  BOOST_TEST(date("M/D/YY h:mm A", "3/1/17 1:05 PM") == "2017-03-01 13:5:0");
  BOOST_TEST(date("M/D/YY h:mm A", "3/1/17 13:05 PM") == "-");
  BOOST_TEST(date("YYYY-MM-DD HH:mm", "2017-03-01 24:00") == "-");
  BOOST_TEST(date("YYYY-MM-DD HH:mm", "2017-03-01 23:60") == "-");
}

BOOST_AUTO_TEST_CASE(bad_date_patterns_say_what_is_wrong) {
  for (const char* bad : {"", "YYYY-MM", "YYYY-MM-DD DD", "2017-03-01", "YYYY-MM-DD hh:mm",
                          "dd/mm/yyyy", "YYYY-MM-DD 'at", "YYYY-MM-DD HH:mm A"}) {
    const auto format = DateFormat::compile(bad);
    BOOST_TEST(!format.ok(), bad);
    BOOST_TEST((format.status().code() == Code::kInvalidArgument));
  }
}

BOOST_AUTO_TEST_CASE(a_list_takes_the_first_that_fits_and_tells_of_doubt) {
  const auto list = dates({"MM-DD-YY", "DD-MM-YY"});
  auto read = list.parse("03-01-17");
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->value.day.month == 3);
  BOOST_TEST(read->ambiguous);
  read = list.parse("25-10-16");
  BOOST_REQUIRE(read.has_value());
  BOOST_TEST(read->value.day.day == 25);
  BOOST_TEST(!read->ambiguous);
  read = list.parse("05-05-17");  // both read the same day
  BOOST_TEST(!read->ambiguous);
  BOOST_TEST(!list.parse("2017-03-01").has_value());
  BOOST_TEST(list.describe() == "MM-DD-YY or DD-MM-YY");
}

BOOST_AUTO_TEST_CASE(numbers_are_exact_in_every_writing) {
  BOOST_TEST(number("1234.56", "1200.50") == "1200.50");
  BOOST_TEST(number("1234.56", "-7") == "-7");
  BOOST_TEST(number("1234.56", ".5") == "0.5");
  BOOST_TEST(number("1234.56", "1,200.50") == "-");
  BOOST_TEST(number("1,234.56", "1,200.50") == "1200.50");
  BOOST_TEST(number("1,234.56", "12,345,678.9") == "12345678.9");
  BOOST_TEST(number("1,234.56", "1200.50") == "1200.50");
  BOOST_TEST(number("1,234.56", "1,20.50") == "-");
  BOOST_TEST(number("1,234.56", "1,2345") == "-");
  BOOST_TEST(number("1,234.56", "1234,567.00") == "-");
  BOOST_TEST(number("1.234,56", "1.200,50") == "1200.50");
  BOOST_TEST(number("1.234,56", "0,1") == "0.1");
  BOOST_TEST(number("1 234,56", "1 200,50") == "1200.50");
  BOOST_TEST(number("1 234,56",
                    "1\xC2\xA0"
                    "200,50") == "1200.50");
  BOOST_TEST(number("1'234.56", "1'200.50") == "1200.50");
  BOOST_TEST(number("1'234.56", "1’200.50") == "1200.50");
  BOOST_TEST(number("1234,5", "0,30") == "0.30");
  BOOST_TEST(number("1,234", "12,345") == "12345");
  BOOST_TEST(number("1,234", "12,345.6") == "-");
  BOOST_TEST(number("1234", "12") == "12");
  BOOST_TEST(number("1234", "12.5") == "-");
  BOOST_TEST(number("1234.56", "0.1000000000000000055") == "-");  // 19 digits behind the point
}

BOOST_AUTO_TEST_CASE(signs_currencies_and_percent) {
  BOOST_TEST(number("1,234.56", "$1,200.50") == "1200.50");
  BOOST_TEST(number("1,234.56", "-$12") == "-12");
  BOOST_TEST(number("1,234.56", "$-12") == "-12");
  BOOST_TEST(number("1,234.56", "($1,200.50)") == "-1200.50");
  BOOST_TEST(number("1.234,56", "1.200,50 €") == "1200.50");
  BOOST_TEST(number("1,234.56", "EUR 12") == "12");
  BOOST_TEST(number("1,234.56", "12 EUR") == "12");
  BOOST_TEST(number("1,234.56", "12-") == "-12");
  BOOST_TEST(number("1,234.56",
                    "\xE2\x88\x92"
                    "12") == "-12");
  BOOST_TEST(number("1,234.56", "+12") == "12");
  for (const char* bad : {"", "-", "abc", "12abc", "--1", "-1-", "(12", "12)", "(-12)", "1-2", "$",
                          "$1 EUR", "1 2", "1..2", "1.2.3", "1.", "12%", "\xFF"}) {
    BOOST_TEST(number("1,234.56", bad) == "-", bad);
  }
  BOOST_TEST(number("12.5%", "12.5%") == "0.125");
  BOOST_TEST(number("12.5%", "100 %") == "1.00");
  BOOST_TEST(number("12.5%", "12.5") == "-");
  BOOST_TEST(number("12.5[%]", "12.5%") == "12.5");
  BOOST_TEST(number("12.5[%]", "12.5") == "12.5");
}

BOOST_AUTO_TEST_CASE(bad_number_patterns_and_doubt_about_numbers) {
  for (const char* bad : {"", "abc", "1.2,3.4", ",5", "5,", "%", "1,234 567.8", "1 23"}) {
    BOOST_TEST(!NumberFormat::compile(bad).ok(), bad);
  }
  const exchange::NumberFormats list(
      {*NumberFormat::compile("1234.56"), *NumberFormat::compile("1.234,56")});
  BOOST_TEST(list.parse("1.234")->ambiguous);
  BOOST_TEST(list.parse("1.234")->value.to_string() == "1.234");
  BOOST_TEST(!list.parse("12.5")->ambiguous);
  BOOST_TEST(!list.parse("12")->ambiguous);
}

BOOST_AUTO_TEST_SUITE_END()
