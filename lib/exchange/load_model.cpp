#include "exchange/load_model.hpp"

#include <utility>

#include "base/base64.hpp"
#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "exchange/dump.hpp"
#include "exchange/dump_catalog.hpp"
#include "exchange/dump_line.hpp"
#include "record/blob_store.hpp"
#include "schema/catalog_codec.hpp"

namespace kith::exchange {
namespace {

using json::Node;

const DumpValues& no_values() {
  static const schema::Catalog none;
  static const DumpValues values(none);
  return values;
}

}  // namespace

Status ModelLoader::header(const Node& node) {
  DumpObject in(node, no_values());
  KITH_ASSIGN(const std::uint64_t format, in.number("kith_dump"));
  KITH_ASSIGN(writer_, in.text("kith"));
  // What a newer format says beyond this, nobody here knows.
  if (format > kDumpFormat) {
    return {Code::kVersionMismatch,
            "the dump was written by kith " + writer_ + " in format " + std::to_string(format) +
                ", and this is kith " + KITH_VERSION + ", which reads formats up to " +
                std::to_string(kDumpFormat) + ": load it with kith " + writer_ + " or newer"};
  }
  if (format == 0) return dump_error(node, "there is no dump format 0");
  KITH_ASSIGN(const Timestamp created, in.instant("created"));
  created_us_ = created.to_microseconds();
  KITH_ASSIGN(stored_.catalog.model_name, in.text("model"));
  KITH_ASSIGN(stored_.catalog.generation, in.number("generation", UINT64_MAX / 2));
  KITH_ASSIGN(const std::uint64_t next_index, in.number("next_index", UINT32_MAX));
  KITH_ASSIGN(last_blob_, in.number_or_zero("last_blob"));
  if (next_index == 0 || stored_.catalog.generation == 0) {
    return dump_error(node, "generations and ids of indexes begin with 1");
  }
  stored_.catalog.next_index_id = static_cast<std::uint32_t>(next_index);
  return in.finish();
}

Status ModelLoader::type(const Node& node) {
  KITH_ASSIGN(DumpedType dumped, read_type(node));
  if (dumped.type.id != stored_.catalog.types.size() + 1) {
    return dump_error(node, "types come in the order of their ids, without a gap");
  }
  stored_.catalog.types.push_back(std::move(dumped.type));
  last_ids_.push_back(dumped.last_id);
  return {};
}

Status ModelLoader::gap(const Node& node) {
  const schema::FieldGap* before = gaps_.empty() ? nullptr : &gaps_.back();
  KITH_ASSIGN(const schema::FieldGap gap, read_gap(node, stored_.catalog, before));
  gaps_.push_back(gap);
  return {};
}

Status ModelLoader::document(const Node& node) {
  DumpObject in(node, no_values());
  if (!stored_.document.empty()) return dump_error(node, "a dump has one model document");
  KITH_ASSIGN(stored_.document, in.text("document"));
  return in.finish();
}

Status ModelLoader::section(const Node& node) {
  DumpObject in(node, no_values());
  KITH_ASSIGN(std::string name, in.text("section"));
  KITH_ASSIGN(std::string bytes, in.bytes("bytes"));
  KITH_TRY(in.finish());
  if (sections_.find(name) == nullptr) {
    return dump_error(node, base::quoted(name) + " is no section of a model that kith knows");
  }
  if (!stored_.payloads.empty() && name <= stored_.payloads.rbegin()->first) {
    return dump_error(node, "sections come in the order of their names");
  }
  stored_.payloads.emplace(std::move(name), std::move(bytes));
  return {};
}

Status ModelLoader::check_document() const {
  if (stored_.document.empty()) return {};
  engine::ModelOptions options;
  options.limits.max_fields_per_type = limits_.max_fields_per_type;
  options.limits.max_expression_bytes = limits_.max_expression_bytes;
  KITH_ASSIGN(engine::ModelPlan plan, engine::plan_model(stored_.document, "the model of the dump",
                                                         stored_, sections_, options));
  plan.catalog.generation = stored_.catalog.generation;
  if (writer_ != KITH_VERSION ||
      (plan.catalog == stored_.catalog && plan.payloads == stored_.payloads)) {
    return {};
  }
  const std::string first =
      plan.changes.empty() ? std::string("its sections") : plan.changes.front().what;
  return {
      Code::kImportInvalid,
      "the types and sections of the dump are not those of its model document; it would change " +
          first};
}

Status ModelLoader::store(store::WriteTxn& txn) {
  KITH_TRY(check_catalog(stored_.catalog));
  KITH_TRY(check_document());
  KITH_ASSIGN(compiled_, engine::CompiledModel::compile(stored_, limits_));
  engine::ModelPlan plan;
  plan.catalog = stored_.catalog;
  plan.payloads = stored_.payloads;
  plan.document = stored_.document;
  KITH_TRY(engine::store_model(txn, &plan));
  // The generation is the dumped database's, not that of a new one.
  KITH_TRY(
      txn.put(store::Table::kMeta, schema::kCatalogHeadKey, schema::encode_head(stored_.catalog)));
  for (const schema::FieldGap& gap : gaps_) KITH_TRY(schema::put_field_gap(txn, gap));
  for (const schema::EntityType& type : stored_.catalog.types) {
    const std::uint64_t last = last_ids_[type.id - 1u];
    if (last == 0) continue;
    base::ByteWriter key;
    key.raw("ids/");
    key.u16(type.id);
    base::ByteWriter row;
    row.u64(last);
    KITH_TRY(txn.put(store::Table::kMeta, key.bytes(), row.bytes()));
  }
  if (last_blob_ == 0) return {};
  base::ByteWriter row;
  row.u64(last_blob_);
  return txn.put(store::Table::kMeta, record::kBlobCounterKey, row.bytes());
}

}  // namespace kith::exchange
