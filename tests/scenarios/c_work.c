/* Commands of the C face about pipelines, automations and timelines. */
#include <stdlib.h>
#include <string.h>

#include "c_face.h"

/* ---- pipelines --------------------------------------------------------------------------------
 */

static int32_t move(run* r) {
  uint64_t id = 0;
  kith_patch* fields = NULL;
  kith_move_options options;
  kith_move_options_init(&options, sizeof options);
  options.field = option(r, "--field");
  options.expected_stage = option(r, "--stage-was");
  options.expected_version = number(r, "--version-was", 0);
  TRY(argument_id(r, 0, &id));
  TRY(read_patch(r, 2, &fields));
  kith_move_result* moved = NULL;
  const int32_t result = kith_txn_move(r->txn, id, scenario_argument(r->command, 1), N, fields,
                                       &options, &moved, &r->error);
  kith_patch_free(fields);
  TRY(result);
  form f;
  form_begin(&f, r);
  form_bool(&f, "moved", kith_move_result_moved(moved));
  form_text(&f, "from", kith_move_result_from(moved, NULL), N);
  form_text(&f, "to", kith_move_result_to(moved, NULL), N);
  form_text(&f, "transition", kith_move_result_transition(moved, NULL), N);
  form_bool(&f, "reopened", kith_move_result_reopened(moved));
  form_bool(&f, "overridden", kith_move_result_overridden(moved));
  form_end(&f);
  kith_move_result_free(moved);
  return KITH_OK;
}

static void print_reasons(run* r, const kith_moves* moves, size_t move_index, const char* entity) {
  scenario_append(r->out, "[", 1);
  for (size_t i = 0; i < kith_moves_reason_count(moves, move_index); ++i) {
    if (i != 0) scenario_append(r->out, ",", 1);
    form f;
    form_begin(&f, r);
    form_text(&f, "code", kith_moves_reason_code(moves, move_index, i, NULL), N);
    form_text(&f, "entity", entity, N);
    form_text(&f, "field", kith_moves_reason_field(moves, move_index, i, NULL), N);
    form_text(&f, "message", kith_moves_reason_message(moves, move_index, i, NULL), N);
    form_number(&f, "line", 0);
    form_number(&f, "column", 0);
    scenario_append(r->out, "}", 1);
  }
  scenario_append(r->out, "]", 1);
}

static void print_moves(run* r, const kith_moves* moves, const char* entity) {
  for (size_t i = 0; i < kith_moves_count(moves); ++i) {
    form f;
    form_begin(&f, r);
    form_text(&f, "stage", kith_moves_stage(moves, i, NULL), N);
    form_bool(&f, "allowed", kith_moves_allowed(moves, i));
    form_bool(&f, "reopens", kith_moves_reopens(moves, i));
    form_text(&f, "transition", kith_moves_transition(moves, i, NULL), N);
    form_key(&f, "reasons");
    print_reasons(r, moves, i, entity);
    form_end(&f);
  }
}

/* The reasons are about the record itself: its type is not repeated in each. */
static int32_t moves(run* r) {
  uint64_t id = 0;
  kith_moves* found = NULL;
  kith_record* record = NULL;
  TRY(argument_id(r, 0, &id));
  TRY(kith_reader_possible_moves(r->reader, id, option(r, "--field"), N, &found, &r->error));
  const int32_t result = kith_reader_get(r->reader, id, &record, &r->error);
  if (result == KITH_OK) print_moves(r, found, kith_record_entity(record, NULL));
  kith_record_free(record);
  kith_moves_free(found);
  return result;
}

static int32_t score(run* r) {
  uint64_t id = 0;
  kith_score* found = NULL;
  TRY(argument_id(r, 0, &id));
  TRY(kith_reader_score(r->reader, id, scenario_argument(r->command, 1), N, &found, &r->error));
  form f;
  form_begin(&f, r);
  form_text(&f, "name", kith_score_name(found, NULL), N);
  form_text(&f, "label", kith_score_label(found, NULL), N);
  form_value(&f, "total", kith_score_total(found));
  form_key(&f, "rows");
  scenario_append(r->out, "[", 1);
  for (size_t i = 0; i < kith_score_count(found); ++i) {
    if (i != 0) scenario_append(r->out, ",", 1);
    const int32_t error = kith_score_error_class(found, i);
    form row;
    form_begin(&row, r);
    form_text(&row, "name", kith_score_row(found, i, NULL), N);
    form_value(&row, "points", kith_score_points(found, i));
    form_bool(&row, "matched", kith_score_matched(found, i));
    form_text(&row, "error", error == KITH_EVALUATION_NONE ? "" : kith_evaluation_error_name(error),
              N);
    form_text(&row, "message", kith_score_message(found, i, NULL), N);
    scenario_append(r->out, "}", 1);
  }
  scenario_append(r->out, "]", 1);
  form_end(&f);
  kith_score_free(found);
  return KITH_OK;
}

static int32_t stages(run* r) {
  uint64_t id = 0;
  kith_stage_visits* visits = NULL;
  TRY(argument_id(r, 0, &id));
  TRY(kith_reader_stage_history(r->reader, id, option(r, "--field"), N, &visits, &r->error));
  for (size_t i = 0; i < kith_stage_visits_count(visits); ++i) {
    kith_time time;
    form f;
    form_begin(&f, r);
    form_text(&f, "stage", kith_stage_visits_stage(visits, i, NULL), N);
    form_time(&f, "entered", kith_stage_visits_entered(visits, i, &time, NULL), &time);
    form_time(&f, "left", kith_stage_visits_left(visits, i, &time, NULL), &time);
    form_duration(&f, "duration", kith_stage_visits_duration(visits, i, &time, NULL), &time);
    form_id(&f, "actor", kith_stage_visits_actor(visits, i));
    form_text(&f, "cause", kith_stage_visits_cause(visits, i, NULL), N);
    form_number(&f, "sequence", kith_stage_visits_sequence(visits, i));
    form_bool(&f, "overridden", kith_stage_visits_overridden(visits, i));
    form_end(&f);
  }
  kith_stage_visits_free(visits);
  return KITH_OK;
}

static void print_stage(run* r, const kith_pipelines* all, size_t i, size_t stage) {
  kith_time rot_after = {0, 0, 0};
  (void)kith_pipelines_stage_rot_after(all, i, stage, &rot_after, NULL); /* 0 when never */
  form f;
  form_begin(&f, r);
  form_text(&f, "name", kith_pipelines_stage_name(all, i, stage, NULL), N);
  form_text(&f, "label", kith_pipelines_stage_label(all, i, stage, NULL), N);
  form_text(&f, "stage_class", kith_pipelines_stage_class(all, i, stage, NULL), N);
  form_number(&f, "order", (uint64_t)kith_pipelines_stage_order(all, i, stage));
  form_number(&f, "probability", (uint64_t)kith_pipelines_stage_probability(all, i, stage));
  form_text(&f, "forecast", kith_pipelines_stage_forecast(all, i, stage, NULL), N);
  form_duration(&f, "rot_after", KITH_OK, &rot_after);
  form_bool(&f, "retired", kith_pipelines_stage_retired(all, i, stage));
  scenario_append(r->out, "}", 1);
}

static int32_t pipelines(run* r) {
  kith_pipelines* all = NULL;
  TRY(kith_reader_pipelines(r->reader, &all, &r->error));
  for (size_t i = 0; i < kith_pipelines_count(all); ++i) {
    form f;
    form_begin(&f, r);
    form_text(&f, "name", kith_pipelines_name(all, i, NULL), N);
    form_text(&f, "label", kith_pipelines_label(all, i, NULL), N);
    form_text(&f, "entity", kith_pipelines_entity(all, i, NULL), N);
    form_text(&f, "field", kith_pipelines_field(all, i, NULL), N);
    form_number(&f, "version", kith_pipelines_version(all, i));
    form_text(&f, "default_stage", kith_pipelines_default_stage(all, i, NULL), N);
    form_key(&f, "stages");
    scenario_append(r->out, "[", 1);
    for (size_t stage = 0; stage < kith_pipelines_stage_count(all, i); ++stage) {
      if (stage != 0) scenario_append(r->out, ",", 1);
      print_stage(r, all, i, stage);
    }
    scenario_append(r->out, "]", 1);
    form_end(&f);
  }
  kith_pipelines_free(all);
  return KITH_OK;
}

/* ---- automations ------------------------------------------------------------------------------
 */

static int32_t automations(run* r) {
  kith_automations* all = NULL;
  TRY(kith_reader_automations(r->reader, &all, &r->error));
  for (size_t i = 0; i < kith_automations_count(all); ++i) {
    form f;
    form_begin(&f, r);
    form_number(&f, "id", kith_automations_id(all, i));
    form_text(&f, "name", kith_automations_name(all, i, NULL), N);
    form_text(&f, "entity", kith_automations_entity(all, i, NULL), N);
    form_text(&f, "trigger", kith_automations_trigger(all, i, NULL), N);
    form_number(&f, "version", kith_automations_version(all, i));
    form_text(&f, "state", kith_automations_state(all, i, NULL), N);
    form_key(&f, "order");
    scenario_print(r->out, "%d", (int)kith_automations_order(all, i));
    form_text(&f, "condition", kith_automations_condition(all, i, NULL), N);
    form_number(&f, "steps", kith_automations_steps(all, i));
    form_end(&f);
  }
  kith_automations_free(all);
  return KITH_OK;
}

static int32_t run_state_of(const char* name) {
  for (int32_t state = 0; *kith_run_state_name(state) != '\0'; ++state) {
    if (strcmp(kith_run_state_name(state), name) == 0) return state;
  }
  return KITH_RUN_ANY;
}

static int32_t runs(run* r) {
  kith_run_filter filter;
  kith_run_filter_init(&filter, sizeof filter);
  filter.automation = option(r, "--automation");
  filter.state = run_state_of(option(r, "--state"));
  TRY(option_id(r, "--record", &filter.record));
  kith_runs* all = NULL;
  TRY(kith_reader_runs(r->reader, &filter, &all, &r->error));
  for (size_t i = 0; i < kith_runs_count(all); ++i) {
    kith_time time;
    form f;
    form_begin(&f, r);
    form_number(&f, "id", kith_runs_id(all, i));
    form_text(&f, "automation", kith_runs_automation(all, i, NULL), N);
    form_number(&f, "version", kith_runs_version(all, i));
    form_id(&f, "record", kith_runs_record(all, i));
    form_number(&f, "enrolment", kith_runs_enrolment(all, i));
    form_text(&f, "state", kith_run_state_name(kith_runs_state(all, i)), N);
    form_number(&f, "step", kith_runs_step(all, i));
    form_time(&f, "started", kith_runs_started(all, i, &time, NULL), &time);
    form_time(&f, "due", kith_runs_due(all, i, &time, NULL), &time);
    form_time(&f, "ended", kith_runs_ended(all, i, &time, NULL), &time);
    form_number(&f, "depth", kith_runs_depth(all, i));
    form_number(&f, "parent", kith_runs_parent(all, i));
    form_text(&f, "message", kith_runs_message(all, i, NULL), N);
    form_end(&f);
  }
  kith_runs_free(all);
  return KITH_OK;
}

static int32_t cancel(run* r) {
  const uint64_t id = strtoull(scenario_argument(r->command, 1), NULL, 10);
  return kith_txn_cancel_run(r->txn, id, option(r, "--reason"), N, &r->error);
}

static int32_t next_due(run* r) {
  kith_time due;
  const int32_t result = kith_reader_next_due(r->reader, &due, &r->error);
  if (result == KITH_NOT_FOUND) {
    put_line(r, "null");
    return KITH_OK;
  }
  TRY(result);
  kith_value* value = NULL;
  kith_value_new(&value, NULL);
  kith_value_set_timestamp(value, &due, NULL);
  put_value(r, value);
  put_line(r, "");
  kith_value_free(value);
  return KITH_OK;
}

typedef struct tick_sum {
  uint64_t runs, steps, changes, messages, failures;
} tick_sum;

static void print_tick(run* r, const tick_sum* sum, const kith_tick_result* last) {
  kith_time due;
  form f;
  form_begin(&f, r);
  form_number(&f, "runs", sum->runs);
  form_number(&f, "steps", sum->steps);
  form_number(&f, "changes", sum->changes);
  form_number(&f, "messages", sum->messages);
  form_number(&f, "failures", sum->failures);
  form_bool(&f, "more", kith_tick_result_more(last));
  form_time(&f, "next_due", kith_tick_result_next_due(last, &due, NULL), &due);
  form_end(&f);
}

/* In tiny mode by as many ticks of one run as it takes. */
static int32_t tick(run* r) {
  kith_tick_options options;
  kith_tick_options_init(&options, sizeof options);
  TRY(parse_time(r, r->state->now, &options.now));
  const int tiny = r->state->mode == SCENARIO_TINY && *option(r, "--max-runs") == '\0';
  options.max_runs = tiny ? 1 : (uint32_t)number(r, "--max-runs", options.max_runs);
  tick_sum sum = {0, 0, 0, 0, 0};
  for (;;) {
    kith_tick_result* done = NULL;
    TRY(kith_session_tick(r->session, &options, &done, &r->error));
    sum.runs += kith_tick_result_runs(done);
    sum.steps += kith_tick_result_steps(done);
    sum.changes += kith_tick_result_changes(done);
    sum.messages += kith_tick_result_messages(done);
    sum.failures += kith_tick_result_failures(done);
    const int again = tiny && kith_tick_result_more(done) != 0;
    if (!again) print_tick(r, &sum, done);
    kith_tick_result_free(done);
    if (!again) return KITH_OK;
  }
}

/* ---- timeline ---------------------------------------------------------------------------------
 */

static void print_timeline(run* r, const kith_timeline* items) {
  for (size_t i = 0; i < kith_timeline_count(items); ++i) {
    kith_time time;
    form f;
    form_begin(&f, r);
    form_time(&f, "at", kith_timeline_at(items, i, &time, NULL), &time);
    form_text(&f, "kind", kith_timeline_kind_name(kith_timeline_kind(items, i)), N);
    form_id(&f, "record", kith_timeline_record(items, i));
    form_text(&f, "title", kith_timeline_title(items, i, NULL), N);
    form_text(&f, "text", kith_timeline_text(items, i, NULL), N);
    form_id(&f, "actor", kith_timeline_actor(items, i));
    form_text(&f, "actor_name", kith_timeline_actor_name(items, i, NULL), N);
    form_text(&f, "cause", kith_timeline_cause(items, i, NULL), N);
    form_number(&f, "sequence", kith_timeline_sequence(items, i));
    form_end(&f);
  }
}

static int32_t timeline(run* r) {
  enum { kMostTypes = 16 };
  const char* related[kMostTypes];
  kith_timeline_options options;
  kith_timeline_options_init(&options, sizeof options);
  options.limit = number(r, "--limit", options.limit);
  options.newest_first = scenario_flag(r->command, "--newest-first") ? 1 : 0;
  options.related = related;
  const char* type = NULL;
  while (options.related_count < kMostTypes &&
         (type = scenario_option(r->command, "--related", options.related_count)) != NULL) {
    related[options.related_count++] = type;
  }
  uint64_t id = 0;
  kith_timeline* items = NULL;
  TRY(argument_id(r, 0, &id));
  TRY(kith_reader_timeline(r->reader, id, &options, &items, &r->error));
  print_timeline(r, items);
  kith_timeline_free(items);
  return KITH_OK;
}

const command_entry kWorkCommands[] = {
    {"move", move, 1},           {"moves", moves, 0}, {"stages", stages, 0},
    {"pipelines", pipelines, 0}, {"runs", runs, 0},   {"automations", automations, 0},
    {"runs cancel", cancel, 1},  {"tick", tick, 0},   {"next-due", next_due, 0},
    {"timeline", timeline, 0},   {"score", score, 0}, {NULL, NULL, 0},
};
