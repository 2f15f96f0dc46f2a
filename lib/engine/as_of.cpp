#include "engine/as_of.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/reader.hpp"
#include "history/log.hpp"
#include "query/index_key.hpp"
#include "query/index_writer.hpp"
#include "record/builder.hpp"
#include "record/txn_blobs.hpp"
#include "store/overlay.hpp"

namespace kith::engine {

namespace {

using store::Table;

struct Moment {
  std::uint64_t sequence = 0;  // of the last change that counts; 0: none does
  Timestamp at{};
};

Result<Moment> moment_of(store::ReadTxn& txn, const AsOf& when) {
  if (when.sequence != 0) {
    KITH_ASSIGN(const history::Span span, history::transaction_of(txn, when.sequence));
    KITH_ASSIGN(const history::Entry entry, history::read(txn, span.last));
    return Moment{span.last, entry.at};
  }
  if (!when.at.in_range()) {
    return Status(Code::kInvalidArgument,
                  "the moment to read as of must lie in the years 1 to 9999");
  }
  KITH_ASSIGN(const std::uint64_t last, history::last_sequence_at(txn, when.at));
  KITH_ASSIGN(const std::uint64_t first, history::first_sequence(txn));
  if (last == 0 && first > 1) {
    return Status(Code::kHistoryTrimmed, "the database as of " + when.at.to_string() +
                                             " is not known any more: changes before " +
                                             std::to_string(first) + " are no longer kept");
  }
  return Moment{last, when.at};
}

// What a record was before the changes that were taken back so far.
struct Former {
  bool existed = true;
  bool purged = false;  // its values are gone for good
  std::uint64_t version = 0;
  Timestamp updated{};
  std::optional<bool> deleted;  // when some change deleted or restored it
  std::vector<record::FieldChange> values;

  void take_back(const history::Entry& entry) {
    existed = entry.prev != 0;
    version = entry.prev;
    updated = entry.prev_at;
    if (entry.kind == ChangeKind::kPurge) purged = true;
    if (entry.kind == ChangeKind::kDelete) deleted = false;
    if (entry.kind == ChangeKind::kRestore) deleted = true;
    if (purged) return;
    for (const history::FieldChange& change : entry.changes) set(change.field_id, change.before);
  }

 private:
  void set(std::uint32_t field, const Value& value) {
    const auto at = std::find_if(values.begin(), values.end(),
                                 [&](const auto& known) { return known.first == field; });
    if (at != values.end()) {
      at->second = value;
    } else {
      values.emplace_back(field, value);
    }
  }
};

// Gives the records that were changed since their former images, and moves their indexes.
class Fold {
 public:
  Fold(store::Overlay& layer, const CompiledModel& model)
      : layer_(layer), model_(model), blobs_(layer) {}

  Status run(std::uint64_t after) {
    KITH_TRY(history::visit_since(layer_, after, [&](const history::Entry& entry) {
      changed_[entry.record].take_back(entry);
      return Status();
    }));
    for (const auto& [id, former] : changed_) KITH_TRY(put_back(id, former));
    return claim_unique();
  }

 private:
  Result<const CompiledType*> type_of(RecordId id) const {
    const CompiledType* type = model_.find(id.type());
    if (type != nullptr) return type;
    return Status(Code::kCorrupt, "the history tells of a record of type " +
                                      std::to_string(id.type()) + ", which is not in the model");
  }

  Status put_back(RecordId id, const Former& former) {
    KITH_ASSIGN(const CompiledType* type, type_of(id));
    const std::string key = query::record_key(id);
    KITH_ASSIGN(const auto found, layer_.get(Table::kRecords, key));
    if (!found) {
      if (former.purged) return {};
      return Status(Code::kCorrupt, "the history tells of " +
                                        schema::format_id(model_.catalog(), id) +
                                        ", which does not exist");
    }
    const std::string present(*found);
    blobs_.trim();
    KITH_ASSIGN(const record::View now, record::View::open(present, &blobs_));
    if (!former.existed) {
      KITH_TRY(query::update_indexes(layer_, *type->type, type->layout, id, &now, nullptr));
      return layer_.erase(Table::kRecords, key);
    }
    KITH_ASSIGN(const std::string image, image_of(*type, present, now, former));
    KITH_ASSIGN(const record::View then, record::View::open(image, &blobs_));
    KITH_TRY(query::update_indexes(layer_, *type->type, type->layout, id, &now, &then));
    return layer_.put(Table::kRecords, key, image);
  }

  static Result<std::string> image_of(const CompiledType& type, const std::string& present,
                                      const record::View& now, const Former& former) {
    record::SystemWords words = record::SystemWords::of(now);
    words.version = former.version;
    words.updated = former.updated.to_microseconds();
    words.deleted = former.deleted.value_or(words.deleted);
    std::vector<record::FieldChange> changes;
    for (const record::FieldChange& value : former.values) {
      if (value.first == schema::system_field_id(schema::SystemField::kOwner)) {
        const RecordId* owner = value.second.reference();
        words.owner = owner != nullptr ? *owner : RecordId();
        continue;
      }
      const schema::Field* field = type.type->find_field(value.first);
      if (field != nullptr && !field->removed) changes.push_back(value);
    }
    return record::patch(*type.type, type.layout, present, words, changes);
  }

  // A unique value may have gone from one record to another since. Then taking the second one back
  // has erased what the first had claimed: everybody claims again what was his.
  Status claim_unique() {
    for (const auto& [id, former] : changed_) {
      KITH_ASSIGN(const CompiledType* type, type_of(id));
      const auto& indexes = type->type->indexes;
      const bool any = std::any_of(indexes.begin(), indexes.end(), [](const schema::Index& index) {
        return !index.removed && index.kind == schema::IndexKind::kUnique;
      });
      if (!any) continue;
      KITH_ASSIGN(const auto found, layer_.get(Table::kRecords, query::record_key(id)));
      if (!found) continue;
      blobs_.trim();
      KITH_ASSIGN(const record::View then, record::View::open(*found, &blobs_));
      KITH_ASSIGN(const auto claims, query::unique_keys(*type->type, type->layout, nullptr, &then));
      for (const query::UniqueProbe& claim : claims) {
        KITH_TRY(layer_.put(Table::kIndex, claim.key, query::unique_entry(id)));
      }
    }
    return {};
  }

  store::Overlay& layer_;
  const CompiledModel& model_;
  record::TxnBlobs blobs_;
  std::map<RecordId, Former> changed_;
};

Status check_limit(std::uint64_t changes, const Limits& limits) {
  if (changes <= limits.max_as_of_changes) return {};
  return Status(Code::kLimit, std::to_string(changes) +
                                  " changes were made since; max_as_of_changes (" +
                                  std::to_string(limits.max_as_of_changes) +
                                  ") lets no more be taken back for one view");
}

}  // namespace

Result<std::shared_ptr<Reader>> read_as_of(const std::shared_ptr<Session>& session,
                                           const AsOf& when) {
  Database& database = session->database();
  KITH_ASSIGN(std::unique_ptr<store::ReadTxn> txn, database.store().begin_read());
  KITH_ASSIGN(auto model, database.model_for(*txn));
  KITH_ASSIGN(const Moment moment, moment_of(*txn, when));
  KITH_ASSIGN(const std::uint64_t last, history::last_sequence(*txn));
  KITH_TRY(check_limit(last - moment.sequence, database.limits()));
  auto layer = std::make_unique<store::Overlay>(std::move(txn));
  KITH_TRY(Fold(*layer, *model).run(moment.sequence));
  KITH_TRY(layer->erase_range(Table::kHistory, {history::sequence_key(moment.sequence + 1), {}}));
  return std::make_shared<Reader>(session, std::move(model), std::move(layer), moment.at,
                                  Reader::Time::kPast);
}

}  // namespace kith::engine
