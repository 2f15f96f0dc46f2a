// Step 6 of the write path: what the final image of a record must fulfil.
#include <algorithm>
#include <utility>

#include "base/try.hpp"
#include "engine/record_write.hpp"
#include "engine/writer.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"

namespace kith::engine {

Status RecordWrite::check_final_image() {
  KITH_TRY(check_required());
  KITH_TRY(check_references());
  KITH_TRY(check_owner());
  return check_unique();
}

Status RecordWrite::check_required() {
  for (const schema::Field& field : type_.type->fields) {
    if (field.removed || !field.required || new_view_.has(type_.layout.slot(field.id))) continue;
    // A field that became required later may stay empty in a record that does not touch it.
    const bool refused = std::any_of(violations_.begin(), violations_.end(),
                                     [&](const Violation& v) { return v.field == field.name; });
    if (changed(field) && !refused) {
      violate("required", field.name, field.name + " must have a value");
    }
  }
  return {};
}

Status RecordWrite::check_references() {
  for (const schema::Field& field : type_.type->fields) {
    if (field.removed || !schema::is_reference_type(field.type) || !changed(field)) continue;
    std::vector<RecordId> targets;
    collect_references(field.id, {&type_, &new_view_}, &targets);
    for (RecordId target : targets) KITH_TRY(check_reference(field, target));
  }
  return {};
}

Status RecordWrite::check_reference(const schema::Field& field, RecordId target) {
  if (target == id_) return {};
  KITH_ASSIGN(const record::View* view, reader_.load(target));
  if (view != nullptr) return {};
  KITH_ASSIGN(std::optional<record::View> any, reader_.find_record(target));
  violate("reference", field.name,
          field.name + " names " + schema::format_id(reader_.catalog(), target) + ", which " +
              (any ? "is deleted; restore it first" : "does not exist"));
  return {};
}

Status RecordWrite::check_owner() {
  if (words_.owner.is_null() || (old_view_ && old_view_->owner() == words_.owner)) return {};
  const schema::EntityType* user = reader_.catalog().find("user");
  if (user == nullptr) return {};
  if (words_.owner.type() != user->id) {
    violate("reference", "owner", "owner must be a user");
    return {};
  }
  KITH_ASSIGN(const record::View* view, reader_.load(words_.owner));
  if (view == nullptr) {
    violate("reference", "owner",
            "owner names " + schema::format_id(reader_.catalog(), words_.owner) +
                ", which does not exist or is deleted");
  }
  return {};
}

Status RecordWrite::check_unique() {
  // On restore the record claims its keys anew; a deleted image holds none.
  KITH_ASSIGN(std::vector<query::UniqueProbe> probes,
              query::unique_keys(*type_.type, type_.layout, old_view(), &new_view_));
  if (probes.empty()) return {};
  std::vector<std::string> keys;
  for (const query::UniqueProbe& probe : probes) keys.push_back(probe.key);
  KITH_ASSIGN(auto holders, reader_.txn().multi_get(store::Table::kIndex, keys));
  for (std::size_t i = 0; i < probes.size(); ++i) {
    if (!holders[i]) continue;
    KITH_ASSIGN(RecordId holder, query::unique_entry_id(*holders[i]));
    if (holder == id_) continue;
    std::string names;
    for (std::uint32_t field_id : probes[i].index->fields) {
      const schema::Field* field = type_.type->find_field(field_id);
      names += (names.empty() ? "" : ", ") + (field ? field->name : std::string("?"));
    }
    violate("unique", names.substr(0, names.find(',')),
            names + " has a value that " + schema::format_id(reader_.catalog(), holder) +
                " already holds");
  }
  return {};
}

Status RecordWrite::check_rules() {
  if (type_.rules.empty()) return {};
  KITH_ASSIGN(expr::Activation activation, this->activation());
  for (const CompiledRule& rule : type_.rules) {
    expr::Failure failure;
    const expr::Truth truth = rule.holds.evaluate_bool(activation, &failure);
    if (truth == expr::Truth::kTrue) continue;
    if (failure.error == expr::ErrorClass::kHost) return failure.status;
    std::string message =
        rule.rule->message.empty()
            ? "rule " + rule.rule->name + " does not hold: " + rule.rule->expression
            : rule.rule->message;
    if (truth == expr::Truth::kError)
      message += " (it could not be checked: " + failure.message + ")";
    violate("rule", rule.rule->field, std::move(message));
  }
  return {};
}

}  // namespace kith::engine
