/* Readers of the past, undo, restore with references, trimming of the history. */
#include "check.h"

static uint64_t create_at(const fixture* f, int64_t seconds, const char* entity, const char* json) {
  kith_txn* txn = begin_at(f->session, CLOCK + seconds);
  uint64_t id = 0;
  OK(kith_txn_create_json(txn, entity, N, json, N, &id, &error));
  commit(txn);
  return id;
}

static uint64_t update_at(const fixture* f, int64_t seconds, uint64_t id, const char* json) {
  kith_txn* txn = begin_at(f->session, CLOCK + seconds);
  uint64_t sequence = 0;
  OK(kith_txn_update_json(txn, id, json, N, 0, &error));
  OK(kith_txn_commit(txn, &sequence, &error));
  kith_txn_free(txn);
  return sequence;
}

/* The text of a field, which must be there, is this. */
static void has_text(const kith_reader* reader, uint64_t id, const char* field,
                     const char* expected) {
  kith_record* record = NULL;
  const char* text = NULL;
  OK(kith_reader_get(reader, id, &record, &error));
  OK(kith_value_get_text(kith_record_find(record, field, N), &text, NULL, &error));
  SAME(text, expected);
  kith_record_free(record);
}

static kith_reader* as_of(const fixture* f, int64_t seconds) {
  const kith_time time = at(CLOCK + seconds);
  kith_reader* reader = NULL;
  OK(kith_reader_open_as_of(f->session, &time, &reader, &error));
  return reader;
}

static void test_as_of(void) {
  fixture f = fixture_open(kModel);
  const uint64_t id = create_at(&f, 10, "company", "{\"name\": \"Old\"}");
  const uint64_t changed = update_at(&f, 20, id, "{\"name\": \"New\"}");
  kith_time time = at(CLOCK);
  kith_reader* reader = as_of(&f, 15);
  kith_record* record = NULL;
  kith_rows* rows = NULL;
  kith_runs* runs = NULL;
  kith_history* history = NULL;
  uint64_t found = 0;
  has_text(reader, id, "name", "Old");
  OK(kith_reader_query(reader, "{\"entity\": \"company\", \"where\": \"name == 'Old'\"}", N, NULL,
                       0, &rows, &error));
  CHECK(kith_rows_count(rows) == 1);
  kith_rows_free(rows);
  OK(kith_reader_find_text(reader, "company", N, "name", N, "Old", N, &found, &error));
  CHECK(found == id);
  FAILS(KITH_NOT_FOUND,
        kith_reader_find_text(reader, "company", N, "name", N, "New", N, &found, &error));
  OK(kith_reader_history(reader, id, 0, &history, &error));
  CHECK(kith_history_count(history) == 1);
  kith_history_free(history);
  FAILS(KITH_UNSUPPORTED, kith_reader_runs(reader, NULL, &runs, &error));
  kith_reader_free(reader);

  reader = as_of(&f, 20);
  has_text(reader, id, "name", "New");
  kith_reader_free(reader);
  reader = as_of(&f, 5);
  FAILS(KITH_NOT_FOUND, kith_reader_get(reader, id, &record, &error));
  kith_reader_free(reader);
  OK(kith_reader_open_as_of_change(f.session, changed - 1, &reader, &error));
  has_text(reader, id, "name", "Old");
  kith_reader_free(reader);
  OK(kith_reader_open_as_of_change(f.session, changed, &reader, &error));
  has_text(reader, id, "name", "New");
  kith_reader_free(reader);

  FAILS(KITH_INVALID_ARGUMENT, kith_reader_open_as_of_change(f.session, 0, &reader, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_open_as_of(f.session, NULL, &reader, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_open_as_of(NULL, &time, &reader, &error));
  CHECK(reader == NULL);
  time.nanoseconds = -1;
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_open_as_of(f.session, &time, &reader, &error));
  fixture_free(&f);
}

static void test_undo(void) {
  fixture f = fixture_open(kModel);
  const uint64_t id = create_at(&f, 10, "company", "{\"name\": \"Old\", \"number\": 1}");
  const uint64_t changed = update_at(&f, 20, id, "{\"name\": \"New\"}");
  kith_txn* txn = begin_at(f.session, CLOCK + 30);
  kith_reader* reader = NULL;
  kith_undo_result* result = NULL;
  kith_error* refused = NULL;
  OK(kith_txn_undo(txn, changed, &result, &error));
  CHECK(kith_undo_result_first_sequence(result) == changed);
  CHECK(kith_undo_result_last_sequence(result) == changed);
  CHECK(kith_undo_result_records(result) == 1);
  kith_undo_result_free(result);
  OK(kith_txn_reader(txn, &reader, &error));
  has_text(reader, id, "name", "Old");
  kith_reader_free(reader);
  commit(txn);

  /* What was changed again since cannot be undone; all reasons. */
  update_at(&f, 40, id, "{\"name\": \"Newer\"}");
  txn = begin_at(f.session, CLOCK + 50);
  CHECK(kith_txn_undo(txn, changed, &result, &refused) == KITH_CONFLICT);
  CHECK(result == NULL && kith_error_violation_count(refused) == 1);
  SAME(kith_error_violation_field(refused, 0, NULL), "name");
  kith_error_free(refused);
  CHECK(kith_txn_undo(txn, 99999, NULL, NULL) != KITH_OK);
  CHECK(kith_txn_undo(txn, 0, NULL, NULL) != KITH_OK);
  /* The transaction goes on after it, and a result need not be asked for. */
  OK(kith_txn_update_json(txn, id, "{\"number\": 2}", N, 0, &error));
  commit(txn);
  fixture_free(&f);
}

static void remove_at(const fixture* f, int64_t seconds, uint64_t id) {
  kith_txn* txn = begin_at(f->session, CLOCK + seconds);
  OK(kith_txn_remove(txn, id, 0, &error));
  commit(txn);
}

/* The removal of a company clears references to it; a restore may bring them back. */
static void test_restore(void) {
  fixture f = fixture_open(kModel);
  const uint64_t company = create_at(&f, 10, "company", "{\"name\": \"Acme\"}");
  const uint64_t every = create_at(&f, 11, "every", "{\"t\": \"x\", \"ref\": \"company:1\"}");
  kith_restore_options options;
  kith_txn* txn = NULL;
  kith_reader* reader = NULL;
  kith_record* record = NULL;
  uint64_t reference = 0;
  remove_at(&f, 20, company);
  OK(kith_restore_options_init(&options, sizeof options));
  CHECK(options.with_references == 0);
  txn = begin_at(f.session, CLOCK + 30);
  options.with_references = 2;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_restore(txn, company, &options, &error));
  options.with_references = 1;
  options.reserved[2] = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_restore(txn, company, &options, &error));
  options.reserved[2] = 0;
  OK(kith_txn_restore(txn, company, &options, &error));
  commit(txn);
  reader = fixture_read(&f);
  OK(kith_reader_get(reader, company, &record, &error));
  CHECK(kith_record_deleted(record) == 0);
  kith_record_free(record);
  OK(kith_reader_get(reader, every, &record, &error));
  OK(kith_value_get_reference(kith_record_find(record, "ref", N), &reference, &error));
  CHECK(reference == company);
  kith_record_free(record);
  kith_reader_free(reader);
  fixture_free(&f);
}

void test_past(void) {
  test_as_of();
  test_undo();
  test_restore();
}

static void trim_mistakes(const fixture* f) {
  kith_session* plain = NULL;
  kith_trim_options options;
  kith_trim_result* result = NULL;
  OK(kith_trim_options_init(&options, sizeof options));
  CHECK(options.max_changes == 100000 && options.keep_from.seconds == 0);
  options.keep_from = at(CLOCK + 1);
  FAILS(KITH_INVALID_ARGUMENT, kith_session_trim_history(f->session, NULL, &result, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_session_trim_history(NULL, &options, &result, &error));
  options.reserved = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_session_trim_history(f->session, &options, &result, &error));
  options.reserved = 0;
  OK(kith_session_open(f->database, NULL, &plain, &error));
  FAILS(KITH_PERMISSION, kith_session_trim_history(plain, &options, &result, &error));
  CHECK(result == NULL);
  kith_session_free(plain);
}

static uint64_t first_sequence(const fixture* f) {
  kith_info* info = NULL;
  uint64_t sequence = 0;
  OK(kith_info_open(f->database, &info, &error));
  sequence = kith_info_first_sequence(info);
  CHECK(kith_info_last_sequence(info) >= sequence);
  kith_info_free(info);
  return sequence;
}

static void save_cursor(const fixture* f, int64_t seconds, uint64_t sequence) {
  kith_txn* txn = begin_at(f->session, CLOCK + seconds);
  OK(kith_txn_save_cursor(txn, "mailer", N, sequence, &error));
  commit(txn);
}

void test_trim(void) {
  fixture f = fixture_open(kModel);
  kith_trim_options options;
  kith_trim_result* result = NULL;
  kith_reader* reader = NULL;
  const kith_time before = at(CLOCK + 15);
  uint64_t id = 0;
  uint64_t changed = 0;
  CHECK(first_sequence(&f) == 0);
  id = create_at(&f, 10, "company", "{\"name\": \"A\"}");
  changed = update_at(&f, 20, id, "{\"name\": \"B\"}");
  update_at(&f, 30, id, "{\"name\": \"C\"}");
  CHECK(first_sequence(&f) == 1);
  trim_mistakes(&f);

  /* A cursor holds back what it has yet to pass. */
  save_cursor(&f, 31, 1);
  OK(kith_trim_options_init(&options, sizeof options));
  options.keep_from = at(CLOCK + 25);
  OK(kith_session_trim_history(f.session, &options, &result, &error));
  CHECK(kith_trim_result_dropped(result) == 1 && kith_trim_result_more(result) == 0);
  CHECK(kith_trim_result_first_kept(result) == changed);
  SAME(kith_trim_result_held_by(result, NULL), "mailer");
  kith_trim_result_free(result);

  save_cursor(&f, 32, changed);
  OK(kith_session_trim_history(f.session, &options, &result, &error));
  CHECK(kith_trim_result_dropped(result) == 1 && first_sequence(&f) == changed + 1);
  SAME(kith_trim_result_held_by(result, NULL), "");
  kith_trim_result_free(result);
  OK(kith_session_trim_history(f.session, &options, NULL, &error));

  FAILS(KITH_HISTORY_TRIMMED, kith_reader_open_as_of(f.session, &before, &reader, &error));
  reader = fixture_read(&f);
  has_text(reader, id, "name", "C");
  kith_reader_free(reader);
  fixture_free(&f);
}
