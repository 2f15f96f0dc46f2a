// query/lookup.hpp: the look-ups that the write path needs besides queries.
//
// Threads: those of the transaction.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kith/id.hpp"
#include "kith/result.hpp"
#include "record/layout.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::query {

// The key in Table::kIndex under which the holder of `value` (in normal form, not null) stands in
// a unique index of this one field. kInvalidArgument when no record can hold it.
Result<std::string> unique_key(const schema::Index& index, const schema::Field& field,
                               const Value& value);

// Ids >= from, ascending and at most `limit`, of records whose reference field may name `target`:
// a superset that the caller re-checks. Uses the field's postings when they are ready, else every
// record of the type is a candidate.
Status referring_ids(store::ReadTxn& txn, const schema::EntityType& type,
                     const schema::Field& field, RecordId target, std::uint64_t from,
                     std::size_t limit, std::vector<std::uint64_t>* out);

// Whether this reference field, or list of references, of the record names `target`.
bool refers_to(const record::View& view, const schema::Field& field, const record::Slot& slot,
               RecordId target);

}  // namespace kith::query
