#include "crm/timeline.hpp"

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "base/try.hpp"
#include "crm/change_text.hpp"
#include "engine/reader.hpp"
#include "history/log.hpp"
#include "schema/diagnostics.hpp"

namespace kith::crm {

namespace {

constexpr std::string_view kActivityType = "activity";
constexpr std::size_t kPage = 256;  // ids of referring records asked for at a time
constexpr std::uint64_t kNoLimit = std::numeric_limits<std::uint64_t>::max();
constexpr std::size_t kMaxWalk = 1000;  // back to the entry that created an activity

// An activity on its way to being told; only the newest are read in full.
struct Candidate {
  Timestamp at;
  std::uint64_t version = 0;
  std::uint64_t logged_version = 0;  // 0: made in this transaction
  RecordId id;
};

bool newer(const Candidate& a, const Candidate& b) {
  return std::tie(a.at, a.version, a.id) > std::tie(b.at, b.version, b.id);
}

bool earlier(const TimelineItem& a, const TimelineItem& b) {
  return std::tie(a.at, a.sequence, a.record) < std::tie(b.at, b.sequence, b.record);
}

class Story {
 public:
  Story(engine::Reader& reader, ChangeText words, RecordId id, const TimelineOptions& options)
      : reader_(reader),
        words_(std::move(words)),
        id_(id),
        options_(options),
        limit_(options.limit != 0 ? options.limit : kNoLimit) {}

  Result<std::vector<TimelineItem>> tell();

 private:
  Status add_changes(RecordId id, std::string_view prefix);
  Status add_change(const schema::EntityType& type, const history::Entry& entry,
                    std::string_view prefix);
  Status add_related(std::string_view name);
  Status add_activities();
  Status add_activity(const engine::CompiledType& type, const Candidate& candidate);
  Status set_actor(TimelineItem* item, RecordId actor);
  // Calls `visit(id)` for every record of the type that refers to this one, once for each.
  template <typename Visit>
  Status for_each_referring(const engine::CompiledType& type, bool deleted_too, Visit visit);
  // At most `limit` changes of the record, or none when none is kept.
  Result<history::Chain> changes_of(std::uint64_t version, std::uint64_t limit);
  Status add_floor();
  // Forgets all but the newest, when there are twice as many as asked for.
  void cut();

  engine::Reader& reader_;
  ChangeText words_;
  RecordId id_;
  const TimelineOptions& options_;
  std::uint64_t limit_;
  std::vector<TimelineItem> items_;
  bool trimmed_ = false;  // some record has had changes that are no longer kept
};

Result<std::vector<TimelineItem>> Story::tell() {
  KITH_TRY(add_changes(id_, ""));
  for (const std::string& name : options_.related) KITH_TRY(add_related(name));
  if (trimmed_) KITH_TRY(add_floor());
  KITH_TRY(add_activities());
  std::sort(items_.begin(), items_.end(), earlier);
  if (items_.size() > limit_) {
    items_.erase(items_.begin(), items_.end() - static_cast<std::ptrdiff_t>(limit_));
  }
  if (options_.newest_first) std::reverse(items_.begin(), items_.end());
  return std::move(items_);
}

void Story::cut() {
  if (items_.size() / 2 <= limit_) return;
  const auto first = items_.end() - static_cast<std::ptrdiff_t>(limit_);
  std::nth_element(items_.begin(), first, items_.end(), earlier);
  items_.erase(items_.begin(), first);
}

template <typename Visit>
Status Story::for_each_referring(const engine::CompiledType& type, bool deleted_too, Visit visit) {
  std::vector<const schema::Field*> earlier_fields;
  for (const schema::Field& field : type.type->fields) {
    if (field.removed || !schema::is_reference_type(field.type)) continue;
    if (field.target != id_.type()) continue;
    for (RecordId next;;) {
      KITH_ASSIGN(const auto page, reader_.referring(id_, type, field, next, kPage, deleted_too));
      if (page.empty()) break;
      for (const RecordId id : page) {
        KITH_ASSIGN(const std::optional<record::View> view, reader_.find_record(id));
        auto names_it = [&](const schema::Field* other) {
          const record::Slot& slot = type.layout.slot(other->id);
          return other->type == schema::FieldType::kReference
                     ? view->reference(slot) == id_
                     : view->references(slot).contains(id_.bits());
        };
        const bool seen = std::any_of(earlier_fields.begin(), earlier_fields.end(), names_it);
        if (!seen) KITH_TRY(visit(id, *view));
      }
      next = RecordId(page.back().bits() + 1);
    }
    earlier_fields.push_back(&field);
  }
  return {};
}

Result<history::Chain> Story::changes_of(std::uint64_t version, std::uint64_t limit) {
  Result<history::Chain> chain = history::walk(reader_.txn(), version, limit);
  if (chain.status().code() == Code::kHistoryTrimmed) {
    history::Chain none;
    none.trimmed = true;
    return none;
  }
  return chain;
}

// Says from when on changes are told.
Status Story::add_floor() {
  KITH_ASSIGN(const std::uint64_t first, history::first_sequence(reader_.txn()));
  KITH_ASSIGN(const history::Entry oldest, history::read(reader_.txn(), first));
  TimelineItem item;
  item.at = oldest.at;
  item.record = id_;
  item.title = "Earlier changes are no longer kept";
  items_.push_back(std::move(item));
  return {};
}

Status Story::add_changes(RecordId id, std::string_view prefix) {
  const engine::CompiledType* type = reader_.model().find(id.type());
  std::optional<record::View> view;
  if (type != nullptr) {
    KITH_ASSIGN(view, reader_.find_record(id));
  }
  if (!view) {
    return Status(Code::kNotFound,
                  "there is no record " + schema::format_id(reader_.catalog(), id));
  }
  KITH_ASSIGN(const history::Chain chain, changes_of(reader_.logged_version(id, *view), limit_));
  trimmed_ = trimmed_ || chain.trimmed;
  for (const history::Entry& entry : chain.entries) {
    KITH_TRY(add_change(*type->type, entry, prefix));
  }
  cut();
  return {};
}

Status Story::add_change(const schema::EntityType& type, const history::Entry& entry,
                         std::string_view prefix) {
  KITH_ASSIGN(Told told, words_.change(type, entry));
  if (told.title.empty()) return {};
  TimelineItem item;
  item.at = entry.effective_at;
  item.record = entry.record;
  item.title = std::string(prefix) + told.title;
  item.text = std::move(told.text);
  item.cause = entry.cause;
  item.sequence = entry.sequence;
  KITH_TRY(set_actor(&item, entry.actor));
  items_.push_back(std::move(item));
  return {};
}

Status Story::set_actor(TimelineItem* item, RecordId actor) {
  item->actor = actor;
  if (actor.is_null()) return {};
  KITH_ASSIGN(item->actor_name, words_.title(actor));
  return {};
}

Status Story::add_related(std::string_view name) {
  KITH_ASSIGN(const engine::CompiledType* type, reader_.model().find(name));
  return for_each_referring(*type, true, [&](RecordId id, const record::View&) -> Status {
    if (id == id_) return {};
    KITH_ASSIGN(const std::string title, words_.title(id));
    return add_changes(id, label_of(*type->type) + " " + title + ": ");
  });
}

Status Story::add_activities() {
  const schema::EntityType* entity = reader_.catalog().find(kActivityType);
  if (entity == nullptr) return {};
  const engine::CompiledType& type = *reader_.model().find(entity->id);
  const schema::Field* starts_at = entity->find_field("starts_at");
  if (starts_at != nullptr && starts_at->type != schema::FieldType::kTimestamp) starts_at = nullptr;
  std::vector<Candidate> newest;
  auto cut_candidates = [&] {
    const auto end = newest.begin() + static_cast<std::ptrdiff_t>(limit_);
    std::nth_element(newest.begin(), end - 1, newest.end(), newer);
    newest.erase(end, newest.end());
  };
  KITH_TRY(for_each_referring(type, false, [&](RecordId id, const record::View& view) -> Status {
    if (id == id_) return {};
    std::int64_t at = view.created();
    if (starts_at != nullptr && view.has(type.layout.slot(starts_at->id))) {
      at = view.integer(type.layout.slot(starts_at->id));
    }
    newest.push_back(
        {Timestamp::from_microseconds(at), view.version(), reader_.logged_version(id, view), id});
    if (newest.size() / 2 > limit_) cut_candidates();
    return {};
  }));
  if (newest.size() > limit_) cut_candidates();
  for (const Candidate& candidate : newest) KITH_TRY(add_activity(type, candidate));
  return {};
}

// "Call: Discovery call (inbound)", with the body and the outcome below.
Status Story::add_activity(const engine::CompiledType& type, const Candidate& candidate) {
  KITH_ASSIGN(const Record activity, reader_.get(candidate.id));
  auto text_of = [&](std::string_view field) {
    const std::string* text = activity.at(field).text();
    return text == nullptr ? std::string() : *text;
  };
  TimelineItem item;
  item.kind = TimelineKind::kActivity;
  item.at = candidate.at;
  item.record = candidate.id;
  KITH_ASSIGN(item.title, words_.title(candidate.id));
  if (const schema::Field* kind = type.type->find_field("kind")) {
    if (!activity.at("kind").is_null()) {
      KITH_ASSIGN(const std::string label, words_.value(*kind, activity.at("kind")));
      const bool said = item.title == label || item.title.starts_with(label + ":");
      if (!said) item.title = label + ": " + item.title;
    }
  }
  if (const std::string direction = text_of("direction"); !direction.empty()) {
    item.title += " (" + direction + ")";
  }
  item.text = base::trim(text_of("body"));
  if (const std::string outcome = text_of("outcome"); !outcome.empty()) {
    item.text += (item.text.empty() ? "Outcome: " : "\nOutcome: ") + outcome;
  }
  item.sequence = candidate.version;
  RecordId actor = reader_.session().options().actor;  // who is recording it just now
  KITH_ASSIGN(const history::Chain chain, changes_of(candidate.logged_version, kMaxWalk));
  if (chain.trimmed) actor = RecordId();  // who recorded it is not known any more
  if (!chain.entries.empty() && !chain.trimmed) {
    item.sequence = chain.entries.back().sequence;
    item.cause = chain.entries.back().cause;
    actor = chain.entries.back().actor;
  }
  KITH_TRY(set_actor(&item, actor));
  items_.push_back(std::move(item));
  return {};
}

}  // namespace

Result<std::vector<TimelineItem>> timeline(engine::Reader& reader, RecordId id,
                                           const TimelineOptions& options) {
  KITH_ASSIGN(ChangeText words, ChangeText::of(reader));
  return Story(reader, std::move(words), id, options).tell();
}

}  // namespace kith::crm
