// api/json_form.hpp: how the structures of the public interface are written as JSON
// (kith/json.hpp).
//
//   static void write_form(const StageVisit& visit, const Reader* ids, json::Writer* out) {
//     Form(out, ids).add("stage", visit.stage).add("entered", visit.entered).end();
//   }
//   std::string text = form(visits, &ids);
//
// A structure within another is written by its own write_form(). Without references `ids` may be
// null.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_value.hpp"
#include "kith/expression_forms.hpp"
#include "kith/snapshot.hpp"

namespace kith {

inline void write_form(const std::string& text, const Reader*, json::Writer* out) {
  out->text(text);
}

// Writes the members of one structure, up to end(), and knows which of them have no value. (Not the
// destructor ends it: it could not say that memory has run out.)
class Form {
 public:
  Form(json::Writer* out, const Reader* ids) : out_(out), ids_(ids) { out_->begin_object(); }
  Form(const Form&) = delete;
  Form& operator=(const Form&) = delete;
  void end() { out_->end_object(); }

  Form& add(std::string_view name, bool value) { return out_->key(name).boolean(value), *this; }
  Form& add(std::string_view name, std::int32_t value) {
    return out_->key(name).number(value), *this;
  }
  Form& add(std::string_view name, std::uint32_t value) {
    return out_->key(name).number(std::uint64_t{value}), *this;
  }
  Form& add(std::string_view name, std::uint64_t value) {
    return out_->key(name).number(value), *this;
  }
  Form& add(std::string_view name, std::string_view value) {
    return out_->key(name).text(value), *this;
  }
  Form& add(std::string_view name, Timestamp value) { return add(name, value.to_string()); }
  Form& add(std::string_view name, Duration value) { return add(name, value.to_string()); }
  Form& add(std::string_view name, RecordId value) {
    return value.is_null() ? *this : add(name, ids_->format_id(value));
  }
  template <typename T>
  Form& add(std::string_view name, const std::optional<T>& value) {
    return value ? add(name, *value) : *this;
  }
  Form& add(std::string_view name, const CostEstimate& cost) {
    out_->key(name);
    Form form(out_, ids_);
    form.add("min", cost.min);
    if (cost.max) form.add("max", *cost.max);
    form.end();
    return *this;
  }
  Form& add(std::string_view name, const Decimal& value) {
    return out_->key(name).number(value), *this;
  }
  Form& add(std::string_view name, EvaluationError error) {
    return add(name,
               error == EvaluationError::kNone ? std::string_view() : evaluation_error_name(error));
  }
  Form& value(std::string_view name, const Value& value) {
    if (value.is_null()) return *this;
    out_->key(name);
    const Reader* ids = ids_;
    json::write_value(
        value, [ids](RecordId id) { return ids->format_id(id); }, out_);
    return *this;
  }
  template <typename T>
  Form& add(std::string_view name, const std::vector<T>& values) {
    out_->key(name).begin_array();
    for (const T& value : values) write_form(value, ids_, out_);
    out_->end_array();
    return *this;
  }

 private:
  json::Writer* out_;
  const Reader* ids_;
};

template <typename T>
std::string form(const T& value, const Reader* ids = nullptr) {
  json::Writer out;
  write_form(value, ids, &out);
  return out.take();
}

template <typename T>
std::string form(const std::vector<T>& values, const Reader* ids = nullptr) {
  json::Writer out;
  out.begin_array();
  for (const T& value : values) write_form(value, ids, &out);
  out.end_array();
  return out.take();
}

}  // namespace kith
