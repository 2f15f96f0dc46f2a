#include "engine/model.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "automation/published.hpp"
#include "base/json.hpp"
#include "pipeline/definition.hpp"
#include "tests/support/folders.hpp"

using namespace kith;
using namespace kith::engine;

namespace {

const char* const kModel = R"model({
  "kith_model": 1,
  "name": "small",
  "entities": {
    "deal": {
      "fields": {
        "name": {"type": "text", "required": true},
        "amount": {"type": "decimal", "scale": 2},
        "stage": {"type": "choice"}
      },
      "rules": {"positive": {"check": "!has(r.amount) || r.amount >= 0.0"}}
    }
  },
  "pipelines": {
    "sales": {"entity": "deal", "field": "stage", "stages": {
      "Open": {"class": "open", "probability": 50,
               "required": [{"field": "amount", "when": "has(r.name)"}]},
      "Won": {"class": "won"}}}
  },
  "automations": {
    "named": {"entity": "deal", "on": "before_save", "when": "!has(r.name)", "set": {"name": "'?'"}}
  }
})model";

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  BOOST_REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

Status check(std::string_view text) {
  return check_model(text, "m.json", core_sections(), {}).status();
}

StoredModel as_stored(const ModelPlan& plan) {
  return {plan.catalog, plan.payloads, plan.document};
}

}  // namespace

BOOST_AUTO_TEST_SUITE(engine_model)

BOOST_AUTO_TEST_CASE(a_document_becomes_a_catalog_and_payloads) {
  const auto plan = check_model(kModel, "m.json", core_sections(), {});
  BOOST_REQUIRE_MESSAGE(plan.ok(), plan.status().to_string());
  BOOST_TEST(plan->catalog.model_name == "small");
  BOOST_TEST(plan->catalog.find("deal")->find_field("stage")->pipeline == "sales");
  BOOST_TEST(plan->catalog.find("deal")->find_field("stage_probability") != nullptr);
  BOOST_TEST(plan->warnings.empty());
  BOOST_TEST(plan->payloads.size() == 2u);
  BOOST_TEST(pipeline::decode(plan->payloads.at("pipelines"))->find("sales") != nullptr);
  BOOST_TEST(automation::decode_published(plan->payloads.at("automations"))->before.rules.size() ==
             1u);
  BOOST_TEST(plan->document == kModel);
  BOOST_TEST(!plan->changes.empty());
}

BOOST_AUTO_TEST_CASE(the_same_document_again_changes_nothing) {
  const auto first = check_model(kModel, "", core_sections(), {});
  const auto again = plan_model(kModel, "", as_stored(*first), core_sections(), {});
  BOOST_REQUIRE_MESSAGE(again.ok(), again.status().to_string());
  BOOST_TEST(again->changes.empty());
  BOOST_TEST((again->catalog == first->catalog));
  BOOST_TEST((again->payloads == first->payloads));
}

BOOST_AUTO_TEST_CASE(changes_are_told) {
  const auto first = check_model(kModel, "", core_sections(), {});
  const std::string changed = replaced(kModel, "\"probability\": 50", "\"probability\": 60");
  const auto plan = plan_model(changed, "", as_stored(*first), core_sections(), {});
  BOOST_REQUIRE(plan.ok());
  BOOST_REQUIRE(plan->changes.size() == 1u);
  BOOST_TEST(plan->changes[0].what == "pipelines changed");
  BOOST_TEST(pipeline::decode(plan->payloads.at("pipelines"))->find("sales")->version == 2u);
  const auto emptied =
      plan_model(R"({"kith_model": 1})", "", as_stored(*first), core_sections(), {});
  BOOST_REQUIRE_MESSAGE(emptied.ok(), emptied.status().to_string());
  BOOST_TEST(emptied->catalog.find("deal") == nullptr);
  BOOST_TEST(emptied->payloads.empty());
}

BOOST_AUTO_TEST_CASE(broken_json_says_where) {
  const Status status = check("{\n  \"kith_model\": 1,,\n}");
  BOOST_TEST((status.code() == Code::kModelInvalid));
  BOOST_REQUIRE(status.violations().size() == 1u);
  BOOST_TEST(status.violations()[0].line == 2u);
  BOOST_TEST(status.message().find("m.json") != std::string_view::npos);
  BOOST_TEST((check("").code() == Code::kModelInvalid));
  BOOST_TEST((check("[]").code() == Code::kModelInvalid));
  BOOST_TEST((check("{\"kith_model\": 1, \"name\": \"\xff\"}").code() == Code::kModelInvalid));
}

BOOST_AUTO_TEST_CASE(the_head_is_checked) {
  BOOST_TEST(check(R"({"kith_model": 1})").ok());
  BOOST_TEST(check(R"({"$schema": "x", "kith_model": 1, "description": "d"})").ok());
  BOOST_TEST(check("{}").violations().at(0).code == "missing_member");
  BOOST_TEST(check(R"({"kith_model": 2})").violations().at(0).code == "version");
  BOOST_TEST(check(R"({"kith_model": "1"})").violations().at(0).code == "version");
  const Status status = check(R"({"kith_model": 1, "entites": {}})");
  BOOST_TEST(status.violations().at(0).message.find("did you mean \"entities\"?") !=
             std::string::npos);
}

BOOST_AUTO_TEST_CASE(errors_of_all_sections_come_sorted) {
  std::string text = replaced(kModel, "\"scale\": 2", "\"scale\": 22");
  text = replaced(text, "\"class\": \"won\"", "\"class\": \"wun\"");
  text = replaced(text, "before_save", "after_save");
  const Status status = check(text);
  BOOST_TEST((status.code() == Code::kModelInvalid));
  const auto& violations = status.violations();
  BOOST_REQUIRE(violations.size() == 3u);
  BOOST_TEST(violations[0].code == "range");
  BOOST_TEST(violations[1].message.find("did you mean \"won\"?") != std::string::npos);
  BOOST_TEST(violations[2].code == "unknown_value");
  BOOST_TEST(std::is_sorted(violations.begin(), violations.end(),
                            [](const auto& a, const auto& b) { return a.line < b.line; }));
}

BOOST_AUTO_TEST_CASE(a_choice_has_options_or_a_pipeline_not_both) {
  BOOST_TEST(check(replaced(kModel, "\"field\": \"stage\"", "\"field\": \"stages\""))
                 .violations()
                 .size() == 2u);
  const Status both = check(replaced(kModel, R"("stage": {"type": "choice"})",
                                     R"("stage": {"type": "choice", "options": ["Open", "Won"]})"));
  BOOST_REQUIRE(both.violations().size() == 1u);
  BOOST_TEST(both.violations()[0].code == "options");
}

BOOST_AUTO_TEST_CASE(the_model_in_the_manual_is_right) {
  std::ifstream in(testing::source_folder() / "docs" / "model.md", std::ios::binary);
  std::ostringstream manual;
  manual << in.rdbuf();
  const std::string text = manual.str();
  const std::string fence = "```json\n";
  const std::size_t begin = text.find(fence);
  BOOST_REQUIRE(begin != std::string::npos);
  const std::size_t end = text.find("```", begin + fence.size());
  const auto plan = check_model(text.substr(begin + fence.size(), end - begin - fence.size()), "",
                                core_sections(), {});
  BOOST_REQUIRE_MESSAGE(plan.ok(), plan.status().to_string());
  BOOST_TEST(plan->catalog.model_name == "small_shop");
  BOOST_TEST(plan->warnings.empty());
}

BOOST_AUTO_TEST_CASE(limits_hold_for_the_document) {
  ModelOptions options;
  options.limits.max_document_bytes = 100;
  const auto plan = check_model(kModel, "m.json", core_sections(), options);
  BOOST_TEST((plan.status().code() == Code::kLimit));
}

BOOST_AUTO_TEST_CASE(stored_and_loaded) {
  const auto store = *store::open_memory();
  auto plan = *check_model(kModel, "", core_sections(), {});
  plan.document.append(200'000, ' ');  // more than one chunk
  {
    auto txn = *store->begin_write({});
    BOOST_REQUIRE(store_model(*txn, &plan).ok());
    BOOST_TEST(plan.catalog.generation == 1u);
    BOOST_REQUIRE(txn->commit().ok());
  }
  const auto loaded = load_model(**store->begin_read());
  BOOST_REQUIRE_MESSAGE(loaded.ok(), loaded.status().to_string());
  BOOST_TEST((loaded->catalog == plan.catalog));
  BOOST_TEST((loaded->payloads == plan.payloads));
  BOOST_TEST((loaded->document == plan.document));

  auto txn = *store->begin_write({});
  BOOST_REQUIRE(store_model(*txn, &plan).ok());
  BOOST_TEST(txn->stats().puts == 0u);
  BOOST_TEST(plan.catalog.generation == 1u);
  plan.document = kModel;
  plan.payloads.erase("automations");
  BOOST_REQUIRE(store_model(*txn, &plan).ok());
  BOOST_TEST(plan.catalog.generation == 2u);
  const auto shorter = load_model(*txn);
  BOOST_REQUIRE_MESSAGE(shorter.ok(), shorter.status().to_string());
  BOOST_TEST(shorter->document == kModel);
  BOOST_TEST(shorter->payloads.size() == 1u);
}

BOOST_AUTO_TEST_CASE(stored_rows_out_of_place_are_corrupt) {
  const auto store = *store::open_memory();
  auto plan = *check_model(kModel, "", core_sections(), {});
  for (const std::string& key :
       {std::string("model/x"), std::string("model/document/\0\2", 17),
        std::string("model/section/a/\0\1", 18), std::string("model/other/\0\0", 14)}) {
    auto txn = *store->begin_write({});
    BOOST_REQUIRE(store_model(*txn, &plan).ok());
    BOOST_REQUIRE(txn->put(store::Table::kMeta, key, "x").ok());
    BOOST_TEST((load_model(*txn).status().code() == Code::kCorrupt), key);
  }
}

BOOST_AUTO_TEST_SUITE_END()
