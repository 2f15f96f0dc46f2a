/* kith_session_write: a transaction in a callback, and commits that threads share. */
#include <pthread.h>

#include "check.h"

/* What a body is to do, and what came of it. */
typedef struct job {
  const char* fields; /* of a new company */
  int32_t answer;     /* when the company could be made */
  int hand_on;        /* 1: returns what the call said, with its error */
  int calls;
  int destroyed;
  uint64_t id;
  kith_reader* kept; /* a reader that outlives the transaction */
} job;

static int32_t make_company(void* user, kith_txn* txn, kith_error** error) {
  job* j = user;
  int32_t result = 0;
  ++j->calls;
  CHECK(error != NULL && *error == NULL);
  result = kith_txn_create_json(txn, "company", N, j->fields, N, &j->id, error);
  return j->hand_on ? result : j->answer;
}

static void job_destroy(void* user) { ++((job*)user)->destroyed; }

static kith_txn_options at_clock(int64_t seconds) {
  kith_txn_options options;
  OK(kith_txn_options_init(&options, sizeof options));
  options.now = at(CLOCK + seconds);
  options.cause = "joined";
  return options;
}

static size_t companies(const fixture* f) {
  kith_reader* reader = fixture_read(f);
  kith_rows* rows = NULL;
  size_t count = 0;
  OK(kith_reader_query(reader, "{\"entity\": \"company\"}", N, NULL, 0, &rows, &error));
  count = kith_rows_count(rows);
  kith_rows_free(rows);
  kith_reader_free(reader);
  return count;
}

static void test_lands(const fixture* f) {
  kith_txn_options options = at_clock(1);
  job j = {"{\"name\": \"Acme\"}", KITH_OK, 0, 0, 0, 0, NULL};
  kith_reader* reader = NULL;
  kith_history* history = NULL;
  uint64_t sequence = 0;
  OK(kith_session_write(f->session, &options, make_company, &j, job_destroy, &sequence, &error));
  CHECK(sequence == 1 && j.calls >= 1 && j.destroyed == 1);
  reader = fixture_read(f);
  OK(kith_reader_history(reader, j.id, 0, &history, &error));
  CHECK(kith_history_count(history) == 1 && kith_history_sequence(history, 0) == sequence);
  SAME(kith_history_cause(history, 0, NULL), "joined");
  kith_history_free(history);
  kith_reader_free(reader);
}

static int32_t do_nothing(void* user, kith_txn* txn, kith_error** error) {
  (void)user;
  (void)txn;
  (void)error;
  return KITH_OK;
}

/* The error that the body handed on, with all of its violations; nothing of it landed. */
static void test_refused(const fixture* f) {
  kith_txn_options options = at_clock(2);
  job j = {"{\"number\": 1}", KITH_OK, 1, 0, 0, 0, NULL};
  kith_error* refused = NULL;
  uint64_t sequence = 7;
  const size_t before = companies(f);
  CHECK(kith_session_write(f->session, &options, make_company, &j, job_destroy, &sequence,
                           &refused) == KITH_VALIDATION);
  CHECK(sequence == 0 && j.destroyed == 1);
  CHECK(kith_error_code(refused) == KITH_VALIDATION);
  CHECK(kith_error_violation_count(refused) == 1);
  SAME(kith_error_violation_field(refused, 0, NULL), "name");
  SAME(kith_error_entity(refused, NULL), "company");
  kith_error_free(refused);

  /* A number of its own, and the answers that are no failures. */
  j.hand_on = 0;
  j.fields = "{\"name\": \"Gone\"}";
  j.answer = KITH_CALLBACK_ERROR;
  FAILS(KITH_CALLBACK_ERROR,
        kith_session_write(f->session, &options, make_company, &j, NULL, NULL, &error));
  j.answer = -12345;
  FAILS(-12345, kith_session_write(f->session, &options, make_company, &j, NULL, NULL, &error));
  /* One that kith has a use for itself is no request to it. */
  j.answer = KITH_STORE_FULL;
  FAILS(KITH_STORE_FULL,
        kith_session_write(f->session, &options, make_company, &j, NULL, NULL, &error));
  j.answer = KITH_BUSY;
  FAILS(KITH_BUSY, kith_session_write(f->session, &options, make_company, &j, NULL, NULL, &error));
  j.answer = KITH_NOT_FOUND;
  FAILS(KITH_NOT_FOUND,
        kith_session_write(f->session, &options, make_company, &j, NULL, NULL, &error));
  j.answer = 2;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_session_write(f->session, &options, make_company, &j, NULL, NULL, &error));
  CHECK(companies(f) == before);

  /* An error that the body handed on and then overruled is freed: go on, as it says. */
  j.fields = "{\"number\": 2}";
  j.answer = KITH_OK;
  OK(kith_session_write(f->session, &options, make_company, &j, NULL, &sequence, &error));
  OK(kith_session_write(f->session, &options, do_nothing, NULL, NULL, &sequence, &error));
  CHECK(sequence == 0 && companies(f) == before);
}

/* What the body may not do with its transaction is refused, and it lands all the same. */
static int32_t misuse(void* user, kith_txn* txn, kith_error** unused) {
  job* j = user;
  (void)unused;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_commit(txn, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_abort(txn, &error));
  kith_txn_free(txn); /* does nothing */
  kith_reader_free(j->kept);
  OK(kith_txn_reader(txn, &j->kept, &error));
  OK(kith_txn_create_json(txn, "company", N, j->fields, N, &j->id, &error));
  return KITH_OK;
}

static void test_misuse(const fixture* f) {
  kith_txn_options options = at_clock(3);
  job j = {"{\"name\": \"Kept\"}", KITH_OK, 0, 0, 0, 0, NULL};
  kith_record* record = NULL;
  const size_t before = companies(f);
  OK(kith_session_write(f->session, &options, misuse, &j, NULL, NULL, &error));
  CHECK(companies(f) == before + 1);
  FAILS(KITH_CLOSED, kith_reader_get(j.kept, j.id, &record, &error));
  kith_reader_free(j.kept);

  j.fields = "{}";
  FAILS(KITH_INVALID_ARGUMENT,
        kith_session_write(f->session, &options, NULL, &j, job_destroy, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT,
        kith_session_write(f->session, NULL, make_company, &j, job_destroy, NULL, &error));
  options.durability = 9;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_session_write(f->session, &options, make_company, &j, job_destroy, NULL, &error));
  CHECK(j.calls == 0 && j.destroyed == 3);
}

enum { kThreads = 6, kWrites = 20 };

typedef struct writer {
  const fixture* f;
  int number;
  int landed;
  int refused;
} writer;

/* Every fifth of its writes is refused; that of no other is. */
static void* write_many(void* user) {
  writer* w = user;
  int i = 0;
  for (i = 0; i < kWrites; ++i) {
    kith_txn_options options;
    char fields[64];
    job j = {NULL, KITH_OK, 1, 0, 0, 0, NULL};
    uint64_t sequence = 0;
    int32_t result = 0;
    kith_txn_options_init(&options, sizeof options);
    options.now = at(CLOCK + 10 + i);
    options.durability = KITH_DURABILITY_DEFERRED;
    options.timeout_ms = 60000;
    snprintf(fields, sizeof fields, i % 5 == 4 ? "{\"number\": %d}" : "{\"name\": \"T%d %d\"}",
             w->number, i);
    j.fields = fields;
    result = kith_session_write(w->f->session, &options, make_company, &j, NULL, &sequence, NULL);
    w->landed += result == KITH_OK && sequence != 0;
    w->refused += result == KITH_VALIDATION && sequence == 0;
  }
  return NULL;
}

static void test_together(const fixture* f) {
  pthread_t threads[kThreads];
  writer writers[kThreads];
  const size_t before = companies(f);
  int i = 0;
  for (i = 0; i < kThreads; ++i) {
    const writer w = {f, i, 0, 0};
    writers[i] = w;
    CHECK(pthread_create(&threads[i], NULL, write_many, &writers[i]) == 0);
  }
  for (i = 0; i < kThreads; ++i) {
    CHECK(pthread_join(threads[i], NULL) == 0);
    CHECK(writers[i].landed == kWrites * 4 / 5 && writers[i].refused == kWrites / 5);
  }
  CHECK(companies(f) == before + (size_t)(kThreads * kWrites * 4 / 5));
}

void test_joined(const char* folder) {
  char path[1024];
  fixture f = fixture_open(kModel);
  test_lands(&f);
  test_refused(&f);
  test_misuse(&f);
  test_together(&f);
  fixture_free(&f);

  snprintf(path, sizeof path, "%s/joined", folder);
  f = fixture_create(path, kModel);
  test_lands(&f);
  test_refused(&f);
  test_misuse(&f);
  test_together(&f);
  fixture_free(&f);
}
