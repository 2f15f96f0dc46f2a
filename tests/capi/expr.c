/* Compiled expressions by themselves and on records, and how they fail. */
#include "check.h"

static void is_text(kith_string* string, const char* expected) {
  SAME(kith_string_data(string, NULL), expected);
  kith_string_free(string);
}

void test_expr_alone(void) {
  const char* names[] = {"price", "name"};
  const char* types[] = {"decimal", "string"};
  kith_expr_options options;
  kith_evaluation evaluation;
  kith_expr* expr = NULL;
  kith_value* value = NULL;
  kith_string* text = NULL;
  kith_time now = at(CLOCK);
  kith_time time;
  uint64_t min = 7;
  uint64_t max = 7;
  uint8_t flag = 0;
  OK(kith_expr_options_init(&options, sizeof options));
  CHECK(options.max_cost == 1000000 && options.max_bytes == 16384 && options.max_depth == 250);
  options.variable_names = names;
  options.variable_types = types;
  options.variable_count = 2;
  options.expected = "bool";
  OK(kith_expr_compile("price*3>37.0&&name=='x'", N, &options, &expr, &error));
  SAME(kith_expr_source(expr, NULL), "price*3>37.0&&name=='x'");
  SAME(kith_expr_entity(expr, NULL), "");
  CHECK(kith_expr_reads_now(expr) == 0);
  OK(kith_expr_type(expr, &text, &error));
  is_text(text, "bool");
  OK(kith_expr_format(expr, 100, &text, &error));
  CHECK(strstr(kith_string_data(text, NULL), "37.0") != NULL);
  kith_string_free(text);
  OK(kith_expr_english(expr, &text, &error));
  CHECK(strstr(kith_string_data(text, NULL), "price") != NULL);
  kith_string_free(text);
  OK(kith_expr_explain_to_json(expr, &text, &error));
  has_json(text, "\"type\":\"bool\"");
  OK(kith_expr_cost(expr, &min, &max, &error));
  CHECK(min <= max);
  OK(kith_expr_cost(expr, NULL, NULL, &error));
  OK(kith_expr_fields(expr, &value, &error));
  CHECK(kith_value_kind(value) == KITH_KIND_LIST && kith_value_count(value) == 0);
  kith_value_free(value);
  OK(kith_evaluation_init(&evaluation, sizeof evaluation));
  OK(kith_expr_evaluate_json(expr, "{\"price\": 12.5, \"name\": \"x\"}", N, NULL, &value,
                             &evaluation, &error));
  OK(kith_value_get_bool(value, &flag, &error));
  CHECK(flag == 1 && evaluation.error_class == KITH_EVALUATION_NONE);
  CHECK(evaluation.cost >= min && evaluation.cost <= max && evaluation.line == 0);
  kith_value_free(value);
  kith_expr_free(expr);

  OK(kith_expr_compile("now", N, NULL, &expr, &error));
  CHECK(kith_expr_reads_now(expr) == 1);
  OK(kith_expr_evaluate(expr, NULL, &now, &value, NULL, &error));
  OK(kith_value_get_timestamp(value, &time, &error));
  CHECK(time.seconds == CLOCK);
  kith_value_free(value);
  kith_expr_free(expr);

  OK(kith_expr_complete_to_json("", 0, 0, NULL, &text, &error));
  has_json(text, "\"replace_from\":0");
}

/* Fails with this class at this column, and says so in the struct and in the error. */
static void fails(const kith_expr* expr, const kith_reader* reader, uint64_t id, int32_t code,
                  int32_t error_class, uint32_t column) {
  kith_evaluation evaluation;
  kith_error* wrong = NULL;
  kith_value* value = NULL;
  int32_t result = 0;
  OK(kith_evaluation_init(&evaluation, sizeof evaluation));
  result = reader != NULL
               ? kith_expr_evaluate_on(expr, reader, id, NULL, &value, &evaluation, &wrong)
               : kith_expr_evaluate(expr, NULL, NULL, &value, &evaluation, &wrong);
  CHECK(result == code && value == NULL);
  CHECK(evaluation.error_class == error_class);
  CHECK(evaluation.column == column);
  CHECK(kith_error_violation_count(wrong) == 1);
  SAME(kith_error_violation_code(wrong, 0, NULL), kith_evaluation_error_name(error_class));
  CHECK(kith_error_violation_line(wrong, 0) == evaluation.line);
  CHECK(kith_error_violation_column(wrong, 0) == column);
  CHECK(kith_error_message(wrong, NULL)[0] != '\0');
  kith_error_free(wrong);
}

static kith_expr* compiled(const char* source) {
  kith_expr* expr = NULL;
  OK(kith_expr_compile(source, N, NULL, &expr, &error));
  return expr;
}

void test_expr_on_records(void) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  kith_reader* reader = NULL;
  kith_expr* expr = NULL;
  kith_value* params = NULL;
  kith_value* value = NULL;
  kith_string* json = NULL;
  kith_evaluation evaluation;
  const char* text = NULL;
  uint64_t company = 0;
  uint64_t deal = 0;
  uint8_t flag = 0;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, &company, &error));
  OK(kith_txn_create_json(txn, "deal", N,
                          "{\"name\": \"Big\", \"amount\": 300, \"company\": \"company:1\"}", N,
                          &deal, &error));
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
  reader = fixture_read(&f);
  OK(kith_expr_compile_on(f.database, "deal", N, "amount > params.least && company.name == 'Acme'",
                          N, NULL, &expr, &error));
  SAME(kith_expr_entity(expr, NULL), "deal");
  OK(kith_expr_fields(expr, &value, &error));
  OK(kith_value_to_json(value, NULL, &json, &error));
  has_json(json, "[\"amount\",\"company\",\"company.name\"]");
  kith_value_free(value);
  OK(kith_expr_watched(expr, &value, &error));
  CHECK(kith_value_count(value) == 0);
  kith_value_free(value);
  OK(kith_value_from_json("{\"least\": 200}", N, &params, &error));
  OK(kith_evaluation_init(&evaluation, sizeof evaluation));
  OK(kith_expr_evaluate_on(expr, reader, deal, params, &value, &evaluation, &error));
  OK(kith_value_get_bool(value, &flag, &error));
  CHECK(flag == 1 && evaluation.cost > 0);
  kith_value_free(value);
  fails(expr, reader, deal, KITH_EXPRESSION_FAILED, KITH_EVALUATION_MISSING, 17);
  CHECK(kith_expr_evaluate_on(expr, reader, deal + 90, params, &value, &evaluation, NULL) ==
        KITH_NOT_FOUND);
  CHECK(value == NULL && evaluation.error_class == KITH_EVALUATION_HOST);
  FAILS(KITH_INVALID_ARGUMENT,
        kith_expr_evaluate_on(expr, reader, company, params, &value, NULL, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_expr_evaluate(expr, NULL, NULL, &value, NULL, &error));
  OK(kith_expr_plan(expr, reader, params, &value, &error));
  CHECK(kith_value_count(value) >= 1);
  OK(kith_value_get_text(kith_value_at(value, 0), &text, NULL, &error));
  SAME(text, "scan deal");
  kith_value_free(value);
  OK(kith_expr_complete_on_to_json(f.database, "deal", N, "am", N, 2, NULL, &json, &error));
  CHECK(kith_string_data(json, NULL)[0] == '[');
  kith_string_free(json);
  FAILS(KITH_INVALID_ARGUMENT,
        kith_expr_complete_on_to_json(f.database, "dael", N, "", N, 0, NULL, &json, &error));
  /* It outlives what it was made of. */
  kith_reader_free(reader);
  fixture_free(&f);
  OK(kith_expr_type(expr, &json, &error));
  is_text(json, "bool");
  kith_value_free(params);
  kith_expr_free(expr);
}

void test_expr_mistakes(void) {
  kith_expr_options options;
  kith_evaluation evaluation;
  kith_expr* expr = NULL;
  kith_value* value = NULL;
  kith_error* wrong = NULL;
  const char* name = "x";
  const char* type = "strin";
  expr = compiled("1 + 1 / 0");
  fails(expr, NULL, 0, KITH_EXPRESSION_FAILED, KITH_EVALUATION_DATA, 7);
  FAILS(KITH_INVALID_ARGUMENT, kith_expr_evaluate_json(expr, "[1]", N, NULL, &value, NULL, &error));
  memset(&evaluation, 0, sizeof evaluation); /* no init */
  FAILS(KITH_INVALID_ARGUMENT, kith_expr_evaluate(expr, NULL, NULL, &value, &evaluation, &error));
  kith_expr_free(expr);
  expr = compiled("dyn(1) + dyn('a') == 2");
  fails(expr, NULL, 0, KITH_EXPRESSION_FAILED, KITH_EVALUATION_BUG, 8);
  kith_expr_free(expr);
  SAME(kith_evaluation_error_name(KITH_EVALUATION_LIMIT), "LIMIT");
  SAME(kith_evaluation_error_name(99), "HOST");

  CHECK(kith_expr_compile("1 +", N, NULL, &expr, &wrong) == KITH_EXPRESSION_SYNTAX);
  CHECK(expr == NULL && kith_error_violation_line(wrong, 0) == 1);
  CHECK(kith_error_violation_column(wrong, 0) == 4);
  kith_error_free(wrong);
  FAILS(KITH_EXPRESSION_TYPE, kith_expr_compile("1 + 'a'", N, NULL, &expr, &error));
  OK(kith_expr_options_init(&options, sizeof options));
  options.max_cost = 100;
  OK(kith_expr_compile("lists.range(1000).all(x, x >= 0)", N, &options, &expr, &error));
  CHECK(kith_expr_evaluate(expr, NULL, NULL, &value, NULL, NULL) == KITH_LIMIT);
  kith_expr_free(expr);
  options.max_bytes = 3;
  FAILS(KITH_LIMIT, kith_expr_compile("1 + 1", N, &options, &expr, &error));
  OK(kith_expr_options_init(&options, sizeof options));
  options.variable_count = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_expr_compile("1", N, &options, &expr, &error));
  options.variable_names = &name;
  options.variable_types = &type;
  FAILS(KITH_INVALID_ARGUMENT, kith_expr_compile("1", N, &options, &expr, &error));
  options.variable_count = 0;
  options.unchecked = 2;
  FAILS(KITH_INVALID_ARGUMENT, kith_expr_compile("1", N, &options, &expr, &error));
  options.unchecked = 1;
  options.reserved_too = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_expr_compile("1", N, &options, &expr, &error));
  options.reserved_too = 0;
  options.expected = "int";
  OK(kith_expr_compile("unknown + 1", N, &options, &expr, &error));
  kith_expr_free(expr);
}
