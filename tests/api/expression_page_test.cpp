// docs/expressions.md is run: its examples are true, and it leaves no function out.
#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "expr/functions.hpp"
#include "expr/macros.hpp"
#include "kith/expression.hpp"
#include "tests/api/fixture.hpp"
#include "tests/support/folders.hpp"

using namespace kith;
using namespace kith::test;

namespace {

std::vector<std::string> page_lines() {
  std::ifstream page(testing::source_folder() / "docs" / "expressions.md");
  BOOST_REQUIRE(page);
  std::vector<std::string> lines;
  for (std::string line; std::getline(page, line);) lines.push_back(line);
  return lines;
}

// The cells of a table's row; \| is a bar inside a cell. Empty when the line is no row.
std::vector<std::string> cells(const std::string& line) {
  std::vector<std::string> out;
  if (!line.starts_with("| ")) return out;
  std::string cell;
  for (std::size_t i = 2; i < line.size(); ++i) {
    if (line[i] == '\\' && i + 1 < line.size() && line[i + 1] == '|') {
      cell.push_back(line[++i]);
    } else if (line[i] == '|') {
      cell.erase(cell.find_last_not_of(' ') + 1);
      out.push_back(cell.substr(std::min(cell.find_first_not_of(' '), cell.size())));
      cell.clear();
    } else {
      cell.push_back(line[i]);
    }
  }
  return out;
}

struct Example {
  std::string name;
  std::string expression;
  std::string result;
};

std::string code(const std::string& cell) {
  BOOST_REQUIRE_MESSAGE(cell.size() > 2 && cell.front() == '`' && cell.back() == '`',
                        "not one piece of code: " << cell);
  return cell.substr(1, cell.size() - 2);
}

// The rows of the tables whose last column is called so.
std::vector<Example> examples(const char* last = "result") {
  std::vector<Example> out;
  bool inside = false;
  for (const std::string& line : page_lines()) {
    const std::vector<std::string> row = cells(line);
    if (row == std::vector<std::string>{"name", "types", "example", last}) {
      inside = true;
    } else if (row.empty()) {
      inside = inside && line.starts_with("|---");
    } else if (inside) {
      BOOST_REQUIRE_MESSAGE(row.size() == 4, line);
      out.push_back({code(row[0]), code(row[2]), code(row[3])});
    }
  }
  return out;
}

// The standard model with the score and the rollup that the page tells of.
std::string page_model() {
  std::string model(standard_model());
  const auto insert_after = [&](std::string_view text, std::string_view more) {
    const std::size_t at = model.find(text);
    BOOST_REQUIRE(at != std::string::npos);
    model.insert(at + text.size(), more);
  };
  insert_after("\"scores\": {", R"("health": {"entity": "deal", "rows": [
    {"name": "large", "when": "amount > 1000.0", "points": "20"},
    {"name": "fresh", "points": "10", "half_life": "2d", "since": "created"}]},)");
  insert_after("\n    \"deal\": {", R"("rollups": {"open_tasks": {
    "of": "tasks", "count": true, "where": "status != 'done'"}},)");
  return model;
}

// The deal that the page asks about, before and after the write that it tells of.
struct WrittenDeal {
  WrittenDeal() {
    now = at("2026-02-28T09:00:00Z");
    const RecordId acme = create("account", {{"name", "Acme"}});
    for (const char* name : {"Ada", "Bob"}) {
      create("contact", {{"name", name}, {"account", acme}});
    }
    create("segment", {{"name", "Large"}, {"entity", "deal"}, {"condition", "amount > 1000.0"}});
    deal = create("deal", {{"name", "Pilot"},
                           {"account", acme},
                           {"amount", decimal("900")},
                           {"close_date", date("2026-04-01")},
                           {"stage", "Qualified"}});
    for (const char* status : {"open", "done", "waiting"}) {
      create("task", {{"subject", status}, {"status", status}, {"deal", deal}});
    }
    create("deal", {{"name", "Other"}, {"account", acme}, {"amount", decimal("300")}});
    before = read();
    now = at("2026-03-02T09:00:00Z");
    Transaction t = require(session.begin({.now = now}));
    KITH_CHECK_OK(t.update(deal, {{"amount", decimal("1200")}, {"stage", "Negotiation"}}));
    KITH_CHECK_OK(t.commit());
    after = read();
  }
  RecordId create(std::string_view entity, const Patch& fields) {
    Transaction t = require(session.begin({.now = now}));
    const RecordId id = require(t.create(entity, fields));
    KITH_CHECK_OK(t.commit());
    return id;
  }
  std::shared_ptr<engine::Reader> read() const {
    return require(session.impl()->database().begin_read(session.impl(), now));
  }
  Result<Value> evaluate(const std::string& expression) const {
    KITH_ASSIGN(const expr::Program program,
                expr::compile(expression, after->model().environment(deal.type())));
    const auto old_view = require(before->find_record(deal));
    KITH_ASSIGN(expr::Activation activation, after->activation());
    const auto new_view = require(after->find_record(deal));
    activation.set_record(deal, &*new_view);
    activation.set_old(deal, &*old_view);
    return program.evaluate(activation);
  }

  Timestamp now = at("2026-02-28T09:00:00Z");
  Database db = require(Database::create(":memory:", {.model = page_model(), .now = now}));
  Session session = require(db.session({.actor = {}, .capabilities = Capabilities::all()}));
  RecordId deal;
  std::shared_ptr<engine::Reader> before, after;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(api_expression_page)

BOOST_AUTO_TEST_CASE(the_examples_give_their_results) {
  const Timestamp now = at("2026-03-02T09:00:00Z");
  const std::vector<Example> all = examples();
  BOOST_TEST(all.size() > 120u);
  for (const Example& example : all) {
    const Result<Value> value = evaluate(example.expression, {}, now);
    if (example.result == "error") {
      BOOST_TEST((value.status().code() == Code::kExpressionFailed),
                 example.expression << " gave " << value.status().to_string());
      continue;
    }
    BOOST_TEST(value.ok(), example.expression << ": " << value.status().to_string());
    const Result<Value> expected = evaluate(example.result, {}, now);
    BOOST_TEST(expected.ok(), example.result << ": " << expected.status().to_string());
    if (!value.ok() || !expected.ok()) continue;
    BOOST_TEST((*value == *expected), example.expression << " is " << value->to_string() << ", not "
                                                         << expected->to_string());
  }
}

BOOST_AUTO_TEST_CASE(the_examples_about_a_deal_give_their_values) {
  const WrittenDeal written;
  const std::vector<Example> all = examples("value");
  BOOST_TEST(all.size() >= 10u);
  for (const Example& example : all) {
    const Result<Value> value = written.evaluate(example.expression);
    BOOST_TEST(value.ok(), example.expression << ": " << value.status().to_string());
    const Value expected = require(evaluate(example.result));
    if (!value.ok()) continue;
    BOOST_TEST((*value == expected), example.expression << " is " << value->to_string());
  }
}

BOOST_AUTO_TEST_CASE(every_function_has_a_row_and_every_row_a_function) {
  std::set<std::string> known;
  for (const std::string_view macro : expr::macro_names()) {
    known.emplace(macro == "bind" ? "cel.bind" : macro);
  }
  known.erase("formula_error");  // told of with nulls: the standard model has no formula
  for (const std::string& name : expr::FunctionRegistry::standard_shared().names()) {
    known.insert(name);
  }
  BOOST_TEST(known.count("days_since") == 1u);
  std::set<std::string> described;
  for (const Example& example : examples()) {
    const bool word = std::isalpha(static_cast<unsigned char>(example.name[0])) != 0;
    if (!word || example.name == "in") continue;
    described.insert(example.name);
    BOOST_TEST((known.count(example.name) == 1), example.name << " is no function");
    BOOST_TEST((example.expression.find(example.name + "(") != std::string::npos),
               "the example of " << example.name << " does not call it: " << example.expression);
  }
  for (const Example& example : examples("value")) described.insert(example.name);
  for (const std::string& name : known) {
    BOOST_TEST((described.count(name) == 1), "docs/expressions.md leaves out " << name);
  }
}

BOOST_AUTO_TEST_CASE(every_function_says_what_it_costs_and_what_null_does) {
  std::map<std::string, std::vector<std::string>> rows;
  bool inside = false;
  for (const std::string& line : page_lines()) {
    const std::vector<std::string> row = cells(line);
    if (row == std::vector<std::string>{"function", "cost", "null", "set"}) {
      inside = true;
    } else if (row.empty()) {
      inside = inside && line.starts_with("|---");
    } else if (inside) {
      BOOST_REQUIRE_MESSAGE(row.size() == 4, line);
      BOOST_TEST(rows.emplace(code(row[0]), row).second, "two rows for " << row[0]);
      BOOST_TEST((!row[1].empty() && (row[3] == "CEL" || row[3] == "crm.v1")), line);
    }
  }
  const auto takes_null = [](const expr::Type& type) {
    return type.is(expr::TypeKind::kParameter) || type.is(expr::TypeKind::kWrapper) ||
           type.is(expr::TypeKind::kNull);
  };
  const expr::FunctionRegistry& functions = expr::FunctionRegistry::standard_shared();
  for (const std::string& name : functions.names()) {
    BOOST_TEST((rows.count(name) == 1), "docs/expressions.md does not say the cost of " << name);
    if (rows.count(name) == 0) continue;
    const std::vector<std::string>& row = rows[name];
    bool null = false;
    std::uint32_t fixed = 0;
    for (const expr::Overload* overload : *functions.find(name)) {
      for (const expr::Type& type : overload->parameters) null |= takes_null(type);
      if (overload->cost > 1) fixed = std::max(fixed, overload->cost);
    }
    BOOST_TEST((row[2] == (null ? "a value" : "MISSING")), name << ": " << row[2]);
    if (fixed > 0) BOOST_TEST(row[1].starts_with(std::to_string(fixed)), name << ": " << row[1]);
  }
  for (const Example& example : examples()) {
    const bool word = std::isalpha(static_cast<unsigned char>(example.name[0])) != 0;
    if (word && example.name != "in") BOOST_TEST((rows.count(example.name) == 1), example.name);
  }
}

// Fences marked "cel TYPE" hold one expression a line about that type of the standard model.
BOOST_AUTO_TEST_CASE(the_samples_fit_the_standard_model) {
  const auto db = require(Database::create(":memory:", {.now = at("2026-03-02T09:00:00Z")}));
  std::string entity;
  int checked = 0;
  for (const std::string& line : page_lines()) {
    if (line.starts_with("```")) {
      entity = line.starts_with("```cel ") ? line.substr(7) : "";
    } else if (!entity.empty()) {
      const Result<std::string> type = check_expression(db, entity, line);
      BOOST_TEST(type.ok(), line << ": " << type.status().to_string());
      if (type.ok()) BOOST_TEST(*type == "bool", line << " is " << *type);
      ++checked;
    }
  }
  BOOST_TEST(checked >= 10);
}

BOOST_AUTO_TEST_CASE(today_is_a_day_of_the_sessions_zone) {
  const Timestamp now = at("2026-03-02T20:00:00Z");
  const auto db = require(Database::create(":memory:", {.now = now}));
  const auto session = require(db.session({.time_zone = "Pacific/Auckland"}));
  auto write = require(session.begin({.now = now}));
  const RecordId acme = require(write.create("account", {{"name", "Acme"}}));
  KITH_CHECK_OK(write.commit());
  const auto snapshot = require(session.read(now));
  BOOST_TEST((require(evaluate_on(snapshot, acme, "today()")) == Value(date("2026-03-03"))));
  BOOST_TEST((require(evaluate_on(snapshot, acme, "now.date()")) == Value(date("2026-03-02"))));
  BOOST_TEST((require(evaluate_on(snapshot, acme, "org.time_zone")) == Value("Pacific/Auckland")));
}

BOOST_AUTO_TEST_CASE(a_row_is_read_with_its_bars) {
  BOOST_TEST((cells("| `a \\|\\| b` | x |") == std::vector<std::string>{"`a || b`", "x"}));
  BOOST_TEST(cells("no row").empty());
}

BOOST_AUTO_TEST_SUITE_END()
