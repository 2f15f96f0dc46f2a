// Pools of databases.
#include <unistd.h>

#include "input_struct.hpp"
#include "lists.hpp"
#include "options.hpp"

namespace kith::capi {

template <>
struct Known<kith_pool_options> {
  static constexpr const char* kName = "kith_pool_options";
  static constexpr std::size_t kFirstSize = KITH_POOL_OPTIONS_V1_SIZE;
  static kith_pool_options defaults() {
    kith_pool_options to{};
    to.max_open = PoolOptions().max_open;
    return to;
  }
};

namespace {

Result<PoolOptions> read_options(const kith_pool_options* options) {
  PoolOptions to;
  if (options == nullptr) return to;
  KITH_ASSIGN(const kith_pool_options from, read_struct(options));
  to.max_open = from.max_open;
  KITH_ASSIGN(to.open, capi::read_options(from.open));
  return to;
}

bool is_forked(const kith_pool& pool) { return pool.process != ::getpid(); }

Status check(const kith_pool* pool) {
  KITH_TRY(need(pool, "pool"));
  if (!is_forked(*pool)) return {};
  return Status(Code::kForked, "the pool was inherited through fork(): make one in the child");
}

}  // namespace

}  // namespace kith::capi

using namespace kith;
using namespace kith::capi;

int32_t kith_pool_options_init(kith_pool_options* options, size_t size) {
  return guard(nullptr, [&] { return initialise(options, size); });
}

int32_t kith_pool_new(const kith_pool_options* options, kith_pool** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_ASSIGN(const PoolOptions how, read_options(options));
    *out = new kith_pool{DatabasePool(how), ::getpid()};
    return {};
  });
}

void kith_pool_free(kith_pool* pool) {
  guard_free([&] { delete pool; });
}

int32_t kith_pool_open(kith_pool* pool, const char* path, size_t path_size, kith_database** out,
                       kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(check(pool));
    KITH_ASSIGN(const std::string_view where, text_in(path, path_size, "path"));
    KITH_ASSIGN(Database database, pool->pool.open(where));
    *out = new kith_database{{}, std::move(database)};
    return {};
  });
}

uint32_t kith_pool_close_idle(kith_pool* pool) {
  return guard_get(uint32_t{0}, [&]() -> uint32_t {
    return pool != nullptr && !is_forked(*pool) ? pool->pool.close_idle() : 0;
  });
}

int32_t kith_pool_read_stats(const kith_pool* pool, kith_pool_stats** out, kith_error** error) {
  return guard(error, [&]() -> Status {
    KITH_TRY(clear(out, "out"));
    KITH_TRY(check(pool));
    *out = new kith_pool_stats{pool->pool.stats()};
    return {};
  });
}

void kith_pool_stats_free(kith_pool_stats* stats) {
  guard_free([&] { delete stats; });
}

uint32_t kith_pool_stats_open(const kith_pool_stats* stats) {
  return guard_get(uint32_t{0},
                   [&] { return number<uint32_t>(result_of(stats), &PoolStats::open); });
}

uint32_t kith_pool_stats_in_use(const kith_pool_stats* stats) {
  return guard_get(uint32_t{0},
                   [&] { return number<uint32_t>(result_of(stats), &PoolStats::in_use); });
}

uint64_t kith_pool_stats_opened(const kith_pool_stats* stats) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(stats), &PoolStats::opened); });
}

uint64_t kith_pool_stats_closed(const kith_pool_stats* stats) {
  return guard_get(uint64_t{0},
                   [&] { return number<uint64_t>(result_of(stats), &PoolStats::closed); });
}
