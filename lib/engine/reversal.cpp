#include "engine/reversal.hpp"

#include <algorithm>
#include <utility>

#include "base/message.hpp"
#include "base/try.hpp"
#include "engine/writer.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"

namespace kith::engine {

namespace {

Result<std::vector<query::UniqueProbe>> claims_of(const RecordWrite& write) {
  const CompiledType& type = write.type();
  return query::unique_keys(*type.type, type.layout, nullptr, &write.final_view());
}

bool holds_key(const std::vector<query::UniqueProbe>& claims, std::string_view key) {
  return std::any_of(claims.begin(), claims.end(),
                     [&](const query::UniqueProbe& claim) { return claim.key == key; });
}

}  // namespace

Status Reversal::carry_out() {
  KITH_TRY(prepare_all());
  KITH_TRY(settle_unique());
  // Nothing has been written yet.
  if (!violations_.empty()) return verdict();
  KITH_TRY(put_all());
  KITH_TRY(remove_all());
  KITH_TRY(validate_all());
  return verdict();
}

bool Reversal::collect(const Status& status) {
  if (status.code() != Code::kValidation && status.code() != Code::kRefused) return false;
  violations_.insert(violations_.end(), status.violations().begin(), status.violations().end());
  return true;
}

Status Reversal::verdict() {
  if (violations_.empty()) return {};
  const std::string count = base::counted(violations_.size(), "violation");
  return Status(Code::kValidation, "former values cannot be put back, " + count,
                std::move(violations_));
}

Result<RecordWrite*> Reversal::prepare(RecordId id, const Target& target) {
  const CompiledType* type = writer_.model().find(id.type());
  KITH_ASSIGN(const std::optional<record::View> view, writer_.find_record(id));
  if (!view || type == nullptr || type->type->removed) {
    return Status(Code::kNotFound,
                  "there is no record " + schema::format_id(writer_.catalog(), id));
  }
  RecordWrite::Mode mode = RecordWrite::Mode::kFormer;
  if (target.goal == Goal::kLive) mode = RecordWrite::Mode::kRestore;
  if (target.goal == Goal::kRemoved) mode = RecordWrite::Mode::kDelete;
  if (target.goal == Goal::kRemoved) removed_.push_back(id);
  RecordWrite& write = writes_.emplace_back(writer_, *type, id, view->image(), mode);
  for (const record::FieldChange& value : target.values) write.put_back(value.first, value.second);
  by_id_[id] = &write;
  return &write;
}

Status Reversal::prepare_all() {
  for (const auto& [id, target] : targets_) {
    KITH_ASSIGN(RecordWrite * write, prepare(id, target));
    const Status status = write->prepare_former();
    if (!status.ok() && !collect(status)) return status;
  }
  return {};
}

Status Reversal::settle_unique() {
  std::map<std::string, RecordId> claims;
  for (const RecordWrite& write : writes_) KITH_TRY(settle_unique(write, &claims));
  std::sort(aside_.begin(), aside_.end());
  aside_.erase(std::unique(aside_.begin(), aside_.end()), aside_.end());
  return {};
}

// Who holds a value that this record is to have again?
Status Reversal::settle_unique(const RecordWrite& write, std::map<std::string, RecordId>* claims) {
  KITH_ASSIGN(const auto wanted, claims_of(write));
  for (const query::UniqueProbe& claim : wanted) {
    const auto [first, is_first] = claims->emplace(claim.key, write.id());
    KITH_ASSIGN(const auto row, writer_.txn().get(store::Table::kIndex, claim.key));
    RecordId holder = first->second;
    if (is_first && row) {
      KITH_ASSIGN(holder, query::unique_entry_id(*row));
    }
    if (holder == write.id()) continue;
    const auto other = by_id_.find(holder);
    if (is_first && other != by_id_.end()) {
      KITH_ASSIGN(const auto kept, claims_of(*other->second));
      const bool goes = targets_.at(holder).goal == Goal::kRemoved;
      if (!goes && !holds_key(kept, claim.key)) aside_.push_back(holder);
      if (goes || !holds_key(kept, claim.key)) continue;
    }
    const schema::EntityType& type = *write.type().type;
    const schema::Field* field = type.find_field(claim.index->fields.front());
    const std::string name = field != nullptr ? field->name : std::string();
    violations_.push_back({"unique", type.name, name,
                           schema::format_id(writer_.catalog(), write.id()) + " cannot have its " +
                               name + " back: " + schema::format_id(writer_.catalog(), holder) +
                               " holds that value now",
                           0, 0});
  }
  return {};
}

// Takes a record out of the unique indexes until it gets its final image.
Status Reversal::step_aside(RecordId id) {
  RecordWrite& write = *by_id_.at(id);
  RecordWrite aside(writer_, write.type(), id, write.old_image(), RecordWrite::Mode::kDelete);
  KITH_TRY(aside.prepare());
  KITH_TRY(writer_.carry_out(aside));
  KITH_ASSIGN(const std::optional<record::View> view, writer_.find_record(id));
  write.replace_old(view->image());
  return {};
}

// Those that give up a unique value first, then those that get one.
Status Reversal::put_all() {
  for (const RecordId id : removed_) KITH_TRY(put(*by_id_.at(id)));
  for (const RecordId id : aside_) KITH_TRY(step_aside(id));
  for (RecordWrite& write : writes_) {
    if (targets_.at(write.id()).goal != Goal::kRemoved) KITH_TRY(put(write));
  }
  return {};
}

Status Reversal::put(RecordWrite& write) {
  if (write.unchanged()) return {};
  ++size_;
  return writer_.carry_out(write);
}

// They are removed by now, but for what still refers to them.
Status Reversal::remove_all() {
  if (removed_.empty()) return {};
  std::size_t count = 0;
  const Status status = writer_.remove_all(removed_, &count);
  if (!status.ok()) return collect(status) ? Status() : status;
  size_ += count - removed_.size();
  return {};
}

Status Reversal::validate_all() {
  for (RecordWrite& write : writes_) {
    const Status status = write.validate_former();
    if (!status.ok() && !collect(status)) return status;
  }
  return {};
}

}  // namespace kith::engine
