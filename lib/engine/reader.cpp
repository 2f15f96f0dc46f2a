#include "engine/reader.hpp"

#include <algorithm>
#include <utility>

#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "engine/exchange_rates.hpp"
#include "engine/public_change.hpp"
#include "engine/segments.hpp"
#include "history/log.hpp"
#include "query/executor.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"
#include "query/lookup.hpp"
#include "record/convert.hpp"
#include "schema/diagnostics.hpp"

namespace kith::engine {

namespace {

Status no_record(const schema::Catalog& catalog, RecordId id) {
  return Status(Code::kNotFound, "there is no record " + schema::format_id(catalog, id));
}

bool reads_formula(const schema::EntityType& type, std::span<const FieldHandle> handles) {
  return std::any_of(handles.begin(), handles.end(), [&](const FieldHandle& handle) {
    const schema::Field* field = type.find_field(handle.field);
    return field != nullptr && field->is_formula();
  });
}

}  // namespace

Reader::Reader(std::shared_ptr<Session> session, std::shared_ptr<const CompiledModel> model,
               std::unique_ptr<store::ReadTxn> txn, std::optional<Timestamp> now, Time time)
    : session_(std::move(session)), model_(std::move(model)), now_(now), time_(time) {
  adopt(std::move(txn));
  const schema::Organisation& organisation = model_->organisation();
  const auto text = [](const std::string& value) { return value.empty() ? Value() : Value(value); };
  org_ = Value(Map{{Value("time_zone"), Value(session_->options().time_zone)},
                   {Value("currency"), text(organisation.currency)},
                   {Value("calendar"), text(organisation.calendar)}});
}

Reader::~Reader() = default;

void Reader::forget() {
  related_->forget();
  if (segments_) segments_->forget();
}

Status Reader::check_present(std::string_view what) const {
  if (time_ == Time::kPresent) return {};
  return Status(Code::kUnsupported,
                std::string(what) + " are not known as of a past moment: read the present");
}

Result<std::optional<record::View>> Reader::find_record(RecordId id) {
  blobs_->trim();
  KITH_ASSIGN(auto bytes, txn_->get(store::Table::kRecords, query::record_key(id)));
  if (!bytes) return std::optional<record::View>();
  KITH_ASSIGN(record::View view, record::View::open(*bytes, &*blobs_));
  return std::optional<record::View>(view);
}

Result<Record> Reader::get(RecordId id) {
  const CompiledType* type = model_->find(id.type());
  if (type == nullptr) return no_record(catalog(), id);
  std::optional<expr::Activation> activation;
  if (!type->formulas.empty()) {
    KITH_ASSIGN(activation, this->activation());
  }
  KITH_ASSIGN(std::optional<record::View> view, find_record(id));
  if (!view) return no_record(catalog(), id);
  if (activation) activation->set_record(id, &*view);
  Record record;
  record.id = id;
  record.entity = type->type->name;
  record.version = view->version();
  record.created = Timestamp::from_microseconds(view->created());
  record.updated = Timestamp::from_microseconds(view->updated());
  record.owner = view->owner();
  record.deleted = view->deleted();
  record.fields.reserve(type->type->fields.size());
  for (const schema::Field& field : type->type->fields) {
    if (field.removed) continue;
    Value value;
    if (field.is_formula()) {
      KITH_ASSIGN(value, formula_value(id, field, *activation, &record.formula_errors));
    } else {
      KITH_ASSIGN(value, view->get(field, type->layout.slot(field.id)));
    }
    record.fields.emplace_back(field.name, std::move(value));
  }
  return record;
}

Result<Value> Reader::formula_value(RecordId id, const schema::Field& field,
                                    const expr::Activation& activation,
                                    std::vector<FormulaError>* errors) const {
  const expr::Formula* formula = model_->formulas()->find(id.type(), field.id);
  if (formula == nullptr) return Value();  // of a type that the model no longer has
  Value value;
  expr::Failure failure;
  if (formula->evaluate(activation, &value, &failure)) return value;
  if (failure.error == expr::ErrorClass::kHost) return failure.status;
  if (failure.error != expr::ErrorClass::kMissing && errors != nullptr) {
    errors->push_back(
        {field.name, std::string(evaluation_error_name(failure.error)) + ": " + failure.message});
  }
  return Value();
}

Result<Score> Reader::score(RecordId id, std::string_view name) {
  if (model_->find(id.type()) == nullptr) return no_record(catalog(), id);
  const Result<const expr::Score*> found = model_->formulas()->score(id.type(), name);
  if (!found.ok()) {
    return Status(Code::kInvalidArgument, std::string(found.status().message()));
  }
  KITH_ASSIGN(expr::Activation activation, this->activation());
  KITH_ASSIGN(const std::optional<record::View> view, find_record(id));
  if (!view) return no_record(catalog(), id);
  activation.set_record(id, &*view);
  expr::ScoreResult result = (*found)->evaluate(activation);
  KITH_TRY(std::move(result.status));
  const schema::Score& declared = *(*found)->definition;
  Score out{declared.name, declared.label, result.total, {}};
  for (std::size_t i = 0; i < result.rows.size(); ++i) {
    expr::ScoreRowResult& row = result.rows[i];
    out.rows.push_back(
        {declared.rows[i].name, row.points, row.matched, row.error, std::move(row.message)});
  }
  return out;
}

Result<RecordId> Reader::find_unique(std::string_view entity, std::string_view field_name,
                                     const Value& value) {
  KITH_ASSIGN(const CompiledType* type, model_->find(entity));
  const schema::Field* field = type->type->find_field(field_name);
  if (field == nullptr || !field->unique) {
    return Status(Code::kInvalidArgument,
                  std::string(entity) + "." + std::string(field_name) +
                      (field == nullptr ? " does not exist" : " is not a unique field"),
                  std::string(entity), std::string(field_name));
  }
  auto holds = [&](const schema::Index& index) {
    return !index.removed && index.kind == schema::IndexKind::kUnique && index.fields.size() == 1 &&
           index.fields.front() == field->id;
  };
  auto index = std::find_if(type->type->indexes.begin(), type->type->indexes.end(), holds);
  if (index == type->type->indexes.end() || index->state != schema::IndexState::kReady) {
    return Status(Code::kInvalidArgument,
                  "the unique index of " + std::string(field_name) + " is still being built");
  }
  KITH_ASSIGN(Value stored, record::convert(*type->type, *field, value));
  KITH_ASSIGN(std::string key, query::unique_key(*index, *field, stored));
  KITH_ASSIGN(auto entry, txn_->get(store::Table::kIndex, key));
  if (!entry) {
    return Status(Code::kNotFound, "no " + std::string(entity) + " has " + std::string(field_name) +
                                       " " + value.to_string());
  }
  return query::unique_entry_id(*entry);
}

Result<std::vector<RecordId>> Reader::referring(RecordId target, const CompiledType& type,
                                                const schema::Field& field, RecordId from,
                                                std::size_t limit, bool deleted_too) {
  std::vector<RecordId> found;
  std::vector<std::uint64_t> ids;
  const record::Slot& slot = type.layout.slot(field.id);
  for (std::uint64_t next = std::max(from.bits(), RecordId(type.type->id, 0).bits());
       found.size() < limit;) {
    KITH_TRY(query::referring_ids(*txn_, *type.type, field, target, next, 256, &ids));
    if (ids.empty()) break;
    std::vector<std::string> keys;
    for (std::uint64_t id : ids) keys.push_back(query::record_key(RecordId(id)));
    KITH_ASSIGN(auto images, txn_->multi_get(store::Table::kRecords, keys));
    for (std::size_t i = 0; i < ids.size() && found.size() < limit; ++i) {
      if (!images[i]) continue;
      KITH_ASSIGN(record::View view, record::View::open(*images[i], &*blobs_));
      const bool names_it = field.type == schema::FieldType::kReference
                                ? view.reference(slot) == target
                                : view.references(slot).contains(target.bits());
      if (names_it && (deleted_too || !view.deleted())) found.emplace_back(ids[i]);
    }
    next = ids.back() + 1;
  }
  return found;
}

std::uint64_t Reader::logged_version(RecordId, const record::View& view) const {
  return view.version();
}

Result<std::vector<Change>> Reader::history(RecordId id, std::uint64_t limit) {
  const CompiledType* type = model_->find(id.type());
  if (type == nullptr) return no_record(catalog(), id);
  KITH_ASSIGN(std::optional<record::View> view, find_record(id));
  if (!view) return no_record(catalog(), id);
  std::vector<Change> changes;
  KITH_ASSIGN(history::Chain chain, history::walk(*txn_, logged_version(id, *view), limit));
  for (history::Entry& entry : chain.entries) {
    KITH_ASSIGN(Change change, public_change(*this, std::move(entry)));
    changes.push_back(std::move(change));
  }
  return changes;
}

Result<FieldHandle> Reader::field(std::string_view entity, std::string_view field_name) {
  KITH_ASSIGN(const CompiledType* type, model_->find(entity));
  const schema::Field* field = type->type->find_field(field_name);
  if (field == nullptr) {
    std::vector<std::string> names;
    for (const schema::Field& f : type->type->fields) {
      if (!f.removed) names.push_back(f.name);
    }
    return Status(Code::kInvalidArgument,
                  std::string(entity) + " has no field \"" + std::string(field_name) + "\"" +
                      base::did_you_mean(field_name, names),
                  std::string(entity), std::string(field_name));
  }
  return FieldHandle{type->type->id, field->id, catalog().generation};
}

Status Reader::read(RecordId id, std::span<const FieldHandle> handles, Value* out) {
  const CompiledType* type = model_->find(id.type());
  if (type == nullptr) return no_record(catalog(), id);
  std::optional<expr::Activation> activation;
  if (!type->formulas.empty() && reads_formula(*type->type, handles)) {
    KITH_ASSIGN(activation, this->activation());
  }
  KITH_ASSIGN(std::optional<record::View> view, find_record(id));
  if (!view) return no_record(catalog(), id);
  if (activation) activation->set_record(id, &*view);
  for (std::size_t i = 0; i < handles.size(); ++i) {
    const FieldHandle& handle = handles[i];
    if (handle.type != id.type() || handle.generation != catalog().generation) {
      return Status(Code::kInvalidArgument,
                    handle.type != id.type()
                        ? "the field handle belongs to another entity type"
                        : "the model has changed since the field handle was resolved; "
                          "resolve it again");
    }
    const schema::Field* field = type->type->find_field(handle.field);
    if (field == nullptr) return Status(Code::kInvalidArgument, "not a field handle");
    if (field->is_formula()) {
      KITH_ASSIGN(out[i], formula_value(id, *field, *activation, nullptr));
    } else {
      KITH_ASSIGN(out[i], view->get(*field, type->layout.slot(handle.field)));
    }
  }
  return {};
}

Result<record::View> Reader::subject(RecordId id, const expr::Program& program) {
  const schema::EntityType* about = program.environment().entity();
  if (about == nullptr || about->id != id.type()) {
    return Status(Code::kInvalidArgument, schema::format_id(catalog(), id) +
                                              " is not of the type that the expression is about" +
                                              (about != nullptr ? ", " + about->name : ""));
  }
  KITH_ASSIGN(std::optional<record::View> view, find_record(id));
  if (!view) return no_record(catalog(), id);
  return *view;
}

Result<expr::Outcome> Reader::outcome(RecordId id, const expr::Program& program,
                                      const Value& params, const expr::EvaluationLimits& limits) {
  KITH_ASSIGN(const record::View view, subject(id, program));
  KITH_ASSIGN(expr::Activation activation, this->activation());
  activation.set_record(id, &view);
  expr::EvaluationLimits bounds = limits;
  bounds.max_related_rows = session_->database_limits().max_related_rows;
  activation.set_limits(bounds);
  if (params.map() != nullptr) activation.set_params(&params);
  return program.outcome(activation);
}

Result<Rows> Reader::query(const Query& query) {
  KITH_ASSIGN(const query::Context context, query_context());
  return query::run(query, context);
}

Result<query::Context> Reader::query_context() {
  query::Context context;
  context.catalog = &catalog();
  context.layouts = [this](std::uint16_t id) {
    const CompiledType* type = model_->find(id);
    return type == nullptr ? nullptr : &type->layout;
  };
  context.formulas = model_->formulas();
  context.txn = txn_.get();
  context.blobs = &*blobs_;
  context.host = this;
  context.user = session_->options().actor;
  KITH_ASSIGN(context.user_view, load(context.user));
  KITH_ASSIGN(context.now, now());
  context.time_zone = session_->options().time_zone;
  context.org = &org_;
  const Limits& limits = session_->database_limits();
  context.limits.max_result_rows = limits.max_result_rows;
  context.limits.max_groups = limits.max_groups;
  context.limits.parse.max_source_bytes = limits.max_expression_bytes;
  context.limits.evaluation.max_cost = limits.max_expression_cost;
  context.limits.evaluation.max_related_rows = limits.max_related_rows;
  return context;
}

Result<Timestamp> Reader::now() {
  if (!now_) {
    now_.emplace();
    KITH_ASSIGN(const std::uint64_t last, history::last_sequence(*txn_));
    if (last != 0) {
      KITH_ASSIGN(history::Entry entry, history::read(*txn_, last));
      now_ = entry.at;
    }
  }
  return *now_;
}

void Reader::adopt(std::unique_ptr<store::ReadTxn> txn) {
  if (segments_) segments_->forget();
  related_.reset();
  blobs_.reset();
  txn_ = std::move(txn);
  if (!txn_) return;
  blobs_.emplace(*txn_);
  related_.emplace(*txn_, &catalog(), &*blobs_);
}

Result<const record::View*> Reader::load(RecordId id) { return related_->load(id); }

Status Reader::prefetch(std::span<const RecordId> ids) { return related_->prefetch(ids); }

Status Reader::related(RecordId parent, const expr::Relation& relation, std::size_t limit,
                       std::vector<RecordId>* ids) {
  return related_->related(parent, relation, limit, ids);
}

Result<const expr::Program*> Reader::segment(std::string_view name, RecordId id,
                                             std::uint16_t entity) {
  if (!segments_) segments_ = std::make_unique<Segments>();
  return segments_->condition(*this, name, id, entity);
}

Result<std::optional<Decimal>> Reader::rate(std::string_view currency, Date day) {
  return rate_of_exchange(*this, currency, day);
}

Result<expr::Activation> Reader::activation() {
  blobs_->trim();
  expr::Activation activation;
  activation.set_host(this);
  activation.set_org(&org_);
  KITH_ASSIGN(const Timestamp time, now());
  activation.set_now(time);
  const RecordId actor = session_->options().actor;
  if (!actor.is_null()) {
    KITH_ASSIGN(const record::View* user, load(actor));
    activation.set_user(actor, user);
  }
  expr::EvaluationLimits limits;
  limits.max_cost = session_->database_limits().max_expression_cost;
  limits.max_related_rows = session_->database_limits().max_related_rows;
  activation.set_limits(limits);
  return activation;
}

}  // namespace kith::engine
