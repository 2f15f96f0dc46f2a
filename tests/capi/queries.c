/* Queries, reports, expressions. */
#include "check.h"

static fixture with_deals(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  char json[200];
  int i = 0;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, NULL, &error));
  for (i = 1; i <= 6; ++i) {
    snprintf(json, sizeof json,
             "{\"name\": \"Deal %d\", \"amount\": %d, \"company\": \"company:1\", \"stage\": "
             "\"%s\", \"close_date\": \"2024-0%d-15\"}",
             i, i * 100, i % 3 == 0 ? "Won" : (i % 3 == 1 ? "Open" : "Lost"), i);
    OK(kith_txn_create_json(txn, "deal", N, json, N, NULL, &error));
  }
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
  return f;
}

static void check_columns(const kith_rows* rows) {
  size_t size = 0;
  CHECK(kith_rows_column_count(rows) == 2);
  SAME(kith_rows_column_name(rows, 1, &size), "amount");
  CHECK(size == 6);
  SAME(kith_rows_column_type(rows, 1, NULL), "decimal");
  CHECK(kith_rows_column_label(rows, 1, NULL)[0] != '\0');
  SAME(kith_rows_column_format(rows, 1, NULL), "");
  CHECK(kith_rows_column(rows, "amount", N) == 1);
  CHECK(kith_rows_column(rows, "absent", N) == -1);
  SAME(kith_rows_column_name(rows, 2, &size), "");
  CHECK(size == 0 && kith_rows_value(rows, 0, 2) == NULL && kith_rows_value(rows, 99, 0) == NULL);
}

void test_queries(void) {
  const char* query =
      "{\"entity\": \"deal\", \"where\": \"amount > 150.0\", \"select\": [\"company.name\","
      "\"amount\"], \"order_by\": [{\"of\": \"amount\", \"descending\": true}], \"limit\": 3}";
  fixture f = with_deals();
  kith_reader* reader = fixture_read(&f);
  kith_rows* rows = NULL;
  kith_rows* next = NULL;
  kith_string* text = NULL;
  kith_decimal amount;
  size_t size = 0;
  OK(kith_reader_query(reader, query, N, NULL, 0, &rows, &error));
  CHECK(kith_rows_count(rows) == 3);
  check_columns(rows);
  OK(kith_value_get_decimal(kith_rows_value(rows, 0, 1), &amount, &error));
  CHECK(amount.lo == 60000 && amount.hi == 0 && amount.scale == 2);
  CHECK(kith_rows_matched(rows) >= 3 && kith_rows_scanned(rows) >= kith_rows_matched(rows));
  CHECK(kith_rows_errors(rows) == 0);
  CHECK(kith_rows_plan(rows, &size)[0] != '\0' && size > 0);
  SAME(kith_rows_title(rows, NULL), "");
  CHECK(kith_rows_continuation(rows, &size)[0] != '\0');
  OK(kith_reader_query(reader, query, N, kith_rows_continuation(rows, NULL), size, &next, &error));
  CHECK(kith_rows_count(next) == 2);
  SAME(kith_rows_continuation(next, NULL), "");
  OK(kith_rows_to_json(rows, reader, 1, &text, &error));
  CHECK(strstr(kith_string_data(text, NULL), "600.00") != NULL);
  kith_string_free(text);
  OK(kith_rows_to_csv(next, reader, &text, &error));
  SAME(kith_string_data(text, &size), "company.name,amount\nAcme,300.00\nAcme,200.00\n");
  kith_string_free(text);
  kith_rows_free(next);
  kith_rows_free(rows);

  FAILS(KITH_EXPRESSION_SYNTAX,
        kith_reader_query(reader, "{\"entity\": \"deal\", \"where\": \"amount >\"}", N, NULL, 0,
                          &rows, &error));
  CHECK(rows == NULL);
  FAILS(KITH_EXPRESSION_TYPE,
        kith_reader_query(reader, "{\"entity\": \"deal\", \"where\": \"name > 3\"}", N, NULL, 0,
                          &rows, &error));
  FAILS(KITH_INVALID_ARGUMENT,
        kith_reader_query(reader, "{\"entitty\": \"deal\"}", N, NULL, 0, &rows, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_query(reader, query, N, "rubbish", N, &rows, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_query(reader, NULL, 0, NULL, 0, &rows, &error));
  kith_reader_free(reader);
  fixture_free(&f);
}

void test_reports(void) {
  fixture f = with_deals();
  kith_reader* reader = fixture_read(&f);
  kith_rows* rows = NULL;
  kith_string* json = NULL;
  const char* name = NULL;
  size_t i = 0;
  int seen = 0;
  OK(kith_reader_reports(reader, &rows, &error));
  CHECK(kith_rows_column(rows, "title", N) == 1);
  for (i = 0; i < kith_rows_count(rows); ++i) {
    OK(kith_value_get_text(kith_rows_value(rows, i, 0), &name, NULL, &error));
    seen += strcmp(name, "win_rate") == 0 || strcmp(name, "pipeline") == 0 ||
            strcmp(name, "revenue") == 0;
  }
  CHECK(seen == 3);
  kith_rows_free(rows);

  OK(kith_reader_report(reader, "win_rate", N, NULL, 0, &rows, &error));
  SAME(kith_rows_name(rows, NULL), "win_rate");
  CHECK(kith_rows_title(rows, NULL)[0] != '\0');
  CHECK(kith_rows_note(rows, NULL) != NULL && kith_rows_bars(rows, NULL) != NULL);
  CHECK(kith_rows_count(rows) == 1);
  OK(kith_rows_to_json(rows, reader, 0, &json, &error));
  CHECK(strstr(kith_string_data(json, NULL), "\"title\"") != NULL);
  kith_string_free(json);
  kith_rows_free(rows);

  OK(kith_reader_report(reader,
                        "{\"title\": \"By stage\", \"entity\": \"deal\", \"group_by\": [\"stage\"],"
                        "\"measures\": [{\"name\": \"total\", \"function\": \"sum\", \"of\": "
                        "\"amount\"}], \"order_by\": [{\"of\": \"total\"}]}",
                        N, NULL, 0, &rows, &error));
  SAME(kith_rows_title(rows, NULL), "By stage");
  CHECK(kith_rows_count(rows) == 3);
  OK(kith_value_get_text(kith_rows_value(rows, 0, 0), &name, NULL, &error));
  SAME(name, "Open");
  kith_rows_free(rows);
  FAILS(KITH_NOT_FOUND, kith_reader_report(reader, "no_such", N, NULL, 0, &rows, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_report(reader, "win_rate", N, "[1]", N, &rows, &error));
  kith_reader_free(reader);
  fixture_free(&f);
}

static void test_ids(const kith_reader* reader) {
  uint64_t id = 0;
  kith_string* text = NULL;
  OK(kith_id_parse(reader, "deal:4", N, &id, &error));
  OK(kith_id_format(reader, id, &text, &error));
  SAME(kith_string_data(text, NULL), "deal:4");
  kith_string_free(text);
  CHECK(kith_id_parse(reader, "deal", N, &id, NULL) != KITH_OK);
  CHECK(kith_id_parse(reader, "nobody:1", N, &id, NULL) != KITH_OK);
  CHECK(id == 0);
}

void test_expressions(void) {
  fixture f = with_deals();
  kith_reader* reader = fixture_read(&f);
  kith_string* type = NULL;
  kith_value* value = NULL;
  kith_error* wrong = NULL;
  uint64_t id = 0;
  uint8_t flag = 0;
  const char* text = NULL;
  kith_time now = at(CLOCK);
  kith_time out;
  test_ids(reader);
  OK(kith_expression_check(f.database, "deal", N, "amount > 10.0", N, &type, &error));
  SAME(kith_string_data(type, NULL), "bool");
  kith_string_free(type);
  OK(kith_expression_check(f.database, "deal", N, "company.name", N, NULL, &error));
  CHECK(kith_expression_check(f.database, "deal", N, "amount >> 1", N, &type, &wrong) ==
        KITH_EXPRESSION_SYNTAX);
  CHECK(type == NULL && kith_error_message(wrong, NULL)[0] != '\0');
  kith_error_free(wrong);
  FAILS(KITH_EXPRESSION_TYPE,
        kith_expression_check(f.database, "deal", N, "no_such_field", N, NULL, &error));

  OK(kith_expression_evaluate("price * 3 > 37.0 && name == 'x'", N,
                              "{\"price\": 12.5, \"name\": \"x\"}", N, NULL, &value, &error));
  OK(kith_value_get_bool(value, &flag, &error));
  CHECK(flag == 1);
  kith_value_free(value);
  OK(kith_expression_evaluate("now", N, NULL, 0, &now, &value, &error));
  OK(kith_value_get_timestamp(value, &out, &error));
  CHECK(out.seconds == CLOCK);
  kith_value_free(value);
  OK(kith_expression_evaluate("type(1)", N, NULL, 0, NULL, &value, &error));
  OK(kith_value_get_text(value, &text, NULL, &error));
  CHECK(kith_value_kind(value) == KITH_KIND_TYPE);
  SAME(text, "int");
  kith_value_free(value);
  FAILS(KITH_EXPRESSION_FAILED,
        kith_expression_evaluate("1 / 0", N, NULL, 0, NULL, &value, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_expression_evaluate("1", N, "3", N, NULL, &value, &error));
  CHECK(value == NULL);

  OK(kith_id_parse(reader, "deal:2", N, &id, &error));
  OK(kith_expression_evaluate_on(reader, id, "company.name + '/' + name", N, &value, &error));
  OK(kith_value_get_text(value, &text, NULL, &error));
  SAME(text, "Acme/Deal 2");
  kith_value_free(value);
  FAILS(KITH_NOT_FOUND, kith_expression_evaluate_on(reader, id + 90, "name", N, &value, &error));
  kith_reader_free(reader);
  fixture_free(&f);
}
