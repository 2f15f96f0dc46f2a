/* NULL where it is allowed and where it is not. tests/capi/test_abi.py calls every function of
 * kith.h with NULL; here are those whose other arguments are right. */
#include "check.h"

static void test_frees(void) {
  kith_error_free(NULL);
  kith_string_free(NULL);
  kith_database_free(NULL);
  kith_info_free(NULL);
  kith_session_free(NULL);
  kith_value_free(NULL);
  kith_patch_free(NULL);
  kith_reader_free(NULL);
  kith_record_free(NULL);
  kith_rows_free(NULL);
  kith_history_free(NULL);
  kith_txn_free(NULL);
  kith_import_report_free(NULL);
  kith_pipelines_free(NULL);
  kith_moves_free(NULL);
  kith_score_free(NULL);
  kith_stage_visits_free(NULL);
  kith_move_result_free(NULL);
  kith_automations_free(NULL);
  kith_runs_free(NULL);
  kith_tick_result_free(NULL);
  kith_messages_free(NULL);
  kith_capture_result_free(NULL);
  kith_timeline_free(NULL);
  kith_feed_cursors_free(NULL);
  kith_undo_result_free(NULL);
  kith_trim_result_free(NULL);
  kith_check_report_free(NULL);
  kith_dump_stats_free(NULL);
  kith_compact_result_free(NULL);
  kith_pool_free(NULL);
  kith_pool_stats_free(NULL);
  kith_expr_free(NULL);
}

void test_null(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_reader* reader = NULL;
  kith_value* value = NULL;
  kith_string* text = NULL;
  size_t size = 99;
  test_frees();
  SAME(kith_error_message(NULL, &size), "");
  CHECK(size == 0 && kith_error_code(NULL) == KITH_OK);
  OK(kith_value_new(&value, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_new(NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_get_int(value, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_decimal(value, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_create(txn, "company", N, NULL, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_create_json(txn, NULL, 4, "{}", N, NULL, &error));
  CHECK(kith_txn_create_json(txn, NULL, 0, "{}", N, NULL, NULL) != KITH_OK);
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_create_json(txn, "company", N, NULL, 0, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_reader(txn, NULL, &error));
  OK(kith_txn_reader(txn, &reader, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_get(reader, 1, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_rows_to_json(NULL, reader, 0, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_runs_to_json(NULL, reader, &text, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_messages_to_json(NULL, reader, &text, &error));
  CHECK(text == NULL);
  FAILS(KITH_INVALID_ARGUMENT,
        kith_export_write(f.session, "company", N, NULL, NULL, NULL, NULL, NULL, &error));
  kith_value_free(value);
  kith_reader_free(reader);
  kith_txn_free(txn);
  fixture_free(&f);
}
