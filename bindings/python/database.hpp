// database.hpp: databases and sessions in Python. Any thread may use them.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "handle.hpp"
#include "kith/database.hpp"
#include "values.hpp"

namespace kith::python {

class PySession {
 public:
  PySession(Session session, std::shared_ptr<IdNames> names)
      : session_(std::move(session), "the session"), names_(std::move(names)) {}

  // A copy for one call; it stays good if another thread closes the session meanwhile.
  Session session() { return session_.get(); }
  const std::shared_ptr<IdNames>& names() const { return names_; }
  void close() { session_.close(); }
  bool is_open() const { return session_.is_open(); }

 private:
  Handle<Session> session_;
  std::shared_ptr<IdNames> names_;
};

class PyDatabase {
 public:
  explicit PyDatabase(Database database) : database_(std::move(database), "the database") {}

  Database database() { return database_.get(); }
  const std::shared_ptr<IdNames>& names() const { return names_; }
  void close() { database_.close(); }
  bool is_open() const { return database_.is_open(); }

 private:
  Handle<Database> database_;
  std::shared_ptr<IdNames> names_ = std::make_shared<IdNames>();
};

// An unknown name of a limit is an error.
OpenOptions open_options(bool read_only, std::uint32_t max_readers, std::uint64_t max_file_bytes,
                         const py::dict& limits);
TransactionOptions transaction_options(py::handle now, py::handle effective_at, bool deferred,
                                       double timeout, const std::string& cause);

void bind_database(py::module_& module);
void bind_session(py::module_& module);
void bind_exchange(py::class_<PySession>& session);
void bind_expressions(py::module_& module);
void bind_integrity(py::class_<PyDatabase>& database);
void bind_past(py::class_<PySession>& session);
void bind_session_write(py::class_<PySession>& session);
void bind_copies(py::module_& module);
void bind_pool(py::module_& module);
void bind_tick(py::class_<PySession>& session);

}  // namespace kith::python
