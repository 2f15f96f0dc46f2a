/* tests/scenarios/scenario_file.h: a *.kith file as steps. Inside of the reader only. */
#ifndef KITH_TESTS_SCENARIOS_SCENARIO_FILE_H
#define KITH_TESTS_SCENARIOS_SCENARIO_FILE_H

#include "scenario.h"

/* Commands, and what all of them together print. */
typedef struct scenario_step {
  size_t count;
  scenario_command* commands;
  unsigned last_line;     /* of the last command, its here-document included */
  unsigned expected_line; /* of the first line of what is expected; 0: nothing is */
  unsigned end_line;      /* the first line that is no longer part of the step */
  char* expected;
} scenario_step;

typedef struct scenario_file {
  char** lines; /* the whole file, for messages and for rewriting it */
  size_t line_count;
  scenario_step* steps;
  size_t count;
  char** owned; /* every piece of memory of the file */
  size_t owned_count;
} scenario_file;

/* 0 when it was read; else what is wrong was printed on standard error. */
int scenario_file_read(const char* path, scenario_file* file);
void scenario_file_free(scenario_file* file);
/* A path's last part. */
const char* scenario_base_name(const char* path);

#endif
