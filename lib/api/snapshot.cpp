#include "kith/snapshot.hpp"

#include "api/guard.hpp"
#include "base/try.hpp"
#include "crm/timeline.hpp"
#include "engine/automations.hpp"
#include "engine/feed.hpp"
#include "engine/outbox.hpp"
#include "engine/pipeline_moves.hpp"
#include "engine/reader.hpp"
#include "report/runner.hpp"
#include "report/section.hpp"

namespace kith {

namespace {

Status ended() { return Status(Code::kClosed, "the snapshot or transaction has ended"); }

Result<std::vector<report::Definition>> model_reports(const engine::Reader& reader) {
  return report::decode_reports(reader.model().payload(std::string(report::kSectionName)));
}

}  // namespace

Reader::Reader(std::shared_ptr<engine::Reader> impl) : impl_(std::move(impl)) {}

Snapshot::Snapshot(std::shared_ptr<engine::Reader> impl) : Reader(std::move(impl)) {}

Result<Record> Reader::get(RecordId id) const {
  return guarded([&]() -> Result<Record> {
    if (!impl_) return ended();
    return impl_->get(id);
  });
}

Result<RecordId> Reader::find(std::string_view entity, std::string_view field,
                              const Value& value) const {
  return guarded([&]() -> Result<RecordId> {
    if (!impl_) return ended();
    return impl_->find_unique(entity, field, value);
  });
}

Result<Rows> Reader::query(const Query& query) const {
  return guarded([&]() -> Result<Rows> {
    if (!impl_) return ended();
    return impl_->query(query);
  });
}

Result<ReportResult> Reader::report(std::string_view name_or_document,
                                    const Map& parameters) const {
  return guarded([&]() -> Result<ReportResult> {
    if (!impl_) return ended();
    KITH_ASSIGN(const query::Context context, impl_->query_context());
    if (name_or_document.starts_with('{')) {
      KITH_ASSIGN(const report::Definition given,
                  report::parse_definition("report", name_or_document));
      return report::run(given, parameters, context);
    }
    KITH_ASSIGN(const auto of_model, model_reports(*impl_));
    KITH_ASSIGN(const report::Definition* found, report::find_report(of_model, name_or_document));
    return report::run(*found, parameters, context);
  });
}

Result<std::vector<ReportInfo>> Reader::reports() const {
  return guarded([&]() -> Result<std::vector<ReportInfo>> {
    if (!impl_) return ended();
    KITH_ASSIGN(const auto of_model, model_reports(*impl_));
    std::vector<ReportInfo> infos;
    for (const report::Definition* definition : report::all_reports(of_model)) {
      infos.push_back(report::info_of(*definition));
    }
    return infos;
  });
}

Result<std::vector<RecordId>> Reader::referring(RecordId id, std::string_view entity,
                                                std::string_view field, std::uint64_t limit) const {
  return guarded([&]() -> Result<std::vector<RecordId>> {
    if (!impl_) return ended();
    KITH_ASSIGN(const FieldHandle handle, impl_->field(entity, field));
    const engine::CompiledType* type = impl_->model().find(handle.type);
    const schema::Field* reference = type->type->find_field(handle.field);
    if (!schema::is_reference_type(reference->type)) {
      return Status(Code::kInvalidArgument,
                    std::string(entity) + "." + std::string(field) + " is not a reference",
                    std::string(entity), std::string(field));
    }
    return impl_->referring(id, *type, *reference, RecordId(), limit, false);
  });
}

Result<std::vector<Change>> Reader::history(RecordId id, std::uint64_t limit) const {
  return guarded([&]() -> Result<std::vector<Change>> {
    if (!impl_) return ended();
    return impl_->history(id, limit);
  });
}

Result<FeedPage> Reader::changes(const FeedOptions& options) const {
  return guarded([&]() -> Result<FeedPage> {
    if (!impl_) return ended();
    return engine::changes(*impl_, options);
  });
}

Result<std::uint64_t> Reader::cursor(std::string_view name) const {
  return guarded([&]() -> Result<std::uint64_t> {
    if (!impl_) return ended();
    return engine::cursor(*impl_, name);
  });
}

Result<std::vector<FeedCursor>> Reader::cursors() const {
  return guarded([&]() -> Result<std::vector<FeedCursor>> {
    if (!impl_) return ended();
    return engine::cursors(*impl_);
  });
}

Result<std::vector<TimelineItem>> Reader::timeline(RecordId id,
                                                   const TimelineOptions& options) const {
  return guarded([&]() -> Result<std::vector<TimelineItem>> {
    if (!impl_) return ended();
    return crm::timeline(*impl_, id, options);
  });
}

Result<std::vector<PipelineInfo>> Reader::pipelines() const {
  return guarded([&]() -> Result<std::vector<PipelineInfo>> {
    if (!impl_) return ended();
    return engine::describe_pipelines(*impl_);
  });
}

Result<std::vector<PossibleMove>> Reader::possible_moves(RecordId id,
                                                         std::string_view field) const {
  return guarded([&]() -> Result<std::vector<PossibleMove>> {
    if (!impl_) return ended();
    return engine::possible_moves(*impl_, id, field);
  });
}

Result<std::vector<StageVisit>> Reader::stage_history(RecordId id, std::string_view field) const {
  return guarded([&]() -> Result<std::vector<StageVisit>> {
    if (!impl_) return ended();
    return engine::stage_history(*impl_, id, field);
  });
}

Result<Score> Reader::score(RecordId id, std::string_view name) const {
  return guarded([&]() -> Result<Score> {
    if (!impl_) return ended();
    return impl_->score(id, name);
  });
}

Result<std::vector<AutomationInfo>> Reader::automations() const {
  return guarded([&]() -> Result<std::vector<AutomationInfo>> {
    if (!impl_) return ended();
    return engine::describe_automations(*impl_);
  });
}

Result<std::vector<Run>> Reader::runs(const RunFilter& filter) const {
  return guarded([&]() -> Result<std::vector<Run>> {
    if (!impl_) return ended();
    return engine::runs(*impl_, filter);
  });
}

Result<std::optional<Timestamp>> Reader::next_due() const {
  return guarded([&]() -> Result<std::optional<Timestamp>> {
    if (!impl_) return ended();
    return engine::next_due(*impl_);
  });
}

Result<std::vector<OutboxMessage>> Reader::outbox(const OutboxFilter& filter) const {
  return guarded([&]() -> Result<std::vector<OutboxMessage>> {
    if (!impl_) return ended();
    return engine::outbox(*impl_, filter);
  });
}

Result<FieldHandle> Reader::field(std::string_view entity, std::string_view field) const {
  return guarded([&]() -> Result<FieldHandle> {
    if (!impl_) return ended();
    return impl_->field(entity, field);
  });
}

Status Reader::read(RecordId id, const FieldHandle* handles, std::size_t count, Value* out) const {
  return guarded([&]() -> Status {
    if (!impl_) return ended();
    return impl_->read(id, {handles, count}, out);
  });
}

Result<RecordId> Reader::parse_id(std::string_view text) const {
  return guarded([&]() -> Result<RecordId> {
    if (!impl_) return ended();
    return schema::parse_id(impl_->catalog(), text);
  });
}

std::string Reader::format_id(RecordId id) const {
  return impl_ ? schema::format_id(impl_->catalog(), id) : std::string();
}

const Value& Record::at(std::string_view field) const {
  static const Value null;
  for (const FieldValue& item : fields) {
    if (item.first == field) return item.second;
  }
  return null;
}

}  // namespace kith
