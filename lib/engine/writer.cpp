#include "engine/writer.hpp"

#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "engine/removal.hpp"
#include "engine/savepoint.hpp"
#include "history/log.hpp"
#include "query/index_writer.hpp"
#include "record/blob_values.hpp"

namespace kith::engine {

namespace {

// Table::kMeta: "ids/" + type id as u16 big-endian -> the last sequence given, u64 big-endian.
std::string counter_key(std::uint16_t type) {
  base::ByteWriter key;
  key.raw("ids/");
  key.u16(type);
  return key.take();
}

}  // namespace

Result<std::shared_ptr<Writer>> Writer::begin(std::shared_ptr<Session> session,
                                              std::shared_ptr<const CompiledModel> model,
                                              std::unique_ptr<store::WriteTxn> txn,
                                              const TransactionOptions& options) {
  KITH_ASSIGN(history::Appender log, history::Appender::open(txn.get(), options.now));
  Stamp stamp{log.at(), log.at(), options.cause};
  std::shared_ptr<Writer> writer(
      new Writer(std::move(session), std::move(model), std::move(txn), std::move(stamp), log));
  KITH_TRY(writer->set_effective_at(options.effective_at));
  return writer;
}

Status Writer::set_effective_at(std::optional<Timestamp> when) {
  stamp_.effective_at = when.value_or(stamp_.at);
  if (stamp_.effective_at == stamp_.at || session().options().capabilities.backdate) return {};
  stamp_.effective_at = stamp_.at;
  return Status(Code::kPermission,
                "setting effective_at needs the capability history.backdate of the session");
}

Writer::Writer(std::shared_ptr<Session> session, std::shared_ptr<const CompiledModel> model,
               std::unique_ptr<store::WriteTxn> txn, Stamp stamp, history::Appender log)
    : Reader(std::move(session), std::move(model), nullptr, stamp.at),
      write_(txn.get()),
      stamp_(std::move(stamp)),
      log_(log),
      changes_(log.next_sequence()) {
  Agency host;
  host.session = shared_session();
  host.cause = stamp_.cause;
  agency_ = std::make_shared<const Agency>(std::move(host));
  adopt(std::move(txn));
}

Status Writer::open_for_writing() {
  if (!failed_.ok()) return failed_;
  if (ended_) return Status(Code::kClosed, "the transaction has ended");
  return {};
}

Status Writer::guard(Status status) {
  if (!status.ok()) failed_ = status.with_context("the transaction failed and must be dropped");
  return status;
}

void Writer::act_as(std::shared_ptr<const Agency> agency) {
  if (agency == agency_) return;
  become(agency->session);
  agency_ = std::move(agency);
}

void Writer::default_cause(const std::string& cause) {
  if (!agency_->cause.empty()) return;
  Agency named = *agency_;
  named.cause = cause;
  auto with_cause = std::make_shared<const Agency>(std::move(named));
  changes_.reattribute(agency_, with_cause);
  agency_ = std::move(with_cause);
}

Status Writer::carry_out(RecordWrite& write) { return guard(write.put(*this)); }

std::uint64_t Writer::rows_written() const {
  const store::TxnStats& stats = write_->stats();
  return stats.puts + stats.deletes;
}

Result<const CompiledType*> Writer::type_of(RecordId id) {
  const CompiledType* type = model().find(id.type());
  if (type == nullptr || type->type->removed) {
    return Status(Code::kNotFound, "there is no record " + schema::format_id(catalog(), id));
  }
  return type;
}

Result<record::View> Writer::existing(RecordId id, std::uint64_t expected_version) {
  KITH_ASSIGN(std::optional<record::View> view, find_record(id));
  if (!view) {
    return Status(Code::kNotFound, "there is no record " + schema::format_id(catalog(), id));
  }
  if (expected_version != 0 && view->version() != expected_version) {
    return Status(Code::kConflict, schema::format_id(catalog(), id) + " is at version " +
                                       std::to_string(view->version()) + ", not " +
                                       std::to_string(expected_version) +
                                       ": read it again and repeat the change");
  }
  return *view;
}

Result<RecordId> Writer::next_id(const schema::EntityType& type) {
  auto known = last_ids_.find(type.id);
  std::uint64_t last = 0;
  if (known != last_ids_.end()) {
    last = known->second;
  } else {
    KITH_ASSIGN(auto row, txn().get(store::Table::kMeta, counter_key(type.id)));
    if (row) {
      base::ByteReader bytes(*row);
      last = bytes.u64();
      KITH_TRY(bytes.finish("id counter of " + type.name));
    }
  }
  if (last >= RecordId::kMaxSequence) {
    return Status(Code::kLimit, type.name + " has used up its 2^48 record ids");
  }
  return RecordId(type.id, last + 1);
}

Status Writer::save_counters() {
  for (const auto& [type, last] : last_ids_) {
    base::ByteWriter row;
    row.u64(last);
    KITH_TRY(write_->put(store::Table::kMeta, counter_key(type), row.bytes()));
  }
  return {};
}

Result<RecordId> Writer::create(std::string_view entity, const Patch& fields) {
  KITH_TRY(open_for_writing());
  KITH_ASSIGN(const CompiledType* type, model().find(entity));
  KITH_ASSIGN(RecordId id, next_id(*type->type));
  RecordWrite write(*this, *type, id, std::nullopt, RecordWrite::Mode::kOrdinary);
  write.apply(fields);
  KITH_TRY(write.prepare());
  KITH_TRY(guard(write.put(*this)));
  last_ids_[id.type()] = id.sequence();
  return id;
}

Status Writer::update(RecordId id, const Patch& fields, std::uint64_t expected_version,
                      StageMoves* moves) {
  KITH_TRY(open_for_writing());
  KITH_ASSIGN(const CompiledType* type, type_of(id));
  KITH_ASSIGN(record::View view, existing(id, expected_version));
  if (view.deleted()) {
    return Status(Code::kInvalidArgument,
                  schema::format_id(catalog(), id) + " is deleted: restore it before changing it");
  }
  RecordWrite write(*this, *type, id, view.image(), RecordWrite::Mode::kOrdinary);
  write.apply(fields);
  KITH_TRY(write.prepare());
  if (!write.unchanged()) KITH_TRY(guard(write.put(*this)));
  if (moves != nullptr) *moves = write.stage_moves();
  return {};
}

Status Writer::remove(RecordId id, std::uint64_t expected_version) {
  KITH_TRY(open_for_writing());
  KITH_TRY(type_of(id).status());
  KITH_ASSIGN(record::View view, existing(id, expected_version));
  if (view.deleted()) return {};
  return remove_all({id});
}

Status Writer::remove_all(const std::vector<RecordId>& ids, std::size_t* count) {
  Removal removal(*this);
  KITH_TRY(removal.plan(ids));
  if (count != nullptr) *count = removal.size();
  return guard(removal.carry_out());
}

Status Writer::restore(RecordId id) {
  KITH_TRY(open_for_writing());
  KITH_ASSIGN(const CompiledType* type, type_of(id));
  KITH_ASSIGN(record::View view, existing(id, 0));
  if (!view.deleted()) return {};
  RecordWrite write(*this, *type, id, view.image(), RecordWrite::Mode::kRestore);
  KITH_TRY(write.prepare());
  return guard(write.put(*this));
}

Status Writer::purge(RecordId id) {
  KITH_TRY(open_for_writing());
  if (!session().options().capabilities.purge) {
    return Status(Code::kPermission,
                  "purging a record needs the capability record.purge of the session");
  }
  KITH_ASSIGN(const CompiledType* type, type_of(id));
  KITH_TRY(remove(id, 0));
  KITH_TRY(guard(erase_references(*this, id)));
  return guard(erase_record(*type, id));
}

Result<std::uint64_t> Writer::touch(RecordId id, std::optional<std::string_view> before) {
  const std::uint64_t version = changes_.touch(id, before, stamp_.effective_at);
  if (changes_.attribute(id, agency_)) return version;
  return Status(Code::kInternal, schema::format_id(catalog(), id) +
                                     " is written under two causes in one transaction");
}

Status Writer::put_image(const CompiledType& type, RecordId id,
                         const std::optional<std::string>& before, std::string image) {
  std::optional<std::string_view> old_bytes;
  if (before) old_bytes = *before;
  record::View old_view;
  if (before) old_view.init(*before, &blobs());
  if (savepoint_ != nullptr) savepoint_->note(type, id, old_bytes);
  KITH_ASSIGN(const std::uint64_t version, touch(id, old_bytes));
  KITH_TRY(record::restamp(*type.type, type.layout, version, stamp_.at.to_microseconds(), &image));
  KITH_ASSIGN(const record::View view, record::View::open(image, &blobs()));
  ledger_.move(*type.type, type.layout, before ? &old_view : nullptr, &view);
  KITH_TRY(query::update_indexes(*write_, *type.type, type.layout, id, before ? &old_view : nullptr,
                                 &view));
  KITH_TRY(write_->put(store::Table::kRecords, query::record_key(id), image));
  changes_.set_after(id, std::move(image));
  forget();  // what was borrowed before this put is no longer valid
  blobs().trim();
  return {};
}

Result<record::BlobRef> Writer::keep_blob(RecordId id, const record::Slot& slot,
                                          std::string_view value) {
  const ChangeSet::Touched* touched = changes_.find_touched(id);
  if (touched != nullptr && touched->before) {
    KITH_ASSIGN(const record::View first, record::View::open(*touched->before));
    const auto present = record::blob_ref(record::stored_bytes(first, slot));
    if (present && present->size == value.size()) {
      KITH_ASSIGN(const std::string_view old_value, blobs().read(*present));
      if (old_value == value) return *present;
    }
  }
  return ledger_.put(*write_, value);
}

std::uint64_t Writer::logged_version(RecordId id, const record::View& view) const {
  const ChangeSet::Touched* touched = changes_.find_touched(id);
  if (touched == nullptr) return view.version();
  record::View first;
  return touched->before && first.init(*touched->before) ? first.version() : 0;
}

void Writer::note_stages(RecordId id, const StageMoves& moves) {
  for (const StageMove& move : moves.taken) {
    changes_.note_stage(id, move.machine->machine.definition.field);
  }
  if (moves.overridden) changes_.note_override(id);
}

Status Writer::erase_record(const CompiledType& type, RecordId id) {
  KITH_ASSIGN(std::optional<record::View> view, find_record(id));
  if (!view) return {};
  const std::string bytes(view->image());
  KITH_TRY(touch(id, bytes).status());
  changes_.mark_purged(id);
  std::uint64_t logged_version = 0;
  if (const std::optional<std::string>& before = changes_.find(id).before) {
    KITH_ASSIGN(record::View first, record::View::open(*before));
    logged_version = first.version();
  }
  record::View old_view;
  old_view.init(bytes, &blobs());
  ledger_.move(*type.type, type.layout, &old_view, nullptr);
  KITH_TRY(query::update_indexes(*write_, *type.type, type.layout, id, &old_view, nullptr));
  KITH_TRY(write_->erase(store::Table::kRecords, query::record_key(id)));
  forget();
  // The entry of this transaction is not written yet, and will hold no value.
  if (logged_version == 0) return {};
  return history::blank(*write_, logged_version, [this](const history::Entry& entry) {
    return record::release_entry(*write_, entry);
  });
}

}  // namespace kith::engine
