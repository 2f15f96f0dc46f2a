#include "c_face.h"

#include <stdlib.h>
#include <string.h>

const char* option(const run* r, const char* name) {
  const char* value = scenario_option(r->command, name, 0);
  return value != NULL ? value : "";
}

uint64_t number(const run* r, const char* name, uint64_t otherwise) {
  const char* value = scenario_option(r->command, name, 0);
  return value != NULL ? strtoull(value, NULL, 10) : otherwise;
}

int32_t argument_id(run* r, size_t index, uint64_t* id) {
  return kith_id_parse(r->reader, scenario_argument(r->command, index), N, id, &r->error);
}

int32_t option_id(run* r, const char* name, uint64_t* id) {
  *id = 0;
  const char* text = option(r, name);
  return *text == '\0' ? KITH_OK : kith_id_parse(r->reader, text, N, id, &r->error);
}

/* ---- times: the expression language reads them ------------------------------------------------
 */

static int32_t evaluate(run* r, const char* call, const char* text, kith_value** out) {
  scenario_text expression = {NULL, 0, 0};
  scenario_print(&expression, "%s('%s')", call, text);
  const int32_t result =
      kith_expression_evaluate(expression.data, expression.size, NULL, 0, NULL, out, &r->error);
  scenario_text_free(&expression);
  return result;
}

int32_t parse_time(run* r, const char* text, kith_time* out) {
  kith_value* value = NULL;
  TRY(evaluate(r, "timestamp", text, &value));
  const int32_t result = kith_value_get_timestamp(value, out, &r->error);
  kith_value_free(value);
  return result;
}

int32_t parse_duration(run* r, const char* text, kith_time* out) {
  kith_value* value = NULL;
  TRY(evaluate(r, "duration", text, &value));
  const int32_t result = kith_value_get_duration(value, out, &r->error);
  kith_value_free(value);
  return result;
}

/* ---- patches ----------------------------------------------------------------------------------
 */

static int32_t assign(run* r, kith_patch* patch, const char* word) {
  const char* equals = strchr(word, '=');
  if (equals == NULL || equals == word) {
    scenario_print(r->out, "\"%s\" is not field=value\n", word);
    return KITH_OK;
  }
  const size_t size = (size_t)(equals - word);
  if (equals[-1] == ':') {
    kith_value* value = NULL;
    TRY(kith_value_from_json(equals + 1, N, &value, &r->error));
    const int32_t result = kith_patch_set_value(patch, word, size - 1, value, &r->error);
    kith_value_free(value);
    return result;
  }
  if (equals[1] == '\0') return kith_patch_set_null(patch, word, size, &r->error);
  return kith_patch_set_text(patch, word, size, equals + 1, N, &r->error);
}

static int32_t fill_patch(run* r, kith_patch* patch, size_t first) {
  const char* word = NULL;
  for (size_t i = first; (word = scenario_argument(r->command, i)) != NULL; ++i) {
    TRY(assign(r, patch, word));
  }
  return KITH_OK;
}

int32_t read_patch(run* r, size_t first, kith_patch** out) {
  const char* json = option(r, "--json");
  if (*json != '\0') {
    TRY(kith_patch_from_json(json, N, out, &r->error));
  } else {
    TRY(kith_patch_new(out, &r->error));
  }
  const int32_t result = fill_patch(r, *out, first);
  if (result == KITH_OK) return KITH_OK;
  kith_patch_free(*out);
  *out = NULL;
  return result;
}

/* ---- answers ----------------------------------------------------------------------------------
 */

void put_value(run* r, const kith_value* value) {
  kith_string* text = NULL;
  kith_error_free(r->error);
  if (kith_value_to_json(value, r->reader, &text, &r->error) == KITH_OK) {
    size_t size = 0;
    const char* data = kith_string_data(text, &size);
    scenario_append(r->out, data, size);
  }
  kith_string_free(text);
}

void put_text(run* r, const char* text, size_t size) {
  kith_value* value = NULL;
  kith_value_new(&value, NULL);
  kith_value_set_text(value, text, size, NULL);
  put_value(r, value);
  kith_value_free(value);
}

void put_id(run* r, uint64_t id) {
  kith_string* text = NULL;
  kith_id_format(r->reader, id, &text, NULL);
  scenario_print(r->out, "%s", kith_string_data(text, NULL));
  kith_string_free(text);
}

void put_line(run* r, const char* text) { scenario_print(r->out, "%s\n", text); }

void form_begin(form* f, run* r) {
  f->r = r;
  f->members = 0;
  scenario_append(r->out, "{", 1);
}

void form_key(form* f, const char* name) {
  scenario_print(f->r->out, "%s\"%s\":", f->members++ == 0 ? "" : ",", name);
}

void form_text(form* f, const char* name, const char* text, size_t size) {
  form_key(f, name);
  put_text(f->r, text, size);
}

void form_number(form* f, const char* name, uint64_t value) {
  form_key(f, name);
  scenario_print(f->r->out, "%llu", (unsigned long long)value);
}

void form_bool(form* f, const char* name, uint8_t value) {
  form_key(f, name);
  scenario_print(f->r->out, "%s", value != 0 ? "true" : "false");
}

void form_id(form* f, const char* name, uint64_t id) {
  if (id == 0) return;
  form_key(f, name);
  scenario_append(f->r->out, "\"", 1);
  put_id(f->r, id);
  scenario_append(f->r->out, "\"", 1);
}

void form_value(form* f, const char* name, const kith_value* value) {
  if (kith_value_kind(value) == KITH_KIND_NULL) return;
  form_key(f, name);
  put_value(f->r, value);
}

void form_time(form* f, const char* name, int32_t found, const kith_time* time) {
  if (found != KITH_OK) return;
  kith_value* value = NULL;
  kith_value_new(&value, NULL);
  kith_value_set_timestamp(value, time, NULL);
  form_value(f, name, value);
  kith_value_free(value);
}

void form_duration(form* f, const char* name, int32_t found, const kith_time* span) {
  if (found != KITH_OK) return;
  kith_value* value = NULL;
  kith_value_new(&value, NULL);
  kith_value_set_duration(value, span, NULL);
  form_value(f, name, value);
  kith_value_free(value);
}

void form_end(form* f) { scenario_append(f->r->out, "}\n", 2); }
