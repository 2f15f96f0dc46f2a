// A database with something of everything, its dump, and ways to look at both.
#pragma once

#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "engine/database.hpp"
#include "exchange/dump_line.hpp"
#include "kith/backup.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

inline std::string dump_text(const Database& db) {
  std::ostringstream out;
  require(dump(db, out));
  return out.str();
}

inline Result<DumpStats> load_text(std::string_view path, const std::string& text) {
  std::istringstream in(text);
  return load(path, in);
}

inline std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

// The lines with a last one that fits them: what is wrong with the others is then found by itself.
inline std::string signed_text(std::vector<std::string> lines) {
  std::uint64_t checksum = 0;
  std::map<std::string, std::size_t> kinds;
  lines.pop_back();
  for (const std::string& line : lines) {
    checksum = exchange::dump_checksum(checksum, line);
    const std::size_t end = line.find('"', 2);
    if (line.size() > 2) ++kinds[line.substr(2, end - 2)];
  }
  std::size_t queue_rows = lines.size();
  for (const char* kind : {"kith_dump", "type", "gap", "document", "section", "blob", "part",
                           "record", "change", "cursor"}) {
    queue_rows -= kinds[kind];
  }
  lines.push_back("{\"end\":" + std::to_string(lines.size()) +
                  ",\"records\":" + std::to_string(kinds["record"]) +
                  ",\"changes\":" + std::to_string(kinds["change"]) + ",\"queue_rows\":" +
                  std::to_string(queue_rows) + ",\"blobs\":" + std::to_string(kinds["blob"]) +
                  ",\"checksum\":\"" + exchange::checksum_text(checksum) + "\"}");
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

// Every row of a table of single values.
using TableRows = std::map<std::string, std::string>;
inline TableRows rows_of(const Database& db, store::Table table) {
  Session session = require(db.session());
  auto txn = require(session.impl()->database().store().begin_read());
  TableRows rows;
  store::KeyRange range = store::KeyRange::all();
  while (true) {
    const store::ScanBatch batch = require(txn->scan(table, range, {}));
    for (const store::KeyValue& row : batch.rows) rows.emplace(row.key, row.value);
    if (batch.done()) return rows;
    range.first = batch.continuation;
  }
}

inline void check_equal_tables(const Database& a, const Database& b,
                               const std::vector<store::Table>& tables) {
  for (const store::Table table : tables) {
    BOOST_TEST_CONTEXT("table " << store::table_spec(table).name) {
      const TableRows left = rows_of(a, table);
      const TableRows right = rows_of(b, table);
      BOOST_TEST(left.size() == right.size());
      for (const auto& [key, value] : left) {
        const auto found = right.find(key);
        BOOST_TEST_CONTEXT("key of " << key.size() << " bytes, " << int(key[0])) {
          BOOST_REQUIRE(found != right.end());
          BOOST_TEST((found->second == value));
        }
      }
    }
  }
}

inline constexpr std::string_view kKinds = R"({
  "kith_model": 1, "name": "kinds",
  "entities": {
    "user": {"fields": {"name": {"type": "text"}}},
    "thing": {
      "title": "text",
      "fields": {
        "text": {"type": "text", "unique": true}, "price": {"type": "money"},
        "data": {"type": "json"}, "number": {"type": "int"},
        "size": {"type": "decimal", "scale": 9},
        "tags": {"type": "multi_choice", "options": ["x", "y", "z"]},
        "kind": {"type": "choice", "options": ["good", "bad"], "default": "good"},
        "one": {"type": "reference", "to": "thing", "on_delete": "clear", "inverse": "ones"},
        "many": {"type": "reference_list", "to": "thing", "on_delete": "clear"},
        "span": {"type": "duration"}, "raw": {"type": "bytes"}, "day": {"type": "date"},
        "when": {"type": "timestamp"}, "yes": {"type": "bool"}, "rate": {"type": "float"}},
      "indexes": {"by_number": ["number", "when"], "by_kind": ["kind"], "by_owner": ["owner"]}}
  }
})";

inline std::vector<Patch> extreme_things() {
  const Currency yen = require(Currency::parse("JPY"));
  const auto int64 = [](bool least) { return least ? INT64_MIN : INT64_MAX; };
  std::vector<Patch> things;
  for (const bool least : {false, true}) {
    things.push_back({
        {"text", least ? std::string() : std::string("a\"\\\n\t\x01\u00e9\U0001F600 $x")},
        {"price", Money{Decimal(int64(least), 4), least ? Currency() : yen}},
        {"number", int64(least)},
        {"size", Decimal(int64(least), 9)},
        {"tags", least ? List{} : List{"x", "y", "z"}},
        {"kind", least ? "good" : "bad"},
        {"span", Duration::microseconds(least ? -(INT64_MAX / 1000) : INT64_MAX / 1000)},
        {"raw", Bytes{least ? std::string() : std::string("\0\xFF\x80\n", 4)}},
        {"day", date(least ? "0001-01-01" : "9999-12-31")},
        {"when", at(least ? "0001-01-01T00:00:00Z" : "9999-12-31T23:59:59.999999Z")},
        {"yes", !least},
        {"rate", least ? -1.7976931348623157e308 : 5e-324},
        {"data", least ? Value(List{})
                       : Value(Map{{"int", INT64_MAX},
                                   {"least", INT64_MIN},
                                   {"uint", UINT64_MAX},
                                   {"double", 0.1},
                                   {"whole", 1.0},
                                   {"zero", -0.0},
                                   {"decimal", decimal("1.50")},
                                   {"wide", decimal("-12345678901234567890.5")},
                                   {"plain", Decimal(7)},
                                   {"null", Value()},
                                   {"list", List{1, "two", Value(), true, Map{}}},
                                   {"$int", 1},
                                   {"text", "$double"}})},
    });
  }
  things.push_back({{"text", "single"}, {"data", Map{{"$double", "not a tag"}}}});
  things.push_back({{"text", "below"}, {"rate", 1e-300}, {"data", -0.0}});
  things.push_back({{"text", std::string(9000, 'l')}, {"raw", Bytes{std::string(5000, '\xFE')}}});
  things.push_back({{"text", "null things"}});
  return things;
}

}  // namespace kith::test
