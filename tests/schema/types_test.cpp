#include "schema/types.hpp"

#include <boost/test/unit_test.hpp>

using namespace kith;
using namespace kith::schema;

namespace {

Field field(std::uint32_t id, std::string name, FieldType type) {
  Field f;
  f.id = id;
  f.name = std::move(name);
  f.type = type;
  return f;
}

// account(1), deal(2) with a reference to account and a removed field; gone(3) removed.
Catalog sample() {
  Catalog catalog;
  EntityType account;
  account.id = 1;
  account.name = "account";
  account.fields = {field(1, "name", FieldType::kText), field(2, "parent", FieldType::kReference)};
  account.fields[1].target = 1;
  EntityType deal;
  deal.id = 2;
  deal.name = "deal";
  deal.fields = {field(1, "name", FieldType::kText), field(2, "old_name", FieldType::kText),
                 field(3, "account", FieldType::kReference), field(4, "stage", FieldType::kChoice)};
  deal.fields[1].removed = true;
  deal.fields[2].target = 1;
  deal.fields[3].options = {{1, "open", "Open", false}, {5, "won", "Won", false}};
  deal.derived = {{"stage_class", "", 4, FieldType::kText, {}}};
  Index live;
  live.id = 1;
  live.name = "by_name";
  Index removed = live;
  removed.name = "by_old";
  removed.removed = true;
  deal.indexes = {removed, live};
  EntityType gone;
  gone.id = 3;
  gone.name = "gone";
  gone.removed = true;
  gone.fields = {field(1, "account", FieldType::kReference)};
  gone.fields[0].target = 1;
  catalog.types = {account, deal, gone};
  return catalog;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_types)

BOOST_AUTO_TEST_CASE(type_names_go_both_ways) {
  for (int i = 1; i <= 15; ++i) {
    const auto type = static_cast<FieldType>(i);
    BOOST_TEST((field_type_from_name(field_type_name(type)) == type));
  }
  BOOST_TEST(field_type_name(FieldType::kMultiChoice) == "multi_choice");
  BOOST_TEST(!field_type_from_name("string").has_value());
  BOOST_TEST(!field_type_from_name("").has_value());
  BOOST_TEST(field_type_name(static_cast<FieldType>(99)) == "unknown");
  BOOST_TEST(field_type_name(static_cast<FieldType>(0)) == "unknown");
}

BOOST_AUTO_TEST_CASE(pointer_types) {
  BOOST_TEST(is_pointer_type(FieldType::kText));
  BOOST_TEST(is_pointer_type(FieldType::kReferenceList));
  BOOST_TEST(!is_pointer_type(FieldType::kReference));
  BOOST_TEST(!is_pointer_type(FieldType::kMoney));
}

BOOST_AUTO_TEST_CASE(system_fields) {
  BOOST_TEST((system_field_from_name("owner") == SystemField::kOwner));
  BOOST_TEST(system_field_name(SystemField::kDeleted) == "deleted");
  BOOST_TEST(!system_field_from_name("Owner").has_value());
  const std::uint32_t id = system_field_id(SystemField::kCreated);
  BOOST_TEST((system_field_from_id(id) == SystemField::kCreated));
  BOOST_TEST(!system_field_from_id(1).has_value());
  BOOST_TEST(!system_field_from_id(kSystemFieldBase + 6).has_value());
}

BOOST_AUTO_TEST_CASE(find_sees_live_names_and_all_ids) {
  const Catalog catalog = sample();
  BOOST_REQUIRE(catalog.find("deal") != nullptr);
  BOOST_TEST(catalog.find("gone") == nullptr);
  BOOST_TEST(catalog.find("Deal") == nullptr);
  BOOST_TEST(catalog.find(std::uint16_t{3})->name == "gone");
  BOOST_TEST(catalog.find(std::uint16_t{0}) == nullptr);
  BOOST_TEST(catalog.find(std::uint16_t{4}) == nullptr);
  const EntityType& deal = *catalog.find("deal");
  BOOST_TEST(deal.find_field("account")->id == 3u);
  BOOST_TEST(deal.find_field("old_name") == nullptr);
  BOOST_TEST(deal.find_field(2u)->name == "old_name");
  BOOST_TEST(deal.find_field(0u) == nullptr);
  BOOST_TEST(deal.find_field(5u) == nullptr);
  BOOST_TEST(deal.find_derived("stage_class")->base_field == 4u);
  BOOST_TEST(deal.find_derived("stage") == nullptr);
  BOOST_TEST(deal.find_index("by_name") != nullptr);
  BOOST_TEST(deal.find_index("by_old") == nullptr);
  BOOST_TEST(deal.find_field("stage")->find_option("won")->id == 5u);
  BOOST_TEST(deal.find_field("stage")->find_option(5u)->name == "won");
  BOOST_TEST(deal.find_field("stage")->find_option(1u)->name == "open");
  BOOST_TEST(deal.find_field("stage")->find_option(2u) == nullptr);
  BOOST_TEST(deal.find_field("stage")->find_option("lost") == nullptr);
}

BOOST_AUTO_TEST_CASE(inbound_lists_live_references) {
  const Catalog catalog = sample();
  const auto inbound = catalog.inbound(1);
  BOOST_REQUIRE(inbound.size() == 2u);  // not the one of the removed type
  BOOST_TEST(inbound[0].from->name == "account");
  BOOST_TEST(inbound[0].field->name == "parent");
  BOOST_TEST(inbound[1].from->name == "deal");
  BOOST_TEST(catalog.inbound(2).empty());
  BOOST_TEST(catalog.inbound(0).empty());
}

BOOST_AUTO_TEST_CASE(ids_as_text) {
  const Catalog catalog = sample();
  BOOST_TEST(format_id(catalog, RecordId(2, 42)) == "deal:42");
  BOOST_TEST(format_id(catalog, RecordId()) == "");
  BOOST_TEST(format_id(catalog, RecordId(9, 1)) == "#9:1");
  BOOST_TEST((*parse_id(catalog, "deal:42") == RecordId(2, 42)));
  BOOST_TEST((*parse_id(catalog, "deal:281474976710655") == RecordId(2, RecordId::kMaxSequence)));
  for (const char* bad :
       {"", "deal", "deal:", "deal:0", "deal:-1", "deal:+1", "deal:042", "deal:4x", "deal: 4",
        "gone:1", "nope:1", ":1", "deal:281474976710656", "deal:99999999999999999999999"}) {
    const auto parsed = parse_id(catalog, bad);
    BOOST_TEST_CONTEXT(bad) {
      BOOST_REQUIRE(!parsed.ok());
      BOOST_TEST((parsed.status().code() == Code::kInvalidArgument));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
