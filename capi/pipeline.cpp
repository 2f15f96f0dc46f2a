// Pipelines: moving records through stages, what moves there are, and the stays in stages.
#include "input_struct.hpp"
#include "lists.hpp"

namespace kith::capi {

template <>
struct Known<kith_move_options> {
  static constexpr const char* kName = "kith_move_options";
  static constexpr std::size_t kFirstSize = KITH_MOVE_OPTIONS_V1_SIZE;
  static kith_move_options defaults() {
    kith_move_options to{};
    to.field_size = KITH_NTS;
    to.expected_stage_size = KITH_NTS;
    return to;
  }
};

namespace {

Result<MoveOptions> read_options(const kith_move_options* options, const kith_patch* fields) {
  MoveOptions to;
  to.fields = patch_in(fields);
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_move_options from, read_struct(options));
  if (from.reserved != 0) return wrong_struct("kith_move_options", "reserved is not 0");
  KITH_ASSIGN(to.field, text_in(from.field, from.field_size, "field"));
  KITH_ASSIGN(to.expected_stage,
              text_in(from.expected_stage, from.expected_stage_size, "expected_stage"));
  to.expected_version = from.expected_version;
  return to;
}

const Violation* reason_at(const kith_moves* moves, std::size_t index, std::size_t reason) {
  const PossibleMove* move = item(moves, index);
  return move != nullptr ? item_of(move->reasons, reason) : nullptr;
}

const StageInfo* stage_at(const kith_pipelines* pipelines, std::size_t index, std::size_t stage) {
  const PipelineInfo* pipeline = item(pipelines, index);
  return pipeline != nullptr ? item_of(pipeline->stages, stage) : nullptr;
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_move_options_init(kith_move_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_txn_move(kith_txn* txn, uint64_t id, const char* stage, size_t stage_size,
                      const kith_patch* fields, const kith_move_options* options,
                      kith_move_result** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    clear_optional(out);
    KITH_ASSIGN(Transaction * transaction, use(txn));
    KITH_ASSIGN(const std::string_view to, text_in(stage, stage_size, "stage"));
    KITH_ASSIGN(const MoveOptions how, read_options(options, fields));
    KITH_ASSIGN(MoveResult moved, transaction->move(RecordId(id), to, how));
    if (out != nullptr) *out = new kith_move_result{std::move(moved)};
    return {};
  });
}

void kith_move_result_free(kith_move_result* result) {
  guard_free([&] { delete result; });
}

uint8_t kith_move_result_moved(const kith_move_result* result) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(result_of(result), &MoveResult::moved); });
}

uint8_t kith_move_result_reopened(const kith_move_result* result) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(result_of(result), &MoveResult::reopened); });
}

uint8_t kith_move_result_overridden(const kith_move_result* result) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(result_of(result), &MoveResult::overridden); });
}

const char* kith_move_result_from(const kith_move_result* result, size_t* size) {
  return guard_get("", [&] { return text(result_of(result), &MoveResult::from, size); });
}

const char* kith_move_result_to(const kith_move_result* result, size_t* size) {
  return guard_get("", [&] { return text(result_of(result), &MoveResult::to, size); });
}

const char* kith_move_result_transition(const kith_move_result* result, size_t* size) {
  return guard_get("", [&] { return text(result_of(result), &MoveResult::transition, size); });
}

int32_t kith_move_result_to_json(const kith_move_result* result, kith_string** out,
                                 kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(result, "result"));
    return give(to_json(result->result), out);
  });
}

int32_t kith_reader_possible_moves(const kith_reader* reader, uint64_t id, const char* field,
                                   size_t field_size, kith_moves** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view name, text_in(field, field_size, "field"));
    KITH_ASSIGN(auto moves, view->possible_moves(RecordId(id), name));
    *out = new kith_moves{std::move(moves)};
    return {};
  });
}

void kith_moves_free(kith_moves* moves) {
  guard_free([&] { delete moves; });
}

size_t kith_moves_count(const kith_moves* moves) {
  return guard_get(size_t{0}, [&] { return count(moves); });
}

uint8_t kith_moves_allowed(const kith_moves* moves, size_t index) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(item(moves, index), &PossibleMove::allowed); });
}

uint8_t kith_moves_reopens(const kith_moves* moves, size_t index) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(item(moves, index), &PossibleMove::reopens); });
}

const char* kith_moves_stage(const kith_moves* moves, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(moves, index), &PossibleMove::stage, size); });
}

const char* kith_moves_transition(const kith_moves* moves, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(moves, index), &PossibleMove::transition, size); });
}

size_t kith_moves_reason_count(const kith_moves* moves, size_t index) {
  return guard_get(size_t{0}, [&]() -> size_t {
    const PossibleMove* move = item(moves, index);
    return move != nullptr ? move->reasons.size() : 0;
  });
}

const char* kith_moves_reason_code(const kith_moves* moves, size_t index, size_t reason,
                                   size_t* size) {
  return guard_get("",
                   [&] { return text(reason_at(moves, index, reason), &Violation::code, size); });
}

const char* kith_moves_reason_entity(const kith_moves* moves, size_t index, size_t reason,
                                     size_t* size) {
  return guard_get("",
                   [&] { return text(reason_at(moves, index, reason), &Violation::entity, size); });
}

const char* kith_moves_reason_field(const kith_moves* moves, size_t index, size_t reason,
                                    size_t* size) {
  return guard_get("",
                   [&] { return text(reason_at(moves, index, reason), &Violation::field, size); });
}

const char* kith_moves_reason_message(const kith_moves* moves, size_t index, size_t reason,
                                      size_t* size) {
  return guard_get(
      "", [&] { return text(reason_at(moves, index, reason), &Violation::message, size); });
}

int32_t kith_moves_to_json(const kith_moves* moves, kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(moves, "moves"));
    return give(to_json(moves->items), out);
  });
}

int32_t kith_reader_stage_history(const kith_reader* reader, uint64_t id, const char* field,
                                  size_t field_size, kith_stage_visits** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(const std::string_view name, text_in(field, field_size, "field"));
    KITH_ASSIGN(auto visits, view->stage_history(RecordId(id), name));
    *out = new kith_stage_visits{std::move(visits)};
    return {};
  });
}

void kith_stage_visits_free(kith_stage_visits* visits) {
  guard_free([&] { delete visits; });
}

size_t kith_stage_visits_count(const kith_stage_visits* visits) {
  return guard_get(size_t{0}, [&] { return count(visits); });
}

const char* kith_stage_visits_stage(const kith_stage_visits* visits, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(visits, index), &StageVisit::stage, size); });
}

const char* kith_stage_visits_cause(const kith_stage_visits* visits, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(visits, index), &StageVisit::cause, size); });
}

int32_t kith_stage_visits_entered(const kith_stage_visits* visits, size_t index, kith_time* out,
                                  kith_error** error) {
  return guard(error,
               [&] { return give_time(visits, "visits", index, &StageVisit::entered, out); });
}

int32_t kith_stage_visits_left(const kith_stage_visits* visits, size_t index, kith_time* out,
                               kith_error** error) {
  return guard(error, [&] { return give_time(visits, "visits", index, &StageVisit::left, out); });
}

int32_t kith_stage_visits_duration(const kith_stage_visits* visits, size_t index, kith_time* out,
                                   kith_error** error) {
  return guard(error,
               [&] { return give_time(visits, "visits", index, &StageVisit::duration, out); });
}

uint64_t kith_stage_visits_actor(const kith_stage_visits* visits, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(visits, index), &StageVisit::actor); });
}

uint64_t kith_stage_visits_sequence(const kith_stage_visits* visits, size_t index) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(item(visits, index), &StageVisit::sequence); });
}

uint8_t kith_stage_visits_overridden(const kith_stage_visits* visits, size_t index) {
  return guard_get(uint8_t{0},
                   [&] { return number<uint8_t>(item(visits, index), &StageVisit::overridden); });
}

int32_t kith_stage_visits_to_json(const kith_stage_visits* visits, const kith_reader* reader,
                                  kith_string** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(visits, "visits"));
    KITH_ASSIGN(const Reader* ids, use(reader));
    return give(to_json(visits->items, *ids), out);
  });
}

int32_t kith_reader_pipelines(const kith_reader* reader, kith_pipelines** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const Reader* view, use(reader));
    KITH_ASSIGN(auto pipelines, view->pipelines());
    *out = new kith_pipelines{std::move(pipelines)};
    return {};
  });
}

void kith_pipelines_free(kith_pipelines* pipelines) {
  guard_free([&] { delete pipelines; });
}

size_t kith_pipelines_count(const kith_pipelines* pipelines) {
  return guard_get(size_t{0}, [&] { return count(pipelines); });
}

const char* kith_pipelines_name(const kith_pipelines* pipelines, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(pipelines, index), &PipelineInfo::name, size); });
}

const char* kith_pipelines_label(const kith_pipelines* pipelines, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(pipelines, index), &PipelineInfo::label, size); });
}

const char* kith_pipelines_entity(const kith_pipelines* pipelines, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(pipelines, index), &PipelineInfo::entity, size); });
}

const char* kith_pipelines_field(const kith_pipelines* pipelines, size_t index, size_t* size) {
  return guard_get("", [&] { return text(item(pipelines, index), &PipelineInfo::field, size); });
}

const char* kith_pipelines_default_stage(const kith_pipelines* pipelines, size_t index,
                                         size_t* size) {
  return guard_get(
      "", [&] { return text(item(pipelines, index), &PipelineInfo::default_stage, size); });
}

uint32_t kith_pipelines_version(const kith_pipelines* pipelines, size_t index) {
  return guard_get(uint32_t{0}, [&] {
    return number<uint32_t>(item(pipelines, index), &PipelineInfo::version);
  });
}

size_t kith_pipelines_stage_count(const kith_pipelines* pipelines, size_t index) {
  return guard_get(size_t{0}, [&]() -> size_t {
    const PipelineInfo* pipeline = item(pipelines, index);
    return pipeline != nullptr ? pipeline->stages.size() : 0;
  });
}

const char* kith_pipelines_stage_name(const kith_pipelines* pipelines, size_t index, size_t stage,
                                      size_t* size) {
  return guard_get("",
                   [&] { return text(stage_at(pipelines, index, stage), &StageInfo::name, size); });
}

const char* kith_pipelines_stage_label(const kith_pipelines* pipelines, size_t index, size_t stage,
                                       size_t* size) {
  return guard_get(
      "", [&] { return text(stage_at(pipelines, index, stage), &StageInfo::label, size); });
}

const char* kith_pipelines_stage_class(const kith_pipelines* pipelines, size_t index, size_t stage,
                                       size_t* size) {
  return guard_get(
      "", [&] { return text(stage_at(pipelines, index, stage), &StageInfo::stage_class, size); });
}

const char* kith_pipelines_stage_forecast(const kith_pipelines* pipelines, size_t index,
                                          size_t stage, size_t* size) {
  return guard_get(
      "", [&] { return text(stage_at(pipelines, index, stage), &StageInfo::forecast, size); });
}

int32_t kith_pipelines_stage_order(const kith_pipelines* pipelines, size_t index, size_t stage) {
  return guard_get(int32_t{0}, [&] {
    return number<int32_t>(stage_at(pipelines, index, stage), &StageInfo::order);
  });
}

int32_t kith_pipelines_stage_probability(const kith_pipelines* pipelines, size_t index,
                                         size_t stage) {
  return guard_get(int32_t{0}, [&] {
    return number<int32_t>(stage_at(pipelines, index, stage), &StageInfo::probability);
  });
}

int32_t kith_pipelines_stage_rot_after(const kith_pipelines* pipelines, size_t index, size_t stage,
                                       kith_time* out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(check_index(pipelines, "pipelines", index));
    const StageInfo* found = stage_at(pipelines, index, stage);
    if (found == nullptr) {
      return Status(Code::kInvalidArgument,
                    "`stage` is " + std::to_string(stage) + " of " +
                        std::to_string(pipelines->items[index].stages.size()));
    }
    if (found->rot_after == Duration()) {
      return Status(Code::kNotFound, "a record in this stage never rots");
    }
    return give_time(found->rot_after, out);
  });
}

uint8_t kith_pipelines_stage_retired(const kith_pipelines* pipelines, size_t index, size_t stage) {
  return guard_get(uint8_t{0}, [&] {
    return number<uint8_t>(stage_at(pipelines, index, stage), &StageInfo::retired);
  });
}

int32_t kith_pipelines_to_json(const kith_pipelines* pipelines, kith_string** out,
                               kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(need(pipelines, "pipelines"));
    return give(to_json(pipelines->items), out);
  });
}
