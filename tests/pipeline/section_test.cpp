#include "pipeline/section.hpp"

#include <boost/test/unit_test.hpp>

#include "tests/pipeline/sections.hpp"

using namespace kith;
using namespace kith::pipeline;
using namespace kith::pipeline::testing;

namespace {

const Transition* find(const Pipeline& pipeline, std::uint32_t from, std::uint32_t to) {
  for (const Transition& transition : pipeline.transitions) {
    const auto& all = transition.from;
    if (transition.to == to && std::count(all.begin(), all.end(), from) > 0) return &transition;
  }
  return nullptr;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(pipeline_section)

BOOST_AUTO_TEST_CASE(a_whole_pipeline) {
  const Published out = publish(sales(R"("label": "Sales", "stages": {
    "Prospecting": {"label": "Prospects", "class": "open", "probability": 10, "rot_after": "14d",
      "required": ["tier", {"field": "amount", "when": "r.tier == 'a'"}],
      "entry_guard": "true", "exit_guard": "r.amount != null",
      "on_entry": {"tier": "'x'"}, "on_exit": {
  "owner" : "user"}},
    "Won": {"class": "won"},
    "Lost": {
  "class" : "lost"
}
},
    "create_stages": ["Prospecting", "Won"],
    "transitions": [
      {"name": "win", "from": ["Prospecting"], "to": "Won", "guard": "r.amount > 0.0",
       "permission": "true", "required_inputs": ["amount"], "set": {"tier": "'b'"}},
      {"name": "lose", "from": "*", "to": "Lost", "auto": true, "guard": "false"},
      {"name": "again", "from": "*", "to": "Prospecting", "reopen": true}])"));
  const Pipeline& pipeline = out.sales();
  BOOST_TEST(pipeline.label == "Sales");
  BOOST_TEST(pipeline.entity == 1u);
  BOOST_TEST(pipeline.field == 1u);
  BOOST_REQUIRE(pipeline.stages.size() == 3u);
  const Stage& first = pipeline.stages[0];
  BOOST_TEST(first.id == 1u);
  BOOST_TEST(first.order == 1);
  BOOST_TEST(first.label == "Prospects");
  BOOST_TEST(first.rot_after_us == 14 * 86'400'000'000LL);
  BOOST_REQUIRE(first.required.size() == 2u);
  BOOST_TEST(first.required[1].field == 3u);
  BOOST_TEST(first.required[1].when == "r.tier == 'a'");
  BOOST_TEST(first.on_exit[0].field == schema::system_field_id(schema::SystemField::kOwner));
  BOOST_TEST(pipeline.find_stage("Won")->probability == 100);
  BOOST_TEST((pipeline.find_stage("Won")->forecast == Forecast::kClosed));
  BOOST_TEST((pipeline.find_stage("Lost")->forecast == Forecast::kOmitted));
  BOOST_TEST((first.forecast == Forecast::kPipeline));
  BOOST_TEST(pipeline.default_stage == 1u);
  BOOST_TEST(pipeline.may_create_in(2));
  BOOST_TEST(!pipeline.may_create_in(3));
  BOOST_REQUIRE(pipeline.transitions.size() == 3u);
  BOOST_TEST((pipeline.transitions[1].from == std::vector<std::uint32_t>{1}));  // no closed stage
  BOOST_TEST((pipeline.transitions[2].from == std::vector<std::uint32_t>{2, 3}));
  BOOST_TEST(pipeline.transitions[0].required_inputs[0] == 3u);

  // Conditions and assignments are handed on to be checked, each with its place.
  BOOST_TEST(out.uses.size() == 9u);
  for (const auto& use : out.uses) BOOST_TEST(use.place.line > 0u);

  const schema::EntityType& deal = *out.catalog.find("deal");
  const schema::Field& field = *deal.find_field("stage");
  BOOST_TEST(field.pipeline == "sales");
  BOOST_TEST(field.find_option("Prospecting")->label == "Prospects");
  BOOST_TEST(*field.default_value->text() == "Prospecting");
  const schema::DerivedField* derived = deal.find_derived("stage_class");
  BOOST_REQUIRE(derived != nullptr);
  BOOST_TEST((derived->values[1] == std::pair(std::uint32_t{2}, Value("won"))));
  BOOST_TEST((deal.find_derived("stage_order")->values[2].second == Value(3)));
}

BOOST_AUTO_TEST_CASE(policies_generate_transitions) {
  const Pipeline any = publish(with_stages("")).sales();
  BOOST_TEST(find(any, 1, 2) != nullptr);
  BOOST_TEST(find(any, 2, 1) != nullptr);
  BOOST_TEST(find(any, 1, 4) != nullptr);
  BOOST_TEST(find(any, 1, 1) == nullptr);
  BOOST_TEST(find(any, 4, 1) == nullptr);  // closed stages are left by reopening only
  BOOST_TEST(any.transitions[0].generated);

  const Pipeline forward = publish(with_stages(R"(, "policy": "forward_only")")).sales();
  BOOST_TEST(find(forward, 1, 2) != nullptr);
  BOOST_TEST(find(forward, 2, 1) == nullptr);
  BOOST_TEST(find(forward, 3, 1) != nullptr);  // a parked one is taken up anywhere
  BOOST_TEST(find(forward, 2, 5) != nullptr);  // losing is always possible

  const Pipeline steps = publish(with_stages(R"(, "policy": {"no_skip": 1})")).sales();
  BOOST_TEST(find(steps, 1, 2) != nullptr);
  BOOST_TEST(find(steps, 1, 4) == nullptr);
  BOOST_TEST(find(steps, 2, 4) != nullptr);
  BOOST_TEST(find(steps, 2, 1) != nullptr);

  const Pipeline reopened = publish(with_stages(R"(, "reopen": ["New"])")).sales();
  BOOST_REQUIRE(find(reopened, 4, 1) != nullptr);
  BOOST_TEST(find(reopened, 4, 1)->reopen);
  BOOST_TEST(find(reopened, 4, 2) == nullptr);
  BOOST_TEST(!find(reopened, 2, 1)->reopen);

  // What is declared stands in place of what would be generated.
  const Pipeline mixed = publish(with_stages(R"(, "policy": "any", "transitions": [
    {"name": "win", "from": ["Offer"], "to": "Won", "guard": "r.amount != null"
}])"))
                             .sales();
  BOOST_TEST(find(mixed, 2, 4)->name == "win");
  BOOST_TEST(std::count_if(mixed.transitions.begin(), mixed.transitions.end(), [](const auto& t) {
               return t.to == 4 && std::count(t.from.begin(), t.from.end(), 2u) > 0;
             }) == 1);
}

BOOST_AUTO_TEST_CASE(defaults_of_creation) {
  const Pipeline open = publish(with_stages("")).sales();
  BOOST_TEST((open.create_stages == std::vector<std::uint32_t>{1, 2, 3}));
  BOOST_TEST(open.default_stage == 1u);
  const Pipeline all =
      publish(with_stages(R"(, "create_stages": "*", "default_stage": "Offer")")).sales();
  BOOST_TEST(all.create_stages.size() == 5u);
  BOOST_TEST(all.default_stage == 2u);
}

BOOST_AUTO_TEST_CASE(stages_keep_their_ids_and_never_vanish) {
  const Published first = publish(with_stages(""));
  const Published same = publish(with_stages(""), first.catalog, first.definitions);
  BOOST_TEST((same.catalog == first.catalog));
  BOOST_TEST((same.definitions == first.definitions));

  const Published reordered = publish(sales(R"("stages": {
    "Won": {"class": "won"}, "Lost": {"class": "lost"},
    "Fresh": {"class": "open", "probability": 5},
    "Hold": {"class": "parked"}, "Offer": {"class": "open", "probability": 60},
    "New": {"class": "open", "retired": true}})"),
                                      first.catalog, first.definitions);
  const Pipeline& pipeline = reordered.sales();
  BOOST_TEST(pipeline.version == 2u);
  BOOST_TEST(pipeline.find_stage("New")->id == 1u);
  BOOST_TEST(pipeline.find_stage("Fresh")->id == 6u);
  BOOST_TEST(reordered.catalog.find("deal")->find_field("stage")->find_option("New")->retired);
  BOOST_TEST(find(pipeline, 2, 1) == nullptr);  // nothing enters a retired stage
  BOOST_TEST(find(pipeline, 1, 2) != nullptr);  // it can be left
  BOOST_TEST(pipeline.default_stage == 6u);

  const Published lost = publish(sales(R"("stages": {"New": {"class": "open", "probability": 1}})"),
                                 first.catalog, first.definitions);
  BOOST_TEST(lost.codes() == "stage_removed stage_removed stage_removed stage_removed");
  BOOST_TEST((lost.diagnostics.status("").code() == Code::kModelIncompatible));
}

struct Bad {
  std::string pipelines;
  const char* codes;
};

BOOST_AUTO_TEST_CASE(bad_pipelines_are_named) {
  const auto stage = [](const std::string& text) {
    return sales(R"("stages": {"New": {"class": "open", "probability": 1}, "S": )" + text + "}");
  };
  const auto move = [](const std::string& text) {
    return with_stages(R"(, "transitions": [)" + text + "]");
  };
  const Bad cases[] = {
      {"[]", "type"},
      {R"({"Sales": {"entity": "deal", "field": "stage", "stages": {"A": {"class": "parked"}}}})",
       "name"},
      {R"({"sales": {}})", "missing_member missing_member missing_member"},
      {R"({"sales": {"entity": "deel", "field": "stage", "stages": {"A": {"class": "parked"}}}})",
       "unknown_entity"},
      {R"({"sales": {"entity": "deal", "field": "stag", "stages": {"A": {"class": "parked"}}}})",
       "unknown_field"},
      {R"({"sales": {"entity": "deal", "field": "tier", "stages": {"A": {"class": "parked"}}}})",
       "type"},
      {R"({"sales": {"entity": "deal", "field": "x", "stages": {"A": {"class": "parked"}}}})",
       "duplicate_name"},  // x_order is a field
      {R"({"sales": {"entity": "deal", "field": "stage", "stages": {"A": {"class": "parked"}}},
           "more": {"entity": "deal", "field": "stage", "stages": {"A": {"class": "parked"}}}})",
       "duplicate_name"},
      {sales(R"("stages": {"A": {"class": "won"}})"), "create_stages"},
      {stage("1"), "type"},
      {stage("{}"), "missing_member"},
      {stage(R"({"class": "closed"})"), "unknown_value"},
      {stage(R"({"class": "won", "probability": 90})"), "probability"},
      {stage(R"({"class": "lost", "probability": 10})"), "probability"},
      {stage(R"({"class": "open", "probability": 101})"), "range"},
      {stage(R"({"class": "won", "order": 1})"), "order"},
      {stage(R"({"class": "won", "forecast": "sure"})"), "unknown_value"},
      {stage(R"({"class": "won", "required": ["amont"]})"), "unknown_field"},
      {stage(R"({"class": "won", "required": "amount"})"), "type"},
      {stage(R"({"class": "won", "on_entry": {"stage": "'New'"}})"), "machine_field"},
      {stage(R"({"class": "won", "on_entry": {"version": "1"}})"), "read_only"},
      {stage(R"({"class": "won", "on_entry": {"amount": 5}})"), "type"},
      {stage(R"({"class": "won", "rot_after": "soon"})"), "duration"},
      {stage(R"({"class": "won", "rot_after": "-1d"})"), "duration"},
      {stage(R"({"class": "won", "clas": "x"})"), "unknown_member"},
      {with_stages(R"(, "default_stage": "Nwe")"), "unknown_stage"},
      {with_stages(R"(, "default_stage": "Won")"), "default_stage"},
      {with_stages(R"(, "create_stages": ["Nope"])"), "unknown_stage"},
      {with_stages(R"(, "policy": "some")"), "unknown_value"},
      {with_stages(R"(, "policy": {"no_skip": 0})"), "range"},
      {with_stages(R"(, "reopen": ["Old"])"), "unknown_stage"},
      {move("7"), "type"},
      {move(R"({"name": "a", "from": "New", "to": "Won"})"), "type"},
      {move(R"({"name": "a", "from": ["New"], "to": "Wno"})"), "unknown_stage"},
      {move(R"({"name": "a", "from": ["Won"], "to": "New"})"), "reopen"},
      {move(R"({"from": ["New"], "to": "Won"})"), "missing_member"},
      {move(R"({"name": "a", "from": ["New"], "to": "Won", "auto": true})"), "missing_member"},
      {move(R"({"name": "a", "from": ["New"], "to": "Won", "required_inputs": ["y"]})"),
       "unknown_field"},
  };
  for (const Bad& bad : cases) {
    BOOST_TEST_CONTEXT(bad.pipelines) {
      const Published out = publish(bad.pipelines);
      BOOST_TEST(out.codes() == bad.codes);
      for (const Violation& violation : out.diagnostics.errors()) BOOST_TEST(violation.line > 0u);
    }
  }
}

BOOST_AUTO_TEST_CASE(lint_warns_of_dead_ends) {
  BOOST_TEST(publish(with_stages("")).warnings() == "");
  BOOST_TEST(publish(sales(R"("stages": {"A": {"class": "open", "probability": 1}})")).warnings() ==
             "no_end");
  BOOST_TEST(
      publish(sales(R"("stages": {"A": {"class": "open"}, "B": {"class": "won"}})")).warnings() ==
      "probability");
  const Published out = publish(sales(R"("stages": {
      "A": {"class": "open", "probability": 1}, "B": {"class": "open", "probability": 2},
      "C": {"class": "won"}},
    "create_stages": ["A"], "default_stage": "A",
    "transitions": [{"name": "one", "from": ["A"], "to": "C"},
                    {"name": "two", "from": ["A"], "to": "C", "guard": "true"}])"));
  BOOST_TEST(out.warnings() == "unreachable no_end shadowed");
}

BOOST_AUTO_TEST_CASE(stored_form) {
  const Published out = publish(with_stages(R"(, "reopen": "*", "transitions": [
    {"name": "win", "from": ["Offer"], "to": "Won", "guard": "true", "set": {"tier": "'a'"}}])"));
  BOOST_REQUIRE(out.diagnostics.ok());
  const std::string bytes = encode(out.definitions);
  const auto same = decode(bytes);
  BOOST_REQUIRE_MESSAGE(same.ok(), same.status().to_string());
  BOOST_TEST((*same == out.definitions));
  BOOST_TEST(decode("")->pipelines.empty());
  BOOST_TEST(!decode(bytes + "x").ok());
  for (std::size_t size = 1; size < bytes.size(); ++size) {
    BOOST_REQUIRE(!decode(std::string_view(bytes).substr(0, size)).ok());
  }
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    for (const int change : {1, 0x40, 0xFF}) {
      std::string bent = bytes;
      bent[at] = static_cast<char>(bent[at] ^ change);
      const auto decoded = decode(bent);
      if (decoded.ok()) BOOST_REQUIRE(decode(encode(*decoded)).ok());
    }
  }
}

BOOST_AUTO_TEST_CASE(names_of_classes_and_forecasts) {
  for (int i = 0; i < 4; ++i) {
    const auto value = static_cast<StageClass>(i);
    BOOST_TEST((stage_class_from_name(stage_class_name(value)) == value));
  }
  for (int i = 0; i < 5; ++i) {
    const auto value = static_cast<Forecast>(i);
    BOOST_TEST((forecast_from_name(forecast_name(value)) == value));
  }
  BOOST_TEST(!stage_class_from_name("closed").has_value());
  BOOST_TEST(!forecast_from_name("").has_value());
}

BOOST_AUTO_TEST_SUITE_END()
