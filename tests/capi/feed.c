/* The change feed: pages, filters, named cursors, waiting. */
#include <pthread.h>

#include "check.h"

static void write_some(const fixture* f) {
  kith_txn* txn = fixture_begin(f);
  uint64_t id = 0;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, &id, &error));
  OK(kith_txn_create_json(txn, "deal", N, "{\"name\": \"Pilot\", \"amount\": 1}", N, NULL, &error));
  commit(txn);
  txn = fixture_begin(f);
  OK(kith_txn_update_json(txn, id, "{\"number\": 7}", N, 0, &error));
  commit(txn);
  txn = fixture_begin(f);
  OK(kith_txn_update_json(txn, id, "{\"name\": \"Acme & Co\"}", N, 0, &error));
  commit(txn);
}

static void test_pages(const fixture* f) {
  kith_reader* reader = fixture_read(f);
  kith_feed_options options;
  kith_history* page = NULL;
  uint64_t cursor = 0;
  uint8_t done = 0;
  OK(kith_reader_changes(reader, NULL, &page, &cursor, &done, &error));
  CHECK(kith_history_count(page) == 4 && cursor == 4 && done == 1);
  CHECK(kith_history_sequence(page, 0) == 1 && kith_history_sequence(page, 3) == 4);
  CHECK(kith_history_kind(page, 0) == KITH_CHANGE_CREATE);
  SAME(kith_history_field(page, 3, 0, NULL), "name");
  kith_history_free(page);

  OK(kith_feed_options_init(&options, sizeof options));
  CHECK(options.limit == 1000 && options.cursor == 0 && options.field_count == 0);
  options.limit = 3;
  OK(kith_reader_changes(reader, &options, &page, &cursor, &done, &error));
  CHECK(kith_history_count(page) == 3 && cursor == 3 && done == 0);
  kith_history_free(page);
  options.cursor = cursor;
  OK(kith_reader_changes(reader, &options, &page, &cursor, NULL, &error));
  CHECK(kith_history_count(page) == 1 && kith_history_sequence(page, 0) == 4 && cursor == 4);
  kith_history_free(page);
  kith_reader_free(reader);
}

static void test_filters(const fixture* f) {
  const char* fields[] = {"number", NULL};
  kith_reader* reader = fixture_read(f);
  kith_feed_options options;
  kith_history* page = (kith_history*)&options;
  uint64_t cursor = 7;
  uint8_t done = 7;
  OK(kith_feed_options_init(&options, sizeof options));
  options.entity = "company";
  options.fields = fields;
  options.field_count = 1;
  OK(kith_reader_changes(reader, &options, &page, &cursor, &done, &error));
  CHECK(kith_history_count(page) == 2 && cursor == 4 && done == 1);
  CHECK(kith_history_sequence(page, 1) == 3);
  kith_history_free(page);

  options.field_count = 2;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_reader_changes(reader, &options, &page, &cursor, &done, &error));
  CHECK(page == NULL && cursor == 0 && done == 0);
  options.field_count = 0;
  options.reserved = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_changes(reader, &options, &page, &cursor, NULL, &error));
  options.reserved = 0;
  options.limit = 0;
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_changes(reader, &options, &page, &cursor, NULL, &error));
  options.limit = 1;
  options.entity = "nothing";
  CHECK(kith_reader_changes(reader, &options, &page, &cursor, NULL, NULL) != KITH_OK);
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_changes(reader, NULL, &page, NULL, NULL, &error));
  kith_reader_free(reader);
}

static void test_cursors(const fixture* f) {
  kith_reader* reader = NULL;
  kith_reader* inside = NULL;
  kith_feed_cursors* cursors = NULL;
  uint64_t sequence = 7;
  size_t size = 0;
  kith_txn* txn = fixture_begin(f);
  OK(kith_txn_save_cursor(txn, "mailer", 4, 2, &error)); /* "mail" */
  OK(kith_txn_save_cursor(txn, "audit", N, 4, &error));
  OK(kith_txn_reader(txn, &inside, &error));
  OK(kith_reader_cursor(inside, "mail", N, &sequence, &error));
  CHECK(sequence == 2);
  kith_reader_free(inside);
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_save_cursor(txn, NULL, 0, 2, &error));
  commit(txn);

  reader = fixture_read(f);
  OK(kith_reader_cursors(reader, &cursors, &error));
  CHECK(kith_feed_cursors_count(cursors) == 2);
  SAME(kith_feed_cursors_name(cursors, 0, &size), "audit");
  CHECK(size == 5 && kith_feed_cursors_sequence(cursors, 0) == 4);
  SAME(kith_feed_cursors_name(cursors, 1, NULL), "mail");
  SAME(kith_feed_cursors_name(cursors, 2, NULL), "");
  CHECK(kith_feed_cursors_sequence(cursors, 1) == 2 && kith_feed_cursors_sequence(cursors, 2) == 0);
  FAILS(KITH_NOT_FOUND, kith_reader_cursor(reader, "nobody", N, &sequence, &error));
  CHECK(sequence == 0);
  kith_reader_free(reader);

  txn = fixture_begin(f);
  OK(kith_txn_drop_cursor(txn, "audit", N, &error));
  commit(txn);
  reader = fixture_read(f);
  FAILS(KITH_NOT_FOUND, kith_reader_cursor(reader, "audit", N, &sequence, &error));
  SAME(kith_feed_cursors_name(cursors, 0, NULL), "audit"); /* it outlives its reader */
  kith_feed_cursors_free(cursors);
  kith_reader_free(reader);
}

void test_feed(void) {
  fixture f = fixture_open(kModel);
  write_some(&f);
  test_pages(&f);
  test_filters(&f);
  test_cursors(&f);
  fixture_free(&f);
}

typedef struct waiting {
  kith_database* database;
  uint64_t after;
  uint64_t last;
} waiting;

static void* wait_for_change(void* user) {
  waiting* w = user;
  OK(kith_database_wait(w->database, w->after, 30000, &w->last, &error));
  return NULL;
}

/* One thread waits, another uses and closes the same handle. */
static void test_woken(fixture* f, uint64_t last) {
  pthread_t thread;
  waiting w = {NULL, 0, 0};
  w.database = f->database;
  w.after = last;
  CHECK(pthread_create(&thread, NULL, wait_for_change, &w) == 0);
  write_some(f);
  CHECK(pthread_join(thread, NULL) == 0);
  CHECK(w.last > last);
}

void test_wait(const char* folder) {
  char path[1024];
  fixture f = {NULL, NULL};
  uint64_t last = 7;
  snprintf(path, sizeof path, "%s/wait", folder);
  f = fixture_create(path, kModel);

  OK(kith_database_wait(f.database, 0, 0, &last, &error));
  CHECK(last == 0);
  test_woken(&f, last);
  OK(kith_database_wait(f.database, 1, INT64_MAX, &last, &error));
  CHECK(last >= 2);
  OK(kith_database_wait(f.database, last, 1, &last, &error));
  CHECK(last == 4);
  FAILS(KITH_INVALID_ARGUMENT, kith_database_wait(f.database, 0, -1, &last, &error));
  CHECK(last == 0);
  FAILS(KITH_INVALID_ARGUMENT, kith_database_wait(f.database, 0, 0, NULL, &error));
  OK(kith_database_close(f.database, &error));
  FAILS(KITH_CLOSED, kith_database_wait(f.database, 0, 0, &last, &error));
  fixture_free(&f);
}
