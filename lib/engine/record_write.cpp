#include "engine/record_write.hpp"

#include <algorithm>
#include <utility>

#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "base/value_codec.hpp"
#include "engine/normal_form.hpp"
#include "engine/writer.hpp"
#include "record/blob_values.hpp"
#include "record/convert.hpp"
#include "schema/diagnostics.hpp"

namespace kith::engine {

namespace {

bool is_owner(std::uint32_t field_id) {
  return field_id == schema::system_field_id(schema::SystemField::kOwner);
}

std::vector<std::string> field_names(const schema::EntityType& type) {
  std::vector<std::string> names{"owner"};
  for (const schema::Field& field : type.fields) {
    if (!field.removed) names.push_back(field.name);
  }
  return names;
}

// The value that the changes give the field; null when they leave it alone.
template <typename Changes>
auto* pending(Changes& changes, std::uint32_t field_id) {
  const auto at =
      std::find_if(changes.begin(), changes.end(),
                   [&](const record::FieldChange& change) { return change.first == field_id; });
  return at != changes.end() ? &at->second : nullptr;
}

}  // namespace

RecordWrite::RecordWrite(Writer& writer, const CompiledType& type, RecordId id,
                         std::optional<std::string_view> old_bytes, Mode mode)
    : reader_(writer),
      type_(type),
      id_(id),
      mode_(mode),
      effective_at_(writer.stamp().effective_at),
      may_override_(writer.session().options().capabilities.pipeline_override),
      after_(reader_, *type.type, id, new_view_) {
  if (old_bytes) {
    old_bytes_.emplace(*old_bytes);
    old_view_.emplace();
    // The caller has opened these bytes before.
    old_view_->init(*old_bytes_, &reader_.blobs());
    words_ = record::SystemWords::of(*old_view_);
  } else {
    words_.created = writer.stamp().at.to_microseconds();
    words_.updated = words_.created;
  }
  if (mode == Mode::kDelete) words_.deleted = true;
  if (mode == Mode::kRestore) words_.deleted = false;
  blobs_ = std::make_unique<PendingBlobs>(type_, reader_.blobs(), old_view_);
}

RecordWrite::RecordWrite(Reader& reader, Timestamp now, const CompiledType& type, RecordId id,
                         std::string_view old_bytes)
    : reader_(reader),
      type_(type),
      id_(id),
      mode_(Mode::kOrdinary),
      effective_at_(now),
      after_(reader_, *type.type, id, new_view_) {
  old_bytes_.emplace(old_bytes);
  old_view_.emplace();
  old_view_->init(*old_bytes_, &reader_.blobs());
  words_ = record::SystemWords::of(*old_view_);
  blobs_ = std::make_unique<PendingBlobs>(type_, reader_.blobs(), old_view_);
}

void RecordWrite::violate(std::string code, const std::string& field, std::string message) {
  violations_.push_back({std::move(code), type_.type->name, field, std::move(message), 0, 0});
}

std::string RecordWrite::title() const {
  return old_bytes_ ? schema::format_id(reader_.catalog(), id_) : "new " + type_.type->name;
}

void RecordWrite::apply(const Patch& patch) {
  for (const FieldValue& item : patch) assign(item);
}

void RecordWrite::assign(const FieldValue& item) {
  const auto& [name, value] = item;
  if (const schema::Field* field = type_.type->find_field(name)) {
    if (field->is_formula()) {
      return violate("read_only", name, name + " is a formula and cannot be written");
    }
    if (field->kept) return refuse_kept(name);
    named_.push_back(field->id);
    if (!value.is_null()) inputs_.push_back(field->id);
    if (!schema::is_reference_type(field->type)) return set_field(*field, value);
    Result<Value> resolved = resolve_ids(reader_.catalog(), *field, value);
    if (!resolved.ok()) {
      violate("reference", name, std::string(resolved.status().message()));
      return;
    }
    set_field(*field, *resolved);
  } else if (name == schema::system_field_name(schema::SystemField::kOwner)) {
    assign_owner(value);
  } else if (schema::system_field_from_name(name) || type_.type->find_derived(name)) {
    refuse_kept(name);
  } else {
    violate("unknown_field", name,
            type_.type->name + " has no field \"" + name + "\"" +
                base::did_you_mean(name, field_names(*type_.type)));
  }
}

void RecordWrite::refuse_kept(const std::string& name) {
  violate("read_only", name, name + " is kept by the engine and cannot be set");
}

void RecordWrite::assign_owner(const Value& value) {
  if (value.is_null()) {
    words_.owner = RecordId();
    return;
  }
  if (const RecordId* id = value.reference()) {
    words_.owner = *id;
    return;
  }
  if (const std::string* text = value.text()) {
    Result<RecordId> id = schema::parse_id(reader_.catalog(), *text);
    if (id.ok()) {
      words_.owner = *id;
      return;
    }
  }
  violate("type", "owner", "owner must be a record id such as user:7, or null");
}

void RecordWrite::set_field(const schema::Field& field, const Value& value) {
  std::optional<Value> current;
  // Only options that were retired since make a difference, so large values are not asked for.
  if (old_view_ && !record::may_be_large(field.type)) {
    Result<Value> present = old_view_->get(field, type_.layout.slot(field.id));
    if (present.ok()) current = *std::move(present);
  }
  Result<Value> stored = record::convert(*type_.type, field, value, current ? &*current : nullptr);
  if (!stored.ok()) {
    const std::vector<Violation>& found = stored.status().violations();
    violations_.insert(violations_.end(), found.begin(), found.end());
    if (found.empty()) violate("type", field.name, std::string(stored.status().message()));
    return;
  }
  stored = normal_form(field, *std::move(stored));
  if (!stored.ok()) {
    violate("format", field.name, field.name + ": " + std::string(stored.status().message()));
    return;
  }
  if (!fits(field, *stored)) return;
  // Bytes that look like a reference must not be taken for one.
  if (record::blob_of(*stored)) {
    const Result<record::BlobRef> kept = blobs_->keep(field, stored->bytes()->data);
    if (!kept.ok()) return violate("type", field.name, std::string(kept.status().message()));
    stored = record::reference_value(*kept);
  }
  put_change(field.id, *std::move(stored));
}

bool RecordWrite::fits(const schema::Field& field, const Value& stored) {
  if (!record::may_be_large(field.type) || stored.is_null()) return true;
  std::size_t bytes = 0;
  if (field.type == schema::FieldType::kJson) {
    base::ByteWriter encoded;
    // One that cannot be encoded is refused where it is.
    if (!base::encode_value(stored, &encoded).ok()) return true;
    bytes = encoded.size();
  } else {
    bytes = stored.text() != nullptr ? stored.text()->size() : stored.bytes()->data.size();
  }
  const std::uint64_t most = reader_.session().database_limits().max_value_bytes;
  if (bytes <= most) return true;
  violate("too_long", field.name,
          field.name + " has " + std::to_string(bytes) + " bytes; max_value_bytes is " +
              std::to_string(most));
  return false;
}

void RecordWrite::put_change(std::uint32_t field_id, Value value) {
  if (Value* present = pending(changes_, field_id)) {
    *present = std::move(value);
  } else {
    changes_.emplace_back(field_id, std::move(value));
  }
}

void RecordWrite::clear(const schema::Field& field) { set_field(field, Value()); }

void RecordWrite::drop(const schema::Field& field, RecordId target) {
  if (field.type == schema::FieldType::kReference) return clear(field);
  const Value* waiting = pending(changes_, field.id);
  Result<Value> current = waiting != nullptr ? Result<Value>(*waiting)
                                             : old_view_->get(field, type_.layout.slot(field.id));
  if (!current.ok() || current->list() == nullptr) return;
  List rest;
  for (const Value& item : *current->list()) {
    if (!(item == Value(target))) rest.push_back(item);
  }
  set_field(field, rest.empty() ? Value() : Value(std::move(rest)));
}

Status RecordWrite::prepare() {
  const Session& session = reader_.session();
  KITH_TRY(session.policy().may_change(session.options(), *type_.type, old_view()));
  if (!old_bytes_) KITH_TRY(apply_defaults());
  KITH_TRY(rebuild());
  if (mode_ == Mode::kOrdinary || mode_ == Mode::kRestore) {
    KITH_TRY(prefetch_references());
    // A value of the wrong type is not there to be looked at: rules wait, all other checks run.
    if (!violations_.empty()) {
      KITH_TRY(check_final_image());
      return verdict();
    }
    if (mode_ == Mode::kOrdinary) {
      KITH_TRY(run_before_rules());
      KITH_TRY(move_stages());
    }
  }
  KITH_TRY(session.policy().may_leave(session.options(), *type_.type, new_view_));
  if (mode_ == Mode::kOrdinary || mode_ == Mode::kRestore) {
    if (unchanged()) return verdict();
    KITH_TRY(check_final_image());
    KITH_TRY(check_rules());
  }
  return verdict();
}

Status RecordWrite::verdict() const {
  if (violations_.empty()) return {};
  return Status(refused_ ? Code::kRefused : Code::kValidation,
                title() + " refused, " + base::counted(violations_.size(), "violation"),
                violations_);
}

Status RecordWrite::apply_defaults() {
  for (const schema::Field& field : type_.type->fields) {
    if (field.removed || !field.default_value) continue;
    if (pending(changes_, field.id) == nullptr) set_field(field, *field.default_value);
  }
  return {};
}

// The final image so far. It keeps the old version and time, so that an image equal to the old
// one is equal byte for byte.
Status RecordWrite::rebuild() {
  if (old_bytes_) {
    KITH_ASSIGN(new_bytes_, record::patch(*type_.type, type_.layout, *old_bytes_, words_, changes_,
                                          blobs_.get()));
  } else {
    KITH_ASSIGN(new_bytes_,
                record::build(*type_.type, type_.layout, words_, changes_, blobs_.get()));
  }
  KITH_ASSIGN(new_view_, record::View::open(new_bytes_, blobs_.get()));
  return {};
}

Status RecordWrite::run_before_rules() {
  if (type_.before.empty()) return {};
  for (const CompiledBeforeRule& rule : type_.before) KITH_TRY(run_before_rule(rule));
  // A rule may have pointed a reference elsewhere; what it now names is asked for once.
  return prefetch_references();
}

Status RecordWrite::run_before_rule(const CompiledBeforeRule& rule) {
  KITH_ASSIGN(expr::Activation activation, this->activation());
  expr::Failure failure;
  if (rule.when) {
    const expr::Truth truth = rule.when->evaluate_bool(activation, &failure);
    if (truth == expr::Truth::kError) {
      if (failure.error == expr::ErrorClass::kHost) return failure.status;
      // An operand that is not there means that the rule does not apply.
      if (failure.error == expr::ErrorClass::kMissing) return {};
      violate("automation", "", "automation " + rule.name + " failed: " + failure.message);
      return {};
    }
    if (truth == expr::Truth::kFalse) return {};
  }
  return take(rule.set, activation, "automation", "automation " + rule.name);
}

Status RecordWrite::take(const std::vector<CompiledAssignment>& set,
                         const expr::Activation& activation, const char* code,
                         const std::string& who) {
  for (const CompiledAssignment& assignment : set) {
    expr::Failure failure;
    Value value;
    if (!assignment.value.evaluate(activation, &value, &failure)) {
      if (failure.error == expr::ErrorClass::kHost) return failure.status;
      violate(code, "", who + " failed: " + failure.message);
      continue;
    }
    if (is_owner(assignment.field)) {
      assign_owner(value);
    } else {
      set_field(*type_.type->find_field(assignment.field), value);
    }
  }
  return rebuild();
}

bool RecordWrite::changed(const schema::Field& field) const {
  if (!old_view_ || mode_ == Mode::kRestore) return true;
  return pending(changes_, field.id) != nullptr;
}

Result<expr::Activation> RecordWrite::activation() {
  KITH_ASSIGN(expr::Activation activation, reader_.activation());
  activation.set_host(&after_);
  activation.set_record(id_, &new_view_);
  if (old_view_) activation.set_old(id_, &*old_view_);
  return activation;
}

Status RecordWrite::put(Writer& writer) {
  KITH_TRY(blobs_->settle(writer, id_, &new_bytes_));
  KITH_TRY(writer.put_image(type_, id_, old_bytes_, std::move(new_bytes_)));
  writer.note_stages(id_, stage_moves_);
  return {};
}

}  // namespace kith::engine
