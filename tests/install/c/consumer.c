/* A C program that finds kith installed: it makes a CRM in memory and reads a record back. */
#define KITH_API_ALLOW_UNSTABLE
#include <kith.h>
#include <stdio.h>

int main(void) {
  kith_error* error = NULL;
  kith_database* crm = NULL;
  kith_session* session = NULL;
  kith_txn* txn = NULL;
  kith_reader* reader = NULL;
  kith_record* record = NULL;
  const char* name = NULL;
  uint64_t id = 0;
  kith_create_options create;
  kith_txn_options options;
  kith_create_options_init(&create, sizeof create);
  create.now.seconds = 1772442000;
  kith_txn_options_init(&options, sizeof options);
  options.now = create.now;
  if (kith_version_number() != KITH_VERSION_NUMBER ||
      kith_database_create(":memory:", KITH_NTS, &create, &crm, &error) != KITH_OK ||
      kith_session_open(crm, NULL, &session, &error) != KITH_OK ||
      kith_txn_begin(session, &options, &txn, &error) != KITH_OK ||
      kith_txn_create_json(txn, "account", KITH_NTS, "{\"name\": \"Acme\"}", KITH_NTS, &id,
                           &error) != KITH_OK ||
      kith_txn_commit(txn, NULL, &error) != KITH_OK ||
      kith_reader_open(session, NULL, &reader, &error) != KITH_OK ||
      kith_reader_get(reader, id, &record, &error) != KITH_OK ||
      kith_value_get_text(kith_record_find(record, "name", KITH_NTS), &name, NULL, &error) !=
          KITH_OK) {
    fprintf(stderr, "%s\n", kith_error_text(error, NULL));
    return 1;
  }
  printf("kith %s: %s\n", kith_version_string(), name);
  kith_record_free(record);
  kith_reader_free(reader);
  kith_txn_free(txn);
  kith_session_free(session);
  kith_database_free(crm);
  return 0;
}
