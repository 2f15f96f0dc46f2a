#include "report/definition.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "expr/parser.hpp"
#include "query/compile.hpp"
#include "query/query_json.hpp"

namespace kith::report {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

const std::vector<std::string>& report_members() {
  static const std::vector<std::string> kMembers = {"title", "note", "parameters", "bars"};
  return kMembers;
}

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_name(std::string_view text) {
  if (text.empty() || !is_letter(text.front())) return false;
  return std::all_of(text.begin(), text.end(), [](char c) { return is_letter(c) || is_digit(c); });
}

// account.region
bool is_path(std::string_view text) {
  while (true) {
    const std::size_t dot = text.find('.');
    if (!is_name(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

// The text that may stand for ${name}.
Result<std::string> checked_value(const std::string& report, const std::string& name,
                                  const std::string& value) {
  if (value.empty() || is_path(value)) return value;
  const Result<expr::Ast> expression = expr::parse(value);
  if (expression.ok()) return "(" + value + ")";
  return Status(Code::kInvalidArgument, "report " + report + ": parameter \"" + name +
                                            "\" is neither a name nor an expression: " +
                                            std::string(expression.status().message()));
}

// `text` as it stands between the quotes of a JSON text.
std::string json_escaped(const std::string& text) {
  json::Writer writer;
  writer.text(text);
  return writer.str().substr(1, writer.str().size() - 2);
}

Result<std::string> substitute(std::string_view document, const std::string& report,
                               const Parameters& parameters) {
  std::string out;
  while (true) {
    const std::size_t open = document.find("${");
    out += document.substr(0, open);
    if (open == std::string_view::npos) return out;
    const std::size_t close = document.find('}', open);
    const std::string name(
        document.substr(open + 2, close == std::string_view::npos ? 0 : close - open - 2));
    if (!is_name(name)) {
      return Status(Code::kInvalidArgument, "report " + report +
                                                ": \"${\" must be followed by the name of a "
                                                "parameter and \"}\"");
    }
    const auto at = std::find_if(parameters.begin(), parameters.end(),
                                 [&name](const auto& p) { return p.first == name; });
    if (at == parameters.end()) {
      std::vector<std::string> names;
      for (const auto& p : parameters) names.push_back(p.first);
      return Status(Code::kInvalidArgument, "report " + report + " has no parameter \"" + name +
                                                "\" for ${" + name + "}" +
                                                query::suggestion(name, names));
    }
    out += json_escaped(at->second);
    document.remove_prefix(close + 1);
  }
}

Result<Parameters> read_parameters(const json::Node& root) {
  Parameters parameters;
  const json::Node* node = root.find("parameters");
  if (node == nullptr || node->is_null()) return parameters;
  if (!node->is_object()) {
    return query::document_error(node->position(), "\"parameters\" must be an object, not " +
                                                       std::string(json::kind_name(node->kind())));
  }
  for (const json::Member& member : node->members()) {
    if (!is_name(member.name)) {
      return query::document_error(member.position, "\"" + member.name +
                                                        "\" cannot name a parameter: use letters, "
                                                        "digits and underscores");
    }
    if (!member.value.is_text()) {
      return query::document_error(
          member.value.position(),
          "the default of parameter \"" + member.name + "\" must be a text; it may be empty");
    }
    parameters.emplace_back(member.name, member.value.text());
  }
  return parameters;
}

Result<Resolved> read_resolved(const std::string& document) {
  KITH_ASSIGN(const json::Node root, json::parse(document));
  Resolved resolved;
  query::ReadOptions options;
  options.other_members = report_members();
  options.skip_empty_groups = true;
  KITH_ASSIGN(resolved.query, query::read_query(root, options));
  KITH_ASSIGN(resolved.title, query::text_member(root, "title"));
  KITH_ASSIGN(resolved.note, query::text_member(root, "note"));
  KITH_ASSIGN(resolved.bars, query::text_member(root, "bars"));
  return resolved;
}

Status check_bars(const Definition& definition) {
  KITH_ASSIGN(const Resolved resolved, resolve(definition, {}));
  if (resolved.bars.empty()) return {};
  std::vector<std::string> names;
  for (const Measure& measure : resolved.query.measures) names.push_back(measure.name);
  if (std::find(names.begin(), names.end(), resolved.bars) != names.end()) return {};
  return Status(Code::kInvalidArgument, "report " + definition.name +
                                            ": \"bars\" names no measure: \"" + resolved.bars +
                                            "\"" + query::suggestion(resolved.bars, names));
}

}  // namespace

Result<Definition> parse_definition(std::string name, std::string_view document) {
  Result<json::Node> root = json::parse(document);
  if (!root.ok()) return root.status().with_context("report " + name);
  Definition definition;
  definition.name = std::move(name);
  definition.document = document;
  Result<Parameters> parameters = read_parameters(*root);
  if (!parameters.ok()) return parameters.status().with_context("report " + definition.name);
  definition.parameters = *std::move(parameters);
  KITH_TRY(check_bars(definition));
  return definition;
}

Result<Definition> parse_definition(std::string name, const json::Node& document) {
  json::Writer writer;
  writer.node(document);
  return parse_definition(std::move(name), writer.str());
}

Result<Resolved> resolve(const Definition& definition, const Map& parameters) {
  Parameters values = definition.parameters;
  for (const auto& [key, value] : parameters) {
    const std::string name = key.text() != nullptr ? *key.text() : key.to_string();
    const auto at = std::find_if(values.begin(), values.end(),
                                 [&name](const auto& p) { return p.first == name; });
    if (at == values.end()) {
      std::vector<std::string> names;
      for (const auto& p : values) names.push_back(p.first);
      return Status(Code::kInvalidArgument, "report " + definition.name + " has no parameter \"" +
                                                name + "\"" + query::suggestion(name, names));
    }
    if (!value.is_null() && value.text() == nullptr) {
      return Status(Code::kInvalidArgument, "report " + definition.name + ": parameter \"" + name +
                                                "\" must be a text, not " +
                                                std::string(kind_name(value.kind())));
    }
    at->second = value.is_null() ? std::string() : *value.text();
  }
  for (auto& [name, value] : values) {
    KITH_ASSIGN(value, checked_value(definition.name, name, value));
  }
  KITH_ASSIGN(const std::string document, substitute(definition.document, definition.name, values));
  Result<Resolved> resolved = read_resolved(document);
  if (!resolved.ok()) return resolved.status().with_context("report " + definition.name);
  if (resolved->title.empty()) resolved->title = definition.name;
  return resolved;
}

ReportInfo info_of(const Definition& definition) {
  ReportInfo info;
  info.name = definition.name;
  info.built_in = definition.built_in;
  for (const auto& [name, value] : definition.parameters) info.parameters.emplace_back(name, value);
  const Result<Resolved> resolved = resolve(definition, {});
  info.title = resolved.ok() ? resolved->title : definition.name;
  return info;
}

}  // namespace kith::report
