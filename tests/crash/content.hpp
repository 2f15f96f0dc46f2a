// tests/crash/content.hpp: everything a store holds, in sixteen bytes, and a store that says what
// it held after each of its commits.
//
//   auto witness = std::make_shared<Witness>();
//   auto store = watch(*store::open_memory(), witness);   // then any number of commits to it
//   witness->states[n]                                    // the content after n commits
//   Result<Digest> now = digest(*lmdb);
#pragma once

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace kith::crash {

using Digest = std::pair<std::uint64_t, std::uint64_t>;

Result<Digest> digest(store::Store& store);

struct Witness {
  std::vector<Digest> states;  // the first is the empty store
};

std::shared_ptr<store::Store> watch(std::shared_ptr<store::Store> store,
                                    std::shared_ptr<Witness> witness);

}  // namespace kith::crash
