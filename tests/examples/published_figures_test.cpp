// What others published about the same export: every right figure about revenue, win rate, days to
// close, region, product, manager or agent comes out of a report or query, and no wrong one does.
#include <functional>
#include <map>
#include <set>

#include "tests/examples/sales_export.hpp"

using namespace kith;
using namespace kith::test;

namespace {

// What kith says, written as it was published; further readings of a wrong figure's question come
// after it.
using Answers = std::vector<std::string>;
using Question = std::function<Answers()>;

std::string of(const std::string& report, const std::string& key, const std::string& column,
               const Map& parameters = {}) {
  return number(value_of(original().report(report, parameters), key, column));
}

std::string percent(const std::string& report, const std::string& key, const std::string& column,
                    int scale = 2) {
  return number(value_of(original().report(report), key, column), scale, true);
}

Decimal exact(const Value& value) {
  BOOST_REQUIRE(value.decimal() != nullptr);
  return *value.decimal();
}

std::string in_units(const Value& value, std::int64_t unit, int scale, const char* sign) {
  return require(exact(value).divide(Decimal(unit), scale, Rounding::kHalfUp)).to_string() + sign;
}

// "54.98% to 70.39%" over the agents, and who they are.
struct Spread {
  std::string low, high, lowest, highest;
};
Spread spread(const std::string& ratio) {
  const Rows agents = original().report("by_agent");
  const auto column = static_cast<std::size_t>(agents.column(ratio));
  Decimal low(2);
  Decimal high(-1);
  Spread found;
  for (const std::vector<Value>& row : agents.rows) {
    const Decimal share = exact(row[column]);
    if (share < low) {
      low = share;
      found.lowest = *row.front().text();
    }
    if (share > high) {
      high = share;
      found.highest = *row.front().text();
    }
  }
  found.low = number(Value(low), 2, true);
  found.high = number(Value(high), 2, true);
  return found;
}

Answers growth_of_second_quarter() {
  const Rows revenue = original().report("revenue");
  const Decimal first = exact(value_of(revenue, "2017-Q1", "revenue"));
  const Decimal second = exact(value_of(revenue, "2017-Q2", "revenue"));
  const Decimal more = require(second.subtract(first));
  const Decimal growth = require(more.divide(first, 6, Rounding::kHalfUp));
  return {"+" + number(Value(growth), 2, true), number(Value(growth), 0, true) + " higher"};
}

Answers product_win_rates() {
  const Rows products = original().report("by_product");
  std::string best;
  std::string worst;
  Decimal high(-1);
  Decimal low(2);
  for (const std::vector<Value>& row : products.rows) {
    const Decimal share = exact(row[static_cast<std::size_t>(products.column("won_of_closed"))]);
    const std::string line =
        *row.front().text() + " " +
        require(require(share.multiply(Decimal(100))).rescale(2, Rounding::kHalfUp)).to_string();
    if (share > high) best = line;
    if (share < low) worst = line;
    high = std::max(high, share);
    low = std::min(low, share);
  }
  return {best + " ... " + worst};
}

Answers open_potential(const std::string& agent) {
  const Rows open = original().report("open_potential");
  return {in_units(value_of(open, agent, "potential"), 1000, 1, "K") + " / " +
          number(value_of(open, agent, "count")) + " deals"};
}

const Map kByEngagement = {{Value("date"), Value("engage_date")}};
const Map kByMonth = {{Value("period"), Value("month")}};
const Map kByManager = {{Value("by"), Value("agent.manager")}};

const std::map<std::string, Question>& questions() {
  static const std::map<std::string, Question> kQuestions = {
      {"total won revenue", [] { return Answers{of("stages", "Won", "amount")}; }},
      {"lost deals (sum of quarters 116+778+790+789)",
       [] {
         std::int64_t sum = 0;
         const Rows quarters = original().report("by_quarter");
         for (const auto& row : quarters.rows) {
           sum += *row[static_cast<std::size_t>(quarters.column("lost"))].integer();
         }
         BOOST_TEST(of("outcome", "", "lost") == std::to_string(sum));
         return Answers{std::to_string(sum)};
       }},
      {"win rate = won/all opportunities",
       [] { return Answers{percent("win_rate", "", "won_of_all")}; }},
      {"lost rate = lost/all", [] { return Answers{percent("outcome", "", "lost_of_all")}; }},
      {"2017-Q2 revenue",
       [] {
         BOOST_TEST(of("by_quarter", "2017-Q2", "won") == "1254");
         BOOST_TEST(of("by_quarter", "2017-Q2", "lost") == "778");
         BOOST_TEST(percent("by_quarter", "2017-Q2", "won_of_closed") == "61.71%");
         return Answers{of("revenue", "2017-Q2", "revenue")};
       }},
      {"2017-Q4 revenue",
       [] {
         BOOST_TEST(of("by_quarter", "2017-Q4", "won") == "1196");
         BOOST_TEST(of("by_quarter", "2017-Q4", "lost") == "789");
         BOOST_TEST(percent("by_quarter", "2017-Q4", "won_of_closed") == "60.25%");
         return Answers{of("revenue", "2017-Q4", "revenue")};
       }},
      {"Q2 vs Q1 revenue", growth_of_second_quarter},
      {"East win rate",
       [] {
         BOOST_TEST(percent("by_region", "East", "won_of_closed") == "63.02%");
         return Answers{percent("by_region", "East", "won_of_all", 1)};
       }},
      {"2017Q2 revenue by ENGAGE quarter",
       [] {
         const Rows revenue = original().report("revenue", kByEngagement);
         return Answers{in_units(value_of(revenue, "2017-Q2", "revenue"), 1000000, 2, "M")};
       }},
      {"Melvin Marxen revenue",
       [] {
         BOOST_TEST(of("by_manager", "Melvin Marxen", "won") == "882");
         return Answers{of("by_manager", "Melvin Marxen", "revenue")};
       }},
      {"Rocco Neubert days to close",
       [] {
         const Rows days = original().report("days_to_close", kByManager);
         return Answers{number(value_of(days, "Rocco Neubert", "days"), 2)};
       }},
      {"Reed Clapper highest win rate",
       [] {
         BOOST_TEST(spread("won_of_all").highest == "Reed Clapper");
         BOOST_TEST(spread("won_of_closed").highest == "Hayden Neloms");
         return Answers{spread("won_of_all").high};
       }},
      {"Lajuana Vencill win rate (lowest)",
       [] {
         BOOST_TEST(spread("won_of_closed").lowest == "Lajuana Vencill");
         return Answers{spread("won_of_closed").low};
       }},
      {"win rate spread by agent",
       [] {
         const Spread closed = spread("won_of_closed");
         const Spread all = spread("won_of_all");
         return Answers{closed.low + " to " + closed.high, all.low + " to " + all.high};
       }},
      {"June 2017 revenue (best month)",
       [] {
         const Rows months = original().report("revenue", kByMonth);
         const Decimal june = exact(value_of(months, "2017-06", "revenue"));
         for (const auto& row : months.rows) {
           BOOST_TEST((exact(row[static_cast<std::size_t>(months.column("revenue"))]) <= june));
         }
         return Answers{number(Value(june))};
       }},
      {"GTX Pro revenue", [] { return Answers{of("by_product", "GTX Pro", "revenue")}; }},
      {"MG Advanced revenue", [] { return Answers{of("by_product", "MG Advanced", "revenue")}; }},
      {"GTX Basic revenue", [] { return Answers{of("by_product", "GTX Basic", "revenue")}; }},
      {"MG Special revenue", [] { return Answers{of("by_product", "MG Special", "revenue")}; }},
      {"GTX Pro win rate",
       [] {
         return Answers{percent("by_product", "GTX Pro", "won_of_closed"),
                        percent("by_product", "GTX Pro", "won_of_closed", 0),
                        percent("by_product", "GTX Pro", "won_of_all", 0)};
       }},
      {"product closed win rates (7)", product_win_rates},
      {"Kan-code revenue", [] { return Answers{of("by_account", "Kan-code", "revenue")}; }},
      {"total revenue",
       [] {
         const std::string total = of("stages", "Won", "amount");
         return Answers{total, total + ".00"};
       }},
      {"Markita Hansen open (Engaging) potential", [] { return open_potential("Markita Hansen"); }},
  };
  return kQuestions;
}

// About no figure of a sales report: what a model of the outcome can learn from the fields.
const std::set<std::string> kNotOurs = {"win prediction: logistic ROC-AUC"};

struct Line {
  std::string figure, published, recomputed, agree;
};

// The list itself comes in as an export would.
std::vector<Line> published_lines() {
  const Database db = require(Database::create(
      ":memory:",
      {.model = R"({"kith_model": 1, "name": "figures", "entities": {"line": {"fields": {
          "figure": {"type": "text"}, "published": {"type": "text"},
          "our_recomputation_on_original": {"type": "text"}, "agree": {"type": "text"}}}}})",
       .now = at("2024-01-01T00:00:00Z"),
       .open = {}}));
  const Session session = require(db.session());
  ImportOptions how;
  how.now = at("2024-01-01T00:00:00Z");
  const ImportReport report =
      require(import_csv(session, "line", (exports() / "published_figures.csv").string(), how));
  BOOST_TEST(report.rejected == 0u);
  Query query;
  query.entity = "line";
  query.select = {"figure", "published", "our_recomputation_on_original", "agree"};
  std::vector<Line> lines;
  for (const std::vector<Value>& row : require(require(session.read()).query(query)).rows) {
    lines.push_back({*row[0].text(), *row[1].text(), *row[2].text(), *row[3].text()});
  }
  BOOST_TEST(lines.size() == report.rows);
  return lines;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(examples_published_figures, *boost::unit_test::precondition(have_exports))

BOOST_AUTO_TEST_CASE(right_figures_come_out_and_wrong_ones_do_not) {
  int right = 0;
  int wrong = 0;
  for (const Line& line : published_lines()) {
    if (kNotOurs.contains(line.figure)) continue;
    BOOST_TEST_CONTEXT(line.figure) {
      const auto question = questions().find(line.figure);
      BOOST_REQUIRE_MESSAGE(question != questions().end(), "no query answers this figure");
      const Answers answers = question->second();
      if (line.agree == "yes") {
        BOOST_TEST(answers.front() == line.published);
        ++right;
      } else {
        for (const std::string& answer : answers) BOOST_TEST(answer != line.published);
        BOOST_TEST(answers.front() == line.recomputed);
        ++wrong;
      }
    }
  }
  BOOST_TEST(right == 19);
  BOOST_TEST(wrong == 5);
}

BOOST_AUTO_TEST_SUITE_END()
