/* Defaults of the input structs of pipelines, automations, the outbox, capture and timelines, and
 * what they refuse; nothing of it reaches the engine. */
#include "check.h"

/* The init function refuses NULL and wrong sizes, and clears what is behind what it knows. */
#define CHECK_INIT(type, size)                                             \
  do {                                                                     \
    struct {                                                               \
      type known;                                                          \
      uint64_t added;                                                      \
    } newer;                                                               \
    memset(&newer, 0x5A, sizeof newer);                                    \
    CHECK(type##_init(NULL, (size)) == KITH_INVALID_ARGUMENT);             \
    CHECK(type##_init(&newer.known, (size)-1) == KITH_INVALID_ARGUMENT);   \
    CHECK(type##_init(&newer.known, (size_t)-1) == KITH_INVALID_ARGUMENT); \
    CHECK(type##_init(&newer.known, sizeof newer) == KITH_OK);             \
    CHECK(newer.known.struct_size == sizeof newer && newer.added == 0);    \
  } while (0)

static void test_inits(void) {
  CHECK_INIT(kith_move_options, KITH_MOVE_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_tick_options, KITH_TICK_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_run_filter, KITH_RUN_FILTER_V1_SIZE);
  CHECK_INIT(kith_inbound_event, KITH_INBOUND_EVENT_V1_SIZE);
  CHECK_INIT(kith_message_draft, KITH_MESSAGE_DRAFT_V1_SIZE);
  CHECK_INIT(kith_message_filter, KITH_MESSAGE_FILTER_V1_SIZE);
  CHECK_INIT(kith_lease_options, KITH_LEASE_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_refuse_options, KITH_REFUSE_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_capture_event, KITH_CAPTURE_EVENT_V1_SIZE);
  CHECK_INIT(kith_timeline_options, KITH_TIMELINE_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_restore_options, KITH_RESTORE_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_trim_options, KITH_TRIM_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_feed_options, KITH_FEED_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_check_options, KITH_CHECK_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_load_options, KITH_LOAD_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_pool_options, KITH_POOL_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_expr_options, KITH_EXPR_OPTIONS_V1_SIZE);
  CHECK_INIT(kith_evaluation, KITH_EVALUATION_V1_SIZE);
}

#define WRONG(call) FAILS(KITH_INVALID_ARGUMENT, call)

static void test_move_options(kith_txn* txn, kith_reader* reader) {
  kith_move_options options;
  kith_move_result* result = (kith_move_result*)&options;
  kith_moves* moves = (kith_moves*)&options;
  kith_stage_visits* visits = (kith_stage_visits*)&options;
  memset(&options, 0, sizeof options);
  WRONG(kith_txn_move(txn, 1, "Won", N, NULL, &options, &result, &error));
  CHECK(result == NULL);
  OK(kith_move_options_init(&options, sizeof options));
  CHECK(options.field == NULL && options.expected_version == 0);
  options.reserved = 1;
  WRONG(kith_txn_move(txn, 1, "Won", N, NULL, &options, NULL, &error));
  options.reserved = 0;
  options.field_size = 3; /* of NULL */
  WRONG(kith_txn_move(txn, 1, "Won", N, NULL, &options, NULL, &error));
  options.field_size = N;
  options.expected_stage_size = 3;
  WRONG(kith_txn_move(txn, 1, "Won", N, NULL, &options, NULL, &error));
  WRONG(kith_txn_move(txn, 1, NULL, 3, NULL, NULL, NULL, &error));
  WRONG(kith_reader_possible_moves(reader, 1, NULL, 3, &moves, &error));
  WRONG(kith_reader_possible_moves(reader, 1, NULL, 0, NULL, &error));
  WRONG(kith_reader_stage_history(reader, 1, NULL, 3, &visits, &error));
  CHECK(moves == NULL && visits == NULL);
}

static void test_tick_options(const fixture* f) {
  kith_tick_options options;
  kith_tick_result* result = (kith_tick_result*)&options;
  WRONG(kith_session_tick(f->session, NULL, &result, &error));
  CHECK(result == NULL);
  OK(kith_tick_options_init(&options, sizeof options));
  CHECK(options.max_runs == 10000 && options.timeout_ms == 5000);
  CHECK(options.keep.seconds == 30 * 86400 && options.keep.nanoseconds == 0);
  CHECK(options.durability == KITH_DURABILITY_FULL);
  options.now = at(CLOCK);
  options.durability = 2;
  WRONG(kith_session_tick(f->session, &options, &result, &error));
  options.durability = KITH_DURABILITY_DEFERRED;
  options.timeout_ms = -1;
  WRONG(kith_session_tick(f->session, &options, &result, &error));
  options.timeout_ms = 0;
  options.reserved = 1;
  WRONG(kith_session_tick(f->session, &options, &result, &error));
  options.reserved = 0;
  options.keep.nanoseconds = -1;
  WRONG(kith_session_tick(f->session, &options, &result, &error));
  options.keep.nanoseconds = 0;
  options.now.reserved = 1;
  WRONG(kith_session_tick(f->session, &options, &result, &error));
}

static void test_run_filter(kith_txn* txn, kith_reader* reader) {
  kith_run_filter filter;
  kith_runs* runs = (kith_runs*)&filter;
  OK(kith_run_filter_init(&filter, sizeof filter));
  CHECK(filter.state == KITH_RUN_ANY && filter.limit == 1000 && filter.record == 0);
  filter.state = KITH_RUN_SUSPENDED + 1;
  WRONG(kith_reader_runs(reader, &filter, &runs, &error));
  filter.state = KITH_RUN_ANY - 1;
  WRONG(kith_reader_runs(reader, &filter, &runs, &error));
  filter.state = KITH_RUN_DONE;
  filter.automation_size = 1;
  WRONG(kith_reader_runs(reader, &filter, &runs, &error));
  CHECK(runs == NULL);
  WRONG(kith_reader_runs(reader, NULL, NULL, &error));
  WRONG(kith_reader_automations(reader, NULL, &error));
  WRONG(kith_reader_next_due(reader, NULL, &error));
  WRONG(kith_txn_cancel_run(txn, 1, NULL, 4, &error));
}

static void test_inbound_event(kith_txn* txn) {
  kith_inbound_event event;
  kith_value* text = NULL;
  uint8_t repeated = 7;
  uint64_t runs = 7;
  WRONG(kith_txn_receive(txn, NULL, &repeated, &runs, &error));
  CHECK(repeated == 0 && runs == 0);
  OK(kith_inbound_event_init(&event, sizeof event));
  event.reserved = 1;
  WRONG(kith_txn_receive(txn, &event, NULL, NULL, &error));
  event.reserved = 0;
  OK(kith_value_new(&text, &error));
  event.data = text; /* null is no map */
  WRONG(kith_txn_receive(txn, &event, NULL, NULL, &error));
  event.data = NULL;
  event.name_size = 3;
  WRONG(kith_txn_receive(txn, &event, NULL, NULL, &error));
  kith_value_free(text);
}

static void test_outbox_structs(kith_txn* txn, kith_reader* reader) {
  kith_message_draft draft;
  kith_message_filter filter;
  kith_lease_options lease;
  kith_refuse_options refuse;
  kith_value* number = NULL;
  uint64_t sequence = 7;
  kith_messages* messages = (kith_messages*)&draft;
  OK(kith_value_new(&number, &error));
  OK(kith_value_set_int(number, 1, &error));
  WRONG(kith_txn_send(txn, NULL, &sequence, &error));
  CHECK(sequence == 0);
  OK(kith_message_draft_init(&draft, sizeof draft));
  draft.payload = number;
  draft.topic = "email";
  WRONG(kith_txn_send(txn, &draft, &sequence, &error));
  draft.payload = NULL;
  draft.has_not_before = 2;
  WRONG(kith_txn_send(txn, &draft, &sequence, &error));
  draft.has_not_before = 1;
  draft.not_before = at(INT64_MIN);
  WRONG(kith_txn_send(txn, &draft, &sequence, &error));
  draft.has_not_before = 0;
  draft.reserved[2] = 1;
  WRONG(kith_txn_send(txn, &draft, &sequence, &error));
  kith_value_free(number);

  OK(kith_message_filter_init(&filter, sizeof filter));
  CHECK(filter.state == KITH_MESSAGE_ANY && filter.limit == 1000 && filter.after == 0);
  filter.state = KITH_MESSAGE_DEAD + 1;
  WRONG(kith_reader_outbox(reader, &filter, &messages, &error));
  CHECK(messages == NULL);

  OK(kith_lease_options_init(&lease, sizeof lease));
  CHECK(lease.limit == 10 && lease.ttl.seconds == 60);
  lease.ttl.nanoseconds = 1000000000;
  WRONG(kith_txn_lease(txn, &lease, &messages, &error));
  WRONG(kith_txn_lease(txn, NULL, NULL, &error));

  OK(kith_refuse_options_init(&refuse, sizeof refuse));
  CHECK(refuse.dead == 0 && refuse.has_retry_after == 0);
  refuse.dead = 2;
  WRONG(kith_txn_refuse(txn, 1, 1, &refuse, &error));
  refuse.dead = 0;
  refuse.has_retry_after = 2;
  WRONG(kith_txn_refuse(txn, 1, 1, &refuse, &error));
  refuse.has_retry_after = 1;
  refuse.retry_after = at(INT64_MAX);
  WRONG(kith_txn_refuse(txn, 1, 1, &refuse, &error));
  refuse.has_retry_after = 0;
  refuse.reserved[0] = 1;
  WRONG(kith_txn_refuse(txn, 1, 1, &refuse, &error));
}

static void test_intake_structs(kith_txn* txn, kith_reader* reader) {
  const char* related[2] = {"deal", NULL};
  kith_capture_event event;
  kith_timeline_options options;
  kith_value* list = NULL;
  kith_capture_result* result = (kith_capture_result*)&event;
  kith_timeline* timeline = (kith_timeline*)&event;
  OK(kith_value_from_json("[1]", N, &list, &error));
  WRONG(kith_txn_capture(txn, NULL, &result, &error));
  CHECK(result == NULL);
  OK(kith_capture_event_init(&event, sizeof event));
  event.kind = "form";
  event.data = list;
  WRONG(kith_txn_capture(txn, &event, &result, &error));
  event.data = NULL;
  event.has_at = 2;
  WRONG(kith_txn_capture(txn, &event, &result, &error));
  event.has_at = 1;
  event.at.nanoseconds = -1;
  WRONG(kith_txn_capture(txn, &event, &result, &error));
  event.has_at = 0;
  event.body_size = 1;
  WRONG(kith_txn_capture(txn, &event, &result, &error));
  event.body_size = N;
  event.reserved[1] = 1;
  WRONG(kith_txn_capture(txn, &event, &result, &error));
  kith_value_free(list);

  OK(kith_timeline_options_init(&options, sizeof options));
  CHECK(options.limit == 100 && options.newest_first == 0 && options.related_count == 0);
  options.newest_first = 2;
  WRONG(kith_reader_timeline(reader, 1, &options, &timeline, &error));
  CHECK(timeline == NULL);
  options.newest_first = 1;
  options.related_count = 1;
  WRONG(kith_reader_timeline(reader, 1, &options, &timeline, &error));
  options.related = related;
  options.related_count = 2;
  WRONG(kith_reader_timeline(reader, 1, &options, &timeline, &error));
}

/* A program compiled before limits were added still opens databases. */
static void test_older_open_options(void) {
  kith_open_options open;
  kith_create_options create;
  kith_database* database = NULL;
  memset(&open, 0x5A, sizeof open);
  OK(kith_open_options_init(&open, KITH_OPEN_OPTIONS_V1_SIZE));
  CHECK(open.max_chain_depth == 0x5A5A5A5A); /* not its bytes */
  OK(kith_open_options_init(&open, KITH_OPEN_OPTIONS_V2_SIZE));
  CHECK(open.max_message_attempts == 8 && open.max_undo_records == 0x5A5A5A5A5A5A5A5A);
  OK(kith_create_options_init(&create, sizeof create));
  create.now = at(CLOCK);
  create.open = &open;
  OK(kith_database_create(":memory:", N, &create, &database, &error));
  kith_database_free(database);
  OK(kith_open_options_init(&open, sizeof open));
  CHECK(open.max_chain_depth == 10 && open.max_message_attempts == 8);
  CHECK(open.max_value_bytes == 16 << 20 && open.max_as_of_changes == 1000000);
  CHECK(open.max_undo_records == 10000 && open.max_related_rows == 1000);
}

/* The same as JSON: what a document says wrong never reaches the engine either. */
static void test_documents(kith_txn* txn) {
  kith_error* wrong = NULL;
  kith_capture_result* result = (kith_capture_result*)&wrong;
  uint64_t number = 7;
  uint8_t repeated = 7;
  CHECK(kith_txn_capture_json(txn, "{\"kindd\": \"form\"}", N, &result, &wrong) ==
        KITH_INVALID_ARGUMENT);
  CHECK(result == NULL && strstr(kith_error_text(wrong, NULL), "kindd") != NULL);
  kith_error_free(wrong);
  WRONG(kith_txn_capture_json(txn, NULL, 3, &result, &error));
  WRONG(kith_txn_capture_json(txn, "{", N, &result, &error));
  WRONG(kith_txn_capture_json(txn, "[]", N, NULL, &error));
  WRONG(kith_txn_receive_json(txn, "{\"record\": \"nothing:1\"}", N, &repeated, &number, &error));
  CHECK(repeated == 0 && number == 0);
  number = 7;
  WRONG(kith_txn_send_json(txn, "{\"topic\": 1}", N, &number, &error));
  CHECK(number == 0);
}

void test_input_structs(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_reader* reader = NULL;
  OK(kith_txn_reader(txn, &reader, &error));
  test_inits();
  test_older_open_options();
  test_move_options(txn, reader);
  test_run_filter(txn, reader);
  test_inbound_event(txn);
  test_outbox_structs(txn, reader);
  test_intake_structs(txn, reader);
  test_documents(txn);
  kith_reader_free(reader);
  kith_txn_free(txn);
  test_tick_options(&f);
  fixture_free(&f);
}
