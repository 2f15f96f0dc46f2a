#include "query/executor.hpp"

#include "base/try.hpp"
#include "query/group_query.hpp"
#include "query/record_query.hpp"

namespace kith::query {

namespace {

bool is_grouped(const Query& query) { return !query.measures.empty() || !query.group_by.empty(); }

Status check_having(const Query& query) {
  if (query.having.empty() || is_grouped(query)) return {};
  return Status(Code::kInvalidArgument,
                "\"having\" needs groups or measures; conditions on records belong in \"where\"");
}

}  // namespace

Result<Rows> run(const Query& query, const Context& context) {
  KITH_TRY(check_having(query));
  return is_grouped(query) ? run_group_query(query, context) : run_record_query(query, context);
}

Status check(const Query& query, const Context& context) {
  KITH_TRY(check_having(query));
  return is_grouped(query) ? check_group_query(query, context) : check_record_query(query, context);
}

}  // namespace kith::query

namespace kith {

int Rows::column(std::string_view name) const {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace kith
