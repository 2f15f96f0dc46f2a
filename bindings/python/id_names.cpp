#include "kith/snapshot.hpp"
#include "values.hpp"

namespace kith::python {

void IdNames::learn(const Reader& reader, RecordId id) {
  if (id.bits() == 0) return;
  const std::lock_guard lock(mutex_);
  if (names_.contains(id.type())) return;
  const std::string text = reader.format_id(id);
  const std::size_t colon = text.rfind(':');
  if (colon != std::string::npos) names_.emplace(id.type(), text.substr(0, colon));
}

void IdNames::learn(const Reader& reader, const Value& value) {
  if (const RecordId* id = value.reference()) {
    learn(reader, *id);
  } else if (const List* list = value.list()) {
    for (const Value& item : *list) learn(reader, item);
  } else if (const Map* map = value.map()) {
    for (const auto& [key, item] : *map) learn(reader, item);
  } else if (const Optional* optional = value.optional()) {
    learn(reader, optional->held);
  }
}

void IdNames::learn(const Reader& reader, const Evaluation& evaluation) {
  learn(reader, evaluation.value);
}

void IdNames::learn(const Reader& reader, const Rows& rows) {
  for (const std::vector<Value>& row : rows.rows) {
    for (const Value& value : row) learn(reader, value);
  }
}

void IdNames::learn(const Reader& reader, const Record& record) {
  learn(reader, record.id);
  learn(reader, record.owner);
  for (const FieldValue& field : record.fields) learn(reader, field.second);
}

void IdNames::learn(const Reader& reader, const Change& change) {
  learn(reader, change.record);
  learn(reader, change.actor);
  for (const Change::FieldChange& field : change.fields) {
    learn(reader, field.before);
    learn(reader, field.after);
  }
}

void IdNames::learn(const Reader& reader, const FeedPage& page) { learn(reader, page.changes); }

void IdNames::learn(const Reader& reader, const StageVisit& visit) { learn(reader, visit.actor); }

void IdNames::learn(const Reader& reader, const Run& run) { learn(reader, run.record); }

void IdNames::learn(const Reader& reader, const OutboxMessage& message) {
  learn(reader, message.record);
  for (const auto& [key, value] : message.payload) learn(reader, value);
}

void IdNames::learn(const Reader& reader, const TimelineItem& item) {
  learn(reader, item.record);
  learn(reader, item.actor);
}

void IdNames::learn(const Reader& reader, const CaptureResult& captured) {
  for (const RecordId id : {captured.person, captured.account, captured.deal, captured.activity}) {
    learn(reader, id);
  }
}

std::string IdNames::text(RecordId id) const {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(id.type());
  if (found == names_.end()) return "#" + std::to_string(id.bits());
  return found->second + ":" + std::to_string(id.sequence());
}

}  // namespace kith::python
