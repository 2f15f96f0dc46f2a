/* Commands of the C face about what comes in and what goes out: capture, events, the outbox. */
#include <stdlib.h>
#include <string.h>

#include "c_face.h"

/* A member of a JSON object; NULL when there is none. */
static const kith_value* member(const kith_value* object, const char* name) {
  for (size_t i = 0; i < kith_value_count(object); ++i) {
    const char* key = NULL;
    if (kith_value_get_text(kith_value_key(object, i), &key, NULL, NULL) != KITH_OK) continue;
    if (strcmp(key, name) == 0) return kith_value_at(object, i);
  }
  return NULL;
}

/* Lent by the object; "" when it has no such text. */
static const char* text_member(const kith_value* object, const char* name) {
  const char* text = NULL;
  const kith_value* value = member(object, name);
  if (value == NULL || kith_value_get_text(value, &text, NULL, NULL) != KITH_OK) return "";
  return text;
}

static int32_t id_member(run* r, const kith_value* object, const char* name, uint64_t* id) {
  const char* text = text_member(object, name);
  *id = 0;
  return *text == '\0' ? KITH_OK : kith_id_parse(r->reader, text, N, id, &r->error);
}

static int32_t time_member(run* r, const kith_value* object, const char* name, uint8_t* has,
                           kith_time* time) {
  const char* text = text_member(object, name);
  *has = *text != '\0';
  return *has ? parse_time(r, text, time) : KITH_OK;
}

/* A patch of an object's members; NULL when there is no such object. */
static int32_t patch_member(run* r, const kith_value* object, const char* name, kith_patch** out) {
  const kith_value* fields = member(object, name);
  *out = NULL;
  if (fields == NULL) return KITH_OK;
  TRY(kith_patch_new(out, &r->error));
  for (size_t i = 0; i < kith_value_count(fields); ++i) {
    const char* key = NULL;
    size_t size = 0;
    TRY(kith_value_get_text(kith_value_key(fields, i), &key, &size, &r->error));
    TRY(kith_patch_set_value(*out, key, size, kith_value_at(fields, i), &r->error));
  }
  return KITH_OK;
}

/* Carries out `body` with the document of --json. */
static int32_t with_document(run* r, int32_t (*body)(run* r, const kith_value* document)) {
  kith_value* document = NULL;
  TRY(kith_value_from_json(option(r, "--json"), N, &document, &r->error));
  const int32_t result = body(r, document);
  kith_value_free(document);
  return result;
}

/* ---- capture and events -----------------------------------------------------------------------
 */

static void print_texts(run* r, const kith_capture_result* result, size_t count,
                        const char* (*text_of)(const kith_capture_result*, size_t, size_t*)) {
  scenario_append(r->out, "[", 1);
  for (size_t i = 0; i < count; ++i) {
    if (i != 0) scenario_append(r->out, ",", 1);
    put_text(r, text_of(result, i, NULL), N);
  }
  scenario_append(r->out, "]", 1);
}

static void print_capture(run* r, const kith_capture_result* result) {
  form f;
  form_begin(&f, r);
  form_bool(&f, "repeated", kith_capture_result_repeated(result));
  form_id(&f, "person", kith_capture_result_person(result));
  form_bool(&f, "person_created", kith_capture_result_person_created(result));
  form_id(&f, "account", kith_capture_result_account(result));
  form_bool(&f, "account_created", kith_capture_result_account_created(result));
  form_id(&f, "deal", kith_capture_result_deal(result));
  form_id(&f, "activity", kith_capture_result_activity(result));
  form_key(&f, "filled");
  print_texts(r, result, kith_capture_result_filled_count(result), kith_capture_result_filled);
  form_key(&f, "reasons");
  print_texts(r, result, kith_capture_result_reason_count(result), kith_capture_result_reason);
  form_end(&f);
}

static int32_t capture_with(run* r, const kith_value* document, kith_patch** person,
                            kith_patch** activity) {
  kith_capture_event event;
  kith_capture_event_init(&event, sizeof event);
  event.id = text_member(document, "id");
  event.kind = text_member(document, "kind");
  event.source = text_member(document, "source");
  event.email = text_member(document, "email");
  event.phone = text_member(document, "phone");
  event.name = text_member(document, "name");
  event.company = text_member(document, "company");
  event.direction = text_member(document, "direction");
  event.subject = text_member(document, "subject");
  event.body = text_member(document, "body");
  event.data = member(document, "data");
  TRY(time_member(r, document, "at", &event.has_at, &event.at));
  TRY(id_member(r, document, "person", &event.person));
  TRY(id_member(r, document, "deal", &event.deal));
  TRY(patch_member(r, document, "person_fields", person));
  TRY(patch_member(r, document, "activity_fields", activity));
  event.person_fields = *person;
  event.activity_fields = *activity;
  kith_capture_result* result = NULL;
  TRY(kith_txn_capture(r->txn, &event, &result, &r->error));
  print_capture(r, result);
  kith_capture_result_free(result);
  return KITH_OK;
}

static int32_t capture_document(run* r, const kith_value* document) {
  kith_patch* person = NULL;
  kith_patch* activity = NULL;
  const int32_t result = capture_with(r, document, &person, &activity);
  kith_patch_free(person);
  kith_patch_free(activity);
  return result;
}

static int32_t capture(run* r) { return with_document(r, capture_document); }

static int32_t receive_document(run* r, const kith_value* document) {
  kith_inbound_event event;
  kith_inbound_event_init(&event, sizeof event);
  event.id = text_member(document, "id");
  event.name = text_member(document, "name");
  event.data = member(document, "data");
  TRY(id_member(r, document, "record", &event.record));
  uint8_t repeated = 0;
  uint64_t runs = 0;
  TRY(kith_txn_receive(r->txn, &event, &repeated, &runs, &r->error));
  form f;
  form_begin(&f, r);
  form_bool(&f, "repeated", repeated);
  form_number(&f, "runs", runs);
  form_end(&f);
  return KITH_OK;
}

static int32_t receive(run* r) { return with_document(r, receive_document); }

/* ---- outbox -----------------------------------------------------------------------------------
 */

static void print_messages(run* r, const kith_messages* all) {
  for (size_t i = 0; i < kith_messages_count(all); ++i) {
    kith_time time;
    form f;
    form_begin(&f, r);
    form_number(&f, "sequence", kith_messages_sequence(all, i));
    form_text(&f, "topic", kith_messages_topic(all, i, NULL), N);
    form_value(&f, "payload", kith_messages_payload(all, i));
    form_text(&f, "idempotency_key", kith_messages_idempotency_key(all, i, NULL), N);
    form_id(&f, "record", kith_messages_record(all, i));
    form_time(&f, "created", kith_messages_created(all, i, &time, NULL), &time);
    form_text(&f, "state", kith_message_state_name(kith_messages_state(all, i)), N);
    form_time(&f, "not_before", kith_messages_not_before(all, i, &time, NULL), &time);
    form_number(&f, "attempts", kith_messages_attempts(all, i));
    form_number(&f, "token", kith_messages_token(all, i));
    form_text(&f, "last_error", kith_messages_last_error(all, i, NULL), N);
    form_number(&f, "run", kith_messages_run(all, i));
    form_end(&f);
  }
}

static int32_t message_state_of(const char* name) {
  for (int32_t state = 0; *kith_message_state_name(state) != '\0'; ++state) {
    if (strcmp(kith_message_state_name(state), name) == 0) return state;
  }
  return KITH_MESSAGE_ANY;
}

static int32_t list(run* r) {
  kith_message_filter filter;
  kith_message_filter_init(&filter, sizeof filter);
  filter.topic = option(r, "--topic");
  filter.state = message_state_of(option(r, "--state"));
  kith_messages* all = NULL;
  TRY(kith_reader_outbox(r->reader, &filter, &all, &r->error));
  print_messages(r, all);
  kith_messages_free(all);
  return KITH_OK;
}

static int32_t send_document(run* r, const kith_value* document) {
  kith_message_draft draft;
  kith_message_draft_init(&draft, sizeof draft);
  draft.topic = text_member(document, "topic");
  draft.payload = member(document, "payload");
  draft.idempotency_key = text_member(document, "idempotency_key");
  TRY(id_member(r, document, "record", &draft.record));
  TRY(time_member(r, document, "not_before", &draft.has_not_before, &draft.not_before));
  uint64_t sequence = 0;
  TRY(kith_txn_send(r->txn, &draft, &sequence, &r->error));
  scenario_print(r->out, "%llu\n", (unsigned long long)sequence);
  return KITH_OK;
}

static int32_t lease(run* r) {
  kith_lease_options options;
  kith_lease_options_init(&options, sizeof options);
  options.limit = (uint32_t)number(r, "--limit", options.limit);
  options.topic = option(r, "--topic");
  if (*option(r, "--ttl") != '\0') TRY(parse_duration(r, option(r, "--ttl"), &options.ttl));
  kith_messages* leased = NULL;
  TRY(kith_txn_lease(r->txn, &options, &leased, &r->error));
  print_messages(r, leased);
  kith_messages_free(leased);
  return KITH_OK;
}

static int32_t refuse(run* r, uint64_t sequence) {
  kith_refuse_options options;
  kith_refuse_options_init(&options, sizeof options);
  options.error = option(r, "--error");
  options.dead = scenario_flag(r->command, "--dead") ? 1 : 0;
  if (*option(r, "--retry-after") != '\0') {
    options.has_retry_after = 1;
    TRY(parse_duration(r, option(r, "--retry-after"), &options.retry_after));
  }
  return kith_txn_refuse(r->txn, sequence, number(r, "--token", 0), &options, &r->error);
}

static int32_t outbox(run* r) {
  const char* verb = scenario_argument(r->command, 0);
  const char* second = scenario_argument(r->command, 1);
  const uint64_t sequence = second != NULL ? strtoull(second, NULL, 10) : 0;
  if (strcmp(verb, "list") == 0) return list(r);
  if (strcmp(verb, "send") == 0) return with_document(r, send_document);
  if (strcmp(verb, "lease") == 0) return lease(r);
  if (strcmp(verb, "ack") == 0) {
    return kith_txn_acknowledge(r->txn, sequence, number(r, "--token", 0), &r->error);
  }
  if (strcmp(verb, "refuse") == 0) return refuse(r, sequence);
  if (strcmp(verb, "revive") == 0) return kith_txn_revive(r->txn, sequence, &r->error);
  if (strcmp(verb, "discard") == 0) return kith_txn_discard(r->txn, sequence, &r->error);
  scenario_print(r->out, "no such command: outbox %s\n", verb);
  return KITH_OK;
}

const command_entry kEventCommands[] = {
    {"capture", capture, 1},
    {"receive", receive, 1},
    {"outbox", outbox, 1},
    {NULL, NULL, 0},
};
