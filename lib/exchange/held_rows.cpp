#include "exchange/held_rows.hpp"

#include <map>

#include "record/convert.hpp"

namespace kith::exchange {

std::string own_name(const schema::Field& field, const Value& value) {
  return std::to_string(field.id) + ":" + value.to_string();
}

std::vector<std::string> own_names(const PreparedRow& row,
                                   const std::set<const schema::Field*>& fields) {
  std::vector<std::string> names;
  for (const schema::Field* field : fields) {
    for (const FieldValue& value : row.fields) {
      if (value.first == field->name && !value.second.is_null()) {
        names.push_back(own_name(*field, value.second));
      }
    }
  }
  return names;
}

HeldOrder order_held(const std::vector<PreparedRow>& rows, const BoundMapping& bound,
                     const std::set<const schema::Field*>& own_fields) {
  std::map<std::string, std::vector<std::size_t>> named;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const std::string& name : own_names(rows[i], own_fields)) named[name].push_back(i);
  }
  std::vector<std::vector<std::size_t>> waiting(rows.size());  // for this row
  std::vector<std::size_t> open(rows.size(), 0);               // rows this one waits for
  for (std::size_t i = 0; i < rows.size(); ++i) {
    for (const ReferenceUse& use : rows[i].references) {
      const BoundReference& reference = *bound.columns[use.column].reference;
      if (reference.target != bound.type || reference.by == nullptr) continue;
      for (const std::string& text : use.texts) {
        const auto value = record::convert(*reference.target, *reference.by, Value(text));
        if (!value.ok()) continue;
        const auto found = named.find(own_name(*reference.by, *value));
        if (found == named.end()) continue;
        for (const std::size_t j : found->second) {
          waiting[j].push_back(i);
          ++open[i];
        }
      }
    }
  }
  HeldOrder order;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (open[i] == 0) order.in_order.push_back(i);
  }
  for (std::size_t next = 0; next < order.in_order.size(); ++next) {
    for (const std::size_t i : waiting[order.in_order[next]]) {
      if (--open[i] == 0) order.in_order.push_back(i);
    }
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (open[i] > 0) order.in_rings.push_back(i);
  }
  return order;
}

}  // namespace kith::exchange
