// tests/expr/random_expression.hpp: expressions that compile, made at random, over the variables
// b bool, i int, u uint, d double, s string, y bytes, xs list(int), ss list(string), m map(string,
// int), t timestamp, w duration, q decimal.
//
//   RandomExpression random(42);
//   std::string source = random.boolean(4);     // the depth of its tree, about
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "expr/environment.hpp"
#include "kith/value.hpp"

namespace kith::expr::test {

class RandomExpression {
 public:
  explicit RandomExpression(std::uint32_t seed) : random_(seed) {}

  static Environment environment();
  // Values for all variables; texts and lists of random sizes.
  std::map<std::string, Value> values();

  // Of any type.
  std::string any(int depth);
  std::string boolean(int depth) { return make('b', depth); }
  // By the letter of the variable with that type; 'X' is xs, 'S' is ss.
  std::string make(char type, int depth);

  std::size_t below(std::size_t n) { return random_() % n; }

 private:
  // `pattern` with every $x replaced by an expression of type x.
  std::string fill(std::string_view pattern, int depth);
  std::string text(std::size_t most);

  std::mt19937 random_;
  std::vector<std::pair<std::string, char>> locals_;  // name and type
  int names_ = 0;
};

}  // namespace kith::expr::test
