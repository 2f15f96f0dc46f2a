// Many databases, few of them open at a time, in Python. Any thread may use the pool.
#include "kith/pool.hpp"

#include "database.hpp"

namespace kith::python {

namespace {

class PyDatabasePool {
 public:
  explicit PyDatabasePool(const PoolOptions& options)
      : pool_(std::make_shared<DatabasePool>(options), "the pool") {}

  std::unique_ptr<PyDatabase> open(const std::string& path) {
    const std::shared_ptr<DatabasePool> pool = pool_.get();
    const Result<Database> opened = without_gil([&] { return pool->open(path); });
    return std::make_unique<PyDatabase>(take(opened));
  }
  std::uint32_t close_idle() {
    const std::shared_ptr<DatabasePool> pool = pool_.get();
    return without_gil([&] { return pool->close_idle(); });
  }
  py::tuple stats() {
    const std::shared_ptr<DatabasePool> pool = pool_.get();
    const PoolStats stats = without_gil([&] { return pool->stats(); });
    return py::make_tuple(stats.open, stats.in_use, stats.opened, stats.closed);
  }
  void close() { pool_.close(); }
  bool is_open() const { return pool_.is_open(); }

 private:
  Handle<std::shared_ptr<DatabasePool>> pool_;
};

std::unique_ptr<PyDatabasePool> make_pool(std::uint32_t max_open, bool read_only,
                                          std::uint32_t max_readers, std::uint64_t max_file_bytes,
                                          const py::dict& limits, bool tune_allocator) {
  PoolOptions options;
  options.max_open = max_open;
  options.open = open_options(read_only, max_readers, max_file_bytes, limits);
  options.tune_allocator = tune_allocator;
  return std::make_unique<PyDatabasePool>(options);
}

}  // namespace

void bind_pool(py::module_& module) {
  py::class_<PyDatabasePool>(module, "DatabasePool")
      .def("open", &PyDatabasePool::open, py::arg("path"))
      .def("close_idle", &PyDatabasePool::close_idle)
      .def("stats", &PyDatabasePool::stats)
      .def("close", &PyDatabasePool::close)
      .def_property_readonly("is_open", &PyDatabasePool::is_open);
  module.def("pool", &make_pool, py::arg("max_open"), py::arg("read_only"), py::arg("max_readers"),
             py::arg("max_file_bytes"), py::arg("limits"), py::arg("tune_allocator"));
}

}  // namespace kith::python
