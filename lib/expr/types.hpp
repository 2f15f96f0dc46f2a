// expr/types.hpp: the types of the expression language.
//
//   Type t = Type::list(Type::of(TypeKind::kInt));   t.to_string() == "list(int)"
//   Type n = Type::wrapper(Type::of(TypeKind::kDecimal));   // a decimal that may be null
//
// A Type is a small immutable value. A nullable field of type T has the type wrapper(T): it can be
// used where T is asked for (and is an error of class MISSING when it is null) and compared with
// null.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace kith::expr {

enum class TypeKind : std::uint8_t {
  kDyn,
  kError,
  kNull,
  kBool,
  kInt,
  kUint,
  kDouble,
  kDecimal,
  kString,
  kBytes,
  kDate,
  kTimestamp,
  kDuration,
  kRecord,
  kList,
  kMap,
  kWrapper,
  kOptional,
  kType,
  kParameter,
  kOpaque,
};

class Type {
 public:
  Type() = default;  // dyn
  static Type of(TypeKind kind) { return Type(kind); }
  static Type list(Type element);
  static Type map(Type key, Type value);
  static Type wrapper(Type inner);  // idempotent; null, dyn and optional are returned as they are
  static Type optional(Type inner);
  static Type type_of(Type inner);
  static Type record(std::uint16_t entity_type, std::string name);  // 0: any entity type
  static Type parameter(std::string name);
  static Type opaque(std::string name, std::vector<Type> parameters);

  TypeKind kind() const { return kind_; }
  bool is(TypeKind kind) const { return kind_ == kind; }
  bool is_dyn() const { return kind_ == TypeKind::kDyn || kind_ == TypeKind::kError; }
  std::uint16_t entity() const { return entity_; }
  const std::vector<Type>& parameters() const;
  const Type& element() const { return parameters().front(); }  // list, wrapper, optional, type
  const Type& key() const { return parameters()[0]; }
  const Type& value() const { return parameters()[1]; }
  const std::string& name() const;  // of record, parameter, opaque
  // T of wrapper(T), else the type itself.
  const Type& unwrapped() const { return kind_ == TypeKind::kWrapper ? element() : *this; }

  std::string to_string() const;
  friend bool operator==(const Type& a, const Type& b);

 private:
  struct Detail;
  explicit Type(TypeKind kind) : kind_(kind) {}
  Type(TypeKind kind, std::uint16_t entity, std::string name, std::vector<Type> parameters);

  TypeKind kind_ = TypeKind::kDyn;
  std::uint16_t entity_ = 0;
  std::shared_ptr<const Detail> detail_;
};

// Reads what to_string() prints: "int", "list(string)", "map(string, dyn)", "wrapper(int)",
// "optional_type(int)", "google.protobuf.Timestamp" or "timestamp", "<T>". False when it is not.
bool parse_type(std::string_view text, Type* type);

}  // namespace kith::expr
