/* Version, features, codes; what the input structs of databases and transactions refuse. */
#include "check.h"

void test_library(void) {
  kith_error* missing = NULL;
  CHECK(kith_version_number() == KITH_VERSION_NUMBER);
  SAME(kith_version_string(), KITH_VERSION_STRING);
  CHECK(KITH_API_VERSION_AT_LEAST(0, 1, 0));
  CHECK(!KITH_API_VERSION_AT_LEAST(9, 0, 0));
  CHECK(kith_has_feature(KITH_FEATURE_MEMORY_STORE) == 1);
  CHECK(kith_has_feature(KITH_FEATURE_CSV) == 1);
  CHECK(kith_has_feature(0) == 0);
  CHECK(kith_has_feature(12345) == 0);
  SAME(kith_code_name(KITH_OK), "OK");
  SAME(kith_code_name(KITH_NOT_FOUND), "NOT_FOUND");
  SAME(kith_code_name(KITH_VALIDATION), "VALIDATION");
  SAME(kith_code_name(KITH_INTERNAL), "INTERNAL");
  SAME(kith_code_name(KITH_CALLBACK_ERROR), "CALLBACK_ERROR");
  SAME(kith_code_name(-12345), "UNKNOWN");
  SAME(kith_change_kind_name(KITH_CHANGE_PURGE), "purge");
  SAME(kith_change_kind_name(-1), "");
  SAME(kith_change_kind_name(99), "");
  SAME(kith_run_state_name(KITH_RUN_ACTIVE), "active");
  SAME(kith_run_state_name(KITH_RUN_SUSPENDED), "suspended");
  SAME(kith_run_state_name(KITH_RUN_ANY), "");
  SAME(kith_run_state_name(99), "");
  SAME(kith_message_state_name(KITH_MESSAGE_PENDING), "pending");
  SAME(kith_message_state_name(KITH_MESSAGE_LEASED), "leased");
  SAME(kith_message_state_name(KITH_MESSAGE_DEAD), "dead");
  SAME(kith_message_state_name(KITH_MESSAGE_ANY), "");
  SAME(kith_message_state_name(99), "");
  SAME(kith_timeline_kind_name(KITH_TIMELINE_CHANGE), "change");
  SAME(kith_timeline_kind_name(KITH_TIMELINE_ACTIVITY), "activity");
  SAME(kith_timeline_kind_name(-1), "");
  SAME(kith_timeline_kind_name(99), "");

  /* An error is set to NULL first: a stale pointer does not survive. */
  missing = (kith_error*)&missing;
  CHECK(kith_model_check(kModel, N, NULL, 0, &missing) == KITH_OK);
  CHECK(missing == NULL);
}

/* A struct of a newer kith.h, with a member this library does not know. */
typedef struct newer_session_options {
  kith_session_options known;
  uint64_t added;
} newer_session_options;

static void test_struct_sizes(kith_database* database) {
  kith_session* session = NULL;
  kith_session_options options;
  newer_session_options newer;

  memset(&options, 0, sizeof options);
  FAILS(KITH_INVALID_ARGUMENT, kith_session_open(database, &options, &session, &error));
  options.struct_size = KITH_SESSION_OPTIONS_V1_SIZE - 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_session_open(database, &options, &session, &error));
  options.struct_size = 1u << 30;
  FAILS(KITH_INVALID_ARGUMENT, kith_session_open(database, &options, &session, &error));
  CHECK(session == NULL);

  memset(&newer, 0x5A, sizeof newer);
  OK(kith_session_options_init(&newer.known, sizeof newer));
  CHECK(newer.known.struct_size == sizeof newer);
  CHECK(newer.added == 0);
  OK(kith_session_open(database, &newer.known, &session, &error));
  kith_session_free(session);
  newer.added = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_session_open(database, &newer.known, &session, &error));

  CHECK(kith_session_options_init(&options, 8) == KITH_INVALID_ARGUMENT);
  CHECK(kith_session_options_init(&options, (size_t)-1) == KITH_INVALID_ARGUMENT);
  CHECK(kith_open_options_init(NULL, 56) == KITH_INVALID_ARGUMENT);
  CHECK(kith_create_options_init(NULL, 48) == KITH_INVALID_ARGUMENT);
  CHECK(kith_txn_options_init(NULL, 72) == KITH_INVALID_ARGUMENT);
  CHECK(kith_import_options_init(NULL, 104) == KITH_INVALID_ARGUMENT);
  CHECK(kith_export_options_init(NULL, 48) == KITH_INVALID_ARGUMENT);
}

static void test_wrong_members(const fixture* f) {
  kith_session* session = NULL;
  kith_session_options who;
  kith_txn_options options;
  kith_txn* txn = NULL;
  kith_open_options open;
  kith_database* database = NULL;

  OK(kith_session_options_init(&who, sizeof who));
  who.capabilities = 1u << 20;
  FAILS(KITH_INVALID_ARGUMENT, kith_session_open(f->database, &who, &session, &error));
  who.capabilities = 0;
  who.time_zone = "Nowhere/At_All";
  FAILS(KITH_INVALID_ARGUMENT, kith_session_open(f->database, &who, &session, &error));
  who.time_zone = NULL;
  who.time_zone_size = 7;
  FAILS(KITH_INVALID_ARGUMENT, kith_session_open(f->database, &who, &session, &error));

  OK(kith_txn_options_init(&options, sizeof options));
  CHECK(options.timeout_ms == 5000);
  options.now = at(CLOCK);
  options.reserved[3] = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_begin(f->session, &options, &txn, &error));
  options.reserved[3] = 0;
  options.durability = 7;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_begin(f->session, &options, &txn, &error));
  options.durability = KITH_DURABILITY_DEFERRED;
  options.has_effective_at = 2;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_begin(f->session, &options, &txn, &error));
  options.has_effective_at = 0;
  options.timeout_ms = -1;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_begin(f->session, &options, &txn, &error));
  options.timeout_ms = 10;
  options.now.nanoseconds = 1000000000;
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_begin(f->session, &options, &txn, &error));
  options.now = at(INT64_MAX);
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_begin(f->session, &options, &txn, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_txn_begin(f->session, NULL, &txn, &error));
  CHECK(txn == NULL);

  OK(kith_open_options_init(&open, sizeof open));
  CHECK(open.max_readers == 1024 && open.max_path_hops == 3 && open.max_fields_per_type == 512);
  open.read_only = 3;
  FAILS(KITH_INVALID_ARGUMENT, kith_database_open("nowhere", N, &open, &database, &error));
  open.read_only = 0;
  open.reserved[0] = 1;
  FAILS(KITH_INVALID_ARGUMENT, kith_database_open("nowhere", N, &open, &database, &error));
  FAILS(KITH_INVALID_ARGUMENT, kith_database_create(":memory:", N, NULL, &database, &error));
  CHECK(database == NULL);
}

void test_options(void) {
  fixture f = fixture_open(kModel);
  kith_session* plain = NULL;
  test_struct_sizes(f.database);
  test_wrong_members(&f);
  OK(kith_session_open(f.database, NULL, &plain, &error));
  CHECK(kith_session_capabilities(plain) == 0);
  CHECK(kith_session_capabilities(f.session) == KITH_CAPABILITY_ALL);
  CHECK(kith_session_actor(plain) == 0);
  SAME(kith_session_time_zone(plain, NULL), "UTC");
  kith_session_free(plain);
  fixture_free(&f);
}
