// query/ordering.hpp: a total order of values, and the place in it where a page ended.
//
//   compare_values(a, b) < 0;              // null first, numbers by value, then kind by kind
//   KITH_ASSIGN(std::string token, make_token({hash, {Value("Acme")}, id, 0}));
//   KITH_ASSIGN(Position p, read_token(token, hash));
//
// NaN sorts after every number and equals itself here. Lists, maps and types do not order:
// is_orderable() tells. Pure; any thread.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "expr/types.hpp"
#include "kith/query.hpp"
#include "kith/result.hpp"
#include "kith/value.hpp"

namespace kith::query {

int compare_values(const Value& a, const Value& b);
bool is_orderable(const expr::Type& type);

// Appends bytes that are equal exactly when two values of one kind are.
Status encode_equal(const Value& value, std::string* out);

// Where a page ended: the order values and the id of its last record, or in `offset` the number
// of groups already given.
struct Position {
  std::uint64_t query = 0;  // query_hash
  std::vector<Value> keys;
  RecordId id;
  std::uint64_t offset = 0;
};

// Of everything that decides the rows and their order: not limit, not continuation.
Result<std::uint64_t> query_hash(const Query& query);

Result<std::string> make_token(const Position& position);
// kInvalidArgument for a text that is no token, or the token of another query.
Result<Position> read_token(std::string_view token, std::uint64_t query);

}  // namespace kith::query
