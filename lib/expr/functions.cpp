#include "expr/functions.hpp"

#include <algorithm>

#include "expr/library.hpp"

namespace kith::expr {

void FunctionRegistry::add(std::string_view name, Overload overload) {
  overload.name = std::string(name);
  overloads_.push_back(std::move(overload));
  by_name_[std::string(name)].push_back(&overloads_.back());
}

const std::vector<const Overload*>* FunctionRegistry::find(std::string_view name) const {
  const auto found = by_name_.find(std::string(name));
  return found == by_name_.end() ? nullptr : &found->second;
}

std::vector<std::string> FunctionRegistry::names() const {
  std::vector<std::string> out;
  for (const auto& entry : by_name_) {
    const char first = entry.first.front();  // operators begin with a sign: "_+_", "!_", "@in"
    if ((first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z')) {
      out.push_back(entry.first);
    }
  }
  std::sort(out.begin(), out.end());  // the table has no order of its own
  return out;
}

FunctionRegistry FunctionRegistry::standard() {
  FunctionRegistry registry;
  library::add_operators(&registry);
  library::add_arithmetic(&registry);
  library::add_conversions(&registry);
  library::add_strings(&registry);
  library::add_text(&registry);
  library::add_contact_text(&registry);
  library::add_math(&registry);
  library::add_time(&registry);
  library::add_dates(&registry);
  library::add_business_time(&registry);
  library::add_decimals(&registry);
  library::add_money(&registry);
  library::add_lists(&registry);
  library::add_optionals(&registry);
  library::add_encoders(&registry);
  return registry;
}

const FunctionRegistry& FunctionRegistry::standard_shared() {
  static const FunctionRegistry registry = standard();
  return registry;
}

bool accepts(const Type& parameter, Tag tag) {
  switch (parameter.kind()) {
    case TypeKind::kDyn:
    case TypeKind::kParameter:
    case TypeKind::kOpaque: return true;
    case TypeKind::kWrapper: return tag == Tag::kNull || accepts(parameter.element(), tag);
    case TypeKind::kError: return false;
    case TypeKind::kNull: return tag == Tag::kNull;
    case TypeKind::kBool: return tag == Tag::kBool;
    case TypeKind::kInt: return tag == Tag::kInt;
    case TypeKind::kUint: return tag == Tag::kUint;
    case TypeKind::kDouble: return tag == Tag::kDouble;
    case TypeKind::kDecimal: return tag == Tag::kDecimal;
    case TypeKind::kString: return tag == Tag::kString;
    case TypeKind::kBytes: return tag == Tag::kBytes;
    case TypeKind::kDate: return tag == Tag::kDate;
    case TypeKind::kTimestamp: return tag == Tag::kTimestamp;
    case TypeKind::kDuration: return tag == Tag::kDuration;
    case TypeKind::kRecord: return tag == Tag::kRecord;
    case TypeKind::kList: return tag == Tag::kList;
    case TypeKind::kMap: return tag == Tag::kMap;
    case TypeKind::kOptional: return tag == Tag::kOptional;
    case TypeKind::kType: return tag == Tag::kType;
  }
  return false;
}

}  // namespace kith::expr
