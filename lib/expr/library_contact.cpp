// Text as a CRM asks about it: patterns of LIKE, domains of addresses, digits of phone numbers.
#include <string>

#include "expr/library.hpp"
#include "expr/utf8.hpp"

namespace kith::expr::library {
namespace {

constexpr std::size_t kNone = std::string_view::npos;

// Bytes of the code point at `at`.
std::size_t width(std::string_view text, std::size_t at) {
  std::size_t size = 1;
  utf8::decode(text, at, &size);
  return size;
}

// Whether a whole text is what a LIKE pattern says. Only the last % is ever tried again, so the
// work is at most text times pattern.
bool is_like(std::string_view text, std::string_view pattern) {
  std::size_t t = 0;
  std::size_t p = 0;
  std::size_t after_percent = kNone;
  std::size_t retry = 0;
  while (t < text.size()) {
    const bool escaped = p < pattern.size() && pattern[p] == '\\';
    const std::size_t literal = escaped ? p + 1 : p;
    if (!escaped && p < pattern.size() && pattern[p] == '%') {
      after_percent = ++p;
      retry = t;
    } else if (!escaped && p < pattern.size() && pattern[p] == '_') {
      ++p;
      t += width(text, t);
    } else if (literal < pattern.size() && pattern[literal] == text[t]) {
      p = literal + 1;
      ++t;
    } else if (after_percent != kNone) {
      p = after_percent;
      retry += width(text, retry);
      t = retry;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

// A backslash makes what follows plain; at the end it is a slip.
bool ends_in_escape(std::string_view pattern) {
  std::size_t backslashes = 0;
  while (backslashes < pattern.size() && pattern[pattern.size() - 1 - backslashes] == '\\') {
    ++backslashes;
  }
  return backslashes % 2 == 1;
}

Datum like(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  const std::string_view pattern = args[1].text();
  if (!call.frame.charge((1 + text.size() / 10) * (1 + pattern.size() / 10))) {
    return call.frame.exhausted();
  }
  if (ends_in_escape(pattern)) {
    return call.frame.data_error(
        "the pattern of like() ends in a backslash, which makes the next character plain");
  }
  return Datum::boolean(is_like(text, pattern));
}

// Behind the last @, in lower case; empty when the text is no address.
Datum email_domain(const Call& call, const Datum* args) {
  std::string_view text = args[0].text();
  if (!call.frame.charge_text(text.size())) return call.frame.exhausted();
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  const std::size_t sign = text.rfind('@');
  if (sign == kNone || sign == 0) return Datum::string("");
  std::string domain(text.substr(sign + 1));
  for (char& c : domain) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return call.frame.string(domain);
}

Datum digits(const Call& call, const Datum* args) {
  const std::string_view text = args[0].text();
  if (!call.frame.charge_text(text.size())) return call.frame.exhausted();
  std::string out;
  for (const char c : text) {
    if (c >= '0' && c <= '9') out.push_back(c);
  }
  return call.frame.string(out);
}

}  // namespace

void add_contact_text(FunctionRegistry* registry) {
  define_both(registry, "like", "like", {string(), string()}, boolean(), &like);
  define_both(registry, "email_domain", "email_domain", {string()}, string(), &email_domain);
  define_both(registry, "digits", "digits", {string()}, string(), &digits);
}

}  // namespace kith::expr::library
