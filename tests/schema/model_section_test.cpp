#include "schema/model_section.hpp"

#include "tests/schema/model_fixture.hpp"

using namespace kith;
using namespace kith::schema;
using namespace kith::schema::testing;

BOOST_AUTO_TEST_SUITE(schema_model_section)

BOOST_AUTO_TEST_CASE(a_model_from_nothing) {
  const Catalog catalog = planned(R"({
    "account": {"label": "Account", "title": "name", "fields": {
      "name": {"type": "text", "required": true, "unique": true, "max_length": 200, "help": "h"}}},
    "deal": {"plural": "All deals", "fields": {
      "amount": {"type": "decimal", "scale": 2, "default": 1.5},
      "price": {"type": "money", "default": {"amount": "9.99", "currency": "EUR"}},
      "tier": {"type": "choice", "options": ["gold", {"name": "silver", "label": "Silver"}],
               "default": "gold"},
      "email": {"type": "text", "semantic": "email"},
      "account": {"type": "reference", "to": "account", "inverse": "deals", "on_delete": "cascade"},
      "close_date": {"type": "date", "default": "2017-03-01"}},
      "indexes": {"by_close": ["owner", "close_date"], "by_tier": ["tier"], "by_owner": ["owner"]},
      "rules": {"positive": {"check": "amount >= 0.0", "message": "m", "field": "amount"}}}})");
  BOOST_REQUIRE(catalog.types.size() == 2u);
  const EntityType& account = catalog.types[0];
  BOOST_TEST(account.id == 1u);
  BOOST_TEST(account.title_field == "name");
  BOOST_TEST(account.plural == "Accounts");
  BOOST_TEST(account.fields[0].required);
  BOOST_TEST(account.fields[0].max_length == 200u);
  BOOST_REQUIRE(account.indexes.size() == 1u);
  BOOST_TEST((account.indexes[0].kind == IndexKind::kUnique));
  BOOST_TEST((account.indexes[0].state == IndexState::kReady));

  const EntityType& deal = *catalog.find("deal");
  BOOST_TEST(deal.label == "Deal");
  BOOST_TEST(deal.plural == "All deals");
  BOOST_TEST((*deal.find_field("amount")->default_value == Value(Decimal(150, 2))));
  BOOST_TEST(deal.find_field("price")->default_value->money()->currency.view() == "EUR");
  BOOST_TEST(deal.find_field("price")->scale == 4);
  BOOST_TEST(deal.find_field("tier")->find_option("silver")->id == 2u);
  BOOST_TEST(deal.find_field("tier")->find_option("silver")->label == "Silver");
  BOOST_TEST((deal.find_field("email")->semantic == Semantic::kEmail));
  const Field& reference = *deal.find_field("account");
  BOOST_TEST(reference.target == 1u);
  BOOST_TEST(reference.inverse == "deals");
  BOOST_TEST((reference.on_delete == OnDelete::kCascade));
  BOOST_TEST(deal.find_field("close_date")->label == "Close date");
  BOOST_REQUIRE(deal.indexes.size() == 4u);
  const Index& by_close = *deal.find_index("by_close");
  BOOST_TEST((by_close.kind == IndexKind::kOrdered));
  BOOST_TEST(by_close.fields[0] == system_field_id(SystemField::kOwner));
  BOOST_TEST(by_close.fields[1] == deal.find_field("close_date")->id);
  BOOST_TEST((deal.find_index("by_tier")->kind == IndexKind::kPostings));
  BOOST_TEST((deal.find_index("by_owner")->kind == IndexKind::kPostings));
  BOOST_TEST((deal.find_index("account.reference")->kind == IndexKind::kPostings));
  BOOST_TEST(deal.rules[0].expression == "amount >= 0.0");
  BOOST_TEST(catalog.next_index_id == 6u);
}

BOOST_AUTO_TEST_CASE(the_same_document_again_changes_nothing) {
  const std::string document = deal(
      R"("name": {"type": "text", "unique": true}, "tier": {"type": "choice", "options": ["a"]},
         "parent": {"type": "reference", "to": "deal"})",
      R"(, "indexes": {"by_tier": ["tier", "name"]})");
  const Catalog first = planned(document);
  const Catalog second = planned(document, first);
  BOOST_TEST((first == second));
  BOOST_TEST(diff(first, second).empty());
}

BOOST_AUTO_TEST_CASE(additions_keep_ids_and_build_indexes) {
  const Catalog first = planned(deal(R"("name": {"type": "text"})"));
  const Catalog second = planned(
      deal(R"("code": {"type": "text", "unique": true}, "name": {"type": "text", "unique": true,
              "label": "Title"}, "parent": {"type": "reference", "to": "deal"})",
           R"(, "indexes": {"by_created": ["created"]})"),
      first);
  const EntityType& type = *second.find("deal");
  BOOST_TEST(type.find_field("name")->id == 1u);
  BOOST_TEST(type.find_field("name")->label == "Title");
  BOOST_TEST(type.find_field("code")->id == 2u);
  BOOST_TEST((type.find_index("name.unique")->state == IndexState::kBuilding));
  BOOST_TEST((type.find_index("code.unique")->state == IndexState::kReady));  // all null
  BOOST_TEST((type.find_index("parent.reference")->state == IndexState::kBuilding));
  BOOST_TEST((type.find_index("by_created")->kind == IndexKind::kOrdered));
  BOOST_TEST((type.find_index("by_created")->state == IndexState::kBuilding));
  BOOST_TEST(diff(first, second).size() == 8u);
}

BOOST_AUTO_TEST_CASE(removal_and_revival) {
  const std::string full = R"({
    "account": {"fields": {"name": {"type": "text", "unique": true}}},
    "deal": {"fields": {"name": {"type": "text"}, "amount": {"type": "decimal", "scale": 2}},
             "indexes": {"by_amount": ["amount"]}}})";
  const Catalog first = planned(full);
  const Catalog second = planned(deal(R"("name": {"type": "text"})"), first);
  BOOST_TEST(second.find("account") == nullptr);
  BOOST_TEST(second.types.size() == 2u);
  BOOST_TEST(second.find("deal")->find_field("amount") == nullptr);
  BOOST_TEST(second.find("deal")->find_field(2u)->removed);
  BOOST_TEST(second.find("deal")->find_index("by_amount") == nullptr);

  const Catalog third = planned(full, second);
  BOOST_TEST(third.find("account")->id == first.find("account")->id);
  BOOST_TEST(third.find("deal")->find_field("amount")->id == 2u);
  const Index* revived = third.find("deal")->find_index("by_amount");
  BOOST_REQUIRE(revived != nullptr);
  BOOST_TEST((revived->state == IndexState::kBuilding));
  BOOST_TEST(revived->id > first.find("deal")->find_index("by_amount")->id);
  BOOST_TEST((third.find("account")->find_index("name.unique")->state == IndexState::kBuilding));

  const Planned other =
      plan(deal(R"("name": {"type": "text"}, "amount": {"type": "int"})"), second);
  BOOST_TEST((other.diagnostics.status("").code() == Code::kModelIncompatible));
  BOOST_TEST(other.codes() == "field_changed");
}

BOOST_AUTO_TEST_CASE(incompatible_changes_are_refused) {
  const Catalog first = planned(R"({
    "a": {"fields": {"x": {"type": "int"}, "d": {"type": "decimal", "scale": 2},
                     "t": {"type": "reference", "to": "a"}}},
    "b": {"fields": {}}})");
  const Planned changed = plan(R"({
    "a": {"fields": {"x": {"type": "text"}, "d": {"type": "decimal", "scale": 3},
                     "t": {"type": "reference", "to": "b"}}},
    "b": {"fields": {}}})",
                               first);
  BOOST_TEST(changed.codes() == "field_changed field_changed field_changed");
  const Status status = changed.diagnostics.status("m");
  BOOST_TEST((status.code() == Code::kModelIncompatible));
  BOOST_TEST(status.violations()[0].line == 2u);
  BOOST_TEST(status.violations()[0].column == 22u);
  BOOST_TEST(status.violations()[0].message.find("int") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(options_are_added_retired_and_revived) {
  const Catalog first = planned(deal(R"("t": {"type": "choice", "options": ["a", "b", "c"]})"));
  const Catalog second = planned(deal(R"("t": {"type": "choice", "options": ["c", "d"]})"), first);
  const Field& field = *second.find("deal")->find_field("t");
  BOOST_TEST(field.find_option("a")->retired);
  BOOST_TEST(!field.find_option("c")->retired);
  BOOST_TEST(field.find_option("c")->id == 3u);
  BOOST_TEST(field.find_option("d")->id == 4u);
  const Catalog third =
      planned(deal(R"("t": {"type": "choice", "options": ["a", "c", "d"]})"), second);
  BOOST_TEST(!third.find("deal")->find_field("t")->find_option("a")->retired);
  BOOST_TEST(third.find("deal")->find_field("t")->find_option("a")->id == 1u);
}

struct BadField {
  const char* field;  // its name and description
  const char* codes;
};

BOOST_AUTO_TEST_CASE(bad_fields_are_named) {
  const BadField cases[] = {
      {R"("Name": {"type": "text"})", "name"},
      {R"("x y": {"type": "text"})", "name"},
      {R"("": {"type": "text"})", "name"},
      {R"("owner": {"type": "text"})", "name"},
      {R"("in": {"type": "text"})", "name"},
      {R"("timestamp": {"type": "text"})", "name"},
      {R"("now": {"type": "text"})", "name"},
      {R"("deal": {"type": "text"})", "name"},
      {R"("type": {"type": "text"})", ""},
      {R"("size": {"type": "text"})", ""},
      {R"("user": {"type": "text"})", ""},
      {R"("p": {"type": "money"}, "p_ccy": {"type": "text"})", "name"},
      {R"("f": 1)", "type"},
      {R"("f": {})", "missing_member"},
      {R"("f": {"type": "string"})", "unknown_value"},
      {R"("f": {"type": 5})", "type"},
      {R"("f": {"type": "text", "lable": "x"})", "unknown_member"},
      {R"("f": {"type": "text", "required": "yes"})", "type"},
      {R"("f": {"type": "text", "label": 7})", "type"},
      {R"("f": {"type": "text", "max_length": 0})", "range"},
      {R"("f": {"type": "text", "max_length": 1.5})", "range"},
      {R"("f": {"type": "text", "scale": 2})", "not_for_type"},
      {R"("f": {"type": "int", "semantic": "email"})", "not_for_type"},
      {R"("f": {"type": "text", "semantic": "mail"})", "unknown_value"},
      {R"("f": {"type": "bool", "unique": true})", "not_for_type"},
      {R"("f": {"type": "decimal"})", "missing_member"},
      {R"("f": {"type": "decimal", "scale": 10})", "range"},
      {R"("f": {"type": "choice"})", "options"},
      {R"("f": {"type": "multi_choice"})", "missing_member"},
      {R"("f": {"type": "choice", "options": []})", "type"},
      {R"("f": {"type": "choice", "options": ["a", "a"]})", "duplicate_name"},
      {R"("f": {"type": "choice", "options": [""]})", "name"},
      {R"("f": {"type": "choice", "options": ["a\u0007"]})", "name"},
      {R"("f": {"type": "choice", "options": [3]})", "type"},
      {R"("f": {"type": "choice", "options": ["a"], "default": "b"})", "choice"},
      {R"("f": {"type": "int", "default": "1"})", "default"},
      {R"("f": {"type": "int", "default": 1.5})", "default"},
      {R"("f": {"type": "decimal", "scale": 1, "default": 1.25})", "default"},
      {R"("f": {"type": "date", "default": "2017-02-30"})", "default"},
      {R"("f": {"type": "json", "default": {}})", "default"},
      {R"("f": {"type": "reference"})", "missing_member"},
      {R"("f": {"type": "reference", "to": "deel"})", "unknown_entity"},
      {R"("f": {"type": "reference", "to": "deal", "on_delete": "delete"})", "unknown_value"},
      {R"("f": {"type": "reference", "to": "deal", "on_delete": "clear", "required": true})",
       "on_delete"},
      {R"("f": {"type": "reference_list", "to": "deal", "on_delete": "cascade"})", "on_delete"},
      {R"("f": {"type": "reference", "to": "deal", "inverse": "f"})", "duplicate_name"},
      {R"("f": {"type": "reference", "to": "deal", "inverse": "x"},
          "g": {"type": "reference", "to": "deal", "inverse": "x"})",
       "duplicate_name"},
      {R"("f": {"type": "text", "to": "deal"})", "not_for_type"},
  };
  for (const BadField& bad : cases) {
    BOOST_TEST_CONTEXT(bad.field) {
      const Planned planned = plan(deal(bad.field));
      BOOST_TEST(planned.codes() == bad.codes);
      for (const Violation& violation : planned.diagnostics.errors()) {
        BOOST_TEST(violation.line > 0u);
        BOOST_TEST(violation.entity == "deal");
      }
    }
  }
}

BOOST_AUTO_TEST_CASE(bad_entities_indexes_and_rules_are_named) {
  BOOST_TEST(plan("[]").codes() == "type");
  BOOST_TEST(plan(R"({"Deal": {}})").codes() == "name");
  BOOST_TEST(plan(R"({"deal": 1})").codes() == "type");
  BOOST_TEST(plan(R"({"deal": {"field": {}}})").codes() == "unknown_member");
  BOOST_TEST(
      plan(R"({"deal": {"title": "nam", "fields": {"name": {"type": "text"}}}})").messages() ==
      "the title names no field of deal; did you mean \"name\"?\n");
  const char* name = R"("name": {"type": "text"}, "j": {"type": "json"})";
  const auto with = [&](const char* more) { return plan(deal(name, more)); };
  BOOST_TEST(with(R"(, "indexes": {"I": ["name"]})").codes() == "name");
  BOOST_TEST(with(R"(, "indexes": {"i": []})").codes() == "index");
  BOOST_TEST(with(R"(, "indexes": {"i": "name"})").codes() == "type");
  BOOST_TEST(with(R"(, "indexes": {"i": ["nam"]})").codes() == "unknown_field");
  BOOST_TEST(with(R"(, "indexes": {"i": ["j"]})").codes() == "index");
  BOOST_TEST(with(R"(, "indexes": {"i": ["id"]})").codes() == "index");
  BOOST_TEST(with(R"(, "indexes": {"i": ["name", "name"]})").codes() == "duplicate_name");
  BOOST_TEST(with(R"(, "rules": {"r1": {}})").codes() == "missing_member");
  BOOST_TEST(with(R"(, "rules": {"r1": {"check": ""}})").codes() == "expression");
  BOOST_TEST(with(R"(, "rules": {"r1": {"check": "true", "field": "x"}})").codes() ==
             "unknown_field");
}

BOOST_AUTO_TEST_CASE(all_errors_come_at_once) {
  const Planned planned = plan(R"({
    "deal": {"titel": "x", "fields": {
      "a": {"type": "textt"},
      "b": {"type": "decimal"},
      "C": {"type": "bool"}}}})");
  BOOST_TEST(planned.codes() == "unknown_member unknown_value missing_member name");
  const auto errors = planned.diagnostics.errors();
  BOOST_TEST(errors[0].message.find("did you mean \"title\"?") != std::string::npos);
  BOOST_TEST(errors[1].message.find("did you mean \"text\"?") != std::string::npos);
  BOOST_TEST(errors[1].line == 3u);
  BOOST_TEST(errors[1].column == 21u);
  BOOST_TEST(errors[3].line == 5u);
}

BOOST_AUTO_TEST_CASE(limits_have_names) {
  ModelLimits limits;
  limits.max_fields_per_type = 1;
  Planned planned = plan(deal(R"("a": {"type": "int"}, "b": {"type": "int"})"), {}, limits);
  BOOST_TEST(planned.codes() == "limit");
  BOOST_TEST(planned.messages().find("max_fields_per_type") != std::string::npos);
  // Removed fields keep their place, so they count.
  const Catalog first = schema::testing::planned(deal(R"("a": {"type": "int"})"));
  BOOST_TEST(plan(deal(R"("b": {"type": "int"})"), first, limits).codes() == "limit");
  limits = {};
  limits.max_types = 1;
  BOOST_TEST(plan(R"({"a": {}, "b": {}})", {}, limits).codes() == "limit");
  limits = {};
  limits.max_options_per_field = 1;
  BOOST_TEST(plan(deal(R"("t": {"type": "choice", "options": ["a", "b"]})"), {}, limits).codes() ==
             "limit");
  BOOST_TEST(plan(deal("\"" + std::string(65, 'a') + R"(": {"type": "int"})")).codes() == "name");
  BOOST_TEST(
      plan(deal(R"("t": {"type": "choice", "options": [")" + std::string(101, 'a') + R"("]})"))
          .codes() == "limit");
}

BOOST_AUTO_TEST_CASE(an_index_on_a_reference_is_left_out_with_a_warning) {
  const Planned planned = plan(deal(R"("p": {"type": "reference", "to": "deal"})",
                                    R"(, "indexes": {"by_p": ["p"], "by_p2": ["p", "created"]})"));
  BOOST_TEST(planned.diagnostics.ok());
  BOOST_REQUIRE(planned.diagnostics.warnings().size() == 1u);
  BOOST_TEST(planned.diagnostics.warnings()[0].code == "redundant_index");
  BOOST_TEST(planned.catalog.find("deal")->find_index("by_p") == nullptr);
  BOOST_TEST(planned.catalog.find("deal")->find_index("by_p2") != nullptr);
}

// `count` was a name like any other before it was a macro.
BOOST_AUTO_TEST_CASE(a_field_that_is_called_as_a_younger_macro_stays) {
  for (const char* name : {"count", "sum", "formula_error"}) {
    const std::string fields =
        R"("a": {"type": "int"}, ")" + std::string(name) + R"(": {"type": "int", "label": "Old"})";
    const Planned refused = plan(deal(fields));
    BOOST_TEST(refused.codes() == "name");
    BOOST_TEST(refused.messages() == "the field name \"" + std::string(name) +
                                         "\" has a meaning of its own in expressions\n");
    Catalog had = planned(deal(R"("a": {"type": "int"}, "b": {"type": "int"})"));
    had.find_mutable("deal")->fields[1].name = name;
    const Catalog again = planned(deal(fields), had);
    BOOST_REQUIRE(again.find("deal")->find_field(name) != nullptr);
    BOOST_TEST(again.find("deal")->find_field(name)->label == "Old");
  }
  BOOST_TEST(plan(deal(R"("changed": {"type": "int"})")).codes() == "name");
}

BOOST_AUTO_TEST_SUITE_END()
