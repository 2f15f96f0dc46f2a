// The results of pipelines, automations, outbox, intake, timeline, history, scores and expressions
// as JSON.
#include "api/json_form.hpp"
#include "kith/expression.hpp"
#include "kith/json.hpp"

namespace kith {

static void write_form(const Violation& violation, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("code", violation.code)
      .add("entity", violation.entity)
      .add("field", violation.field)
      .add("message", violation.message)
      .add("line", violation.line)
      .add("column", violation.column)
      .end();
}

static void write_form(const MoveResult& result, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("moved", result.moved)
      .add("from", result.from)
      .add("to", result.to)
      .add("transition", result.transition)
      .add("reopened", result.reopened)
      .add("overridden", result.overridden)
      .end();
}

static void write_form(const PossibleMove& move, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("stage", move.stage)
      .add("allowed", move.allowed)
      .add("reopens", move.reopens)
      .add("transition", move.transition)
      .add("reasons", move.reasons)
      .end();
}

static void write_form(const StageVisit& visit, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("stage", visit.stage)
      .add("entered", visit.entered)
      .add("left", visit.left)
      .add("duration", visit.duration)
      .add("actor", visit.actor)
      .add("cause", visit.cause)
      .add("sequence", visit.sequence)
      .add("overridden", visit.overridden)
      .end();
}

static void write_form(const ScoreRow& row, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", row.name)
      .add("points", row.points)
      .add("matched", row.matched)
      .add("error", row.error)
      .add("message", row.message)
      .end();
}

static void write_form(const Score& score, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("name", score.name)
      .add("label", score.label)
      .add("total", score.total)
      .add("rows", score.rows)
      .end();
}

static void write_form(const Change::FieldChange& change, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("field", change.field)
      .value("before", change.before)
      .value("after", change.after)
      .end();
}

static void write_form(const Change& change, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("sequence", change.sequence)
      .add("record", change.record)
      .add("kind", change_kind_name(change.kind))
      .add("at", change.at)
      .add("effective_at", change.effective_at)
      .add("actor", change.actor)
      .add("cause", change.cause)
      .add("overridden", change.overridden)
      .add("fields", change.fields)
      .end();
}

static void write_form(const TimelineItem& item, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("at", item.at)
      .add("kind", timeline_kind_name(item.kind))
      .add("record", item.record)
      .add("title", item.title)
      .add("text", item.text)
      .add("actor", item.actor)
      .add("actor_name", item.actor_name)
      .add("cause", item.cause)
      .add("sequence", item.sequence)
      .end();
}

static void write_form(const OutboxMessage& message, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("sequence", message.sequence)
      .add("topic", message.topic)
      .value("payload", Value(message.payload))
      .add("idempotency_key", message.idempotency_key)
      .add("record", message.record)
      .add("created", message.created)
      .add("state", message_state_name(message.state))
      .add("not_before", message.not_before)
      .add("attempts", message.attempts)
      .add("token", message.token)
      .add("last_error", message.last_error)
      .add("run", message.run)
      .end();
}

static void write_form(const AutomationInfo& automation, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("id", automation.id)
      .add("name", automation.name)
      .add("entity", automation.entity)
      .add("trigger", automation.trigger)
      .add("version", automation.version)
      .add("state", automation.state)
      .add("order", automation.order)
      .add("condition", automation.condition)
      .add("steps", automation.steps)
      .end();
}

static void write_form(const Run& run, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("id", run.id)
      .add("automation", run.automation)
      .add("version", run.version)
      .add("record", run.record)
      .add("enrolment", run.enrolment)
      .add("state", run_state_name(run.state))
      .add("step", run.step)
      .add("started", run.started)
      .add("due", run.due)
      .add("ended", run.ended)
      .add("depth", run.depth)
      .add("parent", run.parent)
      .add("message", run.message)
      .end();
}

static void write_form(const TickResult& result, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("runs", result.runs)
      .add("steps", result.steps)
      .add("changes", result.changes)
      .add("messages", result.messages)
      .add("failures", result.failures)
      .add("more", result.more)
      .add("next_due", result.next_due)
      .end();
}

static void write_form(const ReceiveResult& result, const Reader* ids, json::Writer* out) {
  Form(out, ids).add("repeated", result.repeated).add("runs", result.runs).end();
}

static void write_form(const CaptureResult& result, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("repeated", result.repeated)
      .add("person", result.person)
      .add("person_created", result.person_created)
      .add("account", result.account)
      .add("account_created", result.account_created)
      .add("deal", result.deal)
      .add("activity", result.activity)
      .add("filled", result.filled)
      .add("reasons", result.reasons)
      .end();
}

static void write_form(const ExpressionNode& node, const Reader* ids, json::Writer* out) {
  Form form(out, ids);
  form.add("text", node.text).add("kind", node.kind).add("name", node.name).add("type", node.type);
  form.add("cost", node.cost).add("offset", node.offset).add("parts", node.parts).end();
}

static void write_form(const Completion& completion, const Reader* ids, json::Writer* out) {
  Form(out, ids)
      .add("text", completion.text)
      .add("kind", completion.kind)
      .add("type", completion.type)
      .add("detail", completion.detail)
      .add("replace_from", completion.replace_from)
      .end();
}

std::string to_json(const MoveResult& result) { return form(result); }
std::string to_json(const std::vector<PossibleMove>& moves) { return form(moves); }
std::string to_json(const std::vector<StageVisit>& visits, const Reader& ids) {
  return form(visits, &ids);
}
std::string to_json(const Score& score) { return form(score); }
std::string to_json(const std::vector<Change>& changes, const Reader& ids) {
  return form(changes, &ids);
}
std::string to_json(const std::vector<TimelineItem>& items, const Reader& ids) {
  return form(items, &ids);
}
std::string to_json(const std::vector<OutboxMessage>& messages, const Reader& ids) {
  return form(messages, &ids);
}
std::string to_json(const std::vector<AutomationInfo>& automations) { return form(automations); }
std::string to_json(const std::vector<Run>& runs, const Reader& ids) { return form(runs, &ids); }
std::string to_json(const TickResult& result) { return form(result); }
std::string to_json(const ReceiveResult& result) { return form(result); }
std::string to_json(const CaptureResult& result, const Reader& ids) { return form(result, &ids); }
std::string to_json(const ExpressionNode& node) { return form(node); }
std::string to_json(const std::vector<Completion>& completions) { return form(completions); }

}  // namespace kith
