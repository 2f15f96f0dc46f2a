#include <algorithm>
#include <array>
#include <utility>

#include "automation/section_parts.hpp"

namespace kith::automation {
namespace {

using schema::ObjectReader;
using schema::place_of;
using schema::Scope;

constexpr auto kStepKeys = std::to_array<std::string_view>(
    {"set", "create", "move", "assign", "send", "wait", "stop", "name", "when"});
constexpr std::size_t kKinds = 7;  // the first of the keys, as StepKind
constexpr auto kCreateKeys = std::to_array<std::string_view>({"entity", "set"});
constexpr auto kMoveKeys = std::to_array<std::string_view>({"to", "field", "set"});
constexpr auto kAssignKeys = std::to_array<std::string_view>({"field", "among", "where"});
constexpr auto kSendKeys =
    std::to_array<std::string_view>({"topic", "to", "template", "subject", "body", "data"});
constexpr auto kWaitKeys = std::to_array<std::string_view>({"until"});
constexpr auto kPayloadNames =
    std::to_array<std::string_view>({"to", "subject", "body", "template"});
constexpr std::size_t kMaxTopicBytes = 100;
constexpr std::size_t kMaxTemplateBytes = 1 << 10;

// The one member that says what the step does; nothing when there is none or more than one.
std::optional<StepKind> step_kind(const ObjectReader& in) {
  std::optional<StepKind> kind;
  for (std::size_t i = 0; i < kKinds; ++i) {
    if (in.find(kStepKeys[i]) == nullptr) continue;
    if (kind) {
      in.error(kStepKeys[i], "step",
               "a step does one thing, and this one has both " + quote(step_kind_name(*kind)) +
                   " and " + quote(kStepKeys[i]) + ": make two steps of it");
      return std::nullopt;
    }
    kind = static_cast<StepKind>(i);
  }
  if (!kind) {
    in.error("", "step",
             "a step needs one of set, create, move, assign, send, wait and stop: what it does");
  }
  return kind;
}

void read_set(const ObjectReader& in, bool required, StepDeclaration* out) {
  out->set = schema::read_assignments(in, "set");
  const json::Node* node = in.find("set");
  const bool empty = node == nullptr || (node->is_object() && node->members().empty());
  if (required && empty) {
    in.error("set", "missing_member", "\"set\" is empty: name the fields that the step sets");
  }
}

void read_create(const ObjectReader& in, StepDeclaration* out) {
  out->entity = {in.required_text("entity", 1 << 10), in.place("entity")};
  read_set(in, false, out);
}

void read_move(const ObjectReader& in, StepDeclaration* out) {
  out->stage = {in.required_text("to", 1 << 10), in.place("to")};
  out->field = placed_text(in, "field");
  read_set(in, false, out);
}

void read_assign(const ObjectReader& in, StepDeclaration* out) {
  out->field = {in.required_text("field", 1 << 10), in.place("field")};
  out->entity = placed_text(in, "among");
  out->step.among = in.expression("where");
  out->among_place = in.place("where");
}

void read_data(const ObjectReader& in, StepDeclaration* out) {
  for (const schema::AssignmentDeclaration& member : schema::read_assignments(in, "data")) {
    std::string problem = name_problem(member.field, *in.scope().limits);
    if (std::find(kPayloadNames.begin(), kPayloadNames.end(), member.field) !=
        kPayloadNames.end()) {
      problem = "is a member of the message already";
    }
    if (!problem.empty()) {
      in.scope().error(member.field_place, "name",
                       "\"data\": the name " + quote(member.field) + " " + problem);
    }
    out->step.data.emplace_back(member.field, member.expression);
    out->data_places.push_back(member.place);
  }
}

void read_send(const ObjectReader& in, StepDeclaration* out) {
  Step& step = out->step;
  step.topic = in.required_text("topic", kMaxTopicBytes);
  step.to = in.expression("to");
  out->to_place = in.place("to");
  step.message_template = in.text("template", kMaxTemplateBytes);
  out->template_place = in.place("template");
  step.subject = in.text("subject", in.scope().limits->max_expression_bytes);
  out->subject_place = in.place("subject");
  step.body = in.text("body", in.scope().limits->max_expression_bytes);
  out->body_place = in.place("body");
  read_data(in, out);
  const bool texts = in.find("subject") != nullptr || in.find("body") != nullptr;
  if (in.find("template") != nullptr && texts) {
    in.error("template", "unexpected_member",
             "the template gives subject and body: leave them out, or leave out the template");
  }
  if (step.message_template.empty() && step.subject.empty() && step.body.empty() &&
      step.data.empty()) {
    in.error("", "missing_member",
             "the message says nothing: give it a template, a subject, a body or data");
  }
}

// "wait": "3d", or {"until": "r.close_date"}.
void read_wait(const ObjectReader& in, const json::Node& node, StepDeclaration* out) {
  if (node.is_object()) {
    const ObjectReader wait(node, in.scope(), kWaitKeys);
    wait.required_text("until", 1 << 20);
    out->step.until = wait.expression("until");
    out->until_place = wait.place("until");
    return;
  }
  if (!node.is_text()) {
    in.error("wait", "type",
             "\"wait\" must be a span such as \"3d\" or {\"until\": an expression}");
    return;
  }
  const std::size_t before = in.scope().diagnostics->error_count();
  out->step.wait_us = read_span(in, "wait");
  if (out->step.wait_us <= 0 && in.scope().diagnostics->error_count() == before) {
    in.error("wait", "range", "a wait must last a microsecond at least, not " + quote(node.text()));
  }
}

void read_stop(const ObjectReader& in, const json::Node& node) {
  if (node.is_bool() && node.boolean()) return;
  in.error("stop", "type", "\"stop\" must be true; a condition goes into \"when\"");
}

// What belongs to the kind. `node` is the value of the member that names it.
void read_kind(const ObjectReader& in, const json::Node& node, StepDeclaration* out) {
  switch (out->step.kind) {
    case StepKind::kSet: return read_set(in, true, out);
    case StepKind::kWait: return read_wait(in, node, out);
    case StepKind::kStop: return read_stop(in, node);
    case StepKind::kCreate: return read_create(ObjectReader(node, in.scope(), kCreateKeys), out);
    case StepKind::kMove: return read_move(ObjectReader(node, in.scope(), kMoveKeys), out);
    case StepKind::kAssign: return read_assign(ObjectReader(node, in.scope(), kAssignKeys), out);
    case StepKind::kSend: return read_send(ObjectReader(node, in.scope(), kSendKeys), out);
  }
}

StepDeclaration read_step(const json::Node& node, const Scope& automation, std::size_t number) {
  StepDeclaration out;
  out.place = place_of(node);
  Scope scope = automation;
  scope.where += ", step " + std::to_string(number);
  const ObjectReader in(node, scope, kStepKeys);
  if (!in.ok()) return out;
  Step& step = out.step;
  step.name = std::to_string(number);
  if (in.find("name") != nullptr) {
    step.name = in.text("name", 1 << 10);
    const std::string problem = identifier_problem(step.name, *scope.limits);
    if (!problem.empty()) {
      in.error("name", "name", "the step name " + quote(step.name) + " " + problem);
    }
  }
  step.when = in.expression("when");
  out.when_place = in.place("when");
  if (const std::optional<StepKind> kind = step_kind(in)) {
    step.kind = *kind;
    const json::Node& value = *in.find(step_kind_name(*kind));
    const bool object =
        *kind != StepKind::kWait && *kind != StepKind::kStop && *kind != StepKind::kSet;
    if (object && !value.is_object()) {
      in.error(step_kind_name(*kind), "type",
               quote(step_kind_name(*kind)) + " must be an object, not " +
                   std::string(json::kind_name(value.kind())));
    } else {
      read_kind(in, value, &out);
    }
  }
  return out;
}

}  // namespace

std::vector<StepDeclaration> read_steps(const ObjectReader& in) {
  std::vector<StepDeclaration> steps;
  const json::Node* node = in.find("steps");
  if (node == nullptr || (node->is_array() && node->elements().empty())) {
    in.error("steps", "missing_member", "\"steps\" is missing: what the automation does");
    return steps;
  }
  if (!node->is_array()) {
    in.error("steps", "type", "\"steps\" must be an array of steps");
    return steps;
  }
  if (node->elements().size() > in.scope().limits->max_steps) {
    in.error("steps", "limit",
             "an automation has at most " + std::to_string(in.scope().limits->max_steps) +
                 " steps (limit max_steps)");
    return steps;
  }
  for (const json::Node& element : node->elements()) {
    StepDeclaration step = read_step(element, in.scope(), steps.size() + 1);
    const bool twice = std::any_of(steps.begin(), steps.end(), [&](const StepDeclaration& known) {
      return known.step.name == step.step.name;
    });
    if (twice && !step.step.name.empty()) {
      in.scope().error(step.place, "duplicate_name",
                       "two steps have the name " + quote(step.step.name));
    }
    steps.push_back(std::move(step));
  }
  return steps;
}

}  // namespace kith::automation
