/* The scenarios on the C interface: C11 and kith.h only. */
#include <stdlib.h>
#include <string.h>

#include "c_face.h"

static kith_database* database = NULL;

static void print_error(scenario_text* out, int32_t result, const kith_error* error) {
  if (result == KITH_OK) return;
  scenario_print(out, "error %s", kith_code_name(result));
  if (error != NULL) scenario_print(out, " %s", kith_error_message(error, NULL));
  scenario_append(out, "\n", 1);
  for (size_t i = 0; i < kith_error_violation_count(error); ++i) {
    const char* entity = kith_error_violation_entity(error, i, NULL);
    const char* field = kith_error_violation_field(error, i, NULL);
    scenario_print(out, "  ");
    if (kith_error_violation_line(error, i) != 0) {
      scenario_print(out, "%u:%u ", kith_error_violation_line(error, i),
                     kith_error_violation_column(error, i));
    }
    scenario_print(out, "%s%s%s%s[%s] %s\n", entity, *entity != '\0' && *field != '\0' ? "." : "",
                   field, *entity != '\0' || *field != '\0' ? " " : "",
                   kith_error_violation_code(error, i, NULL),
                   kith_error_violation_message(error, i, NULL));
  }
}

static void close_database(void) {
  kith_database_free(database);
  database = NULL;
}

static void create_database(const scenario_state* state, const char* model, scenario_text* out) {
  run r = {.state = state, .out = out};
  kith_create_options options;
  kith_create_options_init(&options, sizeof options);
  options.model = model;
  int32_t result = parse_time(&r, state->now, &options.now);
  if (result == KITH_OK) {
    result = kith_database_create(state->database, N, &options, &database, &r.error);
  }
  print_error(out, result, r.error);
  kith_error_free(r.error);
}

static void open_database(const scenario_state* state, scenario_text* out) {
  kith_error* error = NULL;
  print_error(out, kith_database_open(state->database, N, NULL, &database, &error), error);
  kith_error_free(error);
}

static void reopen_database(const scenario_state* state, scenario_text* out) {
  if (database == NULL) return;
  close_database();
  open_database(state, out);
}

/* ---- what a command works with ----------------------------------------------------------------
 */

static int32_t find_actor(run* r, uint64_t* actor) {
  *actor = 0;
  if (*r->state->actor == '\0') return KITH_OK;
  kith_session* host = NULL;
  kith_reader* reader = NULL;
  int32_t result = kith_session_open(database, NULL, &host, &r->error);
  if (result == KITH_OK) result = kith_reader_open(host, NULL, &reader, &r->error);
  if (result == KITH_OK) result = kith_id_parse(reader, r->state->actor, N, actor, &r->error);
  kith_reader_free(reader);
  kith_session_free(host);
  return result;
}

static int32_t open_session(run* r) {
  kith_session_options who;
  kith_session_options_init(&who, sizeof who);
  who.capabilities = KITH_CAPABILITY_ALL;
  if (!scenario_flag(r->command, "--override")) {
    who.capabilities &= ~(uint32_t)KITH_CAPABILITY_PIPELINE_OVERRIDE;
  }
  who.time_zone = r->state->zone;
  TRY(find_actor(r, &who.actor));
  return kith_session_open(database, &who, &r->session, &r->error);
}

/* As of now, or of the moment that --as-of names. */
static int32_t open_reader(run* r) {
  static const char kChange[] = "change:";
  const size_t prefix = sizeof kChange - 1;
  const char* moment = option(r, "--as-of");
  if (strncmp(moment, kChange, prefix) == 0) {
    return kith_reader_open_as_of_change(r->session, strtoull(moment + prefix, NULL, 10),
                                         &r->reader, &r->error);
  }
  kith_time time;
  TRY(parse_time(r, *moment != '\0' ? moment : r->state->now, &time));
  if (*moment != '\0') return kith_reader_open_as_of(r->session, &time, &r->reader, &r->error);
  return kith_reader_open(r->session, &time, &r->reader, &r->error);
}

static int32_t read_with(run* r, command_function body) {
  TRY(open_reader(r));
  return body(r);
}

static int32_t write_with(run* r, command_function body) {
  kith_txn_options options;
  kith_txn_options_init(&options, sizeof options);
  TRY(parse_time(r, r->state->now, &options.now));
  options.cause = "kith command";
  TRY(kith_txn_begin(r->session, &options, &r->txn, &r->error));
  TRY(kith_txn_reader(r->txn, &r->reader, &r->error));
  TRY(body(r));
  return kith_txn_commit(r->txn, NULL, &r->error);
}

static const command_entry* find_command(const scenario_command* command) {
  const command_entry* const tables[] = {kRecordCommands, kImportCommands, kWorkCommands,
                                         kEventCommands, kUpkeepCommands};
  for (size_t t = 0; t < sizeof tables / sizeof *tables; ++t) {
    for (const command_entry* entry = tables[t]; entry->verb != NULL; ++entry) {
      if (strcmp(scenario_verb(command), entry->verb) == 0) return entry;
    }
  }
  return NULL;
}

static void compact(const scenario_state* state, const scenario_command* command,
                    scenario_text* out) {
  run r = {.state = state, .command = command, .out = out};
  close_database();
  print_error(out, compact_closed(&r, state->database), r.error);
  kith_error_free(r.error);
  open_database(state, out);
}

static void run_command(const scenario_state* state, const scenario_command* command,
                        scenario_text* out) {
  const command_entry* entry = find_command(command);
  if (database != NULL && scenario_is(command, "compact")) {
    compact(state, command, out);
    return;
  }
  if (database == NULL || entry == NULL) {
    scenario_print(out, entry == NULL ? "no such command: %s\n" : "no database for %s\n",
                   command->words[0]);
    return;
  }
  run r = {.state = state, .command = command, .database = database, .out = out};
  const size_t before = out->size;
  int32_t result = open_session(&r);
  if (result == KITH_OK) {
    result = entry->writes ? write_with(&r, entry->body) : read_with(&r, entry->body);
  }
  if (result != KITH_OK) scenario_cut(out, before);
  print_error(out, result, r.error);
  kith_error_free(r.error);
  kith_reader_free(r.reader);
  kith_txn_free(r.txn);
  kith_session_free(r.session);
}

int main(int argc, char** argv) {
  const scenario_face face = {"c",           1, create_database, run_command, reopen_database,
                              close_database};
  return scenario_main(argc, argv, &face);
}
