// Rollups in documents, in the catalog and in its rows.
#include <boost/test/unit_test.hpp>

#include "schema/catalog_codec.hpp"
#include "tests/schema/model_fixture.hpp"

namespace kith::schema {
namespace {

using testing::plan;
using testing::planned;

// Accounts with deals, and these rollups of accounts.
std::string accounts(const std::string& rollups) {
  return R"({
    "account": {
      "fields": {"name": {"type": "text"}, "worth": {"type": "money"}},
      "rollups": {)" +
         rollups + R"(}
    },
    "deal": {"fields": {
      "amount": {"type": "money"},
      "account": {"type": "reference", "to": "account", "inverse": "deals"},
      "payer": {"type": "reference", "to": "account"}
    }}
  })";
}

std::string changes(const std::string& before, const std::string& after) {
  const Catalog current = planned(before);
  std::string text;
  for (const Change& change : diff(current, planned(after, current))) text += change.what + "\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_rollups)

BOOST_AUTO_TEST_CASE(a_rollup_is_declared_by_its_relation_and_one_kind) {
  const Catalog catalog =
      planned(accounts(R"("total": {"of": "deals", "sum": "amount", "where": "amount > 1.0",
                            "label": "Everything"},
                  "how_many": {"of": "deals", "count": true},
                  "least": {"of": "deals", "min": "amount"},
                  "most": {"of": "deals", "max": "amount"},
                  "mean": {"of": "deals", "avg": "amount"})"));
  const EntityType& account = *catalog.find("account");
  BOOST_REQUIRE_EQUAL(account.rollups.size(), 5u);
  const Rollup total{"total", "Everything", "deals", RollupKind::kSum, "amount", "amount > 1.0"};
  BOOST_TEST((*account.find_rollup("total") == total));
  const Rollup how_many{"how_many", "How many", "deals", RollupKind::kCount, "", ""};
  BOOST_TEST((*account.find_rollup("how_many") == how_many));
  BOOST_TEST((account.find_rollup("least")->kind == RollupKind::kMin));
  BOOST_TEST((account.find_rollup("most")->kind == RollupKind::kMax));
  BOOST_TEST((account.find_rollup("mean")->kind == RollupKind::kAvg));
  BOOST_TEST(account.find_rollup("none") == nullptr);
}

BOOST_AUTO_TEST_CASE(what_is_wrong_is_told_with_its_place_and_a_remedy) {
  struct Wrong {
    const char* rollup;
    const char* code;
    const char* message;
  };
  for (const Wrong& wrong : {
           Wrong{R"("x": {"count": true})", "missing_member", "\"of\""},
           Wrong{R"("x": {"of": "deals"})", "missing_member", "\"count\": true, or one of"},
           Wrong{R"("x": {"of": "deals", "sum": "amount", "count": true})", "rollup",
                 "\"count\" and \"sum\" together are two"},
           Wrong{R"("x": {"of": "deals", "count": false})", "rollup", "can only be true"},
           Wrong{R"("x": {"of": "deals", "count": "yes"})", "type", "must be true or false"},
           Wrong{R"("x": {"of": "deals", "sum": ""})", "expression", "is empty"},
           Wrong{R"("x": {"of": "deals", "sum": 3})", "type", "must be a text"},
           Wrong{R"("x": {"of": "deals", "total": "amount"})", "unknown_member", "total"},
           Wrong{R"("x": {"of": "deels", "count": true})", "unknown_relation",
                 "did you mean \"deals\"?"},
           Wrong{R"("x": {"of": "payer", "count": true})", "unknown_relation",
                 "the \"inverse\" of a reference to account"},
           Wrong{R"("name": {"of": "deals", "count": true})", "duplicate_name",
                 "already a field of account"},
           Wrong{R"("worth_ccy": {"of": "deals", "count": true})", "duplicate_name",
                 "already a field of account"},
           Wrong{R"("deals": {"of": "deals", "count": true})", "duplicate_name",
                 "already a relation of account"},
           Wrong{R"("account": {"of": "deals", "count": true})", "name", "the name of the type"},
           Wrong{R"("Total": {"of": "deals", "count": true})", "name", "is not a name"},
           Wrong{R"("count": {"of": "deals", "count": true})", "name", "a meaning of its own"},
           Wrong{R"("id": {"of": "deals", "count": true})", "name", "is a system field"},
           Wrong{R"("x": 3)", "type", "object"},
       }) {
    BOOST_TEST_CONTEXT(wrong.rollup) {
      const auto result = plan(accounts(wrong.rollup));
      BOOST_TEST(result.codes().find(wrong.code) != std::string::npos, result.codes());
      BOOST_TEST(result.messages().find(wrong.message) != std::string::npos, result.messages());
      BOOST_REQUIRE(!result.diagnostics.errors().empty());
      BOOST_TEST(result.diagnostics.errors().front().line == 4u);
    }
  }
}

BOOST_AUTO_TEST_CASE(their_number_is_limited) {
  ModelLimits limits;
  limits.max_rollups_per_type = 1;
  const auto result =
      plan(accounts(R"("a": {"of": "deals", "count": true}, "b": {"of": "deals", "count": true})"),
           {}, limits);
  BOOST_TEST(result.codes() == "limit");
  BOOST_TEST(result.messages().find("max_rollups_per_type") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_an_applied_model_changes_is_said) {
  const std::string none = accounts("");
  const std::string one = accounts(R"("total": {"of": "deals", "sum": "amount"})");
  BOOST_TEST(changes(none, one) == "rollup total (sum of deals) added\n");
  BOOST_TEST(changes(one, none) == "rollup total removed\n");
  BOOST_TEST(changes(one, accounts(R"("total": {"of": "deals", "max": "amount"})")) ==
             "rollup total changed\n");
  BOOST_TEST(changes(one, one) == "");
}

BOOST_AUTO_TEST_CASE(a_row_of_the_catalog_holds_them) {
  const Catalog catalog =
      planned(accounts(R"("total": {"of": "deals", "sum": "amount", "where": "amount > 1.0"},
                          "how_many": {"of": "deals", "count": true})"));
  const EntityType& account = *catalog.find("account");
  const std::string row = encode_type(account);
  const auto read = decode_type(row);
  BOOST_REQUIRE_MESSAGE(read.ok(), read.status().to_string());
  BOOST_TEST((*read == account));
  // A type without any is as it was before there were rollups.
  EntityType without = account;
  without.rollups.clear();
  const std::string shorter = encode_type(without);
  BOOST_TEST(row.substr(0, shorter.size()) == shorter);
  BOOST_TEST((decode_type(shorter)->rollups.empty()));
}

BOOST_AUTO_TEST_CASE(damaged_rows_are_refused) {
  const Catalog catalog = planned(accounts(R"("total": {"of": "deals", "sum": "amount"})"));
  EntityType account = *catalog.find("account");
  const std::string row = encode_type(account);
  account.rollups.clear();
  const std::string without = encode_type(account);
  BOOST_TEST(!decode_type(without + std::string(1, '\0')).ok());
  for (std::size_t size = without.size() + 1; size < row.size(); ++size) {
    BOOST_TEST(!decode_type(std::string_view(row).substr(0, size)).ok(), size);
  }
  const auto refused = [&](Rollup rollup) {
    account.rollups = {std::move(rollup)};
    return !decode_type(encode_type(account)).ok();
  };
  BOOST_TEST(refused({"", "", "deals", RollupKind::kCount, "", ""}));
  BOOST_TEST(refused({"x", "", "", RollupKind::kCount, "", ""}));
  BOOST_TEST(refused({"x", "", "deals", RollupKind::kCount, "amount", ""}));
  BOOST_TEST(refused({"x", "", "deals", RollupKind::kSum, "", ""}));
  BOOST_TEST(refused({"x", "", "deals", static_cast<RollupKind>(9), "amount", ""}));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::schema
