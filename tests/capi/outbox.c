/* The outbox: written, leased, delivered, refused, dead; events from outside. */
#include "check.h"

static uint64_t send(kith_txn* txn, const char* topic, const char* payload, uint64_t record,
                     const char* key) {
  kith_message_draft draft;
  kith_value* map = NULL;
  uint64_t sequence = 0;
  OK(kith_message_draft_init(&draft, sizeof draft));
  OK(kith_value_from_json(payload, N, &map, &error));
  draft.topic = topic;
  draft.payload = map;
  draft.record = record;
  draft.idempotency_key = key;
  OK(kith_txn_send(txn, &draft, &sequence, &error));
  CHECK(sequence > 0);
  kith_value_free(map);
  return sequence;
}

static kith_messages* lease(kith_txn* txn) {
  kith_messages* leased = NULL;
  OK(kith_txn_lease(txn, NULL, &leased, &error));
  return leased;
}

/* What one message says of itself, before it was handed out to anybody. */
static void check_pending(const fixture* f, uint64_t sequence, uint64_t record) {
  kith_reader* reader = fixture_read(f);
  kith_messages* list = NULL;
  kith_string* json = NULL;
  const char* text = NULL;
  kith_time time;
  size_t size = 0;
  OK(kith_reader_outbox(reader, NULL, &list, &error));
  OK(kith_messages_to_json(list, reader, &json, &error));
  has_json(json, "\"payload\":{\"to\":\"ann@example.org\"}");
  kith_reader_free(reader);
  CHECK(kith_messages_count(list) == 3);
  CHECK(kith_messages_sequence(list, 0) == sequence && kith_messages_record(list, 0) == record);
  CHECK(kith_messages_state(list, 0) == KITH_MESSAGE_PENDING);
  CHECK(kith_messages_attempts(list, 0) == 0 && kith_messages_token(list, 0) == 0);
  CHECK(kith_messages_run(list, 0) == 0);
  SAME(kith_messages_topic(list, 0, &size), "email");
  CHECK(size == 5);
  SAME(kith_messages_idempotency_key(list, 0, NULL), "welcome-1");
  CHECK(kith_messages_idempotency_key(list, 1, NULL)[0] != '\0'); /* made for it */
  SAME(kith_messages_last_error(list, 0, NULL), "");
  OK(kith_messages_created(list, 0, &time, &error));
  CHECK(time.seconds == CLOCK);
  OK(kith_value_get_text(kith_value_find(kith_messages_payload(list, 0), "to", N), &text, NULL,
                         &error));
  SAME(text, "ann@example.org");
  CHECK(kith_messages_payload(list, 3) == NULL && kith_messages_payload(NULL, 0) == NULL);
  CHECK(kith_value_kind(kith_messages_payload(list, 2)) == KITH_KIND_MAP);
  CHECK(kith_messages_sequence(list, 3) == 0);
  SAME(kith_messages_topic(list, 3, &size), "");
  CHECK(size == 0);
  FAILS(KITH_INVALID_ARGUMENT, kith_messages_created(list, 3, &time, &error));
  kith_messages_free(list);
}

static void check_filter(const fixture* f, int32_t state, const char* topic, uint64_t after,
                         size_t wanted) {
  kith_reader* reader = fixture_read(f);
  kith_messages* list = NULL;
  kith_message_filter filter;
  OK(kith_message_filter_init(&filter, sizeof filter));
  filter.state = state;
  filter.topic = topic;
  filter.after = after;
  filter.limit = 0;
  OK(kith_reader_outbox(reader, &filter, &list, &error));
  CHECK(kith_messages_count(list) == wanted);
  kith_messages_free(list);
  kith_reader_free(reader);
}

/* Two messages about one record: the second is handed out when the first is delivered. */
static void test_order(const fixture* f, uint64_t first, uint64_t second, uint64_t other) {
  kith_txn* txn = begin_at(f->session, CLOCK + 10);
  kith_messages* leased = lease(txn);
  kith_messages* again = NULL;
  uint64_t token = 0;
  kith_time time;
  CHECK(kith_messages_count(leased) == 2);
  CHECK(kith_messages_sequence(leased, 0) == first && kith_messages_sequence(leased, 1) == other);
  CHECK(kith_messages_state(leased, 0) == KITH_MESSAGE_LEASED);
  CHECK(kith_messages_attempts(leased, 0) == 1);
  token = kith_messages_token(leased, 0);
  CHECK(token > 0);
  OK(kith_messages_not_before(leased, 0, &time, &error));
  CHECK(time.seconds == CLOCK + 70); /* when the lease ends */
  commit(txn);
  check_filter(f, KITH_MESSAGE_LEASED, NULL, 0, 2);

  txn = begin_at(f->session, CLOCK + 20);
  FAILS(KITH_CONFLICT, kith_txn_acknowledge(txn, first, token + 1, &error));
  FAILS(KITH_NOT_FOUND, kith_txn_acknowledge(txn, other + 90, 1, &error));
  OK(kith_txn_acknowledge(txn, first, token, &error));
  OK(kith_txn_acknowledge(txn, other, kith_messages_token(leased, 1), &error));
  kith_messages_free(leased);
  again = lease(txn);
  CHECK(kith_messages_count(again) == 1 && kith_messages_sequence(again, 0) == second);
  kith_messages_free(again);
  commit(txn);
}

/* A lease that ran out gives the message back, under a higher token; then it is refused. */
static void test_refusals(const fixture* f, uint64_t sequence) {
  kith_txn* txn = begin_at(f->session, CLOCK + 200);
  kith_messages* leased = lease(txn);
  kith_refuse_options options;
  uint64_t token = 0;
  CHECK(kith_messages_count(leased) == 1 && kith_messages_attempts(leased, 0) == 2);
  token = kith_messages_token(leased, 0);
  kith_messages_free(leased);
  FAILS(KITH_CONFLICT, kith_txn_refuse(txn, sequence, token - 1, NULL, &error));
  OK(kith_refuse_options_init(&options, sizeof options));
  options.error = "mailbox full";
  options.has_retry_after = 1;
  options.retry_after = at(100);
  OK(kith_txn_refuse(txn, sequence, token, &options, &error));
  leased = lease(txn); /* not yet again */
  CHECK(kith_messages_count(leased) == 0);
  kith_messages_free(leased);
  commit(txn);

  txn = begin_at(f->session, CLOCK + 300);
  leased = lease(txn);
  CHECK(kith_messages_count(leased) == 1 && kith_messages_attempts(leased, 0) == 3);
  SAME(kith_messages_last_error(leased, 0, NULL), "mailbox full");
  options.dead = 1;
  options.has_retry_after = 0;
  OK(kith_txn_refuse(txn, sequence, kith_messages_token(leased, 0), &options, &error));
  kith_messages_free(leased);
  commit(txn);
  check_filter(f, KITH_MESSAGE_DEAD, "email", 0, 1);
  check_filter(f, KITH_MESSAGE_DEAD, "webhook", 0, 0);
  check_filter(f, KITH_MESSAGE_DEAD, NULL, sequence, 0);
  check_filter(f, KITH_MESSAGE_PENDING, NULL, 0, 0);
}

static void test_dead(const fixture* f, uint64_t sequence) {
  kith_txn* txn = begin_at(f->session, CLOCK + 400);
  FAILS(KITH_NOT_FOUND, kith_txn_revive(txn, sequence + 90, &error));
  FAILS(KITH_NOT_FOUND, kith_txn_discard(txn, sequence + 90, &error));
  OK(kith_txn_revive(txn, sequence, &error));
  commit(txn);
  check_filter(f, KITH_MESSAGE_PENDING, NULL, 0, 1);
  txn = begin_at(f->session, CLOCK + 500);
  OK(kith_txn_discard(txn, sequence, &error));
  commit(txn);
  check_filter(f, KITH_MESSAGE_ANY, NULL, 0, 0);
}

static void test_lease_options(const fixture* f) {
  kith_txn* txn = begin_at(f->session, CLOCK + 600);
  kith_message_draft draft;
  kith_lease_options options;
  kith_messages* leased = NULL;
  kith_time ends;
  OK(kith_message_draft_init(&draft, sizeof draft));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_send(txn, &draft, NULL, &error)); /* no topic */
  draft.topic = "email";
  draft.has_not_before = 1;
  draft.not_before = at(CLOCK + 700);
  OK(kith_txn_send(txn, &draft, NULL, &error));
  draft.has_not_before = 0;
  draft.not_before = at(0);
  OK(kith_txn_send(txn, &draft, NULL, &error));
  draft.topic = "webhook";
  OK(kith_txn_send(txn, &draft, NULL, &error));
  OK(kith_lease_options_init(&options, sizeof options));
  options.limit = 5;
  options.ttl = at(7);
  options.topic = "email";
  OK(kith_txn_lease(txn, &options, &leased, &error));
  CHECK(kith_messages_count(leased) == 1); /* the other is not due, or of another topic */
  OK(kith_messages_not_before(leased, 0, &ends, &error));
  CHECK(ends.seconds == CLOCK + 607);
  CHECK(kith_value_count(kith_messages_payload(leased, 0)) == 0);
  kith_messages_free(leased);
  kith_txn_free(txn);
}

/* The limit of attempts is the database's. */
static void test_attempts(void) {
  kith_open_options open;
  kith_create_options create;
  fixture f = {NULL, NULL};
  kith_txn* txn = NULL;
  kith_messages* leased = NULL;
  uint64_t sequence = 0;
  OK(kith_open_options_init(&open, sizeof open));
  open.max_message_attempts = 1;
  OK(kith_create_options_init(&create, sizeof create));
  create.now = at(CLOCK);
  create.model = kModel;
  create.open = &open;
  OK(kith_database_create(":memory:", N, &create, &f.database, &error));
  OK(kith_session_open(f.database, NULL, &f.session, &error));
  txn = begin_at(f.session, CLOCK);
  sequence = send(txn, "email", "{}", 0, NULL);
  leased = lease(txn);
  CHECK(kith_messages_count(leased) == 1);
  OK(kith_txn_refuse(txn, sequence, kith_messages_token(leased, 0), NULL, &error));
  kith_messages_free(leased);
  commit(txn);
  check_filter(&f, KITH_MESSAGE_DEAD, NULL, 0, 1);
  fixture_free(&f);
}

void test_outbox(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = begin_at(f.session, CLOCK);
  uint64_t record = 0;
  uint64_t first = 0;
  uint64_t second = 0;
  uint64_t other = 0;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, &record, &error));
  first = send(txn, "email", "{\"to\": \"ann@example.org\"}", record, "welcome-1");
  OK(kith_txn_send_json(txn,
                        "{\"topic\": \"email\", \"record\": \"company:1\","
                        "\"payload\": {\"to\": \"bob@example.org\"}}",
                        N, &second, &error));
  other = send(txn, "webhook", "{}", 0, NULL);
  CHECK(first < second && second < other);
  /* A key that was used gives the message that has it. */
  CHECK(send(txn, "email", "{}", 0, "welcome-1") == first);
  commit(txn);
  check_pending(&f, first, record);
  test_order(&f, first, second, other);
  test_refusals(&f, second);
  test_dead(&f, second);
  test_lease_options(&f);
  fixture_free(&f);
  test_attempts();
}
