/* Creating, changing, removing; what is refused; transactions; history. */
#include "check.h"

static uint64_t create(kith_txn* txn, const char* entity, const char* json) {
  uint64_t id = 0;
  OK(kith_txn_create_json(txn, entity, N, json, N, &id, &error));
  return id;
}

static int is_deleted(const kith_reader* reader, uint64_t id) {
  kith_record* record = NULL;
  int deleted = -1;
  OK(kith_reader_get(reader, id, &record, &error));
  deleted = kith_record_deleted(record);
  kith_record_free(record);
  return deleted;
}

void test_writes(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_reader* reader = NULL;
  kith_patch* patch = NULL;
  kith_value* number = NULL;
  uint64_t found = 0;
  uint64_t ids[4];
  size_t count = 0;
  const uint64_t acme = create(txn, "company", "{\"name\": \"Acme\", \"number\": 7}");
  const uint64_t deal =
      create(txn, "deal", "{\"name\": \"Pilot\", \"company\": \"company:1\", \"amount\": 12.5}");
  OK(kith_txn_reader(txn, &reader, &error));
  OK(kith_reader_find_text(reader, "company", N, "name", N, "Acme", N, &found, &error));
  CHECK(found == acme);
  FAILS(KITH_NOT_FOUND,
        kith_reader_find_text(reader, "company", N, "name", N, "Nobody", N, &found, &error));
  CHECK(found == 0);
  OK(kith_value_new(&number, &error));
  OK(kith_value_set_int(number, 7, &error));
  OK(kith_reader_find(reader, "company", N, "number", N, number, &found, &error));
  CHECK(found == acme);
  FAILS(KITH_INVALID_ARGUMENT,
        kith_reader_find(reader, "deal", N, "name", N, number, &found, &error));
  kith_value_free(number);
  OK(kith_reader_referring(reader, acme, "deal", N, "company", N, ids, 4, &count, &error));
  CHECK(count == 1 && ids[0] == deal);
  OK(kith_reader_referring(reader, acme, "deal", N, "company", N, NULL, 0, &count, &error));
  CHECK(count == 0);

  /* on_delete restrict, then soft delete, restore, purge. */
  CHECK(kith_txn_remove(txn, acme, 0, NULL) < 0);
  OK(kith_txn_remove(txn, deal, 0, &error));
  CHECK(is_deleted(reader, deal) == 1);
  OK(kith_txn_restore(txn, deal, NULL, &error));
  CHECK(is_deleted(reader, deal) == 0);
  OK(kith_patch_new(&patch, &error));
  OK(kith_patch_set_null(patch, "company", N, &error));
  OK(kith_patch_set_text(patch, "stage", N, "Won", N, &error));
  OK(kith_txn_update(txn, deal, patch, 0, &error));
  OK(kith_txn_purge(txn, deal, &error));
  CHECK(kith_txn_update(txn, deal, patch, 0, NULL) != KITH_OK);
  kith_patch_free(patch);
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
  kith_reader_free(reader);
  fixture_free(&f);
}

void test_refused_writes(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_error* refused = NULL;
  kith_reader* reader = NULL;
  kith_record* record = NULL;
  uint64_t id = 7;
  uint64_t version = 0;
  size_t i = 0;
  int about_name = 0;
  int about_amount = 0;
  CHECK(kith_txn_create_json(txn, "deal", N, "{\"stage\": \"Open\"}", N, &id, &refused) ==
        KITH_VALIDATION);
  CHECK(id == 0);
  SAME(kith_error_code_name(refused), "VALIDATION");
  SAME(kith_error_entity(refused, NULL), "deal");
  CHECK(kith_error_violation_count(refused) >= 2);
  for (i = 0; i < kith_error_violation_count(refused); ++i) {
    SAME(kith_error_violation_entity(refused, i, NULL), "deal");
    about_name |= strcmp(kith_error_violation_field(refused, i, NULL), "name") == 0;
    about_amount |= strcmp(kith_error_violation_field(refused, i, NULL), "amount") == 0;
    CHECK(kith_error_violation_line(refused, i) == 0);
  }
  CHECK(about_name && about_amount);
  kith_error_free(refused);

  FAILS(KITH_VALIDATION,
        kith_txn_create_json(txn, "deal", N, "{\"name\": \"x\", \"amount\": -1}", N, &id, &error));
  CHECK(kith_txn_create_json(txn, "deel", N, "{}", N, &id, NULL) != KITH_OK);
  CHECK(kith_txn_create_json(txn, "deal", N, "{\"nmae\": \"x\"}", N, &id, NULL) < 0);
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_create_json(txn, "deal", N, "[]", N, &id, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_create_json(txn, "deal", N, "{", N, &id, &error));
  /* The transaction goes on after each. */
  OK(kith_txn_create_json(txn, "deal", N, "{\"name\": \"x\", \"amount\": 1}", N, &id, &error));
  OK(kith_txn_reader(txn, &reader, &error));
  OK(kith_reader_get(reader, id, &record, &error));
  version = kith_record_version(record);
  kith_record_free(record);
  FAILS(KITH_CONFLICT, kith_txn_update_json(txn, id, "{\"amount\": 2}", N, version + 40, &error));
  OK(kith_txn_update_json(txn, id, "{\"amount\": 2}", N, version, &error));
  FAILS(KITH_CONFLICT, kith_txn_remove(txn, id, version + 40, &error));
  FAILS(KITH_NOT_FOUND, kith_txn_update_json(txn, id + 99, "{\"amount\": 2}", N, 0, &error));
  kith_reader_free(reader);
  kith_txn_free(txn);
  fixture_free(&f);
}

static void test_permissions(const fixture* f) {
  kith_session* plain = NULL;
  kith_txn* txn = NULL;
  kith_txn_options options;
  uint64_t id = 0;
  OK(kith_session_open(f->database, NULL, &plain, &error));
  OK(kith_txn_options_init(&options, sizeof options));
  options.now = at(CLOCK + 5000);
  options.has_effective_at = 1;
  options.effective_at = at(CLOCK - 86400);
  FAILS(KITH_PERMISSION, kith_txn_begin(plain, &options, &txn, &error));
  options.has_effective_at = 0;
  OK(kith_txn_begin(plain, &options, &txn, &error));
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"P\"}", N, &id, &error));
  FAILS(KITH_PERMISSION, kith_txn_purge(txn, id, &error));
  kith_txn_free(txn);
  kith_session_free(plain);
}

void test_transactions(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_txn* second = NULL;
  kith_reader* reader = NULL;
  kith_record* record = NULL;
  kith_txn_options options;
  uint64_t id = 0;
  uint64_t sequence = 9;
  kith_time made;
  /* One writer; aborted and freed transactions leave nothing. */
  OK(kith_txn_options_init(&options, sizeof options));
  options.now = at(CLOCK + 4000);
  options.timeout_ms = 1;
  FAILS(KITH_BUSY, kith_txn_begin(f.session, &options, &second, &error));
  CHECK(second == NULL);
  id = create(txn, "company", "{\"name\": \"A\"}");
  OK(kith_txn_abort(txn, &error));
  FAILS(KITH_CLOSED, kith_txn_create_json(txn, "company", N, "{}", N, NULL, &error));
  kith_txn_free(txn);
  txn = fixture_begin(&f);
  id = create(txn, "company", "{\"name\": \"B\"}");
  kith_txn_free(txn);
  reader = fixture_read(&f);
  FAILS(KITH_NOT_FOUND, kith_reader_get(reader, id, &record, &error));
  kith_reader_free(reader);

  options.has_effective_at = 1;
  options.effective_at = at(CLOCK - 86400);
  options.durability = KITH_DURABILITY_DEFERRED;
  OK(kith_txn_begin(f.session, &options, &txn, &error));
  OK(kith_txn_commit(txn, &sequence, &error));
  CHECK(sequence == 0);
  kith_txn_free(txn);
  OK(kith_txn_begin(f.session, &options, &txn, &error));
  id = create(txn, "company", "{\"name\": \"C\"}");
  OK(kith_txn_commit(txn, &sequence, &error));
  CHECK(sequence > 0);
  kith_txn_free(txn);
  reader = fixture_read(&f);
  OK(kith_reader_get(reader, id, &record, &error));
  OK(kith_record_created(record, &made, &error));
  CHECK(made.seconds == CLOCK + 4000);
  OK(kith_record_updated(record, &made, &error));
  CHECK(made.seconds == CLOCK + 4000 && kith_record_owner(record) == 0);
  kith_record_free(record);
  kith_reader_free(reader);
  test_permissions(&f);
  fixture_free(&f);
}

void test_history(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_reader* reader = NULL;
  kith_history* history = NULL;
  kith_time time;
  const char* text = NULL;
  const uint64_t id = create(txn, "company", "{\"name\": \"Old\"}");
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
  txn = fixture_begin(&f);
  OK(kith_txn_update_json(txn, id, "{\"name\": \"New\"}", N, 0, &error));
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);

  reader = fixture_read(&f);
  OK(kith_reader_history(reader, id, 1, &history, &error));
  CHECK(kith_history_count(history) == 1);
  kith_history_free(history);
  OK(kith_reader_history(reader, id, 0, &history, &error));
  kith_reader_free(reader);
  CHECK(kith_history_count(history) == 2);
  CHECK(kith_history_kind(history, 0) == KITH_CHANGE_UPDATE);
  CHECK(kith_history_kind(history, 1) == KITH_CHANGE_CREATE);
  CHECK(kith_history_sequence(history, 0) > kith_history_sequence(history, 1));
  CHECK(kith_history_record(history, 0) == id && kith_history_actor(history, 0) == 0);
  SAME(kith_history_cause(history, 0, NULL), "a test");
  OK(kith_history_at(history, 0, &time, &error));
  CHECK(time.seconds > CLOCK);
  OK(kith_history_effective_at(history, 0, &time, &error));
  CHECK(time.seconds > CLOCK);
  CHECK(kith_history_field_count(history, 0) == 1);
  SAME(kith_history_field(history, 0, 0, NULL), "name");
  OK(kith_value_get_text(kith_history_before(history, 0, 0), &text, NULL, &error));
  SAME(text, "Old");
  OK(kith_value_get_text(kith_history_after(history, 0, 0), &text, NULL, &error));
  SAME(text, "New");
  FAILS(KITH_INVALID_ARGUMENT, kith_history_at(history, 2, &time, &error));
  CHECK(kith_history_after(history, 0, 1) == NULL && kith_history_before(history, 9, 0) == NULL);
  SAME(kith_history_field(history, 0, 9, NULL), "");
  kith_history_free(history);
  fixture_free(&f);
}
