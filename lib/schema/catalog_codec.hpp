// schema/catalog_codec.hpp: the catalog as binary rows in store::Table::kMeta.
//
//   KITH_ASSIGN(schema::Catalog catalog, schema::load_catalog(txn));
//   KITH_TRY(schema::save_catalog(write_txn, catalog, &changed));
//
// Keys: "catalog/head" -> format, generation, next index id, number of types, model name;
//       "catalog/type/" + type id as u16 big-endian -> one EntityType.
// A database without a head row has the empty catalog of generation 0. The decoder is strict:
// unknown format or enumerators, ids out of place, trailing bytes and truncation are kCorrupt, and
// no input makes it read out of bounds or reserve more than the row could hold.
// Threads: pure functions of their arguments.
#pragma once

#include <string>
#include <string_view>

#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::schema {

inline constexpr std::string_view kCatalogPrefix = "catalog/";
inline constexpr std::string_view kCatalogHeadKey = "catalog/head";
inline constexpr std::string_view kCatalogTypePrefix = "catalog/type/";
inline constexpr std::uint8_t kCatalogFormat = 0;

std::string encode_type(const EntityType& type);
Result<EntityType> decode_type(std::string_view bytes);

std::string encode_head(const Catalog& catalog);
struct CatalogHead {
  std::uint64_t generation = 0;
  std::uint32_t next_index_id = 1;
  std::uint16_t type_count = 0;
  std::string model_name;
};
Result<CatalogHead> decode_head(std::string_view bytes);

// The generation alone: one get, what a transaction compares at its begin.
Result<std::uint64_t> load_generation(store::ReadTxn& txn);
Result<Catalog> load_catalog(store::ReadTxn& txn);

// Whether every type's row fits a value of the store; kLimit, naming the type, when one does not.
Status check_storable(const Catalog& catalog);

// Writes the head and the rows that differ from what is stored, with catalog->generation set to
// the stored generation plus one. When all is equal it writes nothing and keeps the stored
// generation, unless `touch` asks for a new one all the same: for what hangs on the generation but
// is stored elsewhere. kLimit when a type's row would pass the store's limit of a value.
Status save_catalog(store::WriteTxn& txn, Catalog* catalog, bool touch = false);

}  // namespace kith::schema
