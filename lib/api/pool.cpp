#include "kith/pool.hpp"

namespace kith {

class DatabasePool::Impl {};

DatabasePool::DatabasePool(const PoolOptions&) : impl_(std::make_unique<Impl>()) {}
DatabasePool::~DatabasePool() = default;
DatabasePool::DatabasePool(DatabasePool&&) noexcept = default;
DatabasePool& DatabasePool::operator=(DatabasePool&&) noexcept = default;

Result<Database> DatabasePool::open(std::string_view) {
  return Status(Code::kUnsupported, "not in this build");
}

std::uint32_t DatabasePool::close_idle() { return 0; }

PoolStats DatabasePool::stats() const { return {}; }

}  // namespace kith
