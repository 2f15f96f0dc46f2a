// engine/record_write.hpp: one record on its way through the write path, steps 1 to 8.
//
//   RecordWrite write(writer, type, id, old_bytes);
//   KITH_TRY(write.apply(patch));      // names to fields, normal forms
//   KITH_TRY(write.prepare());         // 2-6: policy, before-rules, validation; nothing written
//   if (!write.unchanged()) KITH_TRY(write.put(writer));   // 8
//
// Pieces: record_write.cpp (values, before-rules, order of steps), record_paths.cpp (what is
// fetched), stage_write.cpp (4), record_checks.cpp (6).
//
// prepare() collects every violation of the record and reports them in one kValidation, or
// kRefused when a pipeline is among those who object. Until put() nothing reaches the store; after
// it only the store can fail. Everything before it needs but a reader, and so tells what a write
// would meet. The keys that the rules and
// checks need are fetched with one multi_get per round: one per hop of the longest reference path,
// the targets of new references among the first, and one for unique keys.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/compiled_model.hpp"
#include "engine/pending_blobs.hpp"
#include "engine/pending_record.hpp"
#include "kith/value.hpp"
#include "record/builder.hpp"
#include "record/view.hpp"

namespace kith::engine {

class Reader;
class Writer;

// The stage that a record of the type is in; null for none, or when there is no record.
const pipeline::Stage* stage_of(const CompiledType& type, const pipeline::Pipeline& definition,
                                const record::View* view);

// A transition that a write takes in one of the record's pipelines. Null: from or to no stage; no
// transition leads there, or none is needed to enter the first stage.
struct StageMove {
  const CompiledMachine* machine = nullptr;
  const pipeline::Stage* from = nullptr;
  const pipeline::Stage* to = nullptr;
  const pipeline::Transition* transition = nullptr;
};
struct StageMoves {
  std::vector<StageMove> taken;
  bool overridden = false;  // what stood against them was passed over: pipeline.override

  const StageMove* of(const CompiledMachine& machine) const;
};

class RecordWrite {
 public:
  // How much of the path a write takes.
  enum class Mode : std::uint8_t {
    kOrdinary,  // everything
    kDelete,    // only the deleted flag: what is being removed need not be valid
    kRestore,   // the whole record is validated, as if it were new
    kErase,     // references to a purged record: neither rules nor requirements may keep them
    kFormer,    // values that the record had before; see prepare_former()
  };

  // `old_bytes` is the present image, nullopt on create; it is copied.
  RecordWrite(Writer& writer, const CompiledType& type, RecordId id,
              std::optional<std::string_view> old_bytes, Mode mode);
  // A write that is only judged, as of the reader's `now`, whatever the session may override.
  RecordWrite(Reader& reader, Timestamp now, const CompiledType& type, RecordId id,
              std::string_view old_bytes);

  RecordWrite(const RecordWrite&) = delete;  // expressions hold on to it
  RecordWrite& operator=(const RecordWrite&) = delete;

  // Takes in a caller's patch by names. Problems become violations of prepare().
  void apply(const Patch& patch);
  void clear(const schema::Field& field);                  // sets a reference to null
  void drop(const schema::Field& field, RecordId target);  // takes one id out of a reference (list)

  // A value that the field had before, as the history has it, fields kept by the engine too. Of a
  // field that is no longer in the model nothing.
  void put_back(std::uint32_t field_id, const Value& value);

  Status prepare();
  // For kFormer and kRestore, instead of prepare(): the final image and its types. What concerns
  // other records waits for validate_former(), when all that belong together have been put; unique
  // values are the caller's to check.
  Status prepare_former();
  Status validate_former();
  // After a prepare: the record is put over this image instead, which differs from the old one in
  // the deleted flag.
  void replace_old(std::string_view image);

  // Entering a stage again is a change, even when every value stays the same.
  bool unchanged() const { return old_bytes_ && *old_bytes_ == new_bytes_ && !repeats_stage_; }
  Status put(Writer& writer);

  RecordId id() const { return id_; }
  const CompiledType& type() const { return type_; }
  // Before and after; none before a create. Borrowed until put() or replace_old().
  std::string_view old_image() const { return *old_bytes_; }
  const record::View& final_view() const { return new_view_; }
  // After prepare(), whatever it said.
  const StageMoves& stage_moves() const { return stage_moves_; }

 private:
  void assign(const FieldValue& item);
  void assign_owner(const Value& value);
  void refuse_kept(const std::string& name);
  void set_field(const schema::Field& field, const Value& value);
  Status apply_defaults();
  Status rebuild();
  Status run_before_rules();
  Status run_before_rule(const CompiledBeforeRule& rule);
  // Values of a rule or transition, each computed on the record as it is, then all taken.
  Status take(const std::vector<CompiledAssignment>& set, const expr::Activation& activation,
              const char* code, const std::string& who);
  void put_change(std::uint32_t field_id, Value value);
  bool fits(const schema::Field& field, const Value& stored);
  // Step 4.
  Status move_stages();
  Status move_stage(const CompiledMachine& machine);
  Status take_move(const StageMove& move, const expr::Activation& activation);
  void keep_stage(const pipeline::Pipeline& definition, const pipeline::Stage* stage);
  bool concerns(const CompiledMachine& machine) const;
  bool names(std::uint32_t field_id) const;
  // A record on the way along a path of references.
  struct Place {
    const CompiledType* type = nullptr;
    const record::View* view = nullptr;
  };
  std::vector<const ReferencePath*> paths() const;
  static void collect_references(std::uint32_t field_id, const Place& at,
                                 std::vector<RecordId>* out);
  Result<Place> start_of(expr::Root root);
  Status step(std::uint32_t field_id, Place* at);
  Status collect_hop(const std::vector<const ReferencePath*>& paths, std::size_t hop,
                     std::vector<RecordId>* out);
  Status prefetch_references();
  Status check_final_image();
  Status check_required();
  Status check_references();
  Status check_reference(const schema::Field& field, RecordId target);
  Status check_owner();
  Status check_unique();
  Status check_rules();
  Status verdict() const;

  Result<expr::Activation> activation();
  bool changed(const schema::Field& field) const;
  const record::View* old_view() const { return old_view_ ? &*old_view_ : nullptr; }
  void violate(std::string code, const std::string& field, std::string message);
  std::string title() const;

  Reader& reader_;
  const CompiledType& type_;
  RecordId id_;
  Mode mode_;
  Timestamp effective_at_;
  bool may_override_ = false;
  std::optional<std::string> old_bytes_;
  std::optional<record::View> old_view_;
  record::SystemWords words_;
  std::vector<record::FieldChange> changes_;  // at most one for a field
  std::unique_ptr<PendingBlobs> blobs_;       // its large values, until they are put
  std::string new_bytes_;
  record::View new_view_;
  PendingRecord after_;
  std::vector<std::uint32_t> named_;   // fields that the caller's patch names
  std::vector<std::uint32_t> inputs_;  // those it gives a value
  StageMoves stage_moves_;
  bool repeats_stage_ = false;
  bool refused_ = false;  // by a pipeline
  std::vector<Violation> violations_;
};

}  // namespace kith::engine
