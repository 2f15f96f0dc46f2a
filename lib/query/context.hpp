// query/context.hpp: everything a query reads that is not in the query.
//
//   query::Context context;
//   context.catalog = &catalog;  context.layouts = ...;  context.txn = &snapshot;
//   context.host = &host;        context.now = now;      context.time_zone = "Europe/Vienna";
//   Result<Rows> rows = query::run(q, context);
//
// All pointers are borrowed for the length of one call. One thread.
#pragma once

#include <cstdint>
#include <string>

#include "expr/environment.hpp"
#include "expr/formulas.hpp"
#include "expr/program.hpp"
#include "kith/date.hpp"
#include "kith/id.hpp"
#include "kith/value.hpp"
#include "query/vector_source.hpp"
#include "record/txn_blobs.hpp"
#include "schema/types.hpp"
#include "store/store.hpp"

namespace kith::query {

struct Limits {
  std::uint64_t max_result_rows = 1'000'000;  // option max_result_rows
  std::uint64_t max_groups = 100'000;         // option max_groups
  expr::ParseLimits parse;                    // of every expression's text
  expr::EvaluationLimits evaluation;          // per record and expression
};

struct Context {
  const schema::Catalog* catalog = nullptr;
  expr::LayoutLookup layouts;
  expr::Formulas* formulas = nullptr;  // compiled; null: no expression may read a formula
  store::ReadTxn* txn = nullptr;
  record::TxnBlobs* blobs = nullptr;  // the records' large values; null: there are none
  expr::Host* host = nullptr;         // related rows; needed when an expression follows a reference
  RecordId user;                      // the acting user, and the user's record when there is one
  const record::View* user_view = nullptr;
  Timestamp now;
  std::string time_zone = "UTC";
  const Value* org = nullptr;
  // Which rows the session may see: a bool expression of the type, or null for all.
  const expr::Program* row_filter = nullptr;
  // Where vectors of a type come from beside its rows; null: rows only.
  VectorSource* columns = nullptr;
  bool use_indexes = true;  // false: always scan, as tests and diagnosis want
  Limits limits;
};

}  // namespace kith::query
