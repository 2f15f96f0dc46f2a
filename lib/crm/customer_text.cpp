#include "crm/customer_text.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include "base/text.hpp"

namespace kith::crm {

namespace {

// Parts of last names that are written with a small letter.
constexpr auto kParticles = std::to_array<std::string_view>(
    {"af",    "al",  "av",  "bin", "da",  "dal", "de", "degli", "dei", "del",
     "della", "den", "der", "di",  "dos", "du",  "el", "ibn",   "la",  "le",
     "los",   "ten", "ter", "van", "vom", "von", "zu", "zum",   "zur"});

bool is_particle(std::string_view word) {
  return std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end();
}

// "Lee, Ann" without its quotes and backslashes.
std::string unquote(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::string(text);
  std::string plain;
  text = text.substr(1, text.size() - 2);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) ++i;
    plain += text[i];
  }
  return plain;
}

// Of text whose white space is single spaces.
std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace

Mailbox split_mailbox(std::string_view text) {
  text = base::trim(text);
  const std::size_t open = text.rfind('<');
  if (open == std::string_view::npos || !text.ends_with('>')) return {"", std::string(text)};
  Mailbox mailbox;
  mailbox.address = base::trim(text.substr(open + 1, text.size() - open - 2));
  mailbox.name = base::collapse_whitespace(unquote(base::trim(text.substr(0, open))));
  if (base::fold(mailbox.name) == base::fold(mailbox.address)) mailbox.name.clear();
  return mailbox;
}

NameParts split_name(std::string_view name) {
  const std::string text = base::collapse_whitespace(name);
  std::string_view whole = text;
  if (const std::size_t comma = whole.find(','); comma != std::string_view::npos) {
    const std::string_view before = base::trim(whole.substr(0, comma));
    const std::string_view after = base::trim(whole.substr(comma + 1));
    const std::vector<std::string_view> words = words_of(before);
    if (!after.empty() && (words.size() == 1 || (!words.empty() && is_particle(words.front())))) {
      return {std::string(after), std::string(before)};
    }
    whole = before;  // "Ann Lee, PhD": a title is no part of either name
  }
  const std::vector<std::string_view> words = words_of(whole);
  if (words.size() < 2) return {std::string(whole), ""};
  const auto found = std::find_if(words.begin() + 1, words.end() - 1, is_particle);
  const auto at = static_cast<std::size_t>(found->data() - whole.data());
  return {std::string(whole.substr(0, at - 1)), std::string(whole.substr(at))};
}

std::string name_from_email(std::string_view address) {
  return unquote(address.substr(0, address.rfind('@')));
}

}  // namespace kith::crm
