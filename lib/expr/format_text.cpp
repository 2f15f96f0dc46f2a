#include "expr/format_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "expr/number_text.hpp"

namespace kith::expr::library {
namespace {

constexpr int kDefaultPrecision = 6;
constexpr int kMaxPrecision = 1000;
constexpr int kMaxNesting = 64;  // of lists and maps shown by %s

class Formatter {
 public:
  Formatter(const Call& call, std::string_view format, const ListData& values)
      : frame_(call.frame), format_(format), values_(values) {}

  Datum run() {
    for (std::size_t at = 0; at < format_.size();) {
      if (format_[at] != '%') {
        out_.push_back(format_[at++]);
        continue;
      }
      if (++at < format_.size() && format_[at] == '%') {
        out_.push_back(format_[at++]);
        continue;
      }
      if (!clause(&at)) return frame_.stopped() ? frame_.exhausted() : frame_.data_error(error_);
      if (!frame_.charge(1) || out_.size() > frame_.activation().limits().max_memory) {
        return frame_.out_of_memory();
      }
    }
    return frame_.string(out_);
  }

 private:
  bool fail(std::string message) {
    error_ = std::move(message);
    return false;
  }
  bool wrong(std::string_view clause, const Datum& value) {
    return fail("format(): " + std::string(clause) + ", was given " +
                std::string(type_name(value)));
  }

  bool clause(std::size_t* at) {
    int precision = kDefaultPrecision;
    if (*at < format_.size() && format_[*at] == '.') {
      precision = 0;
      const std::size_t start = ++*at;
      while (*at < format_.size() && format_[*at] >= '0' && format_[*at] <= '9') {
        precision = std::min(precision * 10 + (format_[*at] - '0'), kMaxPrecision + 1);
        ++*at;
      }
      if (*at == start || precision > kMaxPrecision) {
        return fail("format(): the precision is a number up to 1000");
      }
    }
    if (*at >= format_.size()) return fail("format(): the last clause is not finished");
    const char kind = format_[(*at)++];
    if (std::string_view("sdfeboxX").find(kind) == std::string_view::npos) {
      return fail(std::string("format(): unrecognized formatting clause \"") + kind + "\"");
    }
    if (next_ >= values_.size) {
      return fail("format(): index " + std::to_string(next_) + " out of range");
    }
    const Datum& value = values_.items[next_++];
    switch (kind) {
      case 's': return text(value, 0);
      case 'd': return whole(value);
      case 'f':
      case 'e': return real(value, kind, precision);
      case 'b': return binary(value);
      case 'o': return octal(value);
      default: return hexadecimal(value, kind == 'X');
    }
  }

  bool text(const Datum& value, int nesting) {
    if (nesting > kMaxNesting) return fail("format(): the value is nested too deeply");
    if (!frame_.charge(1)) return fail("");
    if (value.is(Tag::kList)) {
      out_.push_back('[');
      for (std::size_t i = 0; i < value.list_value->size; ++i) {
        if (i > 0) out_ += ", ";
        if (!text(value.list_value->items[i], nesting + 1)) return false;
      }
      out_.push_back(']');
      return true;
    }
    if (value.is(Tag::kMap)) return map(*value.map_value, nesting);
    if (value.is(Tag::kOptional) || value.is(Tag::kRecord)) {
      return wrong("string clause can only be used on values with a text", value);
    }
    if (!frame_.charge_text(value.is(Tag::kString) ? value.text().size() : 8)) return fail("");
    out_ += scalar_text(value);
    return true;
  }

  // By key, so that the text does not depend on how the map was made.
  bool map(const MapData& map, int nesting) {
    std::vector<std::pair<std::string, const Datum*>> entries;
    for (std::size_t i = 0; i < map.size; ++i) {
      entries.emplace_back(scalar_text(map.keys[i]), &map.values[i]);
    }
    std::sort(entries.begin(), entries.end());
    out_.push_back('{');
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out_ += ", ";
      out_ += entries[i].first + ": ";
      if (!text(*entries[i].second, nesting + 1)) return false;
    }
    out_.push_back('}');
    return true;
  }

  bool special(const Datum& value) {
    if (!value.is(Tag::kDouble) || std::isfinite(value.double_value)) return false;
    out_ += double_text(value.double_value);
    return true;
  }

  bool whole(const Datum& value) {
    if (special(value)) return true;
    const bool integral = value.is(Tag::kInt) || value.is(Tag::kUint) ||
                          (value.is(Tag::kDecimal) && value.decimal().scale() == 0);
    if (!integral) return wrong("decimal clause can only be used on integers", value);
    out_ += scalar_text(value);
    return true;
  }

  bool real(const Datum& value, char kind, int precision) {
    if (special(value)) return true;
    double number = 0;
    switch (value.tag) {
      case Tag::kDouble: number = value.double_value; break;
      case Tag::kInt: number = static_cast<double>(value.int_value); break;
      case Tag::kUint: number = static_cast<double>(value.uint_value); break;
      case Tag::kDecimal:
        if (kind == 'f' && precision <= Decimal::kMaxScale) {
          const Result<Decimal> scaled = value.decimal().rescale(precision);
          if (scaled.ok()) return out_ += scaled->to_string(), true;
        }
        number = value.decimal().to_double();
        break;
      default:
        return wrong(kind == 'f' ? "fixed-point clause can only be used on doubles"
                                 : "scientific clause can only be used on doubles",
                     value);
    }
    std::string buffer(400 + static_cast<std::size_t>(precision), '\0');
    const auto format = kind == 'f' ? std::chars_format::fixed : std::chars_format::scientific;
    const auto end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), number, format, precision);
    out_.append(buffer.data(), end.ptr);
    return true;
  }

  void append_integer(const Datum& value, int base, bool upper) {
    char buffer[72];
    char* end = value.is(Tag::kInt)
                    ? std::to_chars(buffer, buffer + sizeof(buffer), value.int_value, base).ptr
                    : std::to_chars(buffer, buffer + sizeof(buffer), value.uint_value, base).ptr;
    for (char* c = buffer; upper && c != end; ++c) {
      if (*c >= 'a' && *c <= 'f') *c = static_cast<char>(*c - 32);
    }
    out_.append(buffer, end);
  }

  bool binary(const Datum& value) {
    if (!value.is(Tag::kInt) && !value.is(Tag::kUint) && !value.is(Tag::kBool)) {
      return wrong("only integers and bools can be formatted as binary", value);
    }
    append_integer(value, 2, false);
    return true;
  }

  bool octal(const Datum& value) {
    if (!value.is(Tag::kInt) && !value.is(Tag::kUint)) {
      return wrong("octal clause can only be used on integers", value);
    }
    append_integer(value, 8, false);
    return true;
  }

  bool hexadecimal(const Datum& value, bool upper) {
    if (value.is(Tag::kInt) || value.is(Tag::kUint)) {
      append_integer(value, 16, upper);
      return true;
    }
    if (!value.is(Tag::kString) && !value.is(Tag::kBytes)) {
      return wrong("only integers, byte buffers, and strings can be formatted as hex", value);
    }
    if (!frame_.charge_text(value.text().size())) return fail("");
    const char* digits = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    for (const char c : value.text()) {
      out_.push_back(digits[static_cast<unsigned char>(c) >> 4]);
      out_.push_back(digits[static_cast<unsigned char>(c) & 15]);
    }
    return true;
  }

  Frame& frame_;
  std::string_view format_;
  const ListData& values_;
  std::size_t next_ = 0;
  std::string out_;
  std::string error_;
};

}  // namespace

Datum format_text(const Call& call, const Datum* args) {
  if (!call.frame.charge_text(args[0].text().size())) return call.frame.exhausted();
  return Formatter(call, args[0].text(), *args[1].list_value).run();
}

}  // namespace kith::expr::library
