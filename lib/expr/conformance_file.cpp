// Reading conformance vectors from JSON, with every complaint placed.
#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "base/base64.hpp"
#include "base/json.hpp"
#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "expr/conformance.hpp"
#include "expr/number_text.hpp"

namespace kith::expr {
namespace {

using JsonNode = json::Node;

constexpr std::size_t kMaxDepth = 1000;  // of values inside values
constexpr std::array<std::string_view, 16> kVectorMembers = {
    "file",          "section",     "name",      "description", "expr", "tier",
    "needs_proto",   "why",         "container", "check_only",  "env",  "bindings",
    "disable_check", "expect_type", "expect",    "expect_error"};
constexpr std::array<std::string_view, 4> kDeclarationMembers = {"var", "type", "fn", "overloads"};
constexpr std::array<std::string_view, 5> kOverloadMembers = {"id", "params", "result", "member",
                                                              "type_params"};

class VectorReader {
 public:
  VectorReader(std::string_view file, std::uint32_t lines_before)
      : file_(file), lines_before_(lines_before) {}

  Status read_all(const JsonNode& rows, std::vector<ConformanceVector>* out) const {
    if (!rows.is_array()) return wrong(rows, "the vectors must be an array");
    for (const JsonNode& row : rows.elements()) KITH_TRY(read(row, out));
    return {};
  }

  Status read(const JsonNode& row, std::vector<ConformanceVector>* out) const {
    if (!row.is_object()) return wrong(row, "a vector must be an object");
    KITH_TRY(known(row, kVectorMembers, "a vector"));
    ConformanceVector vector;
    vector.file = stem();
    KITH_TRY(text(row, "file", false, &vector.file));
    KITH_TRY(text(row, "section", false, &vector.section));
    KITH_TRY(text(row, "name", true, &vector.name));
    KITH_TRY(text(row, "expr", true, &vector.expression));
    KITH_TRY(text(row, "container", false, &vector.container));
    KITH_TRY(flag(row, "disable_check", &vector.disable_check));
    KITH_TRY(flag(row, "check_only", &vector.check_only));
    bool proto = false;
    KITH_TRY(flag(row, "needs_proto", &proto));
    if (proto) vector.unsupported = "needs protobuf messages";
    KITH_TRY(environment(row, &vector));
    KITH_TRY(bindings(row, &vector));
    KITH_TRY(expectation(row, &vector));
    out->push_back(std::move(vector));
    return {};
  }

  Status wrong(json::Position position, std::string_view message) const {
    const std::uint32_t line = position.line + lines_before_;
    Violation violation;
    violation.code = "vector";
    violation.message = std::string(message);
    violation.line = line;
    violation.column = position.column;
    return Status(Code::kInvalidArgument,
                  file_ + ":" + std::to_string(line) + ":" + std::to_string(position.column) +
                      ": " + std::string(message),
                  {violation});
  }
  Status wrong(const JsonNode& node, std::string_view message) const {
    return wrong(node.position(), message);
  }
  // A parser's mistake, whose place is that within its text.
  Status wrong(const Status& status) const {
    if (status.violations().empty()) return status.with_context(file_);
    const Violation& at = status.violations().front();
    return wrong({std::max(at.line, 1u), at.column},
                 at.message.empty() ? status.message() : at.message);
  }

 private:
  // "logic" of "vectors/logic.json".
  std::string stem() const {
    std::string out = file_.substr(file_.find_last_of("/\\") + 1);
    return out.substr(0, out.rfind('.'));
  }

  template <std::size_t N>
  Status known(const JsonNode& object, const std::array<std::string_view, N>& names,
               std::string_view what) const {
    for (const json::Member& member : object.members()) {
      if (std::find(names.begin(), names.end(), member.name) != names.end()) continue;
      return wrong(member.position, std::string(what) + " has no member " +
                                        base::quoted(member.name) +
                                        base::did_you_mean(member.name, names));
    }
    return {};
  }

  Status text(const JsonNode& object, std::string_view name, bool required,
              std::string* out) const {
    const JsonNode* node = object.find(name);
    if (node == nullptr) {
      if (!required) return {};
      return wrong(object, "there is no \"" + std::string(name) + "\" here");
    }
    if (!node->is_text()) return wrong(*node, "\"" + std::string(name) + "\" must be a text");
    *out = node->text();
    return {};
  }

  Status flag(const JsonNode& object, std::string_view name, bool* out) const {
    const JsonNode* node = object.find(name);
    if (node == nullptr) return {};
    if (!node->is_bool()) {
      return wrong(*node, "\"" + std::string(name) + "\" must be true or false");
    }
    *out = node->boolean();
    return {};
  }

  Status type(const JsonNode& node, Type* out) const {
    if (node.is_text() && parse_type(node.text(), out)) return {};
    return wrong(node, "this must be a type, such as \"int\" or \"list(string)\"");
  }
  Status type(const JsonNode& object, std::string_view name, Type* out) const {
    const JsonNode* node = object.find(name);
    if (node == nullptr) return wrong(object, "there is no \"" + std::string(name) + "\" here");
    return type(*node, out);
  }

  Status environment(const JsonNode& row, ConformanceVector* out) const {
    const JsonNode* env = row.find("env");
    if (env == nullptr) return {};
    if (!env->is_array()) return wrong(*env, "\"env\" must be an array of declarations");
    for (const JsonNode& declaration : env->elements()) {
      if (!declaration.is_object()) return wrong(declaration, "a declaration must be an object");
      KITH_TRY(known(declaration, kDeclarationMembers, "a declaration"));
      std::string name;
      if (declaration.find("var") != nullptr) {
        Type declared;
        KITH_TRY(text(declaration, "var", true, &name));
        KITH_TRY(type(declaration, "type", &declared));
        out->variables.emplace_back(name, declared);
        continue;
      }
      KITH_TRY(text(declaration, "fn", true, &name));
      const JsonNode* overloads = declaration.find("overloads");
      if (overloads == nullptr || !overloads->is_array()) {
        return wrong(declaration, "a function is declared with an array of \"overloads\"");
      }
      for (const JsonNode& node : overloads->elements()) {
        VectorOverload overload_out;
        KITH_TRY(overload(node, &overload_out));
        out->functions.emplace_back(name, std::move(overload_out));
      }
    }
    return {};
  }

  Status overload(const JsonNode& node, VectorOverload* out) const {
    if (!node.is_object()) return wrong(node, "an overload must be an object");
    KITH_TRY(known(node, kOverloadMembers, "an overload"));
    KITH_TRY(text(node, "id", false, &out->id));
    KITH_TRY(flag(node, "member", &out->member));
    KITH_TRY(type(node, "result", &out->result));
    const JsonNode* params = node.find("params");
    if (params == nullptr) return {};
    if (!params->is_array()) return wrong(*params, "\"params\" must be an array of types");
    for (const JsonNode& parameter : params->elements()) {
      KITH_TRY(type(parameter, &out->parameters.emplace_back()));
    }
    return {};
  }

  Status bindings(const JsonNode& row, ConformanceVector* out) const {
    const JsonNode* all = row.find("bindings");
    if (all == nullptr) return {};
    if (!all->is_object()) return wrong(*all, "\"bindings\" must be an object");
    for (const json::Member& member : all->members()) {
      Value bound;
      KITH_TRY(value(member.value, out, &bound));
      out->bindings.emplace_back(member.name, std::move(bound));
    }
    return {};
  }

  Status expectation(const JsonNode& row, ConformanceVector* out) const {
    if (const JsonNode* errors = row.find("expect_error"); errors != nullptr) {
      if (!errors->is_array() && !errors->is_bool()) {
        return wrong(*errors, "\"expect_error\" must be an array of messages or true");
      }
      out->expects_error = errors->is_array() || errors->boolean();
    }
    if (const JsonNode* expected = row.find("expect_type"); expected != nullptr) {
      Type parsed;
      KITH_TRY(type(*expected, &parsed));
      out->expected_type = parsed.to_string();
    }
    const JsonNode* expected = row.find("expect");
    if (expected != nullptr && out->expects_error) {
      return wrong(*expected, "a vector expects a value or an error, not both");
    }
    out->has_value = expected != nullptr;
    if (expected != nullptr) return value(*expected, out, &out->expected);
    // As the suite has it: what says nothing expects true.
    if (!out->expects_error && !out->check_only && out->expected_type.empty()) {
      out->has_value = true;
      out->expected = Value(true);
    }
    return {};
  }

  Status value(const JsonNode& node, ConformanceVector* vector, Value* out) const {
    if (!node.is_object() || node.members().size() != 1) {
      return wrong(node, "a value is an object with one member, such as {\"int\": \"1\"}");
    }
    const std::string& kind = node.members().front().name;
    const JsonNode& v = node.members().front().value;
    if (kind == "null") return {};
    if (kind == "list" || kind == "map") return elements(kind, v, vector, out);
    if (kind == "message" || kind == "object" || kind == "enum") {
      vector->unsupported = "needs protobuf messages";
      return {};
    }
    if (kind == "bool") {
      if (!v.is_bool()) return wrong(v, "a bool is true or false");
      *out = Value(v.boolean());
      return {};
    }
    return scalar(kind, node, v, out);
  }

  Status elements(const std::string& kind, const JsonNode& v, ConformanceVector* vector,
                  Value* out) const {
    if (!v.is_array()) return wrong(v, "a " + kind + " is written as an array");
    if (kind == "list") {
      List list(v.elements().size());
      for (std::size_t i = 0; i < list.size(); ++i) {
        KITH_TRY(value(v.elements()[i], vector, &list[i]));
      }
      *out = Value(std::move(list));
      return {};
    }
    Map map(v.elements().size());
    for (std::size_t i = 0; i < map.size(); ++i) {
      const JsonNode& entry = v.elements()[i];
      if (!entry.is_array() || entry.elements().size() != 2) {
        return wrong(entry, "an entry of a map is an array of its key and its value");
      }
      KITH_TRY(value(entry.elements()[0], vector, &map[i].first));
      KITH_TRY(value(entry.elements()[1], vector, &map[i].second));
    }
    *out = Value(std::move(map));
    return {};
  }

  // Numbers are texts, since JSON's own are doubles to many readers; both are taken.
  Status scalar(const std::string& kind, const JsonNode& node, const JsonNode& v,
                Value* out) const {
    const std::string& text = v.is_number() ? v.lexeme() : v.text();
    if (!v.is_text() && !v.is_number()) {
      return wrong(v, "the value of \"" + kind + "\" must be a text");
    }
    const auto misread = [&] {
      return wrong(v, base::quoted(text) + " cannot be read as " + kind);
    };
    if (kind == "int") return number<std::int64_t>(text, out) ? Status() : misread();
    if (kind == "uint") return number<std::uint64_t>(text, out) ? Status() : misread();
    if (kind == "double") {
      double read = 0;
      if (!read_double(text, &read)) return misread();
      *out = Value(read);
    } else if (kind == "string") {
      *out = Value(text);
    } else if (kind == "type") {
      *out = Value(TypeName{text});
    } else if (kind == "bytes_b64") {
      Result<std::string> data = base::base64_decode(text);
      if (!data.ok()) return misread();
      *out = Value(Bytes{*std::move(data)});
    } else if (kind == "timestamp") {
      const Result<Timestamp> time = Timestamp::parse(text);
      if (!time.ok()) return misread();
      *out = Value(*time);
    } else if (kind == "duration") {
      const Result<Duration> duration = Duration::parse(text);
      if (!duration.ok()) return misread();
      *out = Value(*duration);
    } else {
      return wrong(node, "there is no kind of value " + base::quoted(kind));
    }
    return {};
  }

  template <typename T>
  static bool number(const std::string& text, Value* out) {
    T read = 0;
    const char* end = text.data() + text.size();
    const auto result = std::from_chars(text.data(), end, read);
    if (result.ec != std::errc() || result.ptr != end) return false;
    *out = Value(read);
    return true;
  }

  std::string file_;
  std::uint32_t lines_before_;
};

json::ParseOptions options() {
  json::ParseOptions out;
  out.max_depth = kMaxDepth;
  return out;
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == text.npos; }

// Whether the text is vectors a line each: its first line that is not blank is an object by itself,
// and there are more.
bool is_lines(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == text.npos || text[start] != '{') return false;
  const std::size_t end = text.find('\n', start);
  if (end == text.npos || blank(text.substr(end))) return false;
  return json::parse(text.substr(start, end - start), options()).ok();
}

Status read_lines(std::string_view text, std::string_view name,
                  std::vector<ConformanceVector>* out) {
  std::uint32_t line = 0;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::string_view row = text.substr(0, end);
    const VectorReader reader(name, line++);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (blank(row)) continue;
    const Result<JsonNode> node = json::parse(row, options());
    if (!node.ok()) return reader.wrong(node.status());
    KITH_TRY(reader.read(*node, out));
  }
  return {};
}

}  // namespace

Result<std::vector<ConformanceVector>> read_conformance(std::string_view text,
                                                        std::string_view name) {
  std::vector<ConformanceVector> out;
  const VectorReader reader(name, 0);
  if (blank(text)) return reader.wrong(json::Position(), "there are no vectors in this file");
  if (is_lines(text)) {
    KITH_TRY(read_lines(text, name, &out));
    return out;
  }
  const Result<JsonNode> root = json::parse(text, options());
  if (!root.ok()) return reader.wrong(root.status());
  if (!root->is_object()) {
    KITH_TRY(reader.read_all(*root, &out));
  } else if (const JsonNode* tests = root->find("tests"); tests != nullptr) {
    KITH_TRY(reader.read_all(*tests, &out));
  } else {
    KITH_TRY(reader.read(*root, &out));
  }
  return out;
}

}  // namespace kith::expr
