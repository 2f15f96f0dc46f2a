#include "exchange/mapping.hpp"

#include <boost/test/unit_test.hpp>

#include "exchange/binding.hpp"
#include "tests/exchange/test_catalog.hpp"

using namespace kith;
using namespace kith::exchange;

namespace {

Mapping parsed(std::string_view text) {
  auto mapping = parse_mapping(text, "m.json");
  BOOST_REQUIRE_MESSAGE(mapping.ok(), mapping.status().to_string());
  return *std::move(mapping);
}

// All messages of a refused mapping, each with its place.
std::string problems(const Status& status) {
  BOOST_TEST((status.code() == Code::kImportInvalid), status.to_string());
  std::string out;
  for (const Violation& v : status.violations()) {
    out += std::to_string(v.line) + ":" + std::to_string(v.column) + " " + v.message + "\n";
  }
  return out;
}

bool has(const std::string& text, std::string_view part) {
  const bool found = text.find(part) != std::string::npos;
  if (!found) BOOST_TEST_MESSAGE("missing \"" << part << "\" in: " << text);
  return found;
}

struct Bound {
  schema::Catalog catalog = testing::catalog_of(testing::kShopModel);
  Result<BoundMapping> bind(std::string_view mapping, const std::vector<std::string>& columns,
                            std::string_view entity = "shop") const {
    return bind_mapping(parsed(mapping), catalog, entity, columns);
  }
  Result<BoundMapping> by_name(const std::vector<std::string>& columns) const {
    return bind_mapping(default_mapping(), catalog, "shop", columns);
  }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_mapping)

BOOST_AUTO_TEST_CASE(every_member_is_read) {
  const Mapping m = parsed(R"({
    "kith_import": 1, "entity": "deal", "description": "x",
    "csv": {"delimiter": "tab", "header": false, "encoding": "latin-1", "max_columns": 9},
    "key": "external_id", "duplicates": "update",
    "columns": {
      "id": "external_id",
      "product": {"field": "product", "values": {"GTXPro": "GTX Pro", "?": null},
                  "reference": {"by": "name", "unresolved": "create"}},
      "closed": {"field": "close_date", "formats": ["YYYY-MM-DD", "MM/DD/YYYY"], "optional": true},
      "value": {"field": "amount", "formats": "1,234.56", "empty": ["-", "N/A"], "trim": false,
                "when_empty": "keep", "default": "0", "currency": "EUR", "separator": "|"},
      "extra": null},
    "constants": {"source": "import", "score": 12.50, "active": true},
    "effective_at": {"column": "closed", "formats": ["YYYY-MM-DD"]},
    "unmapped": "by_name", "unresolved": "blank", "two_digit_year_pivot": 30})");
  BOOST_TEST(m.entity == "deal");
  BOOST_TEST(m.csv.delimiter == '\t');
  BOOST_TEST(!m.csv.header);
  BOOST_TEST((m.csv.encoding == Encoding::kLatin1));
  BOOST_TEST(m.csv.max_columns == 9u);
  BOOST_TEST(m.key == "external_id");
  BOOST_TEST(m.update_duplicates);
  BOOST_REQUIRE_EQUAL(m.columns.size(), 5u);
  BOOST_TEST(m.columns[0].field == "external_id");
  BOOST_TEST(*m.columns[1].values[0].second == "GTX Pro");
  BOOST_TEST(!m.columns[1].values[1].second.has_value());
  BOOST_TEST((*m.columns[1].reference->unresolved == Unresolved::kCreate));
  BOOST_TEST(m.columns[2].formats.size() == 2u);
  BOOST_TEST(m.columns[2].optional);
  BOOST_TEST(m.columns[3].keep_when_empty);
  BOOST_TEST(!m.columns[3].trim);
  BOOST_TEST(*m.columns[3].default_text == "0");
  BOOST_TEST(m.columns[4].field.empty());
  BOOST_TEST(m.constants[1].text == "12.50");
  BOOST_TEST(m.constants[2].text == "true");
  BOOST_TEST(m.effective_at->column == "closed");
  BOOST_TEST(m.by_name);
  BOOST_TEST((m.unresolved == Unresolved::kBlank));
  BOOST_TEST(m.pivot == 30);
}

BOOST_AUTO_TEST_CASE(all_mistakes_come_at_once_with_place_and_remedy) {
  const auto bad = parse_mapping(R"({
  "kith_import": 2,
  "colums": {},
  "csv": {"delimiter": ";;", "encoding": "utf8"},
  "columns": {"a": {"feld": "x"}, "b": 5, "c": {"field": "c", "values": {"x": 1}}},
  "unresolved": "drop"})",
                                 "m.json");
  BOOST_REQUIRE(!bad.ok());
  const std::string text = problems(bad.status());
  BOOST_TEST(has(text, "2:18 a mapping: \"kith_import\" must be a whole number from 1 to 1"));
  BOOST_TEST(has(text, "3:3 a mapping has no member \"colums\"; did you mean \"columns\"?"));
  BOOST_TEST(has(text, "4:24 \"csv\": \"delimiter\" must be one ASCII character"));
  BOOST_TEST(has(text, "\"encoding\" is one of utf-8, latin-1, windows-1252, not \"utf8\""));
  BOOST_TEST(has(text, "column \"a\" has no member \"feld\"; did you mean \"field\"?"));
  BOOST_TEST(has(text, "column \"a\" must name its \"field\""));
  BOOST_TEST(has(text, "column \"b\" must be an object, not a number"));
  BOOST_TEST(has(text, "the value for \"x\" must be a text"));
  BOOST_TEST(has(text, "\"unresolved\" is one of reject, blank, create"));
  BOOST_TEST(bad.status().message().find("m.json") != std::string_view::npos);
  BOOST_TEST((parse_mapping("[]", "m").status().code() == Code::kImportInvalid));
  BOOST_TEST((parse_mapping("{", "m").status().code() == Code::kImportInvalid));
  BOOST_TEST(has(problems(parse_mapping("{}", "m").status()), "\"kith_import\": 1"));
}

BOOST_AUTO_TEST_CASE(columns_find_their_fields_by_name) {
  const Bound b;
  const auto bound =
      b.by_name({"id", "name", "Super", "Kind", "city.code", "parent", "version", "staff"});
  BOOST_REQUIRE_MESSAGE(bound.ok(), bound.status().to_string());
  std::string fields;
  for (const BoundColumn& c : bound->columns) fields += c.reader.field().name + " ";
  BOOST_TEST(fields == "name kind city parent staff ");
  BOOST_TEST(bound->columns[2].reference->by->name == "code");
  BOOST_TEST(bound->columns[3].reference->by->name == "name");
  BOOST_TEST(bound->ignored.size() == 3u);
  BOOST_TEST(has(problems(b.by_name({"x", "y"}).status()), "its fields are name, city"));
}

BOOST_AUTO_TEST_CASE(binding_names_every_mistake) {
  const Bound b;
  const std::vector<std::string> columns = {"Name", "Town", "opened", "opened", "id", "rest"};
  const auto bad = b.bind(R"({"kith_import": 1, "key": "code", "unmapped": "reject", "columns": {
    "Nam": "name", "Name": "nmae", "Town": {"field": "city", "reference": {"by": "nam"}},
    "opened": "opened", "id": "id"}, "constants": {"version": 1}})",
                          columns);
  BOOST_REQUIRE(!bad.ok());
  const std::string text = problems(bad.status());
  BOOST_TEST(has(text, "2:5 the file has no column \"Nam\"; did you mean \"Name\"?"));
  BOOST_TEST(has(text, "2:28 shop has no field \"nmae\"; did you mean \"name\"?"));
  BOOST_TEST(has(text, "city has no field \"nam\" to look it up by; did you mean \"name\"?"));
  BOOST_TEST(has(text, "more than one column \"opened\""));
  BOOST_TEST(has(text, "\"key\": \"id\""));
  BOOST_TEST(has(text, "shop.version is read-only"));
  BOOST_TEST(has(text, "shop has no field \"code\""));
  BOOST_TEST(has(text, "column \"rest\" of the file is not in the mapping"));
}

BOOST_AUTO_TEST_CASE(formats_keys_and_entities_are_checked) {
  const Bound b;
  BOOST_TEST(has(problems(b.bind(R"({"kith_import": 1, "columns": {
     "a": {"field": "opened", "formats": ["YYYY-MM-DD", "dd.mm.yyyy"]},
     "b": {"field": "name", "formats": ["x"]}}})",
                                 {"a", "b"})
                              .status()),
                 "2:57 date format \"dd.mm.yyyy\""));
  BOOST_TEST(has(
      problems(b.bind(R"({"kith_import": 1, "columns": {"a": "name", "b": "name"}})", {"a", "b"})
                   .status()),
      "given more than once"));
  BOOST_TEST(
      has(problems(b.bind(R"({"kith_import": 1, "key": "staff", "columns": {"a": "name"}})", {"a"})
                       .status()),
          "the key \"staff\" must be a field that a column"));
  const auto unknown = b.bind(R"({"kith_import": 1})", {"name"}, "shp");
  BOOST_TEST(unknown.status().message().find("did you mean \"shop\"") != std::string_view::npos);
  BOOST_TEST(!b.bind(R"({"kith_import": 1, "entity": "city"})", {"name"}, "shop").ok());
  BOOST_TEST(!b.bind(R"({"kith_import": 1})", {"name"}, "").ok());
  BOOST_TEST(
      b.bind(R"({"kith_import": 1, "entity": "city", "columns": {"n": "name"}})", {"n"}, "").ok());
  const auto owner =
      b.bind(R"({"kith_import": 1, "columns": {"n": "name", "o": "owner"}})", {"n", "o"});
  BOOST_REQUIRE_MESSAGE(owner.ok(), owner.status().to_string());
  BOOST_TEST(owner->columns[1].reference->target->name == "user");
}

BOOST_AUTO_TEST_SUITE_END()
