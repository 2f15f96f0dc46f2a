#include <set>

#include "tests/api/fixture.hpp"

namespace kith::test {

namespace {

std::set<std::string> codes(const Status& status) {
  std::set<std::string> found;
  for (const Violation& v : status.violations()) found.insert(v.field + ":" + v.code);
  return found;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(api_write_path)

BOOST_AUTO_TEST_CASE(a_record_comes_back_as_it_was_written) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}, {"industry", "retail"}});
  const RecordId deal = crm.create("deal", {{"name", "Pilot"},
                                            {"account", acme},
                                            {"stage", "Offer"},
                                            {"amount", decimal("1200.5")},
                                            {"close_date", date("2026-05-01")}});
  Snapshot s = crm.read();
  BOOST_TEST(s.format_id(deal) == "deal:1");
  const Record r = require(s.get(deal));
  BOOST_TEST(r.entity == "deal");
  BOOST_TEST((r.at("account") == Value(acme)));
  BOOST_TEST((r.at("stage") == Value("Offer")));
  BOOST_TEST((r.at("amount") == Value(decimal("1200.50"))));
  BOOST_TEST((r.at("probability") == Value(50)), "the default is taken on create");
  BOOST_TEST((r.at("segment") == Value("large")), "the before-rule derives the segment");
  BOOST_TEST(r.at("note").is_null());
  BOOST_TEST((r.created == crm.now));
  BOOST_TEST(r.version > 0u);
}

BOOST_AUTO_TEST_CASE(all_violations_are_reported_together_and_nothing_is_written) {
  SmallCrm crm;
  Transaction t = crm.begin();
  const Status refused = t.create("deal", {{"stage", "Wn"},
                                           {"amount", decimal("-1.005")},
                                           {"account", RecordId(2, 99)},
                                           {"nmae", "Pilot"},
                                           {"id", 7}})
                             .status();
  BOOST_TEST((refused.code() == Code::kValidation));
  const std::set<std::string> found = codes(refused);
  BOOST_TEST(found.contains("stage:choice"));
  BOOST_TEST(found.contains("amount:precision"));
  BOOST_TEST(found.contains("nmae:unknown_field"));
  BOOST_TEST(found.contains("id:read_only"));
  BOOST_TEST(found.contains("name:required"));
  BOOST_TEST(found.contains("account:reference"));
  // The transaction goes on as if the call had not been.
  BOOST_TEST(require(t.create("deal", {{"name", "Fine"}})).sequence() == 1u);
  KITH_CHECK_OK(t.commit());
}

BOOST_AUTO_TEST_CASE(rules_references_and_requirements_are_checked_on_the_final_image) {
  SmallCrm crm;
  Transaction t = crm.begin();
  const Status refused =
      t.create("deal", {{"amount", decimal("-1")}, {"account", RecordId(2, 99)}}).status();
  const std::set<std::string> found = codes(refused);
  BOOST_TEST(found.contains("name:required"));
  BOOST_TEST(found.contains("account:reference"));
  BOOST_TEST(found.contains("amount:rule"));
  BOOST_TEST(found.size() == 3u);
}

BOOST_AUTO_TEST_CASE(a_stale_version_is_a_conflict) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  const std::uint64_t version = require(crm.read().get(acme)).version;
  KITH_CHECK_OK(crm.update(acme, {{"industry", "retail"}}, version));
  const Status stale = crm.update(acme, {{"industry", "finance"}}, version);
  BOOST_TEST((stale.code() == Code::kConflict));
}

BOOST_AUTO_TEST_CASE(unique_is_by_normal_form_and_within_the_transaction) {
  SmallCrm crm;
  Transaction t = crm.begin();
  BOOST_TEST(t.create("contact", {{"email", "Ann@Example.com"}}).ok());
  const Status twice = t.create("contact", {{"email", "ann@example.COM"}}).status();
  BOOST_TEST(codes(twice).contains("email:unique"));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((require(crm.read().find("contact", "email", "ANN@example.com")) == RecordId(3, 1)));
  BOOST_TEST(
      (crm.read().find("contact", "email", "bob@example.com").status().code() == Code::kNotFound));
}

BOOST_AUTO_TEST_CASE(a_write_that_changes_nothing_leaves_no_trace) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  const std::uint64_t before = require(crm.db.info()).last_sequence;
  KITH_CHECK_OK(crm.update(acme, {{"name", "Acme"}}));
  // There and back again within one transaction.
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.update(acme, {{"name", "Other"}}));
  KITH_CHECK_OK(t.update(acme, {{"name", "Acme"}}));
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(t.committed_sequence() == 0u);
  BOOST_TEST(require(crm.db.info()).last_sequence == before);
  BOOST_TEST(require(crm.read().get(acme)).version == before);
}

BOOST_AUTO_TEST_CASE(one_entry_per_record_and_transaction) {
  SmallCrm crm;
  Transaction t = crm.begin();
  const RecordId a = require(t.create("account", {{"name", "A"}}));
  const RecordId b = require(t.create("account", {{"name", "B"}}));
  KITH_CHECK_OK(t.update(a, {{"industry", "retail"}}));
  KITH_CHECK_OK(t.commit());
  Snapshot s = crm.read();
  const std::vector<Change> changes = require(s.history(a));
  BOOST_REQUIRE(changes.size() == 1u);
  BOOST_TEST((changes[0].kind == ChangeKind::kCreate));
  BOOST_TEST(changes[0].fields.size() == 2u);
  BOOST_TEST(require(s.get(b)).version == require(s.get(a)).version + 1);
}

BOOST_AUTO_TEST_CASE(sequences_have_no_gap_when_a_record_comes_to_nothing) {
  SmallCrm crm;
  const RecordId a = crm.create("account", {{"name", "A"}});
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.update(a, {{"name", "B"}}));
  const RecordId c = require(t.create("account", {{"name", "C"}}));
  KITH_CHECK_OK(t.update(a, {{"name", "A"}}));
  KITH_CHECK_OK(t.commit());
  const std::uint64_t last = require(crm.db.info()).last_sequence;
  BOOST_TEST(require(crm.read().get(c)).version == last);
  BOOST_TEST(require(crm.read().history(c)).size() == 1u);
}

BOOST_AUTO_TEST_CASE(history_tells_who_when_and_what) {
  SmallCrm crm;
  const RecordId ada = crm.create("user", {{"name", "Ada"}});
  Session as_ada = require(crm.db.session({.actor = ada, .capabilities = {.backdate = true}}));
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  TransactionOptions options{.now = at("2026-03-02T00:00:00Z"),
                             .effective_at = at("2026-01-01T00:00:00Z"),
                             .cause = "ticket 7"};
  Transaction t = require(as_ada.begin(options));
  KITH_CHECK_OK(t.update(acme, {{"industry", "finance"}, {"owner", ada}}));
  KITH_CHECK_OK(t.commit());
  const std::vector<Change> changes = require(crm.read().history(acme));
  BOOST_REQUIRE(changes.size() == 2u);
  BOOST_TEST((changes[0].actor == ada));
  BOOST_TEST(changes[0].cause == "ticket 7");
  BOOST_TEST((changes[0].effective_at == at("2026-01-01T00:00:00Z")));
  BOOST_TEST((changes[0].at == at("2026-03-02T00:00:00Z")));
  BOOST_REQUIRE(changes[0].fields.size() == 2u);
  BOOST_TEST(changes[0].fields[0].field == "industry");
  BOOST_TEST(changes[0].fields[0].before.is_null());
  BOOST_TEST((changes[0].fields[0].after == Value("finance")));
  BOOST_TEST((require(crm.read().get(acme)).owner == ada));
}

BOOST_AUTO_TEST_CASE(backdating_needs_the_capability_and_time_does_not_run_back) {
  SmallCrm crm;
  Session plain = require(crm.db.session({}));
  TransactionOptions backdated{.now = crm.now, .effective_at = at("2020-01-01T00:00:00Z")};
  BOOST_TEST((plain.begin(backdated).status().code() == Code::kPermission));
  const RecordId a = crm.create("account", {{"name", "A"}});
  crm.now = at("2025-01-01T00:00:00Z");
  const RecordId b = crm.create("account", {{"name", "B"}});
  Snapshot s = crm.read();
  BOOST_TEST((require(s.get(b)).created == require(s.get(a)).created));
}

BOOST_AUTO_TEST_CASE(a_transaction_needs_the_time_of_the_host) {
  SmallCrm crm;
  BOOST_TEST((crm.session.begin({}).status().code() == Code::kInvalidArgument));
}

BOOST_AUTO_TEST_CASE(texts_with_a_meaning_are_kept_in_normal_form_or_refused) {
  SmallCrm crm;
  const RecordId ann = crm.create("contact", {{"email", "  Ann@EXAMPLE.com "}});
  BOOST_TEST((require(crm.read().get(ann)).at("email") == Value("ann@example.com")));
  Transaction t = crm.begin();
  const Status refused = t.create("contact", {{"email", "no address"}}).status();
  BOOST_TEST(codes(refused).contains("email:format"));
}

BOOST_AUTO_TEST_CASE(references_may_be_written_as_text) {
  SmallCrm crm;
  const RecordId acme = crm.create("account", {{"name", "Acme"}});
  const RecordId deal = crm.create("deal", {{"name", "Pilot"}, {"account", "account:1"}});
  BOOST_TEST((require(crm.read().get(deal)).at("account") == Value(acme)));
  Transaction t = crm.begin();
  const Status refused = t.create("deal", {{"name", "x"}, {"account", "acount:1"}}).status();
  BOOST_TEST(codes(refused).contains("account:reference"));
}

BOOST_AUTO_TEST_CASE(the_length_of_an_expression_has_a_limit) {
  SmallCrm crm;
  Query query{.entity = "deal", .where = "true"};
  while (query.where.size() < 17'000) query.where += " || true";
  BOOST_TEST((crm.read().query(query).status().code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(an_aborted_transaction_leaves_nothing) {
  SmallCrm crm;
  {
    Transaction t = crm.begin();
    BOOST_TEST(t.create("account", {{"name", "A"}}).ok());
  }
  BOOST_TEST((crm.read().find("account", "name", "A").status().code() == Code::kNotFound));
  BOOST_TEST(crm.create("account", {{"name", "A"}}).sequence() == 1u);
}

BOOST_AUTO_TEST_CASE(a_transaction_cannot_be_used_after_its_end) {
  SmallCrm crm;
  Transaction t = crm.begin();
  KITH_CHECK_OK(t.commit());
  BOOST_TEST((t.create("account", {{"name", "A"}}).status().code() == Code::kClosed));
  BOOST_TEST((t.commit().code() == Code::kClosed));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::test
