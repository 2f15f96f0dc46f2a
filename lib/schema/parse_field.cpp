#include "schema/parse_field.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace kith::schema {
namespace {

constexpr auto kKeys = std::to_array<std::string_view>(
    {"type", "label", "help", "required", "unique", "default", "max_length", "semantic", "scale",
     "options", "to", "inverse", "on_delete", "formula"});
constexpr auto kTypes = std::to_array<std::string_view>(
    {"bool", "int", "float", "decimal", "money", "choice", "multi_choice", "date", "timestamp",
     "duration", "text", "bytes", "json", "reference", "reference_list"});
constexpr auto kSemantics = std::to_array<std::string_view>(
    {"email", "phone", "url", "person_name", "address"});  // in the order of Semantic, from 1
constexpr auto kOnDelete = std::to_array<std::string_view>({"restrict", "clear", "cascade"});
constexpr auto kOptionKeys = std::to_array<std::string_view>({"name", "label", "retired"});
constexpr auto kMoneyKeys = std::to_array<std::string_view>({"amount", "currency"});

constexpr std::int64_t kMaxLength = 16 << 20;  // no text is longer than max_value_bytes
constexpr std::int64_t kMaxScale = 9;
constexpr int kMoneyScale = 4;

std::string quote(std::string_view text) { return "\"" + std::string(text) + "\""; }

bool is_choice(FieldType type) {
  return type == FieldType::kChoice || type == FieldType::kMultiChoice;
}

bool may_be_computed(FieldType type) {
  switch (type) {
    case FieldType::kBool:
    case FieldType::kInt:
    case FieldType::kFloat:
    case FieldType::kDecimal:
    case FieldType::kDate:
    case FieldType::kTimestamp:
    case FieldType::kDuration:
    case FieldType::kText: return true;
    default: return false;
  }
}

bool may_be_unique(FieldType type) {
  switch (type) {
    case FieldType::kInt:
    case FieldType::kDecimal:
    case FieldType::kDate:
    case FieldType::kTimestamp:
    case FieldType::kText:
    case FieldType::kReference: return true;
    default: return false;
  }
}

class FieldParser {
 public:
  FieldParser(const ObjectReader& in, FieldDeclaration& out) : in_(in), out_(out) {}

  void parse() {
    Field& field = out_.field;
    const ModelLimits& limits = *in_.scope().limits;
    field.label = in_.label("label", label_from_name(field.name));
    field.help = in_.text("help", limits.max_text_bytes);
    field.required = in_.boolean("required", false);
    field.unique = in_.boolean("unique", false);
    if (field.unique && !may_be_unique(field.type)) refuse("unique", "cannot be unique");
    parse_text_attributes();
    parse_scale();
    parse_options();
    parse_reference();
    if (in_.find("formula") != nullptr) return parse_formula();
    if (const json::Node* node = in_.find("default")) parse_default(*node);
  }

 private:
  std::string type_name() const { return std::string(field_type_name(out_.field.type)); }

  void refuse(std::string_view member, std::string_view why) {
    in_.error(member, "not_for_type", "a field of type " + type_name() + " " + std::string(why));
  }

  // False when the member is absent; an error when it makes no sense for the type.
  bool applies(std::string_view member, bool fits) {
    if (in_.find(member) == nullptr) return false;
    if (!fits) refuse(member, "has no " + quote(member));
    return fits;
  }

  void parse_text_attributes() {
    Field& field = out_.field;
    const bool text = field.type == FieldType::kText;
    if (applies("max_length", text || field.type == FieldType::kBytes)) {
      field.max_length =
          static_cast<std::uint32_t>(in_.integer("max_length", 1, kMaxLength).value_or(0));
    }
    if (applies("semantic", text)) {
      const auto semantic = in_.one_of("semantic", kSemantics);
      if (semantic) field.semantic = static_cast<Semantic>(*semantic + 1);
    }
  }

  void parse_scale() {
    Field& field = out_.field;
    if (field.type == FieldType::kMoney) field.scale = kMoneyScale;
    if (applies("scale", field.type == FieldType::kDecimal)) {
      field.scale = static_cast<std::uint8_t>(in_.integer("scale", 0, kMaxScale).value_or(0));
    } else if (field.type == FieldType::kDecimal && in_.find("scale") == nullptr) {
      in_.error("scale", "missing_member",
                "a decimal needs \"scale\", the number of digits after the point, from 0 to 9");
    }
  }

  void parse_options() {
    if (!applies("options", is_choice(out_.field.type))) {
      if (out_.field.type == FieldType::kMultiChoice) {
        in_.error("options", "missing_member", "a multi_choice needs \"options\"");
      }
      return;
    }
    out_.has_options = true;
    const json::Node& node = *in_.find("options");
    if (!node.is_array() || node.elements().empty()) {
      in_.error("options", "type", "\"options\" must be an array of at least one option");
      return;
    }
    const std::size_t limit = in_.scope().limits->max_options_per_field;
    if (node.elements().size() > limit) {
      in_.error("options", "limit",
                "a field has at most " + std::to_string(limit) +
                    " options (limit max_options_per_field)");
      return;
    }
    for (const json::Node& element : node.elements()) parse_option(element);
  }

  // "gold", or {"name": "gold", "label": "Gold"}.
  void parse_option(const json::Node& node) {
    OptionDeclaration declared;
    declared.place = place_of(node);
    if (node.is_text()) {
      declared.option.name = node.text();
      declared.option.label = node.text();
    } else {
      Scope scope = in_.scope();
      scope.where += ", option";
      const ObjectReader option(node, scope, kOptionKeys);
      if (!option.ok()) return;
      declared.option.name = option.required_text("name", 1 << 20);
      declared.option.label = option.label("label", declared.option.name);
      declared.option.retired = option.boolean("retired", false);
      if (declared.option.name.empty()) return;
    }
    if (!check_option_name(declared.option.name, declared.place, in_.scope())) return;
    const bool twice = std::any_of(
        out_.options.begin(), out_.options.end(),
        [&](const OptionDeclaration& o) { return o.option.name == declared.option.name; });
    if (twice) {
      in_.scope().error(declared.place, "duplicate_name",
                        "the option " + quote(declared.option.name) + " is there twice");
      return;
    }
    out_.options.push_back(std::move(declared));
  }

  void parse_reference() {
    Field& field = out_.field;
    const bool reference = is_reference_type(field.type);
    if (applies("to", reference)) {
      out_.to = in_.required_text("to", 1 << 10);
    } else if (reference) {
      in_.error("to", "missing_member", "a reference needs \"to\", the entity type it refers to");
    }
    out_.to_place = in_.place("to");
    if (applies("inverse", reference)) parse_inverse();
    if (!applies("on_delete", reference)) return;
    const auto action = in_.one_of("on_delete", kOnDelete);
    if (action) field.on_delete = static_cast<OnDelete>(*action);
    if (field.on_delete == OnDelete::kClear && field.required) {
      in_.error("on_delete", "on_delete",
                "a required reference cannot be cleared: take restrict or cascade");
    }
    if (field.on_delete == OnDelete::kCascade && field.type == FieldType::kReferenceList) {
      in_.error("on_delete", "on_delete",
                "a list of references cannot cascade: take restrict or clear");
    }
  }

  void parse_inverse() {
    std::string inverse = in_.text("inverse", 1 << 10);
    const std::string problem = name_problem(inverse, *in_.scope().limits);
    if (problem.empty()) {
      out_.field.inverse = std::move(inverse);
    } else {
      in_.error("inverse", "name", "the inverse " + quote(inverse) + " " + problem);
    }
  }

  // What speaks of the values that people give says nothing of one that is computed.
  void parse_formula() {
    out_.field.formula = in_.expression("formula");
    out_.formula_place = in_.place("formula");
    if (!may_be_computed(out_.field.type)) {
      return refuse("formula",
                    "cannot be a formula, which gives a bool, int, float, decimal, date, "
                    "timestamp, duration or text");
    }
    for (const char* member : {"required", "default", "max_length", "semantic"}) {
      if (in_.find(member) == nullptr) continue;
      in_.error(member, "formula",
                "a formula has no " + quote(member) + ": nobody gives it a value");
    }
  }

  void parse_default(const json::Node& node) {
    Result<Value> value = read_default(node);
    if (value.ok()) {
      out_.field.default_value = *std::move(value);
    } else {
      in_.error("default", "default",
                "the default does not fit: " + std::string(value.status().message()));
    }
  }

  static Status wants(std::string_view what) {
    return {Code::kInvalidArgument, "it must be " + std::string(what)};
  }

  Result<Value> read_default(const json::Node& node) {
    switch (out_.field.type) {
      case FieldType::kBool:
        if (!node.is_bool()) return wants("true or false");
        return Value(node.boolean());
      case FieldType::kInt: return convert(node.as_int(), node.is_number(), "a whole number");
      case FieldType::kFloat: return convert(node.as_double(), node.is_number(), "a number");
      case FieldType::kDecimal: return read_decimal(node, out_.field.scale);
      case FieldType::kMoney: return read_money(node);
      case FieldType::kDate:
        return convert(Date::parse(node.text()), node.is_text(), "a date, YYYY-MM-DD");
      case FieldType::kTimestamp:
        return convert(Timestamp::parse(node.text()), node.is_text(), "an RFC 3339 timestamp");
      case FieldType::kDuration:
        return convert(Duration::parse(node.text()), node.is_text(), "a duration, such as \"8h\"");
      case FieldType::kText:
      case FieldType::kChoice:
        if (!node.is_text()) return wants("a text");
        return Value(node.text());
      case FieldType::kMultiChoice: return read_choices(node);
      default:
        return Status(Code::kInvalidArgument, "a field of type " + type_name() + " has no default");
    }
  }

  template <typename T>
  static Result<Value> convert(const Result<T>& parsed, bool kind_fits, std::string_view what) {
    if (!kind_fits || !parsed.ok()) return wants(what);
    return Value(*parsed);
  }

  static Result<Value> read_decimal(const json::Node& node, int scale) {
    if (!node.is_number() && !node.is_text()) return wants("a number");
    const Result<Decimal> parsed = Decimal::parse(node.is_text() ? node.text() : node.lexeme());
    if (!parsed.ok()) return wants("a number");
    const Result<Decimal> scaled = parsed->rescale_exact(scale);
    if (!scaled.ok()) {
      return wants("a number of at most " + std::to_string(scale) + " digits after the point");
    }
    return Value(*scaled);
  }

  Result<Value> read_money(const json::Node& node) {
    const ObjectReader money(node, in_.scope(), kMoneyKeys);
    const json::Node* amount = money.find("amount");
    if (amount == nullptr) return wants("an object of \"amount\" and \"currency\"");
    const Result<Value> value = read_decimal(*amount, kMoneyScale);
    if (!value.ok()) return value.status();
    const Result<Currency> currency = Currency::parse(money.required_text("currency", 16));
    if (!currency.ok()) return currency.status();
    return Value(Money{*value->decimal(), *currency});
  }

  Result<Value> read_choices(const json::Node& node) {
    List names;
    for (const PlacedText& name : read_texts(&node, "default", in_.scope())) {
      const bool known =
          std::any_of(out_.options.begin(), out_.options.end(), [&](const OptionDeclaration& o) {
            return o.option.name == name.text && !o.option.retired;
          });
      if (!known) {
        return Status(Code::kInvalidArgument, quote(name.text) + " is no option of the field");
      }
      names.emplace_back(name.text);
    }
    return Value(std::move(names));
  }

  const ObjectReader& in_;
  FieldDeclaration& out_;
};

}  // namespace

std::optional<FieldDeclaration> parse_field(const json::Member& member, const Scope& entity) {
  Scope scope = entity;
  scope.field = member.name;
  scope.where = "field " + member.name;
  const std::string problem = name_problem(member.name, *entity.limits);
  if (!problem.empty() && !is_later_macro(member.name)) {
    scope.where.clear();
    scope.error(place_of(member), "name", "the field name " + quote(member.name) + " " + problem);
  }
  const ObjectReader in(member.value, scope, kKeys);
  if (!in.ok()) return std::nullopt;
  FieldDeclaration declaration;
  declaration.place = place_of(member);
  declaration.field.name = member.name;
  if (in.find("type") == nullptr) {
    in.error("type", "missing_member", "\"type\" is missing");
    return std::nullopt;
  }
  const auto type = in.one_of("type", kTypes);
  if (!type) return std::nullopt;
  declaration.field.type = static_cast<FieldType>(*type + 1);
  FieldParser(in, declaration).parse();
  return declaration;
}

}  // namespace kith::schema
