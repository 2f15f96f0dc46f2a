#include "exchange/binding.hpp"

#include <algorithm>
#include <set>

#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "exchange/document.hpp"

namespace kith::exchange {

namespace {

using schema::FieldType;

// What the engine keeps or computes no file can give.
bool takes_values(const schema::Field& field) { return !field.kept && !field.is_formula(); }

// "Close Date" and "close_date" are the same name to a person.
std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c >= 'A' && c <= 'Z') {
      out.push_back(static_cast<char>(c - 'A' + 'a'));
    } else {
      out.push_back(c == ' ' || c == '-' ? '_' : c);
    }
  }
  return out;
}

class Binder {
 public:
  Binder(const Mapping& mapping, const schema::Catalog& catalog,
         const std::vector<std::string>& header)
      : mapping_(mapping), catalog_(catalog), header_(header) {
    bound_.system_fields = std::make_shared<std::deque<schema::Field>>();
    bound_.update_duplicates = mapping.update_duplicates;
  }

  Result<BoundMapping> bind(std::string_view entity) {
    KITH_TRY(find_type(entity));
    std::set<std::string_view> named;
    for (const ColumnMapping& column : mapping_.columns) {
      named.insert(column.column);
      bind_column(column);
    }
    for (std::size_t i = 0; i < header_.size(); ++i) {
      if (!named.contains(header_[i])) bind_unnamed(i);
    }
    for (const ConstantMapping& constant : mapping_.constants) bind_constant(constant);
    bind_key();
    bind_effective();
    if (bound_.columns.empty() && complaints_.ok()) {
      complaints_.add({}, "columns", "",
                      "no column of the file goes to a field of " + bound_.type->name +
                          "; its fields are " + field_list());
    }
    KITH_TRY(complaints_.status(mapping_.name));
    return std::move(bound_);
  }

 private:
  Status find_type(std::string_view entity) {
    if (entity.empty()) entity = mapping_.entity;
    if (entity.empty()) {
      return Status(Code::kImportInvalid,
                    "nothing says what the rows are: name the entity type, or \"entity\" in the "
                    "mapping");
    }
    bound_.type = catalog_.find(entity);
    if (bound_.type == nullptr) {
      std::vector<std::string> names;
      for (const schema::EntityType& type : catalog_.types) {
        if (!type.removed) names.push_back(type.name);
      }
      return Status(Code::kImportInvalid, "there is no entity type " + base::quoted(entity) +
                                              base::did_you_mean(entity, names));
    }
    if (!mapping_.entity.empty() && mapping_.entity != entity) {
      return Status(Code::kImportInvalid,
                    "the mapping is for " + mapping_.entity + ", not for " + std::string(entity));
    }
    return {};
  }

  std::vector<std::string> field_names() const {
    std::vector<std::string> names;
    for (const schema::Field& field : bound_.type->fields) {
      if (!field.removed && takes_values(field)) names.push_back(field.name);
    }
    names.emplace_back("owner");
    return names;
  }

  std::string field_list() const {
    std::string list;
    for (const std::string& name : field_names()) list += (list.empty() ? "" : ", ") + name;
    return list;
  }

  const schema::Field* find_field(std::string_view name) {
    const schema::Field* stored = bound_.type->find_field(name);
    if (stored != nullptr) return takes_values(*stored) ? stored : nullptr;
    const schema::EntityType* user = catalog_.find("user");
    if (name != "owner" || user == nullptr) return nullptr;
    schema::Field& owner = bound_.system_fields->emplace_back();
    owner.name = "owner";
    owner.type = FieldType::kReference;
    owner.target = user->id;
    return &owner;
  }

  const schema::Field* require_field(std::string_view name, Place place) {
    if (const schema::Field* field = find_field(name)) return field;
    const bool read_only = schema::system_field_from_name(name).has_value() ||
                           bound_.type->find_field(name) != nullptr ||
                           bound_.type->find_derived(name) != nullptr;
    std::string message = bound_.type->name;
    if (name == "id") {
      message += " gets its id from the database; to update records by id, write \"key\": \"id\"";
    } else if (name == "owner") {
      message += " has no owner: the model has no entity type \"user\"";
    } else if (read_only) {
      message += "." + std::string(name) + " is read-only";
    } else {
      message += " has no field " + base::quoted(name) + base::did_you_mean(name, field_names());
    }
    complaints_.add(place, "unknown_field", name, std::move(message));
    return nullptr;
  }

  std::optional<std::size_t> find_cell(std::string_view column, Place place, bool optional) {
    const auto at = std::find(header_.begin(), header_.end(), column);
    if (at == header_.end()) {
      if (!optional) {
        complaints_.add(place, "unknown_column", "",
                        "the file has no column " + base::quoted(column) +
                            base::did_you_mean(column, header_) +
                            "; if it may be missing, write \"optional\": true");
      }
      return std::nullopt;
    }
    if (std::find(at + 1, header_.end(), column) != header_.end()) {
      complaints_.add(place, "duplicate_column", "",
                      "the file has more than one column " + base::quoted(column));
      return std::nullopt;
    }
    return static_cast<std::size_t>(at - header_.begin());
  }

  // The reader of a column's cells, its formats checked one by one for the place of a bad one.
  std::optional<CellReader> make_reader(const schema::Field& field, const ColumnMapping& column) {
    auto reader = CellReader::make(*bound_.type, field, column, mapping_.pivot);
    if (reader.ok()) return *std::move(reader);
    Place place = column.place;
    for (std::size_t i = 0; i < column.formats.size(); ++i) {
      ColumnMapping one;
      one.formats = {column.formats[i]};
      auto single = CellReader::make(*bound_.type, field, one, mapping_.pivot);
      if (single.ok()) continue;
      complaints_.add(i < column.format_places.size() ? column.format_places[i] : place, "format",
                      field.name, std::string(single.status().message()));
    }
    return std::nullopt;
  }

  std::optional<BoundReference> make_reference(const schema::Field& field,
                                               const ColumnMapping& column) {
    BoundReference reference;
    reference.target = catalog_.find(field.target);
    const ReferenceMapping asked = column.reference.value_or(ReferenceMapping{});
    reference.unresolved = asked.unresolved.value_or(mapping_.unresolved);
    if (asked.by == "id") return reference;
    reference.by =
        asked.by.empty() ? natural_key(*reference.target) : reference.target->find_field(asked.by);
    if (reference.by != nullptr && !schema::is_reference_type(reference.by->type)) return reference;
    if (asked.by.empty()) {
      complaints_.add(column.field_place, "reference", field.name,
                      reference.target->name + " has no field that names its records: say by " +
                          "which field " + base::quoted(field.name) +
                          " is looked up, \"reference\": {\"by\": ...}");
    } else {
      std::vector<std::string> names;
      for (const schema::Field& f : reference.target->fields) {
        if (!f.removed && !schema::is_reference_type(f.type)) names.push_back(f.name);
      }
      complaints_.add(asked.by_place, "reference", field.name,
                      reference.target->name + " has no field " + base::quoted(asked.by) +
                          " to look it up by" + base::did_you_mean(asked.by, names));
    }
    return std::nullopt;
  }

  void add(const schema::Field& field, const ColumnMapping& column, std::size_t cell,
           std::optional<std::string> constant) {
    if (!taken_.insert(field.name).second) {
      complaints_.add(column.place, "duplicate_field", field.name,
                      "field " + base::quoted(field.name) + " is given more than once");
      return;
    }
    if (column.reference && !schema::is_reference_type(field.type)) {
      complaints_.add(column.place, "reference", field.name,
                      "field " + base::quoted(field.name) + " is no reference");
      return;
    }
    auto reader = make_reader(field, column);
    if (!reader) return;
    std::optional<BoundReference> reference;
    if (schema::is_reference_type(field.type)) {
      reference = make_reference(field, column);
      if (!reference) return;
    }
    bound_.columns.push_back({constant ? field.name : header_[cell], cell, std::move(constant),
                              column.keep_when_empty, *std::move(reader), reference});
  }

  void bind_column(const ColumnMapping& column) {
    const auto cell = find_cell(column.column, column.place, column.optional);
    if (column.field.empty()) return;
    if (column.field == "id" && mapping_.key == "id") {
      if (cell) id_cell_ = *cell;
      return;
    }
    const schema::Field* field = require_field(column.field, column.field_place);
    if (cell && field != nullptr) add(*field, column, *cell, std::nullopt);
  }

  // A column the mapping says nothing about.
  void bind_unnamed(std::size_t cell) {
    const std::string& name = header_[cell];
    // What a rejects file puts before the original cells, so that it can be imported when mended.
    if (name.starts_with("reject_") || name.empty()) {
      bound_.ignored.push_back(name);
      return;
    }
    if (mapping_.key == "id" && name == "id" && !id_cell_) {
      id_cell_ = cell;
      return;
    }
    if (mapping_.by_name && bind_by_name(cell)) return;
    if (mapping_.effective_at && mapping_.effective_at->column == name)
      return;  // used all the same
    bound_.ignored.push_back(name);
    if (mapping_.reject_unmapped) {
      complaints_.add({}, "unmapped_column", "",
                      "column " + base::quoted(name) +
                          " of the file is not in the mapping; to leave it out, write null");
    }
  }

  bool bind_by_name(std::size_t cell) {
    ColumnMapping column;
    column.column = header_[cell];
    const schema::Field* field = find_field(column.column);
    if (field == nullptr) {
      // `account.name`: the account, looked up by name, as exports write it.
      const std::size_t dot = column.column.find('.');
      if (dot != std::string::npos) {
        field = find_field(std::string_view(column.column).substr(0, dot));
        if (field == nullptr || !schema::is_reference_type(field->type)) return false;
        column.reference.emplace();
        column.reference->by = column.column.substr(dot + 1);
      }
    }
    if (field == nullptr) {
      for (const schema::Field& f : bound_.type->fields) {
        if (f.removed || !takes_values(f) ||
            (folded(f.name) != folded(column.column) && f.label != column.column)) {
          continue;
        }
        if (field != nullptr) return false;  // two fields it could be
        field = &f;
      }
    }
    if (field == nullptr || taken_.contains(field->name)) return false;
    add(*field, column, cell, std::nullopt);
    return true;
  }

  void bind_constant(const ConstantMapping& constant) {
    const schema::Field* field = require_field(constant.field, constant.place);
    if (field == nullptr) return;
    ColumnMapping column;
    column.place = column.field_place = constant.place;
    add(*field, column, 0, constant.text);
  }

  void bind_key() {
    if (mapping_.key.empty()) return;
    bound_.has_key = true;
    if (mapping_.key == "id") {
      if (!id_cell_) {
        complaints_.add(mapping_.key_place, "key", "id",
                        "the key is the id, but no column of the file goes to it");
        return;
      }
      bound_.key_column = *id_cell_;
      bound_.key_name = header_[*id_cell_];
      return;
    }
    bound_.key = require_field(mapping_.key, mapping_.key_place);
    if (bound_.key == nullptr) return;
    for (std::size_t i = 0; i < bound_.columns.size(); ++i) {
      const BoundColumn& column = bound_.columns[i];
      if (column.reader.field().name != mapping_.key || column.constant) continue;
      if (column.reference) break;
      bound_.key_column = i;
      bound_.key_name = column.name;
      return;
    }
    if (!taken_.contains(mapping_.key) && !complaints_.ok()) return;  // told already
    complaints_.add(mapping_.key_place, "key", mapping_.key,
                    "the key " + base::quoted(mapping_.key) +
                        " must be a field that a column of the file goes to, and no reference");
  }

  void bind_effective() {
    if (!mapping_.effective_at) return;
    const EffectiveMapping& effective = *mapping_.effective_at;
    const auto cell = find_cell(effective.column, effective.place, false);
    if (!cell) return;
    ColumnMapping column;
    for (const ColumnMapping& c : mapping_.columns) {
      if (c.column == effective.column) column = c;
    }
    if (!effective.formats.empty()) {
      column.formats = effective.formats;
      column.format_places = effective.format_places;
    }
    schema::Field& field = bound_.system_fields->emplace_back();
    field.name = "effective_at";
    field.type = FieldType::kTimestamp;
    if (auto reader = make_reader(field, column)) {
      bound_.effective_at = BoundEffective{effective.column, *cell, *std::move(reader)};
    }
  }

  const Mapping& mapping_;
  const schema::Catalog& catalog_;
  const std::vector<std::string>& header_;
  Complaints complaints_;
  BoundMapping bound_;
  std::set<std::string> taken_;  // fields
  std::optional<std::size_t> id_cell_;
};

}  // namespace

const schema::Field* natural_key(const schema::EntityType& type) {
  if (!type.title_field.empty()) return type.find_field(type.title_field);
  const schema::Field* unique = nullptr;
  for (const schema::Field& field : type.fields) {
    if (field.removed || !field.unique) continue;
    if (unique != nullptr) return nullptr;
    unique = &field;
  }
  return unique;
}

Result<BoundMapping> bind_mapping(const Mapping& mapping, const schema::Catalog& catalog,
                                  std::string_view entity,
                                  const std::vector<std::string>& columns) {
  return Binder(mapping, catalog, columns).bind(entity);
}

}  // namespace kith::exchange
