/* Import and export, with callbacks. */
#include "check.h"

static void write_file(const char* path, const char* text) {
  FILE* file = fopen(path, "wb");
  CHECK(file != NULL);
  if (file == NULL) return;
  fputs(text, file);
  fclose(file);
}

static size_t read_file(const char* path, char* into, size_t size) {
  FILE* file = fopen(path, "rb");
  size_t got = 0;
  if (file != NULL) {
    got = fread(into, 1, size - 1, file);
    fclose(file);
  }
  into[got] = '\0';
  return got;
}

typedef struct progress_log {
  int calls;
  int destroyed;
  uint64_t rows;
  int32_t answer;
} progress_log;

static int32_t on_progress(void* user, uint64_t rows, uint64_t bytes, uint64_t bytes_total) {
  progress_log* log = user;
  ++log->calls;
  log->rows = rows;
  CHECK(bytes > 0 && bytes <= bytes_total);
  return log->answer;
}

static void on_destroy(void* user) { ++((progress_log*)user)->destroyed; }

static void check_report(const kith_import_report* report) {
  CHECK(kith_import_report_rows(report) == 4 && kith_import_report_created(report) == 3);
  CHECK(kith_import_report_updated(report) == 0 && kith_import_report_unchanged(report) == 0);
  CHECK(kith_import_report_rejected(report) == 1 && kith_import_report_stopped(report) == 0);
  CHECK(kith_import_report_references_created(report) == 0);
  CHECK(kith_import_report_references_blank(report) == 0);
  CHECK(kith_import_report_reject_count(report) == 1);
  CHECK(kith_import_report_reject_row(report, 0) == 3);
  CHECK(kith_import_report_reject_line(report, 0) == 4);
  SAME(kith_import_report_reject_column(report, 0, NULL), "number");
  CHECK(kith_import_report_reject_code(report, 0, NULL)[0] != '\0');
  CHECK(kith_import_report_reject_reason(report, 0, NULL)[0] != '\0');
  SAME(kith_import_report_reject_reason(report, 1, NULL), "");
  CHECK(kith_import_report_ambiguous_count(report) == 0);
  CHECK(kith_import_report_ambiguous_values(report, 0) == 0);
  SAME(kith_import_report_ambiguous_column(report, 0, NULL), "");
  SAME(kith_import_report_ambiguous_example(report, 0, NULL), "");
}

static void test_callbacks(const fixture* f, const char* path, kith_import_options* options) {
  progress_log log = {0, 0, 0, KITH_OK};
  kith_import_report* report = NULL;
  options->progress = on_progress;
  options->destroy = on_destroy;
  options->user = &log;
  options->chunk_rows = 2;
  options->dry_run = 1;
  OK(kith_import_csv(f->session, "company", N, path, N, options, &report, &error));
  CHECK(log.calls >= 2 && log.destroyed == 1 && log.rows == 4);
  kith_import_report_free(report);
  log.answer = KITH_CALLBACK_STOP;
  OK(kith_import_csv(f->session, "company", N, path, N, options, &report, &error));
  CHECK(kith_import_report_stopped(report) == 1 && log.destroyed == 2);
  kith_import_report_free(report);
  log.answer = KITH_CALLBACK_ERROR;
  FAILS(KITH_CALLBACK_ERROR,
        kith_import_csv(f->session, "company", N, path, N, options, &report, &error));
  CHECK(report == NULL && log.destroyed == 3);
  log.answer = -4711;
  FAILS(-4711, kith_import_csv(f->session, "company", N, path, N, options, &report, &error));
  log.answer = 99;
  FAILS(KITH_INVALID_ARGUMENT,
        kith_import_csv(f->session, "company", N, path, N, options, &report, &error));
  /* Also when the call is wrong before anything was called. */
  FAILS(KITH_INVALID_ARGUMENT,
        kith_import_csv(NULL, "company", N, path, N, options, &report, &error));
  CHECK(log.destroyed == 6);
}

void test_import(const char* folder) {
  fixture f = fixture_open(kModel);
  char path[1024];
  char rejects[1024];
  char text[400];
  kith_import_options options;
  kith_import_report* report = NULL;
  snprintf(path, sizeof path, "%s/companies.csv", folder);
  snprintf(rejects, sizeof rejects, "%s/rejects.csv", folder);
  write_file(path, "name,number\nAcme,1\nBeta,2\nGamma,many\n\"Delta, Inc\",4\n");
  OK(kith_import_options_init(&options, sizeof options));
  CHECK(options.chunk_rows == 500);
  options.now = at(CLOCK);
  options.rejects_path = rejects;
  test_callbacks(&f, path, &options);
  options.dry_run = 0;
  options.progress = NULL;
  options.destroy = NULL;
  OK(kith_import_csv(f.session, "company", N, path, N, &options, &report, &error));
  check_report(report);
  kith_import_report_free(report);
  CHECK(read_file(rejects, text, sizeof text) > 0);
  CHECK(strstr(text, "Gamma") != NULL || strstr(text, "number") != NULL);

  FAILS(KITH_IO, kith_import_csv(f.session, "company", N, "/no/such/file.csv", N, &options, &report,
                                 &error));
  options.mapping = "{\"columns\": 3}";
  FAILS(KITH_IMPORT_INVALID,
        kith_import_csv(f.session, "company", N, path, N, &options, &report, &error));
  CHECK(report == NULL);
  fixture_free(&f);
}

typedef struct collected {
  char text[600];
  size_t size;
  int destroyed;
  int32_t answer;
} collected;

static int32_t collect(void* user, const char* data, size_t size) {
  collected* into = user;
  if (into->size + size < sizeof into->text) {
    memcpy(into->text + into->size, data, size);
    into->size += size;
    into->text[into->size] = '\0';
  }
  return into->answer;
}

static void collected_destroy(void* user) { ++((collected*)user)->destroyed; }

static void test_export_write(const fixture* f) {
  const char* columns[] = {"name", "size(name)"};
  kith_export_options options;
  collected into;
  uint64_t records = 9;
  memset(&into, 0, sizeof into);
  OK(kith_export_options_init(&options, sizeof options));
  options.columns = columns;
  options.column_count = 2;
  options.where = "name != 'Acme'";
  OK(kith_export_write(f->session, "company", N, collect, &into, collected_destroy, &options,
                       &records, &error));
  CHECK(records == 1 && into.destroyed == 1);
  SAME(into.text, "name,size(name)\nBeta,4\n");
  into.answer = KITH_CALLBACK_STOP;
  OK(kith_export_write(f->session, "company", N, collect, &into, NULL, &options, &records, &error));
  CHECK(records == 0);
  into.answer = KITH_CALLBACK_ERROR;
  FAILS(KITH_CALLBACK_ERROR,
        kith_export_write(f->session, "company", N, collect, &into, NULL, &options, NULL, &error));
  into.answer = KITH_OK;
  options.format = 9;
  FAILS(KITH_INVALID_ARGUMENT, kith_export_write(f->session, "company", N, collect, &into,
                                                 collected_destroy, &options, NULL, &error));
  CHECK(into.destroyed == 2);
  options.format = KITH_FORMAT_JSON_LINES;
  options.where = "nonsense(";
  FAILS(KITH_EXPRESSION_SYNTAX,
        kith_export_write(f->session, "company", N, collect, &into, NULL, &options, NULL, &error));
  options.where = NULL;
  into.size = 0;
  OK(kith_export_write(f->session, "company", N, collect, &into, NULL, &options, &records, &error));
  CHECK(records == 2 && strstr(into.text, "\"name\":\"Acme\"") != NULL);
}

/* Two companies were created in changes 1 and 2; a third comes now. */
static void test_export_reader(fixture* f) {
  kith_txn* txn = fixture_begin(f);
  kith_export_options options;
  kith_reader* past = NULL;
  kith_reader* now = NULL;
  collected into;
  uint64_t records = 9;
  const char* columns[] = {"name"};
  memset(&into, 0, sizeof into);
  OK(kith_export_options_init(&options, sizeof options));
  options.columns = columns;
  options.column_count = 1;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Gamma\"}", N, NULL, &error));
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
  OK(kith_reader_open_as_of_change(f->session, 2, &past, &error));
  OK(kith_reader_export_write(past, "company", N, collect, &into, collected_destroy, &options,
                              &records, &error));
  CHECK(records == 2 && into.destroyed == 1);
  SAME(into.text, "name\nAcme\nBeta\n");
  FAILS(KITH_INVALID_ARGUMENT,
        kith_reader_export_write(NULL, "company", N, collect, &into, collected_destroy, &options,
                                 &records, &error));
  CHECK(records == 0 && into.destroyed == 2);
  OK(kith_reader_open(f->session, NULL, &now, &error));
  OK(kith_reader_export_path(now, "company", N, "/dev/null", N, NULL, &records, &error));
  CHECK(records == 3);
  kith_reader_free(now);
  kith_reader_free(past);
}

void test_export(const char* folder) {
  fixture f = fixture_open(kModel);
  kith_txn* txn = fixture_begin(&f);
  char path[1024];
  char text[600];
  uint64_t records = 0;
  kith_export_options options;
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Acme\"}", N, NULL, &error));
  OK(kith_txn_create_json(txn, "company", N, "{\"name\": \"Beta\"}", N, NULL, &error));
  OK(kith_txn_commit(txn, NULL, &error));
  kith_txn_free(txn);
  test_export_write(&f);

  snprintf(path, sizeof path, "%s/out.csv", folder);
  OK(kith_export_path(f.session, "company", N, path, N, NULL, &records, &error));
  CHECK(records == 2 && read_file(path, text, sizeof text) > 0);
  CHECK(strstr(text, "company:1,Acme") != NULL);
  /* An export that fails leaves the file that was there. */
  OK(kith_export_options_init(&options, sizeof options));
  options.where = "wrong(";
  CHECK(kith_export_path(f.session, "company", N, path, N, &options, &records, NULL) < 0);
  CHECK(records == 0 && read_file(path, text, sizeof text) > 0);
  strcat(path, ".part");
  CHECK(read_file(path, text, sizeof text) == 0);
  FAILS(KITH_IO, kith_export_path(f.session, "company", N, "/no/such/folder/out.csv", N, NULL, NULL,
                                  &error));
  test_export_reader(&f);
  fixture_free(&f);
}
