#include "expr/complete.hpp"

#include <boost/test/unit_test.hpp>

#include <random>

#include "tests/expr/sample_model.hpp"

namespace {

using namespace kith::expr;

struct Editor : test::SampleModel {
  // The source has a '|' where the place is.
  std::vector<Completion> at(std::string source) {
    const std::size_t place = source.find('|');
    BOOST_REQUIRE(place != source.npos);
    source.erase(place, 1);
    return complete(environment(), source, place);
  }
  // The texts, joined; at most `most` of them.
  std::string texts(const std::string& source, std::size_t most = 100) {
    std::string out;
    for (const Completion& c : at(source)) {
      if (most-- == 0) break;
      out += (out.empty() ? "" : " ") + c.text;
    }
    return out;
  }
  bool offers(const std::string& source, std::string_view text, std::string_view kind = {}) {
    for (const Completion& c : at(source)) {
      if (c.text == text && (kind.empty() || c.kind == kind)) return true;
    }
    return false;
  }
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_complete, Editor)

BOOST_AUTO_TEST_CASE(names) {
  BOOST_TEST(texts("am|") == "amount amount_ccy");
  BOOST_TEST(texts("AM|") == "amount amount_ccy");
  BOOST_TEST(texts("hot && sta|", 3) == "stage stage_class stage_probability");
  BOOST_TEST(offers("|", "amount", "field"));
  BOOST_TEST(offers("|", "now", "root"));
  BOOST_TEST(offers("|", "has(", "macro"));
  BOOST_TEST(offers("|", "today(", "function"));
  BOOST_TEST(offers("|", "true", "keyword"));
  BOOST_TEST(offers("hot && |", "seats", "field"));
  BOOST_TEST(offers("size(|", "name", "field"));
  BOOST_TEST(texts("xyzzy|").empty());
  // The place counts, not what comes after it.
  BOOST_TEST(texts("am| && stage == 'Won'") == "amount amount_ccy");
  BOOST_TEST(at("hot && am|").front().replace_from == 7u);
}

BOOST_AUTO_TEST_CASE(members_by_type) {
  BOOST_TEST(texts("account.ind|") == "industry");
  BOOST_TEST(texts("account.parent.ind|") == "industry");
  BOOST_TEST(texts("r.?acc|") == "account");
  BOOST_TEST(offers("name.|", "startsWith(", "method"));
  BOOST_TEST(!offers("name.|", "addDays(", "method"));
  BOOST_TEST(offers("close_date.|", "addDays(", "method"));
  BOOST_TEST(offers("tags.|", "exists(", "macro"));
  BOOST_TEST(!offers("name.|", "exists(", "macro"));
  BOOST_TEST(texts("math.gr|") == "greatest(");
  BOOST_TEST(offers("'text'.|", "size(", "method"));
  BOOST_TEST(offers("[1, 2].|", "filter(", "macro"));
  BOOST_TEST(offers("(name + 'x').|", "trim(", "method"));
  BOOST_TEST(offers("name.trim().|", "split(", "method"));
  // What is before the dot is not understood: all methods.
  BOOST_TEST(offers("whatever.|", "addDays(", "method"));
}

BOOST_AUTO_TEST_CASE(options_of_choices) {
  BOOST_TEST(texts("stage == '|") == "Prospecting Engaging Won Lost");
  BOOST_TEST(texts("stage == 'W|") == "Won");
  BOOST_TEST(texts("stage == 'W|'") == "Won");
  BOOST_TEST(at("stage == 'W|").front().replace_from == 10u);
  BOOST_TEST(texts("stage != \"L|") == "Lost");
  BOOST_TEST(texts("hot && stage in ['Won', 'L|") == "Lost");
  BOOST_TEST(texts("account.industry == 're|") == "retail");
  BOOST_TEST(offers("stage == |", "'Won'", "option"));
  BOOST_TEST(texts("stage == |", 2) == "'Prospecting' 'Engaging'");
  BOOST_TEST(texts("name == '|").empty());
}

BOOST_AUTO_TEST_CASE(units_loops_and_operators) {
  BOOST_TEST(texts("start_of(close_date, '|") == "day month quarter week year");
  BOOST_TEST(texts("partners.exists(p, p.ind|") == "industry");
  BOOST_TEST(texts("partners.exists(partner, par|") == "partner partners params");
  BOOST_TEST(texts("partners.filter(p, p.parent.name == 'x').map(q, q.ind|") == "industry");
  BOOST_TEST(offers("stage |", "==", "keyword"));
  BOOST_TEST(offers("stage |", "in", "keyword"));
  BOOST_TEST(!offers("stage |", "amount", "field"));
  BOOST_TEST(texts("amount // a comm|").empty());
}

BOOST_AUTO_TEST_CASE(any_text_at_any_place) {
  const char* words[] = {"stage", " == ", "'",       "\"",  "(",   ")",   "[", "]", ".",
                         ".?",    "tags", "exists(", "x, ", "&&",  "{",   "}", "r", "\\",
                         "\n",    "//",   "\xC3",    "r'",  "'''", "in ", "`", "5", "start_of("};
  const Environment deal = environment();
  std::mt19937 random(3);
  for (int round = 0; round < 3000; ++round) {
    std::string source;
    for (std::size_t i = random() % 12; i > 0; --i) source += words[random() % std::size(words)];
    const std::size_t place = random() % (source.size() + 2);
    for (const Completion& c : complete(deal, source, place)) {
      BOOST_REQUIRE(c.replace_from <= std::min(place, source.size()));
      BOOST_REQUIRE(!c.text.empty());
    }
  }
  BOOST_TEST(!complete(Environment(), "", 5).empty());
}

BOOST_AUTO_TEST_SUITE_END()
