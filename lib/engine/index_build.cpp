#include "engine/index_build.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/try.hpp"
#include "expr/formulas.hpp"
#include "query/index_writer.hpp"
#include "record/layout.hpp"
#include "record/txn_blobs.hpp"
#include "record/view.hpp"
#include "schema/catalog_codec.hpp"

namespace kith::engine {

namespace {

using schema::EntityType;
using schema::Index;

// Pairs of records that a refusal names.
constexpr std::size_t kMostPairs = 100;

// Table::kMeta: "build/" + index id as u32 big-endian -> the record id to go on from, u64.
std::string progress_key(std::uint32_t index) {
  base::ByteWriter key;
  key.raw("build/");
  key.u32(index);
  return key.take();
}

bool to_be_built(const EntityType& type, const Index& index) {
  return !type.removed && !index.removed && index.state == schema::IndexState::kBuilding;
}

struct Job {
  EntityType* type = nullptr;
  Index* index = nullptr;
};

// Unique indexes first: writes wait for them.
Job next_job(schema::Catalog& catalog) {
  Job found;
  for (EntityType& type : catalog.types) {
    for (Index& index : type.indexes) {
      if (!to_be_built(type, index)) continue;
      if (index.kind == schema::IndexKind::kUnique) return {&type, &index};
      if (found.index == nullptr) found = {&type, &index};
    }
  }
  return found;
}

// The layouts of a catalog that no model was compiled from yet, able to compute what indexes hold.
class Layouts {
 public:
  explicit Layouts(const schema::Catalog& catalog)
      : cache_(catalog),
        formulas_(
            catalog, [this](std::uint16_t id) { return cache_.find(id); }, checked_before()) {}

  Result<record::Layout> of(const EntityType& type) {
    record::Layout layout = record::Layout::of(type);
    for (const schema::Field& field : type.fields) {
      if (field.removed || !field.is_formula()) continue;
      KITH_TRY(formulas_.check(type, field));
      layout.set_computed(&formulas_);
    }
    return layout;
  }

 private:
  // Whatever limit the model was checked against, it may have been another.
  static expr::ParseLimits checked_before() {
    expr::ParseLimits limits;
    limits.max_source_bytes = std::numeric_limits<std::uint32_t>::max();
    return limits;
  }

  record::LayoutCache cache_;
  expr::Formulas formulas_;
};

// Looks for records that share a key of one unique index.
class DuplicateSearch {
 public:
  DuplicateSearch(store::ReadTxn& txn, const EntityType& type, const Index& index,
                  record::Layout layout)
      : txn_(txn), blobs_(txn), type_(type), index_(index), layout_(std::move(layout)) {}

  Status run(std::vector<Violation>* found) {
    KITH_TRY(hash_all());
    std::sort(hashes_.begin(), hashes_.end());
    for (std::size_t i = 1; i < hashes_.size() && found->size() < kMostPairs; ++i) {
      if (hashes_[i - 1].first == hashes_[i].first) KITH_TRY(compare(i - 1, i, found));
    }
    return {};
  }

 private:
  // The key of a record in the index; empty when it has none.
  Result<std::string> key_of(RecordId id, std::string_view bytes) {
    blobs_.trim();
    record::View view;
    if (!view.init(bytes, &blobs_)) {
      return Status(Code::kCorrupt,
                    label(id) + " does not decode; restore the database from a dump");
    }
    KITH_ASSIGN(auto probes, query::unique_keys(type_, layout_, nullptr, &view));
    for (query::UniqueProbe& probe : probes) {
      if (probe.index->id == index_.id) return std::move(probe.key);
    }
    return std::string();
  }

  Status hash_all() {
    store::KeyRange range = query::records_of(type_.id);
    for (;;) {
      KITH_ASSIGN(const store::ScanBatch batch, txn_.scan(store::Table::kRecords, range, {}));
      for (const store::KeyValue& row : batch.rows) {
        const RecordId id(base::ByteReader(row.key).u64());
        KITH_ASSIGN(const std::string key, key_of(id, row.value));
        if (!key.empty()) hashes_.emplace_back(base::stable_hash(key), id);
      }
      if (batch.done()) return {};
      range.first = batch.continuation;
    }
  }

  Status compare(std::size_t first, std::size_t second, std::vector<Violation>* found) {
    std::string keys[2];
    const RecordId ids[2] = {hashes_[first].second, hashes_[second].second};
    for (int i = 0; i < 2; ++i) {
      KITH_ASSIGN(const auto bytes, txn_.get(store::Table::kRecords, query::record_key(ids[i])));
      if (!bytes) return Status(Code::kCorrupt, label(ids[i]) + " is gone within one snapshot");
      KITH_ASSIGN(keys[i], key_of(ids[i], *bytes));
    }
    if (keys[0] != keys[1]) return {};
    const schema::Field* field = type_.find_field(index_.fields.front());
    const std::string name = field != nullptr ? field->name : index_.name;
    found->push_back({"unique", type_.name, name,
                      name + " cannot become unique: " + label(ids[0]) + " and " + label(ids[1]) +
                          " have the same value; change or remove one of them first",
                      0, 0});
    return {};
  }

  std::string label(RecordId id) const { return type_.name + ":" + std::to_string(id.sequence()); }

  store::ReadTxn& txn_;
  record::TxnBlobs blobs_;
  const EntityType& type_;
  const Index& index_;
  record::Layout layout_;
  std::vector<std::pair<std::uint64_t, RecordId>> hashes_;  // sixteen bytes a record
};

Result<RecordId> load_progress(store::ReadTxn& txn, const Index& index) {
  KITH_ASSIGN(const auto row, txn.get(store::Table::kMeta, progress_key(index.id)));
  if (!row) return RecordId();
  base::ByteReader bytes(*row);
  const RecordId from(bytes.u64());
  KITH_TRY(bytes.finish("progress of index " + index.name));
  return from;
}

}  // namespace

bool is_building(const schema::Catalog& catalog, bool unique_only) {
  for (const EntityType& type : catalog.types) {
    for (const Index& index : type.indexes) {
      if (!to_be_built(type, index)) continue;
      if (!unique_only || index.kind == schema::IndexKind::kUnique) return true;
    }
  }
  return false;
}

Status check_new_unique(store::ReadTxn& txn, const schema::Catalog& catalog) {
  std::vector<Violation> found;
  Layouts layouts(catalog);
  for (const EntityType& type : catalog.types) {
    for (const Index& index : type.indexes) {
      if (index.kind != schema::IndexKind::kUnique || !to_be_built(type, index)) continue;
      KITH_ASSIGN(record::Layout layout, layouts.of(type));
      KITH_TRY(DuplicateSearch(txn, type, index, std::move(layout)).run(&found));
    }
  }
  if (found.empty()) return {};
  const std::string message =
      "the model was not applied, as records share values that it wants to be unique: " +
      found.front().message;
  return Status(Code::kValidation, message, std::move(found));
}

Result<bool> build_step(store::WriteTxn& txn, std::size_t chunk) {
  KITH_ASSIGN(schema::Catalog catalog, schema::load_catalog(txn));
  const Job job = next_job(catalog);
  if (job.index == nullptr) return false;
  Layouts layouts(catalog);
  KITH_ASSIGN(const record::Layout layout, layouts.of(*job.type));
  KITH_ASSIGN(const RecordId from, load_progress(txn, *job.index));
  KITH_ASSIGN(const query::BuildProgress progress,
              query::build_index_chunk(txn, *job.type, layout, *job.index, from, chunk));
  const std::string key = progress_key(job.index->id);
  if (!progress.next.is_null()) {
    base::ByteWriter row;
    row.u64(progress.next.bits());
    KITH_TRY(txn.put(store::Table::kMeta, key, row.bytes()));
    return true;
  }
  KITH_TRY(txn.erase(store::Table::kMeta, key));
  job.index->state = schema::IndexState::kReady;
  KITH_TRY(schema::save_catalog(txn, &catalog));
  return is_building(catalog, false);
}

}  // namespace kith::engine
