// store/memory/transactions.hpp: the transactions of a memory store.
//
//   KITH_TRY(gate.enter(deadline));
//   auto txn = make_write_txn(store);  // leaves the gate when it ends
//
// They keep the store alive. Threads, ownership and errors as in store.hpp.
#pragma once

#include <memory>

#include "store/store.hpp"

namespace kith::store::memory {

class MemoryStore;

std::unique_ptr<ReadTxn> make_read_txn(std::shared_ptr<MemoryStore> store);
// The caller holds the store's gate.
std::unique_ptr<WriteTxn> make_write_txn(std::shared_ptr<MemoryStore> store);

}  // namespace kith::store::memory
