// expr/lower_impl.hpp: the walk from a checked tree to closures; private to lower*.cpp.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "expr/code.hpp"

namespace kith::expr {

class Lowering {
 public:
  explicit Lowering(Compiled* compiled) : out_(*compiled) {
    out_.constants = std::make_unique<Frame>(out_.constant_activation);
    out_.by_node.resize(out_.ast.size());
  }

  void run() {
    out_.root = visit(out_.ast.root());
    out_.currency = currency(out_.ast.root());
  }

 private:
  // lower.cpp
  const Note& note(const Node& node) const { return out_.checked.note(node); }
  const Code* visit(const Node& node);
  // What a constant comes to is known without asking.
  const Code* traced(const Node& node, const Code* code);
  void build(const Node& node, Code* code);
  void structure(const Node& node, Code* code);
  void constant(Code* code, const Value& value);
  void children(const Node& node, std::size_t first, Code* code);
  void set_args(std::vector<const Code*> list, Code* code);
  void entries(const Node& node, Code* code);
  void loop(const Node& node, Code* code);
  void folded(const Node& node, Code* code);
  // How the values of sum() and the like are added, and from what zero on.
  static void adding(const Type& value, Code* code);
  // What the body reads of the records that the loop goes over.
  void elements(const Node& loop, Code* code);
  void elements_in(const Node& node, std::uint32_t local, Code* code,
                   std::vector<const Code*>* followed);
  // x.field of the loop's variable.
  bool is_field_of(const Node& node, std::uint32_t local) const;
  // Nodes of a loop's body without those of loops inside, which charge for themselves.
  static std::uint64_t weight(const Node& node);
  void call(const Node& node, const Note& n, Code* code);
  void regex(Code* code);
  void comparison(std::string_view op, Code* code);
  const Code* with_cast(const Node& node, Code* code);
  // Computes the code now when all its parts are constants and it does not fail.
  void fold(Code* code);

  // lower_fields.cpp
  // What is asked of the record beyond the arguments.
  void question(const Node& node, const Note& n, Code* code);
  // What a code computes, without the wrapping that tells a trace of it.
  static const Code& untraced(const Code& code);
  // The same field, cast as it is, of the record before the change.
  const Code* former(const Code& now);
  void relation(const Node& node, const Note& n, Code* code);
  void rollup(const Note& n, Code* code);
  void field(const Node& node, const Note& n, Code* code);
  void options(const Note& n, Code* code);
  Datum derived(schema::FieldType type, const Value& value);

  // lower_money.cpp
  // convert(amount, to): the currency of the field goes between.
  bool convert_money(const Node& node, const Note& n, Code* code);
  // What gives the currency of a decimal, or nullptr when it is of none that is known.
  const Code* currency(const Node& node);
  // Money of two currencies is neither added nor compared.
  Code* with_currencies(const Node& node, Code* code);

  static const schema::Field kSystem;
  Compiled& out_;
};

}  // namespace kith::expr
