// What the history keeps of values of every kind, and what a purge leaves of them.
#include "engine/database.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

namespace {

constexpr std::string_view kModel = R"({
  "kith_model": 1, "name": "kinds",
  "entities": {
    "thing": {"fields": {
      "text": {"type": "text"}, "price": {"type": "money"}, "data": {"type": "json"},
      "tags": {"type": "multi_choice", "options": ["x", "y", "z"]},
      "one": {"type": "reference", "to": "thing", "on_delete": "clear"},
      "many": {"type": "reference_list", "to": "thing", "on_delete": "clear"},
      "span": {"type": "duration"}, "raw": {"type": "bytes"}, "day": {"type": "date"},
      "when": {"type": "timestamp"}, "yes": {"type": "bool"}, "rate": {"type": "float"}}},
    "node": {"fields": {"name": {"type": "text"},
      "up": {"type": "reference", "to": "node", "on_delete": "cascade"}}},
    "leaf": {"fields": {
      "node": {"type": "reference", "to": "node", "on_delete": "cascade"},
      "nodes": {"type": "reference_list", "to": "node", "on_delete": "clear"},
      "guard": {"type": "reference", "to": "node", "on_delete": "restrict"}}}
  }
})";

Money euros(std::string_view amount) { return {decimal(amount), require(Currency::parse("EUR"))}; }

Status remove(SmallCrm& crm, RecordId id) {
  Transaction t = crm.begin();
  Status status = t.remove(id);
  return status.ok() ? t.commit() : status;
}

// Whether any row of the database holds these bytes.
bool anywhere(SmallCrm& crm, std::string_view needle) {
  auto txn = require(crm.session.impl()->database().store().begin_read());
  for (const store::TableSpec& spec : store::table_specs()) {
    if (spec.kind != store::TableKind::kMap) continue;
    const store::ScanBatch batch =
        require(txn->scan(spec.table, store::KeyRange::all(), {.row_limit = 10'000}));
    BOOST_REQUIRE(batch.done());
    for (const store::KeyValue& row : batch.rows) {
      if (row.value.find(needle) != std::string_view::npos) return true;
      if (row.key.find(needle) != std::string_view::npos) return true;
    }
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_history_values)

BOOST_AUTO_TEST_CASE(values_of_every_kind_are_in_the_changes) {
  SmallCrm crm(":memory:", kModel);
  const RecordId a = crm.create("thing", {{"text", "a"}});
  const RecordId b = crm.create("thing", {{"text", "b"}});
  const Map object{{Value("k"), Value(List{Value(1), Value("two"), Value()})}};
  const Patch first{{"price", euros("12.5")},
                    {"data", object},
                    {"tags", List{"z", "x"}},
                    {"one", a},
                    {"many", List{b, a}},
                    {"span", Duration::microseconds(1500)},
                    {"raw", Bytes{{"\0\xFF", 2}}},
                    {"day", date("2026-02-28")},
                    {"when", at("2026-02-28T12:00:00.000001Z")},
                    {"yes", false},
                    {"rate", 0.5}};
  const RecordId id = crm.create("thing", first);
  KITH_CHECK_OK(crm.update(id, {{"price", euros("13")},
                                {"data", Value()},
                                {"tags", List{"y"}},
                                {"one", b},
                                {"many", List{a}},
                                {"yes", true}}));
  const std::vector<Change> changes = require(crm.read().history(id));
  BOOST_REQUIRE(changes.size() == 2u);
  std::map<std::string, Value> before;
  std::map<std::string, Value> after;
  for (const auto& f : changes[0].fields) {
    before[f.field] = f.before;
    after[f.field] = f.after;
  }
  BOOST_TEST(before.size() == 6u);
  BOOST_TEST((before["price"] == Value(euros("12.5000"))));
  BOOST_TEST((after["price"] == Value(euros("13"))));
  BOOST_TEST((before["data"] == Value(object)));
  BOOST_TEST(after["data"].is_null());
  BOOST_TEST((before["tags"] == Value(List{"x", "z"})), "options in the model's order");
  BOOST_TEST((before["one"] == Value(a)));
  BOOST_TEST((after["one"] == Value(b)));
  BOOST_TEST((before["many"] == Value(List{b, a})));
  BOOST_TEST((before["yes"] == Value(false)));
  BOOST_TEST(changes[1].fields.size() == first.size());
  // The first entry says what the record was made of.
  const Record now = require(crm.read().get(id));
  for (const auto& f : changes[1].fields) {
    if (!before.contains(f.field)) BOOST_TEST((f.after == now.at(f.field)), f.field);
    BOOST_TEST(f.before.is_null());
  }
}

BOOST_AUTO_TEST_CASE(a_purge_erases_long_values_from_the_history_and_its_blobs) {
  SmallCrm crm(":memory:", kModel);
  const std::string secret = "the-secret-" + std::string(20'000, 's');
  const RecordId id = crm.create("thing", {{"text", secret}});
  KITH_CHECK_OK(crm.update(id, {{"text", "the-secret-is-short"}}));
  KITH_CHECK_OK(crm.update(id, {{"text", secret + secret + secret + secret}}));
  KITH_CHECK_OK(crm.update(id, {{"text", "public"}}));
  BOOST_TEST(anywhere(crm, "the-secret-"));
  Transaction t = crm.begin();
  // Within one transaction the record is written once more before it goes.
  KITH_CHECK_OK(t.update(id, {{"text", "the-secret-again"}}));
  KITH_CHECK_OK(t.purge(id));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(!anywhere(crm, "the-secret-"));
  BOOST_TEST(!anywhere(crm, "public"));
  auto txn = require(crm.session.impl()->database().store().begin_read());
  const auto blobs = require(txn->scan(store::Table::kBlobs, store::KeyRange::all(), {}));
  BOOST_TEST(blobs.rows.empty());
}

BOOST_AUTO_TEST_CASE(a_reference_list_loses_only_the_removed_one) {
  SmallCrm crm(":memory:", kModel);
  const RecordId a = crm.create("thing", {{"text", "a"}});
  const RecordId b = crm.create("thing", {{"text", "b"}});
  const RecordId c = crm.create("thing", {{"many", List{a, b}}, {"one", a}});
  KITH_CHECK_OK(remove(crm, a));
  BOOST_TEST((require(crm.read().get(c)).at("many") == Value(List{b})));
  BOOST_TEST(require(crm.read().get(c)).at("one").is_null());
  KITH_CHECK_OK(remove(crm, b));
  BOOST_TEST(require(crm.read().get(c)).at("many").is_null());
  BOOST_TEST(require(crm.read().history(c)).size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_cascade_goes_through_levels_and_round_a_cycle) {
  SmallCrm crm(":memory:", kModel);
  const RecordId a = crm.create("node", {{"name", "a"}});
  const RecordId b = crm.create("node", {{"name", "b"}, {"up", a}});
  const RecordId c = crm.create("node", {{"name", "c"}, {"up", b}});
  KITH_CHECK_OK(crm.update(a, {{"up", c}}));
  const RecordId self = crm.create("node", {{"name", "self"}});
  KITH_CHECK_OK(crm.update(self, {{"up", self}}));
  const RecordId leaf = crm.create("leaf", {{"node", c}, {"nodes", List{c, self}}});
  const RecordId beside = crm.create("leaf", {{"nodes", List{c, self, a}}});
  const RecordId guarded = crm.create("leaf", {{"node", b}, {"guard", c}});
  // What is removed too cannot restrict.
  KITH_CHECK_OK(remove(crm, b));
  for (RecordId gone : {a, b, c, leaf, guarded}) {
    BOOST_TEST(require(crm.read().get(gone)).deleted);
    BOOST_TEST((require(crm.read().history(gone, 1))[0].kind == ChangeKind::kDelete));
  }
  BOOST_TEST(!require(crm.read().get(self)).deleted);
  BOOST_TEST((require(crm.read().get(beside)).at("nodes") == Value(List{self})));
  const RecordId watch = crm.create("leaf", {{"guard", self}});
  const Status refused = remove(crm, self);
  BOOST_TEST((refused.code() == Code::kValidation));
  BOOST_TEST((refused.message().find("1 violation") != std::string_view::npos));
  BOOST_TEST(!require(crm.read().get(self)).deleted);
  KITH_CHECK_OK(remove(crm, watch));
  KITH_CHECK_OK(remove(crm, self));
}

BOOST_AUTO_TEST_CASE(a_cascade_over_its_limit_is_refused_and_nothing_is_lost) {
  SmallCrm crm(":memory:", kModel);
  const RecordId top = crm.create("node", {{"name", "top"}});
  for (int done = 0; done < 10'001;) {
    Transaction t = crm.begin();
    for (int i = 0; i < 5'000 && done < 10'001; ++i, ++done) {
      BOOST_REQUIRE(t.create("node", {{"up", top}}).ok());
    }
    KITH_CHECK_OK(t.commit());
  }
  Transaction t = crm.begin();
  const Status refused = t.remove(top);
  BOOST_TEST((refused.code() == Code::kLimit));
  BOOST_TEST((refused.message().find("max_cascade") != std::string_view::npos));
  KITH_CHECK_OK(t.update(top, {{"name", "still here"}}));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(require(crm.read().referring(top, "node", "up", 20'000)).size() == 10'001u);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
