#include "engine/compact.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "record/blob_store.hpp"
#include "record/blob_values.hpp"
#include "record/builder.hpp"
#include "record/layout.hpp"
#include "schema/catalog_codec.hpp"
#include "store/copy.hpp"
#include "store/exclusive.hpp"
#include "store/format.hpp"

namespace kith::engine {
namespace {

using store::Table;

// Slots that a field owns: presence bit and value, or a pointer, and the currency of money.
std::uint64_t slots_of(const record::Slot& slot) {
  if (!slot.in_data()) return 1;
  return slot.currency_bit != record::Slot::kNone ? 3 : 2;
}

// The rows of a database as they are to be after compacting: those of the catalog without slots of
// removed fields, records in the new layouts, all others as they are.
class CompactedRows final : public store::ReadTxn {
 public:
  CompactedRows(store::ReadTxn& from, const schema::Catalog& catalog) : from_(from) {
    schema::Catalog next = catalog;
    types_.reserve(next.types.size());
    for (schema::EntityType& type : next.types) types_.push_back(reclaim(&type));
    if (slots_reclaimed_ == 0) return;
    ++next.generation;
    replaced_.emplace(schema::kCatalogHeadKey, schema::encode_head(next));
    for (const schema::EntityType& type : next.types) {
      base::ByteWriter key;
      key.raw(schema::kCatalogTypePrefix);
      key.u16(type.id);
      replaced_.emplace(key.take(), schema::encode_type(type));
    }
  }

  std::uint64_t slots_reclaimed() const { return slots_reclaimed_; }
  // Large values that the old records referred to and the new ones do not, once for each record.
  const std::vector<record::BlobRef>& released() const { return released_; }

  Result<std::optional<std::string_view>> get(Table table, std::string_view key) override {
    return from_.get(table, key);
  }
  Result<std::vector<std::optional<std::string_view>>> multi_get(
      Table table, std::span<const std::string> keys) override {
    return from_.multi_get(table, keys);
  }
  // What was rewritten lives until the next scan.
  Result<store::ScanBatch> scan(Table table, const store::KeyRange& range,
                                const store::ScanOptions& options) override {
    KITH_ASSIGN(store::ScanBatch batch, from_.scan(table, range, options));
    if (options.keys_only || slots_reclaimed_ == 0) return batch;
    rewritten_.clear();
    rewritten_.reserve(batch.rows.size());  // so that no element moves
    for (store::KeyValue& row : batch.rows) {
      if (table == Table::kMeta) {
        const auto other = replaced_.find(row.key);
        if (other != replaced_.end()) row.value = other->second;
      } else if (table == Table::kRecords) {
        KITH_TRY(rewrite(&row));
      }
    }
    return batch;
  }
  Status scan_postings(std::string_view key, std::uint64_t from, std::size_t limit,
                       std::vector<std::uint64_t>* out) override {
    return from_.scan_postings(key, from, limit, out);
  }
  Result<std::uint64_t> count_postings(std::string_view key) override {
    return from_.count_postings(key);
  }
  const store::TxnStats& stats() const override { return from_.stats(); }

 private:
  struct Type {
    schema::EntityType type;  // as it will be
    record::Layout before;
    record::Layout after;
    bool changed = false;
  };

  Type reclaim(schema::EntityType* type) {
    Type out;
    out.before = record::Layout::of(*type);
    for (schema::Field& field : type->fields) {
      if (!field.removed || !field.has_slot()) continue;
      slots_reclaimed_ += slots_of(out.before.slot(field.id));
      field.reclaimed = true;
      field.place = 0;
      out.changed = true;
    }
    out.after = record::Layout::of(*type);
    out.type = *type;
    return out;
  }

  Status rewrite(store::KeyValue* row) {
    base::ByteReader key(row->key);
    const RecordId id(key.u64());
    KITH_TRY(key.finish("key of a record"));
    if (id.type() == 0 || id.type() > types_.size()) {
      return {Code::kCorrupt, "a record has no entity type; check the database first"};
    }
    const Type& type = types_[id.type() - 1u];
    if (!type.changed) return {};
    KITH_ASSIGN(std::string bytes,
                record::relayout(type.type, type.before, type.after, row->value));
    KITH_ASSIGN(const record::View view, record::View::open(row->value));
    for (const schema::Field& field : type.type.fields) {
      const record::Slot& slot = type.before.slot(field.id);
      if (!field.removed || !record::may_be_large(slot.type) || slot.in_data()) continue;
      if (const auto ref = record::blob_ref(record::stored_bytes(view, slot))) {
        released_.push_back(*ref);
      }
    }
    rewritten_.push_back(std::move(bytes));
    row->value = rewritten_.back();
    return {};
  }

  store::ReadTxn& from_;
  std::vector<Type> types_;  // by id - 1
  std::map<std::string, std::string, std::less<>> replaced_;
  std::uint64_t slots_reclaimed_ = 0;
  std::vector<std::string> rewritten_;
  std::vector<record::BlobRef> released_;
};

Status release_all(store::Store& made, const std::vector<record::BlobRef>& released) {
  constexpr std::size_t kBatch = 1000;
  for (std::size_t i = 0; i < released.size();) {
    KITH_ASSIGN(const auto txn, made.begin_write({}));
    for (const std::size_t end = std::min(released.size(), i + kBatch); i < end; ++i) {
      KITH_TRY(record::release_blob(*txn, released[i]));
    }
    KITH_TRY(txn->commit());
  }
  return {};
}

// Removed with what it holds when this goes.
class Workspace {
 public:
  explicit Workspace(std::string path) : path_(std::move(path)) {}
  ~Workspace() {
    try {
      std::error_code ignored;
      std::filesystem::remove_all(path_, ignored);
    } catch (...) {  // out of memory: the next call removes it
    }
  }
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  const std::string& path() const { return path_; }
  std::string data() const { return path_ + "/data.mdb"; }
  // What a killed process left goes.
  Status clear() const {
    std::error_code error;
    std::filesystem::remove_all(path_, error);
    return error ? Status(Code::kIo, "cannot remove " + path_ + ": " + error.message()) : Status();
  }

 private:
  std::string path_;
};

Result<std::uint64_t> file_bytes(const std::string& path) {
  std::error_code error;
  const std::uintmax_t bytes = std::filesystem::file_size(path, error);
  if (error) return Status(Code::kIo, "cannot look at " + path + ": " + error.message());
  return static_cast<std::uint64_t>(bytes);
}

}  // namespace

Result<CompactResult> compact(std::string_view path, const ModelSections&) {
  if (path == kMemoryPath) {
    return Status(Code::kInvalidArgument, "a database in memory has no file to compact");
  }
  const std::string directory(path);
  CompactResult result;
  KITH_ASSIGN(const auto old, store::open_lmdb_exclusively(directory));
  KITH_ASSIGN(result.bytes_before, file_bytes(directory + "/data.mdb"));
  KITH_ASSIGN(const auto snapshot, old->begin_read());
  KITH_ASSIGN(const auto format, store::read_format(*snapshot));
  if (!format) return Status(Code::kNotFound, directory + " holds no kith database");
  KITH_TRY(store::check_format(*format, KITH_VERSION, false));
  KITH_ASSIGN(const schema::Catalog catalog, schema::load_catalog(*snapshot));

  const Workspace made(directory + "/data.mdb.compact");
  KITH_TRY(made.clear());
  CompactedRows rows(*snapshot, catalog);
  {
    KITH_ASSIGN(const auto target, store::open_lmdb(made.path(), {}));
    KITH_TRY(store::copy_rows(rows, *target));
    KITH_TRY(release_all(*target, rows.released()));
  }
  KITH_ASSIGN(result.bytes_after, file_bytes(made.data()));
  result.slots_reclaimed = rows.slots_reclaimed();
  KITH_TRY(store::replace_data(directory, made.data()));
  return result;
}

}  // namespace kith::engine
