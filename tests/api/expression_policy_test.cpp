// What each place does about an expression that has no value: the table of docs/expressions.md,
// row by row. One expression fails in the way that the record's `kind` names.
#include <algorithm>

#include "kith/expression_trace.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

namespace {

constexpr std::string_view kFails =
    "kind == 'missing' ? amount > 5.0 : kind == 'data' ? 1 / seats > 0 : "
    "kind == 'bug' ? dyn(name) > 1 : "
    "kind == 'limit' ? lists.range(2000000).all(x, x >= 0) : kind == 'yes'";

constexpr std::string_view kFields = R"("fields": {
  "kind": {"type": "text"}, "amount": {"type": "decimal", "scale": 2}, "seats": {"type": "int"},
  "name": {"type": "text"}, "flag": {"type": "bool"})";

// Every $ is the expression, every # the fields.
std::string policy_model() {
  const std::string_view text = R"({"kith_model": 1, "entities": {
    "user": {"fields": {"name": {"type": "text"}}},
    "plain": {#, "ok": {"type": "bool", "formula": "$"}}},
    "checked": {#}, "rules": {"holds": {"check": "$"}}},
    "guarded": {#, "stage": {"type": "choice"}}},
    "watched": {#}},
    "prepared": {#}},
    "segment": {"fields": {
      "name": {"type": "text", "required": true, "unique": true},
      "kind": {"type": "choice", "default": "dynamic", "options": ["dynamic", "static"]},
      "entity": {"type": "text"}, "condition": {"type": "text"}}}
  },
  "pipelines": {
    "guards": {"entity": "guarded", "field": "stage",
      "stages": {"New": {"class": "open"}, "Won": {"class": "won"}, "Lost": {"class": "lost"},
                 "Gone": {"class": "lost"}},
      "transitions": [
        {"name": "win", "from": ["New"], "to": "Won", "guard": "$"},
        {"name": "lose", "from": ["New"], "to": "Lost", "permission": "user.name == 'boss'"},
        {"name": "go", "from": ["New"], "to": "Gone", "permission": "1 / (now > now ? 1 : 0) > 0"}
      ]}
  },
  "automations": {
    "after": {"entity": "watched", "on": "created", "when": "$",
              "steps": [{"set": {"flag": "true"}}]},
    "before": {"entity": "prepared", "on": "before_save", "order": 1, "when": "$",
               "set": {"flag": "true"}}
  }})";
  std::string out;
  for (const char c : text) {
    if (c == '$') {
      out += kFails;
    } else if (c == '#') {
      out += kFields;
    } else {
      out += c;
    }
  }
  return out;
}

struct Policy : SmallCrm {
  Policy() : SmallCrm(":memory:", policy_model()) {}

  static Patch of(const char* kind) { return {{"kind", kind}, {"seats", 0}, {"name", "n"}}; }
  Status attempt(const char* entity, const char* kind) {
    Transaction t = begin();
    const Result<RecordId> made = t.create(entity, of(kind));
    return made.ok() ? t.commit() : made.status();
  }
  // How often the condition, of records of this kind only, failed in a query; those it found.
  std::pair<std::size_t, std::uint64_t> found(const char* kind) {
    const std::string where =
        "kind == '" + std::string(kind) + "' && (" + std::string(kFails) + ")";
    const Rows rows = require(read().query({.entity = "plain", .where = where}));
    return {rows.rows.size(), rows.stats.errors};
  }
};

using Found = std::pair<std::size_t, std::uint64_t>;

bool says(const Status& status, std::string_view part) {
  return status.to_string().find(part) != std::string::npos;
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(api_expression_policy, Policy)

BOOST_AUTO_TEST_CASE(a_filter_matches_not_and_counts) {
  for (const char* kind : {"yes", "no", "missing", "data", "bug", "limit"})
    create("plain", of(kind));
  BOOST_TEST((found("yes") == Found{1, 0}));
  BOOST_TEST((found("no") == Found{0, 0}));
  BOOST_TEST((found("missing") == Found{0, 0}));
  BOOST_TEST((found("data") == Found{0, 1}));
  BOOST_TEST((found("bug") == Found{0, 1}));
  const auto limited = read().query({.entity = "plain", .where = std::string(kFails)});
  BOOST_TEST((limited.status().code() == Code::kLimit), limited.status().to_string());
}

BOOST_AUTO_TEST_CASE(a_selected_value_is_null_and_counted) {
  for (const char* kind : {"missing", "data", "bug"}) create("plain", of(kind));
  Query query{.entity = "plain", .select = {{"kind", "kind"}, {"value", std::string(kFails)}}};
  const Rows rows = require(read().query(query));
  BOOST_REQUIRE(rows.rows.size() == 3u);
  for (const std::vector<Value>& row : rows.rows) BOOST_TEST(row[1].is_null());
  BOOST_TEST(rows.stats.errors == 2u);
  create("plain", of("limit"));
  BOOST_TEST((read().query(query).status().code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(a_segment_holds_what_its_condition_is_true_on) {
  create("segment", {{"name", "S"}, {"entity", "plain"}, {"condition", std::string(kFails)}});
  for (const char* kind : {"yes", "missing", "data", "bug"}) create("plain", of(kind));
  const Rows rows = require(read().query({.entity = "plain", .where = "in_segment('S')"}));
  BOOST_TEST(rows.rows.size() == 1u);
  BOOST_TEST(rows.stats.errors == 2u);
  create("plain", of("limit"));
  const auto limited = read().query({.entity = "plain", .where = "in_segment('S')"});
  BOOST_TEST((limited.status().code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(a_validation_rule_is_violated) {
  KITH_CHECK_OK(attempt("checked", "yes"));
  for (const char* kind : {"no", "missing", "data", "bug", "limit"}) {
    const Status status = attempt("checked", kind);
    BOOST_TEST((status.code() == Code::kValidation), kind << ": " << status.to_string());
  }
  BOOST_TEST(says(attempt("checked", "missing"), "amount"));
  BOOST_TEST(says(attempt("checked", "data"), "division by zero"));
  const Status limited = attempt("checked", "limit");
  BOOST_TEST(says(limited, "max_expression_cost"), limited.to_string());
}

BOOST_AUTO_TEST_CASE(guards_and_permissions_deny_and_explain) {
  const Session bound = require(db.session({.actor = {}, .capabilities = {}}));
  const auto move = [&](const char* kind, const char* stage) {
    Patch fields = of(kind);
    fields.emplace_back("stage", "New");
    const RecordId id = create("guarded", fields);
    Transaction t = require(bound.begin({.now = now}));
    const Status moved = t.update(id, {{"stage", stage}});
    return moved.ok() ? t.commit() : moved;
  };
  KITH_CHECK_OK(move("yes", "Won"));
  for (const char* kind : {"no", "missing", "data", "bug", "limit"}) {
    const Status status = move(kind, "Won");
    BOOST_TEST((status.code() == Code::kRefused), kind << ": " << status.to_string());
  }
  BOOST_TEST(says(move("missing", "Won"), "null"));
  BOOST_TEST(says(move("data", "Won"), "division by zero"));
  BOOST_TEST((move("yes", "Lost").code() == Code::kRefused));
  BOOST_TEST(says(move("yes", "Gone"), "division by zero"));
}

BOOST_AUTO_TEST_CASE(an_automation_does_not_begin_or_is_recorded_as_failed) {
  for (const char* kind : {"yes", "no", "missing", "data", "bug", "limit"}) {
    create("watched", of(kind));
  }
  const std::vector<Run> runs = require(read().runs({}));
  std::vector<std::string> told;
  for (const Run& run : runs) {
    const Value kind = require(read().get(run.record)).at("kind");
    told.push_back(*kind.text() + " " + std::string(run_state_name(run.state)));
  }
  std::sort(told.begin(), told.end());
  const std::vector<std::string> expected = {"bug failed", "data failed", "limit failed",
                                             "yes active"};
  BOOST_TEST(told == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(an_automation_that_takes_too_much_work_is_halted) {
  const auto state = [&] { return require(read().automations()).front().state; };
  const auto begin_with = [&](const char* kind, int times) {
    for (int i = 0; i < times; ++i) create("watched", of(kind));
    return require(read().runs({})).size();
  };
  BOOST_TEST(begin_with("data", 12) == 12u);  // only work is counted
  BOOST_TEST(begin_with("limit", 9) == 21u);
  BOOST_TEST(begin_with("yes", 1) == 22u);
  BOOST_TEST(state() == "active");
  BOOST_TEST(begin_with("limit", 1) == 23u);
  BOOST_TEST(state() == "halted");
  BOOST_TEST(require(read().runs({}))
                 .back()
                 .message.ends_with("; that was the 10th time, so it is halted until a changed "
                                    "version of it is published"));
  BOOST_TEST(begin_with("limit", 1) == 23u);
  BOOST_TEST(begin_with("yes", 1) == 23u);
  std::string changed = policy_model();
  const std::string_view label = R"("after": {)";
  changed.replace(changed.find(label), label.size(), R"("after": {"order": 7, )");
  require(db.apply_model(session, changed));
  BOOST_TEST(state() == "active");
  BOOST_TEST(begin_with("limit", 1) == 24u);
  BOOST_TEST(begin_with("yes", 1) == 25u);
  const CheckReport found = require(db.check(session));
  BOOST_TEST(found.problems.empty());
}

BOOST_AUTO_TEST_CASE(a_before_rule_applies_not_or_is_violated) {
  KITH_CHECK_OK(attempt("prepared", "yes"));
  KITH_CHECK_OK(attempt("prepared", "missing"));
  for (const char* kind : {"data", "bug", "limit"}) {
    const Status status = attempt("prepared", kind);
    BOOST_TEST((status.code() == Code::kValidation), kind << ": " << status.to_string());
  }
  const Rows set = require(read().query({.entity = "prepared", .where = "flag == true"}));
  BOOST_TEST(set.rows.size() == 1u);
}

BOOST_AUTO_TEST_CASE(a_formula_is_null_and_flagged) {
  const auto formula = [&](const char* kind) {
    const RecordId id = create("plain", of(kind));
    const Record record = require(read().get(id));
    BOOST_TEST(record.at("ok").is_null());
    return record.formula_errors.empty() ? std::string() : record.formula_errors[0].message;
  };
  BOOST_TEST(formula("missing") == "");
  BOOST_TEST(formula("data").starts_with("DATA: division by zero"));
  BOOST_TEST(formula("bug").starts_with("BUG: "));
  BOOST_TEST(formula("limit").starts_with("LIMIT: "));
}

BOOST_AUTO_TEST_CASE(one_option_bounds_every_source) {
  OpenOptions open;
  open.limits.max_expression_bytes = 16;
  const Database narrow = require(
      Database::create(":memory:", {.model = R"({"kith_model": 1, "name": "narrow", "entities": {
                    "note": {"fields": {"title": {"type": "text"}}}}})",
                                    .now = now,
                                    .open = open}));
  const Session with = require(narrow.session({}));
  Transaction t = require(with.begin({.now = now}));
  const RecordId note = require(t.create("note", {{"title", "x"}}));
  KITH_CHECK_OK(t.commit());
  const Snapshot snapshot = require(with.read());
  const auto refused = [](const Status& status) {
    BOOST_TEST(says(status, "max_expression_bytes"), status.to_string());
  };
  const std::string fits = "title == 'xxxxx'";
  const std::string longer = "title == 'xxxxxx'";
  BOOST_TEST(fits.size() == 16u);
  KITH_CHECK_OK(evaluate_on(snapshot, note, fits).status());
  refused(evaluate_on(snapshot, note, longer).status());
  KITH_CHECK_OK(check_expression(narrow, "note", fits).status());
  refused(check_expression(narrow, "note", longer).status());
  KITH_CHECK_OK(trace_expression(snapshot, note, fits, {}).status());
  refused(trace_expression(snapshot, note, longer, {}).status());
  KITH_CHECK_OK(snapshot.query({.entity = "note", .where = fits}).status());
  refused(snapshot.query({.entity = "note", .where = longer}).status());
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
