#include "exchange/csv_writer.hpp"

#include <boost/test/unit_test.hpp>
#include <vector>

#include "exchange/csv_reader.hpp"

using namespace kith;
using exchange::CsvWriteOptions;

namespace {

std::string row(const std::vector<std::string>& cells, const CsvWriteOptions& options = {}) {
  std::string out;
  exchange::append_csv_row(cells, options, &out);
  return out;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_csv_writer)

BOOST_AUTO_TEST_CASE(quotes_only_what_needs_it) {
  BOOST_TEST(row({"a", "", "b c", "1.5"}) == "a,,b c,1.5\n");
  BOOST_TEST(row({"a,b", "say \"x\"", "two\nlines", " edge"}) ==
             "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",\" edge\"\n");
  BOOST_TEST(row({"a,b", "c;d"}, {.delimiter = ';', .crlf = true}) == "a,b;\"c;d\"\r\n");
  BOOST_TEST(row({"=1+1", "@x"}) == "=1+1,@x\n");
  BOOST_TEST(row({""}) == "\"\"\n");
}

BOOST_AUTO_TEST_CASE(what_is_written_is_read_back) {
  const std::vector<std::vector<std::string>> rows = {
      {"h1", "h2"}, {"", ""},          {"\"", "\"\""},  {"a\r\nb", "\r"},
      {",", ";"},   {" x ", "tab\tx"}, {"Zoë", "日本"}, {"#\"mid\"quote", "end\n"},
  };
  for (const char delimiter : {',', ';', '\t', '|'}) {
    for (const bool crlf : {false, true}) {
      std::string text;
      for (const auto& r : rows) text += row(r, {.delimiter = delimiter, .crlf = crlf});
      exchange::MemorySource source(text);
      exchange::CsvReader reader(source, {.delimiter = delimiter});
      BOOST_REQUIRE(reader.open().ok());
      exchange::CsvRow got;
      for (std::size_t i = 1; i < rows.size(); ++i) {
        const auto more = reader.next(&got);
        BOOST_REQUIRE(more.ok() && *more);
        BOOST_TEST(!got.error.has_value());
        BOOST_TEST((std::vector<std::string>(got.cells.begin(), got.cells.end()) == rows[i]));
      }
      BOOST_TEST(!*reader.next(&got));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
