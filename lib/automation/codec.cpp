// The stored form of an automation.
#include <algorithm>
#include <utility>

#include "automation/definition.hpp"
#include "base/bytes.hpp"
#include "base/try.hpp"
#include "schema/assignment_codec.hpp"

namespace kith::automation {
namespace {

using base::ByteReader;
using base::ByteWriter;
using base::read_all;
using base::read_enum;
using base::read_natural;
using base::read_string;
using base::read_u32;
using base::write_all;
using base::write_u32;
using schema::read_assignment;
using schema::write_assignment;

constexpr std::uint8_t kFormat = 0;
constexpr std::int32_t kMinutesOfDay = 24 * 60;

using NamedExpression = std::pair<std::string, std::string>;

void write_named(ByteWriter& out, const NamedExpression& named) {
  out.string(named.first);
  out.string(named.second);
}
NamedExpression read_named(ByteReader& in) {
  std::string name = read_string(in);
  return {std::move(name), read_string(in)};
}

void write_step(ByteWriter& out, const Step& step) {
  out.u8(static_cast<std::uint8_t>(step.kind));
  out.string(step.name);
  out.string(step.when);
  write_all(out, step.set, write_assignment);
  out.varint(step.entity);
  out.varint(step.field);
  out.varint(step.stage);
  out.string(step.among);
  out.string(step.topic);
  out.string(step.to);
  out.string(step.message_template);
  out.string(step.subject);
  out.string(step.body);
  write_all(out, step.data, write_named);
  out.signed_varint(step.wait_us);
  out.string(step.until);
}

Step read_step(ByteReader& in) {
  Step step;
  step.kind = read_enum(in, StepKind::kSet, StepKind::kStop);
  step.name = read_string(in);
  step.when = read_string(in);
  step.set = read_all<schema::Assignment>(in, read_assignment);
  step.entity = in.varint16();
  step.field = in.varint32();
  step.stage = in.varint32();
  step.among = read_string(in);
  step.topic = read_string(in);
  step.to = read_string(in);
  step.message_template = read_string(in);
  step.subject = read_string(in);
  step.body = read_string(in);
  step.data = read_all<NamedExpression>(in, read_named);
  step.wait_us = in.signed_varint();
  step.until = read_string(in);
  return step;
}

// Whether a step has what its kind needs, so that nobody has to look twice.
bool complete(const Step& step) {
  if (step.name.empty()) return false;
  switch (step.kind) {
    case StepKind::kSet: return !step.set.empty();
    case StepKind::kCreate: return step.entity != 0;
    case StepKind::kMove: return step.field != 0 && step.stage != 0;
    case StepKind::kAssign: return step.field != 0 && step.entity != 0;
    case StepKind::kSend: return !step.topic.empty();
    case StepKind::kWait: return step.until.empty() ? step.wait_us > 0 : step.wait_us == 0;
    case StepKind::kStop: return true;
  }
  return false;
}

bool ascending(const std::vector<std::uint32_t>& ids) {
  return std::adjacent_find(ids.begin(), ids.end(), std::greater_equal<>()) == ids.end();
}

bool complete(const Automation& a) {
  return a.id != 0 && !a.name.empty() && a.version != 0 && a.entity != 0 && ascending(a.watch) &&
         ascending(a.stages) && a.at_minute < kMinutesOfDay &&
         (a.trigger == Trigger::kEvent) == !a.event.empty() && !a.steps.empty() &&
         std::all_of(a.steps.begin(), a.steps.end(), [](const Step& s) { return complete(s); });
}

}  // namespace

std::string encode(const Automation& automation) {
  ByteWriter out;
  out.u8(kFormat);
  out.varint(automation.id);
  out.string(automation.name);
  out.varint(automation.version);
  out.varint(automation.entity);
  out.u8(static_cast<std::uint8_t>(automation.trigger));
  write_all(out, automation.watch, write_u32);
  out.varint(automation.field);
  write_all(out, automation.stages, write_u32);
  out.signed_varint(automation.offset_us);
  out.varint(static_cast<std::uint32_t>(automation.at_minute));
  out.string(automation.event);
  out.string(automation.when);
  out.string(automation.exit_when);
  out.u8(static_cast<std::uint8_t>(automation.enrolment));
  out.boolean(automation.while_active);
  out.varint(static_cast<std::uint32_t>(automation.order));
  out.varint(automation.max_per_hour);
  out.boolean(automation.continue_on_error);
  out.u8(static_cast<std::uint8_t>(automation.state));
  out.u64(automation.owner.bits());
  write_all(out, automation.steps, write_step);
  return out.take();
}

Result<Automation> decode_automation(std::string_view bytes) {
  Automation a;
  ByteReader in(bytes);
  if (in.u8() != kFormat) in.fail();
  a.id = in.varint32();
  a.name = read_string(in);
  a.version = in.varint32();
  a.entity = in.varint16();
  a.trigger = read_enum(in, Trigger::kCreated, Trigger::kChanged);
  a.watch = read_all<std::uint32_t>(in, read_u32);
  a.field = in.varint32();
  a.stages = read_all<std::uint32_t>(in, read_u32);
  a.offset_us = in.signed_varint();
  a.at_minute = read_natural(in);
  a.event = read_string(in);
  a.when = read_string(in);
  a.exit_when = read_string(in);
  a.enrolment = read_enum(in, EnrolmentPolicy::kOnEdge, EnrolmentPolicy::kOnce);
  a.while_active = in.boolean();
  a.order = read_natural(in);
  a.max_per_hour = in.varint32();
  a.continue_on_error = in.boolean();
  a.state = read_enum(in, State::kActive, State::kRetired);
  a.owner = RecordId(in.u64());
  a.steps = read_all<Step>(in, read_step);
  KITH_TRY(in.finish("stored automation"));
  if (!complete(a)) {
    return Status(Code::kCorrupt,
                  "stored automation \"" + a.name + "\" lacks what its trigger or a step needs");
  }
  return a;
}

}  // namespace kith::automation
