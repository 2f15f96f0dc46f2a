// Reading JSON with RapidJSON's SAX reader. The reader checks the grammar and decodes texts; what
// it does not tell, where each token began, follows from where the token before it ended: between
// two tokens stand only white space, one comma or one colon.
#include <rapidjson/reader.h>

#include <algorithm>
#include <new>

#include "base/json.hpp"
#include "base/message.hpp"
#include "base/utf8.hpp"

namespace kith::json {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// RapidJSON's own allocator answers null when memory runs out, and its reader writes there.
class Memory {
 public:
  [[maybe_unused]] static constexpr bool kNeedFree = true;

  void* Malloc(std::size_t size) { return checked(rapidjson::CrtAllocator().Malloc(size), size); }
  void* Realloc(void* old, std::size_t old_size, std::size_t size) {
    return checked(rapidjson::CrtAllocator().Realloc(old, old_size, size), size);
  }
  static void Free(void* block) { rapidjson::CrtAllocator::Free(block); }

 private:
  static void* checked(void* block, std::size_t size) {
    if (block == nullptr && size != 0) throw std::bad_alloc();
    return block;
  }
};

// The text as RapidJSON reads it; its end looks like a NUL character, so that parse() refuses texts
// that contain one. Has no `copyOptimization`: handlers must see how far the reader is.
class TextStream {
 public:
  using Ch = char;

  explicit TextStream(std::string_view text) : text_(text) {}

  Ch Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  Ch Take() { return at_ < text_.size() ? text_[at_++] : '\0'; }
  std::size_t Tell() const { return at_; }
  // Only writable streams have these; the reader's templates name them.
  Ch* PutBegin() { return nullptr; }
  void Put(Ch) {}
  std::size_t PutEnd(Ch*) { return 0; }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
};

// Line and column of offsets; quick when they come in ascending order.
class Locator {
 public:
  explicit Locator(std::string_view text) : text_(text) {}

  Position at(std::size_t offset) {
    if (offset < at_) *this = Locator(text_);
    while (at_ < offset) {
      const std::size_t line_end = text_.substr(0, offset).find('\n', at_);
      if (line_end == std::string_view::npos) {
        position_.column +=
            static_cast<std::uint32_t>(base::count_code_points(text_.substr(at_, offset - at_)));
        at_ = offset;
      } else {
        position_ = {position_.line + 1, 1};
        at_ = line_end + 1;
      }
    }
    return position_;
  }

 private:
  std::string_view text_;
  std::size_t at_ = 0;
  Position position_;
};

std::string to_string(Position place) {
  return "line " + std::to_string(place.line) + ", column " + std::to_string(place.column);
}

Status failure(Code code, Position place, const std::string& message) {
  return Status(code, "JSON, " + to_string(place) + ": " + message,
                {Violation{"json", "", "", message, place.line, place.column}});
}

}  // namespace

// Receives RapidJSON's events; the names of its functions are RapidJSON's.
class NodeBuilder {
 public:
  NodeBuilder(std::string_view text, const TextStream* stream, std::size_t max_depth)
      : text_(text), stream_(stream), locator_(text), max_depth_(max_depth) {}

  bool Null() { return add(Kind::kNull) != nullptr; }
  bool Bool(bool value) {
    add(Kind::kBool)->boolean_ = value;
    return true;
  }
  bool RawNumber(const char*, rapidjson::SizeType, bool) {
    const std::size_t begin = token_begin();
    const std::size_t end = stream_->Tell();
    add(Kind::kNumber)->text_ = std::string(text_.substr(begin, end - begin));
    return true;
  }
  bool String(const char* data, rapidjson::SizeType size, bool) {
    const std::string_view value(data, size);
    if (!check_text(value)) return false;
    add(Kind::kText)->text_ = std::string(value);
    return true;
  }
  bool Key(const char* data, rapidjson::SizeType size, bool) {
    const std::string_view name(data, size);
    if (!check_text(name)) return false;
    const Position place = locator_.at(token_begin());
    open_.back()->members_.push_back({std::string(name), place, Node()});
    last_end_ = stream_->Tell();
    return true;
  }
  bool StartObject() { return open(Kind::kObject); }
  bool StartArray() { return open(Kind::kArray); }
  bool EndObject(rapidjson::SizeType) {
    if (!check_names(*open_.back())) return false;
    return EndArray(0);
  }
  bool EndArray(rapidjson::SizeType) {
    open_.pop_back();
    last_end_ = stream_->Tell();
    return true;
  }
  // Not called: numbers come as RawNumber.
  bool Int(int) { return false; }
  bool Uint(unsigned) { return false; }
  bool Int64(std::int64_t) { return false; }
  bool Uint64(std::uint64_t) { return false; }
  bool Double(double) { return false; }

  // Why the builder stopped the reader; ok when it did not.
  const Status& status() const { return status_; }
  Node take() { return std::move(root_); }

 private:
  std::size_t token_begin() const {
    const std::size_t begin = text_.find_first_not_of(" \t\r\n,:", last_end_);
    return std::min(begin, text_.size());
  }

  // Puts a new node where the document stands. The pointer is good until the next one: a later
  // sibling may move it, and by then it is complete.
  Node* add(Kind kind) {
    Node* node = &root_;
    if (!open_.empty()) {
      Node* parent = open_.back();
      node =
          parent->is_object() ? &parent->members_.back().value : &parent->elements_.emplace_back();
    }
    node->kind_ = kind;
    node->position_ = locator_.at(token_begin());
    last_end_ = stream_->Tell();
    return node;
  }

  bool open(Kind kind) {
    if (open_.size() >= max_depth_) {
      return fail(Code::kLimit, locator_.at(token_begin()),
                  "arrays and objects are nested deeper than max_depth, " +
                      std::to_string(max_depth_) + " levels");
    }
    open_.push_back(add(kind));
    return true;
  }

  // RapidJSON lets an escaped low surrogate without a high one pass.
  bool check_text(std::string_view value) {
    if (base::is_valid_utf8(value)) return true;
    return fail(Code::kInvalidArgument, locator_.at(token_begin()),
                "the text has a lone surrogate; write both halves of the pair, as in "
                "\"\\ud83d\\ude00\", or the character itself");
  }

  bool check_names(const Node& object) {
    const std::vector<Member>& members = object.members_;
    std::vector<const Member*> sorted;
    sorted.reserve(members.size());
    for (const Member& member : members) sorted.push_back(&member);
    // Members lie in one array: addresses tell the document's order.
    std::sort(sorted.begin(), sorted.end(), [](const Member* a, const Member* b) {
      return a->name != b->name ? a->name < b->name : a < b;
    });
    const Member *first = nullptr, *repeated = nullptr;
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (sorted[i]->name != sorted[i - 1]->name) continue;
      if (repeated == nullptr || sorted[i] < repeated) {
        first = sorted[i - 1];
        repeated = sorted[i];
      }
    }
    if (repeated == nullptr) return true;
    return fail(Code::kInvalidArgument, repeated->position,
                "member " + base::quoted(repeated->name) + " is there twice; the first is at " +
                    to_string(first->position));
  }

  bool fail(Code code, Position place, const std::string& message) {
    status_ = failure(code, place, message);
    return false;
  }

  std::string_view text_;
  const TextStream* stream_;
  Locator locator_;
  std::size_t max_depth_;
  std::size_t last_end_ = 0;
  Node root_;
  std::vector<Node*> open_;
  Status status_;
};

namespace {

constexpr std::size_t kDepthCeiling = 1000;  // reading recurses once a level

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// "found" and the word or character that stands at `offset`.
std::string found_at(std::string_view text, std::size_t offset) {
  if (offset >= text.size()) return "the text ends";
  std::size_t size = 0;
  while (offset + size < text.size() && is_word(text[offset + size])) ++size;
  if (size == 0) size = base::decode_utf8(text, offset).size;
  return "found " + base::quoted(text.substr(offset, size));
}

// What RapidJSON's error means to the person who wrote the document.
std::string explain(rapidjson::ParseErrorCode code, std::string_view text, std::size_t offset) {
  const std::string found = found_at(text, offset);
  const bool at_end = offset >= text.size();
  switch (code) {
    case rapidjson::kParseErrorDocumentEmpty: return "expected a value, but the text is empty";
    case rapidjson::kParseErrorDocumentRootNotSingular:
      return "expected the end of the text after its one value, " + found;
    case rapidjson::kParseErrorObjectMissName:
      return "expected a member name in double quotes, " + found;
    case rapidjson::kParseErrorObjectMissColon: return "expected ':' after the name, " + found;
    case rapidjson::kParseErrorObjectMissCommaOrCurlyBracket:
      return "expected ',' or '}', " + found;
    case rapidjson::kParseErrorArrayMissCommaOrSquareBracket:
      return "expected ',' or ']', " + found;
    case rapidjson::kParseErrorStringUnicodeEscapeInvalidHex:
      return "expected four hexadecimal digits after \\u";
    case rapidjson::kParseErrorStringUnicodeSurrogateInvalid:
      return "expected the low half of the surrogate pair after this high half";
    case rapidjson::kParseErrorStringEscapeInvalid:
      if (!at_end && text[offset] == '\\') {
        return "expected one of \" \\ / b f n r t u after the backslash";
      }
      return "a text holds no control characters; write this one as an escape such as \\n";
    case rapidjson::kParseErrorStringMissQuotationMark:
      return "expected '\"' that ends the text, but the document ends";
    case rapidjson::kParseErrorNumberTooBig: return "the number is too big for a double";
    case rapidjson::kParseErrorNumberMissFraction:
      return "expected a digit after the decimal point, " + found;
    case rapidjson::kParseErrorNumberMissExponent:
      return "expected a digit of the exponent, " + found;
    default: return "expected a value, " + found;
  }
}

Status check_bytes(std::string_view text, const ParseOptions& options) {
  if (text.size() > options.max_bytes) {
    return Status(Code::kLimit, "JSON text of " + std::to_string(text.size()) +
                                    " bytes is longer than max_bytes, " +
                                    std::to_string(options.max_bytes));
  }
  const std::size_t bad = base::find_invalid_utf8(text);
  const std::size_t nul = text.find('\0');
  if (bad < nul) {
    return failure(Code::kInvalidArgument, Locator(text).at(bad),
                   "the bytes are not UTF-8; save the file in UTF-8");
  }
  if (nul != std::string_view::npos) {
    return failure(Code::kInvalidArgument, Locator(text).at(nul), "found a NUL byte");
  }
  return Status();
}

}  // namespace

Result<Node> parse(std::string_view text, const ParseOptions& options) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (Status bytes = check_bytes(text, options); !bytes.ok()) return bytes;

  TextStream stream(text);
  NodeBuilder builder(text, &stream, std::min(options.max_depth, kDepthCeiling));
  rapidjson::GenericReader<rapidjson::UTF8<>, rapidjson::UTF8<>, Memory> reader;
  const rapidjson::ParseResult result =
      reader.Parse<rapidjson::kParseNumbersAsStringsFlag>(stream, builder);
  if (!builder.status().ok()) return builder.status();
  if (result.IsError()) {
    std::size_t offset = result.Offset();
    // Of a misspelt word such as "nul" RapidJSON tells where it went wrong, not where it begins.
    if (result.Code() == rapidjson::kParseErrorValueInvalid) {
      while (offset > 0 && is_word(text[offset - 1])) --offset;
    }
    return failure(Code::kInvalidArgument, Locator(text).at(offset),
                   explain(result.Code(), text, offset));
  }
  return builder.take();
}

}  // namespace kith::json
