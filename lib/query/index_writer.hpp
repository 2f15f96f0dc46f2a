// query/index_writer.hpp: keeps the indexes of a type true to its records.
//
//   KITH_ASSIGN(auto probes, query::unique_keys(type, layout, before, &after));   // step 6
//   ... one multi_get of the probes' keys on Table::kIndex; a foreign holder is a violation ...
//   KITH_TRY(query::update_indexes(txn, type, layout, id, before, &after));       // step 8
//
// Ordered and postings indexes hold every record, soft-deleted ones too (queries re-check);
// unique indexes hold live records only, and no key with a null in it. A multi-valued field in
// postings has one entry per element, and one null entry when it has none. Indexes that are
// being built are maintained like ready ones. Only entries whose key changed are touched.
//
// A formula stands in an index by its value on the record, which Layout::computed() of the layout
// gives: the same for writing, building, checking and repairing. One without a value is null.
//
// An index field id of schema::system_field_id(kOwner | kCreated | kUpdated) names a system field.
// Threads: that of the transaction. Errors: kCorrupt when a stored record does not decode, and
// whatever the store says.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kith/id.hpp"
#include "kith/result.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::record {
class Layout;
class View;
}  // namespace kith::record

namespace kith::query {

// A key that the final image of a record claims in a unique index and its old image did not have.
struct UniqueProbe {
  const schema::Index* index = nullptr;
  std::string key;  // in Table::kIndex; the value there is unique_entry(id)
  // The key holds a hash instead of the whole value: the holder's own key must be compared, and
  // a holder with another value is a collision, refused like a duplicate.
  bool truncated = false;
};

// Either image may be null: before on create, after on purge. Nothing for a deleted `after`.
Result<std::vector<UniqueProbe>> unique_keys(const schema::EntityType& type,
                                             const record::Layout& layout,
                                             const record::View* before, const record::View* after);

// Moves the record's entries from its old image to its new one. Does not check uniqueness: the
// caller has probed, in this transaction.
Status update_indexes(store::WriteTxn& txn, const schema::EntityType& type,
                      const record::Layout& layout, RecordId id, const record::View* before,
                      const record::View* after);

// The keys under which a record stands in one index, sorted; at most one but in postings. The view
// is marked when it is damaged.
std::vector<std::string> keys_in(const schema::EntityType& type, const record::Layout& layout,
                                 const schema::Index& index, RecordId id, const record::View& view);

struct BuildProgress {
  RecordId next;  // go on here; null when every record has been visited
  std::uint64_t visited = 0;
};

// Adds the entries of at most `limit` records with ids >= from (null: from the first) to one
// index. Repeating a chunk is harmless. kValidation naming both records when a unique index meets
// a second holder of a key.
Result<BuildProgress> build_index_chunk(store::WriteTxn& txn, const schema::EntityType& type,
                                        const record::Layout& layout, const schema::Index& index,
                                        RecordId from, std::size_t limit);

// The range of an index in its table, and the table.
store::KeyRange index_range(std::uint32_t id);
store::Table index_table(const schema::Index& index);

// Removes every entry of an index.
Status erase_index(store::WriteTxn& txn, const schema::Index& index);
Result<bool> is_index_empty(store::ReadTxn& txn, const schema::Index& index);

// The 8-byte key of a record in Table::kRecords, and the range of all records of a type from one
// sequence on.
std::string record_key(RecordId id);
store::KeyRange records_of(std::uint16_t type, std::uint64_t first_sequence = 0);

}  // namespace kith::query
