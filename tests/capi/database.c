/* Databases on disk, models, lifetimes. */
#include "check.h"

static void check_info(kith_database* database, const char* path, const char* model) {
  kith_info* info = NULL;
  size_t size = 0;
  OK(kith_info_open(database, &info, &error));
  CHECK(strstr(kith_info_path(info, &size), path) != NULL);
  CHECK(size == strlen(kith_info_path(info, NULL)));
  SAME(kith_info_model_name(info, NULL), model);
  SAME(kith_info_written_by(info, NULL), KITH_VERSION_STRING);
  CHECK(kith_info_generation(info) == 1);
  CHECK(kith_info_format(info) < 100);
  CHECK(kith_info_last_sequence(info) == 0);
  CHECK(kith_info_read_only(info) == 0);
  kith_info_free(info);
}

void test_database(const char* folder) {
  char path[1024];
  kith_create_options create;
  kith_database* database = NULL;
  kith_database* again = NULL;
  kith_session* session = NULL;
  kith_session* late = NULL;
  snprintf(path, sizeof path, "%s/crm", folder);

  FAILS(KITH_NOT_FOUND, kith_database_open(path, N, NULL, &database, &error));
  CHECK(database == NULL);
  OK(kith_create_options_init(&create, sizeof create));
  create.model = kModel;
  create.now = at(CLOCK);
  OK(kith_database_create(path, N, &create, &database, &error));
  check_info(database, path, "tests");
  CHECK(kith_database_create(path, strlen(path), &create, &again, NULL) < 0);
  CHECK(again == NULL);

  OK(kith_session_open(database, NULL, &session, &error));
  OK(kith_database_close(database, &error));
  OK(kith_database_close(database, &error));
  FAILS(KITH_CLOSED, kith_session_open(database, NULL, &late, &error));
  CHECK(late == NULL);
  kith_database_free(database);
  kith_session_free(session);

  OK(kith_database_open(path, N, NULL, &database, &error));
  OK(kith_database_open(path, N, NULL, &again, &error));
  kith_database_free(again);
  check_info(database, path, "tests");
  kith_database_free(database);
}

static void test_model_changes(void) {
  fixture f = fixture_open("{\"kith_model\": 1, \"name\": \"empty\"}");
  kith_session* plain = NULL;
  kith_string* text = NULL;
  OK(kith_model_entities(f.database, &text, &error));
  SAME(kith_string_data(text, NULL), "[]");
  kith_string_free(text);

  OK(kith_session_open(f.database, NULL, &plain, &error));
  FAILS(KITH_PERMISSION, kith_model_apply(f.database, plain, kModel, N, 0, &text, &error));
  CHECK(text == NULL);
  kith_session_free(plain);

  OK(kith_model_apply(f.database, f.session, kModel, N, 1, &text, &error));
  CHECK(strstr(kith_string_data(text, NULL), "\"entity\":\"company\"") != NULL);
  kith_string_free(text);
  OK(kith_model_document(f.database, &text, &error));
  CHECK(strstr(kith_string_data(text, NULL), "empty") != NULL);
  kith_string_free(text);

  OK(kith_model_apply(f.database, f.session, kModel, N, 0, NULL, &error));
  OK(kith_model_apply(f.database, f.session, kModel, N, 0, &text, &error));
  CHECK(strstr(kith_string_data(text, NULL), "\"changes\":[]") != NULL);
  kith_string_free(text);
  OK(kith_model_document(f.database, &text, &error));
  SAME(kith_string_data(text, NULL), kModel);
  kith_string_free(text);
  OK(kith_model_entities(f.database, &text, &error));
  CHECK(strstr(kith_string_data(text, NULL), "\"name\":\"deal\"") != NULL);
  CHECK(strstr(kith_string_data(text, NULL), "\"options\":[\"red\",\"blue\"]") != NULL);
  CHECK(strstr(kith_string_data(text, NULL), "\"scores\":[]") != NULL);
  kith_string_free(text);

  FAILS(KITH_MODEL_INVALID, kith_model_apply(f.database, f.session, "{}", N, 0, NULL, &error));
  fixture_free(&f);
}

void test_models(void) {
  size_t size = 0;
  kith_error* wrong = NULL;
  const char* text = kith_model_standard(&size);
  CHECK(size > 1000 && size == strlen(text));
  OK(kith_model_check(text, size, "standard.json", N, &error));
  text = kith_model_schema(&size);
  CHECK(size > 1000 && size == strlen(text));
  CHECK(strstr(text, "$schema") != NULL);

  CHECK(kith_model_check("{\"kith_model\": 1,\n \"entities\": {\"a\": {\"feilds\": {}}}}", N,
                         "wrong.json", N, &wrong) == KITH_MODEL_INVALID);
  CHECK(kith_error_violation_count(wrong) >= 1);
  CHECK(kith_error_violation_line(wrong, 0) == 2);
  CHECK(kith_error_violation_column(wrong, 0) > 1);
  CHECK(kith_error_violation_message(wrong, 0, &size)[0] != '\0');
  CHECK(size == strlen(kith_error_violation_message(wrong, 0, NULL)));
  CHECK(kith_error_violation_code(wrong, 0, NULL)[0] != '\0');
  SAME(kith_error_code_name(wrong), "MODEL_INVALID");
  CHECK(strstr(kith_error_text(wrong, NULL), "MODEL_INVALID") != NULL);
  /* Out of range: empty, not a crash. */
  CHECK(kith_error_violation_line(wrong, 99) == 0);
  SAME(kith_error_violation_message(wrong, 99, &size), "");
  CHECK(size == 0);
  kith_error_free(wrong);
  FAILS(KITH_MODEL_INVALID, kith_model_check("not json", N, NULL, 0, &error));
  FAILS(KITH_MODEL_INVALID, kith_model_check(NULL, 0, NULL, 0, &error));
  test_model_changes();
}

/* Objects may be freed in any order: each keeps alive what it was made from. */
void test_lifetimes(void) {
  fixture f = fixture_open(kModel);
  kith_reader* reader = fixture_read(&f);
  kith_rows* rows = NULL;
  kith_record* record = NULL;
  kith_txn* txn = fixture_begin(&f);
  kith_reader* inside = NULL;
  kith_string* text = NULL;
  uint64_t id = 0;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, &id, &error));
  OK(kith_txn_reader(txn, &inside, &error));
  kith_session_free(f.session);
  kith_database_free(f.database);

  CHECK(kith_reader_get(reader, id, &record, NULL) == KITH_NOT_FOUND);
  CHECK(record == NULL);
  OK(kith_reader_get(inside, id, &record, &error));
  OK(kith_txn_commit(txn, NULL, &error));
  /* The record outlives its reader; the reader of a transaction ends with it. */
  CHECK(kith_record_id(record) == id);
  kith_record_free(record);
  FAILS(KITH_CLOSED, kith_reader_get(inside, id, &record, &error));
  FAILS(KITH_CLOSED, kith_txn_commit(txn, NULL, &error));
  OK(kith_txn_abort(txn, &error));
  kith_txn_free(txn);
  FAILS(KITH_CLOSED, kith_reader_get(inside, id, &record, &error));
  kith_reader_free(inside);

  OK(kith_reader_query(reader, "{\"entity\": \"company\"}", N, NULL, 0, &rows, &error));
  OK(kith_rows_to_json(rows, reader, 0, &text, &error));
  kith_reader_free(reader);
  CHECK(kith_rows_count(rows) == 0);
  CHECK(strstr(kith_string_data(text, NULL), "\"rows\":[]") != NULL);
  kith_string_free(text);
  kith_rows_free(rows);
}
