#include <array>
#include <charconv>
#include <optional>
#include <utility>

#include "automation/section_parts.hpp"
#include "kith/date.hpp"

namespace kith::automation {
namespace {

using schema::ObjectReader;
using schema::place_of;
using schema::PlacedText;
using schema::Scope;

constexpr auto kKeys = std::to_array<std::string_view>(
    {"entity", "on", "order", "when", "set", "watch", "stage", "field", "offset", "at", "event",
     "exit_when", "enroll", "while_active", "max_per_hour", "on_error", "state", "owner", "steps"});
constexpr auto kTriggers =
    std::to_array<std::string_view>({"created", "updated", "deleted", "restored", "stage_entered",
                                     "stage_left", "date_reached", "event", "before_save"});
constexpr auto kPolicies = std::to_array<std::string_view>({"on_edge", "every_event", "once"});
constexpr auto kStates = std::to_array<std::string_view>({"active", "paused", "retired"});
constexpr auto kOnError = std::to_array<std::string_view>({"stop", "continue"});
constexpr std::int64_t kMaxOrder = 1'000'000;
constexpr std::int64_t kMaxPerHour = 1'000'000;
constexpr std::size_t kMaxEventBytes = 100;

// The members that only some triggers have.
struct Belongs {
  std::string_view member;
  std::string_view triggers;  // each between spaces
};
constexpr std::string_view kRuns =
    " created updated deleted restored stage_entered stage_left date_reached event ";
constexpr auto kBelongs = std::to_array<Belongs>({
    {"set", " before_save "},
    {"watch", " updated "},
    {"stage", " stage_entered stage_left "},
    {"field", " stage_entered stage_left date_reached "},
    {"offset", " date_reached "},
    {"at", " date_reached "},
    {"event", " event "},
    {"exit_when", kRuns},
    {"enroll", kRuns},
    {"while_active", kRuns},
    {"max_per_hour", kRuns},
    {"on_error", kRuns},
    {"state", kRuns},
    {"owner", kRuns},
    {"steps", kRuns},
});

void check_members(const ObjectReader& in, std::string_view trigger) {
  for (const Belongs& belongs : kBelongs) {
    if (in.find(belongs.member) == nullptr) continue;
    const std::string word = " " + std::string(trigger) + " ";
    if (belongs.triggers.find(word) != std::string_view::npos) continue;
    std::string remedy = "it belongs to" + std::string(belongs.triggers) + "alone";
    if (belongs.triggers == kRuns)
      remedy = "a before_save rule has \"when\", \"order\" and \"set\"";
    if (belongs.member == "set") remedy = "write {\"set\": {...}} as one of its \"steps\"";
    in.error(
        belongs.member, "unexpected_member",
        quote(belongs.member) + " has no meaning with \"on\": " + quote(trigger) + ": " + remedy);
  }
}

// "09:30" as a minute of the day.
std::int32_t read_time_of_day(const ObjectReader& in, std::string_view member) {
  const PlacedText at = placed_text(in, member);
  if (at.text.empty()) return 0;
  const std::string& text = at.text;
  const auto number = [&](std::size_t from) {
    int value = -1;
    const char* end = text.data() + from + 2;
    return std::from_chars(text.data() + from, end, value).ptr == end ? value : -1;
  };
  if (text.size() == 5 && text[2] == ':') {
    const int hour = number(0);
    const int minute = number(3);
    if (hour >= 0 && hour < 24 && minute >= 0 && minute < 60) return hour * 60 + minute;
  }
  in.error(member, "time",
           quote(text) + " is not a time of day: write it like \"09:30\", in UTC, up to \"23:59\"");
  return 0;
}

// One text or an array of them.
std::vector<PlacedText> read_text_or_texts(const ObjectReader& in, std::string_view member) {
  const json::Node* node = in.find(member);
  if (node == nullptr) return {};
  std::vector<PlacedText> texts;
  if (node->is_text()) {
    texts.push_back({node->text(), place_of(*node)});
  } else {
    texts = schema::read_texts(node, member, in.scope());
    if (node->is_array() && node->elements().empty()) {
      in.error(member, "missing_member", quote(member) + " is empty: leave it out to mean any");
    }
  }
  return texts;
}

// The trigger's own members.
void read_trigger(const ObjectReader& in, AutomationDeclaration* out) {
  Automation& a = out->automation;
  out->watch =
      a.trigger == Trigger::kUpdated ? read_text_or_texts(in, "watch") : std::vector<PlacedText>();
  out->stages = read_text_or_texts(in, "stage");
  out->field = a.trigger == Trigger::kDateReached
                   ? PlacedText{in.required_text("field", 1 << 10), in.place("field")}
                   : placed_text(in, "field");
  a.offset_us = read_span(in, "offset");
  a.at_minute = read_time_of_day(in, "at");
  if (in.find("at") != nullptr) out->at_place = in.place("at");
  if (a.trigger == Trigger::kEvent) a.event = in.required_text("event", kMaxEventBytes);
}

void read_policies(const ObjectReader& in, AutomationDeclaration* out) {
  Automation& a = out->automation;
  a.exit_when = in.expression("exit_when");
  out->exit_when_place = in.place("exit_when");
  a.enrolment = static_cast<EnrolmentPolicy>(in.one_of("enroll", kPolicies).value_or(0));
  a.while_active = in.boolean("while_active", false);
  a.max_per_hour = static_cast<std::uint32_t>(
      in.integer("max_per_hour", 1, kMaxPerHour).value_or(a.max_per_hour));
  a.continue_on_error = in.one_of("on_error", kOnError).value_or(0) == 1;
  a.state = static_cast<State>(in.one_of("state", kStates).value_or(0));
  out->owner = placed_text(in, "owner");
}

void read_set(const ObjectReader& in, AutomationDeclaration* out) {
  out->set = read_assignments(in, "set");
  if (in.find("set") == nullptr ||
      (in.find("set")->is_object() && in.find("set")->members().empty())) {
    in.error("set", "missing_member", "\"set\" is missing: the fields the rule gives a value");
  }
}

AutomationDeclaration read_automation(const json::Member& member, const ObjectReader& in) {
  AutomationDeclaration out;
  out.place = place_of(member);
  out.automation.name = member.name;
  out.entity = {in.required_text("entity", 1 << 10), in.place("entity")};
  out.automation.order = static_cast<std::int32_t>(in.integer("order", 0, kMaxOrder).value_or(0));
  out.automation.when = in.expression("when");
  out.when_place = in.place("when");
  if (in.find("on") == nullptr) {
    in.error("on", "missing_member", "\"on\" is missing: what the automation waits for");
    return out;
  }
  const std::optional<std::size_t> trigger = in.one_of("on", kTriggers);
  if (!trigger) return out;
  check_members(in, kTriggers[*trigger]);
  out.before_save = kTriggers[*trigger] == "before_save";
  if (out.before_save) {
    read_set(in, &out);
    return out;
  }
  out.automation.trigger = *trigger_from_name(kTriggers[*trigger]);
  read_trigger(in, &out);
  read_policies(in, &out);
  out.steps = read_steps(in);
  return out;
}

bool within_limits(const json::Node& member, const Scope& section) {
  if (member.members().size() <= section.limits->max_automations) return true;
  section.error(place_of(member), "limit",
                "a model has at most " + std::to_string(section.limits->max_automations) +
                    " automations (limit max_automations)");
  return false;
}

}  // namespace

PlacedText placed_text(const ObjectReader& in, std::string_view member) {
  PlacedText read{in.text(member, 1 << 10), in.place(member)};
  const json::Node* node = in.find(member);
  if (node != nullptr && node->is_text() && node->text().empty()) {
    in.error(member, "missing_member", quote(member) + " is empty: leave it out");
  }
  return read;
}

std::int64_t read_span(const ObjectReader& in, std::string_view member) {
  const PlacedText read = placed_text(in, member);
  if (read.text.empty()) return 0;
  const Result<Duration> span = Duration::parse(read.text);
  if (span.ok()) return span->total_microseconds();
  in.error(member, "duration", std::string(span.status().message()));
  return 0;
}

std::vector<AutomationDeclaration> parse_automations(const json::Node* member,
                                                     const schema::ModelLimits& limits,
                                                     schema::Diagnostics& diagnostics) {
  std::vector<AutomationDeclaration> declared;
  if (member == nullptr) return declared;
  const Scope section{&diagnostics, &limits, "", "", ""};
  if (!member->is_object()) {
    section.error(place_of(*member), "type", "\"automations\" must be an object keyed by name");
    return declared;
  }
  if (!within_limits(*member, section)) return declared;
  std::size_t before_rules = 0;
  for (const json::Member& automation : member->members()) {
    if (const std::string problem = identifier_problem(automation.name, limits); !problem.empty()) {
      section.error(place_of(automation), "name",
                    "the automation name " + quote(automation.name) + " " + problem);
    }
    const Scope scope{&diagnostics, &limits, "", "", "automation " + automation.name};
    const ObjectReader in(automation.value, scope, kKeys);
    if (!in.ok()) continue;
    declared.push_back(read_automation(automation, in));
    if (!declared.back().before_save || ++before_rules != limits.max_before_rules + 1) continue;
    section.error(place_of(automation), "limit",
                  "a model has at most " + std::to_string(limits.max_before_rules) +
                      " before_save rules (limit max_before_rules)");
  }
  return declared;
}

}  // namespace kith::automation
