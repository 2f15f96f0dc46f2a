#include "bindings/cli/line_editor.hpp"

#include <histedit.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <clocale>
#include <cstdio>

namespace kith::cli {

struct LineEditor::State {
  EditLine* editor = nullptr;
  History* history = nullptr;
  std::string history_file;
  Completer completer;
  std::string prompt;
  bool interrupted = false;
};

namespace {

constexpr int kHistoryLines = 1000;

LineEditor::State& state_of(EditLine* editor) {
  void* data = nullptr;
  el_get(editor, EL_CLIENTDATA, &data);
  return *static_cast<LineEditor::State*>(data);
}

const char* prompt_of(EditLine* editor) { return state_of(editor).prompt.c_str(); }

// Below the line, in as many columns as go side by side.
void list(const std::vector<std::string>& words) {
  std::size_t width = 0;
  for (const std::string& word : words) width = std::max(width, word.size() + 2);
  const std::size_t columns = std::max<std::size_t>(1, 80 / width);
  std::fputc('\n', stdout);
  for (std::size_t i = 0; i < words.size(); ++i) {
    const bool last = (i + 1) % columns == 0 || i + 1 == words.size();
    std::fprintf(stdout, "%-*s%s", last ? 0 : static_cast<int>(width), words[i].c_str(),
                 last ? "\n" : "");
  }
  std::fflush(stdout);
}

unsigned char complete(EditLine* editor, int) {
  const LineInfo* line = el_line(editor);
  const std::string before(line->buffer, line->cursor);
  const Completion found = state_of(editor).completer(before);
  if (found.words.empty()) return CC_REFRESH_BEEP;
  const std::string typed = before.substr(found.begin);
  const bool one = found.words.size() == 1;
  const std::string& insert = one ? found.words.front() : found.common;
  if (!one && insert.size() <= typed.size()) {
    list(found.shown);
    return CC_REDISPLAY;
  }
  if (!typed.empty()) el_deletestr(editor, static_cast<int>(typed.size()));
  return el_insertstr(editor, insert.c_str()) == 0 ? CC_REFRESH : CC_REFRESH_BEEP;
}

unsigned char interrupt(EditLine* editor, int) {
  state_of(editor).interrupted = true;
  std::fputs("^C", stdout);
  std::fflush(stdout);
  return CC_NEWLINE;
}

void set_up(LineEditor::State* state) {
  EditLine* editor = state->editor;
  el_set(editor, EL_CLIENTDATA, state);
  el_set(editor, EL_PROMPT, prompt_of);
  el_set(editor, EL_EDITOR, "emacs");
  el_set(editor, EL_HIST, history, state->history);
  el_set(editor, EL_ADDFN, "kith-complete", "Complete the word", complete);
  el_set(editor, EL_ADDFN, "kith-interrupt", "Give the line up", interrupt);
  el_source(editor, nullptr);  // ~/.editrc
  el_set(editor, EL_BIND, "^I", "kith-complete", nullptr);
  // Control-C gives up the line that is being typed, and ends a command that is running.
  el_set(editor, EL_SETTY, "-d", "-isig", nullptr);
  el_set(editor, EL_BIND, "^C", "kith-interrupt", nullptr);
  el_set(editor, EL_BIND, "^R", "em-inc-search-prev", nullptr);
}

}  // namespace

LineEditor::LineEditor(std::string history_file, Completer completer)
    : state_(std::make_unique<State>()) {
  std::setlocale(LC_CTYPE, "");
  state_->history_file = std::move(history_file);
  state_->completer = std::move(completer);
  state_->editor = el_init("kith", stdin, stdout, stderr);
  state_->history = history_init();
  HistEvent event;
  history(state_->history, &event, H_SETSIZE, kHistoryLines);
  history(state_->history, &event, H_SETUNIQUE, 1);
  if (!state_->history_file.empty()) {
    history(state_->history, &event, H_LOAD, state_->history_file.c_str());
  }
  set_up(state_.get());
}

LineEditor::~LineEditor() {
  HistEvent event;
  if (!state_->history_file.empty()) {
    const mode_t before = umask(077);  // what was typed may be about people
    history(state_->history, &event, H_SAVE, state_->history_file.c_str());
    umask(before);
  }
  history_end(state_->history);
  el_end(state_->editor);
}

std::optional<std::string> LineEditor::read(const std::string& prompt) {
  state_->prompt = prompt;
  state_->interrupted = false;
  int count = 0;
  const char* line = el_gets(state_->editor, &count);
  if (state_->interrupted) {
    std::fputc('\n', stdout);
    return std::string();
  }
  if (line == nullptr || count <= 0) return std::nullopt;
  std::string text(line, static_cast<std::size_t>(count));
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

bool LineEditor::interrupted() const { return state_->interrupted; }

void LineEditor::remember(const std::string& command) {
  HistEvent event;
  history(state_->history, &event, H_ENTER, command.c_str());
}

}  // namespace kith::cli
