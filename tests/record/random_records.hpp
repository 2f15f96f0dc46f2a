// Random entity types and records for the property tests of record/.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "record/builder.hpp"
#include "record/layout.hpp"
#include "schema/types.hpp"

namespace kith::record::testing {

inline constexpr int kFieldTypes = 15;

class Random {
 public:
  explicit Random(std::uint32_t seed) : engine_(seed) {}

  std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  bool one_in(std::uint64_t n) { return below(n) == 0; }
  // Small, large and extreme numbers alike.
  std::int64_t number() {
    switch (below(5)) {
      case 0: return 0;
      case 1: return static_cast<std::int64_t>(below(200)) - 100;
      case 2: return INT64_MAX;
      case 3: return INT64_MIN;
      default: return static_cast<std::int64_t>(engine_());
    }
  }
  std::string string(std::size_t max_size) {
    std::string out;
    for (std::uint64_t n = below(max_size + 1); n > 0; --n) out += static_cast<char>(below(128));
    return out;
  }

 private:
  std::mt19937_64 engine_;
};

inline schema::Field make_field(const schema::EntityType& type, schema::FieldType field_type,
                                const std::string& name) {
  schema::Field field;
  field.id = static_cast<std::uint32_t>(type.fields.size() + 1);
  field.name = name;
  field.type = field_type;
  if (field_type == schema::FieldType::kDecimal) field.scale = 2;
  if (field_type == schema::FieldType::kChoice || field_type == schema::FieldType::kMultiChoice) {
    field.options = {{1, "Open", "", false}, {2, "Won", "", false}, {3, "Lost", "", false}};
  }
  return field;
}

inline void add_random_field(Random& random, schema::EntityType* type) {
  const auto field_type = static_cast<schema::FieldType>(1 + random.below(kFieldTypes));
  // Few base names and odd characters, so that the printed names have to be made unique.
  static const char* const kNames[] = {"amount", "a_b", "a__b", "flags", "x1", "union", "2nd"};
  std::string name = kNames[random.below(7)];
  for (int i = 2; type->find_field(name) != nullptr; ++i) {
    name = std::string(kNames[random.below(7)]) + "_" + std::to_string(i);
  }
  type->fields.push_back(make_field(*type, field_type, name));
  if (field_type == schema::FieldType::kDecimal) {
    type->fields.back().scale = static_cast<std::uint8_t>(random.below(10));
  }
}

inline schema::EntityType random_type(Random& random, std::size_t max_steps) {
  schema::EntityType type;
  type.id = 1;
  type.name = "deal";
  for (std::uint64_t steps = random.below(max_steps + 1); steps > 0; --steps) {
    if (!type.fields.empty() && random.one_in(5)) {
      type.fields[random.below(type.fields.size())].removed = true;
    } else {
      add_random_field(random, &type);
    }
  }
  return type;
}

inline Value random_json(Random& random, int depth) {
  switch (random.below(depth > 0 ? 6 : 4)) {
    case 0: return Value(random.number());
    case 1: return Value(random.string(20));
    case 2: return Value(true);
    case 3: return Value(0.5);
    case 4: return Value(List{random_json(random, depth - 1), Value()});
    default: return Value(Map{{Value("k"), random_json(random, depth - 1)}});
  }
}

// A value in the field's normal form; null one time in four.
inline Value random_value(Random& random, const schema::Field& field) {
  using schema::FieldType;
  if (random.one_in(4)) return Value();
  switch (field.type) {
    case FieldType::kBool: return Value(random.one_in(2));
    case FieldType::kInt: return Value(random.number());
    case FieldType::kFloat: return Value(static_cast<double>(random.number()) / 7);
    case FieldType::kDecimal: return Value(Decimal(random.number(), field.scale));
    case FieldType::kMoney: {
      const Currency currency = random.one_in(2) ? Currency() : Currency{{'E', 'U', 'R', 0}};
      return Value(Money{Decimal(random.number(), 4), currency});
    }
    case FieldType::kChoice: return Value(field.options[random.below(3)].name);
    case FieldType::kDate:
      return Value(Date(static_cast<std::int32_t>(random.below(90000)) - 30000));
    case FieldType::kTimestamp:
      return Value(Timestamp::from_microseconds(random.number() / 10'000));
    case FieldType::kDuration: return Value(Duration::microseconds(random.number() / 1'000'000));
    case FieldType::kText: return Value(random.string(40));
    case FieldType::kBytes: return Value(Bytes{random.string(40)});
    case FieldType::kJson: return random_json(random, 3);
    case FieldType::kReference: return Value(RecordId(2, 1 + random.below(1000)));
    case FieldType::kReferenceList: {
      List list;
      for (std::uint64_t n = random.below(5); n > 0; --n) {
        list.emplace_back(RecordId(2, 1 + random.below(1000)));
      }
      return Value(std::move(list));
    }
    case FieldType::kMultiChoice: {
      List list;
      for (const schema::Option& option : field.options) {
        if (random.one_in(2)) list.emplace_back(option.name);
      }
      return Value(std::move(list));
    }
  }
  return Value();
}

inline SystemWords random_words(Random& random) {
  SystemWords words;
  words.version = random.below(1000);
  words.created = random.number();
  words.updated = random.number();
  words.owner = random.one_in(2) ? RecordId() : RecordId(3, random.below(100) + 1);
  words.deleted = random.one_in(4);
  return words;
}

// A value for every live field, by field id - 1; removed ones null.
inline std::vector<Value> random_values(Random& random, const schema::EntityType& type) {
  std::vector<Value> values;
  for (const schema::Field& field : type.fields) {
    values.push_back(field.removed ? Value() : random_value(random, field));
  }
  return values;
}

inline std::vector<FieldChange> as_changes(const std::vector<Value>& values) {
  std::vector<FieldChange> changes;
  for (std::size_t i = 0; i < values.size(); ++i) {
    changes.emplace_back(static_cast<std::uint32_t>(i + 1), values[i]);
  }
  return changes;
}

}  // namespace kith::record::testing
