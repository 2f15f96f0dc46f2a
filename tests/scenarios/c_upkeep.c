/* Commands of the C face about the past, the changes as a stream, checks and copies. */
#include <stdlib.h>
#include <string.h>

#include "c_face.h"

/* ---- taking back ------------------------------------------------------------------------------
 */

static int32_t undo(run* r) {
  kith_undo_result* undone = NULL;
  const uint64_t sequence = strtoull(scenario_argument(r->command, 0), NULL, 10);
  TRY(kith_txn_undo(r->txn, sequence, &undone, &r->error));
  form f;
  form_begin(&f, r);
  form_number(&f, "first_sequence", kith_undo_result_first_sequence(undone));
  form_number(&f, "last_sequence", kith_undo_result_last_sequence(undone));
  form_number(&f, "records", kith_undo_result_records(undone));
  form_end(&f);
  kith_undo_result_free(undone);
  return KITH_OK;
}

static int32_t restore(run* r) {
  kith_restore_options options;
  kith_restore_options_init(&options, sizeof options);
  options.with_references = scenario_flag(r->command, "--with-references") ? 1 : 0;
  uint64_t id = 0;
  for (size_t i = 0; scenario_argument(r->command, i) != NULL; ++i) {
    TRY(argument_id(r, i, &id));
    TRY(kith_txn_restore(r->txn, id, &options, &r->error));
  }
  return KITH_OK;
}

static int32_t purge(run* r) {
  uint64_t id = 0;
  for (size_t i = 0; scenario_argument(r->command, i) != NULL; ++i) {
    TRY(argument_id(r, i, &id));
    TRY(kith_txn_purge(r->txn, id, &r->error));
  }
  return KITH_OK;
}

/* ---- the feed ---------------------------------------------------------------------------------
 */

/* Where to begin: --after, or a named cursor, which need not be there when it is saved as well. */
static int32_t first_cursor(run* r, uint64_t* cursor) {
  const char* name = option(r, "--cursor");
  *cursor = number(r, "--after", 0);
  if (*name == '\0') return KITH_OK;
  const int32_t result = kith_reader_cursor(r->reader, name, N, cursor, &r->error);
  if (result != KITH_NOT_FOUND || strcmp(name, option(r, "--save")) != 0) return result;
  *cursor = 0;
  return KITH_OK;
}

/* In tiny mode as many pages of one change as it takes. */
static int32_t print_changes(run* r, kith_feed_options* options) {
  const int tiny = r->state->mode == SCENARIO_TINY && *option(r, "--limit") == '\0';
  if (tiny) options->limit = 1;
  uint8_t done = 0;
  do {
    kith_history* page = NULL;
    uint64_t next = 0;
    TRY(kith_reader_changes(r->reader, options, &page, &next, &done, &r->error));
    print_history(r, page);
    kith_history_free(page);
    options->cursor = next;
  } while (tiny && !done);
  form f;
  form_begin(&f, r);
  form_number(&f, "cursor", options->cursor);
  form_bool(&f, "done", done);
  form_end(&f);
  return KITH_OK;
}

static int32_t save_cursor(run* r, const char* name, uint64_t cursor) {
  kith_txn_options options;
  kith_txn_options_init(&options, sizeof options);
  TRY(parse_time(r, r->state->now, &options.now));
  options.cause = "kith command";
  TRY(kith_txn_begin(r->session, &options, &r->txn, &r->error));
  TRY(kith_txn_save_cursor(r->txn, name, N, cursor, &r->error));
  return kith_txn_commit(r->txn, NULL, &r->error);
}

static int32_t changes(run* r) {
  enum { kMostFields = 16 };
  const char* fields[kMostFields];
  kith_feed_options options;
  kith_feed_options_init(&options, sizeof options);
  TRY(first_cursor(r, &options.cursor));
  options.entity = option(r, "--entity");
  options.limit = number(r, "--limit", options.limit);
  options.fields = fields;
  const char* field = NULL;
  while (options.field_count < kMostFields &&
         (field = scenario_option(r->command, "--field", options.field_count)) != NULL) {
    fields[options.field_count++] = field;
  }
  TRY(print_changes(r, &options));
  const char* save = option(r, "--save");
  return *save == '\0' ? KITH_OK : save_cursor(r, save, options.cursor);
}

static int32_t cursors(run* r) {
  kith_feed_cursors* all = NULL;
  TRY(kith_reader_cursors(r->reader, &all, &r->error));
  for (size_t i = 0; i < kith_feed_cursors_count(all); ++i) {
    form f;
    form_begin(&f, r);
    form_text(&f, "name", kith_feed_cursors_name(all, i, NULL), N);
    form_number(&f, "sequence", kith_feed_cursors_sequence(all, i));
    form_end(&f);
  }
  kith_feed_cursors_free(all);
  return KITH_OK;
}

static int32_t drop_cursor(run* r) {
  return kith_txn_drop_cursor(r->txn, scenario_argument(r->command, 1), N, &r->error);
}

/* In tiny mode in as many steps of one change as it takes. */
static int32_t trim(run* r) {
  kith_trim_options options;
  kith_trim_options_init(&options, sizeof options);
  TRY(parse_time(r, option(r, "--before"), &options.keep_from));
  if (r->state->mode == SCENARIO_TINY) options.max_changes = 1;
  uint64_t dropped = 0;
  for (;;) {
    kith_trim_result* done = NULL;
    TRY(kith_session_trim_history(r->session, &options, &done, &r->error));
    dropped += kith_trim_result_dropped(done);
    const int more = kith_trim_result_more(done) != 0;
    if (!more) {
      form f;
      form_begin(&f, r);
      form_number(&f, "dropped", dropped);
      form_number(&f, "first_kept", kith_trim_result_first_kept(done));
      form_text(&f, "held_by", kith_trim_result_held_by(done, NULL), N);
      form_end(&f);
    }
    kith_trim_result_free(done);
    if (!more) return KITH_OK;
  }
}

/* ---- check ------------------------------------------------------------------------------------
 */

static void print_problems(run* r, const kith_check_report* report) {
  scenario_append(r->out, "[", 1);
  for (size_t i = 0; i < kith_check_report_problem_count(report); ++i) {
    if (i != 0) scenario_append(r->out, ",", 1);
    form f;
    form_begin(&f, r);
    form_text(&f, "code", kith_check_report_problem_code(report, i, NULL), N);
    form_text(&f, "where", kith_check_report_problem_where(report, i, NULL), N);
    form_text(&f, "message", kith_check_report_problem_message(report, i, NULL), N);
    form_bool(&f, "repairable", kith_check_report_problem_repairable(report, i));
    form_bool(&f, "repaired", kith_check_report_problem_repaired(report, i));
    scenario_append(r->out, "}", 1);
  }
  scenario_append(r->out, "]", 1);
}

static int32_t check(run* r) {
  kith_check_options options;
  kith_check_options_init(&options, sizeof options);
  options.repair = scenario_flag(r->command, "--repair") ? 1 : 0;
  kith_check_report* report = NULL;
  TRY(kith_database_check(r->database, r->session, &options, &report, &r->error));
  form f;
  form_begin(&f, r);
  form_key(&f, "problems");
  print_problems(r, report);
  form_number(&f, "problem_count", kith_check_report_found(report));
  form_number(&f, "repaired", kith_check_report_repaired(report));
  form_number(&f, "records", kith_check_report_records(report));
  form_number(&f, "references", kith_check_report_references(report));
  form_number(&f, "index_entries", kith_check_report_index_entries(report));
  form_number(&f, "changes", kith_check_report_changes(report));
  form_number(&f, "blobs", kith_check_report_blobs(report));
  form_number(&f, "queue_rows", kith_check_report_queue_rows(report));
  form_end(&f);
  kith_check_report_free(report);
  return KITH_OK;
}

/* ---- copies -----------------------------------------------------------------------------------
 */

static int32_t backup(run* r) {
  return kith_database_backup(r->database, scenario_argument(r->command, 0), N, &r->error);
}

static int32_t print_stats(run* r, int32_t result, kith_dump_stats* stats) {
  if (result == KITH_OK) {
    form f;
    form_begin(&f, r);
    form_number(&f, "records", kith_dump_stats_records(stats));
    form_number(&f, "changes", kith_dump_stats_changes(stats));
    form_number(&f, "queue_rows", kith_dump_stats_queue_rows(stats));
    form_number(&f, "blobs", kith_dump_stats_blobs(stats));
    form_end(&f);
  }
  kith_dump_stats_free(stats);
  return result;
}

static int32_t dump(run* r) {
  kith_dump_stats* stats = NULL;
  const char* file = scenario_argument(r->command, 0);
  const int32_t result = kith_dump_path(r->database, file, N, &stats, &r->error);
  return print_stats(r, result, stats);
}

static int32_t load(run* r) {
  kith_dump_stats* stats = NULL;
  const char* path = scenario_argument(r->command, 0);
  const char* file = scenario_argument(r->command, 1);
  const int32_t result = kith_load_path(path, N, file, N, NULL, &stats, &r->error);
  return print_stats(r, result, stats);
}

int32_t compact_closed(run* r, const char* path) {
  kith_compact_result* done = NULL;
  TRY(kith_database_compact(path, N, &done, &r->error));
  form f;
  form_begin(&f, r);
  form_number(&f, "slots_reclaimed", kith_compact_result_slots_reclaimed(done));
  form_end(&f);
  kith_compact_result_free(done);
  return KITH_OK;
}

const command_entry kUpkeepCommands[] = {
    {"undo", undo, 1},       {"restore", restore, 1}, {"purge", purge, 1},
    {"changes", changes, 0}, {"cursors", cursors, 0}, {"cursors drop", drop_cursor, 1},
    {"trim", trim, 0},       {"check", check, 0},     {"backup", backup, 0},
    {"dump", dump, 0},       {"load", load, 0},       {NULL, NULL, 0},
};
