/* Backup, dump, load, compact. */
#include "check.h"

typedef struct bytes {
  char* data;
  size_t size;
  size_t read; /* so far, by give_back */
  int calls;
  int destroyed;
  int32_t answer;  /* from the call number `fail_at` on */
  int fail_at;     /* 0: never */
  size_t at_most;  /* bytes given in one call */
  size_t too_many; /* said beyond the capacity */
} bytes;

static int32_t answer_of(bytes* b) {
  ++b->calls;
  return b->fail_at != 0 && b->calls >= b->fail_at ? b->answer : KITH_OK;
}

static int32_t take(void* user, const char* data, size_t size) {
  bytes* b = user;
  b->data = realloc(b->data, b->size + size + 1);
  memcpy(b->data + b->size, data, size);
  b->size += size;
  b->data[b->size] = '\0';
  return answer_of(b);
}

static int32_t give_back(void* user, char* data, size_t capacity, size_t* size) {
  bytes* b = user;
  size_t count = b->size - b->read;
  CHECK(capacity > 0 && *size == 0);
  if (count > capacity) count = capacity;
  if (count > b->at_most) count = b->at_most;
  memcpy(data, b->data + b->read, count);
  b->read += count;
  *size = b->too_many != 0 ? capacity + b->too_many : count;
  return answer_of(b);
}

static void bytes_destroy(void* user) { ++((bytes*)user)->destroyed; }

static void rewind_bytes(bytes* b) {
  b->read = 0;
  b->calls = 0;
  b->fail_at = 0;
  b->too_many = 0;
  b->at_most = (size_t)-1;
}

static kith_database* create(const char* path) {
  kith_create_options options;
  kith_database* database = NULL;
  OK(kith_create_options_init(&options, sizeof options));
  options.model = kModel;
  options.now = at(CLOCK);
  OK(kith_database_create(path, N, &options, &database, &error));
  return database;
}

static kith_session* open_session(kith_database* database) {
  kith_session* session = NULL;
  OK(kith_session_open(database, NULL, &session, &error));
  return session;
}

static void fill(kith_database* database) {
  kith_session* session = open_session(database);
  kith_txn* txn = begin_at(session, CLOCK + 1);
  uint64_t id = 0;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, &id, &error));
  OK(kith_txn_create_json(txn, "deal", N,
                          "{\"name\": \"Pilot\", \"amount\": 1, \"company\": \"company:1\"}", N,
                          NULL, &error));
  OK(kith_txn_send_json(txn, "{\"topic\": \"email\"}", N, NULL, &error));
  commit(txn);
  txn = begin_at(session, CLOCK + 2);
  OK(kith_txn_update_json(txn, id, "{\"name\": \"Acme & Co\"}", N, 0, &error));
  commit(txn);
  kith_session_free(session);
}

/* The history of the company as JSON.
 * The caller frees it. */
static kith_string* history_of(kith_database* database) {
  kith_session* session = open_session(database);
  kith_reader* reader = NULL;
  kith_history* history = NULL;
  kith_string* text = NULL;
  uint64_t id = 0;
  OK(kith_reader_open(session, NULL, &reader, &error));
  OK(kith_reader_find_text(reader, "company", N, "name", N, "Acme & Co", N, &id, &error));
  OK(kith_reader_history(reader, id, 0, &history, &error));
  CHECK(kith_history_count(history) == 2);
  OK(kith_history_to_json(history, reader, &text, &error));
  kith_history_free(history);
  kith_reader_free(reader);
  kith_session_free(session);
  return text;
}

/* The database at `path` is the one that `fill` filled. */
static void is_the_same(const char* path, kith_database* original) {
  kith_database* database = NULL;
  kith_string* expected = history_of(original);
  kith_string* got = NULL;
  OK(kith_database_open(path, N, NULL, &database, &error));
  got = history_of(database);
  SAME(kith_string_data(got, NULL), kith_string_data(expected, NULL));
  kith_string_free(got);
  kith_string_free(expected);
  kith_database_free(database);
}

static void is_missing(const char* path) {
  kith_database* database = NULL;
  FAILS(KITH_NOT_FOUND, kith_database_open(path, N, NULL, &database, &error));
}

void test_backup(const char* folder) {
  char path[1024];
  char copy[1024];
  kith_database* database = NULL;
  snprintf(path, sizeof path, "%s/saved", folder);
  snprintf(copy, sizeof copy, "%s/saved-monday", folder);
  database = create(path);
  fill(database);
  OK(kith_database_backup(database, copy, N, &error));
  is_the_same(copy, database);
  CHECK(kith_database_backup(database, copy, N, NULL) < 0); /* there is one */
  CHECK(kith_database_backup(database, path, strlen(path), NULL) < 0);
  CHECK(kith_database_backup(database, NULL, 0, NULL) < 0);
  OK(kith_database_close(database, &error));
  FAILS(KITH_CLOSED, kith_database_backup(database, copy, N, &error));
  kith_database_free(database);
}

static void check_stats(kith_dump_stats* stats, size_t size) {
  CHECK(kith_dump_stats_records(stats) == 2 && kith_dump_stats_changes(stats) == 3);
  CHECK(kith_dump_stats_queue_rows(stats) >= 1 && kith_dump_stats_blobs(stats) == 0);
  CHECK(kith_dump_stats_bytes(stats) == size);
  kith_dump_stats_free(stats);
}

static void dump_to_callbacks(kith_database* database, bytes* dump) {
  kith_dump_stats* stats = NULL;
  bytes stopped;
  OK(kith_dump_write(database, take, dump, bytes_destroy, &stats, &error));
  CHECK(dump->size > 100 && dump->destroyed == 1);
  check_stats(stats, dump->size);

  memset(&stopped, 0, sizeof stopped);
  stopped.fail_at = 1;
  stopped.answer = KITH_CALLBACK_STOP;
  OK(kith_dump_write(database, take, &stopped, NULL, &stats, &error));
  CHECK(stats == NULL && stopped.calls == 1);
  stopped.answer = KITH_CALLBACK_ERROR;
  FAILS(KITH_CALLBACK_ERROR, kith_dump_write(database, take, &stopped, NULL, &stats, &error));
  stopped.answer = 5;
  FAILS(KITH_INVALID_ARGUMENT, kith_dump_write(database, take, &stopped, NULL, &stats, &error));
  FAILS(KITH_INVALID_ARGUMENT,
        kith_dump_write(database, NULL, &stopped, bytes_destroy, NULL, &error));
  CHECK(stats == NULL && stopped.destroyed == 1);
  free(stopped.data);
}

static void load_from_callbacks(const char* path, kith_database* original, bytes* dump) {
  kith_dump_stats* stats = NULL;
  kith_load_options options;
  kith_open_options open;
  char other[1100];
  int last_call = 0;
  OK(kith_load_options_init(&options, sizeof options));
  CHECK(options.open == NULL);
  OK(kith_open_options_init(&open, sizeof open));
  options.open = &open;

  /* Whatever goes wrong, at the start, in the middle or at the end, leaves nothing behind. */
  rewind_bytes(dump);
  dump->at_most = 100;
  dump->fail_at = 1;
  dump->answer = KITH_CALLBACK_ERROR;
  FAILS(KITH_CALLBACK_ERROR,
        kith_load_read(path, N, give_back, dump, bytes_destroy, &options, &stats, &error));
  rewind_bytes(dump);
  dump->at_most = 100;
  dump->fail_at = 3;
  dump->answer = -77;
  FAILS(-77, kith_load_read(path, N, give_back, dump, NULL, NULL, &stats, &error));
  rewind_bytes(dump);
  dump->fail_at = 1;
  dump->answer = KITH_CALLBACK_STOP;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_load_read(path, N, give_back, dump, NULL, NULL, &stats, &error));
  rewind_bytes(dump);
  dump->too_many = 1;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_load_read(path, N, give_back, dump, NULL, NULL, &stats, &error));
  rewind_bytes(dump);
  dump->size -= 2; /* cut short */
  FAILS(KITH_IMPORT_INVALID, kith_load_read(path, N, give_back, dump, NULL, NULL, &stats, &error));
  dump->size += 2;
  options.reserved = 1;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_load_read(path, N, give_back, dump, NULL, &options, &stats, &error));
  options.reserved = 0;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_load_read(path, N, NULL, dump, bytes_destroy, NULL, &stats, &error));
  CHECK(stats == NULL && dump->destroyed == 2);
  is_missing(path);

  rewind_bytes(dump);
  dump->at_most = 7;
  OK(kith_load_read(path, N, give_back, dump, bytes_destroy, &options, &stats, &error));
  CHECK(dump->destroyed == 3 && dump->read == dump->size);
  check_stats(stats, dump->size);
  is_the_same(path, original);
  /* There is one now. */
  last_call = dump->calls;
  rewind_bytes(dump);
  CHECK(kith_load_read(path, N, give_back, dump, NULL, NULL, &stats, NULL) < 0);
  is_the_same(path, original);

  /* An error of the last call, when every byte was given, is one too. */
  rewind_bytes(dump);
  dump->at_most = 7;
  dump->fail_at = last_call;
  dump->answer = KITH_CALLBACK_ERROR;
  snprintf(other, sizeof other, "%s-late", path);
  FAILS(KITH_CALLBACK_ERROR, kith_load_read(other, N, give_back, dump, NULL, NULL, &stats, &error));
  is_missing(other);
}

static size_t file_size(const char* path) {
  FILE* file = fopen(path, "rb");
  long size = 0;
  if (file == NULL) return 0;
  fseek(file, 0, SEEK_END);
  size = ftell(file);
  fclose(file);
  return (size_t)size;
}

static void through_files(const char* folder, kith_database* database) {
  char path[1024];
  char file[1024];
  kith_dump_stats* stats = NULL;
  snprintf(path, sizeof path, "%s/from-file", folder);
  snprintf(file, sizeof file, "%s/crm.dump", folder);
  FAILS(KITH_IO, kith_load_path(path, N, file, N, NULL, &stats, &error));
  OK(kith_dump_path(database, file, N, &stats, &error));
  check_stats(stats, file_size(file));
  OK(kith_dump_path(database, file, N, NULL, &error)); /* in place of the other */
  FAILS(KITH_IO, kith_dump_path(database, "/no/such/folder/crm.dump", N, &stats, &error));
  CHECK(stats == NULL);
  OK(kith_load_path(path, N, file, strlen(file), NULL, &stats, &error));
  check_stats(stats, file_size(file));
  is_the_same(path, database);
  strcat(file, ".part");
  CHECK(file_size(file) == 0);
  strcat(path, "-not");
  CHECK(kith_load_path(path, N, folder, N, NULL, &stats, NULL) < 0); /* no file */
  is_missing(path);
}

void test_dump(const char* folder) {
  char path[1024];
  bytes dump;
  kith_database* database = create(":memory:");
  fill(database);
  memset(&dump, 0, sizeof dump);
  snprintf(path, sizeof path, "%s/loaded", folder);
  dump_to_callbacks(database, &dump);
  dump.destroyed = 0;
  load_from_callbacks(path, database, &dump);
  through_files(folder, database);
  OK(kith_database_close(database, &error));
  FAILS(KITH_CLOSED, kith_dump_write(database, take, &dump, NULL, NULL, &error));
  kith_database_free(database);
  free(dump.data);
}

void test_compact(const char* folder) {
  char path[1024];
  kith_compact_result* result = NULL;
  kith_database* database = NULL;
  kith_database* original = create(":memory:");
  fill(original);
  snprintf(path, sizeof path, "%s/packed", folder);
  CHECK(kith_database_compact(path, N, &result, NULL) != KITH_OK);
  database = create(path);
  fill(database);
  FAILS(KITH_BUSY, kith_database_compact(path, N, &result, &error));
  CHECK(result == NULL);
  kith_database_free(database);
  OK(kith_database_compact(path, N, &result, &error));
  CHECK(kith_compact_result_bytes_before(result) >= kith_compact_result_bytes_after(result));
  CHECK(kith_compact_result_bytes_after(result) > 0);
  CHECK(kith_compact_result_slots_reclaimed(result) == 0);
  kith_compact_result_free(result);
  OK(kith_database_compact(path, N, NULL, &error));
  is_the_same(path, original);
  kith_database_free(original);
}
