// Whatever the plan, the answer is that of a full scan: random records with nulls, random
// conditions and orders, over both stores. The scan itself is held against the expression
// evaluated on every record, without vectors, planner or indexes.
#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <random>

#include "expr/program.hpp"
#include "tests/query/fixture.hpp"

namespace {

using namespace kith;
using namespace kith::query_test;

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::uint64_t below(std::uint64_t n) { return engine_() % n; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  template <typename T, std::size_t N>
  T pick(const T (&choices)[N]) {
    return choices[below(N)];
  }

 private:
  std::mt19937_64 engine_;
};

constexpr const char* kStages[] = {"Prospecting", "Engaging", "Won", "Lost"};
constexpr const char* kNames[] = {"", "a", "ab", "abc", "b", "ba"};
constexpr const char* kDays[] = {"2017-01-01", "2017-01-02", "2017-02-01", "2018-12-31"};
constexpr const char* kAmounts[] = {"-1.00", "0.00", "0.01", "10.00", "10.50"};
constexpr double kScores[] = {-1.5, 0.0, 2.5, 1e10};

void fill(Crm& crm, Random& random) {
  crm.begin();
  for (std::uint64_t n = 1; n <= 5; ++n) {
    crm.account(n,
                {{1, kNames[random.below(6)]}, {2, random.one_in(3) ? Value() : Value("North")}});
  }
  for (std::uint64_t n = 1; n <= 400; ++n) {
    Values values;
    const auto maybe = [&](std::uint32_t id, Value value) {
      if (!random.one_in(4)) values.emplace_back(id, std::move(value));
    };
    maybe(kName, random.pick(kNames));
    maybe(kStage, random.pick(kStages));
    maybe(kAmount, dec(random.pick(kAmounts)));
    maybe(kPrice, money(random.pick(kAmounts), random.one_in(2) ? "EUR" : "USD"));
    maybe(kClose, day(random.pick(kDays)));
    maybe(kAt, Value(Timestamp(static_cast<std::int64_t>(random.below(5)) * 86400, 0)));
    maybe(kScore, Value(random.pick(kScores)));
    maybe(kActive, Value(random.one_in(2)));
    maybe(kAccountRef, ref(kAccount, 1 + random.below(6)));  // the sixth does not exist
    maybe(kEmail, "u" + std::to_string(n) + "@x.org");
    maybe(kCount, Value(static_cast<int>(random.below(4))));
    record::SystemWords words;
    words.deleted = random.one_in(10);
    if (random.one_in(2)) words.owner = RecordId(9, 1 + random.below(3));
    crm.deal(n, values, words);
  }
  crm.commit();
}

std::string quoted(const char* text) { return "'" + std::string(text) + "'"; }

std::string comparison(Random& random, const char* field, const std::string& constant) {
  const char* const operators[] = {"==", "!=", "<", "<=", ">", ">="};
  const std::string op = random.pick(operators);
  return random.one_in(4) ? constant + " " + op + " " + field
                          : std::string(field) + " " + op + " " + constant;
}

std::string equality(Random& random, const char* field, const std::string& constant) {
  return std::string(field) + (random.one_in(3) ? " != " : " == ") + constant;
}

std::string simple_term(Random& random) {
  switch (random.below(26)) {
    case 0: return comparison(random, "amount", random.one_in(3) ? "0.005" : random.pick(kAmounts));
    case 1: return comparison(random, "close_date", "date(" + quoted(random.pick(kDays)) + ")");
    case 2: return equality(random, "stage", quoted(random.pick(kStages)));
    case 3: return comparison(random, "name", quoted(random.pick(kNames)));
    case 4: return comparison(random, "score", random.one_in(2) ? "2.5" : "0.0");
    case 5: return comparison(random, "parts", std::to_string(random.below(4)));
    case 6: return comparison(random, "price", random.pick(kAmounts));
    case 7: return comparison(random, "r.at", "timestamp('1970-01-03T00:00:00Z')");
    case 8: return random.one_in(2) ? "active" : "!active";
    case 9: return "name.startsWith(" + quoted(random.pick(kNames)) + ")";
    case 10: return "stage in ['Won', " + quoted(random.pick(kStages)) + "]";
    case 11: return "parts in [1, 3, 7]";
    case 12: {
      const char* const fields[] = {"name", "stage", "amount", "close_date", "account", "owner"};
      const std::string field = random.pick(fields);
      return random.one_in(2) ? field + " == null" : field + " != null";
    }
    case 13: return "stage_class " + std::string(random.one_in(2) ? "==" : "!=") + " 'won'";
    case 14: return comparison(random, "stage_probability", "50");
    case 15: return "email == 'U" + std::to_string(random.below(400)) + "@x.org'.lowerAscii()";
    case 16: return "account.region == 'North'";
    case 17: return comparison(random, "days_since(close_date)", std::to_string(random.below(400)));
    case 18: return comparison(random, "close_date.addMonths(1)", "date('2017-02-01')");
    case 19: return comparison(random, "quarter(close_date)", "'2017-Q1'");
    case 20: return comparison(random, "start_of(close_date, 'month')", "date('2017-02-01')");
    case 21:
      return comparison(random, "timestamp('1970-01-04T00:00:00Z') - r.at", "duration('24h')");
    case 22: return comparison(random, "r.at.date('America/New_York')", "date('1970-01-02')");
    case 23: return comparison(random, "r.?parts.orValue(2)", std::to_string(random.below(4)));
    case 24: return comparison(random, "r.?amount.orValue(decimal('0.01'))", random.pick(kAmounts));
    default: return "price_ccy == 'EUR'";
  }
}

std::string condition(Random& random, int depth) {
  if (depth == 0 || random.one_in(3)) return simple_term(random);
  const std::string left = condition(random, depth - 1);
  const std::string right = condition(random, depth - 1);
  switch (random.below(6)) {
    case 0: return "(" + left + " || " + right + ")";
    case 1: return "!(" + left + ")";
    case 2: return "(" + left + " ? " + right + " : active)";
    default: return "(" + left + " && " + right + ")";
  }
}

std::vector<Order> order(Random& random) {
  const char* const fields[] = {"amount", "close_date", "name",  "stage",      "score",
                                "parts",  "price",      "owner", "close_date", "account.name"};
  std::vector<Order> terms;
  const bool descending = random.one_in(2);
  for (std::uint64_t n = random.below(3); n > 0; --n) {
    terms.push_back({random.pick(fields), random.one_in(4) ? !descending : descending});
  }
  return terms;
}

// The ids that satisfy `where`, by evaluating it on every record.
std::string evaluated(Crm& crm, const std::string& where, bool include_deleted) {
  auto txn = std::move(*crm.store().begin_read());
  query::SnapshotHost host(*txn);
  const auto program =
      expr::compile(where, expr::Environment::for_entity(crm.catalog, crm.lookup(), kDeal));
  BOOST_REQUIRE_MESSAGE(program.ok(), where << ": " << program.status().to_string());
  std::string ids;
  for (std::uint64_t n = 1; n <= 400; ++n) {
    const auto bytes = *txn->get(store::Table::kRecords, query::record_key(RecordId(kDeal, n)));
    record::View view;
    if (!bytes || !view.init(*bytes) || (view.deleted() && !include_deleted)) continue;
    expr::Activation activation;
    activation.set_record(RecordId(kDeal, n), &view);
    activation.set_host(&host);
    activation.set_now(crm.base_context.now);
    if (program->evaluate_bool(activation) == expr::Truth::kTrue) {
      ids += Value(RecordId(kDeal, n)).to_string() + "\n";
    }
  }
  return ids;
}

std::string answer(Crm& crm, const Query& query, bool use_indexes, std::string* plan) {
  const auto rows = crm.run(query, use_indexes);
  BOOST_REQUIRE_MESSAGE(rows.ok(), query.where << ": " << rows.status().to_string());
  *plan = rows->stats.plan;
  return print(*rows);
}

// Page after page; every page may choose a plan of its own.
std::string paged(Crm& crm, Query query, std::uint64_t limit) {
  query.limit = limit;
  std::string text;
  for (int page = 0; page < 1000; ++page) {
    const auto rows = crm.run(query);
    BOOST_REQUIRE_MESSAGE(rows.ok(), rows.status().to_string());
    text += print(*rows);
    if (rows->continuation.empty()) return text;
    query.continuation = rows->continuation;
  }
  return text + "endless";
}

// Groups hold every matching record once, whichever way their keys are found.
void check_groups(Crm& crm, const Query& records, const std::string& ids) {
  for (const char* key : {"stage", "stage_class", "name", "close_date", "account", "account.region",
                          "score", "parts * 2", "r.at", "active"}) {
    Query query;
    query.entity = "deal";
    query.where = records.where;
    query.include_deleted = records.include_deleted;
    query.group_by = {GroupBy{"key", key, Bucket::kNone, {}}};
    Measure count;
    count.name = "n";
    query.measures = {count};
    std::string plan;
    BOOST_REQUIRE_EQUAL(answer(crm, query, false, &plan), answer(crm, query, true, &plan));
    const auto rows = crm.run(query);
    std::int64_t sum = 0;
    for (const auto& row : rows->rows) sum += *row[1].integer();
    BOOST_REQUIRE_EQUAL(sum, std::count(ids.begin(), ids.end(), '\n'));
  }
}

void check_store(std::shared_ptr<store::Store> store, std::uint64_t seed) {
  Crm crm(std::move(store));
  crm.base_context.now = *Timestamp::parse("2017-06-15T12:00:00Z");
  Random random(seed);
  fill(crm, random);
  int through_index = 0;
  for (int i = 0; i < 120; ++i) {
    Query query;
    query.entity = "deal";
    query.where = condition(random, 2);
    query.select = {"r.id"};
    query.include_deleted = random.one_in(5);
    std::string plan;
    BOOST_TEST_CONTEXT(query.where) {
      const std::string expected = evaluated(crm, query.where, query.include_deleted);
      BOOST_REQUIRE_EQUAL(answer(crm, query, false, &plan), expected);
      BOOST_REQUIRE_EQUAL(answer(crm, query, true, &plan), expected);
      if (!plan.starts_with("scan")) ++through_index;
      if (i % 8 == 0) check_groups(crm, query, expected);
      query.order_by = order(random);
      const std::string ordered = answer(crm, query, false, &plan);
      BOOST_REQUIRE_EQUAL(answer(crm, query, true, &plan), ordered);
      BOOST_REQUIRE_EQUAL(paged(crm, query, 10 + random.below(90)), ordered);
    }
  }
  BOOST_TEST(through_index > 25);  // or the test shows nothing
}

}  // namespace

BOOST_AUTO_TEST_SUITE(query_plan_property)

BOOST_AUTO_TEST_CASE(every_plan_gives_the_answer_of_a_scan_in_memory) {
  check_store(*store::open_memory(), 1);
}

BOOST_AUTO_TEST_CASE(every_plan_gives_the_answer_of_a_scan_on_disk) {
  const auto folder = std::filesystem::temp_directory_path() / "kith_plan_property_test";
  std::filesystem::remove_all(folder);
  std::filesystem::create_directories(folder);
  store::OpenOptions options;
  options.initial_map_bytes = std::uint64_t{64} << 20;
  auto store = store::open_lmdb(folder.string(), options);
  BOOST_REQUIRE_MESSAGE(store.ok(), store.status().to_string());
  check_store(*std::move(store), 4);
  std::filesystem::remove_all(folder);
}

BOOST_AUTO_TEST_SUITE_END()
