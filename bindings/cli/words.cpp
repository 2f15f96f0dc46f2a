#include "bindings/cli/words.hpp"

#include <algorithm>

namespace kith::cli {

namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

class Splitter {
 public:
  explicit Splitter(std::string_view text) : text_(text) {}

  Words run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (is_blank(c)) {
        ++at_;
      } else if (text_.substr(at_, 2) == "\\\n") {
        at_ += 2;
      } else if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_, 2) == "<<") {
        document();
      } else {
        word();
      }
    }
    out_.open = out_.quote != 0 || out_.open;
    if (!out_.ends_in_word) out_.last_begin = text_.size();
    return std::move(out_);
  }

 private:
  // Reads one word from where it stands.
  void word() {
    std::string word;
    out_.last_begin = at_;
    out_.ends_in_word = true;
    while (at_ < text_.size() && !is_blank(text_[at_])) {
      const char c = text_[at_++];
      if (c == '\'' || c == '"') {
        quoted(c, &word);
      } else if (c == '\\') {
        escaped(&word);
      } else {
        word += c;
      }
    }
    if (at_ < text_.size()) out_.ends_in_word = false;
    out_.words.push_back(std::move(word));
  }

  void quoted(char quote, std::string* word) {
    out_.quote = quote;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == quote) {
        out_.quote = 0;
        return;
      }
      if (c != '\\' || quote == '\'') {
        *word += c;
      } else if (at_ == text_.size()) {
        return;
      } else if (const char next = text_[at_++]; next == '"' || next == '\\') {
        *word += next;
      } else if (next != '\n') {
        *word += c;
        *word += next;
      }
    }
  }

  void escaped(std::string* word) {
    if (at_ == text_.size()) {
      out_.open = true;
    } else if (const char next = text_[at_++]; next != '\n') {
      *word += next;
    }
  }

  // After "<<": the word that ends the document.
  void document() {
    at_ += 2;
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\t')) ++at_;
    if (at_ == text_.size() || is_blank(text_[at_])) {
      out_.error = "<< takes the word that ends the document, as <<END";
      return;
    }
    if (!out_.end_of_document.empty()) out_.error = "a command takes one document";
    word();
    out_.ends_in_word = false;
    out_.end_of_document = std::move(out_.words.back());
    out_.words.pop_back();
  }

  std::string_view text_;
  std::size_t at_ = 0;
  Words out_;
};

}  // namespace

Words split_words(std::string_view text) { return Splitter(text).run(); }

std::string quoted_word(std::string_view text) {
  if (!text.empty() && text.find_first_of(" \t\n'\"\\#<") == text.npos) return std::string(text);
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

}  // namespace kith::cli
