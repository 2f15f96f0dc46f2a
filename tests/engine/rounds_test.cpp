// How often a write asks the store: DESIGN's formula, counted.
//
// One round for the old image, one for each hop of the longest reference path of a rule (targets of
// new references are in the first), one for the unique probes. Outside the formula are, once for
// each transaction, what begin asks (generation, last entry of the log) and, once for each type,
// the counter of ids.
#include "engine/database.hpp"
#include "engine/writer.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

namespace {

constexpr std::string_view kModel = R"({
  "kith_model": 1, "name": "rounds",
  "entities": {
    "user": {"fields": {"name": {"type": "text"}, "boss": {"type": "reference", "to": "user"}}},
    "account": {"fields": {"name": {"type": "text"}, "rating": {"type": "int"},
                           "parent": {"type": "reference", "to": "account"}}},
    "plain": {"fields": {"name": {"type": "text"}}},
    "near": {
      "fields": {
        "code": {"type": "text", "unique": true},
        "account": {"type": "reference", "to": "account"},
        "partners": {"type": "reference_list", "to": "account"},
        "total": {"type": "int"}
      },
      "rules": {
        "rated": {"check": "account == null || account.rating == null || account.rating > 0"},
        "owned": {"check": "owner == null || owner.name != 'nobody'"},
        "mine": {"check": "user == null || user.name != 'nobody'"}
      }
    },
    "staged": {
      "fields": {
        "name": {"type": "text"},
        "account": {"type": "reference", "to": "account"},
        "stage": {"type": "choice"}
      }
    },
    "far": {
      "fields": {
        "code": {"type": "text", "unique": true},
        "account": {"type": "reference", "to": "account"},
        "total": {"type": "int"}
      },
      "rules": {
        "up": {"check": "account == null || account.parent.parent.name != 'bad'"},
        "over": {"check": "owner == null || owner.boss.name != 'bad'"}
      }
    }
  },
  "pipelines": {
    "way": {
      "entity": "staged", "field": "stage",
      "stages": {
        "A": {"class": "open", "probability": 1},
        "B": {"class": "open", "probability": 2, "entry_guard": "account.rating > 1"},
        "C": {"class": "won"}
      },
      "transitions": [
        {"name": "on", "from": ["A"], "to": "B", "guard": "account.rating > 2"},
        {"name": "up", "from": ["B"], "to": "C", "guard": "account.parent.rating > 2"}
      ]
    }
  },
  "automations": {
    "rate": {"entity": "near", "on": "before_save", "order": 1, "when": "account != null",
             "set": {"total": "account.rating"}}
  }
})";

struct Counted {
  SmallCrm crm{":memory:", kModel};
  std::shared_ptr<engine::Writer> writer;
  store::TxnStats last;

  void begin() {
    engine::Session& session = *crm.session.impl();
    writer = require(session.database().begin_write(crm.session.impl(), {.now = crm.now}));
    mark();
  }
  void mark() { last = writer->txn().stats(); }
  std::uint64_t rounds() {
    const store::TxnStats& now = writer->txn().stats();
    return now.gets + now.multi_gets - last.gets - last.multi_gets;
  }
  RecordId account(const char* name, const Value& parent) {
    return crm.create("account", {{"name", name}, {"rating", 3}, {"parent", parent}});
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_rounds)

BOOST_AUTO_TEST_CASE(a_transaction_begins_with_three_gets_at_most) {
  Counted c;
  c.crm.create("plain", {{"name", "first"}});
  c.begin();
  BOOST_TEST(c.last.gets + c.last.multi_gets <= 3u);
}

BOOST_AUTO_TEST_CASE(a_record_without_references_costs_its_old_image_only) {
  Counted c;
  c.begin();
  const RecordId id = require(c.writer->create("plain", {{"name", "a"}}));
  BOOST_TEST(c.rounds() == 1u, "the counter of ids");
  c.mark();
  BOOST_TEST(c.writer->create("plain", {{"name", "b"}}).ok());
  BOOST_TEST(c.rounds() == 0u);
  c.mark();
  KITH_CHECK_OK(c.writer->update(id, {{"name", "c"}}, 0));
  BOOST_TEST(c.rounds() == 1u);
  c.mark();
  KITH_CHECK_OK(c.writer->commit());
  BOOST_TEST(c.rounds() == 0u, "the log is written without asking again");
}

BOOST_AUTO_TEST_CASE(one_hop_takes_three_rounds_at_most) {
  Counted c;
  const RecordId ada = c.crm.create("user", {{"name", "Ada"}});
  c.crm.session = require(c.crm.db.session({.actor = ada, .capabilities = Capabilities::all()}));
  const RecordId a = c.account("a", Value());
  const RecordId b = c.account("b", Value());
  const RecordId d = c.account("d", Value());
  c.crm.create("near", {{"code", "zero"}});
  c.begin();
  BOOST_TEST(c.writer->create("near", {{"code", "first"}}).ok());
  c.mark();
  const Patch full{{"code", "one"}, {"account", a}, {"partners", List{b, d}}, {"owner", ada}};
  const RecordId near = require(c.writer->create("near", full));
  BOOST_TEST(c.rounds() == 2u, "references and the user in one round, the unique key in another");
  c.mark();
  KITH_CHECK_OK(c.writer->update(near, {{"code", "two"}, {"account", b}, {"partners", d}}, 0));
  BOOST_TEST(c.rounds() == 3u);
  c.mark();
  KITH_CHECK_OK(c.writer->update(near, {{"code", "two"}}, 0));
  BOOST_TEST(c.rounds() <= 3u, "nothing changes, the rules look all the same");
  KITH_CHECK_OK(c.writer->commit());
}

BOOST_AUTO_TEST_CASE(each_further_hop_takes_one_more) {
  Counted c;
  const RecordId boss = c.crm.create("user", {{"name", "Grace"}});
  const RecordId ada = c.crm.create("user", {{"name", "Ada"}, {"boss", boss}});
  const RecordId top = c.account("top", Value());
  const RecordId middle = c.account("middle", top);
  const RecordId low = c.account("low", middle);
  c.begin();
  BOOST_TEST(c.writer->create("far", {{"code", "first"}}).ok());
  c.mark();
  const RecordId far =
      require(c.writer->create("far", {{"code", "x"}, {"account", low}, {"owner", ada}}));
  BOOST_TEST(c.rounds() == 4u, "three hops and the unique key");
  c.mark();
  KITH_CHECK_OK(c.writer->update(far, {{"code", "y"}}, 0));
  BOOST_TEST(c.rounds() == 5u, "and the old image");
  KITH_CHECK_OK(c.writer->commit());
}

BOOST_AUTO_TEST_CASE(what_guards_look_at_is_asked_for_by_moves_only) {
  Counted c;
  const RecordId top = c.account("top", Value());
  const RecordId a = c.account("a", top);
  const RecordId id = c.crm.create("staged", {{"account", a}});
  c.crm.session = require(c.crm.db.session({}));
  c.begin();
  KITH_CHECK_OK(c.writer->update(id, {{"name", "x"}}, 0));
  BOOST_TEST(c.rounds() == 1u, "the old image");
  c.mark();
  KITH_CHECK_OK(c.writer->update(id, {{"stage", "B"}}, 0));
  BOOST_TEST(c.rounds() == 3u, "and a round for each hop, whatever number of guards looks there");
  c.mark();
  KITH_CHECK_OK(c.writer->update(id, {{"stage", "C"}}, 0));
  BOOST_TEST(c.rounds() == 3u);
  KITH_CHECK_OK(c.writer->commit());
}

BOOST_AUTO_TEST_CASE(a_path_from_the_owner_is_followed) {
  Counted c;
  const RecordId bad = c.crm.create("user", {{"name", "bad"}});
  const RecordId ada = c.crm.create("user", {{"name", "Ada"}, {"boss", bad}});
  Transaction t = c.crm.begin();
  const Status refused = t.create("far", {{"code", "x"}, {"owner", ada}}).status();
  BOOST_TEST((refused.code() == Code::kValidation));
  BOOST_REQUIRE(refused.violations().size() == 1u);
  BOOST_TEST(refused.violations()[0].code == "rule");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
