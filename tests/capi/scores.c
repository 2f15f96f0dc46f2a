/* Scores: what one comes to for a record, row by row. */
#include "check.h"

static const char* const kScoreModel =
    "{\"kith_model\": 1, \"name\": \"scores\", \"entities\": {"
    "\"lead\": {\"fields\": {\"name\": {\"type\": \"text\"}, \"seats\": {\"type\": \"int\"},"
    "\"seen\": {\"type\": \"timestamp\"}}}},"
    "\"scores\": {\"fit\": {\"entity\": \"lead\", \"label\": \"How fit\", \"max\": 50, \"rows\": ["
    "{\"name\": \"size\", \"points\": \"60 / seats\"},"
    "{\"name\": \"named\", \"when\": \"name != 'Bob'\", \"points\": \"7.25\"},"
    "{\"name\": \"seen\", \"points\": \"20\", \"half_life\": \"30d\", \"since\": \"seen\"}]}}}";

static void is_decimal(const kith_value* value, const char* text) {
  kith_string* shown = NULL;
  OK(kith_value_to_json(value, NULL, &shown, &error));
  SAME(kith_string_data(shown, NULL), text);
  kith_string_free(shown);
}

static void test_good(const kith_reader* reader, uint64_t lead) {
  kith_score* score = NULL;
  kith_string* json = NULL;
  size_t size = 0;
  OK(kith_reader_score(reader, lead, "fit", N, &score, &error));
  SAME(kith_score_name(score, &size), "fit");
  CHECK(size == 3);
  SAME(kith_score_label(score, NULL), "How fit");
  is_decimal(kith_score_total(score), "47.2500");
  CHECK(kith_score_count(score) == 3);
  SAME(kith_score_row(score, 1, &size), "named");
  CHECK(size == 5 && kith_score_matched(score, 1) == 1);
  is_decimal(kith_score_points(score, 0), "20.0000");
  is_decimal(kith_score_points(score, 1), "7.2500");
  CHECK(kith_score_error_class(score, 1) == KITH_EVALUATION_NONE);
  SAME(kith_score_message(score, 1, &size), "");
  CHECK(size == 0);
  OK(kith_score_to_json(score, &json, &error));
  has_json(json, "{\"name\":\"fit\",\"label\":\"How fit\",\"total\":47.2500,\"rows\":[");
  SAME(kith_score_row(score, 3, &size), "");
  CHECK(size == 0 && kith_score_points(score, 3) == NULL && kith_score_matched(score, 3) == 0);
  CHECK(kith_score_error_class(score, 3) == KITH_EVALUATION_NONE);
  kith_score_free(score);
}

static void test_failed_rows(const kith_reader* reader, uint64_t lead) {
  kith_score* score = NULL;
  OK(kith_reader_score(reader, lead, "fit", 3, &score, &error));
  is_decimal(kith_score_total(score), "0.0000");
  CHECK(kith_score_error_class(score, 0) == KITH_EVALUATION_DATA);
  CHECK(kith_score_matched(score, 0) == 1);
  SAME(kith_score_message(score, 0, NULL), "points: division by zero");
  CHECK(kith_score_matched(score, 1) == 0);
  CHECK(kith_score_error_class(score, 1) == KITH_EVALUATION_NONE);
  CHECK(kith_score_error_class(score, 2) == KITH_EVALUATION_MISSING);
  SAME(kith_score_message(score, 2, NULL), "since: it is null");
  kith_score_free(score);
}

static void test_mistakes(const kith_reader* reader, uint64_t lead) {
  kith_score* score = (kith_score*)&lead;
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_score(reader, lead, "fitt", N, &score, &error));
  CHECK(score == NULL);
  FAILS(KITH_NOT_FOUND, kith_reader_score(reader, lead + 9, "fit", N, &score, &error));
  SAME(kith_score_name(NULL, NULL), "");
  CHECK(kith_score_total(NULL) == NULL && kith_score_count(NULL) == 0);
}

void test_scores(void) {
  fixture f = fixture_open(kScoreModel);
  kith_session* session = NULL;
  kith_txn* txn = NULL;
  kith_reader* reader = NULL;
  uint64_t ada = 0;
  uint64_t bob = 0;
  OK(kith_session_open(f.database, NULL, &session, &error));
  txn = begin_at(session, CLOCK);
  OK(kith_txn_create_json(txn, "lead", N,
                          "{\"name\": \"Ada\", \"seats\": 3, \"seen\": \"9999-01-01T00:00:00Z\"}",
                          N, &ada, &error));
  OK(kith_txn_create_json(txn, "lead", N, "{\"name\": \"Bob\", \"seats\": 0}", N, &bob, &error));
  commit(txn);
  reader = fixture_read(&f);
  test_good(reader, ada);
  test_failed_rows(reader, bob);
  test_mistakes(reader, ada);
  kith_reader_free(reader);
  kith_session_free(session);
  fixture_free(&f);
}
