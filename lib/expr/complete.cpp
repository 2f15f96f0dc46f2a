#include "expr/complete.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

#include "expr/checker.hpp"
#include "expr/complete_words.hpp"
#include "expr/format.hpp"
#include "expr/formulas.hpp"
#include "expr/functions.hpp"
#include "expr/unify.hpp"
#include "schema/types.hpp"

namespace kith::expr {
namespace {

struct MacroWord {
  std::string_view name;
  std::string_view detail;
  char receiver;  // 'l' a list or map, 'o' an optional, '-' none, 'r' none and only on records
};
constexpr std::array<MacroWord, 25> kMacroWords = {{
    {"all", "all(x, condition)", 'l'},
    {"exists", "exists(x, condition)", 'l'},
    {"exists_one", "exists_one(x, condition)", 'l'},
    {"filter", "filter(x, condition)", 'l'},
    {"map", "map(x, value)", 'l'},
    {"sortBy", "sortBy(x, key)", 'l'},
    {"transformList", "transformList(i, x, value)", 'l'},
    {"transformMap", "transformMap(k, v, value)", 'l'},
    {"transformMapEntry", "transformMapEntry(k, v, {key: value})", 'l'},
    {"optMap", "optMap(x, value)", 'o'},
    {"optFlatMap", "optFlatMap(x, optional)", 'o'},
    {"has", "has(field)", '-'},
    {"cel.bind", "cel.bind(name, value, expression)", '-'},
    {"count", "count(list, x, condition)", '-'},
    {"sum", "sum(list, x, number)", '-'},
    {"min", "min(list, x, value)", '-'},
    {"max", "max(list, x, value)", '-'},
    {"avg", "avg(list, x, number)", '-'},
    {"changed", "changed(field)", 'r'},
    {"changed_to", "changed_to(field, value)", 'r'},
    {"was", "was(field)", 'r'},
    {"is_new", "is_new()", 'r'},
    {"in_segment", "in_segment(name)", 'r'},
    {"score", "score('name')", 'r'},
    {"rollup", "rollup('name')", 'r'},
}};
constexpr std::array<std::string_view, 5> kUnits = {"day", "week", "month", "quarter", "year"};

// Names and what is after "==" come before functions, those before keywords.
int rank_of(const std::string& kind) {
  constexpr std::array<std::string_view, 11> kOrder = {"option",   "unit", "variable", "field",
                                                       "relation", "root", "method",   "macro",
                                                       "function", "type", "keyword"};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), kind) - kOrder.begin());
}

bool begins_with(std::string_view text, std::string_view prefix, bool any_case) {
  if (text.size() < prefix.size()) return false;
  return std::equal(prefix.begin(), prefix.end(), text.begin(), [&](char a, char b) {
    return a == b || (any_case && std::tolower(static_cast<unsigned char>(a)) ==
                                      std::tolower(static_cast<unsigned char>(b)));
  });
}

std::string signature(const Overload& overload) {
  std::string out = "(";
  for (std::size_t i = 0; i < overload.parameters.size(); ++i) {
    if (i > 0) out += overload.method && i == 1 ? ")(" : ", ";
    out += overload.parameters[i].to_string();
  }
  if (overload.method && overload.parameters.size() == 1) out += ")(";
  return out + ") -> " + overload.result.to_string();
}

class Completer {
 public:
  Completer(const Environment& environment, std::string_view source, std::size_t offset)
      : environment_(environment), words_(source, offset) {}

  std::vector<Completion> run() {
    if (words_.in_comment()) return {};
    add_locals();
    if (words_.in_string()) {
      values_beside(words_.size(), false);
      units();
      scores();
      rollups();
    } else if (words_.kind(1) == TokenKind::kDot ||
               (words_.kind(1) == TokenKind::kQuestion && words_.kind(2) == TokenKind::kDot)) {
      members();
    } else if (words_.after_value()) {
      operators();
    } else {
      values_beside(words_.size(), true);
      names();
    }
    return finish();
  }

 private:
  void add(std::string text, std::string_view kind, std::string type, std::string detail) {
    out_.push_back(
        {std::move(text), std::string(kind), std::move(type), std::move(detail), words_.from()});
  }

  std::vector<Completion> finish() {
    const std::string prefix(words_.prefix());
    std::erase_if(
        out_, [&](const Completion& c) { return !begins_with(unquoted(c.text), prefix, true); });
    const auto key = [&](const Completion& c) {
      return std::make_tuple(begins_with(unquoted(c.text), prefix, false) ? 0 : 1, rank_of(c.kind));
    };
    std::stable_sort(out_.begin(), out_.end(), [&](const Completion& a, const Completion& b) {
      if (key(a) != key(b)) return key(a) < key(b);
      return a.kind != "option" && a.text < b.text;  // options keep the order of the model
    });
    const auto same = [](const Completion& a, const Completion& b) {
      return a.text == b.text && a.kind == b.kind;
    };
    out_.erase(std::unique(out_.begin(), out_.end(), same), out_.end());
    if (out_.size() > kMaxCompletions) out_.resize(kMaxCompletions);
    return std::move(out_);
  }

  // An option outside of a string is offered with its quotes.
  static std::string_view unquoted(std::string_view text) {
    return text.size() > 1 && text.front() == '\'' ? text.substr(1) : text;
  }

  // Variables of the loops whose brackets are open at the place.
  void add_locals() {
    std::vector<std::size_t> brackets;
    for (std::size_t at = words_.open_bracket(words_.size()); at != UnfinishedWords::npos;
         at = words_.open_bracket(at)) {
      brackets.push_back(at);
    }
    for (auto bracket = brackets.rbegin(); bracket != brackets.rend(); ++bracket) local(*bracket);
  }

  void local(std::size_t bracket) {
    const auto& tokens = words_.tokens();
    if (bracket == 0 || tokens[bracket].kind != TokenKind::kLeftParen) return;
    const std::string& name = tokens[bracket - 1].text;
    const bool method = bracket >= 3 && tokens[bracket - 2].kind == TokenKind::kDot;
    const auto simple = [&](std::size_t at) {
      return at + 1 < tokens.size() && tokens[at].kind == TokenKind::kIdent &&
             tokens[at + 1].kind == TokenKind::kComma;
    };
    if (method && simple(bracket + 1)) {
      const std::size_t start = words_.value_start(bracket - 3);
      if (start == UnfinishedWords::npos) return;
      const Type range = type_of(words_.text(start, bracket - 3));
      const bool two = name.starts_with("transform") && simple(bracket + 3);
      if (!two) return declare(tokens[bracket + 1].text, element(range));
      const bool map = range.is(TypeKind::kMap);
      declare(tokens[bracket + 1].text, map ? range.key() : Type::of(TypeKind::kInt));
      return declare(tokens[bracket + 3].text, map ? range.value() : element(range));
    }
    // count(list, x, condition): the list is the first argument.
    for (const MacroWord& macro : kMacroWords) {
      if (macro.name != name || macro.receiver != '-' || name == "has") continue;
      std::size_t comma = bracket + 1;
      while (comma < tokens.size() && words_.commas(bracket, comma + 1) == 0) ++comma;
      if (comma >= tokens.size() || comma == bracket + 1 || !simple(comma + 1)) return;
      declare(tokens[comma + 1].text, element(type_of(words_.text(bracket + 1, comma - 1))));
    }
  }

  void declare(const std::string& name, Type type) {
    locals_.push_back(name);
    environment_.add_variable(name, std::move(type));
  }

  static Type element(const Type& range) {
    if (range.is(TypeKind::kList) || range.is(TypeKind::kOptional)) {
      return range.element();
    }
    return range.is(TypeKind::kMap) ? range.key() : Type();
  }

  Type type_of(const std::string& text) const {
    const Result<Program> program = compile(text, environment_);
    return program.ok() ? program->type().unwrapped() : Type();
  }

  // The field that an expression is, when it is one.
  const schema::Field* field_of(const std::string& text) const {
    const Result<Program> program = compile(text, environment_);
    if (!program.ok()) return nullptr;
    const Node& root = program->ast().root();
    const Note& note = program->checked().note(root);
    return note.binding == Binding::kField && note.part == FieldPart::kValue ? note.field : nullptr;
  }

  void operators() {
    for (const char* word :
         {"==", "!=", "<", "<=", ">", ">=", "&&", "||", "in", "+", "-", "*", "/", "%", "?"}) {
      add(word, "keyword", "", "");
    }
  }

  // What the value before "==", "!=", "in [" or in changed_to() may be: options of a choice.
  void values_beside(std::size_t at, bool quoted) {
    const auto& tokens = words_.tokens();
    if (at == 0) return;
    std::size_t last = UnfinishedWords::npos;
    const TokenKind before = tokens[at - 1].kind;
    if (before == TokenKind::kEqual || before == TokenKind::kNotEqual) {
      last = at - 2;
    } else if (const std::size_t bracket = words_.open_bracket(at);
               bracket != UnfinishedWords::npos) {
      if (tokens[bracket].kind == TokenKind::kLeftBracket && bracket > 1 &&
          tokens[bracket - 1].kind == TokenKind::kIn) {
        last = bracket - 2;
      } else if (tokens[bracket].kind == TokenKind::kLeftParen && bracket > 0 &&
                 tokens[bracket - 1].text == "changed_to" && words_.commas(bracket, at) == 1) {
        last = at - 2;
      }
    }
    if (last == UnfinishedWords::npos || last >= tokens.size()) return;
    const std::size_t start = words_.value_start(last);
    if (start == UnfinishedWords::npos) return;
    const schema::Field* field = field_of(words_.text(start, last));
    if (field == nullptr) return;
    for (const schema::Option& option : field->options) {
      if (option.retired) continue;
      add(quoted ? string_literal(option.name) : option.name, "option", "string", option.label);
    }
  }

  void units() {
    const std::size_t bracket = words_.open_bracket(words_.size());
    if (bracket == UnfinishedWords::npos || bracket == 0) return;
    if (words_.tokens()[bracket - 1].text != "start_of") return;
    if (words_.commas(bracket, words_.size()) != 1) return;
    for (const std::string_view unit : kUnits) add(std::string(unit), "unit", "string", "");
  }

  // Whether the argument of this macro begins here.
  bool argument_of(std::string_view macro) const {
    const std::size_t bracket = words_.open_bracket(words_.size());
    return environment_.entity() != nullptr && bracket != UnfinishedWords::npos && bracket > 0 &&
           bracket + 1 == words_.size() && words_.tokens()[bracket - 1].text == macro;
  }

  // The scores of the record's type, between the quotes of score('').
  void scores() {
    const schema::Scores* known =
        environment_.formulas() != nullptr ? environment_.formulas()->scores() : nullptr;
    if (!argument_of("score") || known == nullptr) return;
    for (const schema::Score& score : *known) {
      if (score.entity != environment_.entity()->name) continue;
      add(score.name, "option", "decimal", score.label);
    }
  }

  void rollups() {
    if (!argument_of("rollup")) return;
    for (const schema::Rollup& rollup : environment_.entity()->rollups) {
      add(rollup.name, "option", "", rollup.label);
    }
  }

  void members() {
    const std::size_t dots = words_.kind(1) == TokenKind::kDot ? 1 : 2;
    const std::size_t dot = words_.size() - dots;
    if (dot == 0) return;
    const std::size_t start = words_.value_start(dot - 1);
    if (start == UnfinishedWords::npos) return;
    const std::string receiver = words_.text(start, dot - 1);
    if (dots == 1 && namespaced(receiver + ".")) return;
    Type type = type_of(receiver);
    const bool optional = type.is(TypeKind::kOptional);
    const Type inner = optional ? type.element().unwrapped() : type;
    if (inner.is(TypeKind::kRecord)) fields(inner.entity());
    if (dots == 1) methods(type);
  }

  // Functions of a namespace: math, lists, sets, ...
  bool namespaced(const std::string& prefix) {
    bool any = false;
    for (const std::string& name : environment_.functions().names()) {
      if (!name.starts_with(prefix)) continue;
      any = true;
      function(name, name.substr(prefix.size()), false);
    }
    if (prefix == "cel.") {
      any = true;
      add("bind(", "macro", "", "cel.bind(name, value, expression)");
    }
    return any;
  }

  void function(const std::string& name, const std::string& text, bool method) {
    const auto* overloads = environment_.functions().find(name);
    if (overloads == nullptr) return;
    for (const Overload* overload : *overloads) {
      if (overload->method != method) continue;
      add(text + "(", "function", overload->result.to_string(), signature(*overload));
      return;
    }
  }

  void methods(const Type& receiver) {
    Unifier unifier;
    for (const std::string& name : environment_.functions().names()) {
      for (const Overload* overload : *environment_.functions().find(name)) {
        if (!overload->method || overload->parameters.empty()) continue;
        std::unordered_map<std::string, Type> names;
        const Type first = unifier.instantiate(overload->parameters.front(), &names);
        if (!receiver.is_dyn() && !unifier.assignable(first, receiver)) continue;
        add(name + "(", "method", overload->result.to_string(), signature(*overload));
        break;
      }
    }
    for (const MacroWord& macro : kMacroWords) {
      const bool list = receiver.is(TypeKind::kList) || receiver.is(TypeKind::kMap);
      const bool fits = (macro.receiver == 'l' && list) ||
                        (macro.receiver == 'o' && receiver.is(TypeKind::kOptional)) ||
                        (receiver.is_dyn() && (macro.receiver == 'l' || macro.receiver == 'o'));
      if (fits) add(std::string(macro.name) + "(", "macro", "", std::string(macro.detail));
    }
  }

  void fields(std::uint16_t entity_id) {
    const schema::Catalog* catalog = environment_.catalog();
    const schema::EntityType* entity = catalog == nullptr ? nullptr : catalog->find(entity_id);
    if (entity == nullptr) return;
    const auto one = [&](const std::string& name, std::string type, const std::string& label) {
      add(name, "field", std::move(type), label);
    };
    for (const schema::Field& field : entity->fields) {
      if (field.removed) continue;
      one(field.name, std::string(schema::field_type_name(field.type)), field.label);
      if (field.type == schema::FieldType::kMoney) {
        one(field.name + "_ccy", "text", "Currency of " + field.label);
      }
    }
    for (const schema::DerivedField& derived : entity->derived) {
      one(derived.name, std::string(schema::field_type_name(derived.type)), derived.label);
    }
    for (const auto& [name, type] : {std::pair{"id", "reference"},
                                     {"version", "int"},
                                     {"created", "timestamp"},
                                     {"updated", "timestamp"},
                                     {"owner", "reference"},
                                     {"deleted", "bool"}}) {
      one(name, type, "");
    }
    for (const schema::Catalog::Inbound& inbound : catalog->inbound(entity_id)) {
      if (inbound.field->inverse.empty()) continue;
      add(inbound.field->inverse, "relation", "list(" + inbound.from->name + ")",
          inbound.from->plural);
    }
  }

  void names() {
    for (const Variable& variable : environment_.variables()) {
      add(variable.name, "variable", variable.type.to_string(), "");
    }
    if (environment_.entity() != nullptr) {
      fields(environment_.entity()->id);
      const std::string& entity = environment_.entity()->name;
      add("r", "root", entity, "The record");
      add("old", "root", entity, "The record before the change");
      add(entity, "root", entity, "The record");
    }
    if (environment_.standard_roots()) {
      add("now", "root", "timestamp", "The time of the transaction");
      add("user", "root", "user", "The acting user");
      add("params", "root", "map(string, dyn)", "Parameters of a query or report");
      add("org", "root", "map(string, dyn)", "What holds for all");
    }
    for (const std::string& name : environment_.functions().names()) function(name, name, false);
    for (const MacroWord& macro : kMacroWords) {
      const bool fits =
          macro.receiver == '-' || (macro.receiver == 'r' && environment_.entity() != nullptr);
      if (fits) add(std::string(macro.name) + "(", "macro", "", std::string(macro.detail));
    }
    for (const char* word : {"true", "false", "null"}) add(word, "keyword", "", "");
  }

  Environment environment_;
  UnfinishedWords words_;
  std::vector<std::string> locals_;
  std::vector<Completion> out_;
};

}  // namespace

std::vector<Completion> complete(const Environment& environment, std::string_view source,
                                 std::size_t offset) {
  return Completer(environment, source, offset).run();
}

}  // namespace kith::expr
