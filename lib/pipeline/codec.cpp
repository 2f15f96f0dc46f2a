#include <algorithm>
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "pipeline/definition.hpp"
#include "schema/assignment_codec.hpp"

namespace kith::pipeline {
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

void write_requirement(ByteWriter& out, const Requirement& requirement) {
  out.varint(requirement.field);
  out.string(requirement.when);
}
Requirement read_requirement(ByteReader& in) {
  Requirement requirement;
  requirement.field = in.varint32();
  requirement.when = read_string(in);
  return requirement;
}

void write_stage(ByteWriter& out, const Stage& stage) {
  out.varint(stage.id);
  out.string(stage.name);
  out.string(stage.label);
  out.u8(static_cast<std::uint8_t>(stage.stage_class));
  out.varint(static_cast<std::uint32_t>(stage.order));
  out.varint(static_cast<std::uint32_t>(stage.probability));
  out.u8(static_cast<std::uint8_t>(stage.forecast));
  write_all(out, stage.required, write_requirement);
  out.string(stage.entry_guard);
  out.string(stage.exit_guard);
  write_all(out, stage.on_entry, write_assignment);
  write_all(out, stage.on_exit, write_assignment);
  out.signed_varint(stage.rot_after_us);
  out.boolean(stage.retired);
}

Stage read_stage(ByteReader& in) {
  Stage stage;
  stage.id = in.varint32();
  stage.name = read_string(in);
  stage.label = read_string(in);
  stage.stage_class = read_enum(in, StageClass::kOpen, StageClass::kParked);
  stage.order = read_natural(in);
  stage.probability = read_natural(in);
  stage.forecast = read_enum(in, Forecast::kOmitted, Forecast::kClosed);
  stage.required = read_all<Requirement>(in, read_requirement);
  stage.entry_guard = read_string(in);
  stage.exit_guard = read_string(in);
  stage.on_entry = read_all<schema::Assignment>(in, read_assignment);
  stage.on_exit = read_all<schema::Assignment>(in, read_assignment);
  stage.rot_after_us = in.signed_varint();
  stage.retired = in.boolean();
  if (stage.id == 0 || stage.probability > 100 || stage.rot_after_us < 0) in.fail();
  return stage;
}

void write_transition(ByteWriter& out, const Transition& transition) {
  out.string(transition.name);
  write_all(out, transition.from, write_u32);
  out.varint(transition.to);
  out.string(transition.guard);
  write_all(out, transition.required_inputs, write_u32);
  out.string(transition.permission);
  write_all(out, transition.set, write_assignment);
  out.boolean(transition.automatic);
  out.boolean(transition.reopen);
  out.boolean(transition.generated);
}

Transition read_transition(ByteReader& in) {
  Transition transition;
  transition.name = read_string(in);
  transition.from = read_all<std::uint32_t>(in, read_u32);
  transition.to = in.varint32();
  transition.guard = read_string(in);
  transition.required_inputs = read_all<std::uint32_t>(in, read_u32);
  transition.permission = read_string(in);
  transition.set = read_all<schema::Assignment>(in, read_assignment);
  transition.automatic = in.boolean();
  transition.reopen = in.boolean();
  transition.generated = in.boolean();
  return transition;
}

void write_pipeline(ByteWriter& out, const Pipeline& pipeline) {
  out.string(pipeline.name);
  out.string(pipeline.label);
  out.varint(pipeline.version);
  out.varint(pipeline.entity);
  out.varint(pipeline.field);
  out.varint(pipeline.entered_field);
  out.varint(pipeline.probability_field);
  write_all(out, pipeline.stages, write_stage);
  write_all(out, pipeline.create_stages, write_u32);
  out.varint(pipeline.default_stage);
  write_all(out, pipeline.transitions, write_transition);
}

Pipeline read_pipeline(ByteReader& in) {
  Pipeline pipeline;
  pipeline.name = read_string(in);
  pipeline.label = read_string(in);
  pipeline.version = in.varint32();
  pipeline.entity = in.varint16();
  pipeline.field = in.varint32();
  pipeline.entered_field = in.varint32();
  pipeline.probability_field = in.varint32();
  pipeline.stages = read_all<Stage>(in, read_stage);
  pipeline.create_stages = read_all<std::uint32_t>(in, read_u32);
  pipeline.default_stage = in.varint32();
  pipeline.transitions = read_all<Transition>(in, read_transition);
  return pipeline;
}

// Every stage that is spoken of is there, so that nobody has to look twice.
bool consistent(const Pipeline& pipeline) {
  const auto known = [&](std::uint32_t id) { return pipeline.find_stage(id) != nullptr; };
  const auto all_known = [&](const std::vector<std::uint32_t>& ids) {
    return std::all_of(ids.begin(), ids.end(), known);
  };
  if (pipeline.stages.empty() || !known(pipeline.default_stage)) return false;
  return all_known(pipeline.create_stages) &&
         std::all_of(pipeline.transitions.begin(), pipeline.transitions.end(),
                     [&](const Transition& t) { return known(t.to) && all_known(t.from); });
}

}  // namespace

std::string encode(const Definitions& definitions) {
  ByteWriter out;
  out.u8(kFormat);
  write_all(out, definitions.pipelines, write_pipeline);
  return out.take();
}

Result<Definitions> decode(std::string_view bytes) {
  Definitions definitions;
  if (bytes.empty()) return definitions;  // nothing was ever published
  ByteReader in(bytes);
  if (in.u8() != kFormat) in.fail();
  definitions.pipelines = read_all<Pipeline>(in, read_pipeline);
  KITH_TRY(in.finish("stored pipelines"));
  for (const Pipeline& pipeline : definitions.pipelines) {
    if (!consistent(pipeline)) {
      return Status(Code::kCorrupt, "stored pipelines: \"" + pipeline.name +
                                        "\" speaks of stages that it does not have");
    }
  }
  return definitions;
}

}  // namespace kith::pipeline
