#include "engine/removal.hpp"

#include <utility>

#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/writer.hpp"

namespace kith::engine {

namespace {

constexpr std::size_t kPage = 256;

}  // namespace

Status Removal::plan(const std::vector<RecordId>& ids) {
  order_ = ids;
  removed_.insert(ids.begin(), ids.end());
  for (std::size_t next = 0; next < order_.size(); ++next) KITH_TRY(follow(order_[next]));
  KITH_TRY(plan_clearings());
  std::vector<Violation> violations;
  for (auto& [referrer, violation] : restrictions_) {
    if (!removed_.contains(referrer)) violations.push_back(std::move(violation));
  }
  // Clearings first prepare, so that their violations join the restrictions.
  for (RecordWrite& write : writes_) {
    Status status = write.prepare();
    if (status.ok()) continue;
    if (status.code() != Code::kValidation && status.code() != Code::kRefused) return status;
    violations.insert(violations.end(), status.violations().begin(), status.violations().end());
  }
  if (!violations.empty()) {
    const std::string count = base::counted(violations.size(), "violation");
    return Status(
        Code::kValidation,
        schema::format_id(writer_.catalog(), ids.front()) + " cannot be removed, " + count,
        std::move(violations));
  }
  for (RecordId gone : order_) {
    const CompiledType& type = *writer_.model().find(gone.type());
    KITH_ASSIGN(std::optional<record::View> view, writer_.find_record(gone));
    if (!view) return Status(Code::kCorrupt, "a record that an index names does not exist");
    writes_.emplace_back(writer_, type, gone, view->image(), RecordWrite::Mode::kDelete);
    KITH_TRY(writes_.back().prepare());
  }
  return {};
}

Status Removal::follow(RecordId id) {
  for (const schema::Catalog::Inbound& inbound : writer_.catalog().inbound(id.type())) {
    KITH_TRY(follow_field(id, *writer_.model().find(inbound.from->id), *inbound.field));
  }
  return {};
}

Status Removal::follow_field(RecordId id, const CompiledType& from, const schema::Field& field) {
  for (RecordId next;;) {
    KITH_ASSIGN(std::vector<RecordId> referrers,
                writer_.referring(id, from, field, next, kPage, false));
    for (RecordId referrer : referrers) {
      if (removed_.contains(referrer)) continue;
      switch (field.on_delete) {
        case schema::OnDelete::kRestrict:
          restrictions_.emplace_back(
              referrer, Violation{"restricted", from.type->name, field.name,
                                  schema::format_id(writer_.catalog(), referrer) + " refers to " +
                                      schema::format_id(writer_.catalog(), id) + " by " +
                                      field.name + ": remove it or change the reference first",
                                  0, 0});
          break;
        case schema::OnDelete::kClear: clearings_[referrer].push_back({&field, id}); break;
        case schema::OnDelete::kCascade:
          removed_.insert(referrer);
          order_.push_back(referrer);
          if (order_.size() > kMaxCascade) {
            return Status(Code::kLimit, "the removal would take more than max_cascade (" +
                                            std::to_string(kMaxCascade) +
                                            ") records with it: remove them in parts");
          }
          break;
      }
    }
    // A hundred reasons are enough to refuse.
    if (referrers.size() < kPage || restrictions_.size() > 100) return {};
    next = RecordId(referrers.back().bits() + 1);
  }
}

Status Removal::plan_clearings() {
  for (const auto& [referrer, fields] : clearings_) {
    if (removed_.contains(referrer)) continue;
    KITH_ASSIGN(std::optional<record::View> view, writer_.find_record(referrer));
    if (!view) return Status(Code::kCorrupt, "a record that an index names does not exist");
    writes_.emplace_back(writer_, *writer_.model().find(referrer.type()), referrer, view->image(),
                         RecordWrite::Mode::kOrdinary);
    for (const Clearing& clearing : fields) writes_.back().drop(*clearing.field, clearing.target);
  }
  return {};
}

Status Removal::carry_out() {
  for (RecordWrite& write : writes_) {
    if (!write.unchanged()) KITH_TRY(write.put(writer_));
  }
  return {};
}

Status erase_references(Writer& writer, RecordId id) {
  for (const schema::Catalog::Inbound& inbound : writer.catalog().inbound(id.type())) {
    const CompiledType& from = *writer.model().find(inbound.from->id);
    for (;;) {
      KITH_ASSIGN(std::vector<RecordId> referrers,
                  writer.referring(id, from, *inbound.field, RecordId(), kPage, true));
      for (RecordId referrer : referrers) {
        if (referrer == id) continue;
        KITH_ASSIGN(std::optional<record::View> view, writer.find_record(referrer));
        if (!view) continue;
        RecordWrite write(writer, from, referrer, view->image(), RecordWrite::Mode::kErase);
        write.drop(*inbound.field, id);
        KITH_TRY(write.prepare());
        KITH_TRY(write.put(writer));
      }
      if (referrers.size() < kPage) break;
    }
  }
  return {};
}

}  // namespace kith::engine
