/* kith_database_check. That planted corruption is found is tested in tests/engine: C has no way to
 * corrupt a database. */
#include "check.h"

static void test_sound(const fixture* f) {
  kith_check_report* report = NULL;
  kith_check_options options;
  OK(kith_check_options_init(&options, sizeof options));
  CHECK(options.repair == 0 && options.max_problems == 1000);
  OK(kith_database_check(f->database, f->session, NULL, &report, &error));
  CHECK(kith_check_report_clean(report) == 1);
  CHECK(kith_check_report_found(report) == 0 && kith_check_report_repaired(report) == 0);
  CHECK(kith_check_report_problem_count(report) == 0);
  CHECK(kith_check_report_records(report) == 2 && kith_check_report_changes(report) == 2);
  CHECK(kith_check_report_references(report) == 1);
  CHECK(kith_check_report_index_entries(report) > 0);
  CHECK(kith_check_report_blobs(report) == 0);
  CHECK(kith_check_report_queue_rows(report) >= 1);
  SAME(kith_check_report_problem_code(report, 0, NULL), "");
  SAME(kith_check_report_problem_where(report, 0, NULL), "");
  SAME(kith_check_report_problem_message(report, 0, NULL), "");
  CHECK(kith_check_report_problem_repairable(report, 0) == 0);
  CHECK(kith_check_report_problem_repaired(report, 0) == 0);
  kith_check_report_free(report);

  options.repair = 1;
  OK(kith_database_check(f->database, f->session, &options, &report, &error));
  CHECK(kith_check_report_clean(report) == 1 && kith_check_report_repaired(report) == 0);
  kith_check_report_free(report);
}

static void test_mistakes(const fixture* f) {
  kith_session* plain = NULL;
  kith_check_options options;
  kith_check_report* report = (kith_check_report*)&options;
  OK(kith_check_options_init(&options, sizeof options));
  options.repair = 2;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_database_check(f->database, f->session, &options, &report, &error));
  CHECK(report == NULL);
  options.repair = 1;
  options.reserved[0] = 1;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_database_check(f->database, f->session, &options, &report, &error));
  options.reserved[0] = 0;
  FAILS(KITH_INVALID_ARGUMENT, kith_database_check(f->database, NULL, NULL, &report, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_database_check(f->database, f->session, NULL, NULL, &error));
  OK(kith_session_open(f->database, NULL, &plain, &error));
  FAILS(KITH_PERMISSION, kith_database_check(f->database, plain, &options, &report, &error));
  OK(kith_database_check(f->database, plain, NULL, &report, &error));
  kith_check_report_free(report);
  kith_session_free(plain);
}

void test_integrity(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  uint64_t message = 0;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, NULL, &error));
  OK(kith_txn_create_json(txn, "deal", N,
                          "{\"name\": \"Pilot\", \"amount\": 1, \"company\": \"company:1\"}", N,
                          NULL, &error));
  OK(kith_txn_send_json(txn, "{\"topic\": \"email\"}", N, &message, &error));
  commit(txn);
  test_sound(&f);
  test_mistakes(&f);
  fixture_free(&f);
}
