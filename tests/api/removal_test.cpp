#include "tests/api/fixture.hpp"

namespace kith::test {

BOOST_AUTO_TEST_SUITE(api_removal)

namespace {

Status remove(SmallCrm& crm, RecordId id) {
  Transaction t = crm.begin();
  Status status = t.remove(id);
  return status.ok() ? t.commit() : status;
}

Status restore(SmallCrm& crm, RecordId id) {
  Transaction t = crm.begin();
  Status status = t.restore(id);
  return status.ok() ? t.commit() : status;
}

}  // namespace

BOOST_AUTO_TEST_CASE(a_deleted_record_is_hidden_holds_no_unique_value_and_can_come_back) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  KITH_CHECK_OK(remove(crm, acme));
  BOOST_TEST(require(crm.read().get(acme)).deleted);
  BOOST_TEST((crm.read().find("account", "name", "Acme").status().code() == Code::kNotFound));
  BOOST_TEST(require(crm.read().query({.entity = "account"})).rows.empty());
  const Status changed = crm.update(acme, {{"industry", "retail"}});
  BOOST_TEST((changed.code() == Code::kInvalidArgument));

  const RecordId second = crm.create("account", {{"name", "Acme"}});
  const Status conflict = restore(crm, acme);
  BOOST_TEST((conflict.code() == Code::kValidation));
  BOOST_REQUIRE(!conflict.violations().empty());
  BOOST_TEST(conflict.violations()[0].code == "unique");

  KITH_CHECK_OK(crm.update(second, {{"name", "Acme two"}}));
  KITH_CHECK_OK(restore(crm, acme));
  BOOST_TEST((require(crm.read().find("account", "name", "Acme")) == acme));
  const std::vector<Change> changes = require(crm.read().history(acme));
  BOOST_REQUIRE(changes.size() == 3u);
  BOOST_TEST((changes[0].kind == ChangeKind::kRestore));
  BOOST_TEST((changes[1].kind == ChangeKind::kDelete));
}

BOOST_AUTO_TEST_CASE(on_delete_restricts_clears_and_cascades) {
  SmallCrm crm;
  const RecordId parent = crm.create("account", {{"name", "Parent"}});
  const RecordId child = crm.create("account", {{"name", "Child"}, {"parent", parent}});
  const RecordId contact = crm.create("contact", {{"account", parent}});
  const RecordId deal = crm.create("deal", {{"name", "D"}, {"account", parent}});

  const Status restricted = remove(crm, parent);
  BOOST_TEST((restricted.code() == Code::kValidation));
  BOOST_REQUIRE(restricted.violations().size() == 1u);
  BOOST_TEST(restricted.violations()[0].code == "restricted");
  BOOST_TEST(!require(crm.read().get(contact)).deleted);
  BOOST_TEST((require(crm.read().get(child)).at("parent") == Value(parent)));

  KITH_CHECK_OK(remove(crm, deal));
  KITH_CHECK_OK(remove(crm, parent));
  BOOST_TEST(require(crm.read().get(contact)).deleted);
  BOOST_TEST(require(crm.read().get(child)).at("parent").is_null());
  BOOST_TEST((require(crm.read().get(deal)).at("account") == Value(parent)),
             "a deleted record keeps its references");
  const Status dangling = restore(crm, deal);
  BOOST_REQUIRE(!dangling.violations().empty());
  BOOST_TEST(dangling.violations()[0].code == "reference");
}

BOOST_AUTO_TEST_CASE(purge_erases_values_everywhere_and_keeps_the_fact) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Secret Ltd"}});
  const RecordId deal = crm.create("deal", {{"name", "D"}, {"account", acme}});
  KITH_CHECK_OK(remove(crm, deal));

  Session plain = require(crm.db.session({}));
  Transaction refused = require(plain.begin({.now = crm.now}));
  BOOST_TEST((refused.purge(acme).code() == Code::kPermission));
  refused.abort();

  Transaction t = crm.begin();
  KITH_CHECK_OK(t.purge(acme));
  KITH_CHECK_OK(t.commit());
  Snapshot s = crm.read();
  BOOST_TEST((s.get(acme).status().code() == Code::kNotFound));
  BOOST_TEST(require(s.get(deal)).at("account").is_null());
  BOOST_TEST((s.find("account", "name", "Secret Ltd").status().code() == Code::kNotFound));
  // The id is never given again.
  BOOST_TEST((crm.create("account", {{"name", "Next"}}) == RecordId(acme.type(), 2)));
}

BOOST_AUTO_TEST_CASE(referring_lists_live_records_of_a_relation) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  const RecordId d1 = crm.create("deal", {{"name", "1"}, {"account", acme}});
  const RecordId d2 = crm.create("deal", {{"name", "2"}, {"account", acme}});
  crm.create("deal", {{"name", "3"}});
  KITH_CHECK_OK(remove(crm, d1));
  const std::vector<RecordId> deals = require(crm.read().referring(acme, "deal", "account"));
  BOOST_REQUIRE(deals.size() == 1u);
  BOOST_TEST((deals[0] == d2));
  BOOST_TEST(
      (crm.read().referring(acme, "deal", "name").status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
