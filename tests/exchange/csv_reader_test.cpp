#include "exchange/csv_reader.hpp"

#include <algorithm>
#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/json.hpp"
#include "tests/support/folders.hpp"

using namespace kith;
using exchange::CsvOptions;
using exchange::CsvReader;
using exchange::CsvRow;
using exchange::MemorySource;

namespace {

struct ReadRow {
  std::uint64_t number;
  std::uint64_t line;
  std::vector<std::string> cells;
  std::string error;
  std::string message;
};

struct ReadFile {
  Status status;
  std::vector<std::string> columns;
  std::vector<ReadRow> rows;
};

ReadFile read_all(exchange::ByteSource& source, const CsvOptions& options = {}) {
  ReadFile out;
  CsvReader reader(source, options);
  out.status = reader.open();
  if (!out.status.ok()) return out;
  out.columns = reader.columns();
  for (CsvRow row;;) {
    const Result<bool> more = reader.next(&row);
    if (!more.ok()) out.status = more.status();
    if (!more.ok() || !*more) return out;
    out.rows.push_back({row.number, row.line,
                        std::vector<std::string>(row.cells.begin(), row.cells.end()),
                        row.error ? row.error->code : "", row.error ? row.error->message : ""});
  }
}

ReadFile read_text(std::string_view text, const CsvOptions& options = {}) {
  MemorySource source(text);
  return read_all(source, options);
}

// Gives one byte at a time, so that every edge falls between two reads.
class DripSource final : public exchange::ByteSource {
 public:
  explicit DripSource(std::string_view text) : text_(text) {}
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (at_ == text_.size() || size == 0) return std::size_t{0};
    *buffer = text_[at_++];
    return std::size_t{1};
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

class FailingSource final : public exchange::ByteSource {
 public:
  Result<std::size_t> read(char* buffer, std::size_t size) override {
    if (given_) return Status(Code::kIo, "the disk is gone");
    given_ = true;
    const std::string_view text = "a,b\n1,2\n3,";
    return text.copy(buffer, size);
  }

 private:
  bool given_ = false;
};

std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string with_crlf(const std::string& text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' && (i == 0 || text[i - 1] != '\r')) out += '\r';
    out += text[i];
  }
  return out;
}

using Cells = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_SUITE(exchange_csv_reader)

BOOST_AUTO_TEST_CASE(reads_header_and_rows_with_their_places) {
  const ReadFile file = read_text("name , amount\nAcme,12\n\nBolt,\"a\nb\"\nCoil,3");
  BOOST_REQUIRE_MESSAGE(file.status.ok(), file.status.to_string());
  BOOST_TEST(file.columns == (Cells{"name", "amount"}), boost::test_tools::per_element());
  BOOST_REQUIRE_EQUAL(file.rows.size(), 3u);
  BOOST_TEST(file.rows[0].cells == (Cells{"Acme", "12"}), boost::test_tools::per_element());
  BOOST_TEST(file.rows[1].cells == (Cells{"Bolt", "a\nb"}), boost::test_tools::per_element());
  BOOST_TEST(file.rows[0].line == 2u);
  BOOST_TEST(file.rows[1].number == 2u);
  BOOST_TEST(file.rows[1].line == 4u);
  BOOST_TEST(file.rows[2].line == 6u);
}

BOOST_AUTO_TEST_CASE(line_ends_of_all_kinds_give_the_same_rows) {
  const std::string unix_text =
      "\xEF\xBB\xBF"
      "a,b\n1,\"x \"\"y\"\"\"\n2,\n";
  for (const char* end : {"\n", "\r\n", "\r"}) {
    std::string text;
    for (const char c : unix_text) text += c == '\n' ? std::string(end) : std::string(1, c);
    DripSource drip(text);
    MemorySource whole(text);
    for (exchange::ByteSource* source :
         {static_cast<exchange::ByteSource*>(&drip), static_cast<exchange::ByteSource*>(&whole)}) {
      const ReadFile file = read_all(*source);
      BOOST_REQUIRE(file.status.ok());
      BOOST_TEST(file.columns[0] == "a");
      BOOST_REQUIRE_EQUAL(file.rows.size(), 2u);
      BOOST_TEST(file.rows[0].cells == (Cells{"1", "x \"y\""}), boost::test_tools::per_element());
      BOOST_TEST(file.rows[1].cells == (Cells{"2", ""}), boost::test_tools::per_element());
      BOOST_TEST(file.rows[1].line == 3u);
    }
  }
}

BOOST_AUTO_TEST_CASE(quoted_line_ends_are_kept_as_written) {
  DripSource source("a\n\"1\r\n2\n3\r4\"\n\"5\"\n");
  const ReadFile file = read_all(source);
  BOOST_REQUIRE_EQUAL(file.rows.size(), 2u);
  BOOST_TEST(file.rows[0].cells[0] == "1\r\n2\n3\r4");
  BOOST_TEST(file.rows[1].line == 6u);
}

BOOST_AUTO_TEST_CASE(other_delimiters_and_files_without_header) {
  CsvOptions options;
  options.delimiter = ';';
  options.header = false;
  const ReadFile file = read_text("1;2,5\n3;4\n", options);
  BOOST_TEST(file.columns == (Cells{"#1", "#2"}), boost::test_tools::per_element());
  BOOST_REQUIRE_EQUAL(file.rows.size(), 2u);
  BOOST_TEST(file.rows[0].cells == (Cells{"1", "2,5"}), boost::test_tools::per_element());
  BOOST_TEST(file.rows[0].number == 1u);
  BOOST_TEST(file.rows[1].number == 2u);
  options.delimiter = '"';
  BOOST_TEST((read_text("a\n", options).status.code() == Code::kImportInvalid));
}

BOOST_AUTO_TEST_CASE(a_bad_row_is_reported_and_the_next_is_read) {
  const std::string with_nul =
      std::string("a,b\n1\n1,2,3\nx") + '\0' + "y,2\n\"q\"r,2\n\xFF,2\nok,2\n";
  const ReadFile file = read_text(with_nul);
  BOOST_REQUIRE_EQUAL(file.rows.size(), 6u);
  const Cells codes = {"too_few_cells", "too_many_cells", "nul_byte", "quote", "encoding", ""};
  for (std::size_t i = 0; i < codes.size(); ++i) BOOST_TEST(file.rows[i].error == codes[i]);
  BOOST_TEST(file.rows[0].message.find("1 cell,") != std::string::npos);
  BOOST_TEST(file.rows[5].cells[0] == "ok");
}

BOOST_AUTO_TEST_CASE(an_open_quote_is_reported_where_it_opened) {
  const ReadFile file = read_text("a,b\n1,2\n3,\"open\n4,5\n6,7\n");
  BOOST_REQUIRE_EQUAL(file.rows.size(), 2u);
  BOOST_TEST(file.rows[1].error == "unterminated_quote");
  BOOST_TEST(file.rows[1].line == 3u);
  BOOST_TEST(file.rows[1].message.find("line 3") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(limits_bound_cells_rows_and_columns) {
  CsvOptions options;
  options.max_field_bytes = 10;
  options.max_row_bytes = 15;
  options.max_columns = 3;
  const ReadFile file = read_text("a,b\n" + std::string(1000, 'x') + ",1\n12345678,12345678\n" +
                                      "1,2,3,4,5\n\"" + std::string(1000, '\n') + "\",1\nok,1\n",
                                  options);
  BOOST_REQUIRE_EQUAL(file.rows.size(), 5u);
  for (std::size_t i = 0; i < 4; ++i) BOOST_TEST(file.rows[i].error == "limit");
  BOOST_TEST(file.rows[0].message.find("max_field_bytes") != std::string::npos);
  BOOST_TEST(file.rows[1].message.find("max_row_bytes") != std::string::npos);
  BOOST_TEST(file.rows[2].message.find("max_columns") != std::string::npos);
  BOOST_TEST(file.rows[4].error == "");
}

BOOST_AUTO_TEST_CASE(one_byte_encodings_become_utf8) {
  CsvOptions options;
  options.encoding = exchange::Encoding::kLatin1;
  ReadFile file = read_text("n,m\nM\xFCller,\xE9\n", options);
  BOOST_TEST(file.rows.at(0).cells == (Cells{"Müller", "é"}), boost::test_tools::per_element());
  options.encoding = exchange::Encoding::kWindows1252;
  file = read_text("n,m\n\x80 5,\x93x\x94\n\x81,1\n", options);
  BOOST_TEST(file.rows.at(0).cells == (Cells{"€ 5", "“x”"}), boost::test_tools::per_element());
  BOOST_TEST(file.rows.at(1).error == "encoding");
}

BOOST_AUTO_TEST_CASE(files_that_cannot_be_used_say_why) {
  BOOST_TEST((read_text("").status.code() == Code::kImportInvalid));
  BOOST_TEST((read_text("\n\n").status.code() == Code::kImportInvalid));
  const ReadFile utf16 =
      read_text(std::string_view("\xFF\xFE"
                                 "a\0,\0",
                                 6));
  BOOST_TEST((utf16.status.code() == Code::kImportInvalid));
  BOOST_TEST(utf16.status.message().find("UTF-16") != std::string_view::npos);
  BOOST_TEST((read_text("a,\"b\n1,2\n").status.code() == Code::kImportInvalid));
  FailingSource failing;
  const ReadFile failed = read_all(failing);
  BOOST_TEST((failed.status.code() == Code::kIo));
  BOOST_TEST(failed.rows.size() == 1u);
  BOOST_TEST((exchange::FileSource::open("/nowhere/x.csv").status().code() == Code::kIo));
  BOOST_TEST((exchange::FileSource::open("/").status().code() == Code::kIo));
}

BOOST_AUTO_TEST_CASE(csv_spectrum_is_reproduced) {
  const auto folder = testing::shared_folder() / "data" / "csv" / "csv_spectrum";
  if (!std::filesystem::exists(folder)) {
    BOOST_TEST_MESSAGE("skipped: no csv_spectrum beside the checkout (KITH_SHARED)");
    return;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder / "csvs")) {
    const std::string name = entry.path().stem().string();
    BOOST_TEST_CONTEXT(name) {
      std::string text = slurp(entry.path());
      // Some copies of the collection have lost the line ends that these files are about.
      if (name.ends_with("_crlf")) text = with_crlf(text);
      const Result<json::Node> expected = json::parse(slurp(folder / "json" / (name + ".json")));
      BOOST_REQUIRE(expected.ok());
      const ReadFile file = read_text(text);
      BOOST_REQUIRE(file.status.ok());
      // One file's JSON is its only row, with another telephone number than the CSV.
      const std::vector<json::Node> rows =
          expected->is_array() ? expected->elements() : std::vector<json::Node>{*expected};
      BOOST_REQUIRE_EQUAL(file.rows.size(), rows.size());
      for (std::size_t i = 0; i < file.rows.size(); ++i) {
        BOOST_TEST(file.rows[i].error == "");
        const json::Node& row = rows[i];
        BOOST_REQUIRE_EQUAL(row.members().size(), file.columns.size());
        for (std::size_t c = 0; c < file.columns.size(); ++c) {
          const json::Node* cell = row.find(file.columns[c]);
          BOOST_REQUIRE_MESSAGE(cell != nullptr, "no column " + file.columns[c]);
          if (file.columns[c] == "Contact Phone Number") continue;
          BOOST_TEST(file.rows[i].cells[c] == cell->text());
        }
      }
    }
    ++files;
  }
  BOOST_TEST(files >= 11);
}

BOOST_AUTO_TEST_CASE(real_files_are_survived) {
  const auto folder = testing::shared_folder() / "data" / "csv" / "csvkit" / "examples";
  if (!std::filesystem::exists(folder)) {
    BOOST_TEST_MESSAGE("skipped: no csvkit examples beside the checkout (KITH_SHARED)");
    return;
  }
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    BOOST_TEST_CONTEXT(entry.path().string()) {
      const std::string text = slurp(entry.path());
      MemorySource whole(text);
      const ReadFile at_once = read_all(whole);
      BOOST_TEST((at_once.status.ok() || at_once.status.code() == Code::kImportInvalid));
      // However the bytes arrive, the rows are the same.
      if (text.size() > 200'000) continue;
      DripSource drip(text);
      const ReadFile in_drops = read_all(drip);
      BOOST_TEST((at_once.status.code() == in_drops.status.code()));
      BOOST_REQUIRE_EQUAL(at_once.rows.size(), in_drops.rows.size());
      for (std::size_t i = 0; i < at_once.rows.size(); ++i) {
        BOOST_TEST((at_once.rows[i].cells == in_drops.rows[i].cells));
        BOOST_TEST(at_once.rows[i].error == in_drops.rows[i].error);
      }
    }
    ++files;
  }
  BOOST_TEST(files > 50u);
  const ReadFile nul = read_text(slurp(folder / "null_byte.csv"));
  BOOST_TEST(std::any_of(nul.rows.begin(), nul.rows.end(),
                         [](const ReadRow& row) { return row.error == "nul_byte"; }));
  const ReadFile latin1 = read_text(slurp(folder / "test_latin1.csv"));
  BOOST_TEST(latin1.rows.back().error == "encoding");
  BOOST_TEST(read_text(slurp(folder / "mac_newlines.csv")).rows.size() > 1u);
}

BOOST_AUTO_TEST_SUITE_END()
