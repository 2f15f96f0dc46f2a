/* Capture and timelines, on the standard model. */
#include "check.h"

static kith_capture_result* capture(kith_txn* txn, const kith_capture_event* event) {
  kith_capture_result* result = NULL;
  OK(kith_txn_capture(txn, event, &result, &error));
  return result;
}

static kith_capture_event ann_writes(void) {
  kith_capture_event event;
  OK(kith_capture_event_init(&event, sizeof event));
  event.id = "form-1";
  event.kind = "form";
  event.source = "website/contact";
  event.email = "ann.lee@Example.org";
  event.name = "Ann Lee";
  event.company = "Lee Ltd";
  event.subject = "A new website";
  event.body = "Please call me.";
  return event;
}

static uint64_t test_first_contact(const fixture* f) {
  kith_txn* txn = begin_at(f->session, CLOCK);
  kith_capture_event event = ann_writes();
  kith_capture_result* result = NULL;
  kith_capture_result* again = NULL;
  kith_reader* reader = NULL;
  kith_string* json = NULL;
  kith_value* data = NULL;
  size_t size = 0;
  size_t i = 0;
  uint64_t person = 0;
  OK(kith_value_from_json("{\"page\": \"/contact\"}", N, &data, &error));
  event.data = data;
  result = capture(txn, &event);
  kith_value_free(data);
  OK(kith_txn_reader(txn, &reader, &error));
  OK(kith_capture_result_to_json(result, reader, &json, &error));
  kith_reader_free(reader);
  has_json(json, "{\"repeated\":false,\"person\":\"contact:1\",\"person_created\":true,");
  person = kith_capture_result_person(result);
  CHECK(person != 0 && kith_capture_result_person_created(result) == 1);
  CHECK(kith_capture_result_account(result) != 0);
  CHECK(kith_capture_result_account_created(result) == 1);
  CHECK(kith_capture_result_activity(result) != 0 && kith_capture_result_deal(result) == 0);
  CHECK(kith_capture_result_repeated(result) == 0);
  CHECK(kith_capture_result_reason_count(result) >= 1);
  for (i = 0; i < kith_capture_result_reason_count(result); ++i) {
    CHECK(kith_capture_result_reason(result, i, &size)[0] != '\0' && size > 0);
  }
  SAME(kith_capture_result_reason(result, 99, &size), "");
  CHECK(size == 0);
  SAME(kith_capture_result_filled(result, kith_capture_result_filled_count(result), NULL), "");

  /* The same event again: nothing happens, and the answer is the first. */
  event.data = NULL;
  again = capture(txn, &event);
  CHECK(kith_capture_result_repeated(again) == 1);
  CHECK(kith_capture_result_person(again) == person);
  CHECK(kith_capture_result_activity(again) == kith_capture_result_activity(result));
  kith_capture_result_free(again);
  OK(kith_txn_capture_json(txn, "{\"id\": \"form-1\", \"kind\": \"form\"}", N, &again, &error));
  CHECK(kith_capture_result_repeated(again) == 1);
  kith_capture_result_free(again);
  kith_capture_result_free(result);
  commit(txn);
  return person;
}

/* A call by the same person: found by her e-mail, her phone is filled in. */
static void test_known_person(const fixture* f, uint64_t person) {
  kith_txn* txn = begin_at(f->session, CLOCK + 86400);
  kith_capture_event event;
  kith_capture_result* result = NULL;
  kith_patch* more = NULL;
  kith_patch* activity = NULL;
  size_t size = 0;
  size_t i = 0;
  int phone = 0;
  OK(kith_capture_event_init(&event, sizeof event));
  OK(kith_patch_from_json("{\"first_name\": \"Anna\", \"job_title\": \"Owner\"}", N, &more,
                          &error));
  OK(kith_patch_from_json("{\"outcome\": \"Interested\"}", N, &activity, &error));
  event.kind = "call";
  event.email = "ann.lee@example.org";
  event.phone = "+43 1 234567";
  event.subject = "Discovery call";
  event.has_at = 1;
  event.at = at(CLOCK + 80000);
  event.person_fields = more;
  event.activity_fields = activity;
  result = capture(txn, &event);
  CHECK(kith_capture_result_person(result) == person);
  CHECK(kith_capture_result_person_created(result) == 0);
  CHECK(kith_capture_result_account_created(result) == 0);
  for (i = 0; i < kith_capture_result_filled_count(result); ++i) {
    phone += strcmp(kith_capture_result_filled(result, i, &size), "phone") == 0;
    CHECK(size > 0);
  }
  CHECK(phone == 1);
  kith_capture_result_free(result);
  event.kind = "";
  CHECK(kith_txn_capture(txn, &event, NULL, NULL) == KITH_INVALID_ARGUMENT);
  event.kind = "call";
  event.email = "not an address";
  event.phone = NULL;
  FAILS(KITH_VALIDATION, kith_txn_capture(txn, &event, &result, &error));
  CHECK(result == NULL);
  kith_patch_free(more);
  kith_patch_free(activity);
  commit(txn);
}

static void test_options_of_timelines(const kith_reader* reader, uint64_t person, size_t all) {
  const char* related[2] = {"deal", "task"};
  kith_timeline_options options;
  kith_timeline* timeline = NULL;
  kith_time first;
  kith_time last;
  OK(kith_timeline_options_init(&options, sizeof options));
  options.newest_first = 1;
  options.limit = 0;
  options.related = related;
  options.related_count = 2;
  OK(kith_reader_timeline(reader, person, &options, &timeline, &error));
  CHECK(kith_timeline_count(timeline) == all); /* there are no deals and tasks */
  OK(kith_timeline_at(timeline, 0, &first, &error));
  OK(kith_timeline_at(timeline, all - 1, &last, &error));
  CHECK(first.seconds > last.seconds);
  kith_timeline_free(timeline);
  options.limit = 1;
  OK(kith_reader_timeline(reader, person, &options, &timeline, &error));
  CHECK(kith_timeline_count(timeline) == 1);
  kith_timeline_free(timeline);
  related[1] = "no_such_type";
  CHECK(kith_reader_timeline(reader, person, &options, &timeline, NULL) != KITH_OK);
  CHECK(timeline == NULL);
}

static void test_timeline(const fixture* f, uint64_t person) {
  kith_reader* reader = fixture_read(f);
  kith_timeline* timeline = NULL;
  kith_string* json = NULL;
  kith_time time;
  size_t i = 0;
  size_t count = 0;
  size_t size = 0;
  int calls = 0;
  int forms = 0;
  int changes = 0;
  OK(kith_reader_timeline(reader, person, NULL, &timeline, &error));
  count = kith_timeline_count(timeline);
  for (i = 0; i < count; ++i) {
    const char* title = kith_timeline_title(timeline, i, &size);
    CHECK(size > 0 && title[0] != '\0');
    if (kith_timeline_kind(timeline, i) == KITH_TIMELINE_CHANGE) {
      ++changes;
      CHECK(kith_timeline_record(timeline, i) == person);
    } else {
      calls += strstr(title, "Discovery call") != NULL;
      forms += strstr(title, "A new website") != NULL;
      CHECK(kith_timeline_record(timeline, i) != person);
    }
    CHECK(kith_timeline_sequence(timeline, i) > 0 && kith_timeline_actor(timeline, i) == 0);
    SAME(kith_timeline_actor_name(timeline, i, NULL), "");
    SAME(kith_timeline_cause(timeline, i, NULL), "a test");
    CHECK(kith_timeline_text(timeline, i, NULL) != NULL);
  }
  CHECK(calls == 1 && forms == 1 && changes >= 2);
  OK(kith_timeline_at(timeline, 0, &time, &error));
  CHECK(time.seconds == CLOCK);
  FAILS(KITH_INVALID_ARGUMENT, kith_timeline_at(timeline, count, &time, &error));
  SAME(kith_timeline_title(timeline, count, &size), "");
  OK(kith_timeline_to_json(timeline, reader, &json, &error));
  has_json(json, "\"kind\":\"activity\"");
  CHECK(size == 0 && kith_timeline_record(timeline, count) == 0);
  kith_timeline_free(timeline);
  test_options_of_timelines(reader, person, count);
  FAILS(KITH_NOT_FOUND, kith_reader_timeline(reader, person + 90, NULL, &timeline, &error));
  kith_reader_free(reader);
}

void test_intake(void) {
  fixture f = fixture_open(NULL);
  const uint64_t person = test_first_contact(&f);
  test_known_person(&f, person);
  test_timeline(&f, person);
  fixture_free(&f);
}
