#include "check.h"

static int failures = 0;

void check_that(int holds, const char* what, const char* file, int line) {
  if (holds) return;
  ++failures;
  fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
}

void check_result(int32_t got, int32_t wanted, kith_error* error, const char* what,
                  const char* file, int line) {
  if (got != wanted) {
    ++failures;
    fprintf(stderr, "%s:%d: %s instead of %s: %s\n  %s\n", file, line, kith_code_name(got),
            kith_code_name(wanted), what, kith_error_text(error, NULL));
  }
  if (got < 0 && (error == NULL || kith_error_code(error) != got ||
                  kith_error_message(error, NULL)[0] == '\0')) {
    ++failures;
    fprintf(stderr, "%s:%d: %d without an error that says why: %s\n", file, line, (int)got, what);
  }
  if (got >= 0 && error != NULL) {
    ++failures;
    fprintf(stderr, "%s:%d: an error object without an error: %s\n", file, line, what);
  }
  kith_error_free(error);
}

void check_same(const char* text, const char* expected, const char* file, int line) {
  if (text != NULL && strcmp(text, expected) == 0) return;
  ++failures;
  fprintf(stderr, "%s:%d: \"%s\" instead of \"%s\"\n", file, line, text != NULL ? text : "(NULL)",
          expected);
}

int check_failures(void) { return failures; }

kith_time at(int64_t seconds) {
  kith_time time = {0, 0, 0};
  time.seconds = seconds;
  return time;
}

fixture fixture_open(const char* model) { return fixture_create(":memory:", model); }

fixture fixture_create(const char* path, const char* model) {
  fixture f = {NULL, NULL};
  kith_create_options create;
  kith_session_options who;
  OK(kith_create_options_init(&create, sizeof create));
  create.model = model;
  create.now = at(CLOCK);
  OK(kith_database_create(path, N, &create, &f.database, &error));
  OK(kith_session_options_init(&who, sizeof who));
  who.capabilities = KITH_CAPABILITY_ALL;
  OK(kith_session_open(f.database, &who, &f.session, &error));
  if (f.session == NULL) {
    fprintf(stderr, "no database: the tests end here\n");
    exit(1);
  }
  return f;
}

void fixture_free(fixture* f) {
  kith_session_free(f->session);
  kith_database_free(f->database);
}

kith_txn* fixture_begin(const fixture* f) {
  static int64_t clock = CLOCK;
  return begin_at(f->session, ++clock);
}

kith_txn* begin_at(kith_session* session, int64_t seconds) {
  kith_txn_options options;
  kith_txn* txn = NULL;
  OK(kith_txn_options_init(&options, sizeof options));
  options.now = at(seconds);
  options.cause = "a test";
  OK(kith_txn_begin(session, &options, &txn, &error));
  return txn;
}

void commit(kith_txn* txn) {
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
}

kith_reader* fixture_read(const fixture* f) {
  kith_reader* reader = NULL;
  OK(kith_reader_open(f->session, NULL, &reader, &error));
  return reader;
}

void has_json(kith_string* json, const char* expected) {
  if (strstr(kith_string_data(json, NULL), expected) == NULL) {
    SAME(kith_string_data(json, NULL), expected);
  }
  kith_string_free(json);
}

const char* const kModel =
    "{\"kith_model\": 1, \"name\": \"tests\", \"entities\": {"
    "\"every\": {\"title\": \"t\", \"fields\": {"
    "\"b\": {\"type\": \"bool\"}, \"i\": {\"type\": \"int\"}, \"f\": {\"type\": \"float\"},"
    "\"d\": {\"type\": \"decimal\", \"scale\": 4}, \"m\": {\"type\": \"money\"},"
    "\"c\": {\"type\": \"choice\", \"options\": [\"red\", \"blue\"]},"
    "\"cs\": {\"type\": \"multi_choice\", \"options\": [\"x\", \"y\", \"z\"]},"
    "\"day\": {\"type\": \"date\"}, \"ts\": {\"type\": \"timestamp\"},"
    "\"span\": {\"type\": \"duration\"}, \"t\": {\"type\": \"text\"},"
    "\"blob\": {\"type\": \"bytes\"}, \"j\": {\"type\": \"json\"},"
    "\"ref\": {\"type\": \"reference\", \"to\": \"company\", \"on_delete\": \"clear\"},"
    "\"refs\": {\"type\": \"reference_list\", \"to\": \"company\", \"on_delete\": \"clear\"}}},"
    "\"company\": {\"title\": \"name\", \"fields\": {"
    "\"name\": {\"type\": \"text\", \"required\": true, \"unique\": true},"
    "\"number\": {\"type\": \"int\", \"unique\": true}}},"
    "\"deal\": {\"title\": \"name\", \"fields\": {"
    "\"name\": {\"type\": \"text\", \"required\": true},"
    "\"company\": {\"type\": \"reference\", \"to\": \"company\", \"inverse\": \"deals\","
    "\"on_delete\": \"restrict\"},"
    "\"amount\": {\"type\": \"decimal\", \"scale\": 2, \"required\": true},"
    "\"stage\": {\"type\": \"choice\", \"required\": true}, \"close_date\": {\"type\": \"date\"}},"
    "\"rules\": {\"not_negative\": {\"check\": \"r.amount >= 0.0\","
    "\"message\": \"The amount cannot be negative\", \"field\": \"amount\"}}}},"
    "\"pipelines\": {\"sales\": {\"entity\": \"deal\", \"field\": \"stage\", \"stages\": {"
    "\"Open\": {\"class\": \"open\", \"probability\": 50}, \"Won\": {\"class\": \"won\"},"
    "\"Lost\": {\"class\": \"lost\"}}, \"create_stages\": \"*\"}}}";
