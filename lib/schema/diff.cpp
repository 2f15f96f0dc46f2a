#include <string>

#include "base/message.hpp"
#include "schema/model_section.hpp"

namespace kith::schema {
namespace {

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

std::string describe(const Catalog& catalog, const Field& field) {
  std::string text = field.name + " (" + std::string(field_type_name(field.type));
  if (field.type == FieldType::kDecimal) text += ", scale " + std::to_string(field.scale);
  if (const EntityType* target = catalog.find(field.target)) text += " to " + target->name;
  if (field.required) text += ", required";
  if (field.unique) text += ", unique";
  if (field.is_formula()) text += ", formula";
  if (field.kept) text += ", kept by its pipeline";
  return text + ")";
}

class Differ {
 public:
  Differ(const Catalog& before, const Catalog& after) : before_(before), after_(after) {}

  std::vector<Change> run() {
    for (const EntityType& type : after_.types) {
      const EntityType* old = before_.find(type.id);
      if (old == nullptr) {
        compare_new(type);
      } else if (type.removed != old->removed) {
        say(type, type.removed ? "entity type removed; its records are kept, unseen"
                               : "entity type revived, with the records it had");
        if (!type.removed) compare(*old, type);
      } else if (!type.removed) {
        compare(*old, type);
      }
    }
    return std::move(changes_);
  }

 private:
  void say(const EntityType& type, std::string text) {
    changes_.push_back({type.name, std::move(text)});
  }

  void compare_new(const EntityType& type) {
    say(type, "new entity type with " + base::counted(type.fields.size(), "field"));
  }

  void compare(const EntityType& old, const EntityType& type) {
    if (old.label != type.label || old.plural != type.plural) say(type, "labels changed");
    if (old.title_field != type.title_field) say(type, "title is now " + quote(type.title_field));
    for (const Field& field : type.fields) {
      const Field* was = old.find_field(field.id);
      if (was == nullptr) {
        say(type, "new field " + describe(after_, field));
      } else if (field.removed != was->removed) {
        say_whether_removed(type, field);
      } else if (!field.removed) {
        compare_field(type, *was, field);
      }
    }
    compare_indexes(old, type);
    if (old.rules != type.rules) say(type, "validation rules changed");
    compare_rollups(old, type);
  }

  void say_whether_removed(const EntityType& type, const Field& field) {
    const std::string values = field.is_formula() ? ""
                                                  : (field.removed ? "; its values are kept, unseen"
                                                                   : ", with the values it had");
    say(type, "field " + field.name + (field.removed ? " removed" : " revived") + values);
  }

  void compare_field(const EntityType& type, const Field& was, const Field& field) {
    const std::string name = "field " + field.name;
    if (was.label != field.label || was.help != field.help) say(type, name + ": label or help");
    if (was.required != field.required) {
      say(type, name + (field.required ? ": required, from the next write of each record on"
                                       : ": no longer required"));
    }
    if (was.unique != field.unique) {
      say(type, name + (field.unique ? ": unique" : ": no longer unique"));
    }
    if (was.max_length != field.max_length) say(type, name + ": max_length");
    if (was.semantic != field.semantic) say(type, name + ": semantic");
    if (was.default_value != field.default_value) say(type, name + ": default");
    if (was.formula != field.formula) say(type, name + ": formula");
    if (was.inverse != field.inverse) say(type, name + ": inverse");
    if (was.on_delete != field.on_delete) say(type, name + ": on_delete");
    if (was.pipeline != field.pipeline) {
      say(type, name + (field.pipeline.empty() ? ": no longer moved by pipeline " + was.pipeline
                                               : ": moved by pipeline " + field.pipeline));
    }
    compare_options(type, was, field);
  }

  void compare_options(const EntityType& type, const Field& was, const Field& field) {
    for (const Option& option : field.options) {
      const std::string name = "field " + field.name + ": option " + quote(option.name);
      const Option* old = was.find_option(option.id);
      if (old == nullptr) {
        say(type, name + " added");
      } else if (old->retired != option.retired) {
        say(type, name + (option.retired ? " retired" : " back in use"));
      } else if (old->label != option.label) {
        say(type, name + " relabelled");
      }
    }
  }

  void compare_indexes(const EntityType& old, const EntityType& type) {
    for (const Index& index : type.indexes) {
      const Index* was = nullptr;
      for (const Index& candidate : old.indexes) {
        if (candidate.id == index.id) was = &candidate;
      }
      if (was == nullptr) {
        say(type, "index " + index.name +
                      (index.state == IndexState::kBuilding ? " to be built" : " added"));
      } else if (was->removed != index.removed) {
        say(type, "index " + index.name + " removed");
      }
    }
  }

  void compare_rollups(const EntityType& old, const EntityType& type) {
    for (const Rollup& rollup : type.rollups) {
      const Rollup* was = old.find_rollup(rollup.name);
      if (was == nullptr) {
        say(type, "rollup " + rollup.name + " (" + std::string(rollup_kind_name(rollup.kind)) +
                      " of " + rollup.of + ") added");
      } else if (*was != rollup) {
        say(type, "rollup " + rollup.name + " changed");
      }
    }
    for (const Rollup& rollup : old.rollups) {
      if (type.find_rollup(rollup.name) == nullptr) say(type, "rollup " + rollup.name + " removed");
    }
  }

  const Catalog& before_;
  const Catalog& after_;
  std::vector<Change> changes_;
};

}  // namespace

std::vector<Change> diff(const Catalog& before, const Catalog& after) {
  return Differ(before, after).run();
}

}  // namespace kith::schema
