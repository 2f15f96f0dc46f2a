#include "crm/standard_model.hpp"

#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "engine/model.hpp"
#include "pipeline/definition.hpp"
#include "tests/support/folders.hpp"

using namespace kith;

namespace {

std::string read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

BOOST_AUTO_TEST_SUITE(crm_standard_model)

BOOST_AUTO_TEST_CASE(what_is_compiled_in_is_the_file) {
  const std::string folder = testing::source_folder().string() + "/lib/crm/";
  BOOST_TEST((read_file(folder + "standard_model.json") == crm::standard_model()));
  BOOST_TEST((read_file(folder + "model.schema.json") == crm::model_schema()));
}

BOOST_AUTO_TEST_CASE(it_has_no_errors_and_no_warnings) {
  const auto plan =
      engine::check_model(crm::standard_model(), "standard", engine::core_sections(), {});
  BOOST_REQUIRE_MESSAGE(plan.ok(), plan.status().to_string());
  for (const Violation& warning : plan->warnings) BOOST_ERROR(warning.message);
  for (const char* name :
       {"user",    "team",         "account",  "contact",    "lead",     "deal",
        "product", "deal_line",    "activity", "task",       "campaign", "campaign_member",
        "segment", "template",     "order",    "order_line", "ticket",   "conversation",
        "message", "exchange_rate"}) {
    BOOST_TEST(plan->catalog.find(name) != nullptr, name);
  }
  BOOST_TEST(plan->catalog.types.size() == 20u);
}

BOOST_AUTO_TEST_CASE(the_sales_pipeline) {
  const auto plan =
      engine::check_model(crm::standard_model(), "standard", engine::core_sections(), {});
  BOOST_REQUIRE(plan.ok());
  const auto definitions = pipeline::decode(plan->payloads.at("pipelines"));
  BOOST_REQUIRE(definitions.ok());
  const pipeline::Pipeline* sales = definitions->find("sales");
  BOOST_REQUIRE(sales != nullptr);
  std::string names;
  for (const pipeline::Stage& stage : sales->stages) names += stage.name + "|";
  BOOST_TEST(names ==
             "New Lead|Contacted|Qualified|Proposal Sent|Negotiation|Closed Won|Closed Lost|");
  BOOST_TEST((sales->find_stage("Closed Won")->stage_class == pipeline::StageClass::kWon));
  BOOST_TEST(sales->create_stages.size() == 7u);
  BOOST_TEST(sales->find_stage(sales->default_stage)->name == "New Lead");
}

BOOST_AUTO_TEST_CASE(the_schema_is_json) {
  const auto schema = json::parse(crm::model_schema());
  BOOST_REQUIRE_MESSAGE(schema.ok(), schema.status().to_string());
  BOOST_TEST(schema->find("$schema")->text() == "https://json-schema.org/draft/2020-12/schema");
}

BOOST_AUTO_TEST_SUITE_END()
