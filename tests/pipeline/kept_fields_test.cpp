// The fields that a pipeline keeps beside its own.
#include <boost/test/unit_test.hpp>

#include "tests/pipeline/sections.hpp"

using namespace kith;
using namespace kith::pipeline;
using namespace kith::pipeline::testing;

namespace {

// One type `deal` whose pipeline field is `stage`, with these members besides.
std::string deal(const std::string& fields, const std::string& more = "") {
  return R"({"deal": {"fields": {"stage": {"type": "choice"})" + fields + "}" + more + "}}";
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pipeline_kept_fields)

BOOST_AUTO_TEST_CASE(a_pipeline_keeps_two_fields) {
  const Published first = publish(with_stages(""));
  const schema::EntityType& type = *first.catalog.find("deal");
  const schema::Field& entered = *type.find_field("stage_entered");
  const schema::Field& probability = *type.find_field("stage_probability");
  BOOST_TEST(entered.kept);
  BOOST_TEST((entered.type == schema::FieldType::kTimestamp));
  BOOST_TEST((probability.type == schema::FieldType::kInt));
  BOOST_TEST(first.sales().entered_field == entered.id);
  BOOST_TEST(first.sales().probability_field == probability.id);
  BOOST_TEST(type.find_derived("stage_probability") == nullptr);

  // Another field comes, the pipeline stays: ids and order are what they were.
  std::string entities = kEntities;
  entities.insert(entities.rfind("}}}"), R"(, "more": {"type": "int"})");
  const Published grown = publish(with_stages(""), first.catalog, first.definitions, entities);
  BOOST_REQUIRE_MESSAGE(grown.diagnostics.ok(), grown.diagnostics.status("").to_string());
  const schema::EntityType& after = *grown.catalog.find("deal");
  BOOST_TEST((*after.find_field("stage_entered") == entered));
  BOOST_TEST((*after.find_field("stage_probability") == probability));
  BOOST_TEST(after.find_field("more")->id == type.fields.size() + 1);

  // The pipeline goes and comes back.
  std::string plain = kEntities;
  const std::string choice = R"("stage": {"type": "choice")";
  plain.replace(plain.find(choice), choice.size(), choice + R"(, "options": ["New", "Won"])");
  const Published without = publish("{}", first.catalog, first.definitions, plain);
  BOOST_TEST(without.catalog.find("deal")->find_field("stage_entered") == nullptr);
  BOOST_TEST(without.catalog.find("deal")->find_field(entered.id)->removed);
  const Published back = publish(with_stages(""), without.catalog, without.definitions);
  BOOST_TEST(back.sales().entered_field == entered.id);
  BOOST_TEST((*back.catalog.find("deal")->find_field("stage_entered") == entered));
}

BOOST_AUTO_TEST_CASE(kept_fields_are_indexed_and_never_set) {
  const std::string index = R"(, "indexes": {"by_entered": ["stage_entered"]})";
  const Published indexed = publish(with_stages(""), {}, {}, deal("", index));
  BOOST_TEST(indexed.sales().name == "sales");
  const schema::EntityType& type = *indexed.catalog.find("deal");
  BOOST_REQUIRE(type.find_index("by_entered") != nullptr);
  BOOST_TEST(type.find_index("by_entered")->fields[0] == indexed.sales().entered_field);
  const Published again =
      publish(with_stages(""), indexed.catalog, indexed.definitions, deal("", index));
  BOOST_TEST((again.catalog == indexed.catalog));

  BOOST_TEST(publish("{}", {}, {}, deal("", index)).codes() == "unknown_field");
  const std::string to_set = R"("stages": {
    "A": {"class": "open", "probability": 1, "on_exit": {"stage_entered": "now"}}})";
  BOOST_TEST(publish(sales(to_set)).codes() == "read_only");
  const std::string input = R"(, "transitions": [
    {"name": "a", "from": ["New"], "to": "Won", "required_inputs": ["stage_probability"]}])";
  BOOST_TEST(publish(with_stages(input)).codes() == "read_only");
}

BOOST_AUTO_TEST_CASE(names_that_a_pipeline_needs) {
  for (const char* suffix : {"class", "order", "entered", "probability"}) {
    BOOST_TEST_CONTEXT(suffix) {
      const std::string taken = R"(, "stage_)" + std::string(suffix) + R"(": {"type": "int"})";
      BOOST_TEST(publish(with_stages(""), {}, {}, deal(taken)).codes() == "duplicate_name");
    }
  }
  // A removed field of the name gives way to what the pipeline keeps, if it was of that type.
  const std::string plain = R"({"deal": {"fields": {"stage": {"type": "choice", "options": ["New"]},
    "stage_entered": {"type": ")";
  const Published same = publish("{}", {}, {}, plain + R"(timestamp"}}}})");
  BOOST_TEST(publish(with_stages(""), same.catalog, {}, deal("")).sales().entered_field == 2u);
  const Published other = publish("{}", {}, {}, plain + R"(date"}}}})");
  const Published refused = publish(with_stages(""), other.catalog, {}, deal(""));
  BOOST_TEST(refused.codes() == "field_changed");
  BOOST_TEST((refused.diagnostics.status("").code() == Code::kModelIncompatible));

  schema::ModelLimits limits;
  limits.max_fields_per_type = 2;
  BOOST_TEST(publish(with_stages(""), {}, {}, deal(""), limits).codes() == "limit");
}

BOOST_AUTO_TEST_SUITE_END()
