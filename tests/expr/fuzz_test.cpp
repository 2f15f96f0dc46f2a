// Random text and random words through parsing, checking and evaluating: any outcome but a crash.
#include <boost/test/unit_test.hpp>
#include <random>

#include "expr/analysis.hpp"
#include "tests/expr/sample_model.hpp"

namespace {

using namespace kith;

struct Fuzz : expr::test::SampleModel {
  Fuzz() {
    put(kAccount, 7, {{"name", "Acme"}});
    full = put(kDeal, 1,
               {{"name", "n"},
                {"seats", 3},
                {"hot", true},
                {"stage", "Won"},
                {"account", RecordId(kAccount, 7)},
                {"close_date", Date(17000)},
                {"amount", Money{Decimal(5), {}}},
                {"tags", List{Value("vip")}}});
    bare = put(kDeal, 2, {});
  }

  void feed(const std::string& source) {
    for (const bool check : {true, false}) {
      expr::CompileOptions options;
      options.check = check;
      const Result<expr::Program> program = expr::compile(source, environment(), options);
      if (!program.ok()) {
        ++refused;
        BOOST_REQUIRE(!program.status().message().empty());
        continue;
      }
      for (const RecordId id : {full, bare}) {
        expr::Activation activation = on(id);
        expr::EvaluationLimits limits;
        limits.max_cost = 20'000;
        activation.set_limits(limits);
        Value value;
        expr::Failure failure;
        if (program->evaluate(activation, &value, &failure)) {
          ++evaluated;
        } else {
          BOOST_REQUIRE((failure.error != expr::ErrorClass::kNone));
        }
        program->evaluate_bool(activation, &failure);
        expr::conjuncts(*program, activation);
      }
    }
  }

  RecordId full, bare;
  int evaluated = 0;
  int refused = 0;
};

}  // namespace

BOOST_FIXTURE_TEST_SUITE(expr_fuzz, Fuzz)

BOOST_AUTO_TEST_CASE(random_bytes) {
  std::mt19937 random(20170301);
  for (int round = 0; round < 1500; ++round) {
    std::string source(random() % 40, ' ');
    for (char& c : source) c = static_cast<char>(random() % (round % 2 == 0 ? 256 : 128));
    feed(source);
  }
  BOOST_TEST(refused > 0);
}

BOOST_AUTO_TEST_CASE(random_words) {
  const std::vector<std::string> words = {"1",
                                          "0",
                                          "-1",
                                          "2u",
                                          "1.5",
                                          "'a'",
                                          "b'a'",
                                          "true",
                                          "null",
                                          "[",
                                          "]",
                                          "(",
                                          ")",
                                          "{",
                                          "}",
                                          ",",
                                          ":",
                                          "?",
                                          ".",
                                          "+",
                                          "-",
                                          "*",
                                          "/",
                                          "%",
                                          "&&",
                                          "||",
                                          "!",
                                          "==",
                                          "!=",
                                          "<",
                                          ">=",
                                          "in",
                                          "name",
                                          "amount",
                                          "stage",
                                          "account",
                                          "tags",
                                          "hot",
                                          "r",
                                          "old",
                                          "now",
                                          "size",
                                          "(name)",
                                          ".name",
                                          ".size()",
                                          ".map(x, x)",
                                          ".exists(x, x == 1)",
                                          ".filter(i, v, i > 0)",
                                          "has(r.name)",
                                          "[1, 2]",
                                          "{'a': 1}",
                                          "[?0]",
                                          ".?a",
                                          "optional.of(1)",
                                          ".orValue(2)",
                                          "date('2017-01-01')",
                                          "duration('1h')",
                                          ".format([1])",
                                          "math.greatest(1, 2.0)",
                                          "cel.bind(x, 1, x)",
                                          "dyn(1)",
                                          "9223372036854775807",
                                          "decimal('1.5')",
                                          ".split('')",
                                          ".substring(1)",
                                          "'Won'",
                                          "x"};
  std::mt19937 random(7);
  for (int round = 0; round < 6000; ++round) {
    std::string source;
    for (std::size_t i = random() % 10 + 1; i > 0; --i) source += words[random() % words.size()];
    feed(source);
  }
  BOOST_TEST(refused > 0);
  BOOST_TEST(evaluated > 100);
}

// Well-formed trees of any types: the checker lets few through, the evaluator must bear all.
BOOST_AUTO_TEST_CASE(random_trees) {
  std::mt19937 random(99);
  const std::vector<std::string> leaves = {"1",
                                           "0",
                                           "2u",
                                           "1.5",
                                           "'a'",
                                           "b'a'",
                                           "true",
                                           "null",
                                           "name",
                                           "amount",
                                           "stage",
                                           "account",
                                           "tags",
                                           "hot",
                                           "seats",
                                           "close_date",
                                           "now",
                                           "[1, 'a']",
                                           "{'a': 1}",
                                           "x",
                                           "optional.none()",
                                           "duration('1s')",
                                           "int",
                                           "partners",
                                           "extra",
                                           "stage_class",
                                           "id",
                                           "-9223372036854775808"};
  const std::vector<std::string> shapes = {"(@ + @)",
                                           "(@ - @)",
                                           "(@ * @)",
                                           "(@ / @)",
                                           "(@ % @)",
                                           "(@ < @)",
                                           "(@ >= @)",
                                           "(@ == @)",
                                           "(@ != @)",
                                           "(@ && @)",
                                           "(@ || @)",
                                           "(@ ? @ : @)",
                                           "(@ in @)",
                                           "!(@)",
                                           "-(@)",
                                           "[@, @]",
                                           "{@: @}",
                                           "(@)[@]",
                                           "(@)[?@]",
                                           "(@).a",
                                           "(@).?a",
                                           "(@).name",
                                           "(@).map(x, @)",
                                           "(@).all(x, @)",
                                           "(@).exists(x, y, @)",
                                           "(@).filter(x, @)",
                                           "(@).transformMap(x, y, @)",
                                           "(@).sortBy(x, @)",
                                           "(@).transformMapEntry(x, y, {@: @})",
                                           "(@).optMap(x, @)",
                                           "cel.bind(x, @, @)",
                                           "size(@)",
                                           "string(@)",
                                           "int(@)",
                                           "double(@)",
                                           "decimal(@)",
                                           "type(@)",
                                           "dyn(@)",
                                           "(@).contains(@)",
                                           "(@).matches(@)",
                                           "(@).format([@, @])",
                                           "(@).split(@)",
                                           "(@).replace(@, @)",
                                           "(@).join(@)",
                                           "math.least(@, @)",
                                           "(@).orValue(@)",
                                           "optional.of(@)",
                                           "(@).substring(@)",
                                           "(@).getMonth()",
                                           "(@).addMonths(@)",
                                           "days_between(@, @)",
                                           "(@).flatten()",
                                           "(@).sort()",
                                           "(@).distinct()",
                                           "lists.range(@)",
                                           "sets.contains(@, @)",
                                           "base64.encode(@)",
                                           "has((@).a)",
                                           "ratio(@, @)",
                                           "div(@, @, @)"};
  const auto grow = [&](const auto& self, int depth) -> std::string {
    if (depth == 0 || random() % 4 == 0) return leaves[random() % leaves.size()];
    std::string out;
    for (const char c : shapes[random() % shapes.size()]) {
      if (c == '@') {
        out += self(self, depth - 1);
      } else {
        out.push_back(c);
      }
    }
    return out;
  };
  for (int round = 0; round < 4000; ++round) feed(grow(grow, 4));
  BOOST_TEST(evaluated > 500);
}

BOOST_AUTO_TEST_SUITE_END()
