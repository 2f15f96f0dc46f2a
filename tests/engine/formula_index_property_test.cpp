// An index over a formula answers as a scan does, whatever the records, and holds what a check
// expects of it.
#include <boost/test/unit_test.hpp>
#include <random>

#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "engine/session.hpp"
#include "query/executor.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {
namespace {

constexpr std::string_view kModel = R"J({"kith_model": 1, "name": "property", "entities": {
  "deal": {
    "fields": {
      "name": {"type": "text"}, "amount": {"type": "decimal", "scale": 3},
      "parts": {"type": "int"}, "score": {"type": "float"}, "due": {"type": "date"},
      "at": {"type": "timestamp"}, "span": {"type": "duration"}, "hot": {"type": "bool"},
      "each": {"type": "decimal", "scale": 1, "formula": "div(amount, parts, 4)"},
      "whole": {"type": "int", "formula": "100 / parts"},
      "ratio": {"type": "float", "formula": "score / 4.0"},
      "shown": {"type": "text", "formula": "name.lowerAscii() + string(parts)"},
      "next": {"type": "date", "formula": "due.addDays(parts)"},
      "later": {"type": "timestamp", "formula": "at + span"},
      "longer": {"type": "duration", "formula": "span + span"},
      "cold": {"type": "bool", "formula": "!hot || each > 3"}
    },
    "indexes": {"by_each": ["each"], "by_whole": ["whole", "each"], "by_ratio": ["ratio"],
                "by_shown": ["shown"], "by_next": ["hot", "next"], "by_later": ["later"],
                "by_longer": ["longer"], "by_cold": ["cold"]}
  }
}})J";

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  int below(int n) { return static_cast<int>(engine_() % static_cast<std::uint32_t>(n)); }
  template <typename T, std::size_t n>
  const T& pick(const T (&from)[n]) {
    return from[below(static_cast<int>(n))];
  }

 private:
  std::minstd_rand engine_;
};

// Some value or, one time in four, null.
Patch random_deal(Dice& dice) {
  Patch patch;
  const auto give = [&](const char* field, Value value) {
    patch.emplace_back(field, dice.below(4) == 0 ? Value() : std::move(value));
  };
  const char* const names[] = {"Acme", "acme", "Zoe", "", "Ärger"};
  give("name", Value(dice.pick(names)));
  give("amount", Value(Decimal(dice.below(20000) - 10000, 3)));
  give("parts", Value(dice.below(7) - 2));
  give("score", Value(dice.below(40) / 8.0 - 2));
  give("due", Value(Date(17000 + dice.below(20))));
  give("at", Value(Timestamp::from_microseconds(std::int64_t{1'500'000'000'000'000} +
                                                dice.below(9) * 1'000'000)));
  give("span", Value(Duration::minutes(dice.below(5) - 2)));
  give("hot", Value(dice.below(2) == 0));
  return patch;
}

std::string random_term(Dice& dice) {
  const char* const operators[] = {"==", "!=", "<", "<=", ">", ">="};
  const std::string n = std::to_string(dice.below(60) - 20);
  const std::string op = std::string(" ") + dice.pick(operators) + " ";
  switch (dice.below(14)) {
    case 0: return "each" + op + n + ".5";
    case 1: return "each" + op + n + ".25";  // no stored value equals it
    case 2: return "whole" + op + n;
    case 3: return "whole in [" + n + ", 50, -100]";
    case 4: return "ratio" + op + std::to_string(dice.below(9) - 4) + ".125";
    case 5: return "shown" + op + "'acme1'";
    case 6: return "shown.startsWith('a')";
    case 7: return "next" + op + "date('2016-07-2" + std::to_string(dice.below(10)) + "')";
    case 8:
      return "later" + op + "timestamp('2017-07-14T02:41:0" + std::to_string(dice.below(9)) + "Z')";
    case 9: return "longer" + op + "duration('120s')";
    case 10: return dice.below(2) == 0 ? "cold" : "!cold";
    case 11: return dice.below(2) == 0 ? "has(whole)" : "whole == null";
    case 12: return "formula_error(whole) != null";
    default: return "hot == " + std::string(dice.below(2) == 0 ? "true" : "false");
  }
}

std::string random_condition(Dice& dice) {
  const std::string left = random_term(dice);
  if (dice.below(2) == 0) return left;
  const std::string right = random_term(dice);
  return dice.below(4) == 0 ? "(" + left + " || " + right + ")" : left + " && " + right;
}

std::string ids_of(const Rows& rows) {
  std::string text;
  for (const auto& row : rows.rows) text += row[0].to_string() + " ";
  return text;
}

struct Counts {
  int through_index = 0;
  int found = 0;
};

void ask(engine::Reader& reader, const Query& query, Counts* counts) {
  const Rows indexed = require(reader.query(query));
  query::Context context = require(reader.query_context());
  context.use_indexes = false;
  const Rows scanned = require(query::run(query, context));
  BOOST_REQUIRE_MESSAGE(ids_of(indexed) == ids_of(scanned),
                        query.where << " by " << indexed.stats.plan << ": " << ids_of(indexed)
                                    << "instead of " << ids_of(scanned));
  counts->through_index += scanned.stats.plan != indexed.stats.plan ? 1 : 0;
  counts->found += indexed.rows.empty() ? 0 : 1;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_formula_index_property)

BOOST_AUTO_TEST_CASE(an_index_answers_as_a_scan_does) {
  Dice dice(20170614);
  SmallCrm crm(":memory:", kModel);
  std::vector<RecordId> deals;
  Transaction t = crm.begin();
  for (int i = 0; i < 500; ++i) deals.push_back(require(t.create("deal", random_deal(dice))));
  KITH_CHECK_OK(t.commit());
  const std::uint64_t then = require(crm.read().get(deals.back())).version;
  // Changes, removals and restorations move the entries.
  Transaction changes = crm.begin();
  for (int i = 0; i < 300; ++i) {
    const RecordId deal = deals[static_cast<std::size_t>(dice.below(500))];
    const Record record = require(changes.get(deal));
    if (record.deleted) {
      KITH_CHECK_OK(changes.restore(deal));
    } else if (dice.below(5) == 0) {
      KITH_CHECK_OK(changes.remove(deal));
    } else {
      KITH_CHECK_OK(changes.update(deal, random_deal(dice), 0));
    }
  }
  KITH_CHECK_OK(changes.commit());

  engine::Database& db = crm.session.impl()->database();
  const auto present = require(db.begin_read(crm.session.impl(), {}));
  const Snapshot past = require(crm.session.read_as_of(AsOf::change(then)));
  const char* const orders[] = {"each", "whole", "shown", "later", "next"};
  Counts counts;
  for (int i = 0; i < 400; ++i) {
    Query query{.entity = "deal", .where = random_condition(dice), .select = {"id"}};
    query.include_deleted = dice.below(4) == 0;
    if (dice.below(3) == 0) query.order_by = {{dice.pick(orders), dice.below(2) == 0}};
    if (dice.below(4) == 0) query.limit = 7;
    ask(*present, query, &counts);
    ask(*past.impl(), query, &counts);
  }
  BOOST_TEST(counts.through_index > 300);
  BOOST_TEST(counts.found > 300);
  const CheckReport report = require(crm.db.check(crm.session));
  for (const Problem& problem : report.problems) {
    BOOST_ERROR(problem.code << " " << problem.where << ": " << problem.message);
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
