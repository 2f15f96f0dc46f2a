#include "query/prefetch.hpp"

#include <algorithm>

#include "base/try.hpp"

namespace kith::query {
namespace {

constexpr std::uint32_t kOwnerInPath =
    expr::kSystemFieldBit | static_cast<std::uint32_t>(schema::SystemField::kOwner);

}  // namespace

void Prefetcher::add(const expr::Program& program) {
  for (const expr::FieldPath& path : program.paths()) {
    if (path.root != expr::Root::kRecord) continue;
    Hops* at = &root_;
    for (std::size_t i = 0; i + 1 < path.fields.size(); ++i) at = &at->hops[path.fields[i]];
  }
}

Status Prefetcher::follow(const Hops& from, const schema::EntityType& type,
                          const std::vector<const record::View*>& views, expr::Host* host) const {
  const record::Layout* layout = (*layouts_)(type.id);
  if (layout == nullptr) return {};
  for (const auto& [id, next] : from.hops) {
    const bool owner = id == kOwnerInPath;
    const schema::Field* field = owner ? nullptr : type.find_field(id);
    if (!owner && (field == nullptr || field->type != schema::FieldType::kReference)) continue;
    std::vector<RecordId> ids;
    ids.reserve(views.size());
    for (const record::View* view : views) {
      const RecordId to = owner ? view->owner() : view->reference(layout->slot(id));
      if (!to.is_null()) ids.push_back(to);
    }
    std::sort(ids.begin(), ids.end());
    ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
    KITH_TRY(host->prefetch(ids));
    if (next.hops.empty() || ids.empty()) continue;
    std::vector<const record::View*> targets;
    for (const RecordId to : ids) {
      KITH_ASSIGN(const record::View* target, host->load(to));
      if (target != nullptr) targets.push_back(target);
    }
    const schema::EntityType* target_type = catalog_->find(ids.front().type());
    if (target_type != nullptr) KITH_TRY(follow(next, *target_type, targets, host));
  }
  return {};
}

Status Prefetcher::run(const std::vector<const record::View*>& views, expr::Host* host) const {
  if (empty() || host == nullptr || views.empty()) return {};
  return follow(root_, *type_, views, host);
}

Status Prefetcher::run(const Batch& batch, const RowSelection& selection, expr::Host* host) const {
  if (empty() || host == nullptr) return {};
  std::vector<const record::View*> views;
  views.reserve(selection.size());
  for (const std::uint32_t row : selection) views.push_back(&batch.views[row]);
  return run(views, host);
}

}  // namespace kith::query
