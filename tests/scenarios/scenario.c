#include "scenario.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenario_file.h"

static const char* const kModes[] = {"disk", "reopen", "memory", "tiny"};
enum { kModeCount = 4, kPath = 512 };

typedef struct run_state {
  const scenario_face* face;
  const char* path;
  const scenario_file* file;
  scenario_state state;
  char database[32];
  unsigned databases; /* that were made: crm-1, crm-2, ... */
  int home;           /* where the program was started: paths of scenarios are seen from there */
  int skipped;
} run_state;

/* ---- folders -------------------------------------------------------------------------------- */

static int remove_one(const char* path, const struct stat* about, int kind, struct FTW* where) {
  (void)about;
  (void)kind;
  (void)where;
  return remove(path);
}

static void remove_folder(const char* folder) {
  nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* In memory where there is such a file system: scenarios commit at every step. */
static int make_folder(char folder[kPath]) {
  const char* parent = getenv("TMPDIR");
  if (parent == NULL || *parent == '\0')
    parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
  snprintf(folder, kPath, "%s/kith-scenario-XXXXXX", parent);
  if (mkdtemp(folder) != NULL) return 0;
  perror(folder);
  return -1;
}

static int write_file(const char* name, const char* text) {
  FILE* out = fopen(name, "wb");
  if (out == NULL) return -1;
  const int bad = fputs(text, out) < 0;
  return fclose(out) != 0 || bad ? -1 : 0;
}

scenario_text scenario_read_file(const char* name) {
  scenario_text text = {NULL, 0, 0};
  FILE* in = fopen(name, "rb");
  scenario_append(&text, "", 0);
  if (in == NULL) return text;
  char block[4096];
  size_t got = 0;
  while ((got = fread(block, 1, sizeof block, in)) > 0) scenario_append(&text, block, got);
  fclose(in);
  return text;
}

/* ---- directives ----------------------------------------------------------------------------- */

/* `model`: a new database, each in a folder of its own. */
static void create(run_state* run, const scenario_command* command, scenario_text* out) {
  const char* name = command->count > 1 ? command->words[1] : "standard";
  const char* model = command->body != NULL        ? command->body
                      : strcmp(name, "empty") == 0 ? "{\"kith_model\": 1}"
                                                   : "";
  run->face->close();
  if (run->state.mode == SCENARIO_MEMORY) {
    snprintf(run->database, sizeof run->database, ":memory:");
  } else {
    snprintf(run->database, sizeof run->database, "crm-%u", ++run->databases);
  }
  run->face->create(&run->state, model, out);
}

/* `open NAME`: from here on another database, which a command has made. */
static void open_other(run_state* run, const char* name, scenario_text* out) {
  snprintf(run->database, sizeof run->database, "%s", name);
  run->face->reopen(&run->state, out);
}

/* `same FILE FILE`: says when they differ. */
static void compare_files(const scenario_command* command, scenario_text* out) {
  scenario_text texts[2];
  for (size_t i = 0; i < 2; ++i) {
    const char* name = scenario_argument(command, i);
    texts[i] = scenario_read_file(name != NULL ? name : "");
  }
  if (texts[0].size == 0 || texts[0].size != texts[1].size ||
      memcmp(texts[0].data, texts[1].data, texts[0].size) != 0) {
    scenario_print(out, "%s and %s differ\n", scenario_argument(command, 0),
                   scenario_argument(command, 1));
  }
  scenario_text_free(&texts[0]);
  scenario_text_free(&texts[1]);
}

/* `skip WHAT because ...`: WHAT is a mode or a face. */
static int is_skipped(const run_state* run, const scenario_command* command) {
  const char* what = command->count > 1 ? command->words[1] : "";
  return strcmp(what, kModes[run->state.mode]) == 0 || strcmp(what, run->face->name) == 0;
}

/* 1 when the command was one of the reader's own. */
static int directive(run_state* run, const scenario_command* command, scenario_text* out) {
  const char* word = command->count > 1 ? command->words[1] : "";
  if (scenario_is(command, "model") && strcmp(word, "apply") != 0) {
    create(run, command, out);
  } else if (scenario_is(command, "now")) {
    run->state.now = word;
  } else if (scenario_is(command, "actor")) {
    run->state.actor = word;
  } else if (scenario_is(command, "zone")) {
    run->state.zone = word;
  } else if (scenario_is(command, "open")) {
    open_other(run, word, out);
  } else if (scenario_is(command, "same")) {
    compare_files(command, out);
  } else if (scenario_is(command, "skip")) {
    run->skipped = run->skipped || is_skipped(run, command);
  } else if (scenario_is(command, "file") && command->body != NULL) {
    if (write_file(word, command->body) != 0) {
      scenario_print(out, "cannot write %s\n", word);
    }
  } else {
    return 0;
  }
  return 1;
}

/* ---- running and comparing ------------------------------------------------------------------ */

static void run_step(run_state* run, const scenario_step* step, scenario_text* got) {
  scenario_append(got, "", 0);
  for (size_t i = 0; i < step->count && !run->skipped; ++i) {
    const scenario_command* command = &step->commands[i];
    if (directive(run, command, got)) continue;
    run->face->run(&run->state, command, got);
    if (run->state.mode == SCENARIO_REOPEN) run->face->reopen(&run->state, got);
  }
}

static size_t line_length(const char* text) { return strcspn(text, "\n"); }

/* What of an expected line a face can be asked for. */
static size_t wanted_length(const run_state* run, const char* line) {
  static const char kNotFound[] = "error NOT_FOUND";
  const size_t bare = sizeof kNotFound - 1;
  if (run->face->bare_not_found && strncmp(line, kNotFound, bare) == 0) return bare;
  return line_length(line);
}

static void complain(const run_state* run, unsigned line, const char* expected, const char* got) {
  fprintf(stderr, "%s:%u: %s, %s\nexpected: %.*s\ngot:      %.*s\n", run->path, line,
          run->face->name, kModes[run->state.mode], (int)line_length(expected),
          *expected != '\0' ? expected : "(nothing more)", (int)line_length(got),
          *got != '\0' ? got : "(nothing more)");
  if (*expected == '\0') fprintf(stderr, "          (nothing more)\n");
}

static int compare(const run_state* run, const scenario_step* step, const char* got) {
  const char* expected = step->expected != NULL ? step->expected : "";
  unsigned line = step->expected_line != 0 ? step->expected_line : step->last_line;
  while (*expected != '\0' || *got != '\0') {
    const size_t wanted = wanted_length(run, expected);
    const int same = wanted == line_length(got) && strncmp(expected, got, wanted) == 0 &&
                     *expected != '\0' && *got != '\0';
    if (!same) {
      complain(run, line, expected, got);
      return 1;
    }
    expected += line_length(expected) + 1;
    got += line_length(got) + 1;
    ++line;
  }
  return 0;
}

static void rewrite(const run_state* run, const scenario_step* step, const char* got,
                    unsigned* copied, scenario_text* out) {
  const unsigned commands_end = step->last_line;
  for (; *copied < commands_end; ++*copied) {
    scenario_print(out, "%s\n", run->file->lines[*copied]);
  }
  if (*got != '\0') scenario_print(out, "----\n%s", got);
  *copied = step->end_line - 1;
}

static int write_back(const run_state* run, unsigned copied, scenario_text* out) {
  for (; copied < run->file->line_count; ++copied) {
    scenario_print(out, "%s\n", run->file->lines[copied]);
  }
  if (fchdir(run->home) != 0) return 2;
  FILE* file = fopen(run->path, "wb");
  if (file == NULL) return 2;
  fputs(out->data, file);
  return fclose(file) == 0 ? 0 : 2;
}

static int run_steps(run_state* run, int update) {
  int result = 0;
  unsigned copied = 0;
  scenario_text updated = {NULL, 0, 0};
  for (size_t i = 0; i < run->file->count && result == 0 && !run->skipped; ++i) {
    const scenario_step* step = &run->file->steps[i];
    scenario_text got = {NULL, 0, 0};
    run_step(run, step, &got);
    if (update) {
      rewrite(run, step, got.data, &copied, &updated);
    } else if (!run->skipped) {
      result = compare(run, step, got.data);
    }
    scenario_text_free(&got);
  }
  run->face->close();
  if (update && !run->skipped) result = write_back(run, copied, &updated);
  scenario_text_free(&updated);
  return result;
}

/* In a folder of its own, so that files are named as the scenario names them. */
static int run_file(const scenario_face* face, const char* path, const scenario_file* file,
                    scenario_mode mode, int update) {
  run_state run = {.face = face, .path = path, .file = file};
  run.state.mode = mode;
  run.state.database = run.database;
  run.state.now = "2026-03-01T09:00:00Z";
  run.state.actor = "";
  run.state.zone = "UTC";
  char folder[kPath];
  run.home = open(".", O_RDONLY | O_DIRECTORY);
  if (run.home < 0 || make_folder(folder) != 0 || chdir(folder) != 0) return 2;
  int result = run_steps(&run, update);
  if (fchdir(run.home) != 0) result = 2;
  close(run.home);
  remove_folder(folder);
  return result;
}

/* ---- the corpus ----------------------------------------------------------------------------- */

typedef struct options {
  int update;
  int modes[kModeCount];
} options;

static int worse(int one, int other) { return one > other ? one : other; }

static int run_path(const scenario_face* face, const char* path, const options* how) {
  scenario_file file;
  if (scenario_file_read(path, &file) != 0) {
    scenario_file_free(&file);
    return 2;
  }
  int result = 0;
  for (int mode = 0; mode < kModeCount; ++mode) {
    if (!how->modes[mode]) continue;
    result = worse(result, run_file(face, path, &file, (scenario_mode)mode, how->update));
  }
  scenario_file_free(&file);
  return result;
}

static int is_scenario(const struct dirent* entry) {
  const size_t length = strlen(entry->d_name);
  return length > 5 && strcmp(entry->d_name + length - 5, ".kith") == 0;
}

static int run_folder(const scenario_face* face, const char* folder, const options* how) {
  struct dirent** found = NULL;
  const int count = scandir(folder, &found, is_scenario, alphasort);
  int result = 0;
  if (count <= 0) {
    fprintf(stderr, "%s: no scenarios\n", folder);
    result = 2;
  }
  for (int i = 0; i < count; ++i) {
    char path[kPath];
    snprintf(path, sizeof path, "%s/%s", folder, found[i]->d_name);
    result = worse(result, run_path(face, path, how));
    free(found[i]);
  }
  free(found);
  return result;
}

static int read_mode(const char* name, options* how) {
  for (int mode = 0; mode < kModeCount; ++mode) {
    if (strcmp(name, kModes[mode]) == 0) {
      how->modes[mode] = 1;
      return 0;
    }
  }
  fprintf(stderr, "there is no mode %s\n", name);
  return 2;
}

int scenario_main(int argc, char** argv, const scenario_face* face) {
  options how = {0, {0, 0, 0, 0}};
  int result = 0;
  int first = 1;
  int chosen = 0;
  for (; first < argc && strncmp(argv[first], "--", 2) == 0; ++first) {
    if (strcmp(argv[first], "--update") == 0) {
      how.update = 1;
    } else if (strcmp(argv[first], "--mode") == 0 && first + 1 < argc) {
      result = worse(result, read_mode(argv[++first], &how));
      chosen = 1;
    } else {
      result = 2;
    }
  }
  if (result != 0 || first == argc) {
    fprintf(stderr, "usage: %s [--mode disk|reopen|memory|tiny]... [--update] PATH...\n", argv[0]);
    return 2;
  }
  for (int mode = 0; mode < kModeCount && !chosen; ++mode)
    how.modes[mode] = !how.update || mode == 0;
  for (int i = first; i < argc; ++i) {
    struct stat about;
    const int folder = stat(argv[i], &about) == 0 && S_ISDIR(about.st_mode);
    result =
        worse(result, folder ? run_folder(face, argv[i], &how) : run_path(face, argv[i], &how));
  }
  return result;
}
