#include "base/contact_text.hpp"

#include <algorithm>
#include <iterator>

#include "base/message.hpp"
#include "base/text.hpp"
#include "base/utf8.hpp"

namespace kith::base {
namespace {

constexpr std::size_t kMaxEmailBytes = 254;
constexpr std::size_t kMaxLocalBytes = 64;
constexpr std::size_t kMaxDomainBytes = 253;
constexpr std::size_t kMaxLabelBytes = 63;
constexpr std::size_t kMinPhoneDigits = 3;
constexpr std::size_t kMaxPhoneDigits = 15;  // E.164
constexpr std::size_t kMaxUrlBytes = 2048;

Status refused(std::string_view text, std::string_view what, const std::string& why) {
  return Status(Code::kInvalidArgument, quoted(text) + " is not " + std::string(what) + ": " + why);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_ascii(char c) { return (c & '\x80') == 0; }

bool has_space_or_control(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    if (point.size == 0 || point.value < 0x20 || (point.value >= 0x7F && point.value < 0xA0) ||
        is_whitespace(point.value)) {
      return true;
    }
    at += point.size;
  }
  return false;
}

// What is wrong with one label of a domain name; empty when nothing.
std::string label_fault(std::string_view label) {
  if (label.empty()) return "the domain has an empty part between its dots";
  if (label.size() > kMaxLabelBytes) return "a part of the domain is longer than 63 bytes";
  if (label.front() == '-' || label.back() == '-') {
    return "a part of the domain begins or ends with a hyphen";
  }
  for (const char c : label) {
    if (is_ascii(c) && !is_letter(c) && !is_digit(c) && c != '-') {
      return "the domain has the character " + quoted(std::string_view(&c, 1));
    }
  }
  return "";
}

std::string domain_fault(std::string_view domain) {
  if (domain.empty()) return "it has no domain";
  if (domain.size() > kMaxDomainBytes) return "the domain is longer than 253 bytes";
  if (has_space_or_control(domain)) return "the domain has a space or control character";
  std::string_view rest = domain, label;
  std::size_t labels = 0;
  for (bool more = true; more; ++labels) {
    const std::size_t dot = rest.find('.');
    more = dot != std::string_view::npos;
    label = rest.substr(0, dot);
    if (std::string fault = label_fault(label); !fault.empty()) return fault;
    if (more) rest.remove_prefix(dot + 1);
  }
  if (labels < 2) return "the domain has no dot, as in example.com";
  if (std::all_of(label.begin(), label.end(), is_digit)) {
    return "the domain ends in a number; write a name such as example.com";
  }
  return "";
}

std::string dot_atom_fault(std::string_view local) {
  if (local.front() == '.' || local.back() == '.' || local.find("..") != std::string_view::npos) {
    return "the part before the @ begins or ends with a dot or has two in a row";
  }
  static constexpr std::string_view kSpecial = "!#$%&'*+-/=?^_`{|}~.";
  for (const char c : local) {
    const bool good =
        !is_ascii(c) || is_letter(c) || is_digit(c) || kSpecial.find(c) != std::string_view::npos;
    if (!good) {
      return "the part before the @ has the character " + quoted(std::string_view(&c, 1));
    }
  }
  return has_space_or_control(local) ? "it has a space or control character" : "";
}

// `local` begins with a quote: "john doe" with \" and \\ inside.
std::string quoted_local_fault(std::string_view local) {
  const std::string bad = "the quotes of the part before the @ do not match";
  if (local.size() < 3 || local.back() != '"') return bad;
  const std::string_view inner = local.substr(1, local.size() - 2);
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (is_ascii(inner[i]) && (inner[i] < 0x20 || inner[i] == 0x7F)) {
      return "it has a control character";
    }
    if (inner[i] == '"' || (inner[i] == '\\' && ++i == inner.size())) return bad;
  }
  return "";
}

std::string local_fault(std::string_view local) {
  if (local.empty()) return "nothing stands before the @";
  if (local.size() > kMaxLocalBytes) return "the part before the @ is longer than 64 bytes";
  return local.front() == '"' ? quoted_local_fault(local) : dot_atom_fault(local);
}

// Offset of the @ that separates local part and domain: in a quoted local part others may stand.
std::size_t find_separator(std::string_view address) {
  return address.starts_with('"') ? address.rfind('@') : address.find('@');
}

struct UrlParts {
  std::string_view scheme;     // empty when there is none
  std::string_view authority;  // user, host and port
  std::string_view rest;       // from the first / ? or #
};

UrlParts split_url(std::string_view text) {
  UrlParts parts;
  const std::size_t mark = text.find("://");
  if (mark != std::string_view::npos && mark > 0 && mark < text.find_first_of("/?#")) {
    parts.scheme = text.substr(0, mark);
    text.remove_prefix(mark + 3);
  }
  const std::size_t end = std::min(text.find_first_of("/?#"), text.size());
  parts.authority = text.substr(0, end);
  parts.rest = text.substr(end);
  return parts;
}

std::string port_fault(std::string_view port) {
  const bool digits =
      !port.empty() && port.size() <= 5 && std::all_of(port.begin(), port.end(), is_digit);
  int value = 0;
  for (const char c : port.substr(0, digits ? port.size() : 0)) value = value * 10 + (c - '0');
  return value >= 1 && value <= 65535 ? "" : "the port is not a number from 1 to 65535";
}

bool is_ipv4(std::string_view host) {
  int parts = 0;
  for (bool more = true; more; ++parts) {
    const std::size_t dot = host.find('.');
    more = dot != std::string_view::npos;
    const std::string_view part = host.substr(0, dot);
    if (part.empty() || part.size() > 3 || !std::all_of(part.begin(), part.end(), is_digit) ||
        (part.size() == 3 && part > "255")) {
      return false;
    }
    if (more) host.remove_prefix(dot + 1);
  }
  return parts == 4;
}

std::string host_fault(std::string_view authority, bool has_scheme) {
  std::string_view host = authority;
  if (const std::size_t user = host.rfind('@'); user != std::string_view::npos) {
    if (!has_scheme) return "it looks like an e-mail address";
    host.remove_prefix(user + 1);
  }
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    const bool good = end != std::string_view::npos && end > 2 &&
                      host.substr(1, end - 1).find_first_not_of("0123456789abcdefABCDEF:.") ==
                          std::string_view::npos;
    if (!good) return "the address in brackets is not IPv6";
    host.remove_prefix(end + 1);
    if (host.empty()) return "";
    return host.front() == ':' ? port_fault(host.substr(1)) : "the address in brackets is not IPv6";
  }
  if (const std::size_t colon = host.find(':'); colon != std::string_view::npos) {
    if (std::string fault = port_fault(host.substr(colon + 1)); !fault.empty()) return fault;
    host = host.substr(0, colon);
  }
  if (has_scheme && (is_ipv4(host) || host == "localhost")) return "";
  return domain_fault(host);
}

std::string url_fault(std::string_view text, const UrlParts& parts) {
  static constexpr std::string_view kSchemes[] = {"http", "https", "ftp", "ftps", "sftp"};
  if (text.empty()) return "it is empty";
  if (text.size() > kMaxUrlBytes) return "it is longer than 2048 bytes";
  if (has_space_or_control(text))
    return "it has a space or control character; write a space as %20";
  const bool has_scheme = text.find("://") == parts.scheme.size() && !parts.scheme.empty();
  if (has_scheme) {
    const std::string scheme = to_lower(parts.scheme);
    if (std::find(std::begin(kSchemes), std::end(kSchemes), scheme) == std::end(kSchemes)) {
      return "the scheme must be http, https, ftp, ftps or sftp";
    }
  }
  return host_fault(parts.authority, has_scheme);
}

std::string lower_host(std::string_view authority) {
  const std::size_t user = authority.rfind('@');
  const std::size_t host = user == std::string_view::npos ? 0 : user + 1;
  return std::string(authority.substr(0, host)) + to_lower(authority.substr(host));
}

}  // namespace

Result<std::string> normalize_email(std::string_view text) {
  static constexpr std::string_view kWhat = "an e-mail address";
  const std::string address = to_nfc(to_lower(trim(text)));
  const std::size_t at = find_separator(address);
  if (!is_valid_utf8(text)) return refused(text, kWhat, "it is not valid UTF-8");
  if (at == std::string::npos) return refused(text, kWhat, "it has no @");
  if (address.size() > kMaxEmailBytes) return refused(text, kWhat, "it is longer than 254 bytes");
  const std::string local = address.substr(0, at);
  const std::string domain = address.substr(at + 1);
  if (domain.find('@') != std::string::npos) return refused(text, kWhat, "it has more than one @");
  if (const std::string fault = local_fault(local); !fault.empty()) {
    return refused(text, kWhat, fault);
  }
  if (const std::string fault = domain_fault(domain); !fault.empty()) {
    return refused(text, kWhat, fault);
  }
  return local + "@" + domain;
}

std::string email_key(std::string_view text) { return fold(trim(text)); }

namespace {

std::string without_parentheses(std::string_view text) {
  std::string out;
  std::copy_if(text.begin(), text.end(), std::back_inserter(out),
               [](char c) { return c != '(' && c != ')'; });
  return out;
}

}  // namespace

Result<std::string> normalize_phone(std::string_view text) {
  static constexpr std::string_view kWhat = "a telephone number";
  std::string cut;  // without separators; '(' stays until "(0)" has been looked for
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = decode_utf8(text, at);
    const char c = text[at];
    const bool dash = c == '-' || c == '.' || c == '/' ||
                      (point.value >= 0x2010 && point.value <= 0x2015);  // Unicode's dashes
    if (is_digit(c) || c == '+' || c == '(' || c == ')') {
      cut.push_back(c);
    } else if (point.size == 0 || !(dash || is_whitespace(point.value))) {
      return refused(text, kWhat,
                     "it has " + quoted(text.substr(at, std::max<std::size_t>(point.size, 1))) +
                         "; write digits only, and an extension in a field of its own");
    }
    at += point.size;
  }
  const std::string bare = without_parentheses(cut);
  if (bare.starts_with('+') || bare.starts_with("00")) {
    const std::size_t trunk = cut.find("(0)", 1);
    if (trunk != std::string::npos) cut.erase(trunk, 3);
  }
  cut = without_parentheses(cut);
  if (cut.starts_with("00")) cut.replace(0, 2, "+");
  if (cut.find('+', 1) != std::string::npos) {
    return refused(text, kWhat, "a + stands only at the beginning");
  }
  const std::size_t digits = cut.size() - (cut.starts_with('+') ? 1 : 0);
  if (digits < kMinPhoneDigits || digits > kMaxPhoneDigits) {
    return refused(text, kWhat,
                   "it has " + std::to_string(digits) + " digits, and must have 3 to 15");
  }
  return cut;
}

std::string phone_key(std::string_view text) {
  Result<std::string> normal = normalize_phone(text);
  return normal.ok() ? *std::move(normal) : fold(trim(text));
}

Result<std::string> normalize_url(std::string_view text) {
  const std::string_view url = trim(text);
  const UrlParts parts = split_url(url);
  if (const std::string fault = url_fault(url, parts); !fault.empty()) {
    return refused(text, "a web address", fault);
  }
  std::string out;
  if (!parts.scheme.empty()) out.append(to_lower(parts.scheme)).append("://");
  return out.append(lower_host(parts.authority)).append(parts.rest);
}

std::string url_key(std::string_view text) {
  const UrlParts parts = split_url(trim(text));
  std::string host = fold(parts.authority);
  if (host.starts_with("www.")) host.erase(0, 4);
  std::string_view rest = parts.rest;
  if (rest.ends_with('/')) rest.remove_suffix(1);
  return host.append(rest);
}

}  // namespace kith::base
