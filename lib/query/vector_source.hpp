// query/vector_source.hpp: the values of some fields of many records, as vectors.
//
//   VectorRequest request{.type = deal, .layout = layout, .fields = {stage_id, amount_id}};
//   KITH_ASSIGN(auto cursor, rows.open(request));
//   Batch batch;
//   while (true) {
//     KITH_ASSIGN(const bool more, cursor->next(&batch));
//     if (!more) break;
//     sum(batch.columns[1].values, batch.size());
//   }
//
// The executor takes its input from whichever source is cheapest for a request: the rows
// themselves, column segments, or a fold of the history. Every scalar is an int64 (doubles by
// their bits), so that one loop serves all types; texts are views that live as long as the
// transaction, those over record::kInlineValueBytes until the next batch. A source and its cursors
// belong to one thread.
#pragma once

#include <bit>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "kith/id.hpp"
#include "kith/result.hpp"
#include "record/layout.hpp"
#include "record/txn_blobs.hpp"
#include "record/view.hpp"
#include "schema/types.hpp"

namespace kith::query {

inline constexpr std::size_t kBatchRows = 1000;

struct Vector {
  std::vector<std::uint8_t> present;  // 1: not null
  // bool 0/1, int, coefficient, days, microseconds, option id, reference bits, bits of a double.
  std::vector<std::int64_t> values;       // empty for text and bytes
  std::vector<std::string_view> texts;    // text and bytes only
  std::vector<std::uint32_t> currencies;  // money only

  double floating(std::size_t row) const { return std::bit_cast<double>(values[row]); }
};

struct Batch {
  std::vector<RecordId> ids;
  std::vector<record::View> views;    // empty when the source has no rows and none were asked for
  std::vector<Vector> columns;        // in the order of VectorRequest::fields
  std::uint64_t visited = 0;          // records looked at, deleted ones included
  record::TxnBlobs* blobs = nullptr;  // of the views

  std::size_t size() const { return ids.size(); }
  // Before each record that an expression is evaluated on: nothing refers to the last one's texts.
  void trim() const {
    if (blobs != nullptr) blobs->trim();
  }
};

struct VectorRequest {
  const schema::EntityType* type = nullptr;
  const record::Layout* layout = nullptr;
  // Field ids, or schema::system_field_id(). No multi-valued or json fields.
  std::vector<std::uint32_t> fields;
  std::uint64_t first_sequence = 0;
  std::uint64_t last_sequence = RecordId::kMaxSequence;  // inclusive
  bool include_deleted = false;
  bool views = true;                  // also deliver the records
  record::TxnBlobs* blobs = nullptr;  // for their views
  std::size_t batch_rows = 0;         // of the first batch; 0: kBatchRows
};

// What a source can do for a request.
struct VectorOffer {
  double nanoseconds_per_row = 0;
  double startup_nanoseconds = 0;
  std::uint64_t as_of_sequence = 0;  // how fresh: the history sequence the vectors stand for
};

class VectorCursor {
 public:
  virtual ~VectorCursor() = default;
  // Replaces the batch by the next records, ascending by id. False at the end.
  virtual Result<bool> next(Batch* batch) = 0;
};

class VectorSource {
 public:
  virtual ~VectorSource() = default;
  // Nothing when the source cannot answer this request at all.
  virtual std::optional<VectorOffer> offer(const VectorRequest& request) = 0;
  virtual Result<std::unique_ptr<VectorCursor>> open(const VectorRequest& request) = 0;
};

// Whether a field of this type can be a Vector.
bool is_vector_type(schema::FieldType type);

}  // namespace kith::query
