/* The command of the C face that imports a file. */
#include "c_face.h"

static void print_rejects(run* r, const kith_import_report* report) {
  for (size_t i = 0; i < kith_import_report_reject_count(report); ++i) {
    if (i != 0) scenario_append(r->out, ",", 1);
    form f;
    form_begin(&f, r);
    form_number(&f, "row", kith_import_report_reject_row(report, i));
    form_number(&f, "line", kith_import_report_reject_line(report, i));
    form_text(&f, "column", kith_import_report_reject_column(report, i, NULL), N);
    form_text(&f, "code", kith_import_report_reject_code(report, i, NULL), N);
    form_text(&f, "reason", kith_import_report_reject_reason(report, i, NULL), N);
    scenario_append(r->out, "}", 1);
  }
}

static void print_import(run* r, const kith_import_report* report) {
  form f;
  form_begin(&f, r);
  form_number(&f, "rows", kith_import_report_rows(report));
  form_number(&f, "created", kith_import_report_created(report));
  form_number(&f, "updated", kith_import_report_updated(report));
  form_number(&f, "unchanged", kith_import_report_unchanged(report));
  form_number(&f, "rejected", kith_import_report_rejected(report));
  form_number(&f, "references_created", kith_import_report_references_created(report));
  form_number(&f, "references_blank", kith_import_report_references_blank(report));
  form_key(&f, "rejects");
  scenario_append(r->out, "[", 1);
  print_rejects(r, report);
  scenario_append(r->out, "]", 1);
  form_key(&f, "ambiguous");
  scenario_append(r->out, "[", 1);
  for (size_t i = 0; i < kith_import_report_ambiguous_count(report); ++i) {
    if (i != 0) scenario_append(r->out, ",", 1);
    form one;
    form_begin(&one, r);
    form_text(&one, "column", kith_import_report_ambiguous_column(report, i, NULL), N);
    form_number(&one, "values", kith_import_report_ambiguous_values(report, i));
    form_text(&one, "example", kith_import_report_ambiguous_example(report, i, NULL), N);
    scenario_append(r->out, "}", 1);
  }
  scenario_append(r->out, "]", 1);
  form_end(&f);
}

static int32_t import(run* r) {
  kith_import_options options;
  kith_import_options_init(&options, sizeof options);
  TRY(parse_time(r, r->state->now, &options.now));
  const char* map = option(r, "--map");
  scenario_text mapping = {NULL, 0, 0};
  if (*map != '\0') mapping = scenario_read_file(map);
  options.mapping = mapping.data;
  options.mapping_name = map;
  options.dry_run = scenario_flag(r->command, "--dry-run") ? 1 : 0;
  if (r->state->mode == SCENARIO_TINY) options.chunk_rows = 1;
  kith_import_report* report = NULL;
  const int32_t result =
      kith_import_csv(r->session, scenario_argument(r->command, 0), N,
                      scenario_argument(r->command, 1), N, &options, &report, &r->error);
  scenario_text_free(&mapping);
  TRY(result);
  print_import(r, report);
  kith_import_report_free(report);
  return KITH_OK;
}

const command_entry kImportCommands[] = {
    {"import", import, 0},
    {NULL, NULL, 0},
};
