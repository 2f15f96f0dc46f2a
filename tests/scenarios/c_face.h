/* tests/scenarios/c_face.h: the C face of the scenarios: what its commands share. kith.h only.
 *
 *   static int32_t stages(run* r) { ... form f; form_begin(&f, r); form_text(&f, "stage", s, n); }
 *
 * A command returns what a function of kith.h gave; below 0 with r->error set. Whoever called it
 * prints the error and frees what is in the run.
 */
#ifndef KITH_TESTS_SCENARIOS_C_FACE_H
#define KITH_TESTS_SCENARIOS_C_FACE_H

#define KITH_API_ALLOW_UNSTABLE
#include "kith.h"
#include "scenario.h"

#define N KITH_NTS
/* Leaves the function with the result of a call that failed or found nothing. */
#define TRY(call)                                         \
  do {                                                    \
    const int32_t result_of_call = (call);                \
    if (result_of_call != KITH_OK) return result_of_call; \
  } while (0)

typedef struct run {
  const scenario_state* state;
  const scenario_command* command;
  kith_database* database;
  kith_session* session;
  kith_reader* reader; /* a snapshot, or the transaction's */
  kith_txn* txn;
  scenario_text* out;
  kith_error* error;
} run;

typedef int32_t (*command_function)(run* r);
typedef struct command_entry {
  const char* verb;
  command_function body;
  int writes; /* 1: in a transaction of its own, which is committed; 0: with a snapshot */
} command_entry;
/* Each ends with a verb NULL: c_records.c, c_import.c, c_work.c, c_events.c, c_upkeep.c. */
extern const command_entry kRecordCommands[];
extern const command_entry kImportCommands[];
extern const command_entry kWorkCommands[];
extern const command_entry kEventCommands[];
extern const command_entry kUpkeepCommands[];

/* "" when it is not given. */
const char* option(const run* r, const char* name);
uint64_t number(const run* r, const char* name, uint64_t otherwise);
/* The argument as a record's id. */
int32_t argument_id(run* r, size_t index, uint64_t* id);
/* The same of an option; 0 when it is not given. */
int32_t option_id(run* r, const char* name, uint64_t* id);
/* RFC 3339, and "90s", "36h". */
int32_t parse_time(run* r, const char* text, kith_time* out);
int32_t parse_duration(run* r, const char* text, kith_time* out);
/* field=text field:=json, from argument `first` on, and --json. */
int32_t read_patch(run* r, size_t first, kith_patch** out);

/* The changes, a line each. */
void print_history(run* r, const kith_history* history);
/* `compact`: nobody may have the database open. */
int32_t compact_closed(run* r, const char* path);

/* An object on a line of its own, member by member. */
typedef struct form {
  run* r;
  int members;
} form;
void form_begin(form* f, run* r);
void form_key(form* f, const char* name);
void form_text(form* f, const char* name, const char* text, size_t size);
void form_number(form* f, const char* name, uint64_t value);
void form_bool(form* f, const char* name, uint8_t value);
void form_id(form* f, const char* name, uint64_t id);                /* left out when 0 */
void form_value(form* f, const char* name, const kith_value* value); /* left out when null */
/* `found` is what the getter returned: the member is left out unless it is KITH_OK. */
void form_time(form* f, const char* name, int32_t found, const kith_time* time);
void form_duration(form* f, const char* name, int32_t found, const kith_time* span);
void form_end(form* f);

void put_value(run* r, const kith_value* value);
void put_text(run* r, const char* text, size_t size);
void put_id(run* r, uint64_t id);
void put_line(run* r, const char* text);

#endif
