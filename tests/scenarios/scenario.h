/* tests/scenarios/scenario.h: reads *.kith files, runs their commands on a face, compares.
 *
 *   static const scenario_face face = {"c", 1, create, run, reopen, close};
 *   int main(int argc, char** argv) { return scenario_main(argc, argv, &face); }
 *
 * README.md beside this file is the format. The C and the C++ runner share this reader; what a
 * command does, and how its answer becomes text, each does with its own face. One thread. Texts
 * that are lent here live until the file has been run.
 */
#ifndef KITH_TESTS_SCENARIOS_SCENARIO_H
#define KITH_TESTS_SCENARIOS_SCENARIO_H

#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text that grows; zeroed is empty. Always with a '\0' behind it once something was put in. */
typedef struct scenario_text {
  char* data;
  size_t size;
  size_t capacity;
} scenario_text;

void scenario_append(scenario_text* text, const char* data, size_t size);
#if defined(__GNUC__)
__attribute__((format(printf, 2, 3)))
#endif
void scenario_print(scenario_text* text, const char* format, ...);
/* Takes away what was put in since the text had this size. */
void scenario_cut(scenario_text* text, size_t size);
void scenario_text_free(scenario_text* text);

/* Adds JSON without the blanks between its parts: an array as a line for each item, anything else
 * as one line. */
void scenario_print_json(scenario_text* text, const char* json);

/* `word word 'quoted word' --option value field=value`. */
typedef struct scenario_command {
  unsigned line;
  size_t count;
  char** words; /* the first is the verb */
  char* body;   /* of a here-document, or NULL */
} scenario_command;

/* The words behind the verb that are neither options nor their values, from 0; else NULL. */
const char* scenario_argument(const scenario_command* command, size_t index);
/* The value of an option, the index-th time it is given; else NULL. */
const char* scenario_option(const scenario_command* command, const char* name, size_t index);
int scenario_flag(const scenario_command* command, const char* name);
int scenario_is(const scenario_command* command, const char* verb);
/* The first word, or "runs cancel" and "cursors drop": of two words, as they write and the first
 * alone only reads. */
const char* scenario_verb(const scenario_command* command);

typedef enum scenario_mode {
  SCENARIO_DISK,   /* a directory, opened once */
  SCENARIO_REOPEN, /* closed and opened again after every command */
  SCENARIO_MEMORY, /* the path ":memory:" */
  SCENARIO_TINY    /* imports in chunks of one row, ticks of one run, queries in pages of one row,
                      changes in pages of one change, trimming in steps of one */
} scenario_mode;

/* What the directives of a scenario have set so far. */
typedef struct scenario_state {
  scenario_mode mode;
  const char* database; /* path to create and open */
  const char* now;      /* RFC 3339 */
  const char* actor;    /* record id, or "" */
  const char* zone;
} scenario_state;

typedef struct scenario_face {
  const char* name;
  int bare_not_found; /* 1: its NOT_FOUND has no message, so none is compared */
  /* A new database of this model document; "" is the standard model. An error is printed. */
  void (*create)(const scenario_state* state, const char* model, scenario_text* out);
  /* Carries a command out and prints its answer, or nothing but "error CODE ...". */
  void (*run)(const scenario_state* state, const scenario_command* command, scenario_text* out);
  void (*reopen)(const scenario_state* state, scenario_text* out);
  void (*close)(void); /* nothing open: harmless */
} scenario_face;

/* The text of a file of the scenario, in whose folder the program is; "" when there is none. Freed
 * by scenario_text_free. */
scenario_text scenario_read_file(const char* name);

/* [--mode disk|reopen|memory|tiny]... [--update] FILE|FOLDER...: 0 when all is as expected, 1 when
 * something is not, which is printed, 2 when a scenario cannot be read. */
int scenario_main(int argc, char** argv, const scenario_face* face);

#ifdef __cplusplus
}
#endif

#endif
