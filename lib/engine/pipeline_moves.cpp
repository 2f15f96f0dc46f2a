#include "engine/pipeline_moves.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "base/message.hpp"
#include "base/nearest_name.hpp"
#include "base/try.hpp"
#include "engine/record_write.hpp"
#include "engine/writer.hpp"
#include "history/log.hpp"
#include "schema/diagnostics.hpp"

namespace kith::engine {

namespace {

using base::quoted;

// A record in its pipeline.
struct Subject {
  const CompiledType* type = nullptr;
  const CompiledMachine* machine = nullptr;
  record::View view;  // borrowed from the reader

  const pipeline::Pipeline& pipeline() const { return machine->machine.definition; }
  const pipeline::Stage* stage() const { return stage_of(*type, pipeline(), &view); }
};

Result<const CompiledMachine*> machine_of(const CompiledType& type, std::string_view field) {
  std::vector<std::string_view> fields;
  std::string list;
  for (const CompiledMachine& machine : type.machines) {
    if (machine.field->name == field) return &machine;
    fields.push_back(machine.field->name);
    list += (list.empty() ? "" : ", ") + machine.field->name;
  }
  const std::string& name = type.type->name;
  if (fields.empty()) {
    return Status(Code::kInvalidArgument, "no pipeline moves records of type " + name, name, "");
  }
  if (!field.empty()) {
    return Status(Code::kInvalidArgument,
                  "no pipeline moves a field " + quoted(field) + " of " + name +
                      base::did_you_mean(field, fields) + "; there are: " + list,
                  name, std::string(field));
  }
  if (fields.size() == 1) return &type.machines.front();
  return Status(Code::kInvalidArgument,
                name + " has more than one pipeline: say which field moves, of " + list, name, "");
}

Result<Subject> find_subject(Reader& reader, RecordId id, std::string_view field) {
  Subject subject;
  subject.type = reader.model().find(id.type());
  std::optional<record::View> view;
  if (subject.type != nullptr && !subject.type->type->removed) {
    KITH_ASSIGN(view, reader.find_record(id));
  }
  if (!view) {
    return Status(Code::kNotFound, "there is no record " + schema::format_id(reader.catalog(), id));
  }
  subject.view = *view;
  KITH_ASSIGN(subject.machine, machine_of(*subject.type, field));
  return subject;
}

StageInfo describe(const pipeline::Stage& stage) {
  StageInfo info;
  info.name = stage.name;
  info.label = stage.label;
  info.stage_class = pipeline::stage_class_name(stage.stage_class);
  info.order = stage.order;
  info.probability = stage.probability;
  info.forecast = pipeline::forecast_name(stage.forecast);
  info.rot_after = Duration::microseconds(stage.rot_after_us);
  info.retired = stage.retired;
  return info;
}

Status no_stage(const Subject& subject, std::string_view stage) {
  std::vector<std::string_view> names;
  for (const pipeline::Stage& known : subject.pipeline().stages) {
    if (!known.retired) names.push_back(known.name);
  }
  return Status(Code::kInvalidArgument,
                "pipeline " + subject.pipeline().name + " has no stage " + quoted(stage) +
                    base::did_you_mean(stage, names),
                subject.type->type->name, subject.machine->field->name);
}

Status check_expected(const Reader& reader, RecordId id, const Subject& subject,
                      const std::string& expected) {
  if (expected.empty()) return {};
  if (subject.pipeline().find_stage(expected) == nullptr) return no_stage(subject, expected);
  const pipeline::Stage* present = subject.stage();
  if (present != nullptr && present->name == expected) return {};
  return Status(
      Code::kConflict,
      schema::format_id(reader.catalog(), id) + " is in " +
          (present != nullptr ? "stage " + quoted(present->name) : std::string("no stage")) +
          ", not in " + quoted(expected) + ": look at it again and repeat the move");
}

bool is_closed(const pipeline::Stage* stage) {
  return stage != nullptr && pipeline::is_closed(stage->stage_class);
}
bool reopens(const pipeline::Stage* from, const pipeline::Stage* to) {
  return is_closed(from) && !is_closed(to);
}

std::string transition_name(const pipeline::Transition* transition) {
  if (transition == nullptr) return {};
  return transition->generated ? "policy" : transition->name;
}

// What a move to the stage would meet.
Result<PossibleMove> judge(Reader& reader, RecordId id, const Subject& subject, Timestamp now,
                           const pipeline::Stage& stage) {
  RecordWrite write(reader, now, *subject.type, id, subject.view.image());
  write.apply({{subject.machine->field->name, Value(stage.name)}});
  const Status status = write.prepare();
  PossibleMove move;
  move.stage = stage.name;
  move.allowed = status.ok();
  move.reopens = reopens(subject.stage(), &stage);
  if (const StageMove* taken = write.stage_moves().of(*subject.machine)) {
    move.transition = transition_name(taken->transition);
  }
  switch (status.code()) {
    case Code::kOk: break;
    case Code::kValidation:
    case Code::kRefused: move.reasons = status.violations(); break;
    case Code::kPermission:
      move.reasons.push_back({"permission", subject.type->type->name, subject.machine->field->name,
                              std::string(status.message()), 0, 0});
      break;
    default: return status;
  }
  return move;
}

// Reads a record's stays in stages from its history, oldest entry first.
class Visits {
 public:
  Visits(const pipeline::Pipeline& pipeline) : pipeline_(pipeline) {}

  // The stay that was under way before the oldest entry; who began it is not known any more.
  void begin(const std::string& stage, Timestamp entered) {
    visits_.push_back({stage, entered, std::nullopt, Duration(), {}, {}, 0, false});
  }

  void add(const history::Entry& entry) {
    if (entry.kind == ChangeKind::kDelete) leave(entry.effective_at);
    if (entry.kind == ChangeKind::kRestore && !visits_.empty()) visits_.back().left.reset();
    const history::FieldChange* stage = find(entry, pipeline_.field);
    if (stage == nullptr) return;
    const history::FieldChange* since = find(entry, pipeline_.entered_field);
    const Timestamp* entered = since != nullptr ? since->after.timestamp() : nullptr;
    Timestamp when = entered != nullptr ? *entered : entry.effective_at;
    // An undo gives the record its former instant of entry back; the stay begins with the undo.
    const bool anew = !visits_.empty() && when < visits_.back().entered &&
                      entry.effective_at >= visits_.back().entered;
    if (anew) when = entry.effective_at;
    leave(when);
    const std::string* name = stage->after.text();
    if (name == nullptr) return;
    visits_.push_back({*name, when, std::nullopt, Duration(), entry.actor, entry.cause,
                       entry.sequence, entry.overridden});
  }

  std::vector<StageVisit> finish(Timestamp now) {
    for (StageVisit& visit : visits_) {
      const std::int64_t span =
          visit.left.value_or(now).to_microseconds() - visit.entered.to_microseconds();
      // Moves that are said to have taken effect in another order than they were made.
      visit.duration = Duration::microseconds(std::max<std::int64_t>(span, 0));
    }
    return std::move(visits_);
  }

 private:
  static const history::FieldChange* find(const history::Entry& entry, std::uint32_t field) {
    for (const history::FieldChange& change : entry.changes) {
      if (change.field_id == field) return &change;
    }
    return nullptr;
  }

  void leave(Timestamp when) {
    if (!visits_.empty() && !visits_.back().left) visits_.back().left = when;
  }

  const pipeline::Pipeline& pipeline_;
  std::vector<StageVisit> visits_;
};

// All entries of the record that are kept, which may be none.
Result<history::Chain> kept_chain(const Reader& reader, RecordId id, const Subject& subject,
                                  store::ReadTxn& txn) {
  const std::uint64_t version = reader.logged_version(id, subject.view);
  Result<history::Chain> chain =
      history::walk(txn, version, std::numeric_limits<std::size_t>::max());
  if (chain.status().code() != Code::kHistoryTrimmed) return chain;
  history::Chain none;
  none.trimmed = true;
  return none;
}

// Where the record was before its oldest entry: where it is, with all that is kept taken back.
Status begin_at_floor(const Reader& reader, RecordId id, const Subject& subject,
                      const history::Chain& chain, Visits* visits) {
  const pipeline::Pipeline& pipeline = subject.pipeline();
  const schema::Field& field = *subject.machine->field;
  const schema::Field& since = *subject.type->type->find_field(pipeline.entered_field);
  KITH_ASSIGN(Value stage, subject.view.get(field, subject.type->layout.slot(field.id)));
  KITH_ASSIGN(Value entered, subject.view.get(since, subject.type->layout.slot(since.id)));
  bool deleted = subject.view.deleted();
  for (const history::Entry& entry : chain.entries) {
    if (entry.kind == ChangeKind::kDelete) deleted = false;
    if (entry.kind == ChangeKind::kRestore) deleted = true;
    for (const history::FieldChange& change : entry.changes) {
      if (change.field_id == field.id) stage = change.before;
      if (change.field_id == since.id) entered = change.before;
    }
  }
  const std::string* name = stage.text();
  const Timestamp* when = entered.timestamp();
  if (name == nullptr || when == nullptr) return {};
  if (!deleted) {
    visits->begin(*name, *when);
    return {};
  }
  return Status(Code::kHistoryTrimmed,
                "when " + schema::format_id(reader.catalog(), id) + " left stage " + quoted(*name) +
                    " is not known any more: it was removed before the oldest "
                    "change that is kept");
}

}  // namespace

Result<std::vector<PipelineInfo>> describe_pipelines(const Reader& reader) {
  KITH_ASSIGN(const pipeline::Definitions definitions,
              pipeline::decode(reader.model().payload("pipelines")));
  std::vector<PipelineInfo> out;
  for (const pipeline::Pipeline& pipeline : definitions.pipelines) {
    const schema::EntityType& type = *reader.model().find(pipeline.entity)->type;
    PipelineInfo info;
    info.name = pipeline.name;
    info.label = pipeline.label;
    info.entity = type.name;
    info.field = type.find_field(pipeline.field)->name;
    info.version = pipeline.version;
    info.default_stage = pipeline.find_stage(pipeline.default_stage)->name;
    for (const pipeline::Stage& stage : pipeline.stages) info.stages.push_back(describe(stage));
    out.push_back(std::move(info));
  }
  return out;
}

Result<MoveResult> move(Writer& writer, RecordId id, std::string_view stage,
                        const MoveOptions& options) {
  KITH_ASSIGN(const Subject subject, find_subject(writer, id, options.field));
  const pipeline::Stage* wanted = subject.pipeline().find_stage(stage);
  if (wanted == nullptr) return no_stage(subject, stage);
  KITH_TRY(check_expected(writer, id, subject, options.expected_stage));
  const std::string& field = subject.machine->field->name;
  Patch patch{{field, Value(wanted->name)}};
  for (const FieldValue& other : options.fields) {
    if (other.first == field) {
      return Status(Code::kInvalidArgument,
                    "the stage is said twice: leave " + field + " out of the fields of the move",
                    subject.type->type->name, field);
    }
    patch.push_back(other);
  }
  const pipeline::Stage* present = subject.stage();
  StageMoves moves;
  KITH_TRY(writer.update(id, patch, options.expected_version, &moves));
  MoveResult result;
  if (present != nullptr) result.from = present->name;
  const StageMove* taken = moves.of(*subject.machine);
  result.moved = taken != nullptr;
  result.to = taken != nullptr && taken->to != nullptr ? taken->to->name : result.from;
  if (taken != nullptr) {
    result.transition = transition_name(taken->transition);
    result.reopened = reopens(taken->from, taken->to);
  }
  result.overridden = moves.overridden;
  return result;
}

Result<std::vector<PossibleMove>> possible_moves(Reader& reader, RecordId id,
                                                 std::string_view field) {
  KITH_ASSIGN(const Subject subject, find_subject(reader, id, field));
  if (subject.view.deleted()) {
    return Status(Code::kInvalidArgument, schema::format_id(reader.catalog(), id) +
                                              " is deleted: restore it before moving it");
  }
  KITH_ASSIGN(const Timestamp now, reader.now());
  std::vector<PossibleMove> moves;
  for (const pipeline::Stage& stage : subject.pipeline().stages) {
    if (&stage == subject.stage()) continue;
    KITH_ASSIGN(PossibleMove possible, judge(reader, id, subject, now, stage));
    moves.push_back(std::move(possible));
  }
  return moves;
}

Result<std::vector<StageVisit>> stage_history(Reader& reader, RecordId id, std::string_view field) {
  KITH_ASSIGN(const Subject subject, find_subject(reader, id, field));
  KITH_ASSIGN(const Timestamp now, reader.now());
  KITH_ASSIGN(const history::Chain chain, kept_chain(reader, id, subject, reader.txn()));
  Visits visits(subject.pipeline());
  if (chain.trimmed) KITH_TRY(begin_at_floor(reader, id, subject, chain, &visits));
  for (auto entry = chain.entries.rbegin(); entry != chain.entries.rend(); ++entry) {
    visits.add(*entry);
  }
  return visits.finish(now);
}

}  // namespace kith::engine
