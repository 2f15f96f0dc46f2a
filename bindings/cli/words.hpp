// bindings/cli/words.hpp: a command of the shell in words, quoted as in a POSIX shell.
//
//   Words w = split_words("move deal:1 'Closed Won' note=\"said \\\"yes\\\"\"  # comment");
//   w.words;      // {"move", "deal:1", "Closed Won", "note=said \"yes\""}
//   split_words("model apply <<END").end_of_document;   // "END"
//
// Between single quotes everything is itself; between double quotes a backslash takes the meaning
// from ", \ and a line end; outside of quotes from every character. There are no variables,
// patterns, pipes or substitutions. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace kith::cli {

struct Words {
  std::vector<std::string> words;
  std::string end_of_document;  // of a command that ends with <<END; else empty
  bool open = false;            // a quote or a backslash at the end: the next line belongs to it
  std::string error;            // why it is no command, or empty

  // The word at the end of the text: the last of `words`, or an empty one after a blank. For
  // completion.
  bool ends_in_word = false;
  std::size_t last_begin = 0;  // its place in the text
  char quote = 0;              // the quote that is open in it
};

Words split_words(std::string_view text);

// The text as one word, quoted where it needs to be.
std::string quoted_word(std::string_view text);

}  // namespace kith::cli
