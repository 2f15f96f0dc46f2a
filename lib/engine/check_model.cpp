#include "engine/check_model.hpp"

#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "base/message.hpp"
#include "base/try.hpp"
#include "record/blob_store.hpp"
#include "schema/catalog_codec.hpp"
#include "schema/field_gaps.hpp"
#include "store/format.hpp"

namespace kith::engine {

namespace {

using store::Mend;
using store::Table;

constexpr std::string_view kIds = "ids/";
constexpr std::string_view kBuild = "build/";
constexpr std::string_view kCursor = "cursor/";  // a letter and a name -> a sequence

std::string counter_key(std::uint16_t type) {
  base::ByteWriter key;
  key.raw(kIds);
  key.u16(type);
  return key.take();
}

std::string progress_key(std::uint32_t index) {
  base::ByteWriter key;
  key.raw(kBuild);
  key.u32(index);
  return key.take();
}

std::string as_u64(std::uint64_t number) {
  base::ByteWriter row;
  row.u64(number);
  return row.take();
}

Status check_header(store::ReadTxn& txn, store::Findings& findings) {
  const auto header = store::read_format(txn);
  if (header.status().code() == Code::kCorrupt) {
    findings.add("header_corrupt", "header", std::string(header.status().message()));
    return {};
  }
  KITH_TRY(header.status());
  if (!*header) {
    findings.add("header_corrupt", "header", "there is none");
    return {};
  }
  if (const Status known = store::check_format(**header, KITH_VERSION, true); !known.ok()) {
    findings.add("header_corrupt", "header", std::string(known.message()));
  }
  return {};
}

// What differs between the stored model and what its document gives; empty: nothing.
std::string difference(const StoredModel& stored, const ModelPlan& plan) {
  for (const auto& [name, payload] : stored.payloads) {
    const auto planned = plan.payloads.find(name);
    if (planned == plan.payloads.end() || planned->second != payload) {
      if (!payload.empty()) return "section " + base::quoted(name);
    }
  }
  for (const auto& [name, payload] : plan.payloads) {
    if (!payload.empty() && !stored.payloads.contains(name)) return "section " + base::quoted(name);
  }
  const schema::Catalog& now = stored.catalog;
  const schema::Catalog& wanted = plan.catalog;
  if (now.model_name != wanted.model_name) return "the name of the model";
  if (now.types.size() != wanted.types.size()) return "the number of entity types";
  if (now.next_index_id != wanted.next_index_id) return "the number of indexes";
  for (std::size_t i = 0; i < now.types.size(); ++i) {
    if (!(now.types[i] == wanted.types[i])) return "entity type " + base::quoted(now.types[i].name);
  }
  return {};
}

void check_document(Database& database, const StoredModel& stored, store::Findings& findings) {
  if (stored.document.empty()) return;
  const auto plan =
      plan_model(stored.document, "model", stored, database.sections(), database.model_options());
  if (!plan.ok()) {
    findings.add("model_differs", "model",
                 "its document can no longer be applied: " + std::string(plan.status().message()) +
                     "; apply a corrected one");
    return;
  }
  if (const std::string what = difference(stored, *plan); !what.empty()) {
    findings.add("model_differs", "model",
                 what + " is not what the model's document says; apply the document again");
  }
}

bool is_model_row(std::string_view key) {
  return key == store::kFormatKey || key == schema::kCatalogHeadKey ||
         key == record::kBlobCounterKey || key.starts_with("model/");
}

}  // namespace

Result<std::shared_ptr<const CompiledModel>> check_model_rows(Database& database,
                                                              store::ReadTxn& txn,
                                                              store::Findings& findings) {
  KITH_TRY(check_header(txn, findings));
  Result<StoredModel> stored = load_model(txn);
  const auto unreadable =
      [&](const Status& status) -> Result<std::shared_ptr<const CompiledModel>> {
    if (status.code() != Code::kCorrupt && status.code() != Code::kModelInvalid) return status;
    findings.add("model_corrupt", "model", std::string(status.message()));
    return std::shared_ptr<const CompiledModel>();
  };
  if (!stored.ok()) return unreadable(stored.status());
  check_document(database, *stored, findings);
  auto model = CompiledModel::compile(*std::move(stored), database.limits());
  if (!model.ok()) return unreadable(model.status());
  return model;
}

Status MetaJudge::judge(store::ReadTxn&, const store::KeyValue& row, store::Verdicts* out) {
  if (is_model_row(row.key)) return {};
  if (row.key.starts_with(schema::kCatalogTypePrefix)) {
    base::ByteReader key(row.key.substr(schema::kCatalogTypePrefix.size()));
    const std::uint16_t type = key.u16();
    if (key.finish("key").ok() && type != 0 && type <= catalog_.types.size()) return {};
  } else if (row.key.starts_with(schema::kFieldGapPrefix)) {
    const auto gap = schema::decode_field_gap(row);
    if (!gap.ok()) return {};  // reported by whoever needs them
    const schema::EntityType* type = catalog_.find(gap->type);
    if (type != nullptr && type->find_field(gap->field) != nullptr) return {};
  } else if (row.key.starts_with(kIds)) {
    base::ByteReader key(row.key.substr(kIds.size()));
    const std::uint16_t type = key.u16();
    if (key.finish("key").ok() && catalog_.find(type) != nullptr) {
      judge_counter(type, row.value, true, out);
      return {};
    }
  } else if (row.key.starts_with(kBuild)) {
    judge_progress(row, out);
    return {};
  } else if (row.key.starts_with(kCursor)) {
    base::ByteReader in(row.value);
    in.u64();
    if (row.key.size() > kCursor.size() + 1 && in.finish("cursor").ok()) return {};
    out->push_back({"cursor_corrupt",
                    "cursor " + base::quoted(row.key.substr(kCursor.size())),
                    "its row does not decode",
                    {}});
    return {};
  }
  out->push_back({"meta_unknown", "meta " + base::quoted(row.key), "there is no such row", {}});
  return {};
}

Status MetaJudge::judge_absent(store::ReadTxn& txn, store::Verdicts* out) const {
  for (const auto& [type, greatest] : greatest_) {
    if (catalog_.find(type) == nullptr) continue;
    KITH_ASSIGN(const auto row, txn.get(Table::kMeta, counter_key(type)));
    if (!row) judge_counter(type, {}, false, out);
  }
  return {};
}

void MetaJudge::judge_counter(std::uint16_t type, std::string_view value, bool present,
                              store::Verdicts* out) const {
  const std::string where = "ids of " + catalog_.find(type)->name;
  const auto known = greatest_.find(type);
  const std::uint64_t greatest = known != greatest_.end() ? known->second : 0;
  base::ByteReader in(value);
  const std::uint64_t counter = in.u64();
  const bool decodes = in.finish("counter").ok() && counter <= RecordId::kMaxSequence;
  std::vector<Mend> mends{Mend::put(Table::kMeta, counter_key(type), as_u64(greatest))};
  if (present && !decodes) {
    out->push_back({"id_counter_corrupt", where, "its row does not decode", std::move(mends)});
  } else if (!present || counter < greatest) {
    out->push_back({"id_counter_low", where,
                    "it says " + std::to_string(present ? counter : 0) + " and " +
                        std::to_string(greatest) + " was given out",
                    std::move(mends)});
  }
}

void MetaJudge::judge_progress(const store::KeyValue& row, store::Verdicts* out) const {
  base::ByteReader key(row.key.substr(kBuild.size()));
  const std::uint32_t id = key.u32();
  base::ByteReader in(row.value);
  const RecordId next(in.u64());
  const bool decodes = key.finish("key").ok() && in.finish("row").ok();
  for (const schema::EntityType& type : catalog_.types) {
    for (const schema::Index& index : type.indexes) {
      const bool building = !index.removed && index.state == schema::IndexState::kBuilding;
      if (decodes && index.id == id && building && next.type() == type.id) return;
    }
  }
  out->push_back({"build_orphan",
                  "index " + std::to_string(id),
                  "it is not being built, but a row says how far that has come",
                  {Mend::erase(Table::kMeta, row.key)}});
}

Result<RecordId> built_to(store::ReadTxn& txn, std::uint32_t index) {
  KITH_ASSIGN(const auto row, txn.get(Table::kMeta, progress_key(index)));
  if (!row) return RecordId();
  base::ByteReader in(*row);
  const RecordId next(in.u64());
  return in.finish("progress").ok() ? next : RecordId();
}

}  // namespace kith::engine
