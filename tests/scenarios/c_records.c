/* Commands of the C face about records, queries, reports and models. */
#include <stdlib.h>
#include <string.h>

#include "c_face.h"

static int32_t create(run* r) {
  kith_patch* patch = NULL;
  uint64_t id = 0;
  TRY(read_patch(r, 1, &patch));
  const int32_t result =
      kith_txn_create(r->txn, scenario_argument(r->command, 0), N, patch, &id, &r->error);
  kith_patch_free(patch);
  TRY(result);
  put_id(r, id);
  put_line(r, "");
  return KITH_OK;
}

static int32_t update(run* r) {
  kith_patch* patch = NULL;
  uint64_t id = 0;
  TRY(argument_id(r, 0, &id));
  TRY(read_patch(r, 1, &patch));
  const int32_t result =
      kith_txn_update(r->txn, id, patch, number(r, "--version-was", 0), &r->error);
  kith_patch_free(patch);
  return result;
}

static int32_t delete_records(run* r) {
  uint64_t id = 0;
  for (size_t i = 0; scenario_argument(r->command, i) != NULL; ++i) {
    TRY(argument_id(r, i, &id));
    if (scenario_flag(r->command, "--restore")) {
      TRY(kith_txn_restore(r->txn, id, NULL, &r->error));
    } else if (scenario_flag(r->command, "--purge")) {
      TRY(kith_txn_purge(r->txn, id, &r->error));
    } else {
      TRY(kith_txn_remove(r->txn, id, number(r, "--version-was", 0), &r->error));
    }
  }
  return KITH_OK;
}

/* ---- get --------------------------------------------------------------------------------------
 */

static void put_formula_errors(run* r, form* f, const kith_record* record) {
  form errors;
  int any = 0;
  for (size_t i = 0; i < kith_record_count(record); ++i) {
    size_t size = 0;
    const char* name = kith_record_field(record, i, NULL);
    const char* why = kith_record_formula_error(record, name, N, &size);
    if (size == 0) continue;
    if (!any) {
      form_key(f, "formula_error");
      form_begin(&errors, r);
    }
    any = 1;
    form_text(&errors, name, why, size);
  }
  if (any) scenario_append(r->out, "}", 1);
}

static void print_record(run* r, const kith_record* record) {
  kith_time time;
  form f;
  form_begin(&f, r);
  form_id(&f, "id", kith_record_id(record));
  form_number(&f, "version", kith_record_version(record));
  form_time(&f, "created", kith_record_created(record, &time, NULL), &time);
  form_time(&f, "updated", kith_record_updated(record, &time, NULL), &time);
  if (kith_record_owner(record) == 0) {
    form_key(&f, "owner");
    scenario_print(r->out, "null");
  }
  form_id(&f, "owner", kith_record_owner(record));
  form_bool(&f, "deleted", kith_record_deleted(record));
  for (size_t i = 0; i < kith_record_count(record); ++i) {
    form_key(&f, kith_record_field(record, i, NULL));
    put_value(r, kith_record_value(record, i));
  }
  put_formula_errors(r, &f, record);
  form_end(&f);
}

static void print_fields(run* r, const kith_history* history, size_t change) {
  scenario_append(r->out, "[", 1);
  for (size_t i = 0; i < kith_history_field_count(history, change); ++i) {
    if (i != 0) scenario_append(r->out, ",", 1);
    size_t size = 0;
    const char* name = kith_history_field(history, change, i, &size);
    form f;
    form_begin(&f, r);
    form_text(&f, "field", name, size);
    form_value(&f, "before", kith_history_before(history, change, i));
    form_value(&f, "after", kith_history_after(history, change, i));
    scenario_append(r->out, "}", 1);
  }
  scenario_append(r->out, "]", 1);
}

void print_history(run* r, const kith_history* history) {
  for (size_t i = 0; i < kith_history_count(history); ++i) {
    kith_time time;
    size_t size = 0;
    form f;
    form_begin(&f, r);
    form_number(&f, "sequence", kith_history_sequence(history, i));
    form_id(&f, "record", kith_history_record(history, i));
    form_text(&f, "kind", kith_change_kind_name(kith_history_kind(history, i)), N);
    form_time(&f, "at", kith_history_at(history, i, &time, NULL), &time);
    form_time(&f, "effective_at", kith_history_effective_at(history, i, &time, NULL), &time);
    form_id(&f, "actor", kith_history_actor(history, i));
    const char* cause = kith_history_cause(history, i, &size);
    form_text(&f, "cause", cause, size);
    form_bool(&f, "overridden", kith_history_overridden(history, i));
    form_key(&f, "fields");
    print_fields(r, history, i);
    form_end(&f);
  }
}

static int32_t get_one(run* r, uint64_t id) {
  kith_record* record = NULL;
  TRY(kith_reader_get(r->reader, id, &record, &r->error));
  if (!scenario_flag(r->command, "--history")) print_record(r, record);
  kith_record_free(record);
  if (!scenario_flag(r->command, "--history")) return KITH_OK;
  kith_history* history = NULL;
  TRY(kith_reader_history(r->reader, id, 100, &history, &r->error));
  print_history(r, history);
  kith_history_free(history);
  return KITH_OK;
}

static int32_t get(run* r) {
  uint64_t id = 0;
  for (size_t i = 0; scenario_argument(r->command, i) != NULL; ++i) {
    TRY(argument_id(r, i, &id));
    TRY(get_one(r, id));
  }
  return KITH_OK;
}

/* ---- query and report -------------------------------------------------------------------------
 */

static void print_columns(run* r, const kith_rows* rows) {
  scenario_print(r->out, "columns");
  for (size_t i = 0; i < kith_rows_column_count(rows); ++i) {
    const char* name = kith_rows_column_name(rows, i, NULL);
    const char* label = kith_rows_column_label(rows, i, NULL);
    const char* format = kith_rows_column_format(rows, i, NULL);
    scenario_print(r->out, "%s %s %s", i == 0 ? "" : ";", name,
                   kith_rows_column_type(rows, i, NULL));
    if (*format != '\0') scenario_print(r->out, " %s", format);
    if (strcmp(name, label) != 0) scenario_print(r->out, " (%s)", label);
  }
  scenario_append(r->out, "\n", 1);
}

static void print_cells(run* r, const kith_rows* rows) {
  for (size_t row = 0; row < kith_rows_count(rows); ++row) {
    scenario_append(r->out, "[", 1);
    for (size_t column = 0; column < kith_rows_column_count(rows); ++column) {
      if (column != 0) scenario_append(r->out, ",", 1);
      put_value(r, kith_rows_value(rows, row, column));
    }
    scenario_append(r->out, "]\n", 2);
  }
}

/* Whether the query says itself how many rows it wants, or has measures: then it has no pages. */
static int has_member(const char* document, const char* name) {
  kith_value* query = NULL;
  int found = 0;
  if (kith_value_from_json(document, N, &query, NULL) != KITH_OK) return 0;
  for (size_t i = 0; i < kith_value_count(query); ++i) {
    const char* key = NULL;
    if (kith_value_get_text(kith_value_key(query, i), &key, NULL, NULL) != KITH_OK) continue;
    found = found || strcmp(key, name) == 0;
  }
  kith_value_free(query);
  return found;
}

/* The query with a limit of one row put behind its other members. */
static scenario_text one_row(const char* document) {
  scenario_text text = {NULL, 0, 0};
  const char* brace = strrchr(document, '}');
  scenario_append(&text, document, brace != NULL ? (size_t)(brace - document) : 0);
  scenario_print(&text, ", \"limit\": 1}");
  return text;
}

static int32_t query_pages(run* r, const char* document) {
  scenario_text page = one_row(document);
  scenario_text token = {NULL, 0, 0};
  int32_t result = KITH_OK;
  int first = 1;
  do {
    kith_rows* rows = NULL;
    result = kith_reader_query(r->reader, page.data, page.size, token.data, token.size, &rows,
                               &r->error);
    if (result == KITH_OK) {
      if (first) print_columns(r, rows);
      print_cells(r, rows);
      first = 0;
      scenario_text_free(&token);
      size_t size = 0;
      const char* next = kith_rows_continuation(rows, &size);
      scenario_append(&token, next, size);
    }
    kith_rows_free(rows);
  } while (result == KITH_OK && token.size != 0);
  scenario_text_free(&token);
  scenario_text_free(&page);
  return result;
}

static int32_t query(run* r) {
  const char* document = option(r, "--json");
  if (r->state->mode == SCENARIO_TINY && !has_member(document, "limit") &&
      !has_member(document, "measures")) {
    return query_pages(r, document);
  }
  kith_rows* rows = NULL;
  TRY(kith_reader_query(r->reader, document, N, NULL, 0, &rows, &r->error));
  print_columns(r, rows);
  print_cells(r, rows);
  const char* next = kith_rows_continuation(rows, NULL);
  if (*next != '\0') scenario_print(r->out, "continuation %s\n", next);
  kith_rows_free(rows);
  return KITH_OK;
}

static void put_setting(run* r, scenario_text* json, const char* setting) {
  scenario_text* answer = r->out;
  const char* equals = strchr(setting, '=');
  r->out = json;
  scenario_print(json, json->size == 1 ? "" : ",");
  put_text(r, setting, (size_t)(equals - setting));
  scenario_append(json, ":", 1);
  put_text(r, equals + 1, N);
  r->out = answer;
}

static int32_t report(run* r) {
  const char* name = scenario_argument(r->command, 0);
  scenario_text document = {NULL, 0, 0};
  scenario_text parameters = {NULL, 0, 0};
  if (strstr(name, ".json") != NULL) document = scenario_read_file(name);
  scenario_append(&parameters, "{", 1);
  const char* setting = NULL;
  for (size_t i = 0; (setting = scenario_option(r->command, "--set", i)) != NULL; ++i) {
    put_setting(r, &parameters, setting);
  }
  scenario_append(&parameters, "}", 1);
  kith_rows* rows = NULL;
  const int32_t result = kith_reader_report(r->reader, document.data != NULL ? document.data : name,
                                            N, parameters.data, N, &rows, &r->error);
  scenario_text_free(&document);
  scenario_text_free(&parameters);
  TRY(result);
  scenario_print(r->out, "report %s: %s\n", kith_rows_name(rows, NULL),
                 kith_rows_title(rows, NULL));
  const char* note = kith_rows_note(rows, NULL);
  const char* bars = kith_rows_bars(rows, NULL);
  if (*note != '\0') scenario_print(r->out, "note %s\n", note);
  if (*bars != '\0') scenario_print(r->out, "bars %s\n", bars);
  print_columns(r, rows);
  print_cells(r, rows);
  kith_rows_free(rows);
  return KITH_OK;
}

/* ---- models and imports -----------------------------------------------------------------------
 */

static void print_changes(run* r, const kith_value* applied) {
  for (size_t i = 0; i < kith_value_count(applied); ++i) {
    const char* key = NULL;
    kith_value_get_text(kith_value_key(applied, i), &key, NULL, NULL);
    if (strcmp(key, "changes") != 0) continue;
    const kith_value* changes = kith_value_at(applied, i);
    for (size_t k = 0; k < kith_value_count(changes); ++k) {
      const char* entity = NULL;
      const char* what = NULL;
      kith_value_get_text(kith_value_at(kith_value_at(changes, k), 0), &entity, NULL, NULL);
      kith_value_get_text(kith_value_at(kith_value_at(changes, k), 1), &what, NULL, NULL);
      scenario_print(r->out, "%s%s%s\n", entity, *entity != '\0' ? ": " : "", what);
    }
  }
}

static int32_t apply(run* r, const char* name, const scenario_text* document) {
  TRY(kith_model_check(document->data, document->size, name, N, &r->error));
  kith_string* text = NULL;
  TRY(kith_model_apply(r->database, r->session, document->data, document->size,
                       scenario_flag(r->command, "--dry-run") ? 1 : 0, &text, &r->error));
  kith_value* applied = NULL;
  const int32_t result = kith_value_from_json(kith_string_data(text, NULL), N, &applied, &r->error);
  kith_string_free(text);
  TRY(result);
  print_changes(r, applied);
  kith_value_free(applied);
  return KITH_OK;
}

static int32_t model(run* r) {
  const char* name = scenario_argument(r->command, 1);
  scenario_text document = scenario_read_file(name);
  const int32_t result = apply(r, name, &document);
  scenario_text_free(&document);
  return result;
}

static int32_t cel(run* r) {
  const char* expression = scenario_argument(r->command, 0);
  const char* type = option(r, "--type");
  if (*type != '\0') {
    kith_string* name = NULL;
    TRY(kith_expression_check(r->database, type, N, expression, N, &name, &r->error));
    put_line(r, kith_string_data(name, NULL));
    kith_string_free(name);
    return KITH_OK;
  }
  kith_value* value = NULL;
  uint64_t id = 0;
  TRY(option_id(r, "--on", &id));
  if (id != 0) {
    TRY(kith_expression_evaluate_on(r->reader, id, expression, N, &value, &r->error));
  } else {
    kith_time now;
    TRY(parse_time(r, r->state->now, &now));
    TRY(kith_expression_evaluate(expression, N, NULL, 0, &now, &value, &r->error));
  }
  put_value(r, value);
  put_line(r, "");
  kith_value_free(value);
  return KITH_OK;
}

const command_entry kRecordCommands[] = {
    {"create", create, 1}, {"update", update, 1}, {"delete", delete_records, 1},
    {"get", get, 0},       {"query", query, 0},   {"report", report, 0},
    {"model", model, 0},   {"cel", cel, 0},       {NULL, NULL, 0},
};
