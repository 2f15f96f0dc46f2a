#include "expr/types.hpp"

#include <utility>

namespace kith::expr {

struct Type::Detail {
  std::string name;
  std::vector<Type> parameters;
};

namespace {

const char* simple_name(TypeKind kind) {
  switch (kind) {
    case TypeKind::kDyn: return "dyn";
    case TypeKind::kError: return "!error!";
    case TypeKind::kNull: return "null";
    case TypeKind::kBool: return "bool";
    case TypeKind::kInt: return "int";
    case TypeKind::kUint: return "uint";
    case TypeKind::kDouble: return "double";
    case TypeKind::kDecimal: return "decimal";
    case TypeKind::kString: return "string";
    case TypeKind::kBytes: return "bytes";
    case TypeKind::kDate: return "date";
    case TypeKind::kTimestamp: return "timestamp";
    case TypeKind::kDuration: return "duration";
    case TypeKind::kList: return "list";
    case TypeKind::kMap: return "map";
    case TypeKind::kWrapper: return "wrapper";
    case TypeKind::kOptional: return "optional_type";
    case TypeKind::kType: return "type";
    case TypeKind::kRecord: return "record";
    case TypeKind::kParameter:
    case TypeKind::kOpaque: break;
  }
  return "";
}

class TypeReader {
 public:
  explicit TypeReader(std::string_view text) : text_(text) {}

  bool read_all(Type* type) { return read(type, 0) && at_ == text_.size(); }

 private:
  bool eat(char c) {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool read(Type* type, int depth) {
    if (depth > 32) return false;
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
    if (eat('<')) {
      const std::size_t end = text_.find('>', at_);
      if (end == std::string_view::npos) return false;
      *type = Type::parameter(std::string(text_.substr(at_, end - at_)));
      at_ = end + 1;
      return true;
    }
    const std::size_t start = at_;
    while (at_ < text_.size() && std::string_view("(), <>").find(text_[at_]) == text_.npos) ++at_;
    const std::string name(text_.substr(start, at_ - start));
    std::vector<Type> parameters;
    if (eat('(')) {
      do {
        parameters.emplace_back();
        if (!read(&parameters.back(), depth + 1)) return false;
      } while (eat(','));
      if (!eat(')')) return false;
    }
    return make(name, std::move(parameters), type);
  }

  static bool make(const std::string& name, std::vector<Type> parameters, Type* type) {
    if (name.empty()) return false;
    if (name == "google.protobuf.Timestamp") return make("timestamp", {}, type);
    if (name == "google.protobuf.Duration") return make("duration", {}, type);
    if (name == "null_type") return make("null", {}, type);
    const std::size_t n = parameters.size();
    if (name == "list" && n == 1) return *type = Type::list(parameters[0]), true;
    if (name == "map" && n == 2) return *type = Type::map(parameters[0], parameters[1]), true;
    if (name == "wrapper" && n == 1) return *type = Type::wrapper(parameters[0]), true;
    if (name == "optional_type" && n == 1) return *type = Type::optional(parameters[0]), true;
    if (name == "type" && n == 1) return *type = Type::type_of(parameters[0]), true;
    if (n == 0) {
      for (int k = 0; k <= static_cast<int>(TypeKind::kDuration); ++k) {
        const auto kind = static_cast<TypeKind>(k);
        if (kind != TypeKind::kError && name == simple_name(kind)) {
          return *type = Type::of(kind), true;
        }
      }
      if (name == "list") return *type = Type::list(Type()), true;
      if (name == "map") return *type = Type::map(Type(), Type()), true;
      if (name == "type") return *type = Type::type_of(Type()), true;
    }
    return *type = Type::opaque(name, std::move(parameters)), true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Type::Type(TypeKind kind, std::uint16_t entity, std::string name, std::vector<Type> parameters)
    : kind_(kind),
      entity_(entity),
      detail_(std::make_shared<const Detail>(Detail{std::move(name), std::move(parameters)})) {}

Type Type::list(Type element) { return Type(TypeKind::kList, 0, {}, {std::move(element)}); }

Type Type::map(Type key, Type value) {
  return Type(TypeKind::kMap, 0, {}, {std::move(key), std::move(value)});
}

Type Type::wrapper(Type inner) {
  switch (inner.kind()) {
    case TypeKind::kWrapper:
    case TypeKind::kNull:
    case TypeKind::kDyn:
    case TypeKind::kError:
    case TypeKind::kOptional: return inner;
    default: return Type(TypeKind::kWrapper, 0, {}, {std::move(inner)});
  }
}

Type Type::optional(Type inner) { return Type(TypeKind::kOptional, 0, {}, {std::move(inner)}); }

Type Type::type_of(Type inner) { return Type(TypeKind::kType, 0, {}, {std::move(inner)}); }

Type Type::record(std::uint16_t entity_type, std::string name) {
  return Type(TypeKind::kRecord, entity_type, std::move(name), {});
}

Type Type::parameter(std::string name) {
  return Type(TypeKind::kParameter, 0, std::move(name), {});
}

Type Type::opaque(std::string name, std::vector<Type> parameters) {
  return Type(TypeKind::kOpaque, 0, std::move(name), std::move(parameters));
}

const std::vector<Type>& Type::parameters() const {
  static const std::vector<Type> dyn(2);  // so that element() of a bare kind is dyn
  return detail_ && !detail_->parameters.empty() ? detail_->parameters : dyn;
}

const std::string& Type::name() const {
  static const std::string none;
  return detail_ ? detail_->name : none;
}

std::string Type::to_string() const {
  switch (kind_) {
    case TypeKind::kList: return "list(" + element().to_string() + ")";
    case TypeKind::kMap: return "map(" + key().to_string() + ", " + value().to_string() + ")";
    case TypeKind::kWrapper: return "wrapper(" + element().to_string() + ")";
    case TypeKind::kOptional: return "optional_type(" + element().to_string() + ")";
    case TypeKind::kType: return "type(" + element().to_string() + ")";
    case TypeKind::kRecord: return name().empty() ? "record" : name();
    case TypeKind::kParameter: return "<" + name() + ">";
    case TypeKind::kOpaque: {
      std::string out = name();
      if (detail_ == nullptr || detail_->parameters.empty()) return out;
      out.push_back('(');
      for (std::size_t i = 0; i < detail_->parameters.size(); ++i) {
        if (i > 0) out.append(", ");
        out.append(detail_->parameters[i].to_string());
      }
      return out + ")";
    }
    default: return simple_name(kind_);
  }
}

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_ || a.entity_ != b.entity_) return false;
  if (a.detail_ == b.detail_) return true;
  if (a.kind_ == TypeKind::kRecord) return true;
  return a.name() == b.name() && a.parameters() == b.parameters();
}

bool parse_type(std::string_view text, Type* type) { return TypeReader(text).read_all(type); }

}  // namespace kith::expr
