#include "engine/savepoint.hpp"

#include <utility>

#include "base/try.hpp"
#include "engine/writer.hpp"
#include "query/index_writer.hpp"

namespace kith::engine {

Savepoint::Savepoint(Writer& writer)
    : writer_(writer), outer_(writer.savepoint_), last_ids_(writer.last_ids_) {
  writer_.savepoint_ = this;
}

Savepoint::~Savepoint() {
  writer_.savepoint_ = outer_;
  if (outer_ == nullptr) return;
  for (Written& written : written_) outer_->written_.push_back(std::move(written));
}

void Savepoint::note(const CompiledType& type, RecordId id,
                     std::optional<std::string_view> before) {
  Written written{&type, id, std::nullopt, writer_.changes_.stage_notes(id)};
  if (before) written.before.emplace(*before);
  written_.push_back(std::move(written));
}

Status Savepoint::roll_back(Status reason) {
  if (!writer_.failed_.ok()) return reason;
  for (; !written_.empty(); written_.pop_back()) {
    KITH_TRY(writer_.guard(put_back(written_.back())));
  }
  writer_.last_ids_ = last_ids_;
  return reason;
}

Status Savepoint::put_back(const Written& written) {
  const auto& [type, id, before, stages] = written;
  KITH_ASSIGN(std::optional<record::View> present, writer_.find_record(id));
  std::string image;  // the store's may be overwritten while the indexes are
  if (present) image = present->image();
  record::View now;
  record::View then;
  if (present) now.init(image, &writer_.blobs());
  if (before) then.init(*before, &writer_.blobs());
  KITH_TRY(query::update_indexes(*writer_.write_, *type->type, type->layout, id,
                                 present ? &now : nullptr, before ? &then : nullptr));
  writer_.ledger_.move(*type->type, type->layout, present ? &now : nullptr,
                       before ? &then : nullptr);
  if (before) {
    KITH_TRY(writer_.write_->put(store::Table::kRecords, query::record_key(id), *before));
    writer_.changes_.set_after(id, *before);
  } else {
    KITH_TRY(writer_.write_->erase(store::Table::kRecords, query::record_key(id)));
    writer_.changes_.clear_after(id);
  }
  writer_.changes_.set_stage_notes(id, stages);
  writer_.forget();
  return {};
}

}  // namespace kith::engine
