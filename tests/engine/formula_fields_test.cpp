// Formula fields in a database: read everywhere, written nowhere, indexed where that is possible.
#include <boost/test/unit_test.hpp>
#include <sstream>

#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "engine/session.hpp"
#include "kith/backup.hpp"
#include "query/executor.hpp"
#include "query/index_key.hpp"
#include "tests/api/fixture.hpp"
#include "tests/support/temp_dir.hpp"
#include "tests/support/text.hpp"

namespace kith::test {
using testing::contains;

namespace {

// `fields` and `more` go into the type deal.
std::string model(std::string_view fields, std::string_view more = "",
                  std::string_view sections = "") {
  return R"({"kith_model": 1, "name": "formulas", "entities": {
    "user": {"fields": {"name": {"type": "text"}}},
    "account": {"fields": {"name": {"type": "text"}, "rate": {"type": "decimal", "scale": 2},
      "rate_text": {"type": "text", "formula": "string(rate) + ' of ' + name"}}},
    "deal": {"fields": {"name": {"type": "text"}, "amount": {"type": "decimal", "scale": 2},
      "cost": {"type": "decimal", "scale": 2}, "parts": {"type": "int"},
      "stage": {"type": "choice"},
      "account": {"type": "reference", "to": "account"})" +
         std::string(fields) + "}" + std::string(more) + R"(}},
    "pipelines": {"sales": {"entity": "deal", "field": "stage", "create_stages": "*",
      "stages": {"New": {"class": "open"}, "Won": {"class": "won"}}}})" +
         std::string(sections) + "}";
}

const std::string kFields = R"(,
  "margin": {"type": "decimal", "scale": 2, "formula": "amount - cost"},
  "per_part": {"type": "decimal", "scale": 2, "formula": "margin / parts"},
  "terms": {"type": "text", "formula": "account.rate_text"},
  "won": {"type": "bool", "formula": "stage_class == 'won'"})";

Status publish(SmallCrm& crm, const std::string& document) {
  return crm.db.apply_model(crm.session, document, false).status();
}

std::string violations(const Status& status) {
  std::string text;
  for (const Violation& violation : status.violations()) {
    text += violation.code + " " + violation.field + ": " + violation.message + "\n";
  }
  return text.empty() ? status.to_string() : text;
}

std::string rows_of(const Rows& rows) {
  std::string text;
  for (const auto& row : rows.rows) {
    for (const Value& value : row) text += value.to_string() + "|";
    text += "\n";
  }
  return text;
}

// The answer with and without indexes, which must be the same, and how it was found.
std::string both_ways(const SmallCrm& crm, const Query& query, std::string* plan) {
  engine::Database& db = crm.session.impl()->database();
  const auto reader = require(db.begin_read(crm.session.impl(), {}));
  const Rows indexed = require(reader->query(query));
  query::Context context = require(reader->query_context());
  context.use_indexes = false;
  const Rows scanned = require(query::run(query, context));
  BOOST_TEST(rows_of(indexed) == rows_of(scanned), query.where << " by " << indexed.stats.plan
                                                               << ":\n"
                                                               << rows_of(indexed) << "scanned:\n"
                                                               << rows_of(scanned));
  *plan = indexed.stats.plan;
  return rows_of(indexed);
}

void check_sound(const SmallCrm& crm) {
  const CheckReport report = require(crm.db.check(crm.session));
  for (const Problem& problem : report.problems) {
    BOOST_ERROR(problem.code << " " << problem.where << ": " << problem.message);
  }
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_formula_fields)

BOOST_AUTO_TEST_CASE(records_show_them_like_any_field) {
  SmallCrm crm(":memory:", model(kFields));
  const RecordId account = crm.create("account", {{"name", "Acme"}, {"rate", decimal("1.50")}});
  const RecordId deal = crm.create("deal", {{"amount", decimal("10")},
                                            {"cost", decimal("4")},
                                            {"parts", 4},
                                            {"account", account},
                                            {"stage", "Won"}});
  const Record record = require(crm.read().get(deal));
  BOOST_TEST(record.at("margin").to_string() == "6.00");
  BOOST_TEST(record.at("per_part").to_string() == "1.50");
  BOOST_TEST(*record.at("terms").text() == "1.50 of Acme");
  BOOST_TEST(*record.at("won").boolean());
  BOOST_TEST(record.formula_errors.empty());
  BOOST_TEST(!contains(to_json(record, crm.read()), "formula_error"));

  // The related record changes, and so does what is computed from it.
  KITH_CHECK_OK(crm.update(account, {{"rate", decimal("2")}}));
  BOOST_TEST(*require(crm.read().get(deal)).at("terms").text() == "2.00 of Acme");
  Value values[2];
  const Snapshot snapshot = crm.read();
  const FieldHandle handles[] = {require(snapshot.field("deal", "margin")),
                                 require(snapshot.field("deal", "amount"))};
  KITH_CHECK_OK(snapshot.read(deal, handles, 2, values));
  BOOST_TEST(values[0].to_string() == "6.00");
  BOOST_TEST(values[1].to_string() == "10.00");
}

BOOST_AUTO_TEST_CASE(an_error_is_shown_beside_the_null_and_a_missing_operand_is_not) {
  SmallCrm crm(":memory:", model(kFields));
  const RecordId none = crm.create("deal", {{"amount", decimal("10")}});
  const RecordId zero =
      crm.create("deal", {{"amount", decimal("10")}, {"cost", decimal("4")}, {"parts", 0}});
  BOOST_TEST(require(crm.read().get(none)).at("margin").is_null());
  BOOST_TEST(require(crm.read().get(none)).formula_errors.empty());
  const Record record = require(crm.read().get(zero));
  BOOST_TEST(record.at("per_part").is_null());
  BOOST_REQUIRE_EQUAL(record.formula_errors.size(), 1u);
  BOOST_TEST(record.formula_errors[0].field == "per_part");
  BOOST_TEST(contains(record.formula_errors[0].message, "DATA: "));
  BOOST_TEST(contains(to_json(record, crm.read()), "\"formula_error\": {\n"));
  const Rows wrong = require(crm.read().query(
      {.entity = "deal", .where = "formula_error(per_part) != null", .select = {"id"}}));
  BOOST_TEST(wrong.rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(nobody_writes_them) {
  SmallCrm crm(":memory:", model(kFields));
  const Status status = crm.begin().create("deal", {{"margin", decimal("1")}}).status();
  BOOST_TEST((status.code() == Code::kValidation));
  BOOST_TEST(violations(status) == "read_only margin: margin is a formula and cannot be written\n");
  const RecordId deal = crm.create("deal", {{"amount", decimal("1")}, {"cost", decimal("1")}});
  BOOST_TEST((crm.update(deal, {{"won", Value()}}).code() == Code::kValidation));
  // Their changes are in no history.
  KITH_CHECK_OK(crm.update(deal, {{"amount", decimal("2")}}));
  const std::vector<Change> history = require(crm.read().history(deal));
  BOOST_TEST(history.front().fields.size() == 1u);
}

BOOST_AUTO_TEST_CASE(rules_automations_and_messages_read_them) {
  SmallCrm crm(":memory:", model(kFields, R"(, "rules": {"no_loss": {"check":
      "margin == null || margin >= 0", "message": "no loss", "field": "margin"}})",
                                 R"J(, "automations": {
      "label": {"entity": "deal", "on": "before_save", "when": "margin > 100",
                "set": {"name": "'big ' + string(margin)"}},
      "tell": {"entity": "deal", "on": "updated", "when": "margin > 1000",
               "steps": [{"send": {"topic": "email", "subject": "margin ${margin}"}}]}})J"));
  const RecordId deal = crm.create("deal", {{"amount", decimal("200")}, {"cost", decimal("50")}});
  BOOST_TEST(*require(crm.read().get(deal)).at("name").text() == "big 150.00");
  const Status loss = crm.update(deal, {{"cost", decimal("500")}});
  BOOST_TEST(contains(violations(loss), "no loss"), violations(loss));
  // What the formula reads is what the rule watches.
  KITH_CHECK_OK(crm.update(deal, {{"amount", decimal("2000")}}));
  TickOptions tick;
  tick.now = crm.now;
  require(crm.session.tick(tick));
  const std::vector<OutboxMessage> sent = require(crm.read().outbox());
  BOOST_REQUIRE_EQUAL(sent.size(), 1u);
  BOOST_TEST(*Value(sent[0].payload).find("subject")->text() == "margin 1950.00");
}

BOOST_AUTO_TEST_CASE(queries_filter_group_order_and_measure_by_them) {
  SmallCrm crm(":memory:", model(kFields));
  for (int i = 0; i < 20; ++i) {
    crm.create("deal", {{"amount", Decimal(i)}, {"cost", Decimal(i % 3)}, {"parts", i % 4}});
  }
  const Rows rows = require(crm.read().query({.entity = "deal",
                                              .where = "margin >= 15",
                                              .select = {"margin"},
                                              .order_by = {{"margin", true}}}));
  BOOST_TEST(rows_of(rows) == "18.00|\n18.00|\n15.00|\n15.00|\n15.00|\n");
  const Rows groups = require(crm.read().query(
      {.entity = "deal",
       .group_by = {{.name = "won", .of = "won"}},
       .measures = {{.name = "total", .function = Measure::Function::kSum, .of = "margin"}}}));
  BOOST_TEST(groups.rows.size() == 1u);
  BOOST_TEST(groups.rows[0][1].to_string() == "171.00");
  // Five have no parts: their filter fails for them, which is told.
  const Rows errors = require(
      crm.read().query({.entity = "deal", .select = {"per_part", "formula_error(per_part)"}}));
  std::size_t flagged = 0;
  for (const auto& row : errors.rows) flagged += row[1].is_null() ? 0u : 1u;
  BOOST_TEST(flagged == 5u);
}

BOOST_AUTO_TEST_CASE(the_past_computes_with_what_was_there_then) {
  SmallCrm crm(":memory:", model(kFields, R"(, "indexes": {"by_margin": ["margin"]})"));
  const RecordId deal = crm.create("deal", {{"amount", decimal("10")}, {"cost", decimal("4")}});
  const std::uint64_t then = require(crm.read().get(deal)).version;
  KITH_CHECK_OK(crm.update(deal, {{"cost", decimal("1")}}));
  const Snapshot past = require(crm.session.read_as_of(AsOf::change(then)));
  BOOST_TEST(require(past.get(deal)).at("margin").to_string() == "6.00");
  const Rows rows = require(past.query({.entity = "deal", .where = "margin == 6.0"}));
  BOOST_TEST(rows.rows.size() == 1u);
  BOOST_TEST(contains(rows.stats.plan, "by_margin"), rows.stats.plan);
  BOOST_TEST(require(crm.read().query({.entity = "deal", .where = "margin == 6.0"})).rows.empty());
}

BOOST_AUTO_TEST_CASE(circles_are_refused_at_publish) {
  const auto refused = [](std::string_view fields) {
    return violations(check_model(model(fields), "m.json"));
  };
  const std::string circle = refused(R"(,
    "a": {"type": "int", "formula": "b + 1"}, "b": {"type": "int", "formula": "a + 1"})");
  BOOST_TEST(contains(circle, "expression a: formula a of deal"), circle);
  BOOST_TEST(contains(circle, "in a circle: a -> b -> a"), circle);
  const std::string far = refused(R"(,
    "a": {"type": "text", "formula": "account.big"}}},
    "account": {"fields": {"best": {"type": "reference", "to": "deal"},
      "big": {"type": "text", "formula": "best.a"})");
  BOOST_TEST(!contains(far, "OK"), far);
}

BOOST_AUTO_TEST_CASE(a_circle_through_references_names_both_types) {
  const std::string circle = violations(check_model(R"({"kith_model": 1, "entities": {
    "account": {"fields": {"best": {"type": "reference", "to": "deal"},
                           "big": {"type": "text", "formula": "best.a"}}},
    "deal": {"fields": {"account": {"type": "reference", "to": "account"},
                        "a": {"type": "text", "formula": "account.big"}}}}})",
                                                    "m.json"));
  BOOST_TEST(contains(circle, "account.big -> deal.a -> account.big"), circle);
}

BOOST_AUTO_TEST_CASE(only_formulas_of_the_record_alone_can_be_indexed) {
  const auto with_index = [](const std::string& formula) {
    return violations(
        check_model(model(R"(, "f": {"type": "text", "formula": ")" + formula + R"("})",
                          R"(, "indexes": {"by_f": ["f"]})"),
                    "m.json"));
  };
  BOOST_TEST(contains(with_index("account.name"), "index by_f cannot hold the formula f"));
  BOOST_TEST(contains(with_index("string(now)"), "depends on the time"));
  BOOST_TEST(contains(with_index("owner == user ? 'mine' : 'not'"), "depends on who asks"));
  BOOST_TEST(check_model(model(R"(, "f": {"type": "text", "formula": "name + '!'"})",
                               R"(, "indexes": {"by_f": ["f"]})"),
                         "m.json")
                 .ok());
  const std::string unique = violations(check_model(
      model(R"(, "f": {"type": "text", "unique": true, "formula": "account.name"})"), "m.json"));
  BOOST_TEST(contains(unique, "the formula f cannot be unique"), unique);
}

BOOST_AUTO_TEST_CASE(places_that_give_values_or_wait_for_changes_refuse_them) {
  const auto refused = [](std::string_view automation) {
    return violations(check_model(
        model(kFields, "", R"(, "automations": {"it": )" + std::string(automation) + "}"),
        "m.json"));
  };
  BOOST_TEST(contains(refused(R"({"entity": "deal", "on": "before_save",
                                 "set": {"margin": "1.0"}})"),
                      "\"margin\" is a formula and cannot be set"));
  BOOST_TEST(contains(refused(R"({"entity": "deal", "on": "updated", "watch": ["margin"],
                                 "steps": [{"set": {"parts": "1"}}]})"),
                      "\"margin\" is a formula, whose changes nobody writes"));
}

BOOST_AUTO_TEST_CASE(a_unique_formula_keeps_records_apart) {
  const std::string folded =
      R"J(, "folded": {"type": "text", "unique": true, "formula": "name.lowerAscii()"})J";
  SmallCrm crm(":memory:", model(folded));
  const RecordId acme = crm.create("deal", {{"name", "Acme"}});
  crm.create("deal", {});
  crm.create("deal", {});  // null is in no unique index
  Transaction t = crm.begin();
  const Status twice = t.create("deal", {{"name", "ACME"}}).status();
  BOOST_TEST(contains(violations(twice), "unique folded"), violations(twice));
  BOOST_TEST((require(crm.read().find("deal", "folded", "acme")) == acme));
  // Records that share a value keep a model from making it unique.
  SmallCrm other(":memory:", model(""));
  other.create("deal", {{"name", "Acme"}});
  other.create("deal", {{"name", "acmE"}});
  const Status refused = publish(other, model(folded));
  BOOST_TEST(contains(violations(refused), "folded cannot become unique"), violations(refused));
}

BOOST_AUTO_TEST_CASE(an_index_is_built_anew_when_its_formula_gives_something_else) {
  const auto document = [](const std::string& base, const std::string& won) {
    return R"({"kith_model": 1, "entities": {"deal": {"fields": {
      "parts": {"type": "int"},
      "stage": {"type": "choice"},
      "base": {"type": "int", "formula": ")" +
           base + R"("},
      "total": {"type": "int", "formula": "(stage_class == 'won' ? 100 : 0) + base"}},
      "indexes": {"by_total": ["total"]}}},
      "pipelines": {"sales": {"entity": "deal", "field": "stage", "create_stages": "*",
        "stages": {"New": {"class": "open"}, "Done": {"class": ")" +
           won + R"("},
                   "Won": {"class": "won"}}}}})";
  };
  SmallCrm crm(":memory:", document("parts", "lost"));
  for (int i = 0; i < 600; ++i) {
    crm.create("deal", {{"parts", i}, {"stage", i % 2 == 0 ? "New" : "Done"}});
  }
  std::string plan;
  BOOST_TEST(both_ways(crm, {.entity = "deal", .where = "total == 7", .select = {"parts"}},
                       &plan) == "7|\n");
  BOOST_TEST(contains(plan, "by_total"), plan);
  KITH_CHECK_OK(publish(crm, document("parts * 2", "lost")));  // read by the indexed one
  BOOST_TEST(both_ways(crm, {.entity = "deal", .where = "total == 14", .select = {"parts"}},
                       &plan) == "7|\n");
  BOOST_TEST(contains(plan, "by_total"), plan);
  KITH_CHECK_OK(publish(crm, document("parts * 2", "won")));  // what a stage means
  BOOST_TEST(both_ways(crm, {.entity = "deal", .where = "total == 114", .select = {"parts"}},
                       &plan) == "7|\n");
  BOOST_TEST(contains(plan, "by_total"), plan);
  check_sound(crm);
  // Nothing that it follows from: the index stays.
  const auto id_of = [&] {
    const auto engine_model = require(crm.session.impl()->database().current_model());
    return engine_model->catalog().find("deal")->find_index("by_total")->id;
  };
  const std::uint32_t before = id_of();
  KITH_CHECK_OK(publish(crm, document("parts * 2", "won")));
  BOOST_TEST(id_of() == before);
}

BOOST_AUTO_TEST_CASE(a_damaged_index_of_a_formula_is_found_and_mended) {
  SmallCrm crm(":memory:", model(kFields, R"(, "indexes": {"by_margin": ["margin"]})"));
  const RecordId deal = crm.create("deal", {{"amount", decimal("10")}, {"cost", decimal("4")}});
  store::Store& store = crm.session.impl()->database().store();
  {
    auto txn = require(store.begin_write({}));
    const auto engine_model = require(crm.session.impl()->database().current_model());
    const std::uint32_t index = engine_model->catalog().find("deal")->find_index("by_margin")->id;
    KITH_CHECK_OK(txn->erase_range(store::Table::kIndex,
                                   store::KeyRange::prefix(query::index_prefix(index))));
    KITH_CHECK_OK(txn->commit());
  }
  const CheckReport found = require(crm.db.check(crm.session));
  BOOST_REQUIRE_EQUAL(found.problems.size(), 1u);
  BOOST_TEST(found.problems[0].code == "index_missing");
  CheckOptions repair;
  repair.repair = true;
  require(crm.db.check(crm.session, repair));
  check_sound(crm);
  const Rows rows = require(crm.read().query({.entity = "deal", .where = "margin == 6.0"}));
  BOOST_REQUIRE_EQUAL(rows.rows.size(), 1u);
  BOOST_TEST(contains(rows.stats.plan, "by_margin"));
  BOOST_TEST((rows.rows[0][0] == Value(deal)));
}

BOOST_AUTO_TEST_CASE(a_dump_leaves_them_out_and_who_loads_it_computes_them) {
  testing::TempDir dir;
  SmallCrm crm(":memory:", model(kFields, R"(, "indexes": {"by_margin": ["margin"]})"));
  const RecordId deal = crm.create("deal", {{"amount", decimal("10")}, {"cost", decimal("4")}});
  std::ostringstream out;
  require(dump(crm.db, out));
  BOOST_TEST(!contains(out.str(), "\"margin\":"));
  BOOST_TEST(contains(out.str(), "\"formula\":\"amount - cost\""));
  const std::string path = dir.sub("loaded");
  std::istringstream in(out.str());
  require(load(path, in));
  const Database loaded = require(Database::open(path, {}));
  const Session session = require(loaded.session({.capabilities = Capabilities::all()}));
  const Snapshot snapshot = require(session.read());
  BOOST_TEST(require(snapshot.get(deal)).at("margin").to_string() == "6.00");
  const Rows rows = require(snapshot.query({.entity = "deal", .where = "margin == 6.0"}));
  BOOST_TEST(rows.rows.size() == 1u);
  BOOST_TEST(contains(rows.stats.plan, "by_margin"), rows.stats.plan);
  BOOST_TEST(require(loaded.check(session)).problems.empty());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
