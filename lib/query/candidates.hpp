// query/candidates.hpp: from a plan to the records to look at.
//
//   KITH_ASSIGN(Input input, open_input(context, plan, request, after));
//   while (true) { KITH_ASSIGN(bool more, input.cursor->next(&batch)); ... }
//
// Reading a record through an index costs some twenty times what it costs in a scan, so an index
// is used only when it leaves few enough records; otherwise all are scanned. Both ways give
// ascending ids. One thread; errors are the store's.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "query/context.hpp"
#include "query/planner.hpp"
#include "query/vector_source.hpp"

namespace kith::query {

// At most how many records of the type there are: the span of their ids.
Result<std::uint64_t> estimate_records(store::ReadTxn& txn, const schema::EntityType& type);

// How many records it pays to read through an index before a scan is the better way.
std::uint64_t index_budget(std::uint64_t records);

// The ids an access leads to, unsorted. False, and an unfinished list, beyond `budget`.
Result<bool> gather(store::ReadTxn& txn, const Access& access, std::uint64_t budget,
                    std::vector<std::uint64_t>* ids);

struct Input {
  std::unique_ptr<VectorCursor> cursor;
  std::string text;  // for QueryStats::plan
};
// Records with ids above `after`, ascending.
Result<Input> open_input(const Context& context, const Plan& plan, VectorRequest request,
                         RecordId after);

// Walks the one span of Plan::ordered in the query's order.
class OrderedReader {
 public:
  OrderedReader(store::ReadTxn& txn, const Access& access, std::string resume_key);

  // The next ids, at most n. None at the end.
  Status next(std::size_t n, std::vector<std::uint64_t>* ids);
  // A key was met that is cut and so may stand out of order: what was read is worthless.
  bool disordered() const { return disordered_; }

 private:
  store::ReadTxn* txn_;
  store::KeyRange range_;
  bool reverse_;
  bool done_ = false;
  bool disordered_ = false;
};

}  // namespace kith::query
