// kith/json.hpp: values and results as JSON, the same text in every face.
//
//   std::string text = kith::to_json(rows, db_reader);
//   kith::Result<kith::CaptureEvent> event = kith::capture_event_from_json(body, txn);
//
// bool, int, text, null as themselves; decimal and double as number lexemes (NaN and infinities
// as strings); money {"amount", "currency"}; date, timestamp and duration as text ("2017-03-01",
// RFC 3339 in UTC, "5400s"); bytes in base64; references "account:7".
//
// The structures of models, pipelines, automations, outbox, intake, timeline, history, scores and
// expressions have one form: the members of the C++ struct by their names and in their order,
// without white space. A member that has no value (an absent optional, a null reference, a null
// value) is left out; empty texts and lists, zeros and false are written. Values inside a payload
// or a list stay as they are.
#pragma once

#include <string>
#include <string_view>

#include "kith/capture.hpp"
#include "kith/expression.hpp"
#include "kith/snapshot.hpp"

namespace kith {

std::string to_json(const Value& value, const Reader* ids = nullptr);
std::string to_json(const Record& record, const Reader& ids);
std::string to_json(const Rows& rows, const Reader& ids, bool pretty = false);
std::string to_json(const ReportResult& report, const Reader& ids, bool pretty = false);

// One line each: an object, or an array of objects.
std::string to_json(const MoveResult& result);
std::string to_json(const std::vector<PossibleMove>& moves);
std::string to_json(const std::vector<StageVisit>& visits, const Reader& ids);
std::string to_json(const std::vector<PipelineInfo>& pipelines);
std::string to_json(const std::vector<EntityInfo>& entities);
std::string to_json(const Score& score);
std::string to_json(const std::vector<Change>& changes, const Reader& ids);
std::string to_json(const std::vector<TimelineItem>& items, const Reader& ids);
std::string to_json(const std::vector<OutboxMessage>& messages, const Reader& ids);
std::string to_json(const std::vector<AutomationInfo>& automations);
std::string to_json(const std::vector<Run>& runs, const Reader& ids);
std::string to_json(const TickResult& result);
std::string to_json(const ReceiveResult& result);
std::string to_json(const CaptureResult& result, const Reader& ids);
std::string to_json(const ExpressionNode& node);
std::string to_json(const std::vector<Completion>& completions);

// Reads a JSON value; integers become int, other numbers decimal when exact, else double.
Result<Value> value_from_json(std::string_view text);
// A JSON object as a patch. The write path reads texts as what the field holds: references
// "account:7", dates, decimals, options; money is {"amount": 12.50, "currency": "EUR"}.
Result<Patch> patch_from_json(std::string_view text);

// The structures a host hands in, by the same names. A member may be absent or null; one of
// another name or kind is kInvalidArgument with its place in the violation, and a suggestion.
// `ids` reads the references.
Result<CaptureEvent> capture_event_from_json(std::string_view text, const Reader& ids);
Result<InboundEvent> inbound_event_from_json(std::string_view text, const Reader& ids);
Result<MessageDraft> message_draft_from_json(std::string_view text, const Reader& ids);

}  // namespace kith
