/* The C interface, used as a C program uses it. kith_c_test FOLDER, an empty folder for its files.
 */
#include "check.h"

int main(int count, char** arguments) {
  const char* folder = count > 1 ? arguments[1] : NULL;
  if (folder == NULL) {
    fprintf(stderr, "usage: %s FOLDER\n", arguments[0]);
    return 2;
  }
  test_library();
  test_options();
  test_input_structs();
  test_database(folder);
  test_models();
  test_values();
  test_value_mistakes();
  test_maps();
  test_writes();
  test_refused_writes();
  test_transactions();
  test_queries();
  test_reports();
  test_history();
  test_pipelines();
  test_scores();
  test_automations();
  test_outbox();
  test_intake();
  test_expressions();
  test_expr_values();
  test_expr_alone();
  test_expr_on_records();
  test_expr_mistakes();
  test_import(folder);
  test_export(folder);
  test_lifetimes();
  test_threads();
  test_joined(folder);
  test_past();
  test_trim();
  test_feed();
  test_wait(folder);
  test_integrity();
  test_backup(folder);
  test_dump(folder);
  test_compact(folder);
  test_pool(folder);
  test_forked(folder);
  test_null();
  printf("%d failed checks\n", check_failures());
  return check_failures() == 0 ? 0 : 1;
}
