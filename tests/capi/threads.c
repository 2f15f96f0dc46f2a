/* Transactions stay on their thread; the other handles go anywhere. */
#include <pthread.h>

#include "check.h"

typedef struct shared {
  fixture* f;
  kith_txn* txn;
  kith_reader* inside;
  kith_reader* snapshot;
  uint64_t id;
} shared;

static void test_new_calls_elsewhere(kith_txn* txn, kith_reader* inside) {
  kith_capture_event event;
  kith_messages* messages = NULL;
  kith_timeline* timeline = NULL;
  OK(kith_capture_event_init(&event, sizeof event));
  FAILS(KITH_WRONG_THREAD, kith_txn_move(txn, 1, "Won", N, NULL, NULL, NULL, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_capture(txn, &event, NULL, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_lease(txn, NULL, &messages, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_acknowledge(txn, 1, 1, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_refuse(txn, 1, 1, NULL, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_revive(txn, 1, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_discard(txn, 1, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_cancel_run(txn, 1, NULL, 0, &error));
  FAILS(KITH_WRONG_THREAD, kith_reader_timeline(inside, 1, NULL, &timeline, &error));
}

static void* on_another_thread(void* user) {
  shared* s = user;
  kith_record* record = NULL;
  kith_reader* reader = NULL;
  FAILS(KITH_WRONG_THREAD,
        kith_txn_create_json(s->txn, "company", N, "{\"name\": \"B\"}", N, NULL, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_update_json(s->txn, s->id, "{}", N, 0, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_remove(s->txn, s->id, 0, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_restore(s->txn, s->id, NULL, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_purge(s->txn, s->id, &error));
  test_new_calls_elsewhere(s->txn, s->inside);
  FAILS(KITH_WRONG_THREAD, kith_txn_commit(s->txn, NULL, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_abort(s->txn, &error));
  FAILS(KITH_WRONG_THREAD, kith_txn_reader(s->txn, &reader, &error));
  FAILS(KITH_WRONG_THREAD, kith_reader_get(s->inside, s->id, &record, &error));
  /* A snapshot may move between threads. */
  FAILS(KITH_NOT_FOUND, kith_reader_get(s->snapshot, s->id, &record, &error));
  OK(kith_reader_open(s->f->session, NULL, &reader, &error));
  kith_reader_free(reader);
  return NULL;
}

static void run_elsewhere(void* (*function)(void*), void* user) {
  pthread_t thread;
  CHECK(pthread_create(&thread, NULL, function, user) == 0);
  CHECK(pthread_join(thread, NULL) == 0);
}

static void* free_elsewhere(void* user) {
  kith_txn_free(user);
  return NULL;
}

void test_threads(void) {
  fixture f = fixture_open(kModel);
  shared s = {NULL, NULL, NULL, NULL, 0};
  s.f = &f;
  s.snapshot = fixture_read(&f);
  s.txn = fixture_begin(&f);
  OK(kith_txn_create_json(s.txn, "company", N, "{\"name\": \"A\"}", N, &s.id, &error));
  OK(kith_txn_reader(s.txn, &s.inside, &error));
  run_elsewhere(on_another_thread, &s);
  /* None of it did anything to the transaction. */
  OK(kith_txn_commit(s.txn, NULL, &error));
  kith_txn_free(s.txn);
  kith_reader_free(s.inside);
  kith_reader_free(s.snapshot);

  /* Freed on another thread: undone, and this thread can write again. */
  s.txn = fixture_begin(&f);
  OK(kith_txn_create_json(s.txn, "company", N, "{\"name\": \"C\"}", N, &s.id, &error));
  run_elsewhere(free_elsewhere, s.txn);
  s.txn = fixture_begin(&f);
  OK(kith_txn_create_json(s.txn, "company", N, "{\"name\": \"C\"}", N, &s.id, &error));
  OK(kith_txn_commit(s.txn, NULL, &error));
  kith_txn_free(s.txn);
  fixture_free(&f);
}
