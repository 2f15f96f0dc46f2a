/* Pipelines: what they are, moves, possible moves, the history of stages. */
#include "check.h"

static const char* const kPipelineModel =
    "{\"kith_model\": 1, \"name\": \"pipelines\", \"entities\": {"
    "\"deal\": {\"title\": \"name\", \"fields\": {"
    "\"name\": {\"type\": \"text\", \"required\": true},"
    "\"amount\": {\"type\": \"decimal\", \"scale\": 2}, \"close_date\": {\"type\": \"date\"},"
    "\"loss_reason\": {\"type\": \"text\"}, \"stage\": {\"type\": \"choice\"}}}},"
    "\"pipelines\": {\"sales\": {\"entity\": \"deal\", \"field\": \"stage\", \"stages\": {"
    "\"New\": {\"class\": \"open\", \"probability\": 10, \"label\": \"Brand new\","
    "\"rot_after\": \"14d\"},"
    "\"Offer\": {\"class\": \"open\", \"probability\": 50, \"forecast\": \"best_case\"},"
    "\"Won\": {\"class\": \"won\"}, \"Lost\": {\"class\": \"lost\"},"
    "\"Old\": {\"class\": \"parked\", \"retired\": true}},"
    "\"transitions\": [{\"name\": \"offer\", \"from\": [\"New\"], \"to\": \"Offer\"},"
    "{\"name\": \"win\", \"from\": [\"Offer\"], \"to\": \"Won\", \"guard\": \"r.amount > 100.0\","
    "\"required_inputs\": [\"close_date\"]},"
    "{\"name\": \"lose\", \"from\": [\"New\", \"Offer\"], \"to\": \"Lost\","
    "\"required_inputs\": [\"loss_reason\"]},"
    "{\"name\": \"revive\", \"from\": [\"Lost\"], \"to\": \"New\", \"reopen\": true}]}}}";

static void test_descriptions(const fixture* f) {
  kith_reader* reader = fixture_read(f);
  kith_pipelines* list = NULL;
  kith_string* json = NULL;
  kith_time time;
  size_t size = 0;
  OK(kith_reader_pipelines(reader, &list, &error));
  kith_reader_free(reader);
  CHECK(kith_pipelines_count(list) == 1);
  SAME(kith_pipelines_name(list, 0, &size), "sales");
  CHECK(size == 5);
  SAME(kith_pipelines_label(list, 0, NULL), "Sales");
  SAME(kith_pipelines_entity(list, 0, NULL), "deal");
  SAME(kith_pipelines_field(list, 0, NULL), "stage");
  SAME(kith_pipelines_default_stage(list, 0, NULL), "New");
  CHECK(kith_pipelines_version(list, 0) == 1);
  CHECK(kith_pipelines_stage_count(list, 0) == 5);
  SAME(kith_pipelines_stage_name(list, 0, 1, &size), "Offer");
  CHECK(size == 5);
  SAME(kith_pipelines_stage_label(list, 0, 0, NULL), "Brand new");
  SAME(kith_pipelines_stage_class(list, 0, 2, NULL), "won");
  SAME(kith_pipelines_stage_class(list, 0, 4, NULL), "parked");
  SAME(kith_pipelines_stage_forecast(list, 0, 1, NULL), "best_case");
  CHECK(kith_pipelines_stage_probability(list, 0, 1) == 50);
  CHECK(kith_pipelines_stage_probability(list, 0, 2) == 100);
  CHECK(kith_pipelines_stage_order(list, 0, 0) < kith_pipelines_stage_order(list, 0, 1));
  CHECK(kith_pipelines_stage_retired(list, 0, 4) == 1);
  CHECK(kith_pipelines_stage_retired(list, 0, 0) == 0);
  OK(kith_pipelines_stage_rot_after(list, 0, 0, &time, &error));
  CHECK(time.seconds == 14 * 86400 && time.nanoseconds == 0);
  FAILS(KITH_NOT_FOUND, kith_pipelines_stage_rot_after(list, 0, 1, &time, &error));
  CHECK(time.seconds == 0);
  FAILS(KITH_INVALID_ARGUMENT, kith_pipelines_stage_rot_after(list, 0, 5, &time, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_pipelines_stage_rot_after(list, 1, 0, &time, &error));
  SAME(kith_pipelines_name(list, 1, &size), "");
  CHECK(size == 0 && kith_pipelines_stage_count(list, 1) == 0);
  SAME(kith_pipelines_stage_name(list, 0, 5, NULL), "");
  CHECK(kith_pipelines_stage_order(list, 0, 5) == 0 && kith_pipelines_version(list, 1) == 0);
  OK(kith_pipelines_to_json(list, &json, &error));
  has_json(json, "[{\"name\":\"sales\",");
  kith_pipelines_free(list);
}

/* Of a new deal: on to an offer freely, to Lost with a reason, nowhere else. */
static void test_possible(const kith_reader* reader, uint64_t deal) {
  kith_moves* moves = NULL;
  kith_string* json = NULL;
  size_t size = 0;
  OK(kith_reader_possible_moves(reader, deal, NULL, 0, &moves, &error));
  CHECK(kith_moves_count(moves) == 4);
  SAME(kith_moves_stage(moves, 0, &size), "Offer");
  CHECK(size == 5 && kith_moves_allowed(moves, 0) == 1 && kith_moves_reopens(moves, 0) == 0);
  SAME(kith_moves_transition(moves, 0, NULL), "offer");
  CHECK(kith_moves_reason_count(moves, 0) == 0);
  SAME(kith_moves_stage(moves, 1, NULL), "Won");
  CHECK(kith_moves_allowed(moves, 1) == 0);
  SAME(kith_moves_transition(moves, 1, NULL), "");
  CHECK(kith_moves_reason_count(moves, 1) >= 1);
  SAME(kith_moves_reason_code(moves, 1, 0, NULL), "transition");
  SAME(kith_moves_stage(moves, 2, NULL), "Lost");
  CHECK(kith_moves_allowed(moves, 2) == 0 && kith_moves_reason_count(moves, 2) == 1);
  SAME(kith_moves_reason_code(moves, 2, 0, &size), "required_input");
  CHECK(size == strlen("required_input"));
  SAME(kith_moves_reason_entity(moves, 2, 0, NULL), "deal");
  SAME(kith_moves_reason_field(moves, 2, 0, NULL), "loss_reason");
  CHECK(kith_moves_reason_message(moves, 2, 0, NULL)[0] != '\0');
  CHECK(kith_moves_allowed(moves, 3) == 0);
  SAME(kith_moves_stage(moves, 4, &size), "");
  SAME(kith_moves_reason_code(moves, 0, 0, NULL), "");
  SAME(kith_moves_reason_code(moves, 9, 0, NULL), "");
  CHECK(size == 0 && kith_moves_reason_count(moves, 9) == 0 && kith_moves_allowed(moves, 9) == 0);
  kith_moves_free(moves);
  OK(kith_reader_possible_moves(reader, deal, "stage", N, &moves, &error));
  CHECK(kith_moves_count(moves) == 4);
  OK(kith_moves_to_json(moves, &json, &error));
  has_json(json, "[{\"stage\":\"Offer\",\"allowed\":true,");
  kith_moves_free(moves);
  FAILS(KITH_NOT_FOUND, kith_reader_possible_moves(reader, deal + 9, NULL, 0, &moves, &error));
  CHECK(moves == NULL);
  FAILS(KITH_INVALID_ARGUMENT,
        kith_reader_possible_moves(reader, deal, "amount", N, &moves, &error));
}

static void test_refused_moves(kith_txn* txn, uint64_t deal) {
  kith_move_options options;
  kith_move_result* result = NULL;
  kith_error* wrong = NULL;
  OK(kith_move_options_init(&options, sizeof options));
  options.expected_stage = "New";
  FAILS(KITH_CONFLICT, kith_txn_move(txn, deal, "Lost", N, NULL, &options, &result, &error));
  options.expected_stage = "Offer";
  options.expected_version = 1u << 30;
  FAILS(KITH_CONFLICT, kith_txn_move(txn, deal, "Lost", N, NULL, &options, &result, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_move(txn, deal, "Lots", N, NULL, NULL, NULL, &error));
  FAILS(KITH_NOT_FOUND, kith_txn_move(txn, deal + 9, "Lost", N, NULL, NULL, NULL, &error));
  CHECK(result == NULL);
  /* The guard and the input it needs, together. */
  CHECK(kith_txn_move(txn, deal, "Won", N, NULL, NULL, NULL, &wrong) == KITH_REFUSED);
  CHECK(kith_error_violation_count(wrong) == 2);
  CHECK(strcmp(kith_error_violation_code(wrong, 0, NULL), "guard") == 0 ||
        strcmp(kith_error_violation_code(wrong, 1, NULL), "guard") == 0);
  CHECK(strcmp(kith_error_violation_field(wrong, 0, NULL), "close_date") == 0 ||
        strcmp(kith_error_violation_field(wrong, 1, NULL), "close_date") == 0);
  kith_error_free(wrong);
}

static void test_moves_to_won(kith_session* session, uint64_t deal) {
  kith_txn* txn = begin_at(session, CLOCK + 86400);
  kith_reader* reader = NULL;
  kith_patch* fields = NULL;
  kith_move_options options;
  kith_move_result* result = NULL;
  kith_string* json = NULL;
  size_t size = 0;
  OK(kith_txn_reader(txn, &reader, &error));
  test_possible(reader, deal);
  kith_reader_free(reader);
  OK(kith_txn_move(txn, deal, "Offer", N, NULL, NULL, &result, &error));
  CHECK(kith_move_result_moved(result) == 1 && kith_move_result_reopened(result) == 0);
  CHECK(kith_move_result_overridden(result) == 0);
  SAME(kith_move_result_from(result, &size), "New");
  CHECK(size == 3);
  SAME(kith_move_result_to(result, NULL), "Offer");
  SAME(kith_move_result_transition(result, NULL), "offer");
  kith_move_result_free(result);
  OK(kith_txn_move(txn, deal, "Offer", N, NULL, NULL, &result, &error)); /* there already */
  CHECK(kith_move_result_moved(result) == 0);
  OK(kith_move_result_to_json(result, &json, &error));
  has_json(json, "{\"moved\":false,");
  kith_move_result_free(result);
  test_refused_moves(txn, deal);
  commit(txn);

  txn = begin_at(session, CLOCK + 3 * 86400);
  OK(kith_patch_from_json("{\"amount\": 500, \"close_date\": \"2024-01-04\"}", N, &fields, &error));
  OK(kith_move_options_init(&options, sizeof options));
  options.field = "stage";
  options.expected_stage = "Offer+";
  options.expected_stage_size = 5;
  OK(kith_txn_move(txn, deal, "Won", N, fields, &options, NULL, &error));
  kith_patch_free(fields);
  commit(txn);
}

/* With the capability a move goes past everything, and the history says so. */
static void test_override(const fixture* f, uint64_t deal) {
  kith_txn* txn = begin_at(f->session, CLOCK + 4 * 86400);
  kith_reader* reader = NULL;
  kith_move_result* result = NULL;
  kith_history* history = NULL;
  kith_string* json = NULL;
  OK(kith_txn_move(txn, deal, "New", N, NULL, NULL, &result, &error));
  CHECK(kith_move_result_moved(result) == 1 && kith_move_result_overridden(result) == 1);
  CHECK(kith_move_result_reopened(result) == 1);
  kith_move_result_free(result);
  commit(txn);
  reader = fixture_read(f);
  OK(kith_reader_history(reader, deal, 2, &history, &error));
  OK(kith_history_to_json(history, reader, &json, &error));
  has_json(json, "\"overridden\":true");
  kith_reader_free(reader);
  CHECK(kith_history_overridden(history, 0) == 1 && kith_history_overridden(history, 1) == 0);
  CHECK(kith_history_overridden(history, 9) == 0 && kith_history_overridden(NULL, 0) == 0);
  kith_history_free(history);
}

static void test_visits(const fixture* f, uint64_t deal) {
  const char* const stages[4] = {"New", "Offer", "Won", "New"};
  const int64_t days[5] = {0, 1, 3, 4, 6};
  kith_time now = at(CLOCK + 6 * 86400);
  kith_reader* reader = NULL;
  kith_stage_visits* visits = NULL;
  kith_string* json = NULL;
  kith_time time;
  size_t i = 0;
  OK(kith_reader_open(f->session, &now, &reader, &error));
  OK(kith_reader_stage_history(reader, deal, NULL, 0, &visits, &error));
  CHECK(kith_stage_visits_count(visits) == 4);
  for (i = 0; i < 4; ++i) {
    SAME(kith_stage_visits_stage(visits, i, NULL), stages[i]);
    SAME(kith_stage_visits_cause(visits, i, NULL), "a test");
    OK(kith_stage_visits_entered(visits, i, &time, &error));
    CHECK(time.seconds == CLOCK + days[i] * 86400);
    OK(kith_stage_visits_duration(visits, i, &time, &error));
    CHECK(time.seconds == (days[i + 1] - days[i]) * 86400);
    CHECK(kith_stage_visits_actor(visits, i) == 0);
    CHECK(kith_stage_visits_sequence(visits, i) > 0);
    CHECK(kith_stage_visits_overridden(visits, i) == (i == 3));
  }
  OK(kith_stage_visits_left(visits, 2, &time, &error));
  CHECK(time.seconds == CLOCK + 4 * 86400);
  FAILS(KITH_NOT_FOUND, kith_stage_visits_left(visits, 3, &time, &error));
  CHECK(time.seconds == 0);
  FAILS(KITH_INVALID_ARGUMENT, kith_stage_visits_left(visits, 4, &time, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_stage_visits_entered(NULL, 0, &time, &error));
  OK(kith_stage_visits_to_json(visits, reader, &json, &error));
  has_json(json, "[{\"stage\":\"New\",");
  kith_stage_visits_free(visits);
  FAILS(KITH_NOT_FOUND, kith_reader_stage_history(reader, deal + 9, NULL, 0, &visits, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_reader_stage_history(reader, deal, "no", N, &visits, &error));
  kith_reader_free(reader);
}

void test_pipelines(void) {
  fixture f = fixture_open(kPipelineModel);
  kith_session* plain = NULL;
  kith_txn* txn = NULL;
  uint64_t deal = 0;
  OK(kith_session_open(f.database, NULL, &plain, &error));
  test_descriptions(&f);
  txn = begin_at(plain, CLOCK);
  OK(kith_txn_create_json(txn, "deal", N, "{\"name\": \"Pilot\"}", N, &deal, &error));
  commit(txn);
  test_moves_to_won(plain, deal);
  test_override(&f, deal);
  test_visits(&f, deal);
  kith_session_free(plain);
  fixture_free(&f);
}
