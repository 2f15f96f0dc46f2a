// Reading records: the root's own slots, and those of records behind references.
#include <algorithm>
#include <vector>

#include "expr/code.hpp"
#include "expr/datum_value.hpp"
#include "record/view.hpp"

namespace kith::expr::eval {
namespace {

using schema::FieldType;

Datum damaged(const Code& code, Frame& frame, const record::View& view) {
  if (code.field != nullptr) {
    const Status why = view.get(*code.field, code.slot).status();
    if (!why.ok()) return placed(frame.host_failed(why), code);
  }
  return placed(
      frame.host_failed(Status(kith::Code::kCorrupt, "the record is damaged", std::string(),
                               code.field == nullptr ? "" : code.field->name)),
      code);
}

Datum option(const Code& code, std::uint32_t id) {
  return id < code.option_count ? code.options[id] : Datum::null();
}

Datum read_choices(const Code& code, Frame& frame, const record::View& view) {
  const record::ListView<std::uint32_t> ids = view.choices(code.slot);
  if (!frame.charge(1 + ids.size() / 4)) return frame.exhausted();
  Datum* items = frame.arena().make<Datum>(ids.size());
  if (items == nullptr) return frame.out_of_memory();
  for (std::uint32_t i = 0; i < ids.size(); ++i) items[i] = option(code, ids[i]);
  return frame.list(items, ids.size());
}

Datum read_references(const Code& code, Frame& frame, const record::View& view) {
  const record::ListView<std::uint64_t> ids = view.references(code.slot);
  if (!frame.charge(1 + ids.size() / 4)) return frame.exhausted();
  Datum* items = frame.arena().make<Datum>(ids.size());
  if (items == nullptr) return frame.out_of_memory();
  for (std::uint32_t i = 0; i < ids.size(); ++i) items[i] = Datum::record(RecordId(ids[i]));
  return frame.list(items, ids.size());
}

Datum read_json(const Code& code, Frame& frame, const record::View& view) {
  if (!frame.charge_text(view.bytes(code.slot).size())) return frame.exhausted();
  const Result<Value> value = view.get(*code.field, code.slot);
  if (!value.ok()) return frame.host_failed(value.status());
  return to_owned_datum(frame, *value);
}

Datum read_slot(const Code& code, Frame& frame, const record::View& view) {
  const record::Slot& slot = code.slot;
  if (!view.has(slot)) return Datum::null();
  switch (slot.type) {
    case FieldType::kBool: return Datum::boolean(view.boolean(slot));
    case FieldType::kInt: return Datum::integer(view.integer(slot));
    case FieldType::kFloat: return Datum::floating(view.floating(slot));
    case FieldType::kDecimal:
    case FieldType::kMoney: return Datum::decimal(Decimal(int128{view.integer(slot)}, slot.scale));
    case FieldType::kChoice: return option(code, view.choice(slot));
    case FieldType::kDate: return Datum::date(Date(static_cast<std::int32_t>(view.integer(slot))));
    case FieldType::kTimestamp:
      return Datum::timestamp(Timestamp::from_microseconds(view.integer(slot)));
    case FieldType::kDuration: {
      std::int64_t nanoseconds = 0;
      if (__builtin_mul_overflow(view.integer(slot), std::int64_t{1000}, &nanoseconds)) {
        return placed(Datum::error(ErrorClass::kData, "the duration is out of range"), code);
      }
      return Datum::duration(nanoseconds);
    }
    case FieldType::kText: {
      const std::string_view text = view.text(slot);
      if (text.data() == nullptr) return damaged(code, frame, view);
      return Datum::string(text);
    }
    case FieldType::kBytes: {
      const std::string_view data = view.bytes(slot);
      if (data.data() == nullptr && view.damaged()) return damaged(code, frame, view);
      return Datum::bytes(data);
    }
    case FieldType::kJson: return read_json(code, frame, view);
    case FieldType::kMultiChoice: return read_choices(code, frame, view);
    case FieldType::kReference: {
      const RecordId id = view.reference(slot);
      return id.is_null() ? Datum::null() : Datum::record(id);
    }
    case FieldType::kReferenceList: return read_references(code, frame, view);
  }
  return Datum::null();
}

Datum read_currency(const Code& code, Frame& frame, const record::View& view) {
  if (!view.has(code.slot)) return Datum::null();
  const std::uint32_t packed = view.currency(code.slot);
  if (packed == 0) return Datum::null();
  // Three letters, the first one lowest.
  const char letters[3] = {static_cast<char>(packed & 0xFF), static_cast<char>(packed >> 8 & 0xFF),
                           static_cast<char>(packed >> 16 & 0xFF)};
  return frame.string({letters, 3});
}

Datum read_system(const Code& code, RecordId id, const record::View& view) {
  switch (code.system) {
    case schema::SystemField::kId: return Datum::record(id, &view);
    case schema::SystemField::kVersion:
      return Datum::integer(static_cast<std::int64_t>(view.version()));
    case schema::SystemField::kCreated:
      return Datum::timestamp(Timestamp::from_microseconds(view.created()));
    case schema::SystemField::kUpdated:
      return Datum::timestamp(Timestamp::from_microseconds(view.updated()));
    case schema::SystemField::kOwner:
      return view.owner().is_null() ? Datum::null() : Datum::record(view.owner());
    case schema::SystemField::kDeleted: return Datum::boolean(view.deleted());
  }
  return Datum::null();
}

Datum read(const Code& code, Frame& frame, RecordId id, const record::View& view) {
  switch (code.part) {
    case FieldPart::kValue:
      if (code.formula != nullptr) return formula(code, frame, id, view);
      return read_slot(code, frame, view);
    case FieldPart::kFormulaError: return formula_error(code, frame, id, view);
    case FieldPart::kDerived:
      return view.has(code.slot) ? option(code, view.choice(code.slot)) : Datum::null();
    case FieldPart::kSystem: return read_system(code, id, view);
    case FieldPart::kCurrency: return read_currency(code, frame, view);
    case FieldPart::kRelated: break;
  }
  return Datum::null();
}

// The view of a record, loaded through the host when it is not at hand; an error otherwise.
const record::View* load(const Code& code, Frame& frame, RecordId id, Datum* error) {
  Host* host = frame.activation().host();
  if (host == nullptr) {
    *error = placed(frame.bug("related records cannot be read here"), code);
    return nullptr;
  }
  if (!frame.charge(10)) {
    *error = placed(frame.exhausted(), code);
    return nullptr;
  }
  const Result<const record::View*> view = host->load(id);
  if (!view.ok()) {
    *error = placed(frame.host_failed(view.status()), code);
    return nullptr;
  }
  if (*view == nullptr) {
    *error = placed(frame.missing("the record that '" + std::string(code.name) +
                                  "' is asked of does not exist"),
                    code);
  }
  return *view;
}

// The records that refer to `parent`; fewer than all only where `has` asks for the first one.
Datum list_related(const Code& code, Frame& frame, RecordId parent, bool has) {
  Host* host = frame.activation().host();
  if (host == nullptr) return placed(frame.bug("related records cannot be read here"), code);
  if (!frame.charge(10)) return placed(frame.exhausted(), code);
  const std::uint64_t most = has ? 1 : frame.activation().limits().max_related_rows;
  std::vector<RecordId> ids;
  const Relation relation{code.related, code.field, &code.slot};
  // One more tells that there are too many; the greatest limit has none.
  const std::uint64_t asked = has ? 1 : std::max(most, most + 1);
  const Status status = host->related(parent, relation, asked, &ids);
  if (!status.ok()) return placed(frame.host_failed(status), code);
  if (ids.size() > most) {
    return placed(
        frame.over_limit("'" + std::string(code.name) + "' has more than " + std::to_string(most) +
                         " records (max_related_rows); count them with a query"),
        code);
  }
  if (!frame.charge(10 * ids.size())) return placed(frame.exhausted(), code);
  Datum* items = frame.arena().make<Datum>(ids.size());
  if (items == nullptr) return frame.out_of_memory();
  for (std::size_t i = 0; i < ids.size(); ++i) items[i] = Datum::record(ids[i]);
  return frame.list(items, ids.size());
}

Datum related_of_root(const Code& code, Frame& frame, bool has) {
  const RecordId id = frame.root(code.root).id;
  if (!id.is_null()) return list_related(code, frame, id, has);
  return placed(frame.missing("there is no record to list '" + std::string(code.name) + "' of"),
                code);
}

// The root's view; nullptr with *error set when there is none.
const record::View* root_view(const Code& code, Frame& frame, RecordId* id, Datum* error) {
  const Activation::RootRecord& root = frame.root(code.root);
  *id = root.id;
  if (root.view != nullptr) return root.view;
  if (!root.id.is_null()) return load(code, frame, root.id, error);
  *error = placed(frame.missing("there is no record to read '" + std::string(code.name) + "' from"),
                  code);
  return nullptr;
}

}  // namespace

Datum root_record(const Code& code, Frame& frame) {
  const Activation::RootRecord& root = frame.root(code.root);
  if (root.view == nullptr && root.id.is_null()) return Datum::null();
  return Datum::record(root.id, root.view);
}

Datum field(const Code& code, Frame& frame) {
  Datum error;
  RecordId id;
  const record::View* view = root_view(code, frame, &id, &error);
  return view == nullptr ? error : read(code, frame, id, *view);
}

Datum related(const Code& code, Frame& frame) { return related_of_root(code, frame, false); }

Truth has_related(const Code& code, Frame& frame) {
  const Datum found = related_of_root(code, frame, true);
  if (found.is_error()) return frame.last_error = found, Truth::kError;
  return found.list_value->size != 0 ? Truth::kTrue : Truth::kFalse;
}

Datum field_of(const Code& code, Frame& frame, const Datum& target) {
  const RecordId id = target.record_id();
  if (code.part == FieldPart::kRelated && id.type() == code.entity) {
    return list_related(code, frame, id, code.test_only);
  }
  const record::View* view = target.view();
  Datum error;
  if (view == nullptr) {
    // A slot of one type means nothing in a record of another.
    if (id.type() != code.entity) {
      return placed(frame.bug("'" + std::string(code.name) +
                              "' is asked of a record of another "
                              "entity type"),
                    code);
    }
    view = load(code, frame, id, &error);
  }
  return view == nullptr ? error : read(code, frame, id, *view);
}

Truth has_field(const Code& code, Frame& frame) {
  RecordId id;
  const record::View* view = root_view(code, frame, &id, &frame.last_error);
  if (view == nullptr) return Truth::kError;
  if (code.part == FieldPart::kValue && code.formula == nullptr) {
    return view->has(code.slot) ? Truth::kTrue : Truth::kFalse;
  }
  const Datum value = read(code, frame, id, *view);
  if (value.is_error()) return frame.last_error = value, Truth::kError;
  return value.is(Tag::kNull) ? Truth::kFalse : Truth::kTrue;
}

}  // namespace kith::expr::eval
