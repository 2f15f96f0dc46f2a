#include "engine/model_cache.hpp"

#include <map>
#include <mutex>
#include <string>
#include <utility>

#include "base/bytes.hpp"
#include "base/hash.hpp"
#include "base/try.hpp"
#include "schema/catalog_codec.hpp"

namespace kith::engine {
namespace {

struct Known {
  std::string image;
  std::weak_ptr<const CompiledModel> model;
};

struct Cache {
  std::mutex mutex;
  std::multimap<std::uint64_t, Known> models;  // by the hash of their images
};

Cache& cache() {
  static Cache* const all = new Cache;  // databases may be closed after the statics are gone
  return *all;
}

Status append_rows(store::ReadTxn& txn, std::string_view prefix, base::ByteWriter* out) {
  store::KeyRange range = store::KeyRange::prefix(prefix);
  while (true) {
    KITH_ASSIGN(const store::ScanBatch batch, txn.scan(store::Table::kMeta, range, {}));
    for (const store::KeyValue& row : batch.rows) {
      out->string(row.key);
      out->string(row.value);
    }
    if (batch.done()) return {};
    range.first = batch.continuation;
  }
}

// Everything that compiling depends on.
Result<std::string> image_of(store::ReadTxn& txn, const Limits& limits) {
  base::ByteWriter out;
  out.u32(limits.max_expression_bytes);
  out.u32(limits.max_path_hops);
  KITH_TRY(append_rows(txn, schema::kCatalogPrefix, &out));
  KITH_TRY(append_rows(txn, kModelPrefix, &out));
  return out.take();
}

std::shared_ptr<const CompiledModel> find(Cache& all, std::uint64_t hash, std::string_view image) {
  const auto [first, last] = all.models.equal_range(hash);
  for (auto at = first; at != last; ++at) {
    if (at->second.image == image) return at->second.model.lock();
  }
  return nullptr;
}

}  // namespace

Result<std::shared_ptr<const CompiledModel>> shared_model(store::ReadTxn& txn,
                                                          const Limits& limits) {
  KITH_ASSIGN(std::string image, image_of(txn, limits));
  const std::uint64_t hash = base::stable_hash(image);
  Cache& all = cache();
  {
    const std::lock_guard lock(all.mutex);
    if (auto model = find(all, hash, image)) return model;
  }
  KITH_ASSIGN(StoredModel stored, load_model(txn));
  KITH_ASSIGN(auto compiled, CompiledModel::compile(std::move(stored), limits));
  const std::lock_guard lock(all.mutex);
  // Another thread may have been at the same model.
  if (auto model = find(all, hash, image)) return model;
  std::erase_if(all.models, [](const auto& known) { return known.second.model.expired(); });
  all.models.emplace(hash, Known{std::move(image), compiled});
  return compiled;
}

}  // namespace kith::engine
