#include "engine/segments.hpp"

#include "base/try.hpp"
#include "engine/reader.hpp"
#include "record/view.hpp"
#include "schema/diagnostics.hpp"

namespace kith::engine {

namespace {

constexpr std::string_view kType = "segment";

Status wrong(std::string message) { return {Code::kInvalidArgument, std::move(message)}; }

// The text or option of a field; empty when it is null or there is no such field.
std::string text_of(const CompiledType& type, const record::View& view, std::string_view name) {
  const schema::Field* field = type.type->find_field(name);
  if (field == nullptr) return {};
  const record::Slot& slot = type.layout.slot(field->id);
  if (!view.has(slot)) return {};
  if (field->type == schema::FieldType::kChoice) {
    const schema::Option* option = field->find_option(view.choice(slot));
    return option != nullptr ? option->name : std::string();
  }
  return field->type == schema::FieldType::kText ? std::string(view.text(slot)) : std::string();
}

}  // namespace

Result<const expr::Program*> Segments::condition(Reader& reader, std::string_view name, RecordId id,
                                                 std::uint16_t entity) {
  for (const Known& known : known_) {
    if (known.entity != entity || known.id != id || known.name != name) continue;
    if (!known.status.ok()) return known.status;
    return known.program;
  }
  Known known{entity, id, std::string(name), {}, nullptr};
  known.status = look_up(reader, &known);
  // Damage and the like is not remembered: it ends the evaluation.
  if (!known.status.ok() && known.status.code() != Code::kInvalidArgument) return known.status;
  known_.push_back(std::move(known));
  if (!known_.back().status.ok()) return known_.back().status;
  return known_.back().program;
}

Status Segments::look_up(Reader& reader, Known* out) {
  const schema::EntityType* found = reader.catalog().find(kType);
  const CompiledType* type = found != nullptr ? reader.model().find(found->id) : nullptr;
  if (type == nullptr) return wrong("this model has no entity type segment");
  RecordId id = out->id;
  const std::string where =
      "segment " + (id.is_null() ? "'" + out->name + "'" : schema::format_id(reader.catalog(), id));
  if (id.is_null()) {
    const Result<RecordId> written = schema::parse_id(reader.catalog(), out->name);
    if (written.ok() && written->type() == found->id) id = *written;
  }
  if (id.is_null()) {
    const Result<RecordId> named = reader.find_unique(kType, "name", Value(out->name));
    if (!named.ok() && named.status().code() != Code::kNotFound) return named.status();
    if (named.ok()) id = *named;
  }
  const record::View* view = nullptr;
  if (!id.is_null() && id.type() == found->id) {
    KITH_ASSIGN(view, reader.load(id));
  }
  if (view == nullptr) return wrong("there is no " + where);
  const CompiledType* about = reader.model().find(out->entity);
  const std::string entity = text_of(*type, *view, "entity");
  if (about == nullptr || entity != about->type->name) {
    return wrong(where + " is one of " + entity + ", not of " +
                 (about != nullptr ? about->type->name : std::string("this")));
  }
  if (text_of(*type, *view, "kind") == "static") {
    return wrong(where + " is static: the model keeps no list of its members");
  }
  return compile(reader, where, text_of(*type, *view, "condition"), out);
}

Status Segments::compile(Reader& reader, const std::string& where, const std::string& source,
                         Known* out) {
  if (source.empty()) return wrong(where + " has no condition");
  const auto key = std::make_pair(out->entity, source);
  auto program = programs_.find(key);
  if (program == programs_.end()) {
    const Limits& limits = reader.session().database_limits();
    expr::CompileOptions options;
    options.limits.max_source_bytes = limits.max_expression_bytes;
    options.expected = expr::Type::of(expr::TypeKind::kBool);
    Result<expr::Program> compiled =
        expr::compile(source, reader.model().environment(out->entity), options);
    if (!compiled.ok()) return wrong(where + ": " + std::string(compiled.status().message()));
    program = programs_.emplace(key, *std::move(compiled)).first;
  }
  out->program = &program->second;
  return {};
}

}  // namespace kith::engine
