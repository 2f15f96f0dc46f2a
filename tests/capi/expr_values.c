/* Values of every type into an expression and out of it. */
#include <math.h>

#include "check.h"

static kith_value* new_value(void) {
  kith_value* value = NULL;
  OK(kith_value_new(&value, &error));
  return value;
}

/* What a variable of this type with this value comes back as. */
static kith_value* passed(const char* type, const kith_value* value) {
  const char* name = "x";
  kith_expr_options options;
  kith_expr* expr = NULL;
  kith_value* variables = new_value();
  kith_value* out = NULL;
  OK(kith_expr_options_init(&options, sizeof options));
  options.variable_names = &name;
  options.variable_types = &type;
  options.variable_count = 1;
  OK(kith_expr_compile("x", N, &options, &expr, &error));
  OK(kith_value_set_map(variables, &error));
  OK(kith_value_put(variables, "x", N, value, &error));
  OK(kith_expr_evaluate(expr, variables, NULL, &out, NULL, &error));
  CHECK(kith_value_kind(out) == kith_value_kind(value));
  kith_value_free(variables);
  kith_expr_free(expr);
  return out;
}

/* The value of an expression without variables. */
static kith_value* result_of(const char* source) {
  kith_expr* expr = NULL;
  kith_value* out = NULL;
  OK(kith_expr_compile(source, N, NULL, &expr, &error));
  OK(kith_expr_evaluate(expr, NULL, NULL, &out, NULL, &error));
  kith_expr_free(expr);
  return out;
}

static void test_numbers(kith_value* value) {
  kith_value* out = NULL;
  uint8_t flag = 0;
  int64_t integer = 0;
  uint64_t natural = 0;
  double real = 0;
  kith_decimal decimal = {UINT64_C(12345678901234567890), 7, 18, 0};
  kith_decimal back;
  OK(kith_value_set_bool(value, 1, &error));
  out = passed("bool", value);
  OK(kith_value_get_bool(out, &flag, &error));
  CHECK(flag == 1);
  kith_value_free(out);
  OK(kith_value_set_int(value, INT64_MIN, &error));
  out = passed("int", value);
  OK(kith_value_get_int(out, &integer, &error));
  CHECK(integer == INT64_MIN);
  kith_value_free(out);
  OK(kith_value_set_uint(value, UINT64_MAX, &error));
  out = passed("uint", value);
  OK(kith_value_get_uint(out, &natural, &error));
  CHECK(natural == UINT64_MAX);
  kith_value_free(out);
  OK(kith_value_set_double(value, NAN, &error));
  out = passed("double", value);
  OK(kith_value_get_double(out, &real, &error));
  CHECK(isnan(real));
  kith_value_free(out);
  OK(kith_value_set_double(value, -0.0, &error));
  out = passed("double", value);
  OK(kith_value_get_double(out, &real, &error));
  CHECK(real == 0 && signbit(real));
  kith_value_free(out);
  OK(kith_value_set_decimal(value, &decimal, &error));
  out = passed("decimal", value);
  OK(kith_value_get_decimal(out, &back, &error));
  CHECK(back.lo == decimal.lo && back.hi == decimal.hi && back.scale == 18);
  kith_value_free(out);
  out = result_of("0.0 / 0.0");
  OK(kith_value_get_double(out, &real, &error));
  CHECK(isnan(real));
  kith_value_free(out);
}

static void test_texts_and_times(kith_value* value) {
  const uint8_t raw[] = {0, 0xFF, 'a'};
  kith_value* out = NULL;
  const char* text = NULL;
  const uint8_t* bytes = NULL;
  size_t size = 0;
  int32_t days = 0;
  kith_time instant = {-1, 123456789, 0};
  kith_time time;
  OK(kith_value_set_text(value, "Zo\xC3\xAB\0!", 6, &error));
  out = passed("string", value);
  OK(kith_value_get_text(out, &text, &size, &error));
  CHECK(size == 6 && memcmp(text, "Zo\xC3\xAB\0!", 6) == 0);
  kith_value_free(out);
  OK(kith_value_set_bytes(value, raw, sizeof raw, &error));
  out = passed("bytes", value);
  OK(kith_value_get_bytes(out, &bytes, &size, &error));
  CHECK(size == sizeof raw && memcmp(bytes, raw, sizeof raw) == 0);
  kith_value_free(out);
  OK(kith_value_set_date(value, 19782, &error));
  out = passed("date", value);
  OK(kith_value_get_date(out, &days, &error));
  CHECK(days == 19782);
  kith_value_free(out);
  OK(kith_value_set_timestamp(value, &instant, &error));
  out = passed("timestamp", value);
  OK(kith_value_get_timestamp(out, &time, &error));
  CHECK(time.seconds == -1 && time.nanoseconds == 123456789);
  kith_value_free(out);
  OK(kith_value_set_duration(value, &instant, &error));
  out = passed("duration", value);
  OK(kith_value_get_duration(out, &time, &error));
  CHECK(time.seconds == -1 && time.nanoseconds == 123456789);
  kith_value_free(out);
  OK(kith_value_set_type(value, "google.protobuf.Timestamp", N, &error));
  out = passed("type", value);
  OK(kith_value_get_text(out, &text, NULL, &error));
  SAME(text, "google.protobuf.Timestamp");
  kith_value_free(out);
  OK(kith_value_set_null(value, &error));
  out = passed("null_type", value);
  CHECK(out != NULL && kith_value_kind(out) == KITH_KIND_NULL);
  kith_value_free(out);
}

static void test_optionals(kith_value* value) {
  kith_value* held = new_value();
  kith_value* out = NULL;
  const kith_value* inside = held;
  int64_t number = 0;
  OK(kith_value_set_int(held, 7, &error));
  OK(kith_value_set_optional(value, held, &error));
  out = passed("optional_type(int)", value);
  OK(kith_value_get_optional(out, &inside, &error));
  OK(kith_value_get_int(inside, &number, &error));
  CHECK(number == 7 && kith_value_kind(out) == KITH_KIND_OPTIONAL);
  kith_value_free(out);
  OK(kith_value_set_optional(value, NULL, &error));
  out = passed("optional_type(int)", value);
  CHECK(kith_value_get_optional(out, &inside, NULL) == KITH_NOT_FOUND && inside == NULL);
  kith_value_free(out);
  /* Nothing, within something: what is set is a copy, also of itself. */
  OK(kith_value_set_optional(value, value, &error));
  out = passed("optional_type(dyn)", value);
  OK(kith_value_get_optional(out, &inside, &error));
  CHECK(kith_value_kind(inside) == KITH_KIND_OPTIONAL);
  CHECK(kith_value_get_optional(inside, &inside, NULL) == KITH_NOT_FOUND);
  kith_value_free(out);
  out = result_of("[optional.of(1u), optional.none()]");
  CHECK(kith_value_count(out) == 2);
  CHECK(kith_value_kind(kith_value_at(out, 0)) == KITH_KIND_OPTIONAL);
  kith_value_free(out);
  FAILS(KITH_INVALID_ARGUMENT, kith_value_get_optional(held, &inside, &error));
  CHECK(inside == NULL);
  kith_value_free(held);
}

static void test_maps_with_keys(kith_value* value) {
  kith_value* key = new_value();
  kith_value* item = new_value();
  kith_value* out = NULL;
  kith_string* json = NULL;
  uint64_t natural = 0;
  OK(kith_value_set_map(value, &error));
  OK(kith_value_set_text(item, "old", N, &error));
  OK(kith_value_set_uint(key, 3, &error));
  OK(kith_value_put_at(value, key, item, &error));
  OK(kith_value_set_text(item, "three", N, &error));
  OK(kith_value_put_at(value, key, item, &error)); /* in its place */
  OK(kith_value_set_bool(key, 1, &error));
  OK(kith_value_put_at(value, key, item, &error));
  out = passed("map(dyn, string)", value);
  CHECK(kith_value_count(out) == 2);
  OK(kith_value_get_uint(kith_value_key(out, 0), &natural, &error));
  CHECK(natural == 3 && kith_value_kind(kith_value_key(out, 1)) == KITH_KIND_BOOL);
  OK(kith_value_to_json(kith_value_at(out, 0), NULL, &json, &error));
  SAME(kith_string_data(json, NULL), "\"three\"");
  kith_string_free(json);
  kith_value_free(out);
  OK(kith_value_set_double(key, 0.5, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_put_at(value, key, item, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_value_put_at(item, key, item, &error));
  kith_value_free(key);
  kith_value_free(item);
}

void test_expr_values(void) {
  kith_value* value = new_value();
  kith_value* out = NULL;
  const char* text = NULL;
  test_numbers(value);
  test_texts_and_times(value);
  test_optionals(value);
  test_maps_with_keys(value);
  OK(kith_value_set_list(value, &error));
  out = passed("list(dyn)", value);
  CHECK(kith_value_count(out) == 0);
  kith_value_free(out);
  out = result_of("type(1u)");
  CHECK(kith_value_kind(out) == KITH_KIND_TYPE);
  OK(kith_value_get_text(out, &text, NULL, &error));
  SAME(text, "uint");
  kith_value_free(out);
  kith_value_free(value);
}
