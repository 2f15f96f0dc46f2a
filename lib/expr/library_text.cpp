// The strings extension: searching, cutting, joining, quoting. Positions count code points.
#include <algorithm>

#include "base/text.hpp"
#include "expr/format_text.hpp"
#include "expr/library.hpp"
#include "expr/utf8.hpp"

namespace kith::expr::library {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

Datum out_of_range(const Call& call, std::int64_t index) {
  return call.frame.data_error("index out of range: " + std::to_string(index));
}

// Byte offset of a code point index given by a script; false when it is outside.
bool to_offset(std::string_view text, std::int64_t index, std::size_t* offset) {
  if (index < 0 || static_cast<std::uint64_t>(index) > text.size()) return false;
  *offset = utf8::offset_of(text, static_cast<std::size_t>(index));
  return *offset != kNone;
}

Datum position(std::string_view text, std::size_t found) {
  if (found == kNone) return Datum::integer(-1);
  return Datum::integer(static_cast<std::int64_t>(utf8::length(text.substr(0, found))));
}

bool charge_search(const Call& call, std::size_t text, std::size_t part) {
  return call.frame.charge((1 + text / 10) * (1 + part / 10));
}

Datum char_at(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  if (!call.frame.charge_text(text.size())) return call.frame.exhausted();
  std::size_t at = 0;
  if (!to_offset(text, args[1].int_value, &at)) return out_of_range(call, args[1].int_value);
  if (at == text.size()) return Datum::string("");
  std::size_t size = 1;
  utf8::decode(text, at, &size);
  return Datum::string(text.substr(at, size));
}

Datum index_of(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  std::size_t from = 0;
  if (!charge_search(call, text.size(), args[1].text().size())) return call.frame.exhausted();
  if (call.count == 3 && !to_offset(text, args[2].int_value, &from)) {
    return out_of_range(call, args[2].int_value);
  }
  return position(text, text.find(args[1].text(), from));
}

Datum last_index_of(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  std::size_t from = kNone;
  if (!charge_search(call, text.size(), args[1].text().size())) return call.frame.exhausted();
  if (call.count == 3 && !to_offset(text, args[2].int_value, &from)) {
    return out_of_range(call, args[2].int_value);
  }
  return position(text, text.rfind(args[1].text(), from));
}

template <char First, char Last, int Shift>
Datum change_ascii(const Call& call, const Datum* args) {
  std::string text(args[0].text());
  for (char& c : text) {
    if (c >= First && c <= Last) c = static_cast<char>(c + Shift);
  }
  return call.frame.string(text);
}

Datum replace(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  const std::string_view from = args[1].text();
  const std::string_view to = args[2].text();
  std::int64_t left = call.count == 4 && args[3].int_value >= 0 ? args[3].int_value : INT64_MAX;
  if (!charge_search(call, text.size(), from.size())) return call.frame.exhausted();
  std::string out;
  std::size_t at = 0;
  while (left > 0 && at <= text.size()) {
    const std::size_t found = text.find(from, at);
    if (found == kNone) break;
    // An empty pattern matches before every code point and at the end.
    std::size_t step = from.size();
    if (from.empty() && found < text.size()) utf8::decode(text, found, &step);
    out.append(text.substr(at, found - at)).append(to);
    if (from.empty()) out.append(text.substr(found, step));
    at = found + std::max<std::size_t>(step, 1);
    --left;
    if (!call.frame.charge_text(to.size())) return call.frame.exhausted();
    if (out.size() > call.frame.activation().limits().max_memory) {
      return call.frame.out_of_memory();
    }
  }
  if (at < text.size()) out.append(text.substr(at));
  return call.frame.string(out);
}

Datum split(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  const std::string_view separator = args[1].text();
  const std::int64_t limit = call.count == 3 ? args[2].int_value : -1;
  if (!charge_search(call, text.size() + 10, separator.size())) return call.frame.exhausted();
  std::vector<Datum> parts;
  std::size_t at = 0;
  while (limit != 0) {
    const bool last = limit > 0 && parts.size() + 1 == static_cast<std::uint64_t>(limit);
    std::size_t end = last ? kNone : text.find(separator, at);
    std::size_t next = end == kNone ? kNone : end + separator.size();
    if (!last && separator.empty()) {
      // Into code points.
      if (at >= text.size()) break;
      std::size_t size = 1;
      utf8::decode(text, at, &size);
      end = at + size;
      next = end < text.size() ? end : kNone;
    }
    if (!call.frame.charge(1)) return call.frame.exhausted();
    if (parts.size() >= call.frame.activation().limits().max_memory / sizeof(Datum)) {
      return call.frame.out_of_memory();
    }
    parts.push_back(Datum::string(text.substr(at, end == kNone ? kNone : end - at)));
    if (next == kNone) break;
    at = next;
  }
  Datum* items = call.frame.arena().make<Datum>(parts.size());
  if (items == nullptr) return call.frame.out_of_memory();
  std::copy(parts.begin(), parts.end(), items);
  return call.frame.list(items, parts.size());
}

Datum substring(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  if (!call.frame.charge_text(text.size())) return call.frame.exhausted();
  std::size_t start = 0;
  std::size_t end = text.size();
  if (!to_offset(text, args[1].int_value, &start)) return out_of_range(call, args[1].int_value);
  if (call.count == 3) {
    if (!to_offset(text, args[2].int_value, &end)) return out_of_range(call, args[2].int_value);
    if (end < start) {
      return call.frame.data_error(
          "invalid substring range. start: " + std::to_string(args[1].int_value) +
          ", end: " + std::to_string(args[2].int_value));
    }
  }
  return Datum::string(text.substr(start, end - start));
}

// Unicode's White_Space, as the conformance tests have it: narrower than base::is_whitespace().
bool is_space(char32_t c) {
  return (c >= 0x09 && c <= 0x0D) || c == 0x20 || c == 0x85 || c == 0xA0 || c == 0x1680 ||
         (c >= 0x2000 && c <= 0x200A) || c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
}

Datum trim(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  if (!call.frame.charge_text(text.size())) return call.frame.exhausted();
  std::size_t start = text.size();
  std::size_t end = 0;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 1;
    if (!is_space(utf8::decode(text, at, &size))) {
      start = std::min(start, at);
      end = at + size;
    }
    at += size;
  }
  return Datum::string(start < end ? text.substr(start, end - start) : std::string_view(""));
}

// Unicode case folding and normal form: what search and duplicate keys compare.
Datum fold(const Call& call, const Datum* args) {
  if (!call.frame.charge_text(4 * args[0].text().size())) return call.frame.exhausted();
  return call.frame.string(base::fold(args[0].text()));
}

Datum contains_folded(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  const std::string_view part = args[1].text();
  if (!call.frame.charge_text(4 * (text.size() + part.size())) ||
      !charge_search(call, text.size(), part.size())) {
    return call.frame.exhausted();
  }
  return Datum::boolean(base::fold(text).find(base::fold(part)) != std::string::npos);
}

Datum reverse(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  std::string out(text.size(), '\0');
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 1;
    utf8::decode(text, at, &size);
    std::copy_n(text.data() + at, size, out.data() + (text.size() - at - size));
    at += size;
  }
  return call.frame.string(out);
}

Datum join(const Call& call, const Datum* args) {
  const ListData& list = *args[0].list_value;
  const std::string_view separator = call.count == 2 ? args[1].text() : std::string_view();
  std::string out;
  for (std::size_t i = 0; i < list.size; ++i) {
    if (!list.items[i].is(Tag::kString)) return call.frame.no_overload("join()", list.items, 1);
    if (i > 0) out.append(separator);
    out.append(list.items[i].text());
    if (!call.frame.charge_text(list.items[i].text().size() + separator.size())) {
      return call.frame.exhausted();
    }
    if (out.size() > call.frame.activation().limits().max_memory) {
      return call.frame.out_of_memory();
    }
  }
  return call.frame.string(out);
}

Datum quote(const Call& call, const Datum* args) {
  std::string out = "\"";
  for (const char c : args[0].text()) {
    switch (c) {
      case '\a': out += "\\a"; break;
      case '\b': out += "\\b"; break;
      case '\f': out += "\\f"; break;
      case '\n': out += "\\n"; break;
      case '\r': out += "\\r"; break;
      case '\t': out += "\\t"; break;
      case '\v': out += "\\v"; break;
      case '\\': out += "\\\\"; break;
      case '"': out += "\\\""; break;
      default: out.push_back(c);
    }
  }
  out.push_back('"');
  return call.frame.string(out);
}

}  // namespace

void add_text(FunctionRegistry* registry) {
  const Type strings = Type::list(string());
  define_method(registry, "charAt", "char_at", {string(), integer()}, string(), &char_at);
  define_method(registry, "indexOf", "index_of", {string(), string()}, integer(), &index_of);
  define_method(registry, "indexOf", "index_of_from", {string(), string(), integer()}, integer(),
                &index_of);
  define_method(registry, "lastIndexOf", "last_index_of", {string(), string()}, integer(),
                &last_index_of);
  define_method(registry, "lastIndexOf", "last_index_of_from", {string(), string(), integer()},
                integer(), &last_index_of);
  define_method(registry, "lowerAscii", "lower_ascii", {string()}, string(),
                &change_ascii<'A', 'Z', 32>);
  define_method(registry, "upperAscii", "upper_ascii", {string()}, string(),
                &change_ascii<'a', 'z', -32>);
  define_method(registry, "replace", "replace", {string(), string(), string()}, string(), &replace);
  define_method(registry, "replace", "replace_limit", {string(), string(), string(), integer()},
                string(), &replace);
  define_method(registry, "split", "split", {string(), string()}, strings, &split);
  define_method(registry, "split", "split_limit", {string(), string(), integer()}, strings, &split);
  define_method(registry, "substring", "substring", {string(), integer()}, string(), &substring);
  define_method(registry, "substring", "substring_to", {string(), integer(), integer()}, string(),
                &substring);
  define_method(registry, "trim", "trim", {string()}, string(), &trim);
  define_method(registry, "reverse", "reverse_string", {string()}, string(), &reverse);
  define_method(registry, "join", "join", {strings}, string(), &join);
  define_method(registry, "join", "join_separator", {strings, string()}, string(), &join);
  define_method(registry, "format", "format", {string(), Type::list(dyn())}, string(),
                &format_text);
  define_both(registry, "fold", "fold", {string()}, string(), &fold);
  define_both(registry, "contains_ci", "contains_ci", {string(), string()}, boolean(),
              &contains_folded);
  define(registry, "strings.quote", "quote", {string()}, string(), &quote);
}

}  // namespace kith::expr::library
