#include "pipeline/machine.hpp"

#include <boost/test/unit_test.hpp>
#include <optional>

#include "pipeline/section.hpp"
#include "record/builder.hpp"
#include "tests/schema/model_fixture.hpp"

using namespace kith;
using namespace kith::pipeline;

namespace {

const char* const kEntities = R"({
  "account": {"fields": {"name": {"type": "text"}}},
  "deal": {"fields": {
    "stage": {"type": "choice"}, "amount": {"type": "int"}, "reason": {"type": "text"},
    "tier": {"type": "text"}, "account": {"type": "reference", "to": "account"}}}})";

// Related records, and how often they were asked for.
struct CountingHost : expr::Host {
  std::string image;
  record::View view;
  int loads = 0;
  bool broken = false;

  Result<const record::View*> load(RecordId) override {
    ++loads;
    if (broken) return Status(Code::kIo, "the disk is gone");
    return &view;
  }
};

// A pipeline on deal.stage with these members, and records to be judged by it.
struct Judged {
  schema::Catalog catalog;
  std::vector<record::Layout> layouts;
  Machine machine;
  CountingHost host;
  Status status;
  std::vector<std::uint32_t> inputs;

  explicit Judged(const std::string& members) {
    schema::Diagnostics diagnostics;
    const schema::ModelLimits limits;
    const auto entities = *json::parse(kEntities);
    const auto declared = schema::parse_entities(&entities, limits, diagnostics);
    catalog = schema::plan_entities({}, declared, limits, diagnostics);
    const auto node =
        json::parse(R"({"sales": {"entity": "deal", "field": "stage", )" + members + "}}");
    BOOST_REQUIRE_MESSAGE(node.ok(), node.status().to_string());
    const auto pipelines = parse_pipelines(&*node, limits, diagnostics);
    std::vector<schema::ExpressionUse> uses;
    Definitions definitions =
        publish_pipelines(pipelines, {}, {}, limits, catalog, diagnostics, &uses);
    BOOST_REQUIRE_MESSAGE(diagnostics.ok(), diagnostics.status("").to_string());
    for (const schema::EntityType& type : catalog.types) {
      layouts.push_back(record::Layout::of(type));
    }
    const auto env = expr::Environment::for_entity(
        catalog, [this](std::uint16_t id) { return &layouts[id - 1u]; }, deal().id);
    const auto compile = [&](const std::string& source, bool condition, const std::string&) {
      expr::CompileOptions options;
      if (condition) options.expected = expr::Type::of(expr::TypeKind::kBool);
      return expr::compile(source, env, options);
    };
    auto compiled = Machine::compile(definitions.pipelines[0], compile);
    BOOST_REQUIRE_MESSAGE(compiled.ok(), compiled.status().to_string());
    machine = *std::move(compiled);
    host.image = *record::build(catalog.types[0], layouts[0], {}, {});
    host.view.init(host.image);
  }

  const schema::EntityType& deal() const { return *catalog.find("deal"); }

  std::string record(const Patch& fields) const {
    std::vector<record::FieldChange> changes;
    for (const auto& [name, value] : fields) {
      changes.emplace_back(deal().find_field(name)->id, value);
    }
    return *record::build(deal(), layouts[1], {}, changes);
  }

  // Everything that is against going from one record to the other, "code:field" each; a record
  // without fields is none.
  std::string judge(const Patch& before, const Patch& after, bool stays = false) {
    const std::string old_bytes = record(before);
    const std::string new_bytes = record(after);
    record::View old_view;
    record::View new_view;
    old_view.init(old_bytes);
    new_view.init(new_bytes);
    expr::Activation activation;
    activation.set_host(&host);
    activation.set_record(RecordId(2, 1), &new_view);
    if (!before.empty()) activation.set_old(RecordId(2, 1), &old_view);
    const Move move{&deal(), &layouts[1], stage(old_view), stage(new_view), &inputs};
    Judgement judged;
    host.loads = 0;
    if (stays) {
      status = judge_stay(machine, move, activation, &judged);
    } else {
      status = judge_move(machine, move, activation, &judged);
      if (status.ok()) status = judge_record(machine, move, activation, &judged);
    }
    transition = judged.transition != nullptr ? judged.transition->name : "";
    violations = judged.violations;
    std::string text;
    for (const Violation& v : violations) {
      BOOST_TEST(v.entity == "deal");
      BOOST_TEST(!v.message.empty());
      text += (text.empty() ? "" : " ") + v.code + ":" + v.field;
    }
    return text;
  }

  const Stage* stage(const record::View& view) const {
    const record::Slot& slot = layouts[1].slot(machine.definition.field);
    return view.has(slot) ? machine.definition.find_stage(view.choice(slot)) : nullptr;
  }

  std::string transition;
  std::vector<Violation> violations;
};

const Patch kAccount{{"account", RecordId(1, 1)}};

Patch in(const char* stage, Patch more = {}) {
  more.insert(more.begin(), {"stage", Value(stage)});
  return more;
}

const char* const kStages = R"("stages": {
  "New": {"class": "open", "probability": 10, "exit_guard": "r.tier != 'locked'"},
  "Offer": {"class": "open", "probability": 50, "entry_guard": "r.amount > 0",
            "required": ["reason", {"field": "account", "when": "r.amount > 100"}]},
  "Won": {"class": "won"},
  "Lost": {"class": "lost"},
  "Old": {"class": "open", "probability": 1, "retired": true}})";

std::string with(const std::string& more) { return std::string(kStages) + ", " + more; }

}  // namespace

BOOST_AUTO_TEST_SUITE(pipeline_machine)

BOOST_AUTO_TEST_CASE(the_first_transition_whose_guard_holds_is_taken) {
  Judged j(with(R"("policy": "any", "transitions": [
    {"name": "big", "from": ["New"], "to": "Won", "guard": "r.amount > 1000"},
    {"name": "fair", "from": ["New", "Offer"], "to": "Won", "guard": "r.amount > 100"},
    {"name": "any", "from": ["New"], "to": "Won", "guard": "r.tier == 'gold'"}])"));
  BOOST_TEST(j.judge(in("New"), in("Won", {{"amount", 2000}})) == "");
  BOOST_TEST(j.transition == "big");
  BOOST_TEST(j.judge(in("New"), in("Won", {{"amount", 500}, {"tier", "gold"}})) == "");
  BOOST_TEST(j.transition == "fair");
  BOOST_TEST(j.judge(in("New"), in("Won", {{"amount", 5}, {"tier", "gold"}})) == "");
  BOOST_TEST(j.transition == "any");
  // What the policy allows stands behind what is declared.
  BOOST_TEST(j.judge(in("New"), in("Lost")) == "");
  BOOST_TEST(j.transition == "Move to Lost");

  // None holds: all are named, the one that cannot be computed too.
  BOOST_TEST(j.judge(in("New"), in("Won", {{"amount", 5}})) ==
             "guard:stage guard:stage guard:stage");
  BOOST_TEST(j.violations[0].message.find("\"big\" does not hold: r.amount > 1000") !=
             std::string::npos);
  BOOST_TEST(j.judge(in("New"), in("Won")) == "guard:stage guard:stage guard:stage");
  BOOST_TEST(j.violations[1].message.find("could not be computed") != std::string::npos);
  BOOST_TEST(j.transition == "big");
}

BOOST_AUTO_TEST_CASE(a_guard_is_evaluated_once) {
  Judged j(with(R"("transitions": [
    {"name": "a", "from": ["New"], "to": "Won", "guard": "r.account.name == 'x'"},
    {"name": "b", "from": ["New"], "to": "Won", "guard": "r.account.name == null"},
    {"name": "c", "from": ["New"], "to": "Won", "guard": "r.account.name == 'y'"}])"));
  BOOST_TEST(j.judge(in("New"), in("Won", kAccount)) == "");
  BOOST_TEST(j.transition == "b");
  BOOST_TEST(j.host.loads == 2);  // and none after the one that holds
}

BOOST_AUTO_TEST_CASE(everything_against_a_move_is_said_at_once) {
  Judged j(with(R"("transitions": [
    {"name": "offer", "from": ["New"], "to": "Offer", "guard": "r.tier == 'gold'",
     "permission": "user != null", "required_inputs": ["tier", "amount"]}])"));
  j.inputs = {4};
  BOOST_TEST(j.judge(in("New"), in("Offer", {{"tier", "locked"}, {"amount", 0}})) ==
             "guard:stage permission:stage required_input:amount exit_guard:stage "
             "entry_guard:stage required:reason");
  j.inputs = {2, 4};
  BOOST_TEST(j.judge(in("New"), in("Offer", {{"tier", "gold"}, {"amount", 5}, {"reason", "x"}})) ==
             "permission:stage");
}

BOOST_AUTO_TEST_CASE(ways_that_are_not_there) {
  Judged j(with(R"("transitions": [
    {"name": "offer", "from": ["New"], "to": "Offer"},
    {"name": "win", "from": ["Offer"], "to": "Won"},
    {"name": "revive", "from": ["Lost"], "to": "New", "reopen": true}])"));
  BOOST_TEST(j.judge(in("New"), in("Won")) == "transition:stage");
  BOOST_TEST(j.violations[0].message ==
             "no transition leads from \"New\" to \"Won\"; from there one goes to \"Offer\"");
  BOOST_TEST(j.judge(in("Won"), in("New")) == "transition:stage");
  BOOST_TEST(j.violations[0].message.find("no way to reopen") != std::string::npos);
  BOOST_TEST(j.judge(in("Lost"), in("New")) == "");
  BOOST_TEST(j.transition == "revive");
  BOOST_TEST(j.judge(in("New"), in("Old")) == "retired_stage:stage");
  BOOST_TEST(j.judge(in("Won"), {}) == "transition:stage");
}

BOOST_AUTO_TEST_CASE(creation) {
  Judged j(with(R"("create_stages": ["New", "Offer"])"));
  BOOST_TEST(j.judge({}, in("New")) == "");
  BOOST_TEST(j.transition == "");
  BOOST_TEST(j.judge({}, in("Won")) == "create_stage:stage");
  BOOST_TEST(j.judge({}, in("Old")) == "retired_stage:stage");
  BOOST_TEST(j.judge({}, in("Offer")) == "entry_guard:stage required:reason");
  BOOST_TEST(j.judge({}, in("Offer", {{"amount", 1}, {"reason", "x"}})) == "");
  // A record that was in no stage enters its first one as a new record does.
  BOOST_TEST(j.judge({{"tier", "x"}}, in("Won")) == "create_stage:stage");
}

BOOST_AUTO_TEST_CASE(requirements) {
  Judged j(with(R"("policy": "any")"));
  BOOST_TEST(j.judge(in("New"), in("Offer", {{"amount", 50}, {"reason", "x"}})) == "");
  BOOST_TEST(j.judge(in("New"), in("Offer", {{"amount", 500}, {"reason", "x"}})) ==
             "required:account");
  Patch whole = in("Offer", {{"amount", 500}, {"reason", "x"}, kAccount[0]});
  BOOST_TEST(j.judge(in("New"), whole) == "");

  // Staying: what is emptied counts, what was empty does not.
  BOOST_TEST(j.judge(whole, in("Offer", {{"amount", 500}}), true) ==
             "required:reason required:account");
  BOOST_TEST(j.judge(whole, in("Offer", {{"amount", 50}}), true) == "required:reason");
  BOOST_TEST(j.judge(in("Offer", {{"amount", 500}}), in("Offer", {{"amount", 501}}), true) == "");
  // The condition of a requirement lacks an operand: it does not apply.
  BOOST_TEST(j.judge(whole, in("Offer", {{"reason", "x"}}), true) == "");
}

BOOST_AUTO_TEST_CASE(a_stage_that_is_entered_again) {
  Judged j(with(R"("policy": "any", "transitions": [
    {"name": "again", "from": ["Offer"], "to": "Offer", "guard": "r.tier == 'gold'"}])"));
  const std::uint32_t offer = j.machine.definition.find_stage("Offer")->id;
  const std::uint32_t fresh = j.machine.definition.find_stage("New")->id;
  BOOST_TEST(j.machine.repeats(offer));
  BOOST_TEST(!j.machine.repeats(fresh));
  const Patch before = in("Offer", {{"amount", 1}, {"reason", "x"}});
  BOOST_TEST(j.judge(before, before) == "guard:stage");
  const Patch gold = in("Offer", {{"amount", 1}, {"reason", "x"}, {"tier", "gold"}});
  BOOST_TEST(j.judge(before, gold) == "");
  BOOST_TEST(j.transition == "again");
}

BOOST_AUTO_TEST_CASE(a_store_that_fails_is_no_violation) {
  Judged j(with(R"("transitions": [
    {"name": "a", "from": ["New"], "to": "Won", "guard": "r.account.name == 'x'"}])"));
  j.host.broken = true;
  j.judge(in("New"), in("Won", kAccount));
  BOOST_TEST((j.status.code() == Code::kIo));
  BOOST_TEST(j.violations.empty());
}

BOOST_AUTO_TEST_SUITE_END()
