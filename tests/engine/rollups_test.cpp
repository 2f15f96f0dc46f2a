// Rollups in a database: what is written, queries, rules, formulas, the past, mistakes in models.
#include <algorithm>

#include "engine/database.hpp"
#include "engine/writer.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

namespace {

constexpr std::string_view kModel = R"json({
  "kith_model": 1, "name": "rollups",
  "entities": {
    "account": {"title": "name",
      "fields": {
        "name": {"type": "text", "required": true},
        "limit": {"type": "decimal", "scale": 2},
        "room": {"type": "decimal", "scale": 2, "formula": "limit - rollup('open_amount')"}
      },
      "rollups": {
        "open_amount": {"of": "deals", "sum": "amount", "where": "stage_class == 'open'"},
        "deal_count": {"of": "deals", "count": true},
        "last_close": {"of": "deals", "max": "close_date"},
        "worth": {"of": "deals", "sum": "price"}
      },
      "rules": {
        "within": {"check": "limit == null || rollup('open_amount') <= limit",
                   "message": "More is open than the limit", "field": "limit"}
      }
    },
    "deal": {"title": "name", "fields": {
      "name": {"type": "text"},
      "account": {"type": "reference", "to": "account", "inverse": "deals", "on_delete": "clear"},
      "amount": {"type": "decimal", "scale": 2},
      "price": {"type": "money"},
      "close_date": {"type": "date"},
      "stage": {"type": "choice"}
    }}
  },
  "pipelines": {
    "sales": {"entity": "deal", "field": "stage", "create_stages": "*", "stages": {
      "New": {"class": "open"}, "Won": {"class": "won"}, "Lost": {"class": "lost"}
    }}
  }
})json";

struct RolledUp : SmallCrm {
  RolledUp() : SmallCrm(":memory:", kModel) {
    acme = create("account", {{"name", "Acme"}});
    bolt = create("account", {{"name", "Bolt"}});
    big = deal("big", "1000", "2026-04-01", "New");
    small = deal("small", "50.50", "2026-05-01", "New");
    won = deal("won", "300", "2026-03-01", "Won");
  }
  RecordId deal(const char* name, const char* amount, const char* close, const char* stage) {
    return create("deal", {{"name", name},
                           {"account", acme},
                           {"amount", decimal(amount)},
                           {"close_date", date(close)},
                           {"stage", stage}});
  }
  std::string value(RecordId id, std::string_view expression) {
    const Result<Value> found = evaluate_on(read(), id, expression);
    return found.ok() ? found->to_string() : found.status().to_string();
  }
  std::string names(const Query& query) {
    const Result<Rows> rows = read().query(query);
    if (!rows.ok()) return rows.status().to_string();
    std::string out;
    for (const auto& row : rows->rows) out += (out.empty() ? "" : " ") + row[0].to_string();
    return out;
  }
  RecordId acme, bolt, big, small, won;
};

Result<Value> evaluate_in(engine::Writer& writer, RecordId id, std::string_view expression) {
  KITH_ASSIGN(const expr::Program program,
              expr::compile(expression, writer.model().environment(id.type())));
  KITH_ASSIGN(expr::Outcome all, writer.outcome(id, program, Value(), expr::EvaluationLimits()));
  if (!all.ok()) return all.failure.to_status();
  return std::move(all.value);
}

std::string replaced(std::string text, std::string_view old, std::string_view with) {
  const std::size_t at = text.find(old);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, old.size(), with);
}

bool contains(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(engine_rollups, RolledUp)

BOOST_AUTO_TEST_CASE(they_follow_what_is_written) {
  BOOST_TEST(value(acme, "rollup('open_amount')") == "1050.50");
  BOOST_TEST(value(acme, "rollup('deal_count')") == "3");
  BOOST_TEST(value(acme, "rollup('last_close')") == "2026-05-01");
  BOOST_TEST(value(bolt, "rollup('deal_count')") == "0");
  BOOST_TEST(value(bolt, "rollup('last_close')") == "null");
  KITH_CHECK_OK(update(small, {{"account", bolt}, {"amount", decimal("60")}}));
  BOOST_TEST(value(acme, "rollup('open_amount') == 1000.0") == "true");
  BOOST_TEST(value(bolt, "rollup('open_amount') == 60.0") == "true");
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(big));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(value(acme, "rollup('deal_count')") == "1");
  BOOST_TEST(value(acme, "rollup('last_close')") == "2026-03-01");
  t = begin();
  KITH_CHECK_OK(t.restore(big));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(value(acme, "rollup('open_amount') == 1000.0") == "true");
  KITH_CHECK_OK(update(big, {{"stage", "Lost"}}));
  BOOST_TEST(value(acme, "rollup('open_amount') == 0.0 && rollup('deal_count') == 2") == "true");
}

BOOST_AUTO_TEST_CASE(a_transaction_sees_its_own_writes) {
  const auto writer = require(session.impl()->database().begin_write(session.impl(), {.now = now}));
  BOOST_TEST((require(evaluate_in(*writer, acme, "rollup('deal_count')")) == Value(3)));
  require(
      writer->create("deal", {{"name", "next"}, {"account", acme}, {"amount", decimal("9.5")}}));
  BOOST_TEST((require(evaluate_in(*writer, acme, "rollup('deal_count')")) == Value(4)));
  BOOST_TEST(
      (require(evaluate_in(*writer, acme, "rollup('open_amount') == 1060.0")) == Value(true)));
  KITH_CHECK_OK(writer->update(big, {{"account", Value()}}, 0));
  BOOST_TEST((require(evaluate_in(*writer, acme, "rollup('open_amount') == 60.0")) == Value(true)));
  writer->abort();
  BOOST_TEST(value(acme, "rollup('deal_count')") == "3");
}

BOOST_AUTO_TEST_CASE(queries_filter_order_show_and_group_by_them) {
  Query query{.entity = "account", .where = "rollup('open_amount') > 1000.0", .select = {"name"}};
  BOOST_TEST(names(query) == "Acme");
  query = {.entity = "account", .select = {"name"}};
  query.order_by = {{"rollup('deal_count')", false}};
  BOOST_TEST(names(query) == "Bolt Acme");
  query = {.entity = "account", .select = {{"open", "rollup('open_amount')"}}};
  const Rows rows = require(read().query(query));
  BOOST_REQUIRE(rows.rows.size() == 2u);
  BOOST_TEST((rows.columns[0].type == "decimal"));
  BOOST_TEST((rows.rows[0][0] == Value(decimal("1050.50"))));
  Query grouped{.entity = "account"};
  grouped.group_by = {{"busy", "rollup('deal_count') > 0"}};
  grouped.measures = {
      {.name = "total", .function = Measure::Function::kSum, .of = "rollup('open_amount')"}};
  const Rows groups = require(read().query(grouped));
  BOOST_REQUIRE(groups.rows.size() == 2u);
  BOOST_TEST((groups.rows[0][0] == Value(false)));
  BOOST_TEST((groups.rows[1][1] == Value(decimal("1050.50"))));
  query = {.entity = "account", .where = "rollup('opened') > 1.0"};
  const Status unknown = read().query(query).status();
  BOOST_TEST(contains(unknown.message(), "account has no rollup 'opened'"));
}

BOOST_AUTO_TEST_CASE(rules_and_formulas_read_them) {
  BOOST_TEST((update(acme, {{"limit", decimal("1000")}}).code() == Code::kValidation));
  KITH_CHECK_OK(update(acme, {{"limit", decimal("1100")}}));
  BOOST_TEST(value(acme, "room") == "49.50");
  BOOST_TEST(value(big, "account.room") == "49.50");
  const Record record = require(read().get(acme));
  BOOST_TEST(record.formula_errors.empty());
  BOOST_TEST((record.at("room") == Value(decimal("49.50"))));
}

BOOST_AUTO_TEST_CASE(money_of_two_currencies_is_an_error) {
  const auto euros = Money{decimal("10"), require(Currency::parse("EUR"))};
  const auto dollars = Money{decimal("10"), require(Currency::parse("USD"))};
  KITH_CHECK_OK(update(big, {{"price", euros}}));
  BOOST_TEST(value(acme, "rollup('worth') == 10.0") == "true");
  KITH_CHECK_OK(update(small, {{"price", dollars}}));
  BOOST_TEST(contains(value(acme, "rollup('worth')"),
                      "the rollup 'worth' goes over amounts in EUR "
                      "and in USD"));
  const Rows rows = require(read().query({.entity = "account", .select = {"rollup('worth')"}}));
  BOOST_TEST(rows.rows[0][0].is_null());
  BOOST_TEST(rows.stats.errors == 1u);
}

BOOST_AUTO_TEST_CASE(the_past_has_those_of_then) {
  const Timestamp then = now;
  now = at("2026-03-05T09:00:00Z");
  deal("late", "1", "2027-01-01", "New");
  KITH_CHECK_OK(update(big, {{"account", bolt}}));
  KITH_CHECK_OK(update(small, {{"stage", "Lost"}}));
  const Snapshot past = require(session.read_as_of(AsOf::time(then)));
  BOOST_TEST((require(evaluate_on(past, acme, "rollup('open_amount') == 1050.5")) == Value(true)));
  BOOST_TEST((require(evaluate_on(past, acme, "rollup('deal_count')")) == Value(3)));
  BOOST_TEST(value(acme, "rollup('open_amount') == 1.0 && rollup('deal_count') == 3") == "true");
}

BOOST_AUTO_TEST_CASE(the_model_tells_of_them) {
  for (const EntityInfo& entity : require(db.entities())) {
    BOOST_TEST(entity.rollups.size() == (entity.name == "account" ? 4u : 0u));
    if (entity.name != "account") continue;
    const RollupInfo& open = entity.rollups[0];
    BOOST_TEST(open.name == "open_amount");
    BOOST_TEST(open.label == "Open amount");
    BOOST_TEST(open.of == "deals");
    BOOST_TEST(open.kind == "sum");
    BOOST_TEST(open.value == "amount");
    BOOST_TEST(open.where == "stage_class == 'open'");
    BOOST_TEST(open.type == "decimal");
    BOOST_TEST(entity.rollups[2].type == "date");
  }
}

BOOST_AUTO_TEST_CASE(a_changed_rollup_is_in_force_at_once) {
  std::string document(kModel);
  document = replaced(document, R"("sum": "amount", "where": "stage_class == 'open'")",
                      R"("sum": "amount")");
  const ApplyResult result = require(db.apply_model(session, document, false));
  BOOST_REQUIRE(result.changes.size() == 1u);
  BOOST_TEST(result.changes[0].what == "rollup open_amount changed");
  session = require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
  BOOST_TEST(value(acme, "rollup('open_amount') == 1350.5") == "true");
}

BOOST_AUTO_TEST_CASE(a_wrong_one_is_refused_with_its_place) {
  struct Wrong {
    const char* old;
    const char* with;
    const char* message;
  };
  const std::string document(kModel);
  for (const Wrong& wrong : {
           Wrong{R"("sum": "price")", R"("sum": "name")", "sum adds numbers or durations"},
           Wrong{R"("sum": "price")", R"("sum": "prise")", "did you mean 'price'?"},
           Wrong{"stage_class == 'open'", "close_date < today()", "depends on the time"},
           Wrong{"stage_class == 'open'", "account.name == 'x'", "read from another record"},
           Wrong{R"("sum": "price")", R"("sum": "account.room")", "read from another record"},
           Wrong{"rollup('open_amount') <= limit", "rollup('open') <= limit",
                 "account has no rollup 'open'"},
           Wrong{R"("of": "deals", "count")", R"("of": "deal", "count")",
                 R"(did you mean "deals"?)"},
       }) {
    BOOST_TEST_CONTEXT(wrong.with) {
      const std::string text = replaced(document, wrong.old, wrong.with);
      const Status status = check_model(text, "crm.json");
      BOOST_REQUIRE(!status.ok());
      BOOST_TEST((status.code() == Code::kModelInvalid));
      // What reads the rollup is complained of too.
      const auto& all = status.violations();
      const auto found = std::find_if(all.begin(), all.end(), [&](const Violation& violation) {
        return contains(violation.message, wrong.message);
      });
      BOOST_REQUIRE_MESSAGE(found != all.end(), status.to_string());
      const std::size_t at = text.find(wrong.with);
      const auto line =
          1 + std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n');
      BOOST_TEST(found->line == static_cast<std::uint32_t>(line));
      BOOST_TEST(found->column > 0u);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
