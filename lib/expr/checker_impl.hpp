// expr/checker_impl.hpp: the walk that types a tree; private to checker*.cpp.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "expr/checker.hpp"
#include "expr/unify.hpp"

namespace kith::expr {

// `amount_ccy` is the currency of the money field `amount`.
inline constexpr std::string_view kCurrencySuffix = "_ccy";

class Checker {
 public:
  Checker(Ast* ast, const Environment& environment, const CompileOptions& options)
      : ast_(*ast), env_(environment), options_(options) {
    out_.notes.resize(ast->size());
  }

  Result<Checked> run();

 private:
  struct Local {
    std::string name;
    Type type;
    std::uint32_t slot;
    bool has_path;
    FieldPath path;  // of a record that stems from a path
  };

  // The first mistake wins; in unchecked mode a type mistake gives dyn instead.
  Type mistake(const Node& node, std::string_view message);
  bool failed() const { return !status_.ok(); }
  Note& note(const Node& node) { return out_.notes[node.id]; }
  const Type& type(const Node& node) { return note(node).type; }
  std::string show(const Type& t) const { return unifier_.resolve(t).to_string(); }

  // checker.cpp
  void visit(Node& node);
  Type visit_conditional(Node& node);
  Type visit_list(Node& node);
  Type visit_map(Node& node);
  Type visit_comprehension(Node& node);
  Type loop_result(Node& node, const Type& key, const Type& value, bool is_map);
  Type fold_result(const Node& node);
  Type visit_bind(Node& node);
  void require_bool(const Node& node, std::string_view what);
  void push_local(const std::string& name, Type type, const Node* source, std::uint32_t* slot);
  Type element_of(const Type& range, Type* key, bool* is_map, const Node& node);
  Type finish_root(Type found);

  // checker_names.cpp
  Type visit_ident(Node& node);
  Type resolve_ident(Node& node);
  Type visit_select(Node& node);
  Type visit_index(Node& node);
  bool resolve_name(const Node& node, std::string_view name, bool absolute, Type* type);
  bool resolve_root(const Node& node, std::string_view name, Type* type);
  std::string qualified_name(const Node& node, bool* absolute) const;
  std::vector<std::string> candidates(std::string_view name, bool absolute) const;
  Type select_type(const Node& node, const Type& target);
  Type unknown_name(const Node& node, std::string_view name);
  const Local* find_local(std::string_view name) const;
  std::vector<std::string> known_names() const;
  std::vector<std::string> field_names(const schema::EntityType& entity) const;

  // checker_fields.cpp
  bool record_field(const Node& node, std::uint16_t entity, const FieldPath* path,
                    std::string_view name, Type* type);
  void read_formula(const Node& node, std::uint16_t entity, const FieldPath* path);
  // What a record at `path` is read for to compute something else of it.
  template <typename Paths>
  void read_through(const Paths& inner, const FieldPath* path) {
    for (const FieldPath& one : inner) {
      if (one.root == Root::kUser) {
        out_.paths.insert(one);
      } else if (path != nullptr) {
        FieldPath whole = *path;
        whole.fields.insert(whole.fields.end(), one.fields.begin(), one.fields.end());
        out_.paths.insert(std::move(whole));
      }
    }
  }
  Type formula_error(Node& node);
  Type note_field(const Node& node, const FieldPath* path, std::uint32_t id, Type type);
  Type record_type(std::uint16_t entity) const;
  Type field_type(const schema::Field& field) const;

  // checker_record.cpp
  Type visit_record_call(Node& node);
  bool visit_own_field(const Node& node);
  void watch(const Note& field);
  Type visit_changed(Node& node);
  Type visit_was(Node& node);
  Type visit_in_segment(Node& node);
  Type visit_stage_age(Node& node);
  Type visit_score(Node& node);
  Type visit_rollup(Node& node);
  std::vector<schema::Catalog::Inbound> relations(const schema::EntityType& entity) const;
  bool record_relation(const Node& node, const schema::EntityType& entity, const FieldPath* path,
                       std::string_view name, Type* found);

  // checker_calls.cpp
  Type unknown_function(const Node& node, std::string_view name);
  Type visit_call(Node& node);
  bool visit_namespaced_call(Node& node, Type* type);
  Type resolve_call(Node& node, std::string_view name, std::size_t first_arg);
  Type pick_overloads(Node& node, const std::vector<const Overload*>& all, std::size_t first_arg);
  Type coerce_overload(Node& node, const std::vector<const Overload*>& all, std::size_t first_arg);
  void check_words(const Node& node, const Overload& overload, std::size_t first_arg);
  bool fits_arity(const Overload& overload, const Node& node, std::size_t count) const;
  std::vector<Type> parameters_for(const Overload& overload, std::size_t count, Type* result);
  bool can_cast(const Node& node, const Type& to, Cast* cast);
  void apply_cast(Node& node, const Type& to);
  void adapt_equal(Node& left, Node& right);
  void adapt_literal(Node& literal, const Node& other);
  void adapt_membership(Node& value, Node& list);
  bool choice_literal(Node& literal, const Note& field);
  Type no_overload(const Node& node, std::string_view name, std::size_t first_arg);

  Ast& ast_;
  const Environment& env_;
  const CompileOptions& options_;
  Checked out_;
  Status status_;
  Unifier unifier_;
  std::vector<Local> locals_;

  friend class CallChecker;
};

}  // namespace kith::expr
