// Rows of a model in Table::kMeta: what passes the store's limit of a value is cut into chunks.
#include <utility>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "engine/model.hpp"
#include "schema/catalog_codec.hpp"

namespace kith::engine {
namespace {

constexpr std::string_view kDocument = "model/document";
constexpr std::string_view kSection = "model/section/";
constexpr std::size_t kChunkBytes = 64 * 1024;
constexpr std::size_t kChunkSuffix = 3;  // '/' and the number as u16

// All texts of the model by the key they share, "model/document", "model/section/pipelines".
using Texts = std::map<std::string, std::string, std::less<>>;

Status append_chunk(std::string_view key, std::string_view value, std::uint32_t& next,
                    Texts& texts) {
  const Status corrupt(Code::kCorrupt, "the stored model has a row that is out of place");
  if (key.size() <= kChunkSuffix) return corrupt;
  const std::string_view name = key.substr(0, key.size() - kChunkSuffix);
  base::ByteReader suffix(key.substr(name.size()));
  const bool slash = suffix.u8() == '/';
  const std::uint32_t chunk = suffix.u16();
  if (texts.find(name) == texts.end()) next = 0;
  if (!slash || chunk != next++) return corrupt;
  texts[std::string(name)] += value;
  return {};
}

Result<Texts> load_texts(store::ReadTxn& txn) {
  Texts texts;
  std::uint32_t next = 0;
  store::KeyRange range = store::KeyRange::prefix(kModelPrefix);
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kMeta, range, {}));
    for (const store::KeyValue& row : batch.rows) {
      KITH_TRY(append_chunk(row.key, row.value, next, texts));
    }
    if (batch.done()) return texts;
    range.first = batch.continuation;
  }
}

Status store_text(store::WriteTxn& txn, const std::string& name, std::string_view text) {
  KITH_TRY(txn.erase_range(store::Table::kMeta, store::KeyRange::prefix(name + "/")));
  std::uint16_t chunk = 0;
  for (std::size_t at = 0; at < text.size(); at += kChunkBytes) {
    base::ByteWriter key;
    key.raw(name);
    key.u8('/');
    key.u16(chunk++);
    KITH_TRY(txn.put(store::Table::kMeta, key.bytes(), text.substr(at, kChunkBytes)));
  }
  return {};
}

}  // namespace

Result<StoredModel> load_model(store::ReadTxn& txn) {
  StoredModel stored;
  KITH_ASSIGN(stored.catalog, schema::load_catalog(txn));
  KITH_ASSIGN(Texts texts, load_texts(txn));
  for (auto& [name, text] : texts) {
    if (name == kDocument) {
      stored.document = std::move(text);
    } else if (name.starts_with(kSection)) {
      stored.payloads.emplace(name.substr(kSection.size()), std::move(text));
    } else {
      return Status(Code::kCorrupt, "the stored model has a row that is out of place");
    }
  }
  return stored;
}

Status store_model(store::WriteTxn& txn, ModelPlan* plan) {
  constexpr std::size_t kMaxTextBytes = kChunkBytes * 0xFFFF;
  Texts wanted;
  if (!plan->document.empty()) wanted.emplace(kDocument, plan->document);
  for (const auto& [name, payload] : plan->payloads) {
    wanted.emplace(std::string(kSection) + name, payload);
  }
  KITH_ASSIGN(const Texts stored, load_texts(txn));
  bool changed = false;
  for (const auto& [name, text] : wanted) {
    const auto before = stored.find(name);
    if (before != stored.end() && before->second == text) continue;
    if (text.size() > kMaxTextBytes) {
      return {Code::kLimit, name + " is too large to be stored"};
    }
    KITH_TRY(store_text(txn, name, text));
    changed = true;
  }
  for (const auto& [name, text] : stored) {
    if (wanted.count(name) > 0) continue;
    KITH_TRY(store_text(txn, name, {}));
    changed = true;
  }
  return schema::save_catalog(txn, &plan->catalog, changed);
}

}  // namespace kith::engine
