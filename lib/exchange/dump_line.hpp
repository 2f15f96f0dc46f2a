// exchange/dump_line.hpp: the lines of a dump, and the members of one.
//
//   LineReader lines(in);
//   while (true) {
//     KITH_ASSIGN(const bool more, lines.next());              // lines.text(), lines.number()
//     KITH_ASSIGN(const json::Node node, lines.parse());
//     DumpObject object(node, values);
//     KITH_ASSIGN(const std::uint64_t run, object.number("run"));
//     KITH_TRY(object.finish());                               // no member was left over
//   }
//
// Reading is strict: a member that is missing, of another kind or unknown is kImportInvalid with
// its column; lines.place() puts the line's number to it. One thread.
#pragma once

#include <cstdint>
#include <istream>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/json.hpp"
#include "exchange/dump_value.hpp"
#include "kith/result.hpp"

namespace kith::exchange {

// A line may be this long (limit max_dump_line_bytes); the longest that kith writes tells of a
// large value before and after a change.
inline constexpr std::size_t kMaxDumpLineBytes = std::size_t{256} << 20;

// The checksum over the lines up to and with this one, from that over those before it.
std::uint64_t dump_checksum(std::uint64_t before, std::string_view line);
std::string checksum_text(std::uint64_t checksum);  // 16 hexadecimal digits

class LineReader {
 public:
  explicit LineReader(std::istream& in) : in_(in) {}

  // False at the end. Every line ends with a line feed; a last one without was cut short.
  Result<bool> next();
  const std::string& text() const { return line_; }  // without its line feed
  std::uint64_t number() const { return number_; }   // from 1
  std::uint64_t checksum_before() const { return checksum_before_; }

  Result<json::Node> parse() const;
  // An error that says on which line it is, and what is to be done. Failures of the store and the
  // system stay as they are.
  Status place(const Status& status) const { return place(status, number_); }
  static Status place(const Status& status, std::uint64_t line);

 private:
  Status fill();

  std::istream& in_;
  std::string buffer_;  // read, and not yet given
  std::size_t at_ = 0;
  bool ended_ = false;
  std::string line_;
  std::uint64_t number_ = 0;
  std::uint64_t checksum_ = 0;
  std::uint64_t checksum_before_ = 0;
};

class DumpObject {
 public:
  DumpObject(const json::Node& node, const DumpValues& values) : node_(node), values_(values) {}

  const json::Node& node() const { return node_; }
  bool has(std::string_view name) const { return node_.find(name) != nullptr; }

  // The member, which is then known; nullptr when there is none.
  const json::Node* find(std::string_view name);
  Result<const json::Node*> need(std::string_view name);

  Result<std::uint64_t> number(std::string_view name, std::uint64_t max = UINT64_MAX);
  Result<std::string> text(std::string_view name);
  Result<std::string> bytes(std::string_view name);  // of base64
  Result<Timestamp> instant(std::string_view name);
  Result<RecordId> id(std::string_view name);
  // Absent: 0, false, empty, null, nothing.
  Result<std::uint64_t> number_or_zero(std::string_view name, std::uint64_t max = UINT64_MAX);
  Result<bool> flag(std::string_view name);
  Result<std::string> text_or_empty(std::string_view name);
  Result<RecordId> id_or_null(std::string_view name);
  Result<std::optional<Timestamp>> instant_if(std::string_view name);
  // One of `names`, whose position it is.
  Result<std::size_t> one_of(std::string_view name, std::span<const std::string_view> names);

  // Complains of a member that nobody asked for.
  Status finish() const;

 private:
  const json::Node& node_;
  const DumpValues& values_;
  std::set<std::string_view> known_;
};

}  // namespace kith::exchange
