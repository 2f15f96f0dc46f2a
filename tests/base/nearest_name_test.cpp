#include "base/nearest_name.hpp"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "base/message.hpp"

using kith::base::did_you_mean;
using kith::base::edit_distance;
using kith::base::nearest_name;

BOOST_AUTO_TEST_SUITE(base_nearest_name)

BOOST_AUTO_TEST_CASE(distances) {
  BOOST_TEST(edit_distance("", "") == 0u);
  BOOST_TEST(edit_distance("abc", "") == 3u);
  BOOST_TEST(edit_distance("", "ab") == 2u);
  BOOST_TEST(edit_distance("lable", "label") == 1u);  // a swap
  BOOST_TEST(edit_distance("kitten", "sitting") == 3u);
  BOOST_TEST(edit_distance("WON", "won") == 0u);
}

BOOST_AUTO_TEST_CASE(near_names_are_found) {
  const std::vector<std::string_view> names = {"Prospecting", "Engaging", "Won", "Lost"};
  BOOST_TEST(nearest_name("prospectin", names) == "Prospecting");
  BOOST_TEST(nearest_name("Enganging", names) == "Engaging");
  BOOST_TEST(nearest_name("Wn", names) == "Won");
}

BOOST_AUTO_TEST_CASE(far_names_are_not) {
  const std::vector<std::string> names = {"Prospecting", "Engaging", "Won", "Lost", "to"};
  BOOST_TEST(nearest_name("Closed", names) == "");
  BOOST_TEST(nearest_name("x", names) == "");
  BOOST_TEST(nearest_name("ab", names) == "");
  BOOST_TEST(nearest_name("", names) == "");
  BOOST_TEST(nearest_name(std::string(100'000, 'x'), names) == "");
  BOOST_TEST(nearest_name("Won", std::vector<std::string>()) == "");
}

BOOST_AUTO_TEST_CASE(the_first_of_the_nearest_wins) {
  const std::vector<std::string> names = {"stages", "stage", "staged"};
  BOOST_TEST(nearest_name("stag", names) == "stage");
  BOOST_TEST(nearest_name("stagex", names) == "stages");
}

BOOST_AUTO_TEST_CASE(suggestions_are_near_or_absent) {
  const std::vector<std::string> names = {"label", "plural", "title", "to"};
  BOOST_TEST(did_you_mean("lable", names) == "; did you mean \"label\"?");
  BOOST_TEST(did_you_mean("titel", names) == "; did you mean \"title\"?");
  BOOST_TEST(did_you_mean("index", names) == "");
  BOOST_TEST(did_you_mean("x", names) == "");
  BOOST_TEST(did_you_mean("", names) == "");
  BOOST_TEST(did_you_mean("titel", names, '\'') == "; did you mean 'title'?");
  const std::vector<std::string> hostile = {"clear\x1b[2J", "\"q\"uoted"};
  BOOST_TEST(did_you_mean("clear[2J", hostile) ==
             "; did you mean " + kith::base::quoted(hostile[0]) + "?");
  BOOST_TEST(did_you_mean("clear[2J", hostile).find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
