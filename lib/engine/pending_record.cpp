#include "engine/pending_record.hpp"

#include <algorithm>

#include "base/try.hpp"
#include "query/lookup.hpp"

namespace kith::engine {

Result<const record::View*> PendingRecord::load(RecordId id) {
  if (id != id_) return host_.load(id);
  return view_.deleted() ? nullptr : &view_;
}

Status PendingRecord::related(RecordId parent, const expr::Relation& relation, std::size_t limit,
                              std::vector<RecordId>* ids) {
  if (relation.type->id != type_.id) return host_.related(parent, relation, limit, ids);
  // One more than wanted, as the record itself may be among them and leave.
  KITH_TRY(host_.related(parent, relation, std::max(limit, limit + 1), ids));
  const bool belongs =
      !view_.deleted() && query::refers_to(view_, *relation.field, *relation.slot, parent);
  const auto place = std::lower_bound(ids->begin(), ids->end(), id_);
  const bool listed = place != ids->end() && *place == id_;
  if (listed && !belongs) ids->erase(place);
  if (!listed && belongs) ids->insert(place, id_);
  if (ids->size() > limit) ids->resize(limit);
  return {};
}

}  // namespace kith::engine
