#include "exchange/reference_resolver.hpp"

#include "base/message.hpp"
#include "base/try.hpp"
#include "exchange/held_rows.hpp"
#include "record/convert.hpp"

namespace kith::exchange {

namespace {

std::string describe(const BoundReference& reference, const std::string& text) {
  return reference.target->name + " with " +
         (reference.by == nullptr ? std::string("the id") : reference.by->name) + " " +
         base::quoted(text);
}

}  // namespace

bool is_about_the_row(Code code) {
  switch (code) {
    case Code::kNotFound:
    case Code::kInvalidArgument:
    case Code::kValidation:
    case Code::kConflict:
    case Code::kRefused:
    case Code::kPermission:
    case Code::kLimit:
    case Code::kExpressionFailed: return true;
    default: return false;
  }
}

ReferenceResolver::ReferenceResolver(const BoundMapping& bound, ImportTarget& target)
    : bound_(bound), target_(target) {
  for (const BoundColumn& column : bound.columns) {
    if (!column.reference || column.reference->target != bound.type) continue;
    if (column.reference->by != nullptr) name_fields_.insert(column.reference->by);
  }
}

std::vector<std::string> ReferenceResolver::names(const PreparedRow& row) const {
  return own_names(row, name_fields_);
}

void ReferenceResolver::pretend_made() {
  pretended_made_.insert(made_.begin(), made_.end());
  made_.clear();
}

Result<ReferenceResolver::Found> ReferenceResolver::look_up(const BoundReference& reference,
                                                            const std::string& text) {
  Found found;
  if (reference.by == nullptr) {
    KITH_ASSIGN(found.id, schema::parse_id(target_.catalog(), text));
    if (found.id.type() != reference.target->id) {
      return Status(Code::kInvalidArgument,
                    base::quoted(text) + " is not the id of a " + reference.target->name);
    }
    KITH_ASSIGN(const bool there, target_.exists(found.id));
    found.matches = there ? 1 : 0;
    return found;
  }
  // Rows of this file may create or rename records of their own type: those are asked for anew.
  const bool stable = reference.target != bound_.type;
  const std::pair key(reference.by, text);
  if (const auto known = known_.find(key); stable && known != known_.end()) {
    found.matches = 1;
    found.id = known->second;
    return found;
  }
  KITH_ASSIGN(found.wanted, record::convert(*reference.target, *reference.by, Value(text)));
  KITH_ASSIGN(const std::vector<RecordId> ids,
              target_.find(*reference.target, *reference.by, found.wanted));
  found.matches = ids.size() > 1 ? 2 : static_cast<int>(ids.size());
  if (found.matches == 1) {
    found.id = ids[0];
    if (stable) known_.emplace(key, found.id);
  }
  return found;
}

Status ReferenceResolver::resolve_text(const BoundColumn& column, const std::string& text,
                                       Waiting waiting, std::vector<Slot>* slots, Resolution* out) {
  const BoundReference& reference = *column.reference;
  const auto refuse = [&](std::string_view code, std::string reason) {
    out->refused.push_back({0, 0, column.name, std::string(code), std::move(reason)});
  };
  const Result<Found> found = look_up(reference, text);
  if (!found.ok()) {
    if (!is_about_the_row(found.status().code())) return found.status();
    for (ImportReject& reason : reasons(found.status(), bound_, column.name)) {
      out->refused.push_back(std::move(reason));
    }
    return {};
  }
  if (found->matches == 1) {
    slots->push_back({found->id, {}});
    return {};
  }
  if (found->matches > 1) {
    refuse("reference_ambiguous", "there is more than one " + describe(reference, text) +
                                      "; look it up by a unique field");
    return {};
  }
  if (reference.target == bound_.type && reference.by != nullptr) {
    const std::string name = own_name(*reference.by, found->wanted);
    if (pretended_.contains(name)) return {};
    if (waiting == Waiting::kHold) {
      out->hold = true;
      return {};
    }
    if (waiting == Waiting::kAtEnd && expected_.contains(name)) {
      out->at_end = true;
      return {};
    }
  }
  if (reference.unresolved == Unresolved::kCreate && reference.by != nullptr) {
    slots->push_back({{}, found->wanted});
  } else if (reference.unresolved == Unresolved::kBlank) {
    out->blank.push_back({0, 0, column.name, "reference_blank",
                          "there is no " + describe(reference, text) + "; it was left out"});
  } else {
    refuse("reference_not_found", "there is no " + describe(reference, text));
  }
  return {};
}

// A record of the target that has nothing but what was looked for.
Status ReferenceResolver::make(const BoundColumn& column, const PreparedRow& row, Slot* slot,
                               Resolution* out) {
  const BoundReference& reference = *column.reference;
  // The same row may name it twice.
  KITH_ASSIGN(const std::vector<RecordId> there,
              target_.find(*reference.target, *reference.by, slot->wanted));
  if (!there.empty()) {
    slot->id = there[0];
    return {};
  }
  const Result<RecordId> id =
      target_.create(*reference.target, {{reference.by->name, slot->wanted}}, row.effective_at);
  if (!id.ok()) {
    if (!is_about_the_row(id.status().code())) return id.status();
    out->refused.push_back(
        {0, 0, column.name, "reference_not_created",
         "there is no such " + reference.target->name +
             ", and none can be created: " + std::string(id.status().message())});
    return {};
  }
  slot->id = *id;
  out->made = true;
  const std::string name = reference.target->name + ":" + own_name(*reference.by, slot->wanted);
  if (!pretended_made_.contains(name)) ++out->newly_made;
  made_.insert(name);
  return {};
}

Result<Resolution> ReferenceResolver::resolve(const PreparedRow& row, Waiting waiting) {
  Resolution out;
  std::vector<std::vector<Slot>> all(row.references.size());
  for (std::size_t i = 0; i < row.references.size(); ++i) {
    const ReferenceUse& use = row.references[i];
    for (const std::string& text : use.texts) {
      KITH_TRY(resolve_text(bound_.columns[use.column], text, waiting, &all[i], &out));
    }
  }
  if (!out.refused.empty() || out.hold) return out;
  out.patch = row.fields;
  for (std::size_t i = 0; i < row.references.size(); ++i) {
    const BoundColumn& column = bound_.columns[row.references[i].column];
    List ids;
    // Made last, when nothing else speaks against the row.
    for (Slot& slot : all[i]) {
      if (slot.id.is_null()) KITH_TRY(make(column, row, &slot, &out));
      ids.emplace_back(slot.id);
    }
    const schema::Field& field = column.reader.field();
    if (field.type == schema::FieldType::kReferenceList) {
      out.patch.emplace_back(field.name, Value(std::move(ids)));
    } else if (!ids.empty() || !out.at_end) {
      out.patch.emplace_back(field.name, ids.empty() ? Value() : ids[0]);
    }
  }
  return out;
}

}  // namespace kith::exchange
