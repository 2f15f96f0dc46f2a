#include "engine/savepoint.hpp"

#include <boost/test/unit_test.hpp>
#include <memory>

#include "engine/writer.hpp"
#include "tests/api/fixture.hpp"

namespace kith::engine {
namespace {

using test::decimal;
using test::require;
using test::SmallCrm;

struct Fixture : SmallCrm {
  RecordId acme = create("account", {{"name", "Acme"}, {"industry", "retail"}});
  RecordId ann = create("contact", {{"email", "ann@acme.org"}, {"account", acme}});
  Status no = Status(Code::kRefused, "no");

  static Writer& writer_of(const Transaction& t) { return static_cast<Writer&>(*t.impl()); }
  std::size_t history_size(RecordId id) { return require(read().history(id)).size(); }
  std::uint64_t last_sequence() { return require(db.info()).last_sequence; }
};

BOOST_FIXTURE_TEST_SUITE(engine_savepoint, Fixture)

BOOST_AUTO_TEST_CASE(nothing_of_what_was_rolled_back_remains) {
  const std::uint64_t last = last_sequence();
  Transaction t = begin();
  RecordId beta;
  {
    Savepoint savepoint(writer_of(t));
    beta = require(t.create("account", {{"name", "Beta"}}));
    KITH_CHECK_OK(t.update(ann, {{"email", "ann@beta.org"}, {"account", beta}}));
    KITH_CHECK_OK(t.update(ann, {{"email", "ann@gamma.org"}}));
    KITH_CHECK_OK(t.remove(acme));
    BOOST_TEST(savepoint.roll_back(no).message() == "no");
  }
  BOOST_TEST((t.get(beta).status().code() == Code::kNotFound));
  BOOST_TEST((t.find("account", "name", "Beta").status().code() == Code::kNotFound));
  BOOST_TEST((require(t.find("account", "name", "Acme")) == acme));
  BOOST_TEST((require(t.find("contact", "email", "ann@acme.org")) == ann));
  BOOST_TEST((t.find("contact", "email", "ann@gamma.org").status().code() == Code::kNotFound));
  BOOST_TEST(require(t.referring(acme, "contact", "account")).size() == 1U);
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(last_sequence() == last);
  BOOST_TEST(history_size(ann) == 1U);
  BOOST_TEST((create("account", {{"name", "Beta"}}) == beta));
}

BOOST_AUTO_TEST_CASE(what_was_written_before_it_stays) {
  Transaction t = begin();
  const RecordId before = require(t.create("account", {{"name", "Before"}}));
  KITH_CHECK_OK(t.update(ann, {{"email", "ann@before.org"}}));
  {
    Savepoint savepoint(writer_of(t));
    KITH_CHECK_OK(t.update(ann, {{"email", "ann@within.org"}}));
    KITH_CHECK_OK(t.update(before, {{"industry", "finance"}}));
    require(t.create("account", {{"name", "Within"}}));
    BOOST_TEST(!savepoint.roll_back(no).ok());
  }
  const RecordId after = require(t.create("account", {{"name", "After"}}));
  KITH_CHECK_OK(t.commit());
  Snapshot s = read();
  BOOST_TEST((require(s.find("contact", "email", "ann@before.org")) == ann));
  BOOST_TEST(require(s.get(before)).at("industry").is_null());
  BOOST_TEST(require(s.get(after)).version == last_sequence());
  BOOST_TEST(after.sequence() == before.sequence() + 1);
  BOOST_TEST(history_size(ann) == 2U);
  BOOST_TEST(history_size(before) == 1U);
}

BOOST_AUTO_TEST_CASE(an_inner_one_that_stays_goes_with_the_outer_one) {
  Transaction t = begin();
  RecordId inner_account;
  {
    Savepoint outer(writer_of(t));
    {
      Savepoint inner(writer_of(t));
      inner_account = require(t.create("account", {{"name", "Inner"}}));
    }
    BOOST_TEST((require(t.get(inner_account)).at("name") == Value("Inner")));
    BOOST_TEST(!outer.roll_back(no).ok());
  }
  BOOST_TEST((t.get(inner_account).status().code() == Code::kNotFound));
  KITH_CHECK_OK(t.commit());
}

BOOST_AUTO_TEST_CASE(without_roll_back_everything_stays) {
  Transaction t = begin();
  {
    Savepoint savepoint(writer_of(t));
    require(t.create("account", {{"name", "Kept"}}));
  }
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(read().find("account", "name", "Kept").ok());
}

BOOST_AUTO_TEST_CASE(a_move_that_was_rolled_back_is_not_in_the_history) {
  const RecordId deal = create("deal", {{"name", "Pilot"}, {"stage", "New"}});
  Transaction t = begin();
  {
    Savepoint savepoint(writer_of(t));
    KITH_CHECK_OK(t.move(deal, "Offer").status());
    KITH_CHECK_OK(t.move(deal, "New").status());
    BOOST_TEST(!savepoint.roll_back(no).ok());
  }
  KITH_CHECK_OK(t.commit());
  BOOST_TEST(history_size(deal) == 1U);
  KITH_CHECK_OK(update(deal, {{"note", "x"}}));
  BOOST_TEST(require(read().stage_history(deal)).size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace kith::engine
