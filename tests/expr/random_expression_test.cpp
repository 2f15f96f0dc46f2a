#include "tests/expr/random_expression.hpp"

#include <boost/test/unit_test.hpp>

#include "expr/program.hpp"

namespace kith::expr::test {
namespace {

// "$x" is a part of type x; "@x" a new variable of that type, usable until the pattern ends.
const std::map<char, std::vector<std::string_view>>& patterns() {
  static const std::map<char, std::vector<std::string_view>> kAll = {
      {'b',
       {"$b && $b",
        "$b || $b",
        "$b && $b && $b",
        "!$b",
        "!($b)",
        "$i < $i",
        "$i == $i",
        "$d >= $d",
        "$s == $s",
        "$s != $s",
        "$s < $s",
        "$i in $X",
        "$s in $S",
        "$s in $m",
        "$X == $X",
        "$S == $S",
        "$s.contains($s)",
        "$s.startsWith($s)",
        "$s.endsWith($s)",
        "$s.matches('^a+b*')",
        "$b ? $b : $b",
        "$X.all(@i, $b)",
        "$X.exists(@i, $b)",
        "$S.exists_one(@s, $b)",
        "$S.exists(@s, $b)",
        "$m.all(@s, $b)",
        "has(m.k)",
        "$t < $t",
        "$w > $w",
        "$q <= $q",
        "sets.contains($X, $X)",
        "sets.intersects($S, $S)",
        "math.isNaN($d)",
        "$y == $y",
        "$s.contains_ci($s)",
        "cel.bind(@i, $i, $b)",
        "bool('true')",
        "$u != $u",
        "optional.of($i).hasValue()",
        "is_weekend(date($t))"}},
      {'i',
       {"$i + $i",
        "$i - $i",
        "$i * $i",
        "$i / $i",
        "$i % $i",
        "-$i",
        "-($i)",
        "size($s)",
        "$s.size()",
        "$X.size()",
        "size($S)",
        "$X[$i]",
        "$m[$s]",
        "m.k",
        "$s.indexOf($s)",
        "$s.lastIndexOf($s)",
        "$b ? $i : $i",
        "int($s)",
        "int($d)",
        "int($u)",
        "math.greatest($i, $i)",
        "math.least($X)",
        "math.abs($i)",
        "$t.getFullYear()",
        "$t.getHours('Europe/Paris')",
        "$w.getMinutes()",
        "cel.bind(@i, $i, $i)",
        "$X[?$i].orValue($i)",
        "$X.first().orValue($i)",
        "{'k': $i}.k",
        "{?'k': optional.of($i)}.k",
        "days_between(date($t), date($t))",
        "optional.of($i).optMap(@i, $i).orValue(0)"}},
      {'u', {"uint($i)", "$u + $u", "$u * $u", "math.bitAnd($u, $u)"}},
      {'d',
       {"double($i)", "$d + $d", "$d * $d", "$d / $d", "-$d", "math.round($d)", "$i + $d",
        "ratio($i, $i)"}},
      {'s',
       {"$s + $s",
        "$s.substring($i)",
        "$s.charAt($i)",
        "$s.lowerAscii()",
        "$s.upperAscii()",
        "$s.replace($s, $s)",
        "$s.replace($s, $s, $i)",
        "$s.trim()",
        "$s.reverse()",
        "$S.join()",
        "$S.join($s)",
        "string($i)",
        "string($d)",
        "'%s-%d'.format([$s, $i])",
        "'%s'.format([$X])",
        "strings.quote($s)",
        "$b ? $s : $s",
        "base64.encode($y)",
        "fold($s)",
        "$S[$i]",
        "cel.bind(@s, $s, $s)",
        "string($t)",
        "string($y)"}},
      {'y', {"bytes($s)", "$y + $y"}},
      {'X',
       {"[$i, $i]", "[$i, ?optional.of($i)]", "$X + $X", "$X.filter(@i, $b)", "$X.map(@i, $i)",
        "$X.map(@i, $b, $i)", "lists.range($i)", "$X.distinct()", "$X.sort()", "$X.reverse()",
        "$X.slice($i, $i)", "[$X, $X].flatten()", "$X.sortBy(@i, $i)", "$S.map(@s, $i)",
        "$X.transformList(@i, @i, $i)", "$b ? $X : $X"}},
      {'S',
       {"[$s, $s]", "$s.split($s)", "$s.split($s, $i)", "$S + $S", "$S.filter(@s, $b)",
        "$S.map(@s, $s)", "$X.map(@i, $s)", "$S.distinct()", "$S.sort()", "$m.map(@s, $s)",
        "$S.sortBy(@s, $s)"}},
      {'m',
       {"{$s: $i}", "{'k': $i, 'l': $i}", "$m.transformMap(@s, @i, $i)",
        "$X.transformMapEntry(@i, @i, {string($i): $i})"}},
      {'t', {"$t + $w", "$t - $w", "timestamp('2017-03-01T09:30:00Z')", "timestamp($i)"}},
      {'w', {"$t - $t", "$w + $w", "duration('90s')"}},
      {'q', {"decimal($i)", "$q + $q", "$q * 1.50", "round($q, 2)", "div($q, $q, 4)"}},
  };
  return kAll;
}

const std::map<char, std::vector<std::string_view>>& leaves() {
  static const std::map<char, std::vector<std::string_view>> kAll = {
      {'b', {"b", "true", "false"}},
      {'i', {"i", "0", "1", "-3", "7", "0x1F", "20"}},
      {'u', {"u", "2u", "0u"}},
      {'d', {"d", "1.5", "-0.25", "1e3"}},
      {'s', {"s", "'a'", "''", "\"it's\"", "'Zo\u00EB'", "'a\\nb'", "r'\\d+'", "'''\"x\"''' "}},
      {'y', {"y", "b'abc'", "b'\\xff\\x00'"}},
      {'X', {"xs", "[1, 2, 3]", "[]"}},
      {'S', {"ss", "['a', 'b']"}},
      {'m', {"m", "{'k': 1}"}},
      {'t', {"t"}},
      {'w', {"w", "duration('1h')"}},
      {'q', {"q", "decimal('12.50')"}},
  };
  return kAll;
}

}  // namespace

Environment RandomExpression::environment() {
  Environment out;
  const std::pair<const char*, const char*> variables[] = {
      {"b", "bool"},       {"i", "int"},           {"u", "uint"},
      {"d", "double"},     {"s", "string"},        {"y", "bytes"},
      {"xs", "list(int)"}, {"ss", "list(string)"}, {"m", "map(string, int)"},
      {"t", "timestamp"},  {"w", "duration"},      {"q", "decimal"}};
  for (const auto& [name, type_name] : variables) {
    Type type;
    BOOST_REQUIRE(parse_type(type_name, &type));
    out.add_variable(name, type);
  }
  return out;
}

std::string RandomExpression::text(std::size_t most) {
  std::string out(below(most + 1), 'a');
  for (char& c : out) c = static_cast<char>('a' + below(4));
  return out;
}

std::map<std::string, Value> RandomExpression::values() {
  const std::size_t large = below(4) == 0 ? 200 : 8;
  List numbers(below(large));
  for (Value& value : numbers) value = Value(static_cast<std::int64_t>(below(50)));
  List texts(below(large));
  for (Value& value : texts) value = Value(text(large));
  Map map;
  for (std::size_t i = below(12); i > 0; --i) map.emplace_back(Value(std::to_string(i)), Value(i));
  return {{"b", Value(below(2) == 0)},
          {"i", Value(static_cast<std::int64_t>(below(40)))},
          {"u", Value(static_cast<std::uint64_t>(below(40)))},
          {"d", Value(0.5 * static_cast<double>(below(40)))},
          {"s", Value(text(large))},
          {"y", Value(Bytes{text(large)})},
          {"xs", Value(std::move(numbers))},
          {"ss", Value(std::move(texts))},
          {"m", Value(std::move(map))},
          {"t", Value(*Timestamp::parse("2017-06-15T12:00:00Z"))},
          {"w", Value(Duration::nanoseconds(std::int64_t{90} * 1'000'000'000))},
          {"q", Value(*Decimal::parse("12.50"))}};
}

std::string RandomExpression::any(int depth) {
  constexpr std::string_view kTypes = "biudsyXSmtwq";
  return make(kTypes[below(kTypes.size())], depth);
}

std::string RandomExpression::make(char type, int depth) {
  if (depth <= 0 || below(8) == 0) {
    for (const auto& [name, local_type] : locals_) {
      if (local_type == type && below(2) == 0) return name;
    }
    const auto& choices = leaves().at(type);
    return std::string(choices[below(choices.size())]);
  }
  const auto& choices = patterns().at(type);
  const std::string out = fill(choices[below(choices.size())], depth - 1);
  // Brackets keep what a pattern says together; the formatter drops those it does not need.
  return "(" + out + ")";
}

std::string RandomExpression::fill(std::string_view pattern, int depth) {
  const std::size_t locals = locals_.size();
  // What is bound cannot use the name that it is bound to.
  const bool bind = pattern.starts_with("cel.bind");
  std::string out;
  for (std::size_t at = 0; at < pattern.size(); ++at) {
    if (pattern[at] == '$') {
      out += make(pattern[++at], depth);
    } else if (pattern[at] == '@') {
      const char type = pattern[++at];
      const std::string name = "v" + std::to_string(names_++);
      out += name;
      if (bind) {
        out += ", " + make(type, depth);
        at = pattern.find(',', pattern.find(',', at) + 1) - 1;
      }
      locals_.emplace_back(name, type);
    } else {
      out.push_back(pattern[at]);
    }
  }
  locals_.resize(locals);
  return out;
}

}  // namespace kith::expr::test

BOOST_AUTO_TEST_SUITE(expr_random_expression)

BOOST_AUTO_TEST_CASE(expressions_compile) {
  using namespace kith::expr;
  test::RandomExpression random(1);
  const Environment environment = test::RandomExpression::environment();
  int compiled = 0;
  for (int round = 0; round < 500; ++round) {
    const std::string source = random.any(4);
    const auto program = compile(source, environment);
    // Depth and loops inside loops are the only reasons why one is refused.
    const bool limit = !program.ok() && program.status().code() == kith::Code::kLimit;
    BOOST_REQUIRE_MESSAGE(program.ok() || limit, source << "\n" << program.status().to_string());
    compiled += program.ok() ? 1 : 0;
  }
  BOOST_TEST(compiled > 450);
}

BOOST_AUTO_TEST_SUITE_END()
