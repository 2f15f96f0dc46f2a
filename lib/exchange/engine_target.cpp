#include "exchange/engine_target.hpp"

#include <utility>

#include "base/time_zone.hpp"
#include "base/try.hpp"

namespace kith::exchange {

Result<std::unique_ptr<EngineTarget>> EngineTarget::open(std::shared_ptr<engine::Session> session,
                                                         TransactionOptions options) {
  KITH_ASSIGN(auto model, session->database().current_model());
  return std::unique_ptr<EngineTarget>(
      new EngineTarget(std::move(session), std::move(options), std::move(model)));
}

Result<Timestamp> EngineTarget::local_instant(const CivilTime& time) const {
  KITH_ASSIGN(const base::TimeZone zone, base::TimeZone::load(session_->options().time_zone));
  KITH_ASSIGN(const Date day, Date::from_civil(time.day.year, time.day.month, time.day.day));
  const Timestamp whole = zone.at(day, time.hour, time.minute, time.second);
  return Timestamp(whole.seconds(), time.nanosecond);
}

Status EngineTarget::begin() {
  KITH_ASSIGN(writer_, session_->database().begin_write(session_, options_));
  if (writer_->catalog().generation == catalog().generation) return {};
  writer_.reset();
  return Status(Code::kConflict, "the model was changed while the import ran: run it again");
}

Status EngineTarget::commit() {
  Status status = writer_->commit();
  writer_.reset();
  return status;
}

Result<std::vector<RecordId>> EngineTarget::find(const schema::EntityType& type,
                                                 const schema::Field& field, const Value& value) {
  if (!field.unique) return search(type, field, value);
  Result<RecordId> id = writer_->find_unique(type.name, field.name, value);
  if (id.ok()) return std::vector<RecordId>{*id};
  // A value that the field cannot hold is a value that no record has.
  if (id.status().code() == Code::kNotFound || id.status().code() == Code::kValidation) {
    return std::vector<RecordId>();
  }
  return id.status();
}

// A field without a unique index: two records are enough to know that the value is no key.
Result<std::vector<RecordId>> EngineTarget::search(const schema::EntityType& type,
                                                   const schema::Field& field, const Value& value) {
  Query query;
  query.entity = type.name;
  query.where = "r." + field.name + " == params.value";
  query.select = {"id"};
  query.limit = 2;
  query.params = {{Value("value"), value}};
  KITH_ASSIGN(Rows rows, writer_->query(query));
  std::vector<RecordId> found;
  for (const std::vector<Value>& row : rows.rows) {
    if (const RecordId* id = row.front().reference()) found.push_back(*id);
  }
  return found;
}

Result<bool> EngineTarget::exists(RecordId id) {
  KITH_ASSIGN(const record::View* view, writer_->load(id));
  return view != nullptr;
}

Status EngineTarget::take_effect(Timestamp effective_at) {
  if (effective_at == Timestamp()) return writer_->set_effective_at(std::nullopt);
  return writer_->set_effective_at(effective_at);
}

Result<RecordId> EngineTarget::create(const schema::EntityType& type, const Patch& patch,
                                      Timestamp effective_at) {
  KITH_TRY(take_effect(effective_at));
  return writer_->create(type.name, patch);
}

// A file says where a record is; it does not ask that its stage be entered again.
Result<Patch> EngineTarget::without_present_stages(RecordId id,
                                                   const std::optional<record::View>& record,
                                                   const Patch& patch) {
  const engine::CompiledType* type = writer_->model().find(id.type());
  if (!record || type == nullptr || type->machines.empty()) return patch;
  Patch rest;
  for (const FieldValue& item : patch) {
    const schema::Field* field = type->type->find_field(item.first);
    if (field != nullptr && !field->pipeline.empty()) {
      KITH_ASSIGN(const Value present, record->get(*field, type->layout.slot(field->id)));
      if (present == item.second) continue;
    }
    rest.push_back(item);
  }
  return rest;
}

Result<bool> EngineTarget::update(RecordId id, const Patch& patch, Timestamp effective_at) {
  KITH_TRY(take_effect(effective_at));
  KITH_ASSIGN(std::optional<record::View> before, writer_->find_record(id));
  const std::string image(before ? before->image() : std::string_view());
  KITH_ASSIGN(const Patch news, without_present_stages(id, before, patch));
  KITH_TRY(writer_->update(id, news, 0));
  KITH_ASSIGN(std::optional<record::View> after, writer_->find_record(id));
  return after && after->image() != image;
}

}  // namespace kith::exchange
