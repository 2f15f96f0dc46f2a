#include "scenario_file.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- texts ---------------------------------------------------------------------------------- */

static void* grown(void* memory, size_t size) {
  void* bigger = realloc(memory, size);
  if (bigger == NULL) {
    fprintf(stderr, "out of memory\n");
    exit(2);
  }
  return bigger;
}

void scenario_append(scenario_text* text, const char* data, size_t size) {
  if (text->size + size + 1 > text->capacity) {
    text->capacity = 2 * (text->size + size + 1);
    text->data = grown(text->data, text->capacity);
  }
  if (size != 0) memcpy(text->data + text->size, data, size);
  text->size += size;
  text->data[text->size] = '\0';
}

void scenario_print(scenario_text* text, const char* format, ...) {
  va_list arguments;
  va_start(arguments, format);
  va_list again;
  va_copy(again, arguments);
  const int length = vsnprintf(NULL, 0, format, arguments);
  va_end(arguments);
  if (length > 0) {
    char* piece = grown(NULL, (size_t)length + 1);
    vsnprintf(piece, (size_t)length + 1, format, again);
    scenario_append(text, piece, (size_t)length);
    free(piece);
  }
  va_end(again);
}

void scenario_cut(scenario_text* text, size_t size) {
  text->size = size;
  if (text->data != NULL) text->data[size] = '\0';
}

void scenario_text_free(scenario_text* text) {
  free(text->data);
  memset(text, 0, sizeof *text);
}

void scenario_print_json(scenario_text* text, const char* json) {
  json += strspn(json, " \n");
  const int list = *json == '[';
  int depth = 0;
  int quoted = 0;
  int empty = 1;
  for (; *json != '\0'; ++json) {
    const char c = *json;
    if (!quoted && (c == ' ' || c == '\n')) continue;
    if (c == '"') quoted = !quoted;
    if (!quoted && (c == '}' || c == ']')) --depth;
    const int outside = list && depth == 0 && !quoted && (c == '[' || c == ']');
    const int between = list && depth == 1 && !quoted && c == ',';
    if (!quoted && (c == '{' || c == '[')) ++depth;
    if (outside) continue;
    scenario_append(text, between ? "\n" : json, 1);
    empty = 0;
    if (quoted && c == '\\' && json[1] != '\0') scenario_append(text, ++json, 1);
  }
  if (!empty) scenario_append(text, "\n", 1);
}

/* ---- words of a command --------------------------------------------------------------------- */

/* Options that are there or not; every other one has a value behind it. */
static const char* const kFlags[] = {
    "--history",      "--restore", "--purge",  "--dry-run",         "--deleted", "--override",
    "--newest-first", "--dead",    "--repair", "--with-references", "--yes",     NULL};

static int is_flag(const char* word) {
  for (size_t i = 0; kFlags[i] != NULL; ++i) {
    if (strcmp(kFlags[i], word) == 0) return 1;
  }
  return 0;
}

const char* scenario_argument(const scenario_command* command, size_t index) {
  for (size_t i = 1; i < command->count; ++i) {
    const char* word = command->words[i];
    if (strncmp(word, "--", 2) == 0) {
      if (!is_flag(word)) ++i;
    } else if (index-- == 0) {
      return word;
    }
  }
  return NULL;
}

const char* scenario_option(const scenario_command* command, const char* name, size_t index) {
  for (size_t i = 1; i + 1 < command->count; ++i) {
    if (strncmp(command->words[i], "--", 2) != 0 || is_flag(command->words[i])) continue;
    if (strcmp(command->words[i], name) == 0 && index-- == 0) return command->words[i + 1];
    ++i;
  }
  return NULL;
}

int scenario_flag(const scenario_command* command, const char* name) {
  for (size_t i = 1; i < command->count; ++i) {
    if (strcmp(command->words[i], name) == 0) return 1;
  }
  return 0;
}

int scenario_is(const scenario_command* command, const char* verb) {
  return strcmp(command->words[0], verb) == 0;
}

const char* scenario_verb(const scenario_command* command) {
  static const char* const kOfTwo[][3] = {{"runs", "cancel", "runs cancel"},
                                          {"cursors", "drop", "cursors drop"}};
  const char* second = scenario_argument(command, 0);
  for (size_t i = 0; second != NULL && i < sizeof kOfTwo / sizeof *kOfTwo; ++i) {
    if (scenario_is(command, kOfTwo[i][0]) && strcmp(second, kOfTwo[i][1]) == 0)
      return kOfTwo[i][2];
  }
  return command->words[0];
}

const char* scenario_base_name(const char* path) {
  const char* slash = strrchr(path, '/');
  return slash != NULL ? slash + 1 : path;
}

/* ---- reading -------------------------------------------------------------------------------- */

typedef struct reading {
  scenario_file* file;
  const char* path;
  size_t at; /* the line to read next, from 0 */
  const char* problem;
} reading;

static void* own(scenario_file* file, void* memory) {
  file->owned = grown(file->owned, (file->owned_count + 1) * sizeof *file->owned);
  file->owned[file->owned_count++] = memory;
  return memory;
}

static char* own_text(scenario_file* file, scenario_text* text) {
  if (text->data == NULL) scenario_append(text, "", 0);
  return own(file, text->data);
}

static int split_lines(scenario_file* file, FILE* in) {
  scenario_text all = {NULL, 0, 0};
  char block[4096];
  size_t got = 0;
  while ((got = fread(block, 1, sizeof block, in)) > 0) scenario_append(&all, block, got);
  char* at = own_text(file, &all);
  while (*at != '\0') {
    char* end = strchr(at, '\n');
    if (end == NULL) return -1; /* the last line has no end */
    *end = '\0';
    file->lines = grown(file->lines, (file->line_count + 1) * sizeof *file->lines);
    file->lines[file->line_count++] = at;
    at = end + 1;
  }
  return 0;
}

/* One word, quotes understood as a shell does; they may go on in the next line. NULL at the end. */
static char* next_word(reading* r, const char** at) {
  while (**at == ' ') ++*at;
  if (**at == '\0') return NULL;
  scenario_text word = {NULL, 0, 0};
  char quote = '\0';
  for (; quote != '\0' || (**at != ' ' && **at != '\0'); ++*at) {
    const char c = **at;
    if (c == '\0') {
      if (r->at >= r->file->line_count) {
        r->problem = "a quotation mark is never closed";
        break;
      }
      scenario_append(&word, "\n", 1);
      *at = r->file->lines[r->at++] - 1;
    } else if (c == quote) {
      quote = '\0';
    } else if (quote == '\0' && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == '\\' && quote != '\'' && (*at)[1] != '\0') {
      ++*at;
      scenario_append(&word, *at, 1);
    } else {
      scenario_append(&word, *at, 1);
    }
  }
  return own_text(r->file, &word);
}

static void read_body(reading* r, scenario_command* command) {
  const char* end = command->words[command->count - 1] + 2;
  scenario_text body = {NULL, 0, 0};
  for (; r->at < r->file->line_count; ++r->at) {
    const char* line = r->file->lines[r->at];
    if (strcmp(line, end) == 0) {
      ++r->at;
      --command->count;
      command->body = own_text(r->file, &body);
      return;
    }
    scenario_print(&body, "%s\n", line);
  }
  scenario_text_free(&body);
  r->problem = "the here-document is never ended";
}

static void read_command(reading* r, scenario_step* step) {
  scenario_command command = {(unsigned)r->at + 1, 0, NULL, NULL};
  const char* at = r->file->lines[r->at++];
  char** words = NULL;
  for (char* word = NULL; r->problem == NULL && (word = next_word(r, &at)) != NULL;) {
    words = grown(words, (command.count + 1) * sizeof *words);
    words[command.count++] = word;
  }
  command.words = own(r->file, words);
  if (r->problem == NULL && strncmp(command.words[command.count - 1], "<<", 2) == 0) {
    read_body(r, &command);
  }
  step->commands = grown(step->commands, (step->count + 1) * sizeof *step->commands);
  step->commands[step->count++] = command;
}

static int is_blank(const char* line) { return line[strspn(line, " ")] == '\0'; }

static void read_expected(reading* r, scenario_step* step) {
  scenario_text expected = {NULL, 0, 0};
  step->expected_line = (unsigned)r->at + 1;
  for (; r->at < r->file->line_count && !is_blank(r->file->lines[r->at]); ++r->at) {
    scenario_print(&expected, "%s\n", r->file->lines[r->at]);
  }
  step->expected = own_text(r->file, &expected);
}

static void read_step(reading* r) {
  scenario_file* file = r->file;
  scenario_step step = {0, NULL, 0, 0, 0, NULL};
  while (r->problem == NULL && r->at < file->line_count && !is_blank(file->lines[r->at])) {
    if (strcmp(file->lines[r->at], "----") == 0) {
      ++r->at;
      read_expected(r, &step);
      break;
    }
    if (file->lines[r->at][0] == '#') {
      ++r->at;
      continue;
    }
    read_command(r, &step);
    step.last_line = (unsigned)r->at;
  }
  step.end_line = (unsigned)r->at + 1;
  if (step.count == 0) {
    if (step.expected != NULL) r->problem = "---- without a command before it";
    return;
  }
  own(file, step.commands);
  file->steps = grown(file->steps, (file->count + 1) * sizeof *file->steps);
  file->steps[file->count++] = step;
}

int scenario_file_read(const char* path, scenario_file* file) {
  memset(file, 0, sizeof *file);
  FILE* in = fopen(path, "rb");
  if (in == NULL) {
    perror(path);
    return -1;
  }
  const int cut = split_lines(file, in);
  fclose(in);
  reading r = {file, path, 0, cut != 0 ? "no newline at the end of the file" : NULL};
  while (r.problem == NULL && r.at < file->line_count) {
    if (is_blank(file->lines[r.at])) {
      ++r.at;
    } else {
      read_step(&r);
    }
  }
  if (r.problem == NULL) return 0;
  fprintf(stderr, "%s:%zu: %s\n", path, r.at, r.problem);
  return -1;
}

void scenario_file_free(scenario_file* file) {
  for (size_t i = 0; i < file->owned_count; ++i) free(file->owned[i]);
  free(file->owned);
  free(file->lines);
  free(file->steps);
  memset(file, 0, sizeof *file);
}
