/* A small marketing agency, from a web form to a happy customer, in thirty days.
 *
 *   agency_c MODEL        the model is examples/agency/model.json: look at its automations
 *
 * agency.cpp and agency.py tell the same story and print the same text. */
#define _POSIX_C_SOURCE 200809L
#define KITH_API_ALLOW_UNSTABLE /* until 1.0 every function may still change */
#include <kith.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

/* Every call of kith tells whether it succeeded. This program has no use for a failure: it says
 * why, and ends. */
static kith_error* error;
static void must(int32_t result) {
  if (result == KITH_OK) return;
  fprintf(stderr, "%s\n%s\n", kith_code_name(result), kith_error_text(error, NULL));
  exit(1);
}

/* kith reads no clock: the host says what time it is. Day 1 is the second of March. */
static kith_time day(int number, int hour) {
  kith_time time = {1772323200, 0, 0}; /* 2026-03-01T00:00:00Z */
  time.seconds += (number * 24 + hour) * 3600;
  return time;
}

static kith_txn* begin(kith_session* session, kith_time now, const char* cause) {
  kith_txn* txn = NULL;
  kith_txn_options options;
  kith_txn_options_init(&options, sizeof options);
  options.now = now;
  options.cause = cause;
  must(kith_txn_begin(session, &options, &txn, &error));
  return txn;
}

static void commit(kith_txn* txn) {
  must(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
}

static uint64_t create(kith_txn* txn, const char* entity, const char* fields) {
  uint64_t id = 0;
  must(kith_txn_create_json(txn, entity, KITH_NTS, fields, KITH_NTS, &id, &error));
  return id;
}

static const char* text_of(const kith_value* map, const char* key) {
  const char* text = NULL;
  must(kith_value_get_text(kith_value_find(map, key, KITH_NTS), &text, NULL, &error));
  return text;
}

/* kith sends nothing itself: what is to go out lies in the outbox. A host leases a message,
 * delivers it, and acknowledges it. Should it crash in between, the message comes again. */
static void deliver(kith_session* session, kith_time now) {
  for (;;) {
    kith_messages* messages = NULL;
    kith_txn* txn = begin(session, now, NULL);
    size_t i = 0, count = 0;
    must(kith_txn_lease(txn, NULL, &messages, &error));
    commit(txn);
    count = kith_messages_count(messages);
    if (count > 0) {
      txn = begin(session, now, NULL);
      for (i = 0; i < count; ++i) {
        const kith_value* mail = kith_messages_payload(messages, i);
        printf("  %s to %s: %s\n    %s\n", kith_messages_topic(messages, i, NULL),
               text_of(mail, "to"), text_of(mail, "subject"), text_of(mail, "body"));
        must(kith_txn_acknowledge(txn, kith_messages_sequence(messages, i),
                                  kith_messages_token(messages, i), &error));
      }
      commit(txn);
    }
    kith_messages_free(messages);
    if (count == 0) return;
  }
}

/* Carries out what the automations of the model have to do by now. */
static void tick(kith_session* session, kith_time now) {
  kith_tick_options options;
  kith_tick_options_init(&options, sizeof options);
  options.now = now;
  must(kith_session_tick(session, &options, NULL, &error));
  deliver(session, now);
}

/* Somebody does something: capture finds or creates the person, records it, and says why. */
static uint64_t capture(kith_session* session, kith_time now, const kith_capture_event* event) {
  kith_capture_result* got = NULL;
  kith_txn* txn = begin(session, now, event->source);
  uint64_t person = 0;
  size_t i = 0;
  must(kith_txn_capture(txn, event, &got, &error));
  commit(txn);
  if (kith_capture_result_repeated(got)) {
    printf("  taken before: nothing changes\n");
  } else {
    for (i = 0; i < kith_capture_result_reason_count(got); ++i) {
      printf("  %s\n", kith_capture_result_reason(got, i, NULL));
    }
  }
  person = kith_capture_result_person(got);
  kith_capture_result_free(got);
  tick(session, now);
  return person;
}

/* `fields`, as JSON: what else changes with the move. */
static void move(kith_session* session, kith_time now, uint64_t deal, const char* stage,
                 const char* fields) {
  kith_move_result* moved = NULL;
  kith_patch* patch = NULL;
  kith_txn* txn = begin(session, now, NULL);
  must(kith_patch_from_json(fields, KITH_NTS, &patch, &error));
  must(kith_txn_move(txn, deal, stage, KITH_NTS, patch, NULL, &moved, &error));
  commit(txn);
  printf("  moved from %s to %s\n", kith_move_result_from(moved, NULL),
         kith_move_result_to(moved, NULL));
  kith_move_result_free(moved);
  kith_patch_free(patch);
  tick(session, now);
}

static kith_reader* read_at(kith_session* session, const kith_time* now) {
  kith_reader* reader = NULL;
  must(kith_reader_open(session, now, &reader, &error));
  return reader;
}

static void print_rows(const kith_reader* reader, kith_rows* rows) {
  kith_string* csv = NULL;
  must(kith_rows_to_csv(rows, reader, &csv, &error));
  printf("%s", kith_string_data(csv, NULL));
  kith_string_free(csv);
  kith_rows_free(rows);
}

static void print_story(const kith_reader* reader, uint64_t person) {
  static const char* const related[] = {"deal", "task"};
  kith_timeline* story = NULL;
  kith_timeline_options options;
  size_t i = 0;
  kith_timeline_options_init(&options, sizeof options);
  options.related = related;
  options.related_count = 2;
  must(kith_reader_timeline(reader, person, &options, &story, &error));
  for (i = 0; i < kith_timeline_count(story); ++i) {
    const char* who = kith_timeline_actor_name(story, i, NULL);
    char at[32];
    kith_time time;
    time_t seconds = 0;
    struct tm parts;
    must(kith_timeline_at(story, i, &time, &error));
    seconds = (time_t)time.seconds;
    strftime(at, sizeof at, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &parts));
    printf("  %s  %s%s%s\n", at, kith_timeline_title(story, i, NULL), *who ? ", by " : "", who);
  }
  kith_timeline_free(story);
}

/* The whole file as a text that ends with '\0'; the caller frees it. */
static char* read_file(const char* path) {
  char* text = calloc(1, 100000);
  FILE* file = fopen(path, "rb");
  if (text == NULL || file == NULL || fread(text, 1, 99999, file) == 0) {
    fprintf(stderr, "cannot read %s\n", path);
    exit(1);
  }
  fclose(file);
  return text;
}

int main(int count, char** arguments) {
  kith_database* crm = NULL;
  kith_session* office = NULL;
  kith_session* desk = NULL;
  kith_session_options as_ada;
  kith_create_options how;
  kith_txn* txn = NULL;
  kith_reader* reader = NULL;
  kith_rows* rows = NULL;
  kith_capture_event event;
  uint64_t ann = 0, deal = 0;
  size_t found = 0;
  kith_time now = day(0, 9);

  /* The model says what a CRM is made of and what it does by itself. All of it is data. */
  char* model = read_file(count > 1 ? arguments[1] : "model.json");
  kith_create_options_init(&how, sizeof how);
  how.model = model;
  how.now = now;
  must(kith_database_create(":memory:", KITH_NTS, &how, &crm, &error));
  free(model);
  must(kith_session_open(crm, NULL, &office, &error));

  /* Two account managers, and the letter that every enquiry is answered with. */
  kith_session_options_init(&as_ada, sizeof as_ada);
  txn = begin(office, now, NULL);
  as_ada.actor = create(txn, "user", "{\"name\": \"Ada Hill\"}");
  create(txn, "user", "{\"name\": \"Ben Fox\"}");
  create(txn, "template",
         "{\"name\": \"welcome\", \"subject\": \"Thank you, ${r.contact.first_name}\","
         " \"body\": \"${r.owner.name} will call you about: ${r.name}.\"}");
  commit(txn);
  must(kith_session_open(crm, &as_ada, &desk, &error)); /* Ada at work */

  printf("Day 1: a web form comes in\n");
  kith_capture_event_init(&event, sizeof event);
  event.id = "form-8812"; /* the web server's own name for it */
  event.kind = "form";
  event.source = "website/contact";
  event.email = "Ann Lee <ann@birch.example>";
  event.phone = "+43 660 123 45 67";
  event.company = "Birch & Co";
  event.subject = "New website";
  ann = capture(office, day(1, 9), &event);
  reader = read_at(office, NULL);
  must(kith_reader_referring(reader, ann, "deal", KITH_NTS, "contact", KITH_NTS, &deal, 1, &found,
                             &error));
  kith_reader_free(reader);

  printf("Day 1: the web server tells it again\n");
  capture(office, day(1, 10), &event);

  printf("Day 2: Ada calls\n");
  kith_capture_event_init(&event, sizeof event);
  event.kind = "call";
  event.phone = "+436601234567";
  event.direction = "outbound";
  event.subject = "Discovery call";
  event.body = "Ten pages, and a shop by summer.";
  capture(desk, day(2, 14), &event);
  move(desk, day(2, 15), deal, "Contacted", "{}");

  printf("Day 3: somebody else writes\n");
  kith_capture_event_init(&event, sizeof event);
  event.id = "form-8813";
  event.kind = "form";
  event.source = "website/contact";
  event.email = "Bob Ray <bob@elm.example>";
  event.subject = "Spring campaign";
  capture(office, day(3, 11), &event);

  printf("Day 5: the proposal goes out\n");
  move(desk, day(5, 10), deal, "Proposal Sent", "{\"amount\": 4800.00}");

  printf("Day 10: Ann says yes\n");
  move(desk, day(10, 16), deal, "Closed Won", "{\"close_date\": \"2026-03-11\"}");

  /* From here on nobody does anything. The host asks kith when there is work, and ticks. */
  printf("Day 30: the clock has run on\n");
  for (;;) {
    kith_time due;
    int32_t result = KITH_OK;
    reader = read_at(office, NULL);
    result = kith_reader_next_due(reader, &due, &error);
    kith_reader_free(reader);
    if (result == KITH_NOT_FOUND) break;
    must(result);
    if (due.seconds > day(30, 18).seconds) break;
    tick(office, due);
  }
  now = day(30, 18);
  reader = read_at(office, &now);
  must(kith_reader_query(reader,
                         "{\"entity\": \"task\", \"order_by\": [{\"of\": \"id\"}],"
                         " \"select\": [\"due_date\", \"owner.name\", \"subject\"]}",
                         KITH_NTS, NULL, 0, &rows, &error));
  print_rows(reader, rows);

  printf("\nThe story of Ann Lee\n");
  print_story(reader, ann);
  printf("\nThe pipeline\n");
  must(kith_reader_report(reader, "pipeline", KITH_NTS, NULL, 0, &rows, &error));
  print_rows(reader, rows);

  kith_reader_free(reader); /* in any order */
  kith_session_free(desk);
  kith_session_free(office);
  kith_database_free(crm);
  return 0;
}
