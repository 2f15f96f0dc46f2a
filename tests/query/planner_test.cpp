#include "query/planner.hpp"

#include "query/index_key.hpp"
#include "tests/query/fixture.hpp"

namespace {

using namespace kith;
using namespace kith::query;
using namespace kith::query_test;
using expr::TermKind;

Term term(const schema::EntityType& type, TermKind kind, std::uint32_t id,
          std::vector<Value> values = {}) {
  Term t;
  t.kind = kind;
  t.id = id;
  t.field = field_of(type, id);
  t.values = std::move(values);
  return t;
}

struct Planned {
  schema::EntityType type = deal_type();
  std::vector<Term> terms;
  std::optional<std::vector<OrderField>> order;
  bool include_deleted = false;

  Plan plan() const {
    PlanRequest request;
    request.type = &type;
    request.terms = &terms;
    request.order = order;
    request.include_deleted = include_deleted;
    return make_plan(request);
  }
  std::string best() const {
    const Plan p = plan();
    return p.narrowing.empty() ? "scan" : p.narrowing.front().text;
  }
  std::string ordered() const {
    const Plan p = plan();
    return p.ordered ? p.ordered->text : "none";
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(query_planner)

BOOST_AUTO_TEST_CASE(equality_then_range_uses_the_composite_index) {
  Planned p;
  p.terms = {term(p.type, TermKind::kEqual, kStage, {"Won"}),
             term(p.type, TermKind::kGreaterEqual, kClose, {day("2017-01-01")}),
             term(p.type, TermKind::kLess, kClose, {day("2017-04-01")})};
  BOOST_TEST(p.best() == "index deal.by_stage_close [= range]");
  const Access access = p.plan().narrowing.front();
  BOOST_REQUIRE(access.spans.size() == 1U);
  std::string inside = index_prefix(1);
  append_u32(3, &inside);
  append_date(Date::parse("2017-03-31")->days_since_epoch(), &inside);
  finish_ordered(RecordId(kDeal, 5), &inside);
  std::string outside = index_prefix(1);
  append_u32(3, &outside);
  append_date(Date::parse("2017-04-01")->days_since_epoch(), &outside);
  finish_ordered(RecordId(kDeal, 5), &outside);
  BOOST_TEST((access.spans[0].low <= inside && inside < access.spans[0].high));
  BOOST_TEST(outside >= access.spans[0].high);
}

BOOST_AUTO_TEST_CASE(in_lists_are_unions) {
  Planned p;
  p.terms = {term(p.type, TermKind::kIn, kStage, {"Won", "Lost", "Won", "Unknown"}),
             term(p.type, TermKind::kEqual, kClose, {day("2017-01-01")})};
  BOOST_TEST(p.best() == "index deal.by_stage_close [in =]");
  BOOST_TEST(p.plan().narrowing.front().spans.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_unique_key_is_best_and_folds) {
  Planned p;
  p.terms = {term(p.type, TermKind::kEqual, kEmail, {"Ada@X.org"}),
             term(p.type, TermKind::kEqual, kStage, {"Won"})};
  BOOST_TEST(p.best() == "unique deal.by_email [=]");
  const std::string key = p.plan().narrowing.front().keys.front();
  p.terms.front().values = {"ada@x.org"};
  BOOST_TEST(p.plan().narrowing.front().keys.front() == key);
  // It has no deleted records and no nulls.
  p.include_deleted = true;
  BOOST_TEST(p.best() != "unique deal.by_email [=]");
  p.include_deleted = false;
  p.terms = {term(p.type, TermKind::kIsNull, kEmail)};
  BOOST_TEST(p.best() == "scan");
}

BOOST_AUTO_TEST_CASE(null_and_not_equal) {
  Planned p;
  p.terms = {term(p.type, TermKind::kNotEqual, kStage, {"Won"})};
  BOOST_TEST(p.best() == "scan");  // true for null as well: nothing is narrowed
  p.terms = {term(p.type, TermKind::kIsNull, kClose)};
  BOOST_TEST(p.best() == "index deal.by_close [=]");
  p.terms = {term(p.type, TermKind::kLess, kClose, {day("2017-01-01")})};
  std::string null_key = index_prefix(2);
  append_null(&null_key);
  BOOST_TEST(p.plan().narrowing.front().spans.front().low > null_key);
  p.terms = {term(p.type, TermKind::kIsPresent, kClose)};
  BOOST_TEST(p.plan().narrowing.front().spans.front().low > null_key);
}

BOOST_AUTO_TEST_CASE(constants_that_no_record_can_hold_leave_nothing) {
  Planned p;
  p.terms = {term(p.type, TermKind::kEqual, kAmount, {dec("1.005")})};
  BOOST_TEST(p.plan().narrowing.front().spans.empty());
  p.terms = {term(p.type, TermKind::kGreater, kClose, {day("2018-01-01")}),
             term(p.type, TermKind::kLess, kClose, {day("2017-01-01")})};
  BOOST_TEST(p.plan().narrowing.front().spans.empty());
}

BOOST_AUTO_TEST_CASE(starts_with_is_a_range) {
  Planned p;
  p.terms = {term(p.type, TermKind::kStartsWith, kName, {"Ac"})};
  BOOST_TEST(p.best() == "index deal.by_name [range]");
}

BOOST_AUTO_TEST_CASE(choices_do_not_range) {
  Planned p;
  p.terms = {term(p.type, TermKind::kGreater, kStage, {"Engaging"})};
  BOOST_TEST(p.best() == "scan");  // the order of names is not that of option ids
}

BOOST_AUTO_TEST_CASE(ids_are_got) {
  Planned p;
  const std::uint32_t id = schema::system_field_id(schema::SystemField::kId);
  p.terms = {term(p.type, TermKind::kIn, id, {ref(kDeal, 9), ref(kDeal, 2), ref(kAccount, 4)})};
  BOOST_TEST(p.best() == "get deal by id");
  BOOST_TEST(p.plan().narrowing.front().ids.size() == 2U);
}

BOOST_AUTO_TEST_CASE(an_index_can_deliver_the_order) {
  Planned p;
  const std::uint32_t owner = schema::system_field_id(schema::SystemField::kOwner);
  p.order = std::vector<OrderField>{{kClose, true}};
  BOOST_TEST(p.ordered() == "index deal.by_close [descending]");
  p.terms = {term(p.type, TermKind::kEqual, owner, {ref(9, 1)})};
  BOOST_TEST(p.ordered() == "index deal.by_owner_close [= descending]");
  p.order = std::vector<OrderField>{{kClose, false}, {kAmount, false}};
  BOOST_TEST(p.ordered() == "none");
  p.order = std::vector<OrderField>{{kStage, false}, {kClose, false}};
  BOOST_TEST(p.ordered() == "none");  // option ids are not names
  p.order = std::vector<OrderField>{{kScore, false}, {kCount, true}};
  BOOST_TEST(p.ordered() == "none");  // two directions
}

BOOST_AUTO_TEST_CASE(indexes_under_construction_and_removed_ones_are_not_used) {
  Planned p;
  p.terms = {term(p.type, TermKind::kEqual, kName, {"Acme"})};
  p.order = std::vector<OrderField>{{kName, false}};
  BOOST_TEST(p.best() == "index deal.by_name [=]");
  p.type.indexes[3].state = schema::IndexState::kBuilding;
  BOOST_TEST(p.best() == "scan");
  BOOST_TEST(p.ordered() == "none");
  p.type.indexes[3].state = schema::IndexState::kReady;
  p.type.indexes[3].removed = true;
  BOOST_TEST(p.best() == "scan");
}

BOOST_AUTO_TEST_SUITE_END()
