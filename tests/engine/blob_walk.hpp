// What a database's blobs should count, by a walk over every record and every entry of the history.
#pragma once

#include <boost/test/unit_test.hpp>
#include <map>

#include "base/bytes.hpp"
#include "base/try.hpp"
#include "engine/database.hpp"
#include "engine/session.hpp"
#include "history/log.hpp"
#include "query/index_writer.hpp"
#include "record/blob_store.hpp"
#include "record/blob_values.hpp"
#include "tests/api/fixture.hpp"

namespace kith::test {

using BlobCounts = std::map<std::uint64_t, std::uint64_t>;

// Of what refers to them.
inline BlobCounts blobs_referred_to(engine::Database& db) {
  BlobCounts counts;
  const auto txn = require(db.store().begin_read());
  const auto model = require(db.model_for(*txn));
  store::KeyRange range;
  for (bool done = false; !done;) {
    const store::ScanBatch batch = require(txn->scan(store::Table::kRecords, range, {}));
    for (const store::KeyValue& row : batch.rows) {
      const RecordId id(base::ByteReader(row.key).u64());
      const engine::CompiledType& type = *model->find(id.type());
      record::for_each_blob(*type.type, type.layout, require(record::View::open(row.value)),
                            [&](const record::BlobRef& ref) { ++counts[ref.id]; });
    }
    done = batch.done();
    range.first = batch.continuation;
  }
  history::Feed feed;
  for (std::uint64_t cursor = 0; !feed.done; cursor = feed.cursor) {
    feed = require(history::scan(*txn, cursor, 1000));
    for (const history::Entry& entry : feed.entries) {
      for (const history::FieldChange& change : entry.changes) {
        for (const Value* side : {&change.before, &change.after}) {
          if (const auto ref = record::blob_of(*side)) ++counts[ref->id];
        }
      }
    }
  }
  return counts;
}

// Of what is stored; every one complete.
inline BlobCounts blobs_stored(engine::Database& db) {
  BlobCounts counts;
  const auto txn = require(db.store().begin_read());
  for (std::uint64_t from = 0;;) {
    const auto blob = require(record::next_blob(*txn, from));
    if (!blob) return counts;
    KITH_CHECK_OK(record::check_blob(*txn, blob->ref));
    counts[blob->ref.id] = blob->count;
    from = blob->ref.id + 1;
  }
}

inline void check_blobs(engine::Database& db) {
  const BlobCounts stored = blobs_stored(db);
  const BlobCounts referred = blobs_referred_to(db);
  BOOST_TEST(stored.size() == referred.size());
  BOOST_TEST((stored == referred));
}

}  // namespace kith::test
