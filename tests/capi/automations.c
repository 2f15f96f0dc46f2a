/* Automations: the tick, runs, events from outside, cancelling. */
#include "check.h"

#define DAY 86400

static const char* const kAutomationModel =
    "{\"kith_model\": 1, \"name\": \"automations\", \"entities\": {"
    "\"deal\": {\"title\": \"name\", \"fields\": {"
    "\"name\": {\"type\": \"text\", \"required\": true}, \"next_step\": {\"type\": \"text\"},"
    "\"loss_reason\": {\"type\": \"text\"}, \"stage\": {\"type\": \"choice\"}}}},"
    "\"pipelines\": {\"sales\": {\"entity\": \"deal\", \"field\": \"stage\", \"stages\": {"
    "\"New\": {\"class\": \"open\", \"probability\": 10}, \"Won\": {\"class\": \"won\"},"
    "\"Lost\": {\"class\": \"lost\", \"required\": [\"loss_reason\"]}}}},"
    "\"automations\": {"
    "\"welcome\": {\"entity\": \"deal\", \"on\": \"created\", \"order\": 1,"
    "\"when\": \"r.name != 'Quiet'\", \"steps\": ["
    "{\"send\": {\"topic\": \"email\", \"to\": \"'ann@example.org'\","
    "\"subject\": \"Welcome, ${r.name}\", \"body\": \"Hello\"}},"
    "{\"wait\": \"3d\"}, {\"set\": {\"next_step\": \"'Call'\"}}]},"
    "\"paid\": {\"entity\": \"deal\", \"on\": \"event\", \"event\": \"payment.received\","
    "\"order\": 2, \"steps\": [{\"move\": {\"to\": \"Won\", \"set\": {\"next_step\":"
    "\"'Invoice ' + string(event.invoice)\"}}}]},"
    "\"broken\": {\"entity\": \"deal\", \"on\": \"event\", \"event\": \"lost\", \"order\": 3,"
    "\"steps\": [{\"move\": {\"to\": \"Lost\"}}]}}}";

static kith_tick_result* tick(const fixture* f, int64_t seconds, uint32_t max_runs) {
  kith_tick_options options;
  kith_tick_result* result = NULL;
  OK(kith_tick_options_init(&options, sizeof options));
  options.now = at(seconds);
  options.max_runs = max_runs;
  OK(kith_session_tick(f->session, &options, &result, &error));
  return result;
}

/* Ticks until nothing is due, and frees what came of it. */
static void tick_all(const fixture* f, int64_t seconds) {
  kith_tick_result* result = NULL;
  do {
    kith_tick_result_free(result);
    result = tick(f, seconds, 100);
  } while (kith_tick_result_more(result));
  kith_tick_result_free(result);
}

static kith_runs* runs_of(const fixture* f, uint64_t record, const char* automation,
                          int32_t state) {
  kith_reader* reader = fixture_read(f);
  kith_runs* runs = NULL;
  kith_run_filter filter;
  OK(kith_run_filter_init(&filter, sizeof filter));
  filter.record = record;
  filter.automation = automation;
  filter.state = state;
  filter.limit = 0;
  OK(kith_reader_runs(reader, &filter, &runs, &error));
  kith_reader_free(reader);
  return runs;
}

static void check_text(const fixture* f, uint64_t id, const char* field, const char* expected) {
  kith_reader* reader = fixture_read(f);
  kith_record* record = NULL;
  const char* text = "";
  OK(kith_reader_get(reader, id, &record, &error));
  OK(kith_value_get_text(kith_record_find(record, field, N), &text, NULL, &error));
  SAME(text, expected);
  kith_record_free(record);
  kith_reader_free(reader);
}

static uint64_t make_deal(const fixture* f, int64_t seconds, const char* json) {
  kith_txn* txn = begin_at(f->session, seconds);
  uint64_t deal = 0;
  OK(kith_txn_create_json(txn, "deal", N, json, N, &deal, &error));
  commit(txn);
  return deal;
}

static void test_automation_list(const fixture* f) {
  kith_reader* reader = fixture_read(f);
  kith_automations* list = NULL;
  kith_string* json = NULL;
  kith_time due;
  size_t size = 0;
  OK(kith_reader_automations(reader, &list, &error));
  CHECK(kith_automations_count(list) == 3);
  SAME(kith_automations_name(list, 0, &size), "welcome");
  CHECK(size == 7);
  SAME(kith_automations_name(list, 2, NULL), "broken");
  SAME(kith_automations_entity(list, 0, NULL), "deal");
  SAME(kith_automations_trigger(list, 0, NULL), "created");
  SAME(kith_automations_trigger(list, 1, NULL), "event");
  SAME(kith_automations_state(list, 0, NULL), "active");
  SAME(kith_automations_condition(list, 0, NULL), "r.name != 'Quiet'");
  SAME(kith_automations_condition(list, 1, NULL), "");
  CHECK(kith_automations_id(list, 0) > 0 && kith_automations_version(list, 0) == 1);
  CHECK(kith_automations_order(list, 0) == 1 && kith_automations_order(list, 1) == 2);
  CHECK(kith_automations_steps(list, 0) == 3 && kith_automations_steps(list, 2) == 1);
  SAME(kith_automations_name(list, 3, &size), "");
  CHECK(size == 0 && kith_automations_id(list, 3) == 0 && kith_automations_steps(NULL, 0) == 0);
  OK(kith_automations_to_json(list, &json, &error));
  has_json(json, "\"name\":\"welcome\"");
  kith_automations_free(list);
  FAILS(KITH_NOT_FOUND, kith_reader_next_due(reader, &due, &error));
  CHECK(due.seconds == 0);
  kith_reader_free(reader);
}

static void check_waiting_run(const fixture* f, uint64_t deal, kith_time due) {
  kith_runs* runs = runs_of(f, deal, NULL, KITH_RUN_ANY);
  kith_reader* reader = fixture_read(f);
  kith_messages* messages = NULL;
  kith_string* json = NULL;
  const char* text = NULL;
  kith_time time;
  size_t size = 0;
  CHECK(kith_runs_count(runs) == 1 && kith_runs_id(runs, 0) > 0);
  SAME(kith_runs_automation(runs, 0, &size), "welcome");
  CHECK(size == 7 && kith_runs_version(runs, 0) == 1 && kith_runs_record(runs, 0) == deal);
  CHECK(kith_runs_enrolment(runs, 0) == 1 && kith_runs_state(runs, 0) == KITH_RUN_ACTIVE);
  CHECK(kith_runs_step(runs, 0) >= 1 && kith_runs_depth(runs, 0) == 1);
  CHECK(kith_runs_parent(runs, 0) == 0);
  SAME(kith_runs_message(runs, 0, NULL), "");
  OK(kith_runs_started(runs, 0, &time, &error));
  CHECK(time.seconds == CLOCK);
  OK(kith_runs_due(runs, 0, &time, &error));
  CHECK(time.seconds == due.seconds && time.nanoseconds == due.nanoseconds);
  FAILS(KITH_NOT_FOUND, kith_runs_ended(runs, 0, &time, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_runs_due(runs, 1, &time, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_runs_started(NULL, 0, &time, &error));
  SAME(kith_runs_automation(runs, 1, &size), "");
  CHECK(size == 0 && kith_runs_id(runs, 1) == 0 && kith_runs_state(NULL, 0) == 0);
  OK(kith_runs_to_json(runs, reader, &json, &error));
  has_json(json, "\"record\":\"deal:1\"");

  OK(kith_reader_outbox(reader, NULL, &messages, &error));
  CHECK(kith_messages_count(messages) == 1);
  CHECK(kith_messages_run(messages, 0) == kith_runs_id(runs, 0));
  CHECK(kith_messages_record(messages, 0) == deal);
  OK(kith_value_get_text(kith_value_find(kith_messages_payload(messages, 0), "subject", N), &text,
                         NULL, &error));
  SAME(text, "Welcome, Pilot");
  kith_messages_free(messages);
  kith_runs_free(runs);
  kith_reader_free(reader);
}

/* A run begins with its change, sends, waits three days, and goes on. */
static uint64_t test_a_run(const fixture* f) {
  const uint64_t deal = make_deal(f, CLOCK, "{\"name\": \"Pilot\"}");
  kith_reader* reader = fixture_read(f);
  kith_tick_result* result = NULL;
  kith_runs* runs = NULL;
  kith_string* json = NULL;
  kith_time due;
  OK(kith_reader_next_due(reader, &due, &error));
  kith_reader_free(reader);
  CHECK(due.seconds == CLOCK);
  result = tick(f, CLOCK + 60, 100);
  CHECK(kith_tick_result_runs(result) == 1 && kith_tick_result_messages(result) == 1);
  CHECK(kith_tick_result_steps(result) >= 1 && kith_tick_result_failures(result) == 0);
  CHECK(kith_tick_result_changes(result) == 0 && kith_tick_result_more(result) == 0);
  OK(kith_tick_result_next_due(result, &due, &error));
  CHECK(due.seconds >= CLOCK + 3 * DAY && due.seconds <= CLOCK + 60 + 3 * DAY);
  OK(kith_tick_result_to_json(result, &json, &error));
  has_json(json, "\"messages\":1,");
  kith_tick_result_free(result);
  check_waiting_run(f, deal, due);

  result = tick(f, CLOCK + 2 * DAY, 100); /* too early */
  CHECK(kith_tick_result_runs(result) == 0);
  kith_tick_result_free(result);
  result = tick(f, CLOCK + 4 * DAY, 100);
  CHECK(kith_tick_result_runs(result) == 1 && kith_tick_result_changes(result) == 1);
  FAILS(KITH_NOT_FOUND, kith_tick_result_next_due(result, &due, &error));
  kith_tick_result_free(result);
  check_text(f, deal, "next_step", "Call");
  runs = runs_of(f, deal, "welcome", KITH_RUN_DONE);
  CHECK(kith_runs_count(runs) == 1);
  FAILS(KITH_NOT_FOUND, kith_runs_due(runs, 0, &due, &error));
  OK(kith_runs_ended(runs, 0, &due, &error));
  CHECK(due.seconds == CLOCK + 4 * DAY);
  kith_runs_free(runs);
  return deal;
}

static void test_events(const fixture* f, uint64_t deal) {
  kith_txn* txn = begin_at(f->session, CLOCK + 5 * DAY);
  kith_inbound_event event;
  kith_value* data = NULL;
  kith_tick_result* result = NULL;
  kith_runs* runs = NULL;
  uint8_t repeated = 9;
  uint64_t begun = 9;
  OK(kith_value_from_json("{\"invoice\": 7}", N, &data, &error));
  OK(kith_inbound_event_init(&event, sizeof event));
  event.id = "pay-1";
  event.name = "payment.received";
  event.record = deal;
  event.data = data;
  OK(kith_txn_receive(txn, &event, &repeated, &begun, &error));
  CHECK(repeated == 0 && begun == 1);
  OK(kith_txn_receive(txn, &event, &repeated, &begun, &error));
  CHECK(repeated == 1 && begun == 1); /* as the first was answered */
  kith_value_free(data);
  event.data = NULL;
  event.record = deal + 90;
  event.id = NULL;
  CHECK(kith_txn_receive(txn, &event, NULL, NULL, NULL) != KITH_OK);
  commit(txn);
  tick_all(f, CLOCK + 5 * DAY);
  check_text(f, deal, "stage", "Won");
  check_text(f, deal, "next_step", "Invoice 7");

  /* A step that the pipeline refuses fails its run; the tick succeeds, and the run says why. */
  deal = make_deal(f, CLOCK + 6 * DAY, "{\"name\": \"Quiet\"}");
  txn = begin_at(f->session, CLOCK + 6 * DAY);
  OK(kith_txn_receive_json(txn, "{\"name\": \"lost\", \"record\": \"deal:2\"}", N, NULL, &begun,
                           &error));
  CHECK(begun == 1);
  commit(txn);
  result = tick(f, CLOCK + 6 * DAY, 100);
  CHECK(kith_tick_result_failures(result) == 1 && kith_tick_result_changes(result) == 0);
  kith_tick_result_free(result);
  runs = runs_of(f, deal, NULL, KITH_RUN_FAILED);
  CHECK(kith_runs_count(runs) == 1 && kith_runs_message(runs, 0, NULL)[0] != '\0');
  kith_runs_free(runs);
  check_text(f, deal, "stage", "New");
}

/* A budget of one run at a time; then the host calls one off. */
static void test_budget_and_cancel(const fixture* f) {
  const uint64_t first = make_deal(f, CLOCK + 7 * DAY, "{\"name\": \"A\"}");
  const uint64_t second = make_deal(f, CLOCK + 7 * DAY, "{\"name\": \"B\"}");
  kith_tick_result* result = tick(f, CLOCK + 7 * DAY, 1);
  kith_runs* runs = NULL;
  kith_txn* txn = NULL;
  uint64_t run = 0;
  CHECK(kith_tick_result_runs(result) == 1 && kith_tick_result_more(result) == 1);
  kith_tick_result_free(result);
  tick_all(f, CLOCK + 7 * DAY);
  runs = runs_of(f, second, NULL, KITH_RUN_ACTIVE);
  CHECK(kith_runs_count(runs) == 1);
  run = kith_runs_id(runs, 0);
  kith_runs_free(runs);
  txn = begin_at(f->session, CLOCK + 8 * DAY);
  FAILS(KITH_NOT_FOUND, kith_txn_cancel_run(txn, run + 90, "no", N, &error));
  OK(kith_txn_cancel_run(txn, run, "a mistake, again", 9, &error));
  commit(txn);
  runs = runs_of(f, second, NULL, KITH_RUN_CANCELLED);
  CHECK(kith_runs_count(runs) == 1);
  CHECK(strstr(kith_runs_message(runs, 0, NULL), "a mistake") != NULL);
  CHECK(strstr(kith_runs_message(runs, 0, NULL), "again") == NULL);
  kith_runs_free(runs);
  tick_all(f, CLOCK + 30 * DAY);
  check_text(f, first, "next_step", "Call");
  runs = runs_of(f, 0, NULL, KITH_RUN_ACTIVE);
  CHECK(kith_runs_count(runs) == 0);
  kith_runs_free(runs);
}

void test_automations(void) {
  fixture f = fixture_open(kAutomationModel);
  kith_tick_options options;
  uint64_t deal = 0;
  OK(kith_tick_options_init(&options, sizeof options));
  FAILS(KITH_INVALID_ARGUMENT, kith_session_tick(f.session, &options, NULL, &error)); /* no time */
  test_automation_list(&f);
  deal = test_a_run(&f);
  test_events(&f, deal);
  test_budget_and_cancel(&f);
  fixture_free(&f);
}
