#include "exchange/csv_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "base/message.hpp"
#include "base/try.hpp"
#include "base/utf8.hpp"

namespace kith::exchange {

namespace {

constexpr std::size_t kBufferBytes = 64 << 10;

// The first complaint about a row stands, but an open quote explains all that follows from it.
void blame(CsvRow* row, std::string_view code, std::string message) {
  if (row->error && code != "unterminated_quote") return;
  row->error = CsvError{std::string(code), std::move(message)};
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// 0x80..0x9F of Windows-1252; 0 where it has nothing.
constexpr std::array<char32_t, 32> kWindows1252 = {
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

char32_t decode_byte(unsigned char byte, Encoding encoding) {
  if (encoding == Encoding::kWindows1252 && byte >= 0x80 && byte < 0xA0) {
    return kWindows1252[byte - 0x80];
  }
  return byte;
}

}  // namespace

std::optional<Encoding> encoding_from_name(std::string_view name) {
  if (name == "utf-8") return Encoding::kUtf8;
  if (name == "latin-1") return Encoding::kLatin1;
  if (name == "windows-1252") return Encoding::kWindows1252;
  return std::nullopt;
}

CsvReader::CsvReader(ByteSource& source, CsvOptions options)
    : source_(source), options_(options), buffer_(kBufferBytes, '\0') {}

void CsvReader::fill() {
  before_ += size_;
  size_ = at_ = 0;
  // The byte order mark must not fall on the edge of two reads.
  const std::size_t wanted = started_ ? 1 : 3;
  while (size_ < wanted && !exhausted_) {
    auto n = source_.read(buffer_.data() + size_, buffer_.size() - size_);
    if (!n.ok()) {
      failure_ = n.status();
      exhausted_ = true;
    } else if (*n == 0) {
      exhausted_ = true;
    } else {
      size_ += *n;
    }
  }
  if (started_) return;
  started_ = true;
  const std::string_view head(buffer_.data(), size_);
  if (head.starts_with("\xEF\xBB\xBF")) at_ = 3;
  if (head.starts_with("\xFF\xFE") || head.starts_with("\xFE\xFF")) {
    failure_ = Status(Code::kImportInvalid,
                      "the file is UTF-16; save it as UTF-8, for example with iconv -f UTF-16");
    exhausted_ = true;
    size_ = at_ = 0;
  }
}

int CsvReader::peek() {
  if (at_ == size_) {
    if (exhausted_) return -1;
    fill();
    if (at_ == size_) return exhausted_ ? -1 : peek();
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

std::string_view CsvReader::take_line_end() {
  const bool carriage_return = buffer_[at_++] == '\r';
  ++line_;
  if (!carriage_return) return "\n";
  if (peek() != '\n') return "\r";
  ++at_;
  return "\r\n";
}

std::string CsvReader::cell_name(std::size_t index) const {
  std::string name = "cell " + std::to_string(index + 1);
  if (options_.header && index < columns_.size()) {
    name += " (" + base::quoted(columns_[index]) + ")";
  }
  return name;
}

void CsvReader::keep(std::string_view run, CsvRow* row) {
  if (run.empty() || cells_.size() > options_.max_columns) return;
  const std::size_t cell_bytes = text_.size() - cells_.back().begin + run.size();
  if (cell_bytes > options_.max_field_bytes) {
    blame(row, "limit",
          cell_name(cells_.size() - 1) + " is longer than max_field_bytes (" +
              std::to_string(options_.max_field_bytes) + ")");
  } else if (text_.size() + run.size() > options_.max_row_bytes) {
    blame(row, "limit",
          "the row is longer than max_row_bytes (" + std::to_string(options_.max_row_bytes) + ")");
  } else {
    text_.append(run);
  }
}

void CsvReader::read_quoted(CsvRow* row) {
  const std::uint64_t opened = line_;
  ++at_;
  for (;;) {
    const int next = peek();
    if (next < 0) {
      blame(row, "unterminated_quote",
            cell_name(cells_.size() - 1) + ": the quote opened on line " + std::to_string(opened) +
                " is never closed, everything behind it was taken for its text");
      return;
    }
    const char c = static_cast<char>(next);
    if (c == '"') {
      ++at_;
      if (peek() != '"') return;
      ++at_;
      keep("\"", row);
    } else if (c == '\n' || c == '\r') {
      keep(take_line_end(), row);
    } else {
      const std::size_t from = at_;
      while (at_ < size_ && buffer_[at_] != '"' && buffer_[at_] != '\n' && buffer_[at_] != '\r') {
        ++at_;
      }
      keep(std::string_view(buffer_).substr(from, at_ - from), row);
    }
  }
}

bool CsvReader::read_cell(CsvRow* row) {
  cells_.push_back({text_.size(), text_.size()});
  bool quoted = false;
  if (peek() == '"') {
    read_quoted(row);
    quoted = true;
  }
  bool more = false;
  for (;;) {
    const std::size_t from = at_;
    while (at_ < size_ && buffer_[at_] != options_.delimiter && buffer_[at_] != '\n' &&
           buffer_[at_] != '\r') {
      ++at_;
    }
    if (at_ > from && quoted) {
      blame(row, "quote",
            cell_name(cells_.size() - 1) +
                " goes on behind its closing quote; a quote inside quotes is written twice");
    }
    keep(std::string_view(buffer_).substr(from, at_ - from), row);
    const int next = peek();
    if (next < 0) break;
    if (next == static_cast<unsigned char>(options_.delimiter)) {
      ++at_;
      more = true;
      break;
    }
    if (next == '\n' || next == '\r') {
      take_line_end();
      break;
    }
  }
  cells_.back().end = text_.size();
  if (cells_.size() > options_.max_columns) {
    blame(row, "limit",
          "the row has more cells than max_columns (" + std::to_string(options_.max_columns) + ")");
    cells_.pop_back();
  }
  return more;
}

void CsvReader::decode_one_byte_encoding(CsvRow* row) {
  std::string decoded;
  decoded.reserve(text_.size() + text_.size() / 8);
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::size_t begin = decoded.size();
    for (std::size_t at = cells_[i].begin; at < cells_[i].end; ++at) {
      const auto byte = static_cast<unsigned char>(text_[at]);
      const char32_t code_point = decode_byte(byte, options_.encoding);
      if (code_point == 0 && byte != 0) {
        blame(row, "encoding", cell_name(i) + " has a byte that windows-1252 does not have");
      }
      base::append_utf8(code_point, &decoded);
    }
    cells_[i] = {begin, decoded.size()};
  }
  text_ = std::move(decoded);
}

void CsvReader::finish_row(CsvRow* row) {
  if (options_.encoding != Encoding::kUtf8) decode_one_byte_encoding(row);
  row->cells.clear();
  const std::string_view text = text_;
  const bool has_nul = text.find('\0') != std::string_view::npos;
  // An unquoted neighbour could complete a cut code point, so cells are looked at one by one when
  // the row is not plain.
  for (std::size_t i = 0; i < cells_.size(); ++i) {
    const std::string_view cell = text.substr(cells_[i].begin, cells_[i].end - cells_[i].begin);
    row->cells.push_back(cell);
    if (has_nul && cell.find('\0') != std::string_view::npos) {
      blame(row, "nul_byte", cell_name(i) + " contains a NUL byte");
    }
    if (!base::is_valid_utf8(cell)) {
      blame(row, "encoding",
            cell_name(i) + " is not UTF-8; if the file has another encoding, name it in the " +
                "mapping (\"csv\": {\"encoding\": \"windows-1252\"})");
    }
  }
  if (columns_.empty() || cells_.size() == columns_.size()) return;
  const bool few = cells_.size() < columns_.size();
  blame(row, few ? "too_few_cells" : "too_many_cells",
        "the row has " + base::counted(cells_.size(), "cell") + ", the file has " +
            base::counted(columns_.size(), "column") +
            (few ? "" : "; does a cell with the delimiter lack its quotes?"));
}

Result<bool> CsvReader::read_row(CsvRow* row) {
  for (int c = peek(); c == '\n' || c == '\r'; c = peek()) take_line_end();
  if (at_ == size_) {
    KITH_TRY(failure_);
    return false;
  }
  row->error.reset();
  row->line = line_;
  text_.clear();
  cells_.clear();
  while (read_cell(row)) {
  }
  KITH_TRY(failure_);
  finish_row(row);
  return true;
}

Status CsvReader::open() {
  const char delimiter = options_.delimiter;
  if (delimiter == '"' || delimiter == '\n' || delimiter == '\r' || delimiter == '\0' ||
      static_cast<unsigned char>(delimiter) >= 0x80) {
    return Status(Code::kImportInvalid,
                  "the delimiter must be one ASCII character other than a quote or a line end");
  }
  KITH_ASSIGN(const bool any, read_row(&first_));
  if (!any) {
    return Status(Code::kImportInvalid,
                  options_.header ? "the file is empty; it needs at least a line of column names"
                                  : "the file is empty");
  }
  if (!options_.header) {
    for (std::size_t i = 0; i < first_.cells.size(); ++i) {
      columns_.push_back("#" + std::to_string(i + 1));
    }
    read_ahead_ = true;
    return {};
  }
  if (first_.error) {
    return Status(Code::kImportInvalid, "the line of column names (line " +
                                            std::to_string(first_.line) +
                                            ") cannot be read: " + first_.error->message);
  }
  for (const std::string_view cell : first_.cells) columns_.emplace_back(trimmed(cell));
  return {};
}

Result<bool> CsvReader::next(CsvRow* row) {
  if (read_ahead_) {
    read_ahead_ = false;
    *row = first_;
  } else {
    KITH_ASSIGN(const bool more, read_row(row));
    if (!more) return false;
  }
  row->number = ++rows_;
  return true;
}

}  // namespace kith::exchange
