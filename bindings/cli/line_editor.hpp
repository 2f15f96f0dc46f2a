// bindings/cli/line_editor.hpp: reading lines at a terminal, with editing, history and completion.
//
//   LineEditor editor(history_file, [](const std::string& before) { return complete(before); });
//   while (std::optional<std::string> line = editor.read("kith> ")) run(*line);
//
// The only file that knows the library behind it (libedit). One at a time; one thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace kith::cli {

// What the text before the cursor can become.
struct Completion {
  std::size_t begin = 0;           // the word to be replaced stands from here to the cursor
  std::vector<std::string> words;  // as they are typed, quotes included, all beginning alike
  std::vector<std::string> shown;  // as they are listed, one for each word
  std::string common;              // what all of them begin with, as it is typed
};

class LineEditor {
 public:
  using Completer = std::function<Completion(const std::string& before)>;

  // An empty `history_file`: no history is kept.
  LineEditor(std::string history_file, Completer completer);
  ~LineEditor();
  LineEditor(const LineEditor&) = delete;
  LineEditor& operator=(const LineEditor&) = delete;

  // Without its end; an empty line after control-C; nothing at the end of input (control-D).
  std::optional<std::string> read(const std::string& prompt);
  bool interrupted() const;  // the last line ended with control-C
  void remember(const std::string& command);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace kith::cli
