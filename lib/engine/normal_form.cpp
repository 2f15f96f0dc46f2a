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

}  // namespace

Result<Value> resolve_ids(const schema::Catalog& catalog, const schema::Field& field,
                          const Value& value) {
  if (!schema::is_reference_type(field.type)) return value;
  if (const std::string* text = value.text()) {
    KITH_ASSIGN(RecordId id, schema::parse_id(catalog, *text));
    return Value(id);
  }
  if (const List* list = value.list()) {
    List ids;
    for (const Value& item : *list) {
      if (const std::string* text = item.text()) {
        KITH_ASSIGN(RecordId id, schema::parse_id(catalog, *text));
        ids.emplace_back(id);
      } else {
        ids.push_back(item);
      }
    }
    return Value(std::move(ids));
  }
  return value;
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
