#include "engine/feed.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/public_change.hpp"
#include "engine/writer.hpp"
#include "history/cursors.hpp"
#include "history/log.hpp"

namespace kith::engine {

namespace {

using history::Reading;

constexpr std::uint64_t kPage = 1000;             // entries read at a time
constexpr std::uint64_t kMaxRead = 100'000;       // entries that one page may leave out
constexpr std::chrono::milliseconds kLook{1000};  // so often a waiter looks for himself

// Which entries a reader of the feed wants.
class Filter {
 public:
  static Result<Filter> of(const CompiledModel& model, const FeedOptions& options) {
    Filter filter;
    if (!options.entity.empty()) {
      KITH_ASSIGN(const CompiledType* type, model.find(options.entity));
      filter.only_type_ = type->type->id;
    }
    filter.any_field_ = options.fields.empty();
    for (const std::string& name : options.fields) {
      if (!filter.add_field(model.catalog(), name)) {
        const std::string where = options.entity.empty() ? "no entity type" : options.entity;
        return Status(Code::kInvalidArgument,
                      where + (options.entity.empty() ? " has a field \"" : " has no field \"") +
                          name + "\" to filter changes by",
                      options.entity, name);
      }
    }
    return filter;
  }

  bool wants_all() const { return !only_type_ && any_field_; }
  bool wants(const history::Entry& entry) const {
    if (only_type_ && entry.record.type() != *only_type_) return false;
    if (any_field_ || entry.kind != ChangeKind::kUpdate) return true;
    const auto fields = fields_.find(entry.record.type());
    if (fields == fields_.end()) return false;
    return std::any_of(entry.changes.begin(), entry.changes.end(), [&](const auto& change) {
      const std::vector<std::uint32_t>& ids = fields->second;
      return std::find(ids.begin(), ids.end(), change.field_id) != ids.end();
    });
  }

 private:
  // False when no type in question has the field.
  bool add_field(const schema::Catalog& catalog, const std::string& name) {
    const auto system = schema::SystemField::kOwner;
    const bool is_owner = name == schema::system_field_name(system);
    bool known = false;
    for (const schema::EntityType& type : catalog.types) {
      if (type.removed || (only_type_ && type.id != *only_type_)) continue;
      const schema::Field* field = type.find_field(name);
      if (field == nullptr && !is_owner) continue;
      fields_[type.id].push_back(field != nullptr ? field->id : schema::system_field_id(system));
      known = true;
    }
    return known;
  }

  std::optional<std::uint16_t> only_type_;
  bool any_field_ = true;
  std::map<std::uint16_t, std::vector<std::uint32_t>> fields_;  // by type
};

// Nothing between the cursor and the log has gone; 0 asks for what there is.
Status check_kept(store::ReadTxn& txn, std::uint64_t cursor) {
  if (cursor == 0) return {};
  KITH_ASSIGN(const std::uint64_t first, history::first_sequence(txn));
  if (cursor + 1 >= first) return {};
  return Status(Code::kHistoryTrimmed,
                "changes after " + std::to_string(cursor) +
                    " are no longer kept; the oldest one is " + std::to_string(first) +
                    ": read the records anew and go on from the present end");
}

Status no_past(const Reader& reader) {
  return reader.check_present("the cursors of the change feed");
}

Result<std::uint64_t> last_sequence(Database& database) {
  KITH_ASSIGN(const std::unique_ptr<store::ReadTxn> txn, database.store().begin_read());
  return history::last_sequence(*txn);
}

}  // namespace

Result<FeedPage> changes(Reader& reader, const FeedOptions& options) {
  if (options.limit == 0) {
    return Status(Code::kInvalidArgument, "a page of changes has a limit of at least 1");
  }
  KITH_ASSIGN(const Filter filter, Filter::of(reader.model(), options));
  KITH_TRY(check_kept(reader.txn(), options.cursor));
  FeedPage page;
  page.cursor = options.cursor;
  for (std::uint64_t read = 0; !page.done && read < kMaxRead;) {
    const std::uint64_t room = options.limit - page.changes.size();
    if (room == 0) break;
    const std::uint64_t most = filter.wants_all() ? std::min(kPage, room) : kPage;
    KITH_ASSIGN(history::Feed found, history::scan(reader.txn(), page.cursor, most));
    page.done = found.done;
    for (history::Entry& entry : found.entries) {
      if (page.changes.size() == options.limit) {
        page.done = false;
        break;
      }
      ++read;
      page.cursor = entry.sequence;
      if (!filter.wants(entry)) continue;
      KITH_ASSIGN(Change change, public_change(reader, std::move(entry)));
      page.changes.push_back(std::move(change));
    }
  }
  return page;
}

Result<std::uint64_t> cursor(Reader& reader, std::string_view name) {
  KITH_TRY(no_past(reader));
  KITH_ASSIGN(const auto found, history::find_cursor(reader.txn(), Reading::kFeed, name));
  if (found) return *found;
  return Status(Code::kNotFound,
                "there is no cursor \"" + std::string(name) + "\" of the change feed");
}

Result<std::vector<FeedCursor>> cursors(Reader& reader) {
  KITH_TRY(no_past(reader));
  KITH_ASSIGN(std::vector<history::Cursor> all, history::all_cursors(reader.txn()));
  std::vector<FeedCursor> found;
  for (history::Cursor& cursor : all) {
    if (cursor.reading == Reading::kFeed)
      found.push_back({std::move(cursor.name), cursor.sequence});
  }
  return found;
}

Status save_cursor(Writer& writer, std::string_view name, std::uint64_t sequence) {
  return writer.with_queue([&](store::WriteTxn& txn) -> Status {
    KITH_ASSIGN(const std::uint64_t last, history::last_sequence(txn));
    if (sequence > last) {
      return Status(Code::kInvalidArgument, "a cursor stands at a change that was committed, " +
                                                std::to_string(last) + " at most, not at " +
                                                std::to_string(sequence));
    }
    KITH_TRY(check_kept(txn, sequence));
    return history::save_cursor(txn, Reading::kFeed, name, sequence);
  });
}

Status drop_cursor(Writer& writer, std::string_view name) {
  return writer.with_queue([&](store::WriteTxn& txn) -> Status {
    KITH_ASSIGN(const auto found, history::find_cursor(txn, Reading::kFeed, name));
    if (!found) {
      return Status(Code::kNotFound,
                    "there is no cursor \"" + std::string(name) + "\" of the change feed");
    }
    return history::drop_cursor(txn, Reading::kFeed, name);
  });
}

Result<std::uint64_t> wait(Database& database, std::uint64_t sequence,
                           std::chrono::milliseconds timeout) {
  using Clock = std::chrono::steady_clock;
  const auto start = Clock::now();
  while (true) {
    KITH_ASSIGN(const std::uint64_t last, last_sequence(database));
    const auto passed = std::chrono::duration_cast<std::chrono::milliseconds>(Clock::now() - start);
    if (last > sequence || passed >= timeout) return last;
    KITH_TRY(database.store().wait_for(sequence, std::min(kLook, timeout - passed)));
  }
}

}  // namespace kith::engine
