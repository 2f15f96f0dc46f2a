// Fields that are formulas, in documents and in the catalog.
#include <boost/test/unit_test.hpp>

#include "schema/catalog_codec.hpp"
#include "tests/schema/model_fixture.hpp"

namespace kith::schema {
namespace {

using testing::deal;
using testing::plan;
using testing::planned;

const std::string kMargin = R"("amount": {"type": "decimal", "scale": 2},
  "margin": {"type": "decimal", "scale": 2, "formula": "amount * 2"})";

// The changes that applying `after` to `before` makes, a line each.
std::string changes(const std::string& before, const std::string& after) {
  const Catalog current = planned(before);
  std::string text;
  for (const Change& change : diff(current, planned(after, current))) text += change.what + "\n";
  return text;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(schema_formula_fields)

BOOST_AUTO_TEST_CASE(a_formula_is_declared_beside_its_type) {
  const Catalog catalog = planned(deal(kMargin));
  const Field* margin = catalog.find("deal")->find_field("margin");
  BOOST_REQUIRE(margin != nullptr);
  BOOST_TEST(margin->is_formula());
  BOOST_TEST(margin->formula == "amount * 2");
  BOOST_TEST(!margin->has_slot());
  BOOST_TEST(fields_with_slots(*catalog.find("deal")).size() == 1u);
}

BOOST_AUTO_TEST_CASE(scalar_types_alone_can_be_formulas) {
  for (const char* type : {"bool", "int", "float", "date", "timestamp", "duration", "text"}) {
    const auto result =
        plan(deal(R"("f": {"type": ")" + std::string(type) + R"(", "formula": "x"})"));
    BOOST_TEST(result.codes() == "", type << ": " << result.messages());
  }
  for (const char* type : {R"("money")", R"("choice", "options": ["a"])", R"("bytes")", R"("json")",
                           R"("multi_choice", "options": ["a"])", R"("reference", "to": "deal")"}) {
    const auto result =
        plan(deal(R"("f": {"type": )" + std::string(type) + R"(, "formula": "x"})"));
    BOOST_TEST(result.codes() == "not_for_type", type);
    BOOST_TEST(result.messages().find("cannot be a formula") != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(what_speaks_of_given_values_is_refused) {
  for (const char* member : {R"("required": true)", R"("default": "x")", R"("max_length": 5)",
                             R"("semantic": "email")"}) {
    const auto result =
        plan(deal(R"("f": {"type": "text", "formula": "'x'", )" + std::string(member) + "}"));
    BOOST_TEST(result.codes() == "formula", member);
  }
  BOOST_TEST(plan(deal(R"("f": {"type": "text", "formula": ""})")).codes() == "expression");
  BOOST_TEST(plan(deal(R"("f": {"type": "text", "formula": 7})")).codes() == "type");
  BOOST_TEST(plan(deal(R"("f": {"type": "text", "formula": "'x'", "unique": true})")).codes() ==
             "");
  BOOST_TEST(plan(deal(R"("f": {"type": "bool", "formula": "true", "unique": true})")).codes() ==
             "not_for_type");
}

BOOST_AUTO_TEST_CASE(stored_and_computed_do_not_change_places) {
  const Catalog stored = planned(deal(R"("f": {"type": "int"})"));
  const Catalog computed = planned(deal(R"("f": {"type": "int", "formula": "1"})"));
  const auto to_formula = plan(deal(R"("f": {"type": "int", "formula": "1"})"), stored);
  BOOST_TEST(to_formula.codes() == "field_changed");
  BOOST_TEST(to_formula.messages().find("cannot become int by a formula") != std::string::npos,
             to_formula.messages());
  BOOST_TEST(plan(deal(R"("f": {"type": "int"})"), computed).codes() == "field_changed");
  const Catalog removed = planned(deal(R"("g": {"type": "int"})"), computed);
  BOOST_TEST(plan(deal(R"("f": {"type": "int"})"), removed).codes() == "field_changed");
  const Catalog back = planned(deal(R"("f": {"type": "int", "formula": "2"})"), removed);
  BOOST_TEST(back.find("deal")->find_field("f")->id == 1u);
}

BOOST_AUTO_TEST_CASE(changes_are_told_in_words) {
  BOOST_TEST(changes(deal(R"("amount": {"type": "decimal", "scale": 2})"), deal(kMargin)) ==
             "new field margin (decimal, scale 2, formula)\n");
  BOOST_TEST(changes(deal(R"("f": {"type": "int", "formula": "1"})"),
                     deal(R"("f": {"type": "int", "formula": "2"})")) == "field f: formula\n");
  BOOST_TEST(changes(deal(kMargin), deal(R"("amount": {"type": "decimal", "scale": 2})")) ==
             "field margin removed\n");
}

BOOST_AUTO_TEST_CASE(a_new_unique_formula_of_an_old_type_has_to_be_built) {
  const std::string code = R"("code": {"type": "text"})";
  const std::string folded =
      R"J(, "folded": {"type": "text", "unique": true, "formula": "code.lowerAscii()"})J";
  const Catalog current = planned(deal(code));
  const Catalog next = planned(deal(code + folded), current);
  BOOST_TEST((next.find("deal")->find_index("folded.unique")->state == IndexState::kBuilding));
  // Nothing is there to be built for a type that is new itself.
  const Catalog fresh = planned(deal(code + folded));
  BOOST_TEST((fresh.find("deal")->find_index("folded.unique")->state == IndexState::kReady));
}

BOOST_AUTO_TEST_CASE(formulas_are_expressions_of_the_document) {
  Diagnostics diagnostics;
  const auto node = json::parse(deal(kMargin));
  BOOST_REQUIRE(node.ok());
  const Declarations declared = parse_entities(&*node, {}, diagnostics);
  std::vector<ExpressionUse> uses;
  collect_expressions(declared, &uses);
  BOOST_REQUIRE_EQUAL(uses.size(), 1u);
  BOOST_TEST(uses[0].source == "amount * 2");
  BOOST_TEST(uses[0].field == "margin");
  BOOST_TEST((uses[0].expect == ExpressionUse::Expect::kFormula));
  BOOST_TEST(uses[0].place.line == 2u);
}

BOOST_AUTO_TEST_CASE(the_catalog_keeps_the_formula_and_reads_rows_from_before_there_were_any) {
  const Catalog catalog = planned(deal(kMargin));
  const EntityType& type = *catalog.find("deal");
  const std::string row = encode_type(type);
  const auto decoded = decode_type(row);
  BOOST_REQUIRE_MESSAGE(decoded.ok(), decoded.status().to_string());
  BOOST_TEST((*decoded == type));
  // A type without formulas has the row that it always had.
  const EntityType plain = *planned(deal(R"("a": {"type": "int"})")).find("deal");
  EntityType empty = plain;
  empty.fields[0].formula = "x";
  const std::string with = encode_type(empty);
  const std::string without = encode_type(plain);
  BOOST_TEST(with.size() == without.size() + 2);  // the length and the letter
  BOOST_TEST((*decode_type(without) == plain));
}

BOOST_AUTO_TEST_CASE(a_row_with_an_empty_formula_is_corrupt) {
  EntityType type = *planned(deal(R"("a": {"type": "int", "formula": "x"})")).find("deal");
  std::string row = encode_type(type);
  const std::size_t at = row.find(std::string("\x01") + "x");
  BOOST_REQUIRE(at != std::string::npos);
  row.replace(at, 2, std::string(1, '\0'));
  BOOST_TEST((decode_type(row).status().code() == Code::kCorrupt));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace kith::schema
