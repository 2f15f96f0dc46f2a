#include "exchange/dump_line.hpp"

#include <utility>
#include <vector>

#include "base/hash.hpp"
#include "base/message.hpp"
#include "base/try.hpp"

namespace kith::exchange {
namespace {

constexpr std::size_t kReadBytes = 64 * 1024;
// Values may be nested 100 deep, and a tagged map takes three levels for one.
constexpr std::size_t kMaxDepth = 400;

// Whether an error is about what the dump says, not about the machine it is loaded on.
bool is_content(Code code) {
  switch (code) {
    case Code::kImportInvalid:
    case Code::kInvalidArgument:
    case Code::kInternal:  // what a builder of records and rows says of a value it cannot take
    case Code::kCorrupt:
    case Code::kLimit:
    case Code::kValidation:
    case Code::kModelInvalid:
    case Code::kModelIncompatible:
    case Code::kExpressionSyntax:
    case Code::kExpressionType:
    case Code::kExpressionFailed: return true;
    default: return false;
  }
}

}  // namespace

std::uint64_t dump_checksum(std::uint64_t before, std::string_view line) {
  return base::stable_hash(line, before);
}

std::string checksum_text(std::uint64_t checksum) {
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(checksum >> shift) & 15];
  return text;
}

Status LineReader::fill() {
  buffer_.erase(0, at_);
  at_ = 0;
  const std::size_t had = buffer_.size();
  buffer_.resize(had + kReadBytes);
  in_.read(buffer_.data() + had, static_cast<std::streamsize>(kReadBytes));
  const auto got = static_cast<std::size_t>(in_.gcount());
  buffer_.resize(had + got);
  if (in_.bad()) return {Code::kIo, "the dump could not be read to its end"};
  ended_ = got == 0;
  return {};
}

Result<bool> LineReader::next() {
  std::size_t searched = at_;
  std::size_t end = buffer_.find('\n', searched);
  while (end == std::string::npos && !ended_) {
    if (buffer_.size() - at_ > kMaxDumpLineBytes) {
      ++number_;
      return place(Status(Code::kLimit, "the line is longer than max_dump_line_bytes, " +
                                            std::to_string(kMaxDumpLineBytes)));
    }
    searched = buffer_.size() - at_;  // where that lies once what was given is gone
    KITH_TRY(fill());
    end = buffer_.find('\n', searched);
  }
  if (end == std::string::npos) {
    if (at_ == buffer_.size()) return false;
    ++number_;
    return place(Status(Code::kImportInvalid, "the line is cut short"));
  }
  ++number_;
  line_.assign(buffer_, at_, end - at_);
  checksum_before_ = checksum_;
  checksum_ = dump_checksum(checksum_, line_);
  at_ = end + 1;
  return true;
}

Result<json::Node> LineReader::parse() const {
  json::ParseOptions options;
  options.max_depth = kMaxDepth;
  options.max_bytes = kMaxDumpLineBytes;
  Result<json::Node> node = json::parse(line_, options);
  if (!node.ok()) {
    const std::vector<Violation>& where = node.status().violations();
    if (where.empty()) return node.status();
    return Status(Code::kImportInvalid, where.front().message, where);
  }
  if (node->is_object() && !node->members().empty()) return node;
  return dump_error(*node, "every line of a dump is an object with members");
}

Status LineReader::place(const Status& status, std::uint64_t line) {
  if (status.ok() || !is_content(status.code())) return status;
  std::uint32_t column = 1;
  if (!status.violations().empty() && status.violations().front().column != 0) {
    column = status.violations().front().column;
  }
  const std::string message = "the dump cannot be loaded: line " + std::to_string(line) +
                              ", column " + std::to_string(column) + ": " +
                              std::string(status.message()) +
                              "; dump the database again, or load an unchanged copy of the dump";
  return Status(
      Code::kImportInvalid, message,
      {Violation{"dump", std::string(status.entity()), std::string(status.field()),
                 std::string(status.message()), static_cast<std::uint32_t>(line), column}});
}

const json::Node* DumpObject::find(std::string_view name) {
  const json::Member* member = node_.find_member(name);
  if (member == nullptr) return nullptr;
  known_.insert(member->name);
  return &member->value;
}

Result<const json::Node*> DumpObject::need(std::string_view name) {
  const json::Node* node = find(name);
  if (node != nullptr) return node;
  return dump_error(node_, "the member " + base::quoted(name) + " is missing");
}

Result<std::uint64_t> DumpObject::number(std::string_view name, std::uint64_t max) {
  KITH_ASSIGN(const json::Node* node, need(name));
  return read_number(*node, max);
}

Result<std::string> DumpObject::text(std::string_view name) {
  KITH_ASSIGN(const json::Node* node, need(name));
  if (node->is_text()) return node->text();
  return dump_error(*node, base::quoted(name) + " must be a text, not " +
                               std::string(json::kind_name(node->kind())));
}

Result<std::string> DumpObject::bytes(std::string_view name) {
  KITH_ASSIGN(const json::Node* node, need(name));
  return read_base64(*node);
}

Result<Timestamp> DumpObject::instant(std::string_view name) {
  KITH_ASSIGN(const json::Node* node, need(name));
  return read_instant(*node);
}

Result<RecordId> DumpObject::id(std::string_view name) {
  KITH_ASSIGN(const json::Node* node, need(name));
  return values_.read_id(*node);
}

Result<std::uint64_t> DumpObject::number_or_zero(std::string_view name, std::uint64_t max) {
  const json::Node* node = find(name);
  if (node == nullptr) return std::uint64_t{0};
  return read_number(*node, max);
}

Result<bool> DumpObject::flag(std::string_view name) {
  const json::Node* node = find(name);
  if (node == nullptr) return false;
  if (node->is_bool()) return node->boolean();
  return dump_error(*node, base::quoted(name) + " must be true or false");
}

Result<std::string> DumpObject::text_or_empty(std::string_view name) {
  if (!has(name)) return std::string();
  return text(name);
}

Result<RecordId> DumpObject::id_or_null(std::string_view name) {
  if (!has(name)) return RecordId();
  return id(name);
}

Result<std::optional<Timestamp>> DumpObject::instant_if(std::string_view name) {
  if (!has(name)) return std::optional<Timestamp>();
  KITH_ASSIGN(const Timestamp at, instant(name));
  return std::optional<Timestamp>(at);
}

Result<std::size_t> DumpObject::one_of(std::string_view name,
                                       std::span<const std::string_view> names) {
  KITH_ASSIGN(const std::string word, text(name));
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (names[i] == word) return i;
  }
  return dump_error(*node_.find(name),
                    base::quoted(word) + " is no " + std::string(name) + " that kith knows");
}

Status DumpObject::finish() const {
  for (const json::Member& member : node_.members()) {
    if (known_.contains(member.name)) continue;
    return dump_error(member.value, "the member " + base::quoted(member.name) + " is not known");
  }
  return {};
}

}  // namespace kith::exchange
