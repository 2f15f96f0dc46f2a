// To-many relations, segments and changes in a database: rules, queries, rounds, the past.
#include <limits>

#include "engine/database.hpp"
#include "engine/writer.hpp"
#include "tests/api/fixture.hpp"
#include "tests/support/text.hpp"

namespace kith::test {

using testing::contains;

namespace {

constexpr std::string_view kModel = R"json({
  "kith_model": 1, "name": "relations",
  "entities": {
    "user": {"fields": {"name": {"type": "text"}}},
    "account": {"title": "name", "fields": {
      "name": {"type": "text", "required": true},
      "parent": {"type": "reference", "to": "account", "inverse": "children", "on_delete": "clear"}
    }},
    "contact": {"fields": {
      "name": {"type": "text"},
      "vip": {"type": "bool"},
      "account": {"type": "reference", "to": "account", "inverse": "contacts",
                  "on_delete": "clear"},
      "friends": {"type": "reference_list", "to": "account", "inverse": "friendly",
                  "on_delete": "clear"}
    }},
    "deal": {"fields": {
      "name": {"type": "text"},
      "account": {"type": "reference", "to": "account", "inverse": "deals", "on_delete": "clear"},
      "amount": {"type": "decimal", "scale": 2},
      "stage": {"type": "choice"},
      "code": {"type": "text"},
      "note": {"type": "text"}
    }, "rules": {
      "few": {"check": "account == null || size(account.deals) <= 3"},
      "code_stays": {"check": "is_new() || !changed(code)", "field": "code"}
    }},
    "segment": {"fields": {
      "name": {"type": "text", "required": true, "unique": true},
      "kind": {"type": "choice", "default": "dynamic", "options": ["dynamic", "static"]},
      "entity": {"type": "text"},
      "condition": {"type": "text"}
    }}
  },
  "pipelines": {
    "sales": {"entity": "deal", "field": "stage", "create_stages": "*", "stages": {
      "New": {"class": "open", "probability": 10},
      "Offer": {"class": "open", "probability": 60},
      "Won": {"class": "won"},
      "Lost": {"class": "lost"}
    }}
  },
  "automations": {
    "moved": {"entity": "deal", "on": "before_save", "order": 1,
              "when": "!is_new() && changed(amount)",
              "set": {"note": "string(was(amount)) + ' before'"}},
    "sum": {"entity": "deal", "on": "before_save", "order": 2,
            "when": "is_new() && name == 'sum'",
            "set": {"code": "string(sum(account.deals, d, d.amount))"}}
  }
})json";

struct Relations : SmallCrm {
  Relations() : SmallCrm(":memory:", kModel) {
    acme = create("account", {{"name", "Acme"}});
    bolt = create("account", {{"name", "Bolt"}, {"parent", acme}});
    ada = create("contact", {{"name", "Ada"}, {"vip", true}, {"account", acme}});
    bob = create("contact", {{"name", "Bob"}, {"account", acme}, {"friends", List{acme, bolt}}});
  }
  std::string value(RecordId id, std::string_view expression) {
    const Result<Value> found = evaluate_on(read(), id, expression);
    return found.ok() ? found->to_string() : found.status().to_string();
  }
  std::string where(const char* entity, const char* condition) {
    Query query{.entity = entity, .where = condition, .select = {"name"}};
    const Result<Rows> rows = read().query(query);
    if (!rows.ok()) return rows.status().to_string();
    std::string names;
    for (std::size_t row = 0; row < rows->rows.size(); ++row) {
      names += (row == 0 ? "" : " ") + *rows->rows[row][0].text();
    }
    return names;
  }
  RecordId segment(const char* name, const char* condition, const char* entity = "deal") {
    return create("segment", {{"name", name}, {"entity", entity}, {"condition", condition}});
  }
  RecordId acme, bolt, ada, bob;
};

// On what the writer itself sees.
Result<Value> evaluate_in(engine::Writer& writer, RecordId id, std::string_view expression) {
  KITH_ASSIGN(const expr::Program program,
              expr::compile(expression, writer.model().environment(id.type())));
  KITH_ASSIGN(expr::Outcome all, writer.outcome(id, program, Value(), expr::EvaluationLimits()));
  if (!all.ok()) return all.failure.to_status();
  return std::move(all.value);
}

}  // namespace

BOOST_FIXTURE_TEST_SUITE(engine_relations, Relations)

BOOST_AUTO_TEST_CASE(live_records_that_refer_to_it_in_order_of_id) {
  BOOST_TEST(value(acme, "contacts.map(c, c.name) == ['Ada', 'Bob']") == "true");
  BOOST_TEST(value(bob, "account.contacts.exists(c, c.vip == true && c.name != r.name)") == "true");
  BOOST_TEST(value(bolt, "size(contacts) == 0 && size(parent.contacts) == 2") == "true");
  BOOST_TEST(value(bolt, "friendly.map(c, c.name) == ['Bob']") == "true");
  BOOST_TEST(value(bolt, "parent.children.exists(a, a == r.id)") == "true");
  KITH_CHECK_OK(update(ada, {{"account", bolt}}));
  BOOST_TEST(value(acme, "contacts.map(c, c.name) == ['Bob']") == "true");
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(bob));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(value(acme, "size(contacts) == 0 && !has(contacts)") == "true");
  BOOST_TEST(value(bolt, "size(friendly)") == "0");
  t = begin();
  KITH_CHECK_OK(t.restore(bob));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(value(acme, "size(contacts)") == "1");
}

BOOST_AUTO_TEST_CASE(queries_filter_and_show_by_relations) {
  create("deal", {{"name", "one"}, {"account", acme}, {"amount", decimal("10.50")}});
  create("deal", {{"name", "two"}, {"account", acme}});
  BOOST_TEST(where("account", "contacts.exists(c, c.vip == true)") == "Acme");
  BOOST_TEST(where("account", "count(contacts, c, has(c.name)) == 0") == "Bolt");
  BOOST_TEST(where("contact", "account.deals.size() == 2") == "Ada Bob");
  Query query{.entity = "account", .select = {{"total", "sum(deals, d, d.amount)"}}};
  query.order_by = {{"size(deals)", true}};
  const Rows rows = require(read().query(query));
  BOOST_REQUIRE(rows.rows.size() == 2u);
  BOOST_TEST((rows.rows[0][0] == Value(decimal("10.50"))));
  BOOST_TEST((rows.rows[1][0] == Value(Decimal(0))));
}

BOOST_AUTO_TEST_CASE(a_transaction_sees_its_own_writes) {
  const auto writer = require(session.impl()->database().begin_write(session.impl(), {.now = now}));
  BOOST_TEST((require(evaluate_in(*writer, acme, "size(contacts)")) == Value(2)));
  const RecordId eve = require(writer->create("contact", {{"name", "Eve"}, {"account", acme}}));
  BOOST_TEST((require(evaluate_in(*writer, acme, "contacts[2].name")) == Value("Eve")));
  KITH_CHECK_OK(writer->remove(eve, 0));
  BOOST_TEST((require(evaluate_in(*writer, acme, "size(contacts)")) == Value(2)));
  KITH_CHECK_OK(writer->update(bob, {{"account", Value()}}, 0));
  BOOST_TEST((require(evaluate_in(*writer, acme, "size(contacts)")) == Value(1)));
  writer->abort();
  BOOST_TEST(value(acme, "size(contacts)") == "2");
}

BOOST_AUTO_TEST_CASE(rules_see_the_lists_as_the_write_will_leave_them) {
  const auto refused = [&](const Status& status) {
    BOOST_TEST((status.code() == Code::kValidation), status.to_string());
  };
  std::vector<RecordId> deals;
  for (int i = 0; i < 3; ++i) deals.push_back(create("deal", {{"name", "d"}, {"account", acme}}));
  const RecordId loose = create("deal", {{"name", "loose"}});
  refused(begin().create("deal", {{"name", "d"}, {"account", acme}}).status());
  refused(update(loose, {{"account", acme}}));
  KITH_CHECK_OK(update(loose, {{"account", bolt}}));
  // One of the three is written again, one goes, and another comes in the same transaction.
  KITH_CHECK_OK(update(deals[1], {{"name", "renamed"}}));
  Transaction t = begin();
  KITH_CHECK_OK(t.update(deals[0], {{"account", bolt}}));
  KITH_CHECK_OK(t.update(loose, {{"account", acme}}));
  refused(t.update(deals[0], {{"account", acme}}));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(value(acme, "deals.size()") == "3");
  BOOST_TEST(value(bolt, "deals.map(d, d.name) == ['d']") == "true");
}

BOOST_AUTO_TEST_CASE(the_record_being_written_is_listed_with_its_new_values) {
  create("deal", {{"name", "small"}, {"account", bolt}, {"amount", decimal("1")}});
  const auto total = [&] { return value(bolt, "deals.map(d, d.code)"); };
  // `code` of a new deal becomes the sum over the account's deals, its own amount among them.
  const RecordId big =
      create("deal", {{"name", "sum"}, {"account", bolt}, {"amount", decimal("41.5")}});
  BOOST_TEST(total() == "[null, \"42.50\"]");
  KITH_CHECK_OK(update(big, {{"amount", decimal("9")}}));
  BOOST_TEST(value(big, "note") == "41.50 before");
  // Deleted and restored, it is not and is in the list again.
  Transaction t = begin();
  KITH_CHECK_OK(t.remove(big));
  KITH_CHECK_OK(t.restore(big));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(value(bolt, "deals.size()") == "2");
}

BOOST_AUTO_TEST_CASE(a_relation_costs_two_rounds_whatever_its_size) {
  for (int i = 0; i < 50; ++i) create("contact", {{"name", "n"}, {"account", acme}});
  const auto writer = require(session.impl()->database().begin_write(session.impl(), {.now = now}));
  const auto asked = [&](std::string_view expression) {
    const store::TxnStats before = writer->txn().stats();
    BOOST_TEST(evaluate_in(*writer, acme, expression).ok());
    const store::TxnStats& after = writer->txn().stats();
    return std::pair(after.gets + after.multi_gets - before.gets - before.multi_gets,
                     after.scans - before.scans);
  };
  // One for the record itself, one for those of the relation.
  const std::pair<std::uint64_t, std::uint64_t> cold{2, 1};
  const std::pair<std::uint64_t, std::uint64_t> warm{1, 1};
  BOOST_TEST((asked("contacts.exists(c, c.name == 'nobody')") == cold));
  BOOST_TEST((asked("size(contacts) == 52") == warm));
  // Their accounts are one record, fetched at once.
  BOOST_TEST((asked("contacts.all(c, c.account.name == 'Acme')") == cold));
  writer->abort();
}

BOOST_AUTO_TEST_CASE(the_number_of_rows_is_limited_by_an_option) {
  OpenOptions open;
  open.limits.max_related_rows = 1;
  Database narrow = require(
      Database::create(":memory:", {.model = std::string(kModel), .now = now, .open = open}));
  Session with = require(narrow.session({}));
  Transaction t = require(with.begin({.now = now}));
  const RecordId one = require(t.create("account", {{"name", "One"}}));
  BOOST_TEST(t.create("contact", {{"account", one}}).ok());
  BOOST_TEST(t.create("contact", {{"account", one}}).ok());
  KITH_CHECK_OK(t.commit());
  const Snapshot snapshot = require(with.read());
  const Status refused = evaluate_on(snapshot, one, "size(contacts)").status();
  BOOST_TEST((refused.code() == Code::kLimit));
  BOOST_TEST(contains(std::string(refused.message()), "max_related_rows"));
  BOOST_TEST(contains(std::string(refused.message()), "'contacts' has more than 1 records"));
  Query query{.entity = "account", .where = "size(contacts) > 1"};
  BOOST_TEST((snapshot.query(query).status().code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(the_greatest_limit_of_rows_is_no_limit) {
  OpenOptions open;
  open.limits.max_related_rows = std::numeric_limits<std::uint64_t>::max();
  Database wide = require(
      Database::create(":memory:", {.model = std::string(kModel), .now = now, .open = open}));
  Session with = require(wide.session({}));
  Transaction t = require(with.begin({.now = now}));
  const RecordId one = require(t.create("account", {{"name", "One"}}));
  for (int i = 0; i < 3; ++i) BOOST_TEST(t.create("deal", {{"account", one}}).ok());
  BOOST_TEST((t.create("deal", {{"account", one}}).status().code() == Code::kValidation));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(
      (require(evaluate_on(require(with.read()), one, "size(deals)")) == Value(std::int64_t{3})));
}

BOOST_AUTO_TEST_CASE(a_relation_as_of_a_moment_is_what_it_was_then) {
  const Timestamp then = now;
  now = at("2026-03-05T09:00:00Z");
  create("contact", {{"name", "Late"}, {"account", acme}});
  KITH_CHECK_OK(update(ada, {{"account", Value()}}));
  const Snapshot past = require(session.read_as_of(AsOf::time(then)));
  BOOST_TEST((require(evaluate_on(past, acme, "contacts.map(c, c.name) == ['Ada', 'Bob']")) ==
              Value(true)));
  BOOST_TEST(value(acme, "contacts.map(c, c.name) == ['Bob', 'Late']") == "true");
}

BOOST_AUTO_TEST_CASE(rules_see_the_change) {
  const RecordId deal = create("deal", {{"name", "d"}, {"code", "A1"}, {"amount", decimal("5")}});
  BOOST_TEST((update(deal, {{"code", "A2"}}).code() == Code::kValidation));
  KITH_CHECK_OK(update(deal, {{"code", "A1"}, {"amount", decimal("6")}}));
  BOOST_TEST(value(deal, "note") == Value("5.00 before").to_string());
  KITH_CHECK_OK(update(deal, {{"name", "e"}, {"note", Value()}}));
  BOOST_TEST(value(deal, "note == null") == "true");
}

BOOST_AUTO_TEST_CASE(the_age_of_a_stage_is_since_it_was_entered) {
  const RecordId deal = create("deal", {{"name", "d"}, {"stage", "New"}});
  now = at("2026-03-03T09:00:00Z");
  const auto age = [&](std::string_view expression) {
    return require(evaluate_on(require(session.read(now)), deal, expression)).to_string();
  };
  BOOST_TEST(age("stage_age() == duration('48h') && stage_age(stage) == stage_age()") == "true");
  KITH_CHECK_OK(update(deal, {{"stage", "Offer"}}));
  now = at("2026-03-03T10:00:00Z");
  BOOST_TEST(age("stage_age() == duration('1h')") == "true");
}

BOOST_AUTO_TEST_CASE(a_segment_is_looked_up_by_name_or_id) {
  const RecordId deal = create("deal", {{"name", "big"}, {"amount", decimal("5000")}});
  create("deal", {{"name", "small"}, {"amount", decimal("5")}});
  create("deal", {{"name", "none"}});
  const RecordId large = segment("Large", "amount > 1000.0");
  segment("Named large", "in_segment('Large') && name.startsWith('b')");
  BOOST_TEST(where("deal", "in_segment('Large')") == "big");
  BOOST_TEST(where("deal", "!in_segment('Large')") == "small none");
  BOOST_TEST(where("deal", "in_segment('segment:1') && in_segment('Named large')") == "big");
  BOOST_TEST(value(deal, "in_segment('Large')") == "true");
  KITH_CHECK_OK(update(large, {{"condition", "amount > 1.0"}}));
  BOOST_TEST(where("deal", "in_segment('Large')") == "big small");
}

BOOST_AUTO_TEST_CASE(a_segment_that_cannot_be_told_says_why) {
  const RecordId deal = create("deal", {{"name", "d"}, {"amount", decimal("5")}});
  segment("People", "vip", "contact");
  segment("Broken", "amuont > 1.0");
  segment("Circle", "in_segment('Ring')");
  segment("Ring", "in_segment('Circle')");
  segment("Empty", "");
  create("segment", {{"name", "Hand-picked"}, {"kind", "static"}, {"entity", "deal"}});
  const auto why = [&](std::string_view expression) {
    return std::string(evaluate_on(read(), deal, expression).status().message());
  };
  BOOST_TEST(contains(why("in_segment('Nobody')"), "there is no segment 'Nobody'"));
  BOOST_TEST(contains(why("in_segment('segment:99')"), "there is no segment"));
  BOOST_TEST(contains(why("in_segment('People')"), "one of contact, not of deal"));
  BOOST_TEST(contains(why("in_segment('Broken')"), "did you mean 'amount'?"));
  BOOST_TEST(contains(why("in_segment('Hand-picked')"), "keeps no list of its members"));
  BOOST_TEST(contains(why("in_segment('Empty')"), "has no condition"));
  BOOST_TEST(contains(why("in_segment('Circle')"), "is there a circle?"));
  BOOST_TEST((evaluate_on(read(), deal, "in_segment('Circle')").status().code() == Code::kLimit));
  const Rows rows = require(read().query({.entity = "deal", .where = "in_segment('Nobody')"}));
  BOOST_TEST(rows.rows.size() == 0u);
  BOOST_TEST(rows.stats.errors == 1u);
}

BOOST_AUTO_TEST_CASE(a_writer_sees_the_segment_it_changed) {
  const RecordId deal = create("deal", {{"name", "d"}, {"amount", decimal("5")}});
  const RecordId large = segment("Large", "amount > 1000.0");
  const auto writer = require(session.impl()->database().begin_write(session.impl(), {.now = now}));
  BOOST_TEST((require(evaluate_in(*writer, deal, "in_segment('Large')")) == Value(false)));
  KITH_CHECK_OK(writer->update(large, {{"condition", "amount > 1.0"}}, 0));
  BOOST_TEST((require(evaluate_in(*writer, deal, "in_segment('Large')")) == Value(true)));
  KITH_CHECK_OK(writer->remove(large, 0));
  BOOST_TEST(!evaluate_in(*writer, deal, "in_segment('Large')").ok());
  writer->abort();
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
