// tests/automation/sections.hpp: automations sections about a small model, for their tests.
#pragma once

#include <boost/test/unit_test.hpp>
#include <string>
#include <utility>
#include <vector>

#include "automation/section.hpp"
#include "tests/schema/model_fixture.hpp"

namespace kith::automation::test {

struct Sections {
  Published published;
  schema::Diagnostics diagnostics;
  std::vector<schema::ExpressionUse> uses;

  static std::string joined(const std::vector<Violation>& violations,
                            std::string Violation::*member) {
    std::string text;
    for (const Violation& violation : violations) {
      text += (text.empty() ? "" : " ") + violation.*member;
    }
    return text;
  }
  std::string codes() const { return joined(diagnostics.errors(), &Violation::code); }
  std::string messages() const { return joined(diagnostics.errors(), &Violation::message); }
  std::string warnings() const { return joined(diagnostics.warnings(), &Violation::message); }
  bool uses_source(const std::string& source) const {
    for (const schema::ExpressionUse& use : uses) {
      if (use.source == source) return true;
    }
    return false;
  }
};

// deal.stage is moved by a pipeline, deal.approval by another one in `two_pipelines`.
inline schema::Catalog catalog(bool two_pipelines) {
  schema::Catalog made = schema::testing::planned(R"({
    "user": {"fields": {"name": {"type": "text"}, "active": {"type": "bool"}}},
    "account": {"fields": {"name": {"type": "text"}}},
    "deal": {"fields": {
      "name": {"type": "text"}, "amount": {"type": "int"},
      "stage": {"type": "choice", "options": ["?"]},
      "approval": {"type": "choice", "options": ["?"]}, "close_date": {"type": "date"},
      "seen_at": {"type": "timestamp"}, "account": {"type": "reference", "to": "account"}}},
    "task": {"fields": {"subject": {"type": "text", "required": true},
      "deal": {"type": "reference", "to": "deal"}, "note": {"type": "text", "required": true}}},
    "template": {"fields": {"name": {"type": "text", "unique": true}, "subject": {"type": "text"},
      "body": {"type": "text"}}}})");
  schema::EntityType& deal = *made.find_mutable("deal");
  const auto stages = [&](const char* field, const char* pipeline) {
    std::vector<schema::StageOption> options(3);
    options[0].name = "New";
    options[1].name = "Contacted";
    options[2].name = "Lost";
    options[2].retired = true;
    set_stages(deal, deal.find_field(field)->id, pipeline, options, "New");
  };
  stages("stage", "sales");
  if (two_pipelines) stages("approval", "approvals");
  return made;
}

inline Sections publish(const std::string& automations, const Published& stored = {},
                        bool two_pipelines = false, const schema::ModelLimits& limits = {}) {
  Sections out;
  const schema::Catalog draft = catalog(two_pipelines);
  const auto node = json::parse(automations);
  BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
  const auto declared = parse_automations(&*node, limits, out.diagnostics);
  out.published = publish_automations(declared, stored, draft, limits, out.diagnostics, &out.uses);
  return out;
}

inline Published good(const std::string& automations, const Published& stored = {}) {
  Sections out = publish(automations, stored);
  BOOST_REQUIRE_MESSAGE(out.diagnostics.ok(), out.messages());
  return std::move(out.published);
}

// One automation of deal with these members, by default with steps.
inline std::string about(const std::string& members,
                         const std::string& steps = R"([{"stop": true}])") {
  return R"({"a": {"entity": "deal", )" + members + (steps.empty() ? "" : ", \"steps\": " + steps) +
         "}}";
}
inline std::string errors(const std::string& members,
                          const std::string& steps = R"([{"stop": true}])") {
  return publish(about(members, steps)).codes();
}
// Of one step, of an automation about deals.
inline std::string step_errors(const std::string& step) {
  return errors(R"("on": "created")", "[" + step + "]");
}

inline constexpr std::uint32_t kOwner = schema::system_field_id(schema::SystemField::kOwner);

}  // namespace kith::automation::test
