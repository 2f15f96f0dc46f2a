/* Handles that came through fork(): each call says so, and freeing them frees memory only. */
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

static int32_t write_nothing(void* user, kith_txn* txn, kith_error** error) {
  (void)user;
  (void)txn;
  (void)error;
  return KITH_OK;
}

static int32_t drop_bytes(void* user, const char* data, size_t size) {
  (void)user;
  (void)data;
  (void)size;
  return KITH_OK;
}

static void in_the_child(const char* path, fixture* f, kith_pool* pool) {
  char copy[1100];
  kith_reader* reader = NULL;
  kith_info* info = NULL;
  kith_database* database = NULL;
  kith_check_report* report = NULL;
  kith_pool_stats* stats = NULL;
  kith_txn_options txn;
  kith_trim_options trim;
  kith_tick_options tick;
  const kith_time time = at(CLOCK);
  uint64_t last = 0;
  snprintf(copy, sizeof copy, "%s-copy", path);
  OK(kith_txn_options_init(&txn, sizeof txn));
  OK(kith_trim_options_init(&trim, sizeof trim));
  OK(kith_tick_options_init(&tick, sizeof tick));
  txn.now = tick.now = trim.keep_from = at(CLOCK + 5);
  FAILS(KITH_FORKED, kith_info_open(f->database, &info, &error));
  FAILS(KITH_FORKED, kith_reader_open(f->session, NULL, &reader, &error));
  FAILS(KITH_FORKED, kith_reader_open_as_of(f->session, &time, &reader, &error));
  FAILS(KITH_FORKED, kith_session_write(f->session, &txn, write_nothing, NULL, NULL, NULL, &error));
  FAILS(KITH_FORKED, kith_session_trim_history(f->session, &trim, NULL, &error));
  FAILS(KITH_FORKED, kith_session_tick(f->session, &tick, NULL, &error));
  FAILS(KITH_FORKED, kith_database_check(f->database, f->session, NULL, &report, &error));
  FAILS(KITH_FORKED, kith_database_backup(f->database, copy, N, &error));
  FAILS(KITH_FORKED, kith_dump_write(f->database, drop_bytes, NULL, NULL, NULL, &error));
  FAILS(KITH_FORKED, kith_database_wait(f->database, 0, 1000, &last, &error));
  FAILS(KITH_FORKED, kith_pool_open(pool, path, N, &database, &error));
  FAILS(KITH_FORKED, kith_pool_read_stats(pool, &stats, &error));
  CHECK(kith_pool_close_idle(pool) == 0);
  fixture_free(f);
  kith_pool_free(pool);
}

void test_forked(const char* folder) {
  char path[1024];
  fixture f = {NULL, NULL};
  kith_pool* pool = NULL;
  kith_database* pooled = NULL;
  pid_t child = 0;
  int status = 0;
  snprintf(path, sizeof path, "%s/forked", folder);
  f = fixture_create(path, kModel);
  OK(kith_pool_new(NULL, &pool, &error));
  OK(kith_pool_open(pool, path, N, &pooled, &error));
  fflush(NULL);
  child = fork();
  CHECK(child >= 0);
  if (child == 0) {
    const int before = check_failures();
    in_the_child(path, &f, pool);
    fflush(NULL);
    _exit(check_failures() == before ? 0 : 1);
  }
  CHECK(waitpid(child, &status, 0) == child);
  CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);

  /* The parent goes on as if nothing had happened. */
  commit(begin_at(f.session, CLOCK + 1));
  kith_database_free(pooled);
  kith_pool_free(pool);
  fixture_free(&f);
}
