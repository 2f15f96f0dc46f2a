// Steps 1 to 7 of the write path: what is fetched, one round for each hop.
#include <algorithm>

#include "base/try.hpp"
#include "engine/record_write.hpp"
#include "engine/writer.hpp"

namespace kith::engine {

namespace {

bool is_owner(std::uint32_t field_id) {
  return field_id == schema::system_field_id(schema::SystemField::kOwner);
}

}  // namespace

// Those of the rules, and of the pipelines that this write concerns.
std::vector<const ReferencePath*> RecordWrite::paths() const {
  std::vector<const ReferencePath*> paths;
  for (const ReferencePath& path : type_.paths) paths.push_back(&path);
  for (const CompiledMachine& machine : type_.machines) {
    if (!concerns(machine)) continue;
    for (const ReferencePath& path : machine.paths) paths.push_back(&path);
  }
  return paths;
}

// The records that a field of a path names; nothing for a field that is no reference.
void RecordWrite::collect_references(std::uint32_t field_id, const Place& at,
                                     std::vector<RecordId>* out) {
  if (is_owner(field_id)) return out->push_back(at.view->owner());
  const schema::Field* field = at.type->type->find_field(field_id);
  if (field == nullptr || !schema::is_reference_type(field->type)) return;
  const record::Slot& slot = at.type->layout.slot(field_id);
  if (!at.view->has(slot)) return;
  if (field->type == schema::FieldType::kReference) {
    return out->push_back(at.view->reference(slot));
  }
  const record::ListView<std::uint64_t> ids = at.view->references(slot);
  for (std::uint32_t i = 0; i < ids.size(); ++i) out->emplace_back(ids[i]);
}

Result<RecordWrite::Place> RecordWrite::start_of(expr::Root root) {
  if (root == expr::Root::kRecord) return Place{&type_, &new_view_};
  if (root == expr::Root::kOld) return Place{&type_, old_view()};
  const RecordId actor = reader_.session().options().actor;
  KITH_ASSIGN(const record::View* user, reader_.load(actor));
  return Place{reader_.model().find(actor.type()), user};
}

// From one record of a path to the one its reference names; to none where there is none, or where
// the path goes through a list.
Status RecordWrite::step(std::uint32_t field_id, Place* at) {
  std::vector<RecordId> next;
  collect_references(field_id, *at, &next);
  at->view = nullptr;
  if (next.size() != 1) return {};
  KITH_ASSIGN(at->view, reader_.load(next.front()));
  at->type = reader_.model().find(next.front().type());
  return {};
}

// The records `hop` references away that some rule will look at. Those nearer are loaded.
Status RecordWrite::collect_hop(const std::vector<const ReferencePath*>& paths, std::size_t hop,
                                std::vector<RecordId>* out) {
  for (const ReferencePath* wanted : paths) {
    const ReferencePath& path = *wanted;
    // The acting user is itself one hop away.
    const std::size_t skipped = path.root == expr::Root::kUser ? 1 : 0;
    if (hop < skipped || path.fields.size() <= hop - skipped) continue;
    KITH_ASSIGN(Place at, start_of(path.root));
    for (std::size_t i = 0; i < hop - skipped && at.view != nullptr; ++i) {
      KITH_TRY(step(path.fields[i], &at));
    }
    if (at.view != nullptr) collect_references(path.fields[hop - skipped], at, out);
  }
  return {};
}

Status RecordWrite::prefetch_references() {
  const std::vector<const ReferencePath*> paths = this->paths();
  std::size_t hops = 1;
  for (const ReferencePath* path : paths) {
    hops = std::max(hops, path->fields.size() + (path->root == expr::Root::kUser ? 1 : 0));
  }
  for (std::size_t hop = 0; hop < hops; ++hop) {
    std::vector<RecordId> wanted;
    if (hop == 0) {
      for (const schema::Field& field : type_.type->fields) {
        if (!field.removed && schema::is_reference_type(field.type) && changed(field)) {
          collect_references(field.id, {&type_, &new_view_}, &wanted);
        }
      }
      if (words_.owner && !(old_view_ && old_view_->owner() == words_.owner)) {
        wanted.push_back(words_.owner);
      }
      // Every evaluation knows the acting user.
      const bool moves =
          std::any_of(type_.machines.begin(), type_.machines.end(),
                      [&](const CompiledMachine& machine) { return concerns(machine); });
      if (!type_.rules.empty() || !type_.before.empty() || moves) {
        wanted.push_back(reader_.session().options().actor);
      }
    }
    KITH_TRY(collect_hop(paths, hop, &wanted));
    KITH_TRY(reader_.prefetch(wanted));
  }
  return {};
}

}  // namespace kith::engine
