/* tests/capi/check.h: what the C test program is written with. A failed check prints its place and
 * is counted; the program ends with 1 when there was one. */
#ifndef KITH_TESTS_CAPI_CHECK_H
#define KITH_TESTS_CAPI_CHECK_H

#define KITH_API_ALLOW_UNSTABLE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kith.h"

#define N KITH_NTS
#define CHECK(condition) check_that((condition) != 0, #condition, __FILE__, __LINE__)
/* The call succeeds; otherwise its error is printed. */
#define OK(call) FAILS(KITH_OK, call)
/* The call, whose last argument is &error, fails with this code and an error object that has it. */
#define FAILS(code, call)                                                   \
  do {                                                                      \
    kith_error* error = NULL;                                               \
    const int32_t result_of_call = (call);                                  \
    check_result(result_of_call, (code), error, #call, __FILE__, __LINE__); \
    (void)error;                                                            \
  } while (0)
#define SAME(text, expected) check_same((text), (expected), __FILE__, __LINE__)

void check_that(int holds, const char* what, const char* file, int line);
/* Compares code and error object, and frees the error. */
void check_result(int32_t got, int32_t wanted, kith_error* error, const char* what,
                  const char* file, int line);
void check_same(const char* text, const char* expected, const char* file, int line);
/* The number of failed checks so far. */
int check_failures(void);

/* A time: seconds since 1970. */
kith_time at(int64_t seconds);
/* 2024-01-01T00:00:00Z: the clock of the tests. */
#define CLOCK 1704067200

/* A database in memory and what is opened in it, with every capability. */
typedef struct fixture {
  kith_database* database;
  kith_session* session;
} fixture;
fixture fixture_open(const char* model);
/* The same in a directory. */
fixture fixture_create(const char* path, const char* model);
void fixture_free(fixture* f);
kith_txn* fixture_begin(const fixture* f);
kith_reader* fixture_read(const fixture* f);
/* A transaction of a session at a time, seconds since 1970, whose cause is "a test"; its end. */
kith_txn* begin_at(kith_session* session, int64_t seconds);
void commit(kith_txn* txn);
/* What a _to_json function gave contains this; it is freed. */
void has_json(kith_string* json, const char* expected);

/* The model of the tests: `every` has a field of each type, `company` and `deal` a relation. */
extern const char* const kModel;

void test_library(void);
void test_options(void);
void test_input_structs(void);
void test_database(const char* folder);
void test_models(void);
void test_values(void);
void test_value_mistakes(void);
void test_maps(void);
void test_writes(void);
void test_refused_writes(void);
void test_transactions(void);
void test_queries(void);
void test_reports(void);
void test_history(void);
void test_pipelines(void);
void test_scores(void);
void test_automations(void);
void test_outbox(void);
void test_intake(void);
void test_expressions(void);
void test_expr_values(void);
void test_expr_alone(void);
void test_expr_on_records(void);
void test_expr_mistakes(void);
void test_import(const char* folder);
void test_export(const char* folder);
void test_lifetimes(void);
void test_threads(void);
void test_joined(const char* folder);
void test_past(void);
void test_trim(void);
void test_feed(void);
void test_wait(const char* folder);
void test_integrity(void);
void test_backup(const char* folder);
void test_dump(const char* folder);
void test_compact(const char* folder);
void test_pool(const char* folder);
void test_forked(const char* folder);
void test_null(void);

#endif
