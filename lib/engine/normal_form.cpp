#include "engine/normal_form.hpp"

#include <utility>

#include "base/contact_text.hpp"
#include "base/text.hpp"
#include "base/try.hpp"

namespace kith::engine {

namespace {

Result<Value> as_value(Result<std::string> text) {
  if (!text.ok()) return text.status();
  return Value(*std::move(text));
}

// An id as text or as it is; of the type that the field refers to.
Result<Value> resolve_id(const schema::Catalog& catalog, const schema::Field& field,
                         const Value& value) {
  RecordId id;
  if (const std::string* text = value.text()) {
    KITH_ASSIGN(id, schema::parse_id(catalog, *text));
  } else if (const RecordId* given = value.reference()) {
    id = *given;
  } else {
    return value;
  }
  const schema::EntityType* target = catalog.find(field.target);
  if (id && target != nullptr && id.type() != field.target) {
    return Status(Code::kInvalidArgument, field.name + " refers to a record of type " +
                                              target->name + ", not to " +
                                              schema::format_id(catalog, id));
  }
  return Value(id);
}

}  // namespace

Result<Value> resolve_ids(const schema::Catalog& catalog, const schema::Field& field,
                          const Value& value) {
  if (!schema::is_reference_type(field.type)) return value;
  const List* list = value.list();
  if (list == nullptr) return resolve_id(catalog, field, value);
  List ids;
  for (const Value& item : *list) {
    KITH_ASSIGN(Value id, resolve_id(catalog, field, item));
    ids.push_back(std::move(id));
  }
  return Value(std::move(ids));
}

Result<Value> normal_form(const schema::Field& field, Value value) {
  const std::string* text = value.text();
  if (text == nullptr || field.type != schema::FieldType::kText) return value;
  switch (field.semantic) {
    case schema::Semantic::kEmail: return as_value(base::normalize_email(*text));
    case schema::Semantic::kPhone: return as_value(base::normalize_phone(*text));
    case schema::Semantic::kUrl: return as_value(base::normalize_url(*text));
    case schema::Semantic::kPersonName: return Value(base::collapse_whitespace(*text));
    case schema::Semantic::kNone:
    case schema::Semantic::kAddress: break;
  }
  return value;
}

}  // namespace kith::engine
