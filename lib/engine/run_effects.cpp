// What the steps of a run do, each through the door that everyone uses.
#include <utility>

#include "base/try.hpp"
#include "engine/pipeline_moves.hpp"
#include "engine/run_step.hpp"
#include "queue/outbox.hpp"
#include "queue/runs.hpp"

namespace kith::engine {

namespace {

constexpr std::string_view kTemplates = "template";

// The name by which a patch knows a field.
std::string field_name(const schema::EntityType& type, std::uint32_t field) {
  const schema::Field* found = type.find_field(field);
  return std::string(found ? found->name : schema::system_field_name(schema::SystemField::kOwner));
}

const Value* find_field(const Record& record, std::string_view name) {
  for (const FieldValue& field : record.fields) {
    if (field.first == name) return &field.second;
  }
  return nullptr;
}

std::string text_of(const Record& record, std::string_view name) {
  const Value* value = find_field(record, name);
  const std::string* text = value != nullptr ? value->text() : nullptr;
  return text != nullptr ? *text : std::string();
}

void set_member(std::string_view name, std::string_view value, Map* payload) {
  std::erase_if(*payload, [&](const auto& member) {
    const std::string* text = member.first.text();
    return text != nullptr && *text == name;
  });
  payload->emplace_back(name, value);
}

}  // namespace

Status RunStep::act(const automation::SetEffect& effect) {
  return writer_.update(run_.record, effect.fields, 0);
}

Status RunStep::act(const automation::CreateEffect& effect) {
  const CompiledType* type = writer_.model().find(effect.entity);
  if (type == nullptr) return Status(Code::kInvalidArgument, "its entity type is gone");
  return writer_.create(type->type->name, effect.fields).status();
}

Status RunStep::act(const automation::MoveEffect& effect) {
  const CompiledType& type = *writer_.model().find(run_.record.type());
  const schema::Field* field = type.type->find_field(effect.field);
  const schema::Option* stage = field != nullptr ? field->find_option(effect.stage) : nullptr;
  if (stage == nullptr) return Status(Code::kInvalidArgument, "the stage it moves to is gone");
  MoveOptions options;
  options.field = field->name;
  options.fields = effect.fields;
  return move(writer_, run_.record, stage->name, options).status();
}

Status RunStep::act(const automation::AssignEffect& effect) {
  const CompiledType& type = *writer_.model().find(run_.record.type());
  const std::string name = "assign/" + std::to_string(run_.automation) + "/" + present_step().name;
  KITH_ASSIGN(const std::uint64_t cursor, queue::counter(writer_.txn(), name));
  KITH_ASSIGN(const RecordId next, next_assignee(effect, cursor));
  KITH_TRY(writer_.update(run_.record, {{field_name(*type.type, effect.field), next}}, 0));
  return writer_.with_queue(
      [&](store::WriteTxn& txn) { return queue::set_counter(txn, name, next.bits()); });
}

// The first candidate above the cursor, else the first of all.
Result<RecordId> RunStep::next_assignee(const automation::AssignEffect& effect,
                                        std::uint64_t cursor) {
  const CompiledType* type = writer_.model().find(effect.among);
  if (type == nullptr) return Status(Code::kInvalidArgument, "the type it assigns to is gone");
  Query query;
  query.entity = type->type->name;
  query.where = effect.where;
  query.select = {"id"};
  query.order_by = {{"id", false}};
  KITH_ASSIGN(const Rows candidates, writer_.query(query));
  RecordId first;
  for (const std::vector<Value>& row : candidates.rows) {
    const RecordId* id = row.front().reference();
    if (id == nullptr) continue;
    if (id->bits() > cursor) return *id;
    if (first.is_null()) first = *id;
  }
  if (first) return first;
  return Status(Code::kNotFound, "nobody to assign: no " + type->type->name +
                                     (effect.where.empty() ? "" : " fulfils " + effect.where));
}

Status RunStep::act(const automation::SendEffect& effect) {
  automation::SendEffect message = effect;
  if (!message.message_template.empty()) KITH_TRY(render(&message));
  set_member("record", schema::format_id(writer_.catalog(), run_.record), &message.payload);
  MessageDraft draft;
  draft.topic = std::move(message.topic);
  draft.payload = std::move(message.payload);
  draft.idempotency_key = message_key();
  draft.record = run_.record;
  KITH_TRY(writer_
               .with_queue([&](store::WriteTxn& txn) {
                 return queue::enqueue(txn, writer_.stamp().at, draft, run_.id);
               })
               .status());
  ++context_.result.messages;
  return {};
}

Status RunStep::render(automation::SendEffect* effect) {
  const auto found = writer_.find_unique(kTemplates, "name", Value(effect->message_template));
  if (!found.ok()) {
    return found.status().with_context("template " + effect->message_template);
  }
  KITH_ASSIGN(const Record letter, writer_.get(*found));
  const CompiledModel& model = writer_.model();
  const auto environments = [&](std::uint16_t type) { return model.environment(type); };
  KITH_ASSIGN(view_, writer_.find_record(run_.record));
  KITH_ASSIGN(const expr::Activation activation, this->activation());
  KITH_TRY(automation::render_message(text_of(letter, "subject"), text_of(letter, "body"),
                                      automation::environment_of(environments, run_.record.type()),
                                      writer_.session().database_limits(), activation, effect));
  set_member("template", effect->message_template, &effect->payload);
  return {};
}

// One for each thing that a run does outside.
std::string RunStep::message_key() const {
  return run_.name + "/" + schema::format_id(writer_.catalog(), run_.record) + "/" +
         std::to_string(run_.enrolment) + "/" + present_step().name;
}

}  // namespace kith::engine
