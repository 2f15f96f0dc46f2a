// schema/types.hpp: what a database knows about its records: entity types, fields, indexes.
//
//   const schema::EntityType* deal = catalog.find("deal");
//   const schema::Field* amount = deal->find_field("amount");
//
// A Catalog is immutable once published and shared by all transactions of a generation. Ids
// (type, field, option, index) are given once and never used again; names find them.
// Threads: const use from any thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::schema {

enum class FieldType : std::uint8_t {
  kBool = 1,
  kInt,
  kFloat,
  kDecimal,
  kMoney,
  kChoice,
  kMultiChoice,
  kDate,
  kTimestamp,
  kDuration,
  kText,
  kBytes,
  kJson,
  kReference,
  kReferenceList,
};
std::string_view field_type_name(FieldType type);  // "bool", "multi_choice", "reference_list", ...
std::optional<FieldType> field_type_from_name(std::string_view name);
// Whether the value lives in the record's pointer section.
bool is_pointer_type(FieldType type);
constexpr bool is_reference_type(FieldType type) {
  return type == FieldType::kReference || type == FieldType::kReferenceList;
}

// What a text means beyond its characters: how it is validated, normalised and matched.
enum class Semantic : std::uint8_t { kNone, kEmail, kPhone, kUrl, kPersonName, kAddress };

enum class OnDelete : std::uint8_t { kRestrict, kClear, kCascade };

struct Option {
  std::uint32_t id = 0;  // 1.., never reused within the field
  std::string name;      // immutable: what values, expressions and exports say
  std::string label;     // for people
  bool retired = false;  // still readable, no longer writable
  friend bool operator==(const Option&, const Option&) = default;
};

struct Field {
  std::uint32_t id = 0;  // 1.. in order of addition: its position in EntityType::fields plus one
  std::string name;
  std::string label;
  std::string help;
  FieldType type = FieldType::kText;
  Semantic semantic = Semantic::kNone;
  bool required = false;
  bool unique = false;           // among live records of the type, by normal form
  bool removed = false;          // keeps its slot until the database is compacted; invisible
  bool reclaimed = false;        // removed, and its slot is no longer kept
  std::uint32_t place = 0;       // slots are given in this order; 0: that of the ids
  std::uint8_t scale = 0;        // decimal 0..9; money is always 4
  std::uint32_t max_length = 0;  // text: code points; bytes: bytes; 0 is the store's limit
  std::optional<Value> default_value;
  std::vector<Option> options;  // choice, multi_choice
  std::string pipeline;         // a choice field moved by this pipeline; else empty
  bool kept = false;            // set by the engine alone; no document declares it
  std::uint16_t target = 0;     // reference, reference_list: entity type id
  std::string inverse;          // name of the relation seen from the target; may be empty
  OnDelete on_delete = OnDelete::kRestrict;
  std::string formula;  // the expression that gives its value, which is not stored; else empty

  bool is_formula() const { return !formula.empty(); }
  // Whether records hold a value of it: not of a formula, nor of a removed field once its slot was
  // reclaimed.
  bool has_slot() const { return !reclaimed && formula.empty(); }
  std::uint32_t slot_order() const { return place != 0 ? place : id; }
  const Option* find_option(std::string_view option_name) const;
  const Option* find_option(std::uint32_t option_id) const;
  friend bool operator==(const Field&, const Field&) = default;
};

// A read-only attribute of a choice field's option, usable wherever a field is: for a pipeline
// field `stage` these are stage_class and stage_order.
struct DerivedField {
  std::string name;
  std::string label;
  std::uint32_t base_field = 0;                         // id of the choice field
  FieldType type = FieldType::kText;                    // kText, kInt, kBool or kDecimal
  std::vector<std::pair<std::uint32_t, Value>> values;  // option id -> value
  friend bool operator==(const DerivedField&, const DerivedField&) = default;
};

enum class IndexKind : std::uint8_t {
  kOrdered,   // composite key, equality and range and order
  kPostings,  // one field of few values: choice, reference, bool
  kUnique,    // one live record per key
};
enum class IndexState : std::uint8_t { kReady, kBuilding };

struct Index {
  std::uint32_t id = 0;  // unique within the database, never reused
  std::string name;
  IndexKind kind = IndexKind::kOrdered;
  IndexState state = IndexState::kReady;
  std::vector<std::uint32_t> fields;  // field ids in key order; see system_field_id()
  bool removed = false;
  friend bool operator==(const Index&, const Index&) = default;
};

// An expression that every record of the type must satisfy when it is written.
struct ValidationRule {
  std::string name;
  std::string expression;  // source; must be a bool
  std::string message;     // what a person is told
  std::string field;       // the field it blames, or empty
  friend bool operator==(const ValidationRule&, const ValidationRule&) = default;
};

enum class RollupKind : std::uint8_t { kCount, kSum, kMin, kMax, kAvg };
std::string_view rollup_kind_name(RollupKind kind);  // "count", "sum", ...

// What is known of the records that refer to one of the type: rollup('open_amount').
struct Rollup {
  std::string name;
  std::string label;
  std::string of;  // the inverse of a reference to the type: whose records it goes over
  RollupKind kind = RollupKind::kCount;
  std::string value;  // an expression over a related record; empty for a count
  std::string where;  // a condition on a related record, or empty
  friend bool operator==(const Rollup&, const Rollup&) = default;
};

struct EntityType {
  std::uint16_t id = 0;
  std::string name;
  std::string label;
  std::string plural;
  std::string title_field;    // the field that names a record for people, or empty
  std::vector<Field> fields;  // in order of addition, removed ones included
  std::vector<DerivedField> derived;
  std::vector<Index> indexes;
  std::vector<ValidationRule> rules;
  std::vector<Rollup> rollups;
  bool removed = false;

  // Live fields only.
  const Field* find_field(std::string_view field_name) const;
  const Field* find_field(std::uint32_t field_id) const;  // removed ones too
  const DerivedField* find_derived(std::string_view derived_name) const;
  const Index* find_index(std::string_view index_name) const;
  const Rollup* find_rollup(std::string_view rollup_name) const;
  friend bool operator==(const EntityType&, const EntityType&) = default;
};

// The fields that own slots, in the order in which they were given them.
std::vector<const Field*> fields_with_slots(const EntityType& type);
// Gives `field` slots behind all others of the type: it is new, or comes back after its slots were
// reclaimed.
void give_slots(const EntityType& type, Field* field);

// Every record has these; they are readable like fields and never written by a patch, except
// owner, which is a reference to the type named `user` (any id when the model has no such type).
enum class SystemField : std::uint8_t { kId, kVersion, kCreated, kUpdated, kOwner, kDeleted };
std::optional<SystemField> system_field_from_name(std::string_view name);  // "id", "version", ...
std::string_view system_field_name(SystemField field);

// Where a list of field ids (an index's key) may name a system field, it does so by an id from
// here on; ordinary ids end at the limit of fields per type, far below.
inline constexpr std::uint32_t kSystemFieldBase = 0xFFFF0000;
constexpr std::uint32_t system_field_id(SystemField field) {
  return kSystemFieldBase + static_cast<std::uint32_t>(field);
}
// Nothing when `id` is an ordinary field's.
std::optional<SystemField> system_field_from_id(std::uint32_t id);

class Catalog {
 public:
  std::uint64_t generation = 0;
  std::uint32_t next_index_id = 1;
  std::string model_name;
  std::vector<EntityType> types;  // by id - 1, removed ones included

  // Live types only.
  const EntityType* find(std::string_view name) const;
  const EntityType* find(std::uint16_t id) const;  // removed ones too
  EntityType* find_mutable(std::string_view name);

  // A field of `other` that refers to `type`: what has to be looked after when a record goes.
  struct Inbound {
    const EntityType* from;
    const Field* field;
  };
  std::vector<Inbound> inbound(std::uint16_t type) const;
  friend bool operator==(const Catalog&, const Catalog&) = default;
};

// "deal:42" and back. Unknown type names and malformed text give kInvalidArgument.
std::string format_id(const Catalog& catalog, RecordId id);
Result<RecordId> parse_id(const Catalog& catalog, std::string_view text);

}  // namespace kith::schema
