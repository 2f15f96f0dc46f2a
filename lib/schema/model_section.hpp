// schema/model_section.hpp: the `entities` section of a model document.
//
//   schema::Declarations declared = schema::parse_entities(member, limits, diagnostics);
//   schema::Catalog next = schema::plan_entities(current, declared, limits, diagnostics);
//   if (diagnostics.ok()) for (const schema::Change& c : schema::diff(current, next)) ...
//
// The document is the whole truth: what it lacks is removed. Names find what exists, ids are kept
// and never given twice. What may change and what not:
//  - labels, help, rules, titles, required, max_length, semantic, defaults, on_delete, inverse:
//  freely.
//    `required` and `max_length` bind the next write of a record, not the records at rest;
//  - a new type, field, option or index is a change of the catalog alone. An index on a type that
//    was there before starts as kBuilding, and `unique` on a field makes such an index;
//  - a missing type or field is marked removed and keeps its place; its values stay in the records,
//    unseen, until the record is next written. The name may come back only with the same type,
//    scale and target: the field is revived, with the values still there. A missing option is
//    retired: readable, no longer writable;
//  - a changed type, scale or target is refused (kModelIncompatible), and so is a stored field that
//    becomes a formula, or a formula that becomes stored. The text of a formula changes freely.
// Threads: pure functions of their arguments.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "schema/diagnostics.hpp"
#include "schema/expression_use.hpp"
#include "schema/types.hpp"

namespace kith::json {
class Node;
}

namespace kith::schema {

// What a document may hold. Passing one is an error with code "limit" that names it.
struct ModelLimits {
  std::uint32_t max_types = 1000;
  std::uint32_t max_fields_per_type = 512;
  std::uint32_t max_indexes_per_type = 64;
  std::uint32_t max_fields_per_index = 8;
  std::uint32_t max_rules_per_type = 200;
  std::uint32_t max_rollups_per_type = 100;
  std::uint32_t max_options_per_field = 1000;
  std::uint32_t max_name_length = 64;    // of types, fields, indexes, rules
  std::uint32_t max_option_bytes = 100;  // of option and stage names
  std::uint32_t max_label_bytes = 200;
  std::uint32_t max_text_bytes = 2000;  // help, messages
  std::uint32_t max_expression_bytes = 16 * 1024;
  std::uint64_t max_expression_cost = 1'000'000;  // what an evaluation may cost
  std::uint32_t max_document_bytes = 4 << 20;
  std::uint32_t max_pipelines = 100;
  std::uint32_t max_stages_per_pipeline = 100;
  std::uint32_t max_transitions_per_pipeline = 2000;
  std::uint32_t max_before_rules = 1000;
  std::uint32_t max_automations = 10'000;  // before_save rules included
  std::uint32_t max_steps = 100;           // of an automation
};

struct OptionDeclaration {
  Option option;  // without id
  Place place;
};

struct FieldDeclaration {
  Field field;  // without id, options and target
  std::vector<OptionDeclaration> options;
  bool has_options = false;
  std::string to;  // name of the target type
  Place place;     // of the name
  Place to_place;
  Place formula_place;
};

struct IndexDeclaration {
  std::string name;
  std::vector<std::string> fields;
  std::vector<Place> field_places;
  Place place;
};

struct RuleDeclaration {
  ValidationRule rule;
  Place place;
  Place check_place;
  Place field_place;
};

struct RollupDeclaration {
  Rollup rollup;
  Place place;
  Place of_place;
  Place value_place;
  Place where_place;
};

struct EntityDeclaration {
  EntityType type;  // name, labels and title only
  std::vector<FieldDeclaration> fields;
  std::vector<IndexDeclaration> indexes;
  std::vector<RuleDeclaration> rules;
  std::vector<RollupDeclaration> rollups;
  Place place;
  Place title_place;
};

struct Declarations {
  std::vector<EntityDeclaration> entities;
};

// `member` may be null: no entities.
Declarations parse_entities(const json::Node* member, const ModelLimits& limits,
                            Diagnostics& diagnostics);

// The catalog that follows `current` when the document is applied; whole only if `diagnostics`
// stays ok. Types and fields so far: call set_stages for each pipeline, then complete_entities and
// check_choices. Choice fields without options of their own keep what a pipeline gave them,
// unmarked.
Catalog plan_entities(const Catalog& current, const Declarations& declared,
                      const ModelLimits& limits, Diagnostics& diagnostics);
// What speaks of fields, those that pipelines keep included: titles, inverses, rules, rollups and
// indexes.
void complete_entities(const Catalog& current, const Declarations& declared, Catalog& draft,
                       Diagnostics& diagnostics);

// The formulas, rollups and validation rules of all types, to be checked as expressions.
void collect_expressions(const Declarations& declared, std::vector<ExpressionUse>* uses);

// What a pipeline makes of its field: options with ids, per option the derived values
// `<field>_class` (text) and `<field>_order` (int), and two stored fields that the engine keeps:
// `<field>_entered` (timestamp), since when the record is in its stage, and `<field>_probability`
// (int, percent), what the stage said when the record entered it.
struct StageOption {
  std::string name;
  std::string label;
  bool retired = false;
  std::string stage_class;
  std::int64_t order = 0;
};
struct StageIds {
  std::vector<std::uint32_t> options;  // in the order of the stages given
  std::uint32_t entered = 0;           // field ids
  std::uint32_t probability = 0;
};
// Gives ids to new stages and keeps those of known ones. Options that `stages` lacks must have been
// dealt with before: they are kept, retired. So must names that are taken: see stage_name_problems.
StageIds set_stages(EntityType& type, std::uint32_t field_id, std::string_view pipeline,
                    const std::vector<StageOption>& stages, std::string_view default_stage);
// Why the fields that a pipeline adds beside its own cannot be added; empty when they can.
struct StageNameProblem {
  std::string code;  // "duplicate_name", "field_changed", "limit"
  std::string message;
};
std::vector<StageNameProblem> stage_name_problems(const EntityType& type, const Field& field,
                                                  const ModelLimits& limits);

// After all pipelines: every choice field has options or a pipeline, and a default that is one.
void check_choices(const Catalog& catalog, const Declarations& declared, Diagnostics& diagnostics);

// One thing that applying a model does, in words: "deal: new field amount (decimal, scale 2)".
struct Change {
  std::string entity;
  std::string what;
  friend bool operator==(const Change&, const Change&) = default;
};
std::vector<Change> diff(const Catalog& before, const Catalog& after);

// Why `name` cannot name an entity type or field, as a half sentence ("is a reserved word of the
// expression language"), or empty when it can.
std::string name_problem(std::string_view name, const ModelLimits& limits);
// Whether name_problem() objects to a macro that is younger than the first models: no new field is
// called so, but one that a database has stays, reached as ever or as r.count.
bool is_later_macro(std::string_view name);
// The same for names that never stand in expressions: indexes, rules, pipelines, transitions.
std::string identifier_problem(std::string_view name, const ModelLimits& limits);
// "close_date" -> "Close date": the label of what was given none.
std::string label_from_name(std::string_view name);

}  // namespace kith::schema
