// engine/model_cache.hpp: one compiled model for all databases of a process that have the same one.
//
//   KITH_ASSIGN(std::shared_ptr<const CompiledModel> model, shared_model(*txn, limits));
//
// A vendor's thousand tenants mostly have one model: compiling it once makes opening each of them
// quick and small. Models are the same when every stored byte of them and every limit that
// compiling depends on is; a hash only narrows the search. The cache holds no model by itself: it
// is gone with the last database that has it. Threads: any.
#pragma once

#include <memory>

#include "engine/compiled_model.hpp"
#include "kith/options.hpp"
#include "kith/result.hpp"
#include "store/store.hpp"

namespace kith::engine {

Result<std::shared_ptr<const CompiledModel>> shared_model(store::ReadTxn& txn,
                                                          const Limits& limits);

}  // namespace kith::engine
