/* Values of every kind, through a record and back. */
#include "check.h"

static const kith_value* field(const kith_record* record, const char* name) {
  const kith_value* value = kith_record_find(record, name, N);
  CHECK(value != NULL);
  return value;
}

static uint64_t make_company(kith_txn* txn, const char* name) {
  kith_patch* patch = NULL;
  uint64_t id = 0;
  OK(kith_patch_new(&patch, &error));
  OK(kith_patch_set_text(patch, "name", N, name, N, &error));
  OK(kith_txn_create(txn, "company", N, patch, &id, &error));
  kith_patch_free(patch);
  return id;
}

static kith_patch* full_patch(uint64_t company) {
  const uint8_t blob[4] = {0, 1, 255, 0};
  /* -1.5 at scale 4 */
  const kith_decimal decimal = {(uint64_t)-15000, -1, 4, 0};
  const kith_money money = {{1250, 0, 2, 0}, {'E', 'U', 'R', 0}, {0, 0, 0, 0}};
  const kith_time moment = {CLOCK, 250000000, 0};
  const kith_time span = {-2, 500000000, 0}; /* -1.5 seconds */
  kith_patch* patch = NULL;
  kith_value* list = NULL;
  kith_value* item = NULL;
  OK(kith_patch_new(&patch, &error));
  OK(kith_patch_set_bool(patch, "b", N, 1, &error));
  OK(kith_patch_set_int(patch, "i", N, INT64_MIN, &error));
  OK(kith_patch_set_double(patch, "f", N, 0.25, &error));
  OK(kith_patch_set_decimal(patch, "d", N, &decimal, &error));
  OK(kith_patch_set_money(patch, "m", N, &money, &error));
  OK(kith_patch_set_text(patch, "c", N, "blue", N, &error));
  OK(kith_patch_set_date(patch, "day", N, -1, &error));
  OK(kith_patch_set_timestamp(patch, "ts", N, &moment, &error));
  OK(kith_patch_set_duration(patch, "span", N, &span, &error));
  OK(kith_patch_set_text(patch, "t", 1, "replaced below", 8, &error));
  OK(kith_patch_set_text(patch, "t", N, "na\xC3\xAFve", N, &error));
  OK(kith_patch_set_bytes(patch, "blob", N, blob, sizeof blob, &error));
  OK(kith_patch_set_reference(patch, "ref", N, company, &error));
  OK(kith_value_new(&list, &error));
  OK(kith_value_new(&item, &error));
  OK(kith_value_set_list(list, &error));
  OK(kith_value_set_text(item, "z", N, &error));
  OK(kith_value_append(list, item, &error));
  OK(kith_value_set_text(item, "x", N, &error));
  OK(kith_value_append(list, item, &error));
  CHECK(kith_value_count(list) == 2);
  OK(kith_patch_set_value(patch, "cs", N, list, &error));
  OK(kith_value_set_list(list, &error));
  OK(kith_value_set_reference(item, company, &error));
  OK(kith_value_append(list, item, &error));
  OK(kith_patch_set_value(patch, "refs", N, list, &error));
  kith_value_free(item);
  kith_value_free(list);
  OK(kith_value_from_json("{\"k\": [1, null, \"s\"]}", N, &item, &error));
  OK(kith_patch_set_value(patch, "j", N, item, &error));
  kith_value_free(item);
  CHECK(kith_patch_count(patch) == 15);
  return patch;
}

static void check_numbers(const kith_record* record) {
  uint8_t flag = 0;
  int64_t integer = 0;
  double real = 0;
  kith_decimal decimal;
  kith_money money;
  OK(kith_value_get_bool(field(record, "b"), &flag, &error));
  CHECK(flag == 1);
  OK(kith_value_get_int(field(record, "i"), &integer, &error));
  CHECK(integer == INT64_MIN);
  OK(kith_value_get_double(field(record, "f"), &real, &error));
  CHECK(real == 0.25);
  OK(kith_value_get_decimal(field(record, "d"), &decimal, &error));
  CHECK(decimal.scale == 4 && decimal.hi == -1 && decimal.lo == (uint64_t)-15000);
  OK(kith_value_get_double(field(record, "d"), &real, &error));
  CHECK(real == -1.5);
  OK(kith_value_get_money(field(record, "m"), &money, &error));
  SAME(money.currency, "EUR");
  CHECK(money.amount.hi == 0 && money.amount.scale == 4 && money.amount.lo == 125000);
}

static void check_times(const kith_record* record) {
  kith_time time;
  int32_t days = 0;
  OK(kith_value_get_date(field(record, "day"), &days, &error));
  CHECK(days == -1);
  OK(kith_value_get_timestamp(field(record, "ts"), &time, &error));
  CHECK(time.seconds == CLOCK && time.nanoseconds == 250000000);
  OK(kith_value_get_duration(field(record, "span"), &time, &error));
  CHECK(time.seconds == -2 && time.nanoseconds == 500000000);
}

static void check_texts(const kith_record* record, uint64_t company) {
  const char* text = NULL;
  const uint8_t* bytes = NULL;
  size_t size = 0;
  uint64_t id = 0;
  const kith_value* list = field(record, "cs");
  const kith_value* json = field(record, "j");
  OK(kith_value_get_text(field(record, "t"), &text, &size, &error));
  CHECK(size == 6 && memcmp(text, "na\xC3\xAFve", 7) == 0);
  OK(kith_value_get_text(field(record, "c"), &text, NULL, &error));
  SAME(text, "blue");
  OK(kith_value_get_bytes(field(record, "blob"), &bytes, &size, &error));
  CHECK(size == 4 && bytes[2] == 255 && bytes[3] == 0);
  OK(kith_value_get_reference(field(record, "ref"), &id, &error));
  CHECK(id == company);
  CHECK(kith_value_kind(list) == KITH_KIND_LIST && kith_value_count(list) == 2);
  OK(kith_value_get_text(kith_value_at(list, 0), &text, NULL, &error));
  SAME(text, "x");
  CHECK(kith_value_at(list, 2) == NULL);
  OK(kith_value_get_reference(kith_value_at(field(record, "refs"), 0), &id, &error));
  CHECK(id == company);
  CHECK(kith_value_kind(json) == KITH_KIND_MAP && kith_value_count(json) == 1);
  OK(kith_value_get_text(kith_value_key(json, 0), &text, NULL, &error));
  SAME(text, "k");
  CHECK(kith_value_kind(kith_value_at(kith_value_at(json, 0), 1)) == KITH_KIND_NULL);
}

void test_values(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_reader* reader = NULL;
  kith_record* record = NULL;
  kith_string* json = NULL;
  const uint64_t company = make_company(txn, "Acme");
  kith_patch* patch = full_patch(company);
  uint64_t id = 0;
  uint64_t sequence = 0;
  size_t index = 0;
  size_t size = 0;
  OK(kith_txn_create(txn, "every", N, patch, &id, &error));
  OK(kith_txn_commit(txn, &sequence, &error));
  CHECK(sequence == 2);
  kith_txn_free(txn);
  kith_patch_free(patch);

  reader = fixture_read(&f);
  OK(kith_reader_get(reader, id, &record, &error));
  SAME(kith_record_entity(record, &size), "every");
  CHECK(size == 5 && kith_record_id(record) == id && kith_record_version(record) == sequence);
  CHECK(kith_record_count(record) == 15);
  for (index = 0; index < kith_record_count(record); ++index) {
    const char* name = kith_record_field(record, index, NULL);
    CHECK(kith_record_value(record, index) == kith_record_find(record, name, N));
    CHECK(kith_value_kind(kith_record_value(record, index)) != KITH_KIND_NULL);
  }
  check_numbers(record);
  check_times(record);
  check_texts(record, company);
  OK(kith_record_to_json(record, reader, &json, &error));
  CHECK(strstr(kith_string_data(json, NULL), "company:1") != NULL);
  kith_string_free(json);
  OK(kith_value_to_json(field(record, "ref"), reader, &json, &error));
  SAME(kith_string_data(json, NULL), "\"company:1\"");
  kith_string_free(json);
  CHECK(kith_record_find(record, "no such field", N) == NULL);
  kith_record_free(record);
  kith_reader_free(reader);
  fixture_free(&f);
}

static void test_readings(kith_value* value) {
  int64_t integer = 7;
  uint64_t natural = 7;
  double real = 7;
  const char* text = "stale";
  kith_decimal decimal;
  uint8_t flag = 7;
  OK(kith_value_set_null(value, &error));
  FAILS(KITH_NOT_FOUND, kith_value_get_int(value, &integer, &error));
  CHECK(integer == 0);
  FAILS(KITH_NOT_FOUND, kith_value_get_text(value, &text, NULL, &error));
  CHECK(text == NULL);
  OK(kith_value_set_int(value, -5, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_get_uint(value, &natural, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_get_bool(value, &flag, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_get_decimal(value, &decimal, &error));
  OK(kith_value_get_double(value, &real, &error));
  CHECK(real == -5.0 && flag == 0 && natural == 0);
  OK(kith_value_set_uint(value, UINT64_MAX, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_get_int(value, &integer, &error));
  OK(kith_value_get_uint(value, &natural, &error));
  CHECK(natural == UINT64_MAX);
  OK(kith_value_set_double(value, 2.5, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_get_int(value, &integer, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_append(value, value, &error));
}

static void test_settings(kith_value* value) {
  /* 10^38 has 39 digits. */
  const kith_decimal too_long = {0x098A224000000000u, 0x4B3B4CA85A86C47A, 0, 0};
  const kith_decimal wrong_scale = {1, 0, 19, 0};
  const kith_decimal negative_scale = {1, 0, -1, 0};
  kith_decimal reserved = {1, 0, 0, 1};
  kith_decimal out;
  kith_money money = {{1, 0, 0, 0}, {'e', 'u', 'r', 0}, {0, 0, 0, 0}};
  kith_money money_out;
  kith_time time = {0, -1, 0};
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_decimal(value, &too_long, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_decimal(value, &wrong_scale, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_decimal(value, &negative_scale, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_decimal(value, &reserved, &error));
  reserved = too_long;
  reserved.lo -= 1;
  OK(kith_value_set_decimal(value, &reserved, &error));
  OK(kith_value_get_decimal(value, &out, &error));
  CHECK(out.lo == reserved.lo && out.hi == reserved.hi && out.scale == 0);
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_money(value, &money, &error));
  memcpy(money.currency, "EURO", 4);
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_money(value, &money, &error));
  memset(money.currency, 0, 4);
  OK(kith_value_set_money(value, &money, &error));
  OK(kith_value_get_money(value, &money_out, &error));
  SAME(money_out.currency, "");
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_timestamp(value, &time, &error));
  time.nanoseconds = 0;
  time.seconds = INT64_MIN;
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_timestamp(value, &time, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_duration(value, &time, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_date(value, INT32_MIN, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_bool(value, 2, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_text(value, NULL, 3, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_bytes(value, NULL, 3, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_set_bytes(value, (const uint8_t*)"x", N, &error));
  OK(kith_value_set_bytes(value, NULL, 0, &error));
  CHECK(kith_value_kind(value) == KITH_KIND_BYTES);
}

void test_value_mistakes(void) {
  kith_value* value = NULL;
  kith_value* parsed = NULL;
  kith_patch* patch = NULL;
  OK(kith_value_new(&value, &error));
  CHECK(kith_value_kind(value) == KITH_KIND_NULL);
  test_readings(value);
  test_settings(value);
  FAILS(KITH_INVALID_ARGUMENT, kith_value_from_json("{\"a\": ", N, &parsed, &error));
  CHECK(parsed == NULL);
  FAILS(KITH_INVALID_ARGUMENT, kith_patch_from_json("[1]", N, &patch, &error));
  CHECK(patch == NULL);
  OK(kith_patch_from_json("{\"a\": 1, \"b\": null}", N, &patch, &error));
  CHECK(kith_patch_count(patch) == 2);
  FAILS(KITH_INVALID_ARGUMENT, kith_patch_set_int(patch, "", N, 1, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_patch_set_value(patch, "a", N, NULL, &error));
  OK(kith_patch_set_null(patch, "a", N, &error));
  CHECK(kith_patch_count(patch) == 2);
  OK(kith_patch_clear(patch, &error));
  CHECK(kith_patch_count(patch) == 0);
  kith_patch_free(patch);
  kith_value_free(value);
}

void test_maps(void) {
  kith_value* map = NULL;
  kith_value* item = NULL;
  kith_string* json = NULL;
  const char* text = NULL;
  OK(kith_value_new(&map, &error));
  OK(kith_value_new(&item, &error));
  OK(kith_value_set_text(item, "ann@example.org", N, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_put(map, "to", N, item, &error)); /* not a map yet */
  OK(kith_value_set_map(map, &error));
  OK(kith_value_put(map, "too", 2, item, &error));
  OK(kith_value_set_int(item, 1, &error));
  OK(kith_value_put(map, "number", N, item, &error));
  OK(kith_value_set_int(item, 2, &error));
  OK(kith_value_put(map, "number", N, item, &error)); /* in place of the 1 */
  OK(kith_value_put(map, "itself", N, map, &error));
  CHECK(kith_value_kind(map) == KITH_KIND_MAP && kith_value_count(map) == 3);
  OK(kith_value_to_json(map, NULL, &json, &error));
  SAME(kith_string_data(json, NULL),
       "{\"to\":\"ann@example.org\",\"number\":2,\"itself\":{\"to\":\"ann@example.org\",\"number\":"
       "2}}");
  kith_string_free(json);
  OK(kith_value_get_text(kith_value_find(map, "to", N), &text, NULL, &error));
  SAME(text, "ann@example.org");
  CHECK(kith_value_find(map, "to-", 2) == kith_value_find(map, "to", N));
  CHECK(kith_value_find(map, "absent", N) == NULL && kith_value_find(map, NULL, 3) == NULL);
  CHECK(kith_value_find(NULL, "to", N) == NULL && kith_value_find(item, "to", N) == NULL);
  FAILS(KITH_INVALID_ARGUMENT, kith_value_put(map, "x", N, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_put(map, NULL, 3, item, &error));
  kith_value_free(item);
  kith_value_free(map);
}
